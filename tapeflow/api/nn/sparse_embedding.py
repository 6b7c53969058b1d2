"""Embeddings of rows of ids: their rows of a table combined into one."""

from math import prod

from tapeflow.api.arrays import boolean_mask, concat, reshape
from tapeflow.api.arrays import ones as ones_dense
from tapeflow.api.casting import cast
from tapeflow.api.math import (
    divide_no_nan,
    greater,
    greater_equal,
    logical_and,
    reduce_max,
    sqrt,
    unsorted_segment_sum,
)
from tapeflow.api.nn.embedding import embedding_lookup
from tapeflow.api.selection import where
from tapeflow.api.sparse import SparseTensor
from tapeflow.core.arguments import int_tuple, scalar_int
from tapeflow.core.dtypes import int32, int64
from tapeflow.core.operands import as_tensor

__all__ = ["embedding_lookup_sparse", "safe_embedding_lookup_sparse"]


def embedding_lookup_sparse(
    params, sp_ids, sp_weights, combiner=None, max_norm=None, name=None, allow_fast_lookup=False
):
    """For each row of ids, the weighted sum or mean of their rows of a table: [rows, ...].

    params: a table [..., width] or a list of them; sp_ids: SparseTensor of integers; sp_weights: SparseTensor of floats
    in the same places, or None for ones; combiner: "sum", "mean" (the default) or "sqrtn", which divides by the root of
    the sum of squared weights. max_norm as in `embedding_lookup`. Raises TypeError and ValueError for other arguments.

    >>> table = tf.constant([[1.0], [2.0], [3.0]])
    >>> ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [0, 2, 1], [2, 2])
    >>> tf.nn.embedding_lookup_sparse(table, ids, None, combiner="sum").numpy()
    array([[4.],
           [2.]], dtype=float32)
    """
    combiner = _checked(combiner)
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {type(sp_ids)}")
    if sp_weights is not None and not isinstance(sp_weights, SparseTensor):
        raise TypeError(f"sp_weights must be either None or SparseTensor, got {type(sp_weights)}")
    if sp_weights is not None:
        sp_ids.values.shape.assert_is_compatible_with(sp_weights.values.shape)
    rows = sp_ids.indices[:, 0]
    # Rows behind the last id are left out, as segments are.
    before_first = as_tensor([-1], int64)
    count = scalar_int(reduce_max(concat([before_first, rows], 0)) + 1, "rows")
    return _combined(
        embedding_lookup(params, sp_ids.values, max_norm),
        None if sp_weights is None else sp_weights.values,
        rows,
        count,
        combiner,
    )


def _checked(combiner):
    combiner = "mean" if combiner is None else combiner
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    return combiner


def _combined(found, weights, rows, count, combiner):
    """Sums of what was found, row by row, divided as the combiner says; zeros for rows of nothing."""
    axes = [1] * (found.ndim - 1)
    if weights is None:
        weights = ones_dense(found.dims[:1], found.dtype)
    else:
        weights = cast(weights, found.dtype)
        found = found * reshape(weights, [-1, *axes])
    total = unsorted_segment_sum(found, rows, count)
    if combiner == "sum":
        return total
    if combiner == "mean":
        divisor = unsorted_segment_sum(weights, rows, count)
    else:
        divisor = sqrt(unsorted_segment_sum(weights * weights, rows, count))
    return divide_no_nan(total, reshape(divisor, [-1, *axes]))


def safe_embedding_lookup_sparse(
    embedding_weights,
    sparse_ids,
    sparse_weights=None,
    combiner="mean",
    default_id=None,
    max_norm=None,
    name=None,
    allow_fast_lookup=False,
):
    """`embedding_lookup_sparse` over the last axis, without negative ids and without weights that are not positive.

    Rows of nothing get the row `default_id` of the table, or zeros. Returns [*leading axes of the ids, width].

    >>> table = tf.constant([[1.0], [2.0], [3.0]])
    >>> ids = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [0, -1, 1], [3, 2])
    >>> tf.nn.safe_embedding_lookup_sparse(table, ids).numpy()
    array([[1.],
           [0.],
           [2.]], dtype=float32)
    """
    if embedding_weights is None or (isinstance(embedding_weights, list | tuple) and not embedding_weights):
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    combiner = _checked(combiner)
    lead = int_tuple(sparse_ids.dense_shape)[:-1]
    steps = [prod(lead[axis + 1 :]) for axis in range(len(lead))]
    rows = sum(sparse_ids.indices[:, axis] * as_tensor(step, int64) for axis, step in enumerate(steps))
    kept = greater_equal(sparse_ids.values, 0)
    weights = None
    if sparse_weights is not None:
        if combiner != "sum":
            kept = logical_and(kept, greater(sparse_weights.values, 0))
        weights = boolean_mask(sparse_weights.values, kept)
    rows, ids = boolean_mask(rows, kept), boolean_mask(sparse_ids.values, kept)
    found = embedding_lookup(embedding_weights, ids, max_norm)
    result = _combined(found, weights, rows, prod(lead), combiner)
    if default_id is not None:
        default = embedding_lookup(embedding_weights, [default_id], max_norm)
        counts = unsorted_segment_sum(ones_dense(ids.dims[:1], int32), rows, prod(lead))
        result = where(reshape(greater(counts, 0), [-1] + [1] * (found.ndim - 1)), result, default)
    return reshape(result, [*lead, *found.dims[1:]])
