"""Powers of floating numbers: a^b = exp(b log a), with the special values of the C standard (annex F).

The logarithm needs as many bits more than the result as the exponent has: float is computed in double, and double
with a logarithm in two parts, log(1 + f) = 2 s + (2/3) s^3 + s^5 q(s^2) with s = f / (2 + f), of which the first two
terms are sums of two numbers each (double-double arithmetic: T. J. Dekker, 1971).
"""

import math

from tapeflow.compiler.vector_math import exponential
from tapeflow.compiler.vector_math.lanes import (
    BIAS,
    LEAST_NORMAL,
    MANTISSA_BITS,
    polynomial,
    quick_two_sum,
    two_sum,
)
from tapeflow.compiler.vector_math.logarithm import above_root_of_half, exponent, fraction

_SERIES_FOR_SINGLE = (0.6666666564552638, 0.4000033518418993, 0.285373084271782, 0.235821610558944)
"""log(1 + f) = 2 s + s z p(z), z = s^2: within 4.8e-12 s."""
_FIFTH = (
    0.40000000000002256,
    0.2857142857009977,
    0.22222222519866705,
    0.1818178437329971,
    0.15386757005750987,
    0.13256826013534107,
    0.13196247345106882,
)
"""log(1 + f) = 2 s + (2/3) s^3 + s^5 q(z): within 1.2e-20 s."""
_TWO_THIRDS = (0.6666666666666666, 3.700743415417188e-17)
_LOG_2 = (0.6931471805598903, 5.497923018708371e-14)
"""The first part has 42 bits."""


def power(a, b):
    """a^b; NaN for negative a unless b is whole."""
    exponent_known = b.known_number()
    if exponent_known in _PRODUCTS:
        return _PRODUCTS[exponent_known](a)
    magnitude = (_power_of_single if a.bits_each == 32 else _power_of_double)(a.absolute(), b)
    is_turn = a.equals(-1.0) & b.absolute().equals(math.inf)
    magnitude = (b.equals(0.0) | a.equals(1.0) | is_turn).choose(1.0, magnitude)
    is_whole = b.intrinsic("trunc").equals(b)
    half = b * 0.5
    is_odd = is_whole & half.intrinsic("trunc").differs(half)
    signed = (is_odd & (a.bits() < 0)).choose(-magnitude, magnitude)
    return ((a < 0.0) & (a > -math.inf) & ~is_whole).choose(math.nan, signed)


_PRODUCTS = {
    -1.0: lambda a: 1.0 / a,
    0.5: lambda a: a.equals(-math.inf).choose(math.inf, (a + 0.0).square_root()),
    1.0: lambda a: a,
    2.0: lambda a: a * a,
    3.0: lambda a: a * a * a,
    4.0: lambda a: (a * a) * (a * a),
}
"""What the powers with these exponents are when they are known beforehand."""


def _power_of_single(a, b):
    """a^b for a that is not negative, by way of double."""
    base, times = a.to_double(), b.to_double()
    above = above_root_of_half(base)
    f = fraction(above)
    s = f / (f + 2.0)
    z = s * s
    logarithm = polynomial(z, _SERIES_FOR_SINGLE).multiply_add(z, 2.0) * s
    logarithm = exponent(above).multiply_add(math.log(2), logarithm)
    logarithm = base.equals(0.0).choose(-math.inf, base.equals(math.inf).choose(math.inf, logarithm))
    x = (times * logarithm).at_most(100.0).at_least(-110.0)
    shift = exponential.rounding_shift(64) + BIAS[64]
    shifted = x.multiply_add(exponential.LOG2_E, shift)
    r = exponential.remainder_by_log_2(x, shifted - shift)
    value = polynomial(r, exponential.SQUARE[32]).multiply_add(r * r, r) + 1.0
    result = (value * (shifted.bits() << MANTISSA_BITS[64]).as_float()).to_single()
    return a.is_nan().choose(a, result)


def _power_of_double(a, b):
    """a^b for a that is not negative."""
    high, low = _logarithm_in_two_parts(a)
    product = b * high
    rest = b.product_error(high, product) + b * low
    # Where the product is huge or no number at all, so that the rest is none, the result is 0, infinite or NaN.
    rest = (product.absolute() < 1000.0).choose(rest, 0.0)
    return a.is_nan().choose(a, exponential.exp(product, rest))


def _logarithm_in_two_parts(x):
    above = above_root_of_half(x)
    k, f = exponent(above), fraction(above)
    # s, s^2 and s^3 in two parts each
    divisor = f + 2.0
    s = f / divisor
    product = s * divisor
    lost = ((f - product) - s.product_error(divisor, product)) - s * (f - (divisor - 2.0))
    s_rest = lost / divisor
    z = s * s
    z_rest = s.product_error(s, z) + 2.0 * s * s_rest
    cube = s * z
    cube_rest = s.product_error(z, cube) + s * z_rest + s_rest * z
    # 2/3 + z q(z), and its product with s^3
    factor, factor_rest = quick_two_sum(f.constant(_TWO_THIRDS[0]), polynomial(z, _FIFTH) * z)
    factor_rest = factor_rest + _TWO_THIRDS[1]
    term = cube * factor
    term_rest = cube.product_error(factor, term) + cube * factor_rest + cube_rest * factor
    high, low = quick_two_sum(s + s, term)
    low = low + (2.0 * s_rest + term_rest)
    total, rest = two_sum(k * _LOG_2[0], high)
    total, rest = quick_two_sum(total, rest + low + k * _LOG_2[1])
    total = (x < LEAST_NORMAL[64]).choose(-math.inf, x.equals(math.inf).choose(math.inf, total))
    return total, rest
