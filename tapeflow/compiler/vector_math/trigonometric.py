"""Sine, cosine and tangent.

x = n pi/2 + r with |r| <= pi/4 (and a little), where pi/2 is the sum of parts whose products with n are exact or
whose rounding is known (Cody and Waite, as in `exponential`). That holds while n has few bits. Where any lane holds a
larger number, a branch takes 2 x / pi modulo 4 from all the bits of 2 / pi that matter, in double-double
arithmetic (the idea of M. Payne and R. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18,
1983). sin and cos of r are polynomials of least greatest relative error (Remez exchange).
"""

import math

from tapeflow.compiler.vector_math.exponential import rounding_shift
from tapeflow.compiler.vector_math.lanes import Lanes, polynomial, quick_two_sum, two_sum

_SIN = {
    32: (-0.16666655242443085, 0.008332191035151482, -0.00019518595945555717),
    64: (
        -0.16666666666666632,
        0.008333333333322472,
        -0.00019841269829835558,
        2.755731369724634e-06,
        -2.5050758466879673e-08,
        1.5896794539524894e-10,
    ),
}
"""sin(r) = r + r^3 p(r^2), within 3.7e-9 and 3.5e-18 of r."""
_COS = {
    32: (0.04166664555668831, -0.00138873013202101, 2.443067387503106e-05),
    64: (
        0.0416666666666666,
        -0.0013888888888874457,
        2.4801587289652787e-05,
        -2.7557314393818327e-07,
        2.087572809985149e-09,
        -1.1359864217596128e-11,
    ),
}
"""cos(r) = 1 - r^2 / 2 + r^4 p(r^2), within 1.1e-10 and 4.8e-20."""
_HALF_PI_SINGLE = (1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15)
_HALF_PI_SHORT = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32)
"""The first three have 33 bits."""
_LARGEST = {32: 2.0**16, 64: 2.0**20}
"""The largest numbers that are reduced without a branch."""

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
_NUM_DIGITS = {32: 7, 64: len(_INVERSE_QUARTER)}
"""So that the fraction of the greatest number times 2 / pi is known to twice the precision, even where it is tiny."""
_SCALE = 300
"""The table is multiplied by 2 to this power, and the argument divided, so that no product leaves the range."""


def sin(x):
    """The sine; NaN of infinity."""
    quadrant, r, rest = _reduced(x)
    value = _odd(quadrant).choose(_cosine(r, rest), _sine(r, rest))
    return x.equals(0.0).choose(x, value.flipped_by(_second_bit_as_sign(quadrant)))


def cos(x):
    """The cosine; NaN of infinity."""
    quadrant, r, rest = _reduced(x)
    value = _odd(quadrant).choose(_sine(r, rest), _cosine(r, rest))
    return value.flipped_by(_second_bit_as_sign(quadrant + 1))


def tan(x):
    """The tangent; NaN of infinity."""
    quadrant, r, rest = _reduced(x)
    sine, cosine = _sine(r, rest), _cosine(r, rest)
    is_odd = _odd(quadrant)
    value = is_odd.choose(cosine, sine) / is_odd.choose(sine, cosine)
    return x.equals(0.0).choose(x, value.flipped_by(_second_bit_as_sign(quadrant + quadrant)))


def _odd(quadrant):
    return (quadrant & 1).differs(0)


def _second_bit_as_sign(quadrant):
    return (quadrant & 2) << (quadrant.bits_each - 2)


def _sine(r, rest):
    bits = r.bits_each
    square = r * r
    cube = square * r
    if rest is None:
        return polynomial(square, _SIN[bits]).multiply_add(cube, r)
    slope = square.multiply_add(-0.5, 1.0)  # of the sine, for what r lacks
    return r + polynomial(square, _SIN[bits]).multiply_add(cube, rest * slope)


def _cosine(r, rest):
    bits = r.bits_each
    square = r * r
    half = 0.5 * square
    value = 1.0 - half
    tail = polynomial(square, _COS[bits])
    if rest is None:
        return tail.multiply_add(square * square, value)
    lost = (1.0 - value) - half
    return value + (lost + tail.multiply_add(square * square, -(r * rest)))


def _reduced(x):
    """quadrant, r, rest: x = n pi/2 + r + rest, n modulo 4 in the lowest two bits of the integer `quadrant`.

    `rest` is None for float, of which r is more than accurate enough.
    """
    bits = x.bits_each
    shift = rounding_shift(bits)
    if bits == 32 and not x.fma:
        wide = x.to_double()
        n = wide.multiply_add(2 / math.pi, rounding_shift(64)) - rounding_shift(64)
        quadrant = (n.to_single() + shift).bits()
        r, rest = _subtract_exactly(wide, n)
        r, rest = (r + rest).to_single(), None
    else:
        shifted = x.multiply_add(2 / math.pi, shift)
        n = shifted - shift
        quadrant = shifted.bits()
        if bits == 32:
            r, rest = x, None
            for part in _HALF_PI_SINGLE:
                r = n.multiply_add(-part, r)  # the first without rounding: both are whole multiples of 2^-24
        else:
            r, rest = _subtract_exactly(x, n)
    return _reduced_if_large(x, quadrant, r, rest)


def _subtract_exactly(x, n):
    """r and rest, with r + rest = x - n pi/2, in double."""
    first, second, third, last = _HALF_PI_SHORT
    r, rest = two_sum(x - n * first, -(n * second))
    r, more = two_sum(r, -(n * third))
    return quick_two_sum(r, rest + more - n * last)


def _reduced_if_large(x, quadrant, r, rest):
    """The same, but where x is large by all the bits of pi."""
    builder = x.builder
    is_large = x.absolute() > _LARGEST[x.bits_each]
    with_rest = [quadrant, r] if rest is None else [quadrant, r, rest]
    start = builder.block
    with builder.if_then(is_large.any(), likely=False):
        exact = _reduced_by_all_bits(x)
        chosen = [is_large.choose(mine, each) for mine, each in zip(exact, with_rest, strict=False)]
        end = builder.block
    results = []
    for each, mine in zip(with_rest, chosen, strict=True):
        phi = builder.phi(each.type)
        phi.add_incoming(each.value, start)
        phi.add_incoming(mine.value, end)
        results.append(each.wrap(phi))
    return (*results, None) if rest is None else tuple(results)


def _reduced_by_all_bits(x):
    """quadrant, r, rest of `_reduced`, from 2 x / pi modulo 4: what each digit of 2 / pi adds to it."""
    is_single = x.bits_each == 32
    wide = (x.to_double() if is_single else x) * 2.0**-_SCALE
    digits = [math.ldexp(digit, _SCALE - 32 * (k + 1)) for k, digit in enumerate(_INVERSE_QUARTER)]

    def add(digit, quarters, fraction, rest):
        product = wide * digit
        lost = wide.product_error(digit, product)
        whole, whole_lost = product.nearest(), lost.nearest()
        fraction, more = two_sum(fraction, product - whole)
        fraction, last = two_sum(fraction, lost - whole_lost)
        whole_sum = fraction.nearest()
        fraction, rest = two_sum(fraction - whole_sum, rest + more + last)
        return quarters + whole_sum + _modulo_4(whole) + _modulo_4(whole_lost), fraction, rest

    quarters, fraction, rest = _fold(wide, digits[: _NUM_DIGITS[x.bits_each]], 3, add)
    # r = fraction pi/2, both numbers in two parts.
    high, low = math.pi / 2, 6.123233995736766e-17
    r = fraction * high
    lost = fraction.product_error(fraction.constant(high), r)
    r, rest = quick_two_sum(r, lost + fraction * low + rest * high)
    if is_single:
        return (quarters.to_single() + rounding_shift(32)).bits(), r.to_single(), None
    return (quarters + rounding_shift(64)).bits(), r, rest


def _modulo_4(whole):
    """A small number that differs from a whole one by a multiple of 4."""
    return whole - (whole * 0.25).nearest() * 4.0


def _fold(like, digits, num_values, add):
    """values = add(digit, *values) over the digits, from zeros: a loop in the program."""
    from llvmlite import ir

    builder = like.builder
    table = _table(builder.module, digits)
    index_type = ir.IntType(64)
    zero, one = ir.Constant(index_type, 0), ir.Constant(index_type, 1)
    before = builder.block
    loop, after = builder.append_basic_block(), builder.append_basic_block()
    builder.branch(loop)
    builder.position_at_end(loop)
    index = builder.phi(index_type)
    values = [builder.phi(like.type) for _ in range(num_values)]
    digit = builder.load(builder.gep(table, [zero, index]))
    results = add(broadcast(like, digit), *[like.wrap(value) for value in values])
    following = builder.add(index, one)
    index.add_incoming(zero, before)
    index.add_incoming(following, loop)
    for phi, result in zip(values, results, strict=True):
        phi.add_incoming(like.constant(0.0).value, before)
        phi.add_incoming(result.value, loop)
    builder.cbranch(builder.icmp_signed("<", following, ir.Constant(index_type, len(digits))), loop, after)
    builder.position_at_end(after)
    return results


def broadcast(like, scalar):
    """A scalar value in every lane of the type of `like`."""
    from llvmlite import ir

    if like.count is None:
        return like.wrap(scalar)
    undefined = ir.Constant(like.type, ir.Undefined)
    one = like.builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), like.count), [0] * like.count)
    return Lanes(like.builder, like.builder.shuffle_vector(one, undefined, mask), like.fma)


def _table(module, digits):
    """A constant array of doubles in the module, once for each length."""
    from llvmlite import ir

    name = f"inverse_quarter_{len(digits)}"
    if name not in module.globals:
        array_type = ir.ArrayType(ir.DoubleType(), len(digits))
        table = ir.GlobalVariable(module, array_type, name)
        table.initializer = ir.Constant(array_type, digits)
        table.global_constant = True
        table.linkage = "private"
    return module.globals[name]
