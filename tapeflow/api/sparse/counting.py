"""tf.sparse.bincount: how often each number comes, told for the numbers that come at all."""

import numpy

from tapeflow.api.arrays import reshape
from tapeflow.api.arrays import zeros as zeros_dense
from tapeflow.api.casting import cast
from tapeflow.api.math.segment import unsorted_segment_sum
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.dtypes import int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor
from tapeflow.ops.layout import concat
from tapeflow.ops.sparse_indices import sparse_indices

__all__ = ["bincount"]


def bincount(values, weights=None, axis=0, minlength=None, maxlength=None, binary_output=False, name=None):
    """How often each number comes, as a SparseTensor of the numbers that do come.

    Args:
      values: a tensor, sparse or ragged tensor of integers >= 0 with at most two axes.
      weights: of the same kind and shape: what each counts; the result has its dtype, else that of `values`.
      axis: 0 counts all elements together, -1 each row for itself.
      minlength, maxlength: the least size of the result, and the size from which on numbers are ignored.
      binary_output: whether to say 1 for every number that comes.

    Raises InvalidArgumentError for negative numbers.

    >>> tf.sparse.to_dense(tf.sparse.bincount([[1, 1], [3, 0]], axis=-1)).numpy()
    array([[0, 2, 0, 0],
           [1, 0, 0, 1]], dtype=int32)
    """
    if axis not in (0, -1):
        raise ValueError(f"Unsupported axis={axis}; only 0 and -1 are supported.")
    if binary_output and weights is not None:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one."
        )
    indices, numbers, shape, dtype = _parts(values, axis)
    if weights is not None:
        weights = reshape(weights.values if isinstance(weights, SparseTensor) else _flat(weights), [-1])
    least = -1 if minlength is None else int(minlength)
    most = -1 if maxlength is None else int(maxlength)
    rank = 1 if shape.dims[0] == 0 else 2
    places, group = sparse_indices(
        indices, numbers, step="counted_groups", settings=(most, rank), dims=(rank,)
    )
    (size,) = sparse_indices(numbers, step="counted_size", settings=(least, most))
    ones = as_tensor(1, int64)
    count = places.shape[0] if places.shape[0] is not None else places.dims[0]
    if binary_output:
        found = zeros_dense([count], int64) + ones
    else:
        each = zeros_dense([group.dims[0]], int64) + ones if weights is None else weights
        found = unsorted_segment_sum(each, group, count)
    if weights is None:
        found = cast(found, dtype)
    return SparseTensor(places, found, concat(shape, size, axis=0))


def _flat(value):
    return value.flat_values if isinstance(value, CompositeTensor) else as_tensor(value)


def _parts(values, axis):
    """Places, numbers and the sizes before the last axis."""
    if isinstance(values, CompositeTensor) and not isinstance(values, SparseTensor):
        values = values.to_sparse()
    if isinstance(values, SparseTensor):
        indices, numbers, shape = values.indices, values.values, values.dense_shape
        rank = values.shape.rank
    else:
        dense = as_tensor(values)
        rank = len(dense.dims)
        numbers = reshape(dense, [-1])
        shape = as_tensor(list(dense.dims), int64)
        grid = numpy.indices(tuple(dense.dims)) if all(type(n) is int for n in dense.dims) else None
        if grid is None:
            from tapeflow.api.arrays import ones
            from tapeflow.api.selection import where

            indices = where(ones(dense.dims))
        else:
            indices = as_tensor(grid.reshape(rank, -1).T.astype(numpy.int64), int64)
    dtype = numbers.dtype
    numbers = cast(numbers, int64)
    if axis == 0 or rank == 1:
        return indices[:, :1], numbers, shape[:0], dtype
    return indices, numbers, shape[:-1], dtype
