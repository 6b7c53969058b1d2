"""Sparse tensors from dense ones and back."""

import numpy

from tapeflow.api.arrays import shape as shape_of
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core import dtypes
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import float32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.comparison import not_equal
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat, reshape
from tapeflow.ops.scattering import gather_nd
from tapeflow.ops.selection import nonzero
from tapeflow.ops.sparse_indices import sparse_indices

__all__ = ["eye", "from_dense", "reorder", "to_dense", "to_indicator"]


def from_dense(tensor, name=None):
    """The elements of a tensor that are not zero (not empty, not False), as a SparseTensor. Gradients flow through it.

    Raises InvalidArgumentError for a scalar.

    >>> tf.sparse.from_dense([[0, 1], [2, 0]]).values.numpy()
    array([1, 2], dtype=int32)
    """
    tensor = as_tensor(tensor)
    if not tensor.dims:
        raise InvalidArgumentError(
            None, None, "A scalar has no places; tf.sparse.from_dense needs at least one axis."
        )
    dtype = tensor._dtype
    if dtype is dtypes.bool:
        indices = nonzero(tensor)
    else:
        indices = nonzero(not_equal(tensor, as_tensor(b"" if dtype is dtypes.string else 0, dtype)))
    shape = (
        numpy.array(tensor.dims, numpy.int64)
        if all(type(n) is int for n in tensor.dims)
        else shape_of(tensor, int64)
    )
    return SparseTensor(indices, gather_nd(tensor, indices), shape)


def to_dense(sp_input, default_value=None, validate_indices=True, name=None):
    """The whole tensor, `default_value` (zero, "", False) where nothing is given. Gradients flow through it.

    Raises TypeError for anything but a SparseTensor, and InvalidArgumentError for a place outside, or, unless
    `validate_indices` is False, out of order or repeated. Without the check the last of repeated places
    counts.

    >>> tf.sparse.to_dense(tf.SparseTensor([[1]], [5], [3]), default_value=-1).numpy()
    array([-1,  5, -1], dtype=int32)
    """
    check_sparse(sp_input)
    shape = sp_input.dense_shape
    values = sp_input.values
    (chosen,) = sparse_indices(
        sp_input.indices,
        shape,
        step="filled",
        settings=(bool(validate_indices),),
        dims=_sizes(sp_input),
    )
    filler = zeros((), values.dtype) if default_value is None else as_tensor(default_value, values.dtype)
    return gather(concat(values, reshape(filler, dims=(1,)), axis=0), chosen, axis=0, batch_dims=0)


def _sizes(sparse):
    """The sizes of all axes, ints where they are known."""
    known = sparse.shape.as_list()
    if None not in known:
        return tuple(known)
    found = int_tuple(sparse.dense_shape)
    return tuple([size if number is None else number for number, size in zip(known, found, strict=True)])


def reorder(sp_input, name=None):
    """The same elements in the order of their places, row after row. TypeError for anything but a SparseTensor.

    >>> tf.sparse.reorder(tf.SparseTensor([[2], [0]], [1, 2], [3])).values.numpy()
    array([2, 1], dtype=int32)
    """
    check_sparse(sp_input)
    return in_order(sp_input.indices, sp_input.values, sp_input.dense_shape, sp_input.shape)


def in_order(indices, values, dense_shape, shape=None):
    """The SparseTensor of these parts, its elements in the order of their places."""
    (order,) = sparse_indices(indices, step="order")
    return sparse_of(rows(indices, order), rows(values, order), dense_shape, shape)


def rows(values, positions):
    """The elements, or rows, at these positions."""
    return gather(values, positions, axis=0, batch_dims=0)


def sparse_of(indices, values, dense_shape, shape=None):
    """A SparseTensor of which the sizes in `shape` are known, too."""
    found = SparseTensor(indices, values, dense_shape)
    if shape is not None:
        found.set_shape(shape)
    return found


def to_indicator(sp_input, vocab_size, name=None):
    """A bool tensor [..., vocab_size] that is True at every number in the last axis of integers.

    >>> tf.sparse.to_indicator(tf.SparseTensor([[0, 0], [0, 1]], [1, 3], [1, 2]), 4).numpy()
    array([[False,  True, False,  True]])
    """
    from tapeflow.api.casting import cast
    from tapeflow.api.math import equal

    check_sparse(sp_input)
    values = cast(sp_input.values, int64)
    indices = concat(sp_input.indices[:, :-1], values[:, None], axis=1)
    dense_shape = concat(sp_input.dense_shape[:-1], as_tensor([int(vocab_size)], int64), axis=0)
    ones = SparseTensor(indices, equal(values, values), dense_shape)
    return to_dense(reorder(ones), default_value=False, validate_indices=False)


def eye(num_rows, num_columns=None, dtype=float32, name=None):
    """The identity matrix, or one with ones on the diagonal.

    >>> tf.sparse.to_dense(tf.sparse.eye(2, 3)).numpy()
    array([[1., 0., 0.],
           [0., 1., 0.]], dtype=float32)
    """
    num_columns = num_rows if num_columns is None else num_columns
    count = min(int(num_rows), int(num_columns))
    diagonal = numpy.repeat(numpy.arange(count), 2).reshape(count, 2)
    values = as_tensor(numpy.ones(count, dtypes.as_dtype(dtype).array_dtype), dtypes.as_dtype(dtype))
    return SparseTensor(diagonal, values, numpy.array([int(num_rows), int(num_columns)]))


def check_sparse(value):
    """TypeError for anything but a SparseTensor."""
    if not isinstance(value, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor, not {value!r}.")
