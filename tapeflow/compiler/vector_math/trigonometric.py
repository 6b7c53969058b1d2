"""Sine, cosine and tangent.

x = n pi/2 + r with |r| <= pi/4 (and a little), where pi/2 is the sum of parts whose products with n are exact or
whose rounding is known (Cody and Waite, as in `exponential`). That holds while n has few bits. Where any lane holds a
larger number, a branch leads to `large_angles`. sin and cos of r are polynomials of least greatest relative error
(Remez exchange).
"""

import math

from tapeflow.compiler.vector_math.exponential import rounding_shift
from tapeflow.compiler.vector_math.lanes import polynomial, quick_two_sum, two_sum
from tapeflow.compiler.vector_math.large_angles import reduced_by_all_bits
from tapeflow.compiler.vector_math.outlined import outlined

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
    usual = (quadrant, r) if rest is None else (quadrant, r, rest)
    chosen = outlined("reduced_if_large", _exact_where_large, (x, *usual), usual)
    return (*chosen, None) if rest is None else chosen


def _exact_where_large(x, *usual):
    builder = x.builder
    start = builder.block
    is_large = x.absolute() > _LARGEST[x.bits_each]
    with builder.if_then(is_large.any(), likely=False):
        exact = reduced_by_all_bits(x)
        chosen = [is_large.choose(mine, each) for mine, each in zip(exact, usual, strict=False)]
        end = builder.block
    phis = [builder.phi(each.type) for each in usual]
    for phi, each, mine in zip(phis, usual, chosen, strict=True):
        phi.add_incoming(each.value, start)
        phi.add_incoming(mine.value, end)
    return [x.wrap(phi) for phi in phis]
