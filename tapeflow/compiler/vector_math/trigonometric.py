"""Sine, cosine and tangent.

x = n pi/2 + r with |r| <= pi/4 (and a little), where pi/2 is the sum of parts whose products with n are exact or
whose rounding is known (Cody and Waite, as in `exponential`). That holds while n has few bits. Where any lane holds a
larger number, a branch takes x / (2 pi) modulo 1 from all the bits of 1 / (2 pi) that matter, in double-double
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

_INVERSE_TURN = (
    5734161139222658,
    5814151408469972,
    7440259586542284,
    5563773718881558,
    2066796102992750,
    2563573915284664,
    55291115753100,
    5098427330010289,
    1465545334474430,
    5835026907506289,
    6776677510095004,
    7069188010357663,
    2595984518904818,
    2831001892290551,
    4552804911380620,
    3195225570766134,
    4461702110328553,
    8190251822055336,
    6397593724909042,
    8751785341853560,
    5811081437509311,
    3456741467624832,
    7180050975382879,
)
"""1 / (2 pi): digit k counts 2^-(2 + 53 (k + 1))."""
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
        exact = _reduced_by_all_bits(x, quadrant.type)
        chosen = [is_large.choose(mine, each) for mine, each in zip(exact, with_rest, strict=False)]
        end = builder.block
    results = []
    for each, mine in zip(with_rest, chosen, strict=True):
        phi = builder.phi(each.type)
        phi.add_incoming(each.value, start)
        phi.add_incoming(mine.value, end)
        results.append(each.wrap(phi))
    return (*results, None) if rest is None else tuple(results)


def _reduced_by_all_bits(x, quadrant_type):
    """quadrant, r, rest of `_reduced`, from x / (2 pi) modulo 1: what each digit of 1 / (2 pi) adds to it."""
    is_single = x.bits_each == 32
    wide = (x.to_double() if is_single else x) * 2.0**-_SCALE
    num_digits = 5 if is_single else len(_INVERSE_TURN)
    digits = [math.ldexp(digit, _SCALE - 2 - 53 * (k + 1)) for k, digit in enumerate(_INVERSE_TURN)]

    def add(digit, turn, rest):
        product = wide * digit
        lost = wide.product_error(digit, product)
        turn, more = two_sum(turn, product - product.nearest())
        turn, last = two_sum(turn, lost - lost.nearest())
        turn = turn - turn.nearest()
        return quick_two_sum(turn, rest + more + last)

    turn, rest = _fold(wide, digits[:num_digits], add)
    quarters = turn * 4.0
    n = quarters.nearest()
    # r = (quarters - n) pi/2, both numbers in two parts.
    fraction, more = quick_two_sum(quarters - n, rest * 4.0)
    high, low = math.pi / 2, 6.123233995736766e-17
    r = fraction * high
    lost = fraction.product_error(fraction.constant(high), r)
    r, rest = quick_two_sum(r, lost + fraction * low + more * high)
    if is_single:
        return (n.to_single() + rounding_shift(32)).bits(), r.to_single(), None
    return (n + rounding_shift(64)).bits(), r, rest


def _fold(like, digits, add):
    """turn, rest = add(digit, turn, rest) over the digits, from zeros: a loop in the program."""
    from llvmlite import ir

    builder = like.builder
    table = _table(builder.module, digits)
    index_type = ir.IntType(64)
    before = builder.block
    loop = builder.append_basic_block()
    after = builder.append_basic_block()
    builder.branch(loop)
    builder.position_at_end(loop)
    index = builder.phi(index_type)
    turn, rest = builder.phi(like.type), builder.phi(like.type)
    digit = builder.load(builder.gep(table, [ir.Constant(index_type, 0), index]))
    new_turn, new_rest = add(broadcast(like, digit), like.wrap(turn), like.wrap(rest))
    following = builder.add(index, ir.Constant(index_type, 1))
    zero = like.constant(0.0).value
    for phi, first, next_one in (
        (index, ir.Constant(index_type, 0), following),
        (turn, zero, new_turn.value),
        (rest, zero, new_rest.value),
    ):
        phi.add_incoming(first, before)
        phi.add_incoming(next_one, loop)
    builder.cbranch(builder.icmp_signed("<", following, ir.Constant(index_type, len(digits))), loop, after)
    builder.position_at_end(after)
    return new_turn, new_rest


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

    name = f"inverse_turn_{len(digits)}"
    if name not in module.globals:
        array_type = ir.ArrayType(ir.DoubleType(), len(digits))
        table = ir.GlobalVariable(module, array_type, name)
        table.initializer = ir.Constant(array_type, digits)
        table.global_constant = True
        table.linkage = "private"
    return module.globals[name]
