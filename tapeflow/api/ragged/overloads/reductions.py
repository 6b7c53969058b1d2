"""Sums and the like of ragged tensors along axes."""

import functools

from tapeflow.api import arrays, casting, math, strings
from tapeflow.api.math import reduction, segment
from tapeflow.api.nn.activation import softmax
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.ragged.slicing import checked_axis
from tapeflow.api.sparse.dense_counting import bincount
from tapeflow.core import dtypes
from tapeflow.core.arguments import scalar_int
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.ragged_rows import ragged_rows

BY_SEGMENT = {
    reduction.reduce_sum: segment.unsorted_segment_sum,
    reduction.reduce_prod: segment.unsorted_segment_prod,
    reduction.reduce_max: segment.unsorted_segment_max,
    reduction.reduce_min: segment.unsorted_segment_min,
}


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    for function in BY_SEGMENT:
        yield function, functools.partial(_reduced, function), False
    for kind in ("max", "mean", "min", "prod", "sqrt_n", "sum"):
        chosen = getattr(segment, f"unsorted_segment_{kind}")
        yield chosen, functools.partial(_of_segments, chosen), False
    yield reduction.reduce_mean, _mean, False
    yield reduction.reduce_all, _all, False
    yield reduction.reduce_any, _any, False
    yield reduction.reduce_variance, _variance, False
    yield reduction.reduce_std, _std, False
    yield strings.reduce_join, _reduce_join, False
    yield math.bincount, bincount, False
    yield math.cumsum, _cumsum, False
    yield softmax, _softmax, False


def _reduced(function, input_tensor, axis=None, keepdims=False, name=None):
    return _along(function, BY_SEGMENT[function], input_tensor, axis, keepdims)


def _axes(axis, rank):
    """The axes as None, one number, or a sorted list of several."""
    if axis is None or isinstance(axis, int):
        return axis if axis is None else checked_axis(axis, rank, "axis")
    if isinstance(axis, Tensor):
        axis = axis.numpy().tolist()
        return _axes(axis, rank)
    return sorted([checked_axis(int(each), rank, "axis") for each in axis])


def _along(function, by_segment, x, axis, keepdims):
    if not isinstance(x, RaggedTensor):
        return function(x, axis, keepdims)
    axis = _axes(axis, x._rank)
    if axis is None:
        found = function(x.flat_values, None, keepdims)
        for _ in range(x.ragged_rank if keepdims else 0):
            found = arrays.expand_dims(found, 0)
        return found
    if isinstance(axis, list):
        for each in reversed(axis):
            x = _along(function, by_segment, x, each, keepdims)
        return x
    rows = x._row_partition
    if axis == 0:
        count = scalar_int(ragged_rows(rows._splits, step="longest"), "length")
        found = of_segments(by_segment, x.values, rows.offsets_in_rows(), count)
    elif axis == 1:
        found = of_segments(by_segment, x.values, rows.value_rowids(), rows._count)
    else:
        return x.with_values(_along(function, by_segment, x.values, axis - 1, keepdims))
    return arrays.expand_dims(found, axis) if keepdims else found


def _of_segments(function, data, segment_ids, num_segments, name=None):
    count = scalar_int(num_segments, "num_segments")
    if isinstance(segment_ids, RaggedTensor):
        if not isinstance(data, RaggedTensor):
            raise ValueError("segment_ids is ragged, and data is not: both must have the same rows.")
        while isinstance(segment_ids, RaggedTensor):
            data, segment_ids = data.values, segment_ids.values
    segment_ids = as_tensor(segment_ids)
    return of_segments(function, data, segment_ids, count)


def of_segments(function, values, ids, count):
    """Values, or rows element by element, combined by the number of the segment that each belongs to."""
    if isinstance(values, Tensor):
        return function(values, ids, count)
    splits, inner = ragged_rows(
        values.row_splits,
        ids,
        as_tensor(count, dtypes.int64),
        step="segment_rows",
        dims=(count + 1, values._row_partition._num_values),
    )
    rows = RowPartition._of(splits)
    return RaggedTensor._of(of_segments(function, values.values, inner, rows._num_values), rows)


def _mean(input_tensor, axis=None, keepdims=False, name=None):
    if axis is None:
        return _along(reduction.reduce_mean, None, input_tensor, None, keepdims)
    total = _reduced(reduction.reduce_sum, input_tensor, axis, keepdims)
    ones = arrays.ones_like(input_tensor.flat_values)
    count = _reduced(reduction.reduce_sum, input_tensor.with_flat_values(ones), axis, keepdims)
    return math.divide(total, count)


def _variance(input_tensor, axis=None, keepdims=False, name=None):
    mean = _mean(input_tensor, axis, keepdims)
    return math.subtract(_mean(math.square(input_tensor), axis, keepdims), math.square(mean))


def _std(input_tensor, axis=None, keepdims=False, name=None):
    return math.sqrt(_variance(input_tensor, axis, keepdims))


def _all(input_tensor, axis=None, keepdims=False, name=None):
    numbers = casting.cast(input_tensor, dtypes.int32)
    return casting.cast(_reduced(reduction.reduce_prod, numbers, axis, keepdims), dtypes.bool)


def _any(input_tensor, axis=None, keepdims=False, name=None):
    numbers = casting.cast(input_tensor, dtypes.int32)
    return casting.cast(_reduced(reduction.reduce_sum, numbers, axis, keepdims), dtypes.bool)


def _reduce_join(inputs, axis=None, keepdims=False, separator="", name=None):
    def join(values, axis=None, keepdims=False):
        return strings.reduce_join(values, axis=axis, keepdims=keepdims, separator=separator)

    def by_segment(values, ids, count):
        return strings.unsorted_segment_join(values, ids, count, separator)

    return _along(join, by_segment, inputs, axis, keepdims)


def _cumsum(x, axis=0, exclusive=False, reverse=False, name=None):
    axis = checked_axis(axis, x._rank, "axis")
    if axis > x.ragged_rank:
        inner = axis - x.ragged_rank
        return x.with_flat_values(math.cumsum(x.flat_values, inner, exclusive, reverse))
    from tapeflow.api.arrays import gather_nd
    from tapeflow.api.ragged.slicing import coordinates

    whole = math.cumsum(x.to_tensor(), axis, exclusive, reverse)
    return x.with_flat_values(arrays.reshape(gather_nd(whole, coordinates(x)), x.flat_values.dims))


def _softmax(logits, axis=None, name=None):
    powers = math.exp(logits)
    return math.divide(powers, reduction.reduce_sum(powers, -1 if axis is None else axis, keepdims=True))
