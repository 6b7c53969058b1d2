"""Strings taken apart: the pieces of all strings one after the other, and how many each has."""

import numpy

from tapeflow.core.dtypes import int64, string
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of
from tapeflow.ops.unicode import code_points, encoded_points


def _split(data, separator, limit):
    return data.split(separator, limit)


def _bytes(data):
    return [data[place : place + 1] for place in range(len(data))]


def _code_points(data, decoding):
    return [point for point, _ in code_points(data, *decoding)]


def _offsets(data, decoding):
    return [start for _, start in code_points(data, *decoding)]


def _characters(data, decoding):
    encoding, errors, replacement, _ = decoding
    points = code_points(data, *decoding)
    return [encoded_points([point], encoding, errors, replacement) for point, _ in points]


WAYS = {
    "split": _split,
    "bytes": _bytes,
    "code points": _code_points,
    "offsets": _offsets,
    "characters": _characters,
}
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
