"""Sparse tensors taken apart, put together and looked at in other shapes."""

import numpy

from tapeflow.api.arrays import concat as concat_dense
from tapeflow.api.arrays import gather, zeros_like
from tapeflow.api.arrays import reshape as reshape_dense
from tapeflow.api.casting import cast
from tapeflow.api.sparse.conversion import check_sparse, in_order, rows, sparse_of
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core import dtypes
from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import add, maximum, minimum, multiply, subtract
from tapeflow.ops.selection import nonzero
from tapeflow.ops.sparse_indices import sparse_indices

__all__ = [
    "concat",
    "expand_dims",
    "fill_empty_rows",
    "mask",
    "reset_shape",
    "reshape",
    "retain",
    "slice",
    "split",
    "transpose",
]


def _int64(value):
    return cast(as_tensor(value), int64)


def reshape(sp_input, shape, name=None):
    """The same elements in another shape; one size may be -1. InvalidArgumentError if the sizes do not fit.

    >>> tf.sparse.reshape(tf.SparseTensor([[0, 1], [1, 0]], [1, 2], [2, 2]), [-1]).indices.numpy().tolist()
    [[1], [2]]
    """
    check_sparse(sp_input)
    wanted = _int64(shape)
    before = sp_input.dense_shape
    (after,) = sparse_indices(before, wanted, step="new_shape")
    (indices,) = sparse_indices(sp_input.indices, before, after, step="reshaped")
    sizes = [each if type(each) is int and each >= 0 else None for each in _listed(shape)]
    return sparse_of(indices, sp_input.values, after, sizes if len(sizes) == wanted.shape[0] else None)


def _listed(shape):
    array = getattr(shape, "_array", shape)
    if isinstance(array, Tensor):
        return []
    return [each if type(each) is int else getattr(each, "item", lambda: None)() for each in array]


def transpose(sp_input, perm=None, name=None):
    """The axes in the order `perm`; by default reversed.

    >>> tf.sparse.transpose(tf.SparseTensor([[0, 1]], [1], [2, 3])).indices.numpy().tolist()
    [[1, 0]]
    """
    check_sparse(sp_input)
    rank = sp_input.shape.rank
    perm = list(range(rank))[::-1] if perm is None else [int(each) % rank for each in perm]
    indices = gather(sp_input.indices, perm, axis=1)
    shape = [sp_input.shape[each] for each in perm]
    return in_order(indices, sp_input.values, gather(sp_input.dense_shape, perm), shape)


def concat(axis, sp_inputs, expand_nonconcat_dims=False, name=None):
    """Sparse tensors put together along `axis`; the other sizes must be equal, or the greatest of them counts.

    >>> s = tf.SparseTensor([[0]], [1], [2])
    >>> tf.sparse.concat(0, [s, s]).indices.numpy().tolist()
    [[0], [2]]
    """
    if isinstance(sp_inputs, SparseTensor):
        sp_inputs = [sp_inputs]
    if not isinstance(sp_inputs, list | tuple) or not all(
        isinstance(each, SparseTensor) for each in sp_inputs
    ):
        raise TypeError("Inputs must be a list of SparseTensors")
    if len(sp_inputs) == 1:
        return sp_inputs[0]
    rank = sp_inputs[0].shape.rank
    axis = int(axis)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None, None, f"Concat dimension must be in range [{-rank}, {rank}), got {axis} [Op:SparseConcat]"
        )
    axis %= rank
    sizes = [None if None in each else sum(each) if place == axis else max(each)
             for place, each in enumerate(zip(*[each.shape.as_list() for each in sp_inputs], strict=True))]  # fmt: skip
    if not expand_nonconcat_dims:
        for each in sp_inputs[1:]:
            _check_beside(sp_inputs[0].shape, each.shape, axis)
    here = (numpy.arange(rank) == axis).astype(numpy.int64)
    here = as_tensor(here, int64)
    offset = multiply(zeros_like(sp_inputs[0].dense_shape), here)
    indices = []
    greatest = sp_inputs[0].dense_shape
    for each in sp_inputs:
        indices.append(add(each.indices, offset))
        offset = add(offset, multiply(each.dense_shape, here))
        greatest = maximum(greatest, each.dense_shape)
    dense_shape = add(multiply(greatest, subtract(as_tensor(1, int64), here)), offset)
    return in_order(
        concat_dense(indices, 0), concat_dense([each.values for each in sp_inputs], 0), dense_shape, sizes
    )


def _check_beside(first, other, axis):
    for place, (one, another) in enumerate(zip(first, other, strict=True)):
        if place != axis and None not in (one, another) and one != another:
            message = f"Concat dimension {place} must match: {first} and {other} [Op:SparseConcat]"
            raise InvalidArgumentError(None, None, message)


def slice(sp_input, start, size, name=None):
    """The elements in the box of this size from `start` on, cut off at the ends of the tensor.

    >>> tf.sparse.slice(tf.SparseTensor([[1], [3]], [1, 2], [5]), [1], [2]).indices.numpy().tolist()
    [[0]]
    """
    check_sparse(sp_input)
    start, size = _int64(start), _int64(size)
    (kept,) = sparse_indices(sp_input.indices, start, size, step="inside")
    room = maximum(subtract(sp_input.dense_shape, start), as_tensor(0, int64))
    indices = subtract(rows(sp_input.indices, kept), start)
    return SparseTensor(indices, rows(sp_input.values, kept), minimum(size, room))


def split(sp_input=None, num_split=None, axis=None, name=None):
    """A list of `num_split` parts along `axis`; the first ones are longer by one if they cannot be equal.

    >>> parts = tf.sparse.split(tf.SparseTensor([[0], [2]], [1, 2], [3]), 2, 0)
    >>> [part.shape.as_list() for part in parts]
    [[2], [1]]
    """
    if sp_input is None or num_split is None or axis is None:
        raise ValueError("sp_input, num_split and axis are required.")
    check_sparse(sp_input)
    dims = sp_input.shape.as_list()
    axis = int(axis) % len(dims)
    least, more = divmod(dims[axis], int(num_split))
    parts = []
    begin = 0
    for number in range(int(num_split)):
        length = least + (number < more)
        start = [begin if place == axis else 0 for place in range(len(dims))]
        size = [length if place == axis else each for place, each in enumerate(dims)]
        parts.append(slice(sp_input, start, size))
        begin += length
    return parts


def expand_dims(sp_input, axis=None, name=None):
    """One more axis of size 1, by default the last.

    >>> tf.sparse.expand_dims(tf.SparseTensor([[1]], [5], [3]), axis=0).dense_shape.numpy()
    array([1, 3])
    """
    check_sparse(sp_input)
    rank = sp_input.shape.rank
    axis = -1 if axis is None else int(axis)
    if not -rank - 1 <= axis <= rank:
        raise ValueError(f"axis {axis} is out of range for a SparseTensor of rank {rank}.")
    axis = axis + rank + 1 if axis < 0 else axis
    indices = sp_input.indices
    zero = (
        zeros_like(indices[:, :1])
        if rank
        else reshape_dense(zeros_like(cast(sp_input.values, int64)), [-1, 1])
    )
    indices = concat_dense([indices[:, :axis], zero, indices[:, axis:]], 1)
    shape = sp_input.dense_shape
    shape = concat_dense([shape[:axis], as_tensor([1], int64), shape[axis:]], 0)
    sizes = sp_input.shape.as_list()
    return sparse_of(indices, sp_input.values, shape, [*sizes[:axis], 1, *sizes[axis:]])


def retain(sp_input, to_retain):
    """The elements for which the bool vector `to_retain` is True.

    >>> tf.sparse.retain(tf.SparseTensor([[1], [2]], [5, 6], [3]), [False, True]).values.numpy()
    array([6], dtype=int32)
    """
    check_sparse(sp_input)
    to_retain = as_tensor(to_retain, dtypes.bool)
    if not to_retain.shape.is_compatible_with(sp_input.values.shape):
        raise ValueError(f"Shapes {to_retain.shape} and {sp_input.values.shape} are incompatible")
    kept = reshape_dense(nonzero(to_retain), [-1])
    return sparse_of(
        rows(sp_input.indices, kept), rows(sp_input.values, kept), sp_input.dense_shape, sp_input.shape
    )


def reset_shape(sp_input, new_shape=None):
    """The same elements in a larger shape, or, without one, in the smallest that holds them.

    >>> tf.sparse.reset_shape(tf.SparseTensor([[1]], [5], [3])).dense_shape.numpy()
    array([2])
    """
    check_sparse(sp_input)
    if new_shape is None:
        from tapeflow.api.math import reduce_max

        size = add(reduce_max(sp_input.indices, axis=0), as_tensor(1, int64))
        return SparseTensor(sp_input.indices, sp_input.values, maximum(size, as_tensor(0, int64)))
    new_shape = _int64(new_shape)
    if new_shape.shape[0] != sp_input.shape.rank:
        raise ValueError(f"Dimensions {new_shape.shape[0]} and {sp_input.shape.rank} are not compatible")
    found = SparseTensor(sp_input.indices, sp_input.values, new_shape)
    for old, new in zip(sp_input.shape.as_list(), found.shape.as_list(), strict=True):
        if None not in (old, new) and new < old:
            raise ValueError(
                f"New shape should have dimension sizes >= the old shape: {found.shape}, {sp_input.shape}"
            )
    return found


def fill_empty_rows(sp_input, default_value, name=None):
    """The tensor with `default_value` at the start of each row that has no element, and which rows these are.

    >>> filled, empty = tf.sparse.fill_empty_rows(tf.SparseTensor([[1, 1]], [5], [2, 3]), 0)
    >>> filled.indices.numpy().tolist(), empty.numpy().tolist()
    ([[0, 0], [1, 1]], [True, False])
    """
    check_sparse(sp_input)
    indices, chosen, empty, _ = sparse_indices(
        sp_input.indices, sp_input.dense_shape, step="with_rows_filled"
    )
    default = reshape_dense(as_tensor(default_value, sp_input.dtype), [1])
    values = rows(concat_dense([sp_input.values, default], 0), chosen)
    return sparse_of(indices, values, sp_input.dense_shape, sp_input.shape), cast(empty, dtypes.bool)


def mask(a, mask_indices, name=None):
    """The rows of IndexedSlices whose numbers are not among `mask_indices`.

    >>> rows = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([0, 3]), [4, 1])
    >>> tf.sparse.mask(rows, [3]).indices.numpy()
    array([0], dtype=int32)
    """
    from tapeflow.ops.counting import list_diff
    from tapeflow.ops.indexed_slices import IndexedSlices

    indices = as_tensor(a.indices)
    kept, positions = list_diff(indices, as_tensor(mask_indices, indices.dtype), index_type=int64)
    return IndexedSlices(gather(a.values, positions), kept, a.dense_shape)
