"""Functions of the rows of ragged and sparse tensors: what tf.map_fn does beyond dense tensors."""

from tapeflow.api.ragged.ragged_tensor import RaggedTensor, RaggedTensorSpec
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.sparse.sparse_tensor import SparseTensor, SparseTensorSpec
from tapeflow.core import nest
from tapeflow.core.dtypes import int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.graph.looping import repeat
from tapeflow.ops.comparison import equal
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat, reshape
from tapeflow.ops.ragged_rows import ragged_rows
from tapeflow.ops.selection import nonzero


def spec_of_rows(value):
    """What describes the rows of a composite tensor."""
    if isinstance(value, RaggedTensor):
        spec = value._type_spec
        return RaggedTensorSpec(spec.shape[1:], spec.dtype, spec.ragged_rank - 1, spec.row_splits_dtype)
    return value._type_spec._unbatch()


def num_rows(value):
    """How many rows there are, an int or a Size; None if a sparse tensor does not say."""
    return value._row_partition._count if isinstance(value, RaggedTensor) else value.shape[0]


def rows(value):
    """The rows of a composite tensor, outside of a trace."""
    return value._type_spec._unbatched_values(value)


def checked(value, spec):
    """The result of a function of a row, which is to be of this spec; ValueError if it is not."""
    if isinstance(spec, RaggedTensorSpec):
        value = value if isinstance(value, RaggedTensor) else as_tensor(value, None)
        if isinstance(value, Tensor) and spec.ragged_rank and len(value.dims) > spec.ragged_rank:
            value = RaggedTensor.from_tensor(
                value, ragged_rank=spec.ragged_rank, row_splits_dtype=spec.row_splits_dtype
            )
        fits = value.dtype is spec.dtype and spec.shape.is_compatible_with(value.shape) and value.shape.rank
        fits = fits and (value.ragged_rank if isinstance(value, RaggedTensor) else 0) == spec.ragged_rank
    else:
        fits = spec.is_compatible_with(value)
    if not fits:
        raise mismatch(value, spec)
    return value


def mismatch(value, spec):
    """The error for a result of a function of a row that is not of this spec."""
    got = getattr(value, "_type_spec", value)
    return ValueError(
        f"Error in map_fn:\n  Expected `fn` to return a:\n    {spec}\n  But it returned a:\n    {got}\n    "
        f"(value={value!s})"
    )


def joined(parts, spec):
    """The results of a function as the rows of one composite tensor."""
    if parts:
        return spec._batched_value(parts)
    if isinstance(spec, SparseTensorSpec):
        dims = [size or 0 for size in spec.shape.as_list()]
        return SparseTensor(zeros((0, len(dims) + 1), int64), zeros((0,), spec.dtype), [0, *dims])
    dims = [size or 0 for size in spec.shape.as_list()[spec.ragged_rank + 1 :]]
    batch = spec._batch(0)
    empty = [as_tensor([0], spec.row_splits_dtype)] * batch.ragged_rank
    return batch._from_components([zeros((0, *dims), spec.dtype), *empty])


# Inside of a trace: a loop over the numbers of rows, which lets the values of ragged results grow.


def _row(value, position):
    if isinstance(value, RaggedTensor):
        return value[position]
    if isinstance(value, SparseTensor):
        inside = nonzero(equal(value.indices[:, 0], position))[:, 0]
        places = gather(value.indices, inside, axis=0, batch_dims=0)[:, 1:]
        found = SparseTensor(
            places, gather(value.values, inside, axis=0, batch_dims=0), value.dense_shape[1:]
        )
        found.set_shape(value.shape[1:])
        return found
    return value[position]


def traced_rows(function, elems, promised, check, numbers):
    """The stacked results of `function`, for each leaf of what it returns, inside of a trace.

    elems: a nest of tensors and composite tensors; promised: the spec of each result; check(value, spec): a result as
    it is stacked; numbers: the vector 0, 1, ... of the rows.
    """
    leaves = nest.flatten(elems)
    grown = [spec for spec in promised if not isinstance(spec, TensorSpec)]
    for spec in grown:
        if not isinstance(spec, RaggedTensorSpec):
            raise NotImplementedError(
                f"map_fn inside of a function makes tensors and ragged tensors, not {spec}."
            )
    carried = [part for spec in grown for part in _nothing(spec)]

    def step(tensors, slices):
        row = [_row(each, slices[0]) for each in leaves]
        results = nest.flatten(function(nest.pack_sequence_as(elems, row)))
        stacked, longer, rest = [], [], list(tensors)
        for value, spec in zip(results, promised, strict=True):
            if isinstance(spec, TensorSpec):
                stacked.append(check(value, spec))
                continue
            parts = _parts(checked(value, spec), spec)
            before, rest = rest[: len(parts)], rest[len(parts) :]
            longer += [concat(a, b, axis=0) for a, b in zip(before, parts, strict=True)]
        return longer, stacked

    invariants = [(None, *each.dims[1:]) for each in carried]
    found, stacked = repeat(step, carried, [numbers], invariants=invariants)
    dense, results = iter(stacked), []
    for spec in promised:
        if isinstance(spec, TensorSpec):
            results.append(next(dense))
            continue
        count = spec.ragged_rank + 2
        parts, found = found[:count], found[count:]
        results.append(_from_parts(spec, parts, numbers.dims[0]))
    return results


def _nothing(spec):
    dims = [size or 0 for size in spec.shape.as_list()[spec.ragged_rank + 1 :]]
    lengths = [zeros((0,), spec.row_splits_dtype)] * (spec.ragged_rank + 1)
    return [zeros((0, *dims), spec.dtype), *lengths]


def _parts(value, spec):
    """The innermost values of a result, and the lengths of its rows from the outermost axis on."""
    dtype = spec.row_splits_dtype
    if isinstance(value, CompositeTensor):
        count = value.nrows(dtype)
        lengths = value.with_row_splits_dtype(dtype).nested_row_lengths()
        return [value.flat_values, reshape(count, dims=(1,)), *lengths]
    return [value, reshape(as_tensor(value.dims[0], dtype), dims=(1,))]


def _from_parts(spec, parts, count):
    values, *lengths = parts
    for each in reversed(lengths):
        values = RaggedTensor._of(
            values, RowPartition._of(ragged_rows(each, step="from_lengths", settings=(False,)))
        )
    batch = spec._batch(count if type(count) is int else None)
    return batch._from_components(values._to_components())
