"""Arc sine, arc cosine and arc tangent: polynomials of least greatest relative error (Remez exchange), after the
argument has been brought near 0 by the identities named below."""

import math

from tapeflow.compiler.vector_math.lanes import horner, polynomial

_ARCTAN = {
    32: (
        -0.33333301544189453,
        0.1999862641096115,
        -0.14265091717243195,
        0.1095665767788887,
        -0.08416461199522018,
        0.058178097009658813,
        -0.03139451891183853,
        0.011029016226530075,
        -0.001818728749640286,
    ),
    64: (
        -0.33333333333333326,
        0.19999999999998333,
        -0.1428571428558273,
        0.11111111105803974,
        -0.09090908961446187,
        0.07692305590025077,
        -0.06666642488646801,
        0.05882147353467056,
        -0.052618244285833816,
        0.0475515061210284,
        -0.04320621097618702,
        0.03911589115111465,
        -0.034690689810746946,
        0.029341907625118596,
        -0.022856092352071374,
        0.01576426002825672,
        -0.009238971945052816,
        0.004403525548914874,
        -0.001620840449929061,
        0.0004289075455404694,
        -7.22266181527659e-05,
        5.792012594439002e-06,
    ),
}
"""arctan(q) = q + q^3 p(q^2) for |q| <= 1, within 2.4e-9 and 1.3e-19 of q."""
_ARCSIN = {
    32: (
        0.16666753590106964,
        0.07495252043008804,
        0.045476034283638,
        0.024152152240276337,
        0.042211681604385376,
    ),
    64: (
        0.16666666666666763,
        0.0749999999997013,
        0.04464285717525161,
        0.030381942677135818,
        0.022372215847278228,
        0.0173515966765165,
        0.013981002852586702,
        0.011397435073435045,
        0.010788444025478088,
        0.00367582039111139,
        0.021780980500363138,
        -0.021101826406653215,
        0.03269206102482364,
    ),
}
"""arcsin(q) = q + q^3 p(q^2) for |q| <= 1/2, within 5e-9 and 1e-18 of q."""
_HALF_PI = {
    32: (1.5707963705062866, -4.371138828673793e-08),
    64: (1.5707963267948966, 6.123233995736766e-17),
}


def _reflected(angle, bits, multiple=1):
    """multiple * pi/2 - angle."""
    high, low = _HALF_PI[bits]
    return multiple * high - (angle - multiple * low)


def _arctan_of_fraction(q):
    square = q * q
    return horner(square, _ARCTAN[q.bits_each]).multiply_add(square * q, q)


def arctan(x):
    """Inverse of the tangent: pi/2 - arctan(1 / x) beyond 1."""
    y = x.absolute()
    is_large = y > 1.0
    angle = _arctan_of_fraction(is_large.choose(1.0 / y, y))
    return is_large.choose(_reflected(angle, x.bits_each), angle).with_sign_of(x)


def arctan2(y, x):
    """The angle of the point (x, y): of the smaller coordinate over the greater, then turned to its octant."""
    bits = x.bits_each
    width, height = x.absolute(), y.absolute()
    is_steep = height > width
    smaller, greater = is_steep.choose(width, height), is_steep.choose(height, width)
    q = smaller.equals(math.inf).choose(1.0, greater.equals(0.0).choose(0.0, smaller / greater))
    angle = _arctan_of_fraction(q)
    angle = is_steep.choose(_reflected(angle, bits), angle)
    angle = (x.bits() < 0).choose(_reflected(angle, bits, 2), angle)
    return ((x.is_nan()) | (y.is_nan())).choose(x + y, angle.with_sign_of(y))


def _arcsin_parts(y):
    """is_large, q, and arcsin(q) - q, where q is y up to 1/2 and sqrt((1 - y) / 2) above."""
    is_large = y > 0.5
    half = y.multiply_add(-0.5, 0.5)
    square = is_large.choose(half, y * y)
    q = is_large.choose(half.square_root(), y)
    return is_large, q, polynomial(square, _ARCSIN[y.bits_each]) * (square * q)


def arcsin(x):
    """Inverse of the sine: pi/2 - 2 arcsin(sqrt((1 - x) / 2)) above 1/2. NaN outside [-1, 1]."""
    is_large, q, rest = _arcsin_parts(x.absolute())
    angle = q + rest
    return is_large.choose(_reflected(angle + angle, x.bits_each), angle).with_sign_of(x)


def arccos(x):
    """Inverse of the cosine: 2 arcsin(sqrt((1 - x) / 2)) above 1/2, and pi less that of -x. NaN outside [-1, 1]."""
    bits = x.bits_each
    high, low = _HALF_PI[bits]
    is_large, q, rest = _arcsin_parts(x.absolute())
    angle = q + rest
    double = angle + angle
    near_one = (x < 0.0).choose(_reflected(double, bits, 2), double)
    signed = q.with_sign_of(x)
    middle = high - (signed - (low - rest.with_sign_of(x)))
    return is_large.choose(near_one, middle)
