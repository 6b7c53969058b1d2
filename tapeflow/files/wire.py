"""The wire format of protocol buffers, as far as the messages of checkpoints need it: lists of (field, value).

Reading gives ints for varints and fixed numbers, and slices of the bytes for what has a length; it never copies more
than there is. Source: "Encoding" in the documentation of protocol buffers.
"""

from tapeflow.core.errors import DataLossError

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


def varint(number):
    """The bytes of a number that is not negative; of a negative one as 64 bits."""
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def read_varint(data, place):
    """(number, place behind it). DataLossError if the bytes end before the number does or it has more than 64 bits."""
    number = shift = 0
    while True:
        if place >= len(data) or shift > 63:
            raise DataLossError(None, None, f"damaged number at byte {place}")
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & ((1 << 64) - 1), place
        shift += 7


def signed(number):
    """The 64 bits of a varint as a number with a sign."""
    return number - (1 << 64) if number >> 63 else number


def number_field(field, number):
    """A field that is a varint; nothing for 0."""
    return varint(field << 3 | _VARINT) + varint(number) if number else b""


def fixed32_field(field, number):
    """A field that is a number of 32 bits."""
    return varint(field << 3 | _FIXED32) + number.to_bytes(4, "little")


def bytes_field(field, data):
    """A field that has a length: bytes, a str or another message."""
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | _LENGTH) + varint(len(data)) + data


def fields(data):
    """The (number, value) of a message in their order. DataLossError for what is no message."""
    place, found = 0, []
    while place < len(data):
        tag, place = read_varint(data, place)
        kind = tag & 7
        if kind == _VARINT:
            value, place = read_varint(data, place)
        elif kind in (_FIXED32, _FIXED64):
            size = 4 if kind == _FIXED32 else 8
            value, place = int.from_bytes(_part(data, place, size), "little"), place + size
        elif kind == _LENGTH:
            size, place = read_varint(data, place)
            value, place = _part(data, place, size), place + size
        else:
            raise DataLossError(None, None, f"damaged message: wire type {kind} at byte {place}")
        found.append((tag >> 3, value))
    return found


def _part(data, place, size):
    if size > len(data) - place:
        raise DataLossError(
            None, None, f"damaged message: {size} bytes at byte {place}, and {len(data) - place} are left"
        )
    return data[place : place + size]
