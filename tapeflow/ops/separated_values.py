"""The op that reads records of values with separators. Source: RFC 4180, but for line ends outside quotes."""

import numpy

from tapeflow.core import dtypes
from tapeflow.core.errors import OpError, invalid
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.number_text import parser


@op("DecodeCSV", accepts=frozenset((dtypes.string,)))
def decode_csv(xp, records, *defaults, kinds, delimiter, quotes, missing, columns):
    """One array of the records' shape for each column; a default without elements says that a value must be there."""
    rows = []
    for place, record in enumerate(numpy.asarray(records, object).reshape(-1).tolist()):
        row = fields(record, delimiter, quotes)
        if columns is not None:
            if columns[-1] >= len(row):
                raise _wrong(
                    f"Expect at least {columns[-1] + 1} fields but have {len(row)} in record {place}"
                )
            row = [row[column] for column in columns]
        if len(row) != len(kinds):
            raise _wrong(f"Expect {len(kinds)} fields but have {len(row)} in record {place}")
        rows.append(row)
    found = []
    for column, (dtype, default) in enumerate(zip(kinds, defaults, strict=True)):
        default = numpy.asarray(default).reshape(-1)
        values = [
            _value(row[column], dtype, default, missing, column, place) for place, row in enumerate(rows)
        ]
        array = numpy.empty(len(values), dtype.array_dtype)
        array[:] = values
        array = array.reshape(numpy.shape(records))
        found.append(array if array.ndim or dtype is dtypes.string else array[()])
    return tuple(found)


def _value(text, dtype, default, missing, column, place):
    if text in (b"", missing):
        if not default.size:
            raise _wrong(f"Field {column} is required but missing in record {place}!")
        return default[0]
    if dtype is dtypes.string:
        return text
    try:
        return parser(dtype)(text)
    except (OpError, ValueError, OverflowError):
        raise _wrong(
            f"Field {column} in record {place} is not a valid {dtype.name}: {text.decode(errors='replace')}"
        ) from None


def fields(record, delimiter, quotes):
    """The values of a record, bytes. InvalidArgumentError for quotation marks that do not fit together."""
    found, place = [], 0
    if not record:
        return found
    while True:
        if quotes and record[place : place + 1] == b'"':
            text, place = _quoted(record, place + 1, delimiter)
        else:
            end = record.find(delimiter, place)
            end = len(record) if end < 0 else end
            text, place = record[place:end], end
            if quotes and any([mark in text for mark in (b'"', b"\n", b"\r")]):
                raise _wrong("Unquoted fields cannot have quotes/CRLFs inside")
        found.append(text)
        if place >= len(record):
            return found
        place += 1


def _quoted(record, start, delimiter):
    """(the value without its quotation marks, the place behind it)."""
    parts = []
    while True:
        end = record.find(b'"', start)
        if end < 0:
            raise _wrong("Quoted field has to end with quote followed by delim or end")
        parts.append(record[start:end])
        after = record[end + 1 : end + 2]
        if after in (b"", delimiter):
            return b"".join(parts), end + 1
        if after != b'"':
            raise _wrong("Quote inside a string has to be escaped by another quote")
        parts.append(b'"')
        start = end + 2


def _wrong(message):
    return invalid(message, "DecodeCSV")


decode_csv.spec(
    lambda records, *defaults, kinds, **params: tuple([TensorSpec(records.dims, dtype) for dtype in kinds])
)
no_gradient(decode_csv)
