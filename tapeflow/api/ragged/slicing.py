"""The parts of a ragged tensor: rows, slices of rows, merged axes, padded rows. All go through tf.gather."""

import numpy

from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.core.dtypes import int64
from tapeflow.core.dtypes import string as string_type
from tapeflow.core.eager import wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.core.tensor import Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat, reshape

_EVERYTHING = slice(None)


def checked_axis(axis, rank, name):
    """`axis` counted from the front; ValueError if there is no such axis."""
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return axis % rank


def take(values, positions):
    """The values at these places: of a Tensor along axis 0, of a ragged tensor whole rows."""
    if isinstance(values, Tensor):
        return gather(values, wrap(numpy.asarray(positions, numpy.int64), int64), axis=0, batch_dims=0)
    rows = values._row_partition
    starts, lengths = rows._splits[:-1][positions], rows._lengths[positions]
    kept = RowPartition.from_row_lengths(lengths)
    within = kept.offsets_in_rows()._array
    inner = numpy.repeat(starts, lengths) + within
    return values._of(take(values.values, inner), kept)


def getitem(ragged, key):
    """`ragged[key]`."""
    keys = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis in keys:
        place = keys.index(Ellipsis)
        named = sum([each is not None and each is not Ellipsis for each in keys])
        keys[place : place + 1] = [_EVERYTHING] * (ragged.shape.rank - named)
    return _getitem(ragged, keys)


def _getitem(ragged, keys):
    if not keys:
        return ragged
    first, *rest = keys
    rows = ragged._row_partition
    if first is None:
        inner = _getitem(ragged, rest)
        count = inner.dims[0] if isinstance(inner, Tensor) else inner._row_partition.static_nrows
        return ragged._of(inner, RowPartition.from_uniform_row_length(count, count, 1))
    if isinstance(first, slice):
        chosen = range(*first.indices(rows.static_nrows))
        kept = (
            ragged
            if first == _EVERYTHING
            else take(ragged, numpy.arange(chosen.start, chosen.stop, chosen.step))
        )
        return _each_row(kept, rest)
    row = _number(first)
    if not -rows.static_nrows <= row < rows.static_nrows:
        raise IndexError(f"Row key {row} out of bounds: there are {rows.static_nrows} rows.")
    start, end = rows._splits[row % rows.static_nrows :][:2].tolist()
    values = ragged.values
    if isinstance(values, Tensor):
        part = values[start:end]
        return part[tuple(rest)] if rest else part
    return _getitem(take(values, numpy.arange(start, end)), rest)


def _each_row(ragged, keys):
    """The keys applied to every row."""
    if all(each == _EVERYTHING for each in keys if isinstance(each, slice)) and all(
        isinstance(each, slice) for each in keys
    ):
        return ragged
    first, *rest = keys
    values, rows = ragged.values, ragged._row_partition
    if first is None:
        raise NotImplementedError("A new axis inside a ragged tensor is not supported; put it first.")
    if not isinstance(first, slice):
        if not rows.is_uniform():
            raise ValueError("Cannot index into an inner ragged dimension.")
        length = rows.static_uniform_row_length
        index = _number(first)
        if not -length <= index < length:
            raise IndexError(f"Row key {index} out of bounds: rows have {length} values.")
        picked = take(values, rows._splits[:-1] + index % length)
        return picked[(_EVERYTHING, *rest)] if rest else picked
    if first != _EVERYTHING:
        chosen = [range(*first.indices(length)) for length in rows._lengths.tolist()]
        starts = rows._splits[:-1].tolist()
        places = [start + place for start, each in zip(starts, chosen, strict=True) for place in each]
        values = take(values, numpy.array(places, numpy.int64))
        lengths = numpy.array([len(each) for each in chosen], rows._splits.dtype)
        rows = RowPartition.from_row_lengths(lengths)
    if rest:
        values = values[(_EVERYTHING, *rest)] if isinstance(values, Tensor) else _each_row(values, rest)
    return ragged._of(values, rows)


def _number(key):
    if isinstance(key, bool) or not (hasattr(key, "__index__") or hasattr(key, "__tf_tensor__")):
        raise TypeError(
            "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 "
            f"tensors are valid indices, got {key!r}"
        )
    return int(as_tensor(key))


def merged(ragged, outer, inner):
    """The axes from `outer` to `inner` made one."""
    if outer == inner:
        return ragged
    values, rows = ragged.values, ragged._row_partition
    if outer > 1:
        if isinstance(values, Tensor):
            return ragged._of(_merged_dense(values, outer - 1, inner - 1), rows)
        return ragged._of(merged(values, outer - 1, inner - 1), rows)
    if outer == 0:
        if inner == 1:
            return values
        return (
            _merged_dense(values, 0, inner - 1)
            if isinstance(values, Tensor)
            else merged(values, 0, inner - 1)
        )
    if isinstance(values, Tensor):  # axis 1 and the even axes inside it
        count = int(numpy.prod(values.dims[1:inner], dtype=numpy.int64))
        splits = rows._splits * count
        return ragged._of(_merged_dense(values, 0, inner - 1), RowPartition.from_row_splits(splits))
    splits = values._row_partition._splits[rows._splits]
    joined = ragged._of(values.values, RowPartition.from_row_splits(splits))
    return merged(joined, 1, inner - 1)


def _merged_dense(tensor, outer, inner):
    dims = tensor.dims
    size = int(numpy.prod(dims[outer : inner + 1], dtype=numpy.int64))
    return reshape(tensor, dims=(*dims[:outer], size, *dims[inner + 1 :]))


def coordinates(ragged):
    """The places of all elements, an int64 matrix, in the order of the innermost values."""
    flat = ragged.flat_values
    inner = numpy.indices(flat.dims).reshape(len(flat.dims), -1)
    columns = list(inner[1:])
    place = inner[0]  # counts the values of the axis at hand
    for rows in reversed(ragged._partitions):
        columns.insert(0, rows.offsets_in_rows()._array[place])
        place = rows._rowids[place]
    return numpy.stack([place, *columns], axis=1).astype(numpy.int64)


def padded(ragged, default_value, shape):
    """A Tensor in which short rows are filled up."""
    flat = ragged.flat_values
    if default_value is None:
        default_value = b"" if flat.dtype is string_type else 0
        default_value = zeros((), flat.dtype)
    default = as_tensor(default_value, flat.dtype)
    sizes = [None] * ragged.shape.rank if shape is None else as_shape(shape).as_list()
    if len(sizes) != ragged.shape.rank:
        raise ValueError(f"shape has {len(sizes)} axes; the ragged tensor has {ragged.shape.rank}.")
    for size, found in zip(sizes[ragged.ragged_rank + 1 :], flat.dims[1:], strict=True):
        if size not in (None, found):
            raise ValueError(
                f"shape {sizes} does not fit the inner shape {list(flat.dims[1:])} of the values."
            )
    return _padded(ragged, default, sizes)


def _padded(ragged, default, sizes):
    values, rows = ragged.values, ragged._row_partition
    if not isinstance(values, Tensor):
        values = _padded(values, default, [None, *sizes[2:]])
    height = rows.static_nrows if sizes[0] is None else sizes[0]
    width = int(rows._lengths.max(initial=0)) if sizes[1] is None else sizes[1]
    starts, lengths = [
        numpy.append(numbers[:height], numpy.zeros(max(height - len(numbers), 0), numbers.dtype))[:, None]
        for numbers in (rows._splits[:-1], rows._lengths)
    ]
    column = numpy.arange(width)
    count = values.dims[0]
    places = numpy.where(column < lengths, starts + column, count)
    filler = broadcast_to(default, dims=(1, *values.dims[1:]))
    return take(concat(values, filler, axis=0), places)


def from_tensor(kind, tensor, lengths, padding, ragged_rank, dtype):
    """The rows of a Tensor, cut; `kind` is RaggedTensor."""
    dims = tensor.dims
    if isinstance(lengths, list | tuple) and lengths and isinstance(lengths[0], list | tuple | Tensor):
        return _cut_nested(kind, tensor, [_vector(each, dtype) for each in lengths])
    if ragged_rank > 1:
        if lengths is not None:
            raise ValueError("Give `lengths` as a tuple of one vector for each ragged axis.")
        inner = reshape(tensor, dims=(dims[0] * dims[1], *dims[2:]))
        values = from_tensor(kind, inner, None, padding, ragged_rank - 1, dtype)
        return kind._of(values, RowPartition.from_uniform_row_length(dims[1], nrows=dims[0], dtype=dtype))
    flat = reshape(tensor, dims=(dims[0] * dims[1], *dims[2:]))
    if lengths is None and padding is None:
        return kind._of(flat, RowPartition.from_uniform_row_length(dims[1], nrows=dims[0], dtype=dtype))
    if padding is None:
        found = _vector(lengths, dtype).clip(0, dims[1])
    else:
        different = numpy.asarray(tensor._array != as_tensor(padding, tensor.dtype)._array)
        different = different.reshape(dims[0], dims[1], -1).any(axis=2)
        found = numpy.where(different, numpy.arange(1, dims[1] + 1), 0).max(axis=1, initial=0)
    rows = RowPartition.from_row_lengths(found.astype(dtype.array_dtype))
    places = rows.value_rowids()._array * dims[1] + rows.offsets_in_rows()._array
    return kind._of(take(flat, places), rows)


def _cut_nested(kind, tensor, nested):
    dims = tensor.dims
    outer = from_tensor(kind, tensor, nested[0], None, 1, _dtype(nested[0]))
    if len(nested) == 1:
        return outer
    if len(outer.values.dims) < 2:
        raise ValueError(f"lengths names {len(nested)} more axes than a tensor of shape {dims} has.")
    return kind._of(_cut_nested(kind, outer.values, nested[1:]), outer._row_partition)


def _vector(lengths, dtype):
    return numpy.asarray(as_tensor(lengths)._array).astype(dtype.array_dtype)


def _dtype(array):
    return wrap(array, int64).dtype if array.dtype == numpy.int64 else as_tensor(array).dtype
