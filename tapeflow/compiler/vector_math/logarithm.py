"""Logarithms.

log(x) = k log 2 + log(1 + f), where 1 + f is between the square roots of 1/2 and 2.
"""

import math

from tapeflow.compiler.vector_math.exponential import LOG_2_PARTS
from tapeflow.compiler.vector_math.lanes import LEAST_NORMAL, MANTISSA_BITS, polynomial

_CUBE = (
    0.3333333134651184,
    -0.250008225440979,
    0.20001259446144104,
    -0.1662333905696869,
    0.14201052486896515,
    -0.13159632682800293,
    0.12766049802303314,
    -0.07641374319791794,
)
"""log(1 + f) = f - f^2 / 2 + f^3 p(f), within 6e-9 of it, for float."""
_SERIES = (
    0.6666666666666734,
    0.39999999999416663,
    0.28571428742020477,
    0.22222198605867344,
    0.1818356281387322,
    0.1531408562949654,
    0.1479562714560966,
)
"""log(1 + f) = 2 s + s z p(z) for s = f / (2 + f), z = s^2, within 1.3e-18 s, for double."""
_ROOT_OF_HALF = {32: 0x3F3504F3, 64: 0x3FE6A09E667F3BCD}
"""The bits of the square root of 1/2."""


def split(x):
    """k and f: x = 2^k (1 + f), k a floating number, for positive normal x."""
    bits = x.bits_each
    mantissa = MANTISSA_BITS[bits]
    above = x.bits() - _ROOT_OF_HALF[bits]
    f = ((above & ((1 << mantissa) - 1)) + _ROOT_OF_HALF[bits]).as_float() - 1.0
    return whole_to_float(above >> mantissa if bits == 32 else above, mantissa), f


def whole_to_float(integer, mantissa):
    """The exponent k as a floating number, of integers for float, of the bits above `mantissa` for double."""
    if integer.bits_each == 32:
        from tapeflow.compiler.vector_math.lanes import float_type, with_lane

        return integer.wrap(integer.builder.sitofp(integer.value, with_lane(integer.type, float_type(32))))
    # No conversion of 64 bits before AVX-512: the bits are put into the low ones of a large number, whose
    # exponent is then taken off. An offset makes k positive.
    offset = 1 << 11
    biased = (integer + (offset << mantissa)).shifted_down(mantissa)
    return (biased | 0x4330000000000000).as_float() - (2.0**52 + offset)


def log(x):
    """The natural logarithm; NaN for negative numbers."""
    bits = x.bits_each
    is_small = x < LEAST_NORMAL[bits]
    lifted = 2.0 ** (MANTISSA_BITS[bits] + 2)
    k, f = split(is_small.choose(x * lifted, x))
    k = k - is_small.choose(k.constant(MANTISSA_BITS[bits] + 2), 0.0)
    first, rest = LOG_2_PARTS[bits]
    half_square = 0.5 * f * f
    if bits == 32:
        cube = polynomial(f, _CUBE) * f
        tail = k.multiply_add(rest, cube * (f * f))
        value = k.multiply_add(first, f - (half_square - tail))
    else:
        s = f / (f + 2.0)
        z = s * s
        # 2 s = f - s f: with it log(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + z p(z))), which rounds less.
        tail = s.multiply_add(polynomial(z, _SERIES).multiply_add(z, half_square), k * rest)
        value = k.multiply_add(first, f - (half_square - tail))
    return outside_logarithm(x, value)


def outside_logarithm(x, value):
    """The value for positive finite numbers, else what a logarithm gives there."""
    elsewhere = x.equals(0.0).choose(-math.inf, (x < 0.0).choose(math.nan, x))
    return ((x > 0.0) & (x < math.inf)).choose(value, elsewhere)
