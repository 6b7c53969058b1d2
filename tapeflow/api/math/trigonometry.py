"""Circular and hyperbolic functions and their inverses, element by element; angles are in radians.

Floating and complex dtypes (atan2: floating); others are refused with InvalidArgumentError. Real arguments
outside of a function's domain give NaN.
"""

from tapeflow.core.operands import as_tensor, operands
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops import trigonometry

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
    "tanh",
]


def sin(x, name=None):
    """The sine.

    >>> tf.math.sin([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.8415], dtype=float32)
    """
    return trigonometry.sin(as_tensor(x))


def cos(x, name=None):
    """The cosine.

    >>> tf.math.cos([0.0, 1.0]).numpy().round(4)
    array([1.    , 0.5403], dtype=float32)
    """
    return trigonometry.cos(as_tensor(x))


def tan(x, name=None):
    """The tangent.

    >>> tf.math.tan([0.0, 1.0]).numpy().round(4)
    array([0.    , 1.5574], dtype=float32)
    """
    return trigonometry.tan(as_tensor(x))


def asin(x, name=None):
    """The angle in [-pi/2, pi/2] whose sine is x.

    >>> tf.math.asin([0.0, 1.0, 2.0]).numpy().round(4)
    array([0.    , 1.5708,    nan], dtype=float32)
    """
    return trigonometry.asin(as_tensor(x))


def acos(x, name=None):
    """The angle in [0, pi] whose cosine is x.

    >>> tf.math.acos([1.0, 0.0, 2.0]).numpy().round(4)
    array([0.    , 1.5708,    nan], dtype=float32)
    """
    return trigonometry.acos(as_tensor(x))


def atan(x, name=None):
    """The angle in [-pi/2, pi/2] whose tangent is x.

    >>> tf.math.atan([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.7854], dtype=float32)
    """
    return trigonometry.atan(as_tensor(x))


def atan2(y, x, name=None):
    """The angle in [-pi, pi] of the point (x, y); the shapes broadcast.

    >>> tf.math.atan2([1.0, 0.0], [0.0, -1.0]).numpy().round(4)
    array([1.5708, 3.1416], dtype=float32)
    """
    return trigonometry.atan2(*operands(y, x))


def sinh(x, name=None):
    """The hyperbolic sine.

    >>> tf.math.sinh([0.0, 1.0]).numpy().round(4)
    array([0.    , 1.1752], dtype=float32)
    """
    return trigonometry.sinh(as_tensor(x))


def cosh(x, name=None):
    """The hyperbolic cosine.

    >>> tf.math.cosh([0.0, 1.0]).numpy().round(4)
    array([1.    , 1.5431], dtype=float32)
    """
    return trigonometry.cosh(as_tensor(x))


def tanh(x, name=None):
    """The hyperbolic tangent.

    >>> tf.math.tanh([-20.0, 0.0, 20.0]).numpy()
    array([-1.,  0.,  1.], dtype=float32)
    """
    return trigonometry.tanh(x if type(x) is EagerTensor else as_tensor(x))


def asinh(x, name=None):
    """The number whose hyperbolic sine is x.

    >>> tf.math.asinh([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.8814], dtype=float32)
    """
    return trigonometry.asinh(as_tensor(x))


def acosh(x, name=None):
    """The number, not negative, whose hyperbolic cosine is x.

    >>> tf.math.acosh([1.0, 2.0, 0.0]).numpy().round(4)
    array([0.   , 1.317,   nan], dtype=float32)
    """
    return trigonometry.acosh(as_tensor(x))


def atanh(x, name=None):
    """The number whose hyperbolic tangent is x.

    >>> tf.math.atanh([0.0, 1.0, 2.0]).numpy()
    array([ 0., inf, nan], dtype=float32)
    """
    return trigonometry.atanh(as_tensor(x))
