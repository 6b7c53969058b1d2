"""Logarithms and the inverse hyperbolic functions.

log(x) = k log 2 + log(1 + f), where 1 + f is between the square roots of 1/2 and 2.
"""

import math

from tapeflow.compiler.vector_math.exponential import LOG_2_PARTS
from tapeflow.compiler.vector_math.lanes import BIAS, LEAST_NORMAL, MANTISSA_BITS, polynomial

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


def above_root_of_half(x):
    """The bits of positive normal x less those of the square root of 1/2: k above, with fraction bits below."""
    return x.bits() - _ROOT_OF_HALF[x.bits_each]


def fraction(above):
    """f of `above_root_of_half`."""
    bits = above.bits_each
    mask = (1 << MANTISSA_BITS[bits]) - 1
    return ((above & mask) + _ROOT_OF_HALF[bits]).as_float() - 1.0


def exponent(above):
    """k of `above_root_of_half`, as a floating number."""
    mantissa = MANTISSA_BITS[above.bits_each]
    if above.bits_each == 32:
        return (above >> mantissa).converted_to_float()
    # No conversion of 64 bits before AVX-512: the bits are put into the low ones of a large number, whose
    # exponent is then taken off. An offset makes k positive.
    offset = 1 << 11
    biased = (above + (offset << mantissa)).shifted_down(mantissa)
    return (biased | 0x4330000000000000).as_float() - (2.0**52 + offset)


def sum_of_logarithms(k, f):
    """k log 2 + log(1 + f)."""
    first, rest = LOG_2_PARTS[f.bits_each]
    square = f * f
    if f.bits_each == 32:
        tail = polynomial(f, _CUBE).multiply_add(f * square, k * rest)
    else:
        s = f / (f + 2.0)
        z = s * s
        # 2 s = f - s f: with it log(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + z p(z))), which rounds less.
        tail = s.multiply_add(polynomial(z, _SERIES).multiply_add(z, 0.5 * square), k * rest)
    return k.multiply_add(first, f + square.multiply_add(-0.5, tail))


def log(x):
    """The natural logarithm; NaN for negative numbers."""
    above = above_root_of_half(x)
    return outside_logarithm(x, sum_of_logarithms(exponent(above), fraction(above)))


def log1p(x):
    """log(1 + x): 1 + f = 2^-k (1 + x), computed so that f is x near 0."""
    bits = x.bits_each
    mantissa = MANTISSA_BITS[bits]
    sum = x + 1.0
    above = above_root_of_half(sum)
    power = (-((above >> mantissa) << mantissa) + (BIAS[bits] << mantissa)).as_float()  # 2^-k
    f = x.multiply_add(power, power - 1.0)
    f = (x < 2.0 ** (2 * mantissa)).choose(f, fraction(above))  # for great x, 2^-k is no normal number
    value = sum_of_logarithms(exponent(above), f)
    return outside_logarithm(sum, value).with_sign_of(x)


def outside_logarithm(x, value):
    """The value for positive finite numbers, else what a logarithm gives there; numbers below the least are as 0."""
    above = (x < math.inf).choose(value, x)
    below = (x >= 0.0).choose(x.constant(-math.inf), math.nan)
    return (x >= LEAST_NORMAL[x.bits_each]).choose(above, below)


_LARGE = {32: 2.0**12, 64: 2.0**28}
"""Above, the square root of x^2 + 1 is x."""


def arcsinh(x):
    """Inverse of sinh: log(y + sqrt(y^2 + 1)) of y = |x|, with log1p since it is near 0 for small ones."""
    bits = x.bits_each
    y = x.absolute()
    is_large = y > _LARGE[bits]
    square = y * y
    argument = is_large.choose(y - 1.0, y + square / ((square + 1.0).square_root() + 1.0))
    return (log1p(argument) + is_large.choose(y.constant(math.log(2)), 0.0)).with_sign_of(x)


def arccosh(x):
    """Inverse of cosh: log(x + sqrt(x^2 - 1)); NaN below 1."""
    is_large = x > _LARGE[x.bits_each]
    t = x - 1.0
    argument = is_large.choose(t, t + (t * t + (t + t)).square_root())
    value = log1p(argument) + is_large.choose(x.constant(math.log(2)), 0.0)
    return (x < 1.0).choose(math.nan, value)


def arctanh(x):
    """Inverse of tanh: half of log((1 + x) / (1 - x)); NaN outside [-1, 1]."""
    y = x.absolute()
    return (0.5 * log1p((y + y) / (1.0 - y))).with_sign_of(x)
