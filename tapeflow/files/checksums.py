"""CRC-32C at NumPy's speed.

A checksum without its initial value is linear over GF(2): it is the xor of what each byte gives at its distance from
the end, and that stands in a table for the last 1024 bytes. So a block of 1024 bytes is one look-up and one xor along
an axis; the sums of blocks are joined in pairs, the first moved on by as many zeros as the second has bytes. What came
before joins the first bytes.
Source: RFC 3720, appendix B.4, for the polynomial; zlib's crc32_combine for the idea of joining.
"""

import functools

import numpy

_POLYNOMIAL = 0x82F63B78
_ONES = 0xFFFFFFFF
_BLOCK_POWER = 10
_BLOCK = 1 << _BLOCK_POWER
_SMALL = 32
_BLOCKS_AT_ONCE = 32  # their places in the table stay in a processor's cache
_CHUNK = 1 << 22


@functools.cache
def _byte_table():
    """What a byte makes of an empty register."""
    table = numpy.arange(256, dtype=numpy.uint32)
    for _ in range(8):
        table = (table >> 1) ^ (_POLYNOMIAL * (table & 1))
    return table


@functools.cache
def _python_table():
    return _byte_table().tolist()


@functools.cache
def _block_table():
    """What each byte of a block adds to its sum, for all values of a byte, and where those of a byte begin."""
    table = numpy.empty((_BLOCK, 256), numpy.uint32)
    table[-1] = first = _byte_table()
    for place in range(_BLOCK - 2, -1, -1):
        table[place] = table[place + 1] >> 8 ^ first[table[place + 1] & 0xFF]
    return table.reshape(-1), numpy.arange(0, _BLOCK * 256, 256)


@functools.cache
def _zeros(power):
    """Tables that move a checksum on by 2 ** power zero bytes, one for each byte of it."""
    if power == 0:
        bits = [1 << bit for bit in range(32)]
        columns = [each >> 8 ^ _python_table()[each & 0xFF] for each in bits]
    else:
        columns = [int(_moved(_moved(numpy.uint32(1 << bit), power - 1), power - 1)) for bit in range(32)]
    tables = numpy.zeros((4, 256), numpy.uint32)
    values = numpy.arange(256)
    for bit, column in enumerate(columns):
        tables[bit // 8] ^= numpy.where(values >> (bit % 8) & 1, numpy.uint32(column), numpy.uint32(0))
    return tables


def _moved(sums, power):
    tables = _zeros(power)
    return (
        tables[0][sums & 0xFF]
        ^ tables[1][sums >> 8 & 0xFF]
        ^ tables[2][sums >> 16 & 0xFF]
        ^ tables[3][sums >> 24]
    )


def _short(register, data):
    """The register after at most a block of bytes."""
    if len(data) < _SMALL:
        table = _python_table()
        for byte in data.tolist():
            register = register >> 8 ^ table[(register ^ byte) & 0xFF]
        return register
    table, starts = _block_table()
    places = data + starts[_BLOCK - len(data) :]
    for place in range(4):
        places[place] ^= register >> (8 * place) & 0xFF  # the byte is the low one of a place in the table
    return int(numpy.bitwise_xor.reduce(table.take(places)))


def _whole_blocks(register, data):
    """The register after a number of blocks."""
    table, starts = _block_table()
    blocks = data.reshape(-1, _BLOCK)
    room = 1 << (len(blocks) - 1).bit_length()
    sums = numpy.zeros(room, numpy.uint32)
    first = room - len(blocks)
    for begin in range(0, len(blocks), _BLOCKS_AT_ONCE):
        part = table.take(blocks[begin : begin + _BLOCKS_AT_ONCE] + starts)
        numpy.bitwise_xor.reduce(part, axis=1, out=sums[first + begin : first + begin + len(part)])
    sums[first] ^= _moved(numpy.uint32(register), _BLOCK_POWER)
    power = _BLOCK_POWER
    while len(sums) > 1:
        sums = _moved(sums[0::2], power) ^ sums[1::2]
        power += 1
    return int(sums[0])


def extended_crc32c(checksum, data):
    """The CRC-32C of bytes whose beginning has `checksum` and whose rest is `data`, bytes or a buffer."""
    register = checksum ^ _ONES
    data = numpy.frombuffer(data, numpy.uint8) if len(data) else numpy.empty(0, numpy.uint8)
    head = len(data) % _BLOCK if len(data) != _BLOCK else _BLOCK
    if head:
        register = _short(register, data[:head])
    for begin in range(head, len(data), _CHUNK):
        register = _whole_blocks(register, data[begin : begin + _CHUNK])
    return register ^ _ONES


def masked(checksum):
    """A checksum as files keep it, so that one of bytes with checksums in them is not a simple number."""
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & _ONES


def masked_crc32c(data):
    """The masked CRC-32C of bytes."""
    return masked(extended_crc32c(0, data))
