"""Rounding, sign, order and what kind of number one is."""

import math


def sqrt(x):
    """The square root; NaN for negative numbers."""
    return x.square_root()


def absolute(x):
    """The magnitude. That of the least integer is that integer."""
    if x.is_integer:
        return (x < 0).choose(-x, x)
    return x.absolute()


def sign(x):
    """-1, 0 or 1; NaN of NaN."""
    if x.is_integer:
        return (x > 0).choose(x.constant(1), x >> (x.bits_each - 1))
    return (x > 0.0).choose(1.0, (x < 0.0).choose(-1.0, x + 0.0))


def floor(x):
    """The greatest whole number that is not above."""
    return x.intrinsic("floor")


def ceil(x):
    """The least whole number that is not below."""
    return x.intrinsic("ceil")


def trunc(x):
    """The whole number without the fraction."""
    return x.intrinsic("trunc")


def rint(x):
    """The nearest whole number, the even one of two."""
    return x.nearest()


def maximum(a, b):
    """The greater one; NaN if either is."""
    if a.is_integer:
        return a.intrinsic("smax", b)
    if b.is_constant:
        a, b = b, a
    return _unless_nan(a, (a > b).choose(a, b))


def minimum(a, b):
    """The smaller one; NaN if either is."""
    if a.is_integer:
        return a.intrinsic("smin", b)
    if b.is_constant:
        a, b = b, a
    return _unless_nan(a, (a < b).choose(a, b))


def _unless_nan(a, chosen):
    """`chosen`, which is b where either is NaN (one instruction of x86), but a where that is NaN."""
    # LLVM's `maximum` also orders the zeros, in five instructions; these are three, and one where a is constant.
    return a.is_nan().choose(a, chosen)


def isnan(x):
    """A bit: is this NaN?"""
    return x.is_nan()


def isfinite(x):
    """A bit: neither infinite nor NaN?"""
    return x.absolute() < math.inf


def isinf(x):
    """A bit: infinite, of either sign?"""
    return x.absolute().equals(math.inf)


def copysign(a, b):
    """The magnitude of a with the sign of b."""
    return a.with_sign_of(b)


def nextafter(a, b):
    """The number that follows a in the direction of b, by counting in the order of all numbers."""
    start, goal = _place(a), _place(b)
    step = (goal > start).choose(start.constant(1), (goal < start).choose(start.constant(-1), 0))
    return (a.is_nan() | b.is_nan()).choose(a + b, _bits_at(start + step).as_float())


def _place(x):
    """The number's place in the order of all, 0 for both zeros."""
    return _bits_at(x.bits())


def _bits_at(place):
    """The bits of the number at a place, and the place of a number of these bits: they are each other's inverse."""
    least = place.constant(1 << (place.bits_each - 1))
    return (place < 0).choose(least - place, place)


def unsigned_maximum(a, b):
    """The greater one."""
    return a.intrinsic("umax", b)


def unsigned_minimum(a, b):
    """The smaller one."""
    return a.intrinsic("umin", b)


def unsigned_absolute(x):
    """The number itself."""
    return x


def unsigned_sign(x):
    """0 or 1."""
    return x.equals(0).choose(x, 1)
