"""Special functions, element by element. Floating dtypes; others are refused with InvalidArgumentError."""

import math

from tapeflow.core.arguments import reduction_axes
from tapeflow.core.operands import as_tensor, as_tensors, operands
from tapeflow.ops import arithmetic, bessel, special
from tapeflow.ops.broadcasting import reduce_sum

__all__ = [
    "bessel_i0",
    "bessel_i0e",
    "bessel_i1",
    "bessel_i1e",
    "betainc",
    "digamma",
    "erf",
    "erfc",
    "erfcinv",
    "erfinv",
    "igamma",
    "igammac",
    "lbeta",
    "lgamma",
    "ndtri",
    "polygamma",
    "zeta",
]


def erf(x, name=None):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.

    >>> tf.math.erf([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.8427], dtype=float32)
    """
    return special.erf(as_tensor(x))


def erfc(x, name=None):
    """1 - erf(x), accurate also where that is small.

    >>> tf.math.erfc([0.0, 1.0]).numpy().round(4)
    array([1.    , 0.1573], dtype=float32)
    """
    return special.erfc(as_tensor(x))


def erfinv(x, name=None):
    """The number whose error function is x; NaN outside [-1, 1].

    >>> tf.math.erfinv([0.0, 0.5]).numpy().round(4)
    array([0.    , 0.4769], dtype=float32)
    """
    return special.erfinv(as_tensor(x))


def erfcinv(x, name=None):
    """The number whose complementary error function `tf.math.erfc` is x; NaN outside [0, 2].

    >>> tf.math.erfcinv([0.5, 2.0]).numpy().round(4)
    array([0.4769,   -inf], dtype=float32)
    """
    x = as_tensor(x)
    return arithmetic.multiply(special.ndtri(0.5 * x), as_tensor(-math.sqrt(0.5), x._dtype))


def ndtri(x, name=None):
    """The number below which a standard normal one lies with probability x; NaN outside [0, 1].

    >>> tf.math.ndtri([0.5, 0.975]).numpy().round(4)
    array([0.  , 1.96], dtype=float32)
    """
    return special.ndtri(as_tensor(x))


def lgamma(x, name=None):
    """The logarithm of the absolute value of the gamma function.

    >>> tf.math.lgamma([0.5, 4.0]).numpy().round(4)
    array([0.5724, 1.7918], dtype=float32)
    """
    return special.lgamma(as_tensor(x))


def digamma(x, name=None):
    """The derivative of `tf.math.lgamma`; NaN at its poles 0, -1, -2, ...

    >>> tf.math.digamma([1.0, 0.0]).numpy().round(4)
    array([-0.5772,     nan], dtype=float32)
    """
    return special.digamma(as_tensor(x))


def igamma(a, x, name=None):
    """The lower regularized incomplete gamma function P(a, x); NaN unless a is positive.

    >>> tf.math.igamma(2.0, [1.0, 2.0]).numpy().round(4)
    array([0.2642, 0.594 ], dtype=float32)
    """
    return special.igamma(*operands(a, x))


def igammac(a, x, name=None):
    """The upper regularized incomplete gamma function 1 - P(a, x); NaN unless a is positive.

    >>> tf.math.igammac(2.0, [1.0, 2.0]).numpy().round(4)
    array([0.7358, 0.406 ], dtype=float32)
    """
    return special.igammac(*operands(a, x))


def polygamma(a, x, name=None):
    """The derivative of order a of `tf.math.digamma` at x; NaN unless a is a whole number, not negative.

    float32 and float64. There is no gradient by a.

    >>> tf.math.polygamma([1.0, 2.0], 1.0).numpy().round(4)
    array([ 1.6449, -2.4041], dtype=float32)
    """
    return special.polygamma(*operands(a, x))


def zeta(x, q, name=None):
    """Hurwitz's zeta function, the sum of (q + n)^-x over n = 0, 1, 2, ...

    float32 and float64. There is no gradient by x.

    >>> tf.math.zeta([2.0, 4.0], 1.0).numpy().round(4)
    array([1.6449, 1.0823], dtype=float32)
    """
    return special.zeta(*operands(x, q))


def betainc(a, b, x, name=None):
    """The regularized incomplete beta function; NaN unless a and b are positive and x is in [0, 1].

    float32 and float64; the shapes broadcast. There is no gradient by a and b.

    >>> tf.math.betainc(2.0, 3.0, [0.25, 1.0]).numpy().round(4)
    array([0.2617, 1.    ], dtype=float32)
    """
    return special.betainc(*as_tensors([a, b, x]))


def lbeta(x, name=None):
    """The logarithm of the absolute value of the beta function of the numbers along the last axis.

    Raises InvalidArgumentError for a scalar. The sum of the logarithms of the gamma function, less that of
    the sum.

    >>> tf.math.lbeta([[1.0, 2.0], [3.0, 4.0]]).numpy().round(4)
    array([-0.6931, -4.0943], dtype=float32)
    """
    x = as_tensor(x)
    axes = reduction_axes(-1, len(x.dims))
    total = special.lgamma(reduce_sum(x, axes=axes, keepdims=False))
    return arithmetic.subtract(reduce_sum(special.lgamma(x), axes=axes, keepdims=False), total)


def bessel_i0(x, name=None):
    """The modified Bessel function of the first kind of order 0.

    >>> tf.math.bessel_i0([0.0, 1.0]).numpy().round(4)
    array([1.    , 1.2661], dtype=float32)
    """
    return bessel.i0(as_tensor(x))


def bessel_i0e(x, name=None):
    """bessel_i0(x) * exp(-abs(x)), which does not overflow.

    >>> tf.math.bessel_i0e([0.0, 1.0]).numpy().round(4)
    array([1.    , 0.4658], dtype=float32)
    """
    return bessel.i0e(as_tensor(x))


def bessel_i1(x, name=None):
    """The modified Bessel function of the first kind of order 1.

    >>> tf.math.bessel_i1([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.5652], dtype=float32)
    """
    return bessel.i1(as_tensor(x))


def bessel_i1e(x, name=None):
    """bessel_i1(x) * exp(-abs(x)), which does not overflow.

    >>> tf.math.bessel_i1e([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.2079], dtype=float32)
    """
    return bessel.i1e(as_tensor(x))
