"""Angles of any size, brought to the range of the polynomials of sine and cosine.

2 x / pi modulo 4 is computed from those bits of 2 / pi that matter to it, in double-double arithmetic (the idea of
M. Payne and R. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983). That is a function
of its own in the program, called with all lanes, since it is needed rarely and long.
"""

import math

from tapeflow.compiler.vector_math.exponential import rounding_shift
from tapeflow.compiler.vector_math.lanes import BIAS, Lanes, quick_two_sum, two_sum

# fmt: off
_INVERSE_QUARTER = (
    0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB,
    0xDEBBC561, 0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C, 0xFE1DEB1C, 0xB129A73E,
    0xE88235F5, 0x2EBB4484, 0xE99C7026, 0xB45F7E41, 0x3991D639, 0x835339F4, 0x9C845F8B,
    0xBDF9283B, 0x1FF897FF, 0xDE05980F, 0xEF2F118B, 0x5A0A6D1F, 0x6D367ECF, 0x27CB09B7,
    0x4F463F66, 0x9E5FEA2D, 0x7527BAC7, 0xEBE5F17B, 0x3D0739F7, 0x8A5292EA, 0x6BFB5FB1,
    0x1F8D5D08, 0x56033046,
)
# fmt: on
"""2 / pi: digit k counts 2^(-32 (k + 1))."""
_SCALE = 300
"""The table is multiplied by 2 to this power, and the argument divided, so that no product leaves the range."""
_NUM_DIGITS = 7
"""How many of them matter: the fraction is known to twice the precision, even where it is as small as it can be."""
_SKIPPED = 54
"""Digit k adds a multiple of 4 to x that is a multiple of 2^(this + 32 (k + 1))."""


def reduced_by_all_bits(x):
    """quadrant, r, rest: x = n pi/2 + r + rest, n modulo 4 in the lowest two bits of the integer `quadrant`."""
    from llvmlite import ir

    builder, count = x.builder, x.count or 1
    floating, integer = x.type, x.bits().type
    with builder.goto_entry_block():
        slots = [builder.alloca(each) for each in (floating, integer, floating, floating)]
    builder.store(x.value, slots[0])
    function = _function(builder.module, x.bits_each, x.fma)
    pointers = [
        builder.bitcast(slot, each) for slot, each in zip(slots, function.ftype.args[:4], strict=True)
    ]
    builder.call(function, [*pointers, ir.Constant(ir.IntType(64), count)])
    return tuple([x.wrap(builder.load(slot)) for slot in slots[1:]])


def _function(module, bits, fma):
    """The function of pointers to the angles, the quadrants, r and rest, and of how many there are."""
    from llvmlite import ir

    name = f"reduce_large_angles_{bits}" + ("" if fma else "_without_fma")
    if name in module.globals:
        return module.globals[name]
    floating, integer, index_type = _floating(bits), ir.IntType(bits), ir.IntType(64)
    pointers = [each.as_pointer() for each in (floating, integer, floating, floating)]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [*pointers, index_type]), name)
    function.linkage = "private"
    for attribute in ("noinline", "cold"):
        function.attributes.add(attribute)
    *places, count = function.args
    entry, body, after = [function.append_basic_block() for _ in range(3)]
    builder = ir.IRBuilder(entry)
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(index_type)
    x, *results = [builder.gep(place, [index]) for place in places]
    for result, place in zip(_reduced(Lanes(builder, builder.load(x), fma)), results, strict=True):
        builder.store(result.value, place)
    following = builder.add(index, ir.Constant(index_type, 1))
    index.add_incoming(ir.Constant(index_type, 0), entry)
    index.add_incoming(following, builder.block)
    builder.cbranch(builder.icmp_signed("<", following, count), body, after)
    builder.position_at_end(after)
    builder.ret_void()
    return function


def _floating(bits):
    from llvmlite import ir

    return {32: ir.FloatType, 64: ir.DoubleType}[bits]()


def _reduced(x):
    """quadrant, r and rest of one angle."""
    wide = x if x.bits_each == 64 else x.to_double()
    exponent = (wide.bits().shifted_down(52) & 0x7FF) - BIAS[64]
    start = (exponent - _SKIPPED) >> 5
    start = (start > 0).choose(start, 0)
    scaled = wide * 2.0**-_SCALE

    def add(digit, quarters, fraction, rest):
        product = scaled * digit
        lost = scaled.product_error(digit, product)
        whole, whole_lost = product.nearest(), lost.nearest()
        fraction, more = two_sum(fraction, product - whole)
        fraction, last = two_sum(fraction, lost - whole_lost)
        whole_sum = fraction.nearest()
        fraction, rest = two_sum(fraction - whole_sum, rest + more + last)
        return quarters + whole_sum + _modulo_4(whole) + _modulo_4(whole_lost), fraction, rest

    quarters, fraction, rest = _fold(wide, start, 3, add)
    # r = fraction pi/2, both numbers in two parts.
    high, low = math.pi / 2, 6.123233995736766e-17
    r = fraction * high
    lost = fraction.product_error(fraction.constant(high), r)
    r, rest = quick_two_sum(r, lost + fraction * low + rest * high)
    if x.bits_each == 32:
        return (quarters.to_single() + rounding_shift(32)).bits(), r.to_single(), x.constant(0.0)
    return (quarters + rounding_shift(64)).bits(), r, rest


def _modulo_4(whole):
    """A small number that differs from a whole one by a multiple of 4."""
    return whole - (whole * 0.25).nearest() * 4.0


def _fold(like, start, num_values, add):
    """values = add(digit, *values) over the digits that matter, from zeros: a loop in the program."""
    from llvmlite import ir

    builder = like.builder
    table = _table(builder.module)
    index_type = ir.IntType(64)
    before = builder.block
    loop, after = builder.append_basic_block(), builder.append_basic_block()
    builder.branch(loop)
    builder.position_at_end(loop)
    index = builder.phi(index_type)
    values = [builder.phi(like.type) for _ in range(num_values)]
    digit = builder.load(builder.gep(table, [ir.Constant(index_type, 0), index]))
    results = add(like.wrap(digit), *[like.wrap(value) for value in values])
    following = builder.add(index, ir.Constant(index_type, 1))
    index.add_incoming(start.value, before)
    index.add_incoming(following, loop)
    for phi, result in zip(values, results, strict=True):
        phi.add_incoming(like.constant(0.0).value, before)
        phi.add_incoming(result.value, loop)
    end = (start + _NUM_DIGITS).value
    builder.cbranch(builder.icmp_signed("<", following, end), loop, after)
    builder.position_at_end(after)
    return results


def _table(module):
    """The digits, scaled: a constant array of the module."""
    from llvmlite import ir

    name = "digits_of_two_over_pi"
    if name not in module.globals:
        digits = [math.ldexp(digit, _SCALE - 32 * (k + 1)) for k, digit in enumerate(_INVERSE_QUARTER)]
        table = ir.GlobalVariable(module, ir.ArrayType(ir.DoubleType(), len(digits)), name)
        table.initializer = ir.Constant(table.value_type, digits)
        table.global_constant = True
        table.linkage = "private"
    return module.globals[name]
