"""Axes, rows and pieces of ragged tensors."""

from itertools import pairwise

from tapeflow.api import arrays
from tapeflow.api.ragged import construction, ranges
from tapeflow.api.ragged.broadcasting import elementwise
from tapeflow.api.ragged.ragged_shape import DynamicRaggedShape
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.ragged.slicing import checked_axis, coordinates, take
from tapeflow.api.selection import stop_gradient, where
from tapeflow.core.arguments import int_tuple, scalar_int
from tapeflow.core.dtypes import as_dtype, int32, int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.ragged_rows import ragged_rows


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    for function, alternative in {
        arrays.dynamic_partition: _dynamic_partition,
        arrays.rank: _rank,
        arrays.shape: _shape,
        arrays.size: _size,
        arrays.expand_dims: _expand_dims,
        arrays.reshape: _reshape,
        arrays.reverse: _reverse,
        arrays.split: _split,
        arrays.squeeze: _squeeze,
        arrays.tile: _tile,
        stop_gradient: _stop_gradient,
        where: _where,
    }.items():
        yield function, alternative, False
    yield arrays.concat, _concat, True
    yield arrays.stack, _stack, True


def _size(input, out_type=None, name=None):
    return arrays.size(input.flat_values, out_type)


def _rank(input, name=None):
    return as_tensor(input._rank, int32)


def _shape(input, out_type=None, name=None):
    dtype = int32 if out_type is None else as_dtype(out_type)
    return DynamicRaggedShape.from_tensor(input, dtype)


def _stop_gradient(input, name=None):
    return input.with_flat_values(stop_gradient(input.flat_values))


def _expand_dims(input, axis=None, name=None):
    rank = input._rank
    axis = scalar_int(axis, "axis")
    axis = checked_axis(axis, rank + 1, "axis")
    return expanded(input, axis)


def expanded(value, axis):
    """The value with an axis of size 1 more."""
    if isinstance(value, Tensor):
        return arrays.expand_dims(value, axis)
    rows = value._row_partition
    if axis == 0:
        return value._of(value, RowPartition.from_uniform_row_length(rows._count, nrows=1, dtype=rows.dtype))
    if axis == 1:
        return value._of(value, RowPartition.from_uniform_row_length(1, nrows=rows._count, dtype=rows.dtype))
    return value._of(expanded(value.values, axis - 1), rows)


def _squeeze(input, axis=None, name=None):
    if axis is None:
        raise ValueError("Ragged.squeeze must have an axis argument.")
    axes = [axis] if isinstance(axis, int) else list(axis)
    axes = sorted([checked_axis(each, input._rank, "axis") for each in axes])
    for each in reversed(axes):
        input = _squeezed(input, each)
    return input


def _squeezed(value, axis):
    if isinstance(value, Tensor):
        return arrays.squeeze(value, [axis])
    rows = value._row_partition
    if axis == 0:
        splits = ragged_rows(rows._splits, as_tensor(1, rows.dtype), step="checked_single", settings=(True,))
        return take(value.values, ragged_rows(splits, as_tensor(0, rows.dtype), step="row", dims=()))
    if axis == 1:
        splits = ragged_rows(rows._splits, as_tensor(1, rows.dtype), step="checked_single", settings=(False,))
        return take(value.values, splits[:-1])
    return value.with_values(_squeezed(value.values, axis - 1))


def _reverse(tensor, axis, name=None):
    axes = [axis] if isinstance(axis, int) else list(int_tuple(axis))
    for each in axes:
        tensor = _reversed(tensor, checked_axis(each, tensor._rank, "axis"))
    return tensor


def _reversed(value, axis):
    if isinstance(value, Tensor):
        return arrays.reverse(value, [axis])
    if axis == 0:
        return value[::-1]
    if axis == 1:
        return value[:, ::-1]
    return value.with_values(_reversed(value.values, axis - 1))


def _tile(input, multiples, name=None):
    counts = int_tuple(multiples)
    if len(counts) != input._rank:
        raise ValueError(f"multiples has {len(counts)} numbers; the ragged tensor has {input._rank} axes.")
    for axis in reversed(range(len(counts))):
        if counts[axis] != 1:
            input = _tiled(input, axis, counts[axis])
    return input


def _tiled(value, axis, count):
    if isinstance(value, Tensor):
        return arrays.tile(value, [count if place == axis else 1 for place in range(len(value.dims))])
    if axis > 1:
        return value.with_values(_tiled(value.values, axis - 1, count))
    rows = value._row_partition
    if axis == 0:
        number = as_tensor(rows._count, int64)
        return take(value, arrays.tile(arrays.range(number), [count]))
    splits, places = ragged_rows(rows._splits, as_tensor(count, rows.dtype), step="repeated_rows")
    return value._of(take(value.values, places), RowPartition._of(splits))


def _dynamic_partition(data, partitions, num_partitions, name=None):
    found = ranges.stack_dynamic_partitions(data, partitions, num_partitions)
    return [found[place] for place in range(int(num_partitions))]


def _reshape(tensor, shape, name=None):
    return arrays.reshape(_all_elements(tensor), shape)


def _all_elements(value):
    return value.flat_values if isinstance(value, RaggedTensor) else value


def _split(value, num_or_size_splits, axis=0, num=None, name="split"):
    axis = checked_axis(scalar_int(axis, "axis"), value._rank, "axis")
    if axis == 0 or axis > value.ragged_rank:
        if axis:
            inner = axis - value.ragged_rank
            parts = arrays.split(value.flat_values, num_or_size_splits, inner, num)
            return [value.with_flat_values(each) for each in parts]
        numbers = arrays.split(arrays.range(value.nrows()), num_or_size_splits, 0, num)
        return [take(value, each) for each in numbers]
    partition = value._partitions[axis - 1]
    if partition._uniform is None:
        raise ValueError(
            f"Cannot split along a ragged dimension (axis={axis}); it must have a uniform length."
        )
    bounds = arrays.split(arrays.range(partition._uniform), num_or_size_splits, 0, num)
    starts = [0]
    for each in bounds:
        starts.append(starts[-1] + each.dims[0])
    before = (slice(None),) * axis
    return [value[(*before, slice(*ends))] for ends in pairwise(starts)]


# Several side by side.


def _concat(values, axis, name="concat"):
    values = _values_of_one_rank(values)
    return concatenated(values, checked_axis(scalar_int(axis, "axis"), _rank_of(values[0]), "axis"))


def _stack(values, axis=0, name="stack"):
    return stacked(values, axis)


def stacked(values, axis, dense=False):
    """Tensors and ragged tensors of one rank along a new axis. dense: whether that of tensors alone is a tensor."""
    values = _values_of_one_rank(values)
    if dense and all([isinstance(each, Tensor) for each in values]):
        return arrays.stack(values, axis)
    axis = checked_axis(scalar_int(axis, "axis"), _rank_of(values[0]) + 1, "axis")
    return concatenated([expanded(_as_ragged(each), axis) for each in values], axis)


def _as_ragged(value):
    if isinstance(value, Tensor) and len(value.dims) > 1:
        return RaggedTensor.from_tensor(value)
    return value


def _rank_of(value):
    return value._rank if isinstance(value, RaggedTensor) else len(value.dims)


def _values_of_one_rank(values):
    dtype = next((each.dtype for each in values if isinstance(each, RaggedTensor)), None)
    values = [
        each if isinstance(each, RaggedTensor | Tensor) else construction.constant(each, dtype)
        for each in values
    ]
    ranks = {_rank_of(each) for each in values}
    if len(ranks) > 1:
        raise ValueError(f"All values must have the same number of axes, not {sorted(ranks)}.")
    return values


def concatenated(values, axis):
    """Tensors and ragged tensors of one rank along an axis."""
    if len(values) == 1:
        return values[0]
    if all([isinstance(each, Tensor) for each in values]):
        return arrays.concat(values, axis)
    rank = max([each.ragged_rank for each in values if isinstance(each, RaggedTensor)])
    values = [_of_ragged_rank(each, rank) for each in values]
    if axis == 0:
        return construction.joined_rows(values)
    if axis == 1:
        splits, places = ragged_rows(
            *[each.row_splits for each in values], step="appended_to_rows", dims=values[0].row_splits.dims
        )
        everything = construction.joined_rows([each.values for each in values])
        return RaggedTensor._of(take(everything, places), RowPartition._of(splits))
    splits = ragged_rows(*[each.row_splits for each in values], step="same_splits")
    inner = concatenated([each.values for each in values], axis - 1)
    return RaggedTensor._of(inner, RowPartition._of(splits))


def _of_ragged_rank(value, rank):
    if isinstance(value, Tensor):
        return RaggedTensor.from_tensor(value, ragged_rank=rank)
    if value.ragged_rank < rank:
        return value.with_values(_of_ragged_rank(value.values, rank - 1))
    return value


def _where(condition, x=None, y=None, name=None):
    if (x is None) != (y is None):
        raise ValueError("x and y must both be non-None or both be None.")
    if x is None:
        places = coordinates(condition)
        return arrays.boolean_mask(places, arrays.reshape(condition.flat_values, [-1]))
    dtype = next((each.dtype for each in (x, y) if hasattr(each, "dtype")), None)
    x, y = [each if isinstance(each, RaggedTensor | Tensor) else as_tensor(each, dtype) for each in (x, y)]
    return elementwise(where, condition, x, y)
