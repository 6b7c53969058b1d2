"""Special functions of the error, gamma, beta and zeta families. SciPy computes them, in float64.

Outside of a function's domain the results are TensorFlow's. The formulas of the derivatives are in Abramowitz
and Stegun, "Handbook of Mathematical Functions", chapters 5 to 7, 23 and 26.
"""

import math

import numpy

from tapeflow.core.dtypes import FLOATS, float32, float64
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise
from tapeflow.ops import error_function
from tapeflow.ops.arithmetic import exp, log, square, xlog1py, xlogy
from tapeflow.ops.comparison import equal
from tapeflow.ops.creation import ones, zeros
from tapeflow.ops.selection import select
from tapeflow.ops.trigonometry import cos, sin

_WIDE = frozenset([float32, float64])


def in_double(function, *arrays):
    """The result of `function`, computed in float64, in the dtype of the first array."""
    result = function(*[array.astype(numpy.float64) for array in arrays])
    return result.astype(arrays[0].dtype)


def scipy_special():
    """The module scipy.special, imported when it is first needed."""
    from scipy import special

    return special


# The error function and its relatives.


@elementwise("Erf", accepts=FLOATS)
def erf(xp, x):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return error_function.erf(x) if x.dtype.char == "f" else in_double(scipy_special().erf, x)


@elementwise("Erfc", accepts=FLOATS)
def erfc(xp, x):
    """1 - erf(x), accurate where that is small."""
    return in_double(scipy_special().erfc, x)


@elementwise("Erfinv", accepts=FLOATS)
def erfinv(xp, x):
    """The number whose error function is x; NaN outside [-1, 1]."""
    return in_double(scipy_special().erfinv, x)


@elementwise("Ndtri", accepts=FLOATS)
def ndtri(xp, x):
    """The number below which a standard normal one lies with probability x; NaN outside [0, 1]."""
    return in_double(scipy_special().ndtri, x)


erf.grad(x=fusible(lambda g, x: g * (2 / math.sqrt(math.pi)) * exp(-square(x))))
erfc.grad(x=fusible(lambda g, x: g * (-2 / math.sqrt(math.pi)) * exp(-square(x))))
erfinv.grad(x=lambda g, y: g * (math.sqrt(math.pi) / 2) * exp(square(y)))
ndtri.grad(x=lambda g, y: g * math.sqrt(2 * math.pi) * exp(0.5 * square(y)))
erf.lower(lambda e, x: e.erf(x))
erfc.lower(lambda e, x: e.erfc(x))


@elementwise("Dawsn", accepts=FLOATS)
def dawsn(xp, x):
    """Dawson's integral, exp(-x^2) times the integral of exp(t^2) from 0 to x."""
    return in_double(scipy_special().dawsn, x)


@elementwise("FresnelSin", accepts=FLOATS)
def fresnel_sin(xp, x):
    """The integral of sin(pi t^2 / 2) from 0 to x."""
    return in_double(lambda x: scipy_special().fresnel(x)[0], x)


@elementwise("FresnelCos", accepts=FLOATS)
def fresnel_cos(xp, x):
    """The integral of cos(pi t^2 / 2) from 0 to x."""
    return in_double(lambda x: scipy_special().fresnel(x)[1], x)


@elementwise("Expint", accepts=FLOATS)
def expint(xp, x):
    """The exponential integral Ei, the principal value of that of exp(t) / t up to x; NaN for negative x."""
    return in_double(lambda x: numpy.where(x < 0, numpy.nan, scipy_special().expi(x)), x)


@elementwise("Spence", accepts=FLOATS)
def spence(xp, x):
    """The integral of log(t) / (1 - t) from 1 to x, which is the dilogarithm of 1 - x."""
    return in_double(scipy_special().spence, x)


def _spence_derivative(x):
    at_one = equal(x, ones((), x._dtype))
    elsewhere = select(at_one, zeros((), x._dtype), x)
    return select(at_one, -ones((), x._dtype), log(elsewhere) / (1 - elsewhere))


dawsn.grad(x=lambda g, x, y: g * (1 - 2 * x * y))
fresnel_sin.grad(x=lambda g, x: g * sin((math.pi / 2) * square(x)))
fresnel_cos.grad(x=lambda g, x: g * cos((math.pi / 2) * square(x)))
expint.grad(x=lambda g, x: g * exp(x) / x)
spence.grad(x=lambda g, x: g * _spence_derivative(x))


# The gamma function and its relatives.


@elementwise("Lgamma", accepts=FLOATS)
def lgamma(xp, x):
    """Logarithm of the absolute value of the gamma function."""
    return in_double(lambda x: numpy.where(x == -numpy.inf, numpy.inf, scipy_special().gammaln(x)), x)


@elementwise("Digamma", accepts=FLOATS)
def digamma(xp, x):
    """Derivative of the logarithm of the gamma function; NaN at its poles."""
    return in_double(lambda x: numpy.where(x == 0, numpy.nan, scipy_special().psi(x)), x)


@elementwise("Polygamma", accepts=_WIDE)
def polygamma(xp, a, b):
    """Derivative of order a of the digamma function at b; NaN unless a is a whole number, not negative."""
    return in_double(_polygamma, a, b)


def _polygamma(order, x):
    special = scipy_special()
    higher = (-1.0) ** (order + 1) * special.gamma(order + 1) * special.zeta(order + 1, x)
    value = numpy.where(order == 0, special.psi(x), higher)
    return numpy.where((order < 0) | (order != numpy.floor(order)), numpy.nan, value)


@elementwise("Zeta", accepts=_WIDE)
def zeta(xp, a, b):
    """Hurwitz's zeta function, the sum of (b + n)^-a over n = 0, 1, 2, ..."""
    return in_double(lambda a, b: scipy_special().zeta(a, b), a, b)


lgamma.grad(x=lambda g, x: g * digamma(x))
digamma.grad(x=lambda g, x: g * polygamma(ones((), x._dtype), x))
polygamma.grad(a=None, b=lambda g, a, b: g * polygamma(a + 1, b))
zeta.grad(a=None, b=lambda g, a, b: -g * a * zeta(a + 1, b))


@elementwise("Igamma", accepts=FLOATS)
def igamma(xp, a, b):
    """The regularized incomplete gamma function P(a, b): the part of the integral for gamma(a) below b."""
    return in_double(_igamma, a, b)


def _igamma(a, x):
    value = numpy.where(a <= 0, numpy.nan, scipy_special().gammainc(a, x))
    return numpy.where(x == 0, 0.0, value)


@elementwise("Igammac", accepts=FLOATS)
def igammac(xp, a, b):
    """1 - P(a, b), accurate where that is small."""
    return in_double(lambda a, b: numpy.where(a <= 0, numpy.nan, scipy_special().gammaincc(a, b)), a, b)


@elementwise("IgammaGradA", accepts=_WIDE)
def igamma_by_shape(xp, a, b):
    """The derivative of igamma(a, b) by a."""
    from tapeflow.ops.gamma_derivative import sample_derivative

    def derivative(a, b):
        special = scipy_special()
        density = numpy.exp(special.xlogy(a - 1, b) - b - special.gammaln(a))
        return -density * sample_derivative(a, b)

    return in_double(derivative, a, b)


def _gamma_density(a, x):
    """The derivative of igamma(a, x) by x."""
    return exp(xlogy(a - 1, x) - x - lgamma(a))


igamma.grad(a=lambda g, a, b: g * igamma_by_shape(a, b), b=lambda g, a, b: g * _gamma_density(a, b))
igammac.grad(a=lambda g, a, b: -g * igamma_by_shape(a, b), b=lambda g, a, b: -g * _gamma_density(a, b))
igamma_by_shape.grad(b=lambda g, a, b: g * _gamma_density(a, b) * (log(b) - digamma(a)))


@elementwise("Betainc", accepts=_WIDE)
def betainc(xp, a, b, x):
    """The regularized incomplete beta function: the part of the integral for beta(a, b) below x."""
    return in_double(_betainc, a, b, x)


def _betainc(a, b, x):
    outside = (a <= 0) | (b <= 0) | (x < 0) | (x > 1)
    return numpy.where(outside, numpy.nan, scipy_special().betainc(a, b, x))


def _beta_density(a, b, x):
    log_beta = lgamma(a) + lgamma(b) - lgamma(a + b)
    return exp(xlog1py(b - 1, -x) + xlogy(a - 1, x) - log_beta)


betainc.grad(a=None, b=None, x=lambda g, a, b, x: g * _beta_density(a, b, x))
