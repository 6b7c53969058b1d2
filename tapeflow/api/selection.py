"""Choosing elements by a condition, and passing tensors on with or without their gradients."""

from tapeflow.core import dtypes as types
from tapeflow.core import nest
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, as_tensors, operands
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops import selection

__all__ = ["guarantee_const", "identity", "stop_gradient", "where"]


def where(condition, x=None, y=None, name=None):
    """Elements of x where the condition holds, of y elsewhere; without x and y, the indices where it holds.

    condition, x, y: a bool tensor and two of one dtype; the three shapes broadcast. Without x and y, the
    condition may have any dtype of numbers, whose nonzero elements count; the result is then an int64 matrix
    with one row for each, in row-major order.

    Raises ValueError if only one of x and y is given, InvalidArgumentError for a condition that is no bool,
    unlike dtypes, or shapes that do not broadcast.

    >>> tf.where([True, False, True], [1, 2, 3], 0)
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([1, 0, 3], dtype=int32)>
    >>> tf.where([[True, False], [False, True]]).numpy()
    array([[0, 0],
           [1, 1]])
    """
    if x is None and y is None:
        return selection.nonzero(as_tensor(condition))
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    (condition,) = as_tensors([condition], types.bool)
    x, y = operands(x, y)
    if x._dtype is not y._dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute SelectV2 as input #2(zero-based) was expected to be a {x._dtype.name} tensor "
            f"but is a {y._dtype.name} tensor [Op:SelectV2]",
        )
    return selection.select(condition, x, y)


def identity(input, name=None):
    """A tensor with the same elements, through which gradients flow; of a composite tensor, one of such tensors.

    >>> tf.identity([1, 2]).numpy()
    array([1, 2], dtype=int32)
    """
    if not isinstance(input, Tensor):
        if isinstance(input, CompositeTensor):
            return nest.map_structure(identity, input, expand_composites=True)
        input = as_tensor(input)
    return selection.identity(input)


def guarantee_const(input, name=None):
    """A tensor with the same elements, of which the caller says that they never change; nothing depends on it.

    >>> tf.guarantee_const([1, 2]).numpy()
    array([1, 2], dtype=int32)
    """
    return selection.identity(as_tensor(input))


def stop_gradient(input, name=None):
    """A tensor with the same elements, through which no gradient flows: as if it were a constant.

    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * tf.stop_gradient(x)
    >>> float(tape.gradient(y, x))
    3.0
    """
    if not isinstance(input, Tensor):
        if isinstance(input, CompositeTensor):
            return nest.map_structure(stop_gradient, input, expand_composites=True)
        input = as_tensor(input)
    return selection.stop_gradient(input)
