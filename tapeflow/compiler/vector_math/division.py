"""Quotients, remainders and powers of integers; remainders of floating numbers."""

import math

from tapeflow.compiler.vector_math.loops import repeat_while

# Floating numbers.

EXACT_QUOTIENT = 2.0**28
"""For quotients below this, q y is exact where x and y are float; of double the product's error is exact."""


def fmod(x, y):
    """What is left of x after subtracting y, without rounding, as often as that goes toward 0: the sign of x.

    A quotient of more bits than the arithmetic has is subtracted in steps, in a loop that others do not enter.
    """
    if x.bits_each == 32:
        return _magnitude_left(x.to_double(), y.to_double()).to_single().with_sign_of(x)
    return _magnitude_left(x, y).with_sign_of(x)


def _magnitude_left(x, y):
    left, divisor = x.absolute(), y.absolute()

    def is_far(left):
        return (left * (1 / EXACT_QUOTIENT) >= divisor) & (left < math.inf) & (divisor > 0.0)

    def step(left):
        # The divisor times a power of two that makes the quotient at least 2^26 and exact.
        gap = _exponent_bits(left) - _exponent_bits(divisor) - (27 << 52)
        multiple = (divisor.bits() + (gap > 0).choose(gap, 0)).as_float()
        return (is_far(left).choose(_subtracted(left, multiple), left),)

    (left,) = repeat_while(is_far, step, (left,))
    rest = _subtracted(left, divisor)
    rest = divisor.equals(math.inf).choose(left, rest)
    return left.equals(math.inf).choose(math.nan, rest)


def _exponent_bits(x):
    return x.bits() & (0x7FF << 52)


def _subtracted(left, divisor):
    """left - q divisor for the whole part q of left / divisor."""
    quotient = (left / divisor).intrinsic("trunc")
    product = quotient * divisor
    rest = (left - product) - quotient.product_error(divisor, product)
    return (rest < 0.0).choose(rest + divisor, rest)  # the quotient was rounded up to a whole number


def remainder(x, y):
    """x modulo y: as `fmod`, but with the sign of y."""
    left = fmod(x, y)
    is_other_side = ((left < 0.0) & (y > 0.0)) | ((left > 0.0) & (y < 0.0))
    return left.equals(0.0).choose(left.with_sign_of(y), is_other_side.choose(left + y, left))


# Integers. What division by 0 gives is not defined here; it does not stop the program.


def floor_divide(a, b):
    """The greatest integer that is not above a / b."""
    quotient, left = _toward_zero(a, b)
    return quotient - is_other_side(left, b).choose(a.constant(1), 0)


def modulo(a, b):
    """What is left of a by `floor_divide`: the sign of b."""
    _, left = _toward_zero(a, b)
    return left + is_other_side(left, b).choose(b, 0)


def is_other_side(left, b):
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
    one = a.constant(1)

    def step(result, square, rest):
        is_odd = (rest & 1).differs(0)
        return is_odd.choose(result * square, result), square * square, rest.shifted_down(1)

    state = (one, a, b)
    return repeat_while(lambda result, square, rest: rest.differs(0), step, state)[0]


def population_count(x):
    """The number of bits that are set."""
    return x.intrinsic("ctpop")
