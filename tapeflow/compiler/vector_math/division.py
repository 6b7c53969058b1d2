"""Quotients, remainders and powers of integers; remainders of floating numbers."""

import math

from tapeflow.compiler.vector_math.outlined import outlined, repeat_while

# Floating numbers.

_FAR = 2.0**28
"""For quotients below this, q y is exact in double where x and y are float; of doubles the error of it is exact."""


def fmod(x, y):
    """What is left of x after subtracting y, without rounding, as often as that goes toward 0: the sign of x.

    A quotient of more bits than the arithmetic has is subtracted in steps, in a loop that others do not enter.
    """
    return _in_double(_signed_left, x, y)


def remainder(x, y):
    """x modulo y: as `fmod`, but with the sign of y."""
    return _in_double(_modulo, x, y)


def _in_double(function, x, y):
    if x.bits_each == 64:
        return function(x, y, _subtracted_from_double)
    return function(x.to_double(), y.to_double(), _subtracted).to_single()


def _signed_left(x, y, subtract):
    left, divisor = x.absolute(), y.absolute()
    near = _near_single if subtract is _subtracted else _near_double
    (left,) = outlined(near.__name__.strip("_"), near, (left, divisor), (left,))
    rest = (left < divisor).choose(left, subtract(left, divisor))
    return left.equals(math.inf).choose(math.nan, rest).with_sign_of(x)


def _near_single(left, divisor):
    return _near(left, divisor, _subtracted)


def _near_double(left, divisor):
    return _near(left, divisor, _subtracted_from_double)


def _near(left, divisor, subtract):
    """What is left after subtracting multiples of the divisor until the quotient is small."""

    def is_far(left):
        return (left >= divisor * _FAR) & (left < math.inf) & (divisor > 0.0)

    def step(left):
        # The divisor times a power of two that makes the quotient at least 2^26 and exact.
        gap = _exponent_bits(left) - _exponent_bits(divisor) - (27 << 52)
        multiple = (divisor.bits() + (gap > 0).choose(gap, 0)).as_float()
        return (is_far(left).choose(subtract(left, multiple), left),)

    return repeat_while(is_far, step, (left,))


def _modulo(x, y, subtract):
    left = _signed_left(x, y, subtract)
    is_beyond = ((left < 0.0) & (y > 0.0)) | ((left > 0.0) & (y < 0.0))
    return left.equals(0.0).choose(left.with_sign_of(y), is_beyond.choose(left + y, left))


def _exponent_bits(x):
    return x.bits() & (0x7FF << 52)


def _subtracted(left, divisor):
    """left - q divisor for the whole part q of left / divisor."""
    quotient = (left / divisor).intrinsic("trunc")
    product = quotient * divisor
    rest = (left - product) - quotient.product_error(divisor, product)
    return (rest < 0.0).choose(rest + divisor, rest)  # the quotient was rounded up to a whole number


def _subtracted_from_double(left, divisor):
    """The same, both numbers scaled so that neither parts of the product nor its error leave the range."""
    is_small, is_large = divisor < 2.0**-700, divisor > 2.0**800
    scale = is_small.choose(left.constant(2.0**300), is_large.choose(left.constant(2.0**-300), 1.0))
    inverse = is_small.choose(left.constant(2.0**-300), is_large.choose(left.constant(2.0**300), 1.0))
    return _subtracted(left * scale, divisor * scale) * inverse


# Integers. What division by 0 gives is not defined here; it does not stop the program.


def floor_divide(a, b):
    """The greatest integer that is not above a / b."""
    quotient, left = _toward_zero(a, b)
    return quotient - _is_beyond(left, b).choose(a.constant(1), 0)


def modulo(a, b):
    """What is left of a by `floor_divide`: the sign of b."""
    _, left = _toward_zero(a, b)
    return left + _is_beyond(left, b).choose(b, 0)


def _is_beyond(left, b):
    """A bit: is the remainder not 0 and of another sign than b?"""
    return left.differs(0) & ((left ^ b) < 0)


def _toward_zero(a, b):
    """Quotient and remainder of C. The processor stops at the least integer over -1, as it does at 0."""
    is_minus_one = b.equals(-1)
    divisor = (is_minus_one | b.equals(0)).choose(1, b)
    quotient = a.wrap(a.builder.sdiv(a.value, divisor.value))
    quotient = is_minus_one.choose(-a, quotient)
    return quotient, a - quotient * b


def unsigned_divide(a, b):
    """The whole part of a / b."""
    return a.wrap(a.builder.udiv(a.value, b.equals(0).choose(1, b).value))


def unsigned_modulo(a, b):
    """What is left of a by `unsigned_divide`."""
    return a - unsigned_divide(a, b) * b


def integer_power(a, b):
    """a to the power of b, wrapping around, by squaring; what negative b gives is not defined."""
    return outlined("integer_power", _power_by_squaring, (a, b), (a,))[0]


def _power_by_squaring(a, b):
    def step(result, square, rest):
        is_odd = (rest & 1).differs(0)
        return is_odd.choose(result * square, result), square * square, rest.shifted_down(1)

    state = (a.constant(1), a, b)
    return repeat_while(lambda result, square, rest: rest.differs(0), step, state)[:1]


def population_count(x):
    """The number of bits that are set."""
    return x.intrinsic("ctpop")
