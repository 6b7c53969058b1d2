"""Strings taken apart: the pieces of all strings one after the other, and how many each has."""

import numpy

from tapeflow.core.dtypes import int64, string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of

CODECS = {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}
"""Python's names of TensorFlow's encodings."""


def _split(data, separator, limit):
    return data.split(separator, limit)


def _bytes(data):
    return [data[place : place + 1] for place in range(len(data))]


def _decoded(data, encoding, errors):
    try:
        return data.decode(CODECS[encoding], errors)
    except UnicodeDecodeError:
        raise InvalidArgumentError(
            None, None, f"Invalid formatting on input string {data!r} [Op:UnicodeDecode]"
        ) from None


def _code_points(data, encoding, errors):
    return [ord(each) for each in _decoded(data, encoding, errors)]


def _characters(data, encoding, errors):
    return [each.encode(CODECS[encoding]) for each in _decoded(data, encoding, errors)]


WAYS = {"split": _split, "bytes": _bytes, "code points": _code_points, "characters": _characters}
"""Functions from bytes and settings to a list of pieces."""


@op("StringPieces", accepts=frozenset({string}), any_rank=True)
def string_pieces(xp, x, *, way, settings, dtype):
    """The pieces, a vector of `dtype`, and how many each string has, an int64 vector."""
    rows = [WAYS[way](each, *settings) for each in numpy.asarray(x).reshape(-1).tolist()]
    values = numpy.empty(sum(map(len, rows)), dtype.array_dtype)
    values[:] = [piece for row in rows for piece in row]
    return values, numpy.array([len(row) for row in rows], numpy.int64)


@string_pieces.spec
def _(x, way, settings, dtype):
    count = None
    if x.dims is not None and None not in x.dims:
        count = 1
        for size in x.dims:
            count = count * size
    return spec_of((None,), dtype), spec_of((count,), int64)


no_gradient(string_pieces)
