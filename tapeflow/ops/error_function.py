"""The error function of float32 arrays by NumPy alone, several times faster than by SciPy, which computes in float64.

erf(x) is x P(x^2) / Q(x^2) for |x| < 3.92 and 1 in float32 beyond. The polynomials minimize the greatest relative
error, 2e-8, found by reweighted least squares; rounding makes it 4e-7.
"""

import numpy

_LIMIT = 3.92
_ABOVE = (
    1.1283791462156259,
    0.190397794787691,
    0.05274757443348636,
    0.0037652501024094064,
    0.00028487532143458666,
    2.050161206925644e-06,
)
_BELOW = (
    1.0,
    0.5020683944979231,
    0.11410552705821778,
    0.014968474115927896,
    0.0011624485809903508,
    3.8092102286187374e-05,
)
_BLOCK = 1 << 15
"""Elements at a time: the dozen passes over them stay in the cache."""


def erf(x):
    """The error function of a float32 array or scalar."""
    flat = numpy.asarray(x).reshape(-1)
    result = numpy.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        block = numpy.clip(flat[start : start + _BLOCK], -_LIMIT, _LIMIT)
        squares = block * block
        block *= _polynomial(_ABOVE, squares)
        block /= _polynomial(_BELOW, squares)
        numpy.clip(block, -1, 1, out=result[start : start + _BLOCK])
    return result.reshape(x.shape)[()]


def _polynomial(coefficients, x):
    total = x * numpy.float32(coefficients[-1])
    for coefficient in coefficients[-2:0:-1]:
        total += numpy.float32(coefficient)
        total *= x
    total += numpy.float32(coefficients[0])
    return total
