"""Nearest integers in several senses, element by element, in the same dtype. No gradient goes through."""

from tapeflow.core.operands import as_tensor
from tapeflow.ops import rounding

__all__ = ["ceil", "floor", "rint", "round"]


def floor(x, name=None):
    """The greatest integers that are not above x; floating dtypes.

    >>> tf.math.floor([1.5, -1.5]).numpy()
    array([ 1., -2.], dtype=float32)
    """
    return rounding.floor(as_tensor(x))


def ceil(x, name=None):
    """The least integers that are not below x; floating dtypes.

    >>> tf.math.ceil([1.5, -1.5]).numpy()
    array([ 2., -1.], dtype=float32)
    """
    return rounding.ceil(as_tensor(x))


def round(x, name=None):
    """The nearest integers, the even one of two equally near; floating numbers, and integers as they are.

    >>> tf.math.round([0.9, 2.5, -2.5]).numpy()
    array([ 1.,  2., -2.], dtype=float32)
    """
    x = as_tensor(x)
    return x if x._dtype.is_integer else rounding.round_half_even(x)


def rint(x, name=None):
    """The nearest integers, the even one of two equally near; floating dtypes.

    >>> tf.math.rint([0.5, 1.5, 2.5]).numpy()
    array([0., 2., 2.], dtype=float32)
    """
    return rounding.rint(as_tensor(x))
