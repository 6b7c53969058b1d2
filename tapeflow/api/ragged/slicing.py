"""The parts of a ragged tensor: rows, slices of rows, merged axes, padded rows. All go through tf.gather."""

from math import prod

import numpy

from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.core.arguments import scalar_int
from tapeflow.core.dtypes import int64
from tapeflow.core.dtypes import string as string_type
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.core.size import may_equal
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.casting import cast_to
from tapeflow.ops.comparison import not_equal
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat, reshape, shape_of
from tapeflow.ops.ragged_rows import ragged_rows
from tapeflow.ops.reduction import reduce_any

_EVERYTHING = slice(None)


def checked_axis(axis, rank, name):
    """`axis` counted from the front; ValueError if there is no such axis."""
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return axis % rank


def take(values, positions, keeps_lengths=False):
    """The values at these places, a vector: of a Tensor along axis 0, of a ragged tensor whole rows.

    keeps_lengths: whether rows of one length by definition are known as such in the result; not in TensorFlow's gather.
    """
    if not isinstance(positions, Tensor):
        positions = as_tensor(numpy.asarray(positions, numpy.int64), int64)
    if isinstance(values, Tensor):
        return gather(values, positions, axis=0, batch_dims=0)
    rows = values._row_partition
    splits, inner = ragged_rows(rows._splits, positions, step="rows")
    kept = RowPartition._of(splits, rows._uniform if keeps_lengths else None)
    return values._of(take(values.values, inner, keeps_lengths), kept)


def getitem(ragged, key):
    """`ragged[key]`."""
    keys = list(key) if isinstance(key, tuple) else [key]
    if any([each is Ellipsis for each in keys]):
        place = [each is Ellipsis for each in keys].index(True)
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
        count = inner.dims[0] if isinstance(inner, Tensor) else inner._row_partition._count
        return ragged._of(inner, RowPartition.from_uniform_row_length(count, count, 1))
    if isinstance(first, slice):
        kept = ragged
        if not _is_everything(first):
            inputs, settings = _bounds(first)
            places = ragged_rows(rows._splits, *inputs, step="sliced", settings=settings)
            kept = take(ragged, places, keeps_lengths=first.step in (None, 1))
            kept = ragged._of(kept.values, RowPartition._of(kept.row_splits, rows._uniform))
        return _each_row(kept, rest)
    row = _number(first)
    if (
        isinstance(row, EagerTensor)
        and type(rows._count) is int
        and not -rows._count <= int(row) < rows._count
    ):
        raise IndexError(f"Row key {int(row)} out of bounds: there are {rows._count} rows.")
    part = take(ragged.values, ragged_rows(rows._splits, row, step="row"), keeps_lengths=True)
    if isinstance(part, Tensor):
        return part[tuple(rest)] if rest else part
    return _getitem(part, rest)


def _is_everything(key):
    return isinstance(key, slice) and key.start is None and key.stop is None and key.step in (None, 1)


def _bounds(key):
    """The bounds of a slice as the inputs and settings of a step."""
    inputs, settings = [], []
    for bound in (key.start, key.stop, key.step):
        if isinstance(bound, Tensor) and not isinstance(bound, EagerTensor):
            inputs.append(bound)
            settings.append("input")
        else:
            settings.append(None if bound is None else int(bound))
    return inputs, tuple(settings)


def _each_row(ragged, keys):
    """The keys applied to every row."""
    if all([_is_everything(each) for each in keys]):
        return ragged
    first, *rest = keys
    values, rows = ragged.values, ragged._row_partition
    if first is None:
        inner = _each_row(ragged, rest)
        count = inner._row_partition._count
        return ragged._of(inner, RowPartition.from_uniform_row_length(1, count, count, dtype=rows.dtype))
    if not isinstance(first, slice):
        if not rows.is_uniform():
            raise ValueError("Cannot index into an inner ragged dimension.")
        length = rows._uniform
        index = scalar_int(_number(first), "index")
        if type(length) is int and not -length <= index < length:
            raise IndexError(f"Row key {index} out of bounds: rows have {length} values.")
        place = as_tensor(index % length if type(length) is int else index, rows.dtype)
        picked = take(values, rows._splits[:-1] + place)
        if not rest:
            return picked
        return picked[(_EVERYTHING, *rest)] if isinstance(picked, Tensor) else _each_row(picked, rest)
    if not _is_everything(first):
        inputs, settings = _bounds(first)
        splits, places = ragged_rows(rows._splits, *inputs, step="sliced_each", settings=settings)
        values = take(values, places)
        rows = RowPartition._of(splits, _sliced_length(rows._uniform, first))
    if rest:
        values = values[(_EVERYTHING, *rest)] if isinstance(values, Tensor) else _each_row(values, rest)
    return ragged._of(values, rows)


def _sliced_length(length, key):
    """The even length of rows after slicing, if it is known."""
    bounds = (key.start, key.stop, key.step)
    if type(length) is not int or any([isinstance(each, Tensor) for each in bounds]):
        return None
    return len(range(*key.indices(length)))


def _number(key):
    if isinstance(key, bool) or not (hasattr(key, "__index__") or hasattr(key, "__tf_tensor__")):
        raise TypeError(
            "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 "
            f"tensors are valid indices, got {key!r}"
        )
    return as_tensor(key)


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
        count = prod(values.dims[1:inner])
        splits = ragged_rows(rows._splits, as_tensor(count, rows.dtype), step="scaled")
        uniform = None if rows._uniform is None else rows._uniform * count
        return ragged._of(_merged_dense(values, 0, inner - 1), RowPartition._of(splits, uniform))
    deeper = values._row_partition
    splits = ragged_rows(rows._splits, deeper._splits, step="joined")
    both = rows._uniform is not None and deeper._uniform is not None
    uniform = rows._uniform * deeper._uniform if both else None
    return merged(ragged._of(values.values, RowPartition._of(splits, uniform)), 1, inner - 1)


def _merged_dense(tensor, outer, inner):
    dims = tensor.dims
    size = prod(dims[outer : inner + 1])
    return reshape(tensor, dims=(*dims[:outer], size, *dims[inner + 1 :]))


def coordinates(ragged):
    """The places of all elements, an int64 matrix, in the order of the innermost values."""
    flat = ragged.flat_values
    inner = flat.dims[1:]
    splits = [cast_to(each._splits, dtype=int64) for each in ragged._partitions]
    return ragged_rows(
        *splits,
        shape_of(flat, dtype=int64)[1:],
        step="coordinates",
        dims=(prod(flat.dims), len(splits) + 1 + len(inner)),
    )


def padded(ragged, default_value, shape):
    """A Tensor in which short rows are filled up."""
    flat = ragged.flat_values
    if default_value is None:
        default_value = b"" if flat.dtype is string_type else 0
        default_value = zeros((), flat.dtype)
    default = as_tensor(default_value, flat.dtype)
    sizes = [None] * ragged.shape.rank if shape is None else _sizes(shape)
    if len(sizes) != ragged.shape.rank:
        raise ValueError(f"shape has {len(sizes)} axes; the ragged tensor has {ragged.shape.rank}.")
    for size, found in zip(sizes[ragged.ragged_rank + 1 :], flat.dims[1:], strict=True):
        if size is not None and not may_equal(size, found):
            raise ValueError(
                f"shape {sizes} does not fit the inner shape {list(flat.dims[1:])} of the values."
            )
    return _padded(ragged, default, sizes)


def _sizes(shape):
    """Sizes in a list that may hold None or -1 for the longest, or in a tensor."""
    if isinstance(shape, Tensor):
        shape = [shape[place] for place in range(shape.dims[0])]
    elif not isinstance(shape, list | tuple):
        shape = as_shape(shape).as_list()
    sizes = [None if each is None else scalar_int(each, "shape") for each in shape]
    return [None if type(each) is int and each < 0 else each for each in sizes]


def _padded(ragged, default, sizes):
    values, rows = ragged.values, ragged._row_partition
    if not isinstance(values, Tensor):
        values = _padded(values, default, [None, *sizes[2:]])
    height, width = sizes[:2]
    uniform = rows._uniform if width is None else width
    places = ragged_rows(
        rows._splits,
        step="grid",
        settings=(height, width),
        dims=(rows._count if height is None else height, uniform),
    )
    filler = broadcast_to(default, dims=(1, *values.dims[1:]))
    return gather(concat(values, filler, axis=0), places, axis=0, batch_dims=0)


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
    even = RowPartition.from_uniform_row_length(dims[1], nrows=dims[0], dtype=dtype)
    if lengths is None and padding is None:
        return kind._of(flat, even)
    if padding is None:
        found = _vector(lengths, dtype)
    else:
        different = not_equal(tensor, as_tensor(padding, tensor.dtype))
        if len(different.dims) > 2:
            axes = tuple(range(2, len(different.dims)))
            different = reduce_any(different, axes=axes, keepdims=False)
        found = ragged_rows(even.row_lengths(), different, step="lengths_before_padding")
    splits, places = ragged_rows(even._splits, found, step="first_of_each")
    return kind._of(take(flat, places), RowPartition._of(splits))


def _cut_nested(kind, tensor, nested):
    dims = tensor.dims
    outer = from_tensor(kind, tensor, nested[0], None, 1, nested[0].dtype)
    if len(nested) == 1:
        return outer
    if len(outer.values.dims) < 2:
        raise ValueError(f"lengths names {len(nested)} more axes than a tensor of shape {dims} has.")
    return kind._of(_cut_nested(kind, outer.values, nested[1:]), outer._row_partition)


def _vector(lengths, dtype):
    lengths = as_tensor(lengths)
    return lengths if lengths._dtype is dtype else cast_to(lengths, dtype=dtype)
