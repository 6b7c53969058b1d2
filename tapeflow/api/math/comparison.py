"""Comparisons, logic and tests, element by element; the results are bools. No gradient goes through.

Comparisons broadcast two tensors of one dtype; a Python number adopts the dtype of the tensor beside it.
InvalidArgumentError for unlike dtypes and for shapes that do not broadcast.
"""

import math

from tapeflow.core import dtypes as types
from tapeflow.core.operands import as_tensor, operands
from tapeflow.core.tensor import Tensor
from tapeflow.ops import arithmetic, comparison
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import reshape
from tapeflow.ops.reduction import reduce_all

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_non_decreasing",
    "is_strictly_increasing",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
]


def equal(x, y, name=None):
    """Whether x = y, of any dtype. NaN equals nothing.

    >>> tf.math.equal([1, 2], [1, 3]).numpy()
    array([ True, False])
    """
    return comparison.equal(*operands(x, y))


def not_equal(x, y, name=None):
    """Whether x and y differ, of any dtype.

    >>> tf.math.not_equal([1, 2], [1, 3]).numpy()
    array([False,  True])
    """
    return comparison.not_equal(*operands(x, y))


def less(x, y, name=None):
    """Whether x < y, of real numbers.

    >>> tf.math.less([1, 2, 3], 2).numpy()
    array([ True, False, False])
    """
    return comparison.less(*operands(x, y))


def less_equal(x, y, name=None):
    """Whether x <= y, of real numbers.

    >>> tf.math.less_equal([1, 2, 3], 2).numpy()
    array([ True,  True, False])
    """
    return comparison.less_equal(*operands(x, y))


def greater(x, y, name=None):
    """Whether x > y, of real numbers.

    >>> tf.math.greater([1, 2, 3], 2).numpy()
    array([False, False,  True])
    """
    return comparison.greater(*operands(x, y))


def greater_equal(x, y, name=None):
    """Whether x >= y, of real numbers.

    >>> tf.math.greater_equal([1, 2, 3], 2).numpy()
    array([False,  True,  True])
    """
    return comparison.greater_equal(*operands(x, y))


def _bools(*values):
    """The values as bool tensors; tensors among themselves are left for the op to refuse, as in TensorFlow."""
    if all(isinstance(each, Tensor) for each in values):
        return values
    return [as_tensor(each, types.bool) for each in values]


def logical_and(x, y, name=None):
    """Whether both bools hold; the shapes broadcast. TypeError or ValueError for what are no bools.

    >>> tf.math.logical_and([True, False], True).numpy()
    array([ True, False])
    """
    return comparison.logical_and(*_bools(x, y))


def logical_or(x, y, name=None):
    """Whether at least one of two bools holds; the shapes broadcast. TypeError or ValueError for others.

    >>> tf.math.logical_or([True, False], False).numpy()
    array([ True, False])
    """
    return comparison.logical_or(*_bools(x, y))


def logical_xor(x, y, name="LogicalXor"):
    """Whether exactly one of two bools holds; the shapes broadcast. TypeError or ValueError for others.

    >>> tf.math.logical_xor([True, False], True).numpy()
    array([False,  True])
    """
    return comparison.not_equal(as_tensor(x, types.bool), as_tensor(y, types.bool))


def logical_not(x, name=None):
    """Whether a bool does not hold. TypeError or ValueError for what are no bools.

    >>> tf.math.logical_not([True, False]).numpy()
    array([False,  True])
    """
    return comparison.logical_not(*_bools(x))


def is_finite(x, name=None):
    """Whether floating numbers are neither infinite nor NaN.

    >>> tf.math.is_finite([1.0, float("inf"), float("nan")]).numpy()
    array([ True, False, False])
    """
    return comparison.is_finite(as_tensor(x))


def is_inf(x, name=None):
    """Whether floating numbers are infinite.

    >>> tf.math.is_inf([1.0, float("inf"), float("nan")]).numpy()
    array([False,  True, False])
    """
    return comparison.is_inf(as_tensor(x))


def is_nan(x, name=None):
    """Whether floating numbers are NaN.

    >>> tf.math.is_nan([1.0, float("inf"), float("nan")]).numpy()
    array([False, False,  True])
    """
    return comparison.is_nan(as_tensor(x))


def is_non_decreasing(x, name=None):
    """Whether no element, in row-major order, is smaller than the one before; a scalar bool.

    >>> bool(tf.math.is_non_decreasing([1.0, 1.0, 2.0]))
    True
    """
    return _all_steps(comparison.less_equal, x)


def is_strictly_increasing(x, name=None):
    """Whether each element, in row-major order, is greater than the one before; a scalar bool.

    >>> bool(tf.math.is_strictly_increasing([1.0, 1.0, 2.0]))
    False
    """
    return _all_steps(comparison.less, x)


def _all_steps(holds, x):
    """Whether `holds(0, step)` for each difference between neighbours."""
    x = as_tensor(x)
    flat = reshape(x, dims=(math.prod(x.dims),))
    steps = arithmetic.subtract(flat[1:], flat[:-1])
    return reduce_all(holds(zeros((), x._dtype), steps), axes=(0,), keepdims=False)
