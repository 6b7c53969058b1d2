"""Ops between strings of bytes in several encodings and Unicode code points."""

import codecs
from itertools import pairwise

import numpy

from tapeflow.core.dtypes import int32, string
from tapeflow.core.errors import invalid
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.strings import map_strings

CODECS = {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}
"""Python's names of the encodings that are read and written."""
READ = {**CODECS, "US-ASCII": "ascii", "ISO-8859-1": "latin-1"}
"""Those that are read."""

_MARK = 0xDC80
"""What stands for wrong bytes: this plus their number, half a pair of UTF-16, which no right bytes give."""
_MARKING = "tapeflow.mark"
codecs.register_error(_MARKING, lambda error: (chr(_MARK + error.end - error.start), error.end))

_WIDTHS = {
    "UTF-8": lambda point: 1 + (point > 0x7F) + (point > 0x7FF) + (point > 0xFFFF),
    "UTF-16-BE": lambda point: 4 if point > 0xFFFF else 2,
    "UTF-32-BE": lambda point: 4,
    "US-ASCII": lambda point: 1,
    "ISO-8859-1": lambda point: 1,
}


def code_points(data, encoding, errors, replacement, controls):
    """The code points in bytes, each with the place where it begins.

    errors: what becomes of wrong bytes, and with `controls` of those below 32: "replace", "ignore" or "strict".
    """
    width, place, found = _WIDTHS[encoding], 0, []
    for point in map(ord, data.decode(READ[encoding], _MARKING)):
        wrong = _MARK < point <= _MARK + 4
        start, place = place, place + (point - _MARK if wrong else width(point))
        if wrong or (controls and point < 0x20):
            if errors == "strict":
                raise invalid(f"Invalid formatting on input string {data!r}", "UnicodeDecode")
            if errors == "ignore":
                continue
            point = replacement
        found.append((point, start))
    return found


def _is_character(point):
    """Whether a number is a code point that may stand in text, no half of a pair of UTF-16."""
    return 0 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF


def encoded_points(points, encoding, errors, replacement):
    """The bytes that code points make."""
    found = []
    for point in points:
        if not _is_character(point):
            if errors == "strict":
                raise invalid(
                    f"Code point {point} is out of range for Unicode, or a noncharacter.", "UnicodeEncode"
                )
            point = None if errors == "ignore" else replacement
        if point is not None and _is_character(point):
            found.append(chr(point))
    return "".join(found).encode(CODECS[encoding])


@op("UnicodeEncode", accepts=frozenset((int32,)), result=string)
def encode_ragged(xp, values, splits, *, encoding, errors, replacement):
    """The string that each row of a ragged tensor makes."""
    values, found = values.tolist(), numpy.empty(len(splits) - 1, object)
    ends = splits.tolist()
    found[:] = [
        encoded_points(values[begin:end], encoding, errors, replacement) for begin, end in pairwise(ends)
    ]
    return found


@encode_ragged.spec
def _(values, splits, **params):
    size = None if splits.dims is None or splits.dims[0] is None else splits.dims[0] - 1
    return TensorSpec([size], string)


@op("UnicodeEncodeRows", accepts=frozenset((int32,)), result=string)
def encode_rows(xp, x, *, encoding, errors, replacement):
    """The string that each row, along the last axis, makes."""
    found = numpy.empty(x.shape[:-1], object)
    for place in numpy.ndindex(found.shape):
        found[place] = encoded_points(x[place].tolist(), encoding, errors, replacement)
    return found


encode_rows.spec(lambda x, **params: TensorSpec(None if x.dims is None else x.dims[:-1], string))


@op("UnicodeTranscode", accepts=frozenset((string,)), result=string)
def transcode(xp, x, *, decoding, encoding):
    """Each string in another encoding; decoding: what `code_points` takes."""

    def of(data):
        points = [point for point, _ in code_points(data, *decoding)]
        return "".join(map(chr, points)).encode(CODECS[encoding], "surrogatepass")

    return map_strings(of, numpy.asarray(x, object))


transcode.spec(lambda x, **params: x)
transcode.batch(transcode)


@op("UnicodeScript", accepts=frozenset((int32,)), result="same")
def script(xp, x):
    """The number of the script of each code point; -1 where there is none."""
    from tapeflow.ops.unicode_scripts import runs

    numbers = numpy.asarray(x)
    starts, scripts = runs()
    places = numpy.searchsorted(starts, numbers.reshape(-1), "right") - 1
    found = scripts[numpy.maximum(places, 0)].reshape(numbers.shape)
    return numpy.where((numbers >= 0) & (numbers <= 0x10FFFF), found, -1).astype(numpy.int32)[()]


script.spec(lambda x: x)
script.batch(script)
no_gradient(encode_ragged, encode_rows, transcode, script)
