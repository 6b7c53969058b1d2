"""Reads blocks in the format of Snappy, which some programs write into tables.

Source: "Snappy compressed format description", google/snappy, format_description.txt.
"""

from tapeflow.core.errors import DataLossError
from tapeflow.files.wire import read_varint

_MOST_EXPANSION = 64
"""A copy of three bytes gives at most 64: no block is longer than its bytes times this."""


def uncompress(data, largest=1 << 28):
    """The bytes of which `data` is the compressed form. DataLossError if it is damaged, or says more than `largest`."""
    size, place = read_varint(data, 0)
    if size > min(largest, len(data) * _MOST_EXPANSION):
        raise DataLossError(None, None, f"a compressed block of {len(data)} bytes says that it holds {size}")
    found = bytearray()
    while place < len(data):
        tag = data[place]
        kind, place = tag & 3, place + 1
        if kind == 0:
            length = (tag >> 2) + 1
            if length > 60:
                count = length - 60
                length, place = int.from_bytes(data[place : place + count], "little") + 1, place + count
            if length > len(data) - place:
                raise DataLossError(None, None, f"a compressed block ends within a literal at byte {place}")
            found += data[place : place + length]
            place += length
        else:
            width = (1, 2, 4)[kind - 1]
            if width > len(data) - place:
                raise DataLossError(None, None, f"a compressed block ends within a copy at byte {place}")
            offset = int.from_bytes(data[place : place + width], "little")
            length = (tag >> 2) + 1
            if kind == 1:
                offset |= tag >> 5 << 8
                length = (tag >> 2 & 7) + 4
            place += width
            start = len(found) - offset
            if not 0 <= start < len(found):
                raise DataLossError(
                    None, None, f"a compressed block copies from before its start at byte {place}"
                )
            piece = found[start : start + length]
            while len(piece) < length:  # a copy may overlap with what it writes
                piece += piece[: length - len(piece)]
            found += piece
        if len(found) > size:
            break
    if len(found) != size:
        raise DataLossError(None, None, f"a compressed block holds {len(found)} bytes, and says {size}")
    return bytes(found)
