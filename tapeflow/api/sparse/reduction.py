"""Sums and maxima of the elements of sparse tensors."""

import numpy

from tapeflow.api.math import reduce_max as dense_max
from tapeflow.api.math import reduce_sum as dense_sum
from tapeflow.api.math.segment import unsorted_segment_max, unsorted_segment_sum
from tapeflow.api.sparse.conversion import check_sparse, sparse_of, to_dense
from tapeflow.core.arguments import reduction_axes
from tapeflow.core.dtypes import int64
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import add, multiply
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import reshape
from tapeflow.ops.sparse_indices import sparse_indices

__all__ = ["reduce_max", "reduce_sum"]


def reduce_sum(sp_input, axis=None, keepdims=None, output_is_sparse=False, name=None):
    """The sum along axes (default: all); dense, or sparse if `output_is_sparse`. Gradients flow through it.

    >>> tf.sparse.reduce_sum(tf.SparseTensor([[0, 0], [0, 2]], [1, 2], [2, 3]), axis=1).numpy()
    array([3, 0], dtype=int32)
    """
    return _reduced(sp_input, axis, keepdims, output_is_sparse, dense_sum, unsorted_segment_sum)


def reduce_max(sp_input, axis=None, keepdims=None, output_is_sparse=False, name=None):
    """The greatest of the elements that are there, along axes (default: all); 0 where there is none.

    >>> tf.sparse.reduce_max(tf.SparseTensor([[0, 0], [0, 2]], [-1, -2], [2, 3]), axis=1).numpy()
    array([-1,  0], dtype=int32)
    """
    return _reduced(sp_input, axis, keepdims, output_is_sparse, dense_max, unsorted_segment_max)


def _reduced(sparse, axis, keepdims, output_is_sparse, whole, by_segment):
    check_sparse(sparse)
    rank = sparse.shape.rank
    reduced = reduction_axes(axis, rank)
    keepdims = bool(keepdims)
    kept = tuple([each for each in range(rank) if each not in reduced])
    if not kept and not output_is_sparse:
        values = sparse.values
        empty = values.shape[0] == 0
        total = zeros((), values.dtype) if empty else whole(values)
        return reshape(total, dims=(1,) * rank) if keepdims else total
    places, group = sparse_indices(
        sparse.indices,
        sparse.dense_shape,
        step="groups",
        settings=(kept, keepdims),
        dims=(rank if keepdims else len(kept),),
    )
    count = places.shape[0]
    values = by_segment(sparse.values, group, count if count is not None else places.dims[0])
    if keepdims:
        stays = as_tensor(numpy.array([each in kept for each in range(rank)], numpy.int64), int64)
        away = as_tensor(numpy.array([each not in kept for each in range(rank)], numpy.int64), int64)
        dense_shape = add(multiply(sparse.dense_shape, stays), away)
        sizes = [size if place in kept else 1 for place, size in enumerate(sparse.shape.as_list())]
    else:
        dense_shape = gather(
            sparse.dense_shape, as_tensor(numpy.array(kept, numpy.int64), int64), axis=0, batch_dims=0
        )
        sizes = [sparse.shape[place] for place in kept]
    found = sparse_of(places, values, dense_shape, sizes)
    return found if output_is_sparse else to_dense(found)
