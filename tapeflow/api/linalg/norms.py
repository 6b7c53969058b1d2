"""Norms of vectors and matrices."""

import math

from tapeflow.core.arguments import reduction_axes
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import conjugate, power, sqrt
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.complex_numbers import absolute_value
from tapeflow.ops.creation import full
from tapeflow.ops.decomposition import singular_values
from tapeflow.ops.families import kept_dims
from tapeflow.ops.layout import reshape, transpose
from tapeflow.ops.reduction import reduce_max

__all__ = ["norm", "normalize"]

_MATRIX_ORDERS = ("euclidean", "fro", 1, 2, math.inf)
_VECTOR_ORDERS = ("euclidean", 1, 2, math.inf)


def norm(tensor, ord="euclidean", axis=None, keepdims=None, name=None):
    """The norm of all elements (`axis` None), of vectors along one axis, or of matrices on a pair of axes.

    `ord` is "euclidean", 1, 2, infinity or another positive number for vectors; "euclidean" or "fro" (the
    root of the sum of squares), 1, 2 (the greatest singular value) or infinity for matrices. The Euclidean
    norm of complex numbers has their dtype, as in TensorFlow. The gradient of the Euclidean norm is NaN at 0.

    Raises ValueError for other orders and axes.

    >>> tf.norm([3.0, 4.0]).numpy().item(), tf.norm([[3.0, -4.0]], ord=1, axis=1).numpy()
    (5.0, array([7.], dtype=float32))
    """
    is_matrix = isinstance(axis, list | tuple) and len(axis) == 2
    if is_matrix:
        axis = tuple(axis)
        if not all(isinstance(each, int) for each in axis) or axis[0] == axis[1]:
            raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
        if ord not in _MATRIX_ORDERS:
            raise ValueError(f"'ord' must be a supported matrix norm in {[*_MATRIX_ORDERS]}, got {ord}")
    else:
        if not (axis is None or isinstance(axis, int)):
            raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
        if ord not in _VECTOR_ORDERS and (isinstance(ord, str) or not ord > 0):
            raise ValueError(f"'ord' must be a supported vector norm, got {ord}")
    tensor = as_tensor(tensor)
    rank = len(tensor.dims)
    axes = reduction_axes(axis, rank)
    result = _matrix_norm(tensor, ord, axis, axes) if is_matrix else _vector_norm(tensor, ord, axes)
    if keepdims:
        return result
    return reshape(result, dims=kept_dims(result.dims, axes, False))


def _euclidean(tensor, axes):
    return sqrt(reduce_sum(tensor * conjugate(tensor), axes=axes, keepdims=True))


def _vector_norm(tensor, ord, axes):
    if ord in ("euclidean", 2):
        return _euclidean(tensor, axes)
    sizes = absolute_value(tensor)
    if ord == 1:
        return reduce_sum(sizes, axes=axes, keepdims=True)
    if ord == math.inf:
        return reduce_max(sizes, axes=axes, keepdims=True)
    total = reduce_sum(power(sizes, full((), ord, sizes._dtype)), axes=axes, keepdims=True)
    return power(total, full((), 1.0 / ord, sizes._dtype))


def _matrix_norm(tensor, ord, axis, axes):
    rank = len(tensor.dims)
    if ord in ("euclidean", "fro"):
        return _euclidean(tensor, axes)
    if ord == 2:
        rest = [each for each in range(rank) if each not in axes]
        values = singular_values(transpose(tensor, perm=(*rest, *axes)))
        greatest = reduce_max(values, axes=(rank - 2,), keepdims=False)
        return reshape(greatest, dims=kept_dims(tensor.dims, axes, True))
    first, second = [(each % rank,) for each in axis]
    sizes = absolute_value(tensor)
    summed, other = (first, second) if ord == 1 else (second, first)
    return reduce_max(reduce_sum(sizes, axes=summed, keepdims=True), axes=other, keepdims=True)


def normalize(tensor, ord="euclidean", axis=None, name=None):
    """(`tensor` divided by its norm, the norm), the latter with axes of size 1; see `norm`.

    >>> tf.linalg.normalize([3.0, 4.0])[0].numpy()
    array([0.6, 0.8], dtype=float32)
    """
    tensor = as_tensor(tensor)
    size = norm(tensor, ord=ord, axis=axis, keepdims=True)
    return tensor / cast(size, tensor._dtype), size
