"""Squares of elements turned in registers: vectors along one axis become vectors along another.

First the elements within each 128 bits are turned, by instructions that do not cross them, then the 128 bits.
"""


def transposed(builder, rows):
    """The columns of a square, LLVM vectors of as many lanes as there are rows."""
    lanes = rows[0].type.count
    width = _bits_of(rows[0].type.element)
    within = min(128 // width, lanes)
    if within not in (2, 4):
        return _deinterleaved(builder, rows, 1)
    groups = [_turned(builder, rows[first : first + within], within) for first in range(0, lanes, within)]
    columns = [_deinterleaved(builder, list(each), within) for each in zip(*groups, strict=True)]
    return [columns[k % within][k // within] for k in range(lanes)]


def _turned(builder, rows, within):
    """Rows of 2 or 4 elements in each 128 bits, turned there."""
    pairs = [_unpacked(builder, a, b, within, 1) for a, b in zip(rows[::2], rows[1::2], strict=True)]
    if within == 2:
        return list(pairs[0])
    (a, b), (c, d) = pairs
    return [*_unpacked(builder, a, c, within, 2), *_unpacked(builder, b, d, within, 2)]


def _unpacked(builder, a, b, within, size):
    """The lower and the upper halves of each 128 bits of a and b, `size` elements of one after those of the other."""
    lanes = a.type.count
    found = []
    for half in (0, within // 2):
        order = []
        for start in range(half, lanes, within):
            for place in range(start, start + within // 2, size):
                order += [*range(place, place + size), *range(lanes + place, lanes + place + size)]
        found.append(_shuffled(builder, a, b, order))
    return found


def _deinterleaved(builder, rows, size):
    """Rows of blocks of `size` elements, turned: first the even blocks of all rows, then the odd ones, and so on."""
    if len(rows) == 1:
        return rows
    lanes = rows[0].type.count
    blocks = [range(first, first + size) for first in range(0, 2 * lanes, size)]
    even, odd = [[k for block in blocks[start::2] for k in block] for start in (0, 1)]
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    evens = _deinterleaved(builder, [_shuffled(builder, a, b, even) for a, b in pairs], size)
    odds = _deinterleaved(builder, [_shuffled(builder, a, b, odd) for a, b in pairs], size)
    return [each for pair in zip(evens, odds, strict=True) for each in pair]


def _shuffled(builder, a, b, order):
    from llvmlite import ir

    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order))


def _bits_of(kind):
    return kind.width if hasattr(kind, "width") else {"float": 32, "double": 64}[str(kind)]
