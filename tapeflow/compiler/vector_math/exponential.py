"""The exponential function and what is made of it.

exp(x) = 2^n exp(r), where n is the whole number nearest to x / log 2 and r = x - n log 2 is computed from two parts
of log 2, the first of which has so few bits that its product with n is exact (W. J. Cody and W. Waite, "Software
Manual for the Elementary Functions", 1980, chapter 6). exp(r) = 1 + r + r^2 q(r), where q has the least greatest
relative error on |r| <= log(2) / 2 (Remez exchange in 240 bits, the coefficients rounded one after the other and
the later ones fitted again).

The factor 2^n is applied in two halves, where the processor has no instruction for it: the result overflows and
underflows where it should, and NaN stays.
"""

from tapeflow.compiler.vector_math.lanes import BIAS, MANTISSA_BITS, polynomial

LOG2_E = 1.4426950408889634
LOG_2_PARTS = {
    32: (0.693145751953125, 1.4286067653301549e-06),
    64: (0.6931471803691238, 1.9082149292705877e-10),
}
"""log 2 as a short number and the rest: 15 bits of 24, 33 of 53."""
SQUARE = {
    32: (
        0.4999999403953552,
        0.16666516661643982,
        0.041668105870485306,
        0.008369199931621552,
        0.0013838697923347354,
    ),
    64: (
        0.5,
        0.16666666666666688,
        0.041666666666666824,
        0.008333333333313885,
        0.0013888888888778134,
        0.00019841269903463763,
        2.480158756019488e-05,
        2.755722846213177e-06,
        2.755706355732749e-07,
        2.5114064344740077e-08,
        2.098068326688836e-09,
    ),
}
"""(exp(r) - 1 - r) / r^2 = q(r) for |r| <= log(2) / 2: within 3.2e-9 and 7.6e-20 of exp(r)."""
_RANGE = {32: (-104.0, 89.0), 64: (-746.0, 710.0)}
"""Below, exp is 0; above, infinite."""


def rounding_shift(bits):
    """A number that rounds what is added to it to whole numbers, found in the low bits of the sum."""
    return 1.5 * 2.0 ** MANTISSA_BITS[bits]


def exp(x, rest=None):
    """The exponential function of x, or of x + rest, where the rest is far smaller than 1."""
    bits = x.bits_each
    least, greatest = _RANGE[bits]
    x = x.at_most(greatest).at_least(least)
    shift = rounding_shift(bits) + 2 * BIAS[bits]
    shifted = x.multiply_add(LOG2_E, shift)
    r = remainder_by_log_2(x, shifted - shift)
    if rest is not None:
        r = r + rest
    value = polynomial(r, SQUARE[bits]).multiply_add(r * r, r) + 1.0
    if value.is_scalable:
        return value.scaled(shifted - shift)
    # The low bits hold n plus twice the bias: half of that each makes two normal powers of 2.
    both = shifted.bits()
    half = both.shifted_down(1)
    mantissa = MANTISSA_BITS[bits]
    return (value * (half << mantissa).as_float()) * ((both - half) << mantissa).as_float()


_VANISHES = {32: -88.0, 64: -709.0}
"""From here on down n is the exponent of 0, or less."""


def exp_nonpositive(x):
    """The exponential function of numbers of which none is positive: 2^n is a normal number, or 0."""
    bits = x.bits_each
    if x.is_scalable:
        return exp(x)
    x = x.at_least(_VANISHES[bits])
    shift = rounding_shift(bits) + BIAS[bits]
    shifted = x.multiply_add(LOG2_E, shift)
    r = remainder_by_log_2(x, shifted - shift)
    value = polynomial(r, SQUARE[bits]).multiply_add(r * r, r) + 1.0
    return value * (shifted.bits() << MANTISSA_BITS[bits]).as_float()


def remainder_by_log_2(x, n):
    """x - n log 2."""
    first, rest = LOG_2_PARTS[x.bits_each]
    return n.multiply_add(-rest, n.multiply_add(-first, x))


def scaled_exponential(x, scale):
    """2^-scale exp(x) and 2^-scale (exp(x) - 1), as minus_one, power: the first is their sum.

    `power` is 2^(n - scale), which must be a normal number; the second is minus_one + (power - 2^-scale), where
    minus_one is accurate near x = 0.
    """
    bits = x.bits_each
    shift = rounding_shift(bits) + BIAS[bits]
    shifted = x.multiply_add(LOG2_E, shift)
    r = remainder_by_log_2(x, shifted - shift)
    minus_one = polynomial(r, SQUARE[bits]).multiply_add(r * r, r)
    power = ((shifted.bits() - scale) << MANTISSA_BITS[bits]).as_float()
    return minus_one, power


def scaled_minus_one(x, scale):
    """2^-scale (exp(x) - 1), accurate near 0."""
    minus_one, power = scaled_exponential(x, scale)
    return minus_one.multiply_add(power, power - 2.0**-scale)


_LEAST_MINUS_ONE = {32: -17.5, 64: -38.0}
"""Below, exp(x) - 1 is -1."""

_IS_ITSELF = 2.0**-60
"""Below, exp(x) - 1 and sinh(x) are x; half and a quarter of it may be too small to be numbers."""


def expm1(x):
    """exp(x) - 1."""
    least, greatest = _LEAST_MINUS_ONE[x.bits_each], _RANGE[x.bits_each][1]
    half = scaled_minus_one(x.at_most(greatest).at_least(least), 1)
    return (x.absolute() < _IS_ITSELF).choose(x, half + half)


_TANH_IS_ONE = {32: 9.1, 64: 19.1}
_HALF_LOG_2 = 0.34657359027997264
"""As a float within 1e-9: twice 13 of those are too few for tanh to tell."""


def tanh(x):
    """The hyperbolic tangent: h / (h + 1) of h = (exp(2 |x|) - 1) / 2.

    2 |x| = n log 2 + 2 r, and (exp(2 r) - 1) / 2 = r + r^2 p(r), where p is q(2 r) twice.
    """
    bits = x.bits_each
    magnitude = x.absolute().at_most(_TANH_IS_ONE[bits])
    shift = rounding_shift(bits) + BIAS[bits]
    shifted = magnitude.multiply_add(2.0 * LOG2_E, shift)
    n = shifted - shift
    if bits == 32 and x.fma:
        r = n.multiply_add(-_HALF_LOG_2, magnitude)
    else:
        first, rest = LOG_2_PARTS[bits]
        r = n.multiply_add(-0.5 * rest, n.multiply_add(-0.5 * first, magnitude))
    coefficients = [2.0 ** (k + 1) * each for k, each in enumerate(SQUARE[bits])]
    half_minus_one = polynomial(r, coefficients).multiply_add(r * r, r)
    power = (shifted.bits() << MANTISSA_BITS[bits]).as_float()
    half = half_minus_one.multiply_add(power, power.multiply_add(0.5, -0.5))
    return (half / (half + 1.0)).with_sign_of(x)


def sigmoid(x):
    """The logistic function, 1 / (1 + exp(-x))."""
    return 1.0 / (exp(-x) + 1.0)


_SINH_IS_INFINITE = {32: 89.5, 64: 710.5}


def sinh(x):
    """The hyperbolic sine: (t + t / (t + 1)) / 2 of t = exp(|x|) - 1."""
    quarter = scaled_minus_one(x.absolute().at_most(_SINH_IS_INFINITE[x.bits_each]), 2)
    half = quarter + quarter / (quarter * 4.0 + 1.0)
    return (x.absolute() < _IS_ITSELF).choose(x, (half + half).with_sign_of(x))


def cosh(x):
    """The hyperbolic cosine: (t + 1 / t) / 2 of t = exp(|x|)."""
    minus_one, power = scaled_exponential(x.absolute().at_most(_SINH_IS_INFINITE[x.bits_each]), 2)
    quarter = minus_one.multiply_add(power, power)
    half = quarter + 0.0625 / quarter
    return half + half
