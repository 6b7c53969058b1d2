"""tf.math.special: Bessel functions and integrals, element by element. Floating dtypes."""

from tapeflow.api.math.special_functions import bessel_i0, bessel_i0e, bessel_i1, bessel_i1e
from tapeflow.core.operands import as_tensor
from tapeflow.ops import bessel, special

__all__ = [
    "bessel_i0",
    "bessel_i0e",
    "bessel_i1",
    "bessel_i1e",
    "bessel_j0",
    "bessel_j1",
    "bessel_k0",
    "bessel_k0e",
    "bessel_k1",
    "bessel_k1e",
    "bessel_y0",
    "bessel_y1",
    "dawsn",
    "expint",
    "fresnel_cos",
    "fresnel_sin",
    "spence",
]


def bessel_j0(x, name=None):
    """The Bessel function of the first kind of order 0.

    >>> tf.math.special.bessel_j0([0.0, 1.0]).numpy().round(4)
    array([1.    , 0.7652], dtype=float32)
    """
    return bessel.j0(as_tensor(x))


def bessel_j1(x, name=None):
    """The Bessel function of the first kind of order 1.

    >>> tf.math.special.bessel_j1([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.4401], dtype=float32)
    """
    return bessel.j1(as_tensor(x))


def bessel_k0(x, name=None):
    """The modified Bessel function of the second kind of order 0, of positive numbers.

    >>> tf.math.special.bessel_k0([0.5, 1.0]).numpy().round(4)
    array([0.9244, 0.421 ], dtype=float32)
    """
    return bessel.k0(as_tensor(x))


def bessel_k0e(x, name=None):
    """bessel_k0(x) * exp(x), which does not underflow.

    >>> tf.math.special.bessel_k0e([0.5, 1.0]).numpy().round(4)
    array([1.5241, 1.1445], dtype=float32)
    """
    return bessel.k0e(as_tensor(x))


def bessel_k1(x, name=None):
    """The modified Bessel function of the second kind of order 1, of positive numbers.

    >>> tf.math.special.bessel_k1([0.5, 1.0]).numpy().round(4)
    array([1.6564, 0.6019], dtype=float32)
    """
    return bessel.k1(as_tensor(x))


def bessel_k1e(x, name=None):
    """bessel_k1(x) * exp(x), which does not underflow.

    >>> tf.math.special.bessel_k1e([0.5, 1.0]).numpy().round(4)
    array([2.731 , 1.6362], dtype=float32)
    """
    return bessel.k1e(as_tensor(x))


def bessel_y0(x, name=None):
    """The Bessel function of the second kind of order 0, of positive numbers.

    >>> tf.math.special.bessel_y0([0.5, 1.0]).numpy().round(4)
    array([-0.4445,  0.0883], dtype=float32)
    """
    return bessel.y0(as_tensor(x))


def bessel_y1(x, name=None):
    """The Bessel function of the second kind of order 1, of positive numbers.

    >>> tf.math.special.bessel_y1([0.5, 1.0]).numpy().round(4)
    array([-1.4715, -0.7812], dtype=float32)
    """
    return bessel.y1(as_tensor(x))


def dawsn(x, name=None):
    """Dawson's integral, exp(-x^2) times the integral of exp(t^2) from 0 to x.

    >>> tf.math.special.dawsn([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.5381], dtype=float32)
    """
    return special.dawsn(as_tensor(x))


def expint(x, name=None):
    """The exponential integral Ei, the principal value of that of exp(t) / t up to x; NaN for negative x.

    >>> tf.math.special.expint([0.5, 1.0]).numpy().round(4)
    array([0.4542, 1.8951], dtype=float32)
    """
    return special.expint(as_tensor(x))


def fresnel_cos(x, name=None):
    """Fresnel's integral of cos(pi t^2 / 2) from 0 to x.

    >>> tf.math.special.fresnel_cos([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.7799], dtype=float32)
    """
    return special.fresnel_cos(as_tensor(x))


def fresnel_sin(x, name=None):
    """Fresnel's integral of sin(pi t^2 / 2) from 0 to x.

    >>> tf.math.special.fresnel_sin([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.4383], dtype=float32)
    """
    return special.fresnel_sin(as_tensor(x))


def spence(x, name=None):
    """Spence's integral of log(t) / (1 - t) from 1 to x, the dilogarithm of 1 - x.

    >>> tf.math.special.spence([0.0, 1.0]).numpy().round(4)
    array([1.6449, 0.    ], dtype=float32)
    """
    return special.spence(as_tensor(x))
