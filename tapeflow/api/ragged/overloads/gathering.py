"""Rows and elements of ragged tensors by number, and of tensors by the numbers in ragged ones."""

import functools

from tapeflow.api import arrays
from tapeflow.api.arrays import gather, gather_nd
from tapeflow.api.nn import embedding, sparse_embedding
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.ragged.slicing import take
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.ragged_rows import ragged_rows


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    yield gather, _gather, False
    yield gather_nd, _gather_nd, False
    yield embedding.embedding_lookup, _embedding_lookup, False
    for function in (sparse_embedding.embedding_lookup_sparse, sparse_embedding.safe_embedding_lookup_sparse):
        yield function, functools.partial(_embedding_lookup_sparse, function), False


def _embedding_lookup(params, ids, max_norm=None, name=None):
    return ids.with_flat_values(embedding.embedding_lookup(params, ids.flat_values, max_norm))


def _embedding_lookup_sparse(function, params=None, ids=None, weights=None, *args, **kwargs):
    params = kwargs.pop("embedding_weights", params)
    for name in ("sp_ids", "sparse_ids"):
        ids = kwargs.pop(name, ids)
    for name in ("sp_weights", "sparse_weights"):
        weights = kwargs.pop(name, weights)
    if weights is not None and not isinstance(weights, type(ids)):
        raise TypeError(
            f"sp_ids must be of the same type as sp_weights, not {type(ids)} and {type(weights)}."
        )
    return function(
        params, ids.to_sparse(), None if weights is None else weights.to_sparse(), *args, **kwargs
    )


def _gather(params, indices, validate_indices=None, axis=None, batch_dims=0, name=None):
    batch_dims = int(batch_dims)
    if isinstance(indices, RaggedTensor) and batch_dims < 0:
        batch_dims += indices.shape.rank
    axis = batch_dims if axis is None else int(axis)
    if axis < 0:
        axis += params.shape.rank if isinstance(params, RaggedTensor) else as_tensor(params).shape.rank
    if not isinstance(params, RaggedTensor):
        params = as_tensor(params)
    if not isinstance(indices, RaggedTensor):
        indices = as_tensor(indices)
    return _gathered(params, indices, axis, batch_dims)


def _gathered(params, indices, axis, batch_dims):
    if isinstance(params, Tensor) and isinstance(indices, Tensor):
        return gather(params, indices, axis=axis, batch_dims=batch_dims)
    if batch_dims:
        return _gathered_in_rows(params, indices, axis, batch_dims)
    if isinstance(indices, RaggedTensor):
        if axis:
            return _gathered_inside(params, indices, axis)
        return indices.with_values(_gathered(params, indices.values, 0, 0))
    if axis > 1:
        return params.with_values(_gathered(params.values, indices, axis - 1, 0))
    rows = params._row_partition
    flat = arrays.reshape(indices, [-1])
    if axis == 0:
        if not indices.dims:
            return params[indices]
        found = take(params, flat)
        for place in range(len(indices.dims) - 1, 0, -1):
            count = indices.dims[place]
            found = RaggedTensor.from_uniform_row_length(found, count, nrows=_product(indices.dims[:place]))
        return found
    places = ragged_rows(rows._splits, flat, step="chosen_of_each")
    found = take(params.values, arrays.reshape(places, [-1]))
    if not indices.dims:
        return found
    for place in range(len(indices.dims) - 1, -1, -1):
        count = indices.dims[place]
        found = RaggedTensor.from_uniform_row_length(
            found, count, nrows=rows._count * _product(indices.dims[:place])
        )
    return _dense_if_even(found)


def _gathered_inside(params, indices, axis):
    """What is at ragged indices along an inner axis, all of which every position of the axes before it uses."""
    if isinstance(params, RaggedTensor):
        if axis > 1:
            return params.with_values(_gathered(params.values, indices, axis - 1, 0))
        return _gathered_of_rows(params, indices)
    *outer, length = params.dims[: axis + 1]
    count = _product(outer)
    numbers = arrays.tile(arrays.range(indices.nrows()), [count])
    flat = indices.flat_values
    starts = cast(as_tensor(length, flat._dtype) * arrays.range(as_tensor(count, flat._dtype)), flat._dtype)
    every = arrays.reshape(
        starts[:, None] + arrays.reshape(flat, [1, -1]), [count * flat.dims[0], *flat.dims[1:]]
    )
    together = arrays.reshape(params, [count * length, *params.dims[axis + 1 :]])
    found = take(indices, numbers).with_flat_values(gather(together, every))
    sizes = [*outer, indices._row_partition._count]
    for place in range(len(sizes) - 1, 0, -1):
        found = RaggedTensor.from_uniform_row_length(found, sizes[place], nrows=_product(sizes[:place]))
    return found


def _gathered_of_rows(params, indices):
    """What is at ragged indices in each row of a ragged tensor: [rows, *shape of the indices, ...]."""
    flat, rows = indices.flat_values, params._row_partition
    if len(flat.dims) > 1:
        raise NotImplementedError(
            "tf.gather of a ragged tensor takes ragged indices without uniform inner axes along an inner axis."
        )
    places = ragged_rows(rows._splits, flat, step="chosen_of_each")
    chosen = take(params.values, arrays.reshape(places, [-1]))
    numbers = arrays.tile(arrays.range(indices.nrows()), arrays.reshape(rows._count, [1]))
    found = _with_innermost(take(indices, numbers), chosen)
    return RaggedTensor.from_uniform_row_length(found, indices._row_partition._count, nrows=rows._count)


def _with_innermost(ragged, values):
    """The ragged tensor with other flat values, which may be ragged themselves."""
    inner = ragged.values
    return ragged.with_values(_with_innermost(inner, values) if isinstance(inner, RaggedTensor) else values)


def _product(sizes):
    count = 1
    for each in sizes:
        count = count * each
    return count


def _dense_if_even(found):
    """A Tensor if all rows have one length by definition."""
    if isinstance(found, Tensor) or None in found._sizes:
        return found
    return arrays.reshape(found.flat_values, found._sizes)


def _gathered_in_rows(params, indices, axis, batch_dims):
    """Each row of the indices chooses from the same row of the params."""
    if isinstance(params, Tensor):
        params = RaggedTensor.from_tensor(params, ragged_rank=1)
    if isinstance(indices, Tensor):
        if len(indices.dims) == 1:
            even = RaggedTensor.from_uniform_row_length(indices, 1)
            return _gathered_in_rows(params, even, axis, batch_dims).values
        even = RaggedTensor.from_tensor(indices, ragged_rank=1)
        return _dense_if_even(_gathered_in_rows(params, even, axis, batch_dims))
    if batch_dims > 1:
        inner = _gathered(params.values, indices.values, axis - 1, batch_dims - 1)
        return indices.with_values(inner)
    if axis > 1:
        raise NotImplementedError("tf.gather on ragged tensors needs an axis that is batch_dims.")
    starts = ragged_rows(params.row_splits, indices.row_splits, step="starts_for_rows")
    values = indices.values
    if isinstance(values, RaggedTensor):
        deeper = values
        for _ in range(values.ragged_rank):
            starts = take(starts, deeper.value_rowids())
            deeper = deeper.values
        flat = values.flat_values
        shifted = values.with_flat_values(flat + _wide(starts, flat))
    else:
        shifted = values + _wide(starts, values)
    return indices.with_values(_gathered(params.values, shifted, 0, 0))


def _wide(starts, values):
    return cast(arrays.reshape(starts, [-1] + [1] * (len(values.dims) - 1)), values._dtype)


def _gather_nd(params, indices, batch_dims=0, name=None, bad_indices_policy=""):
    if int(batch_dims):
        raise ValueError("batch_dims != 0 is not supported for ragged gather yet.")
    if isinstance(indices, RaggedTensor):
        if indices.ragged_rank < indices._rank - 1:
            flat = indices.flat_values
            return indices.with_flat_values(_gather_nd_dense(params, flat))
        indices = indices.to_tensor()
    return _gather_nd_dense(params, as_tensor(indices))


def _gather_nd_dense(params, indices):
    if isinstance(params, Tensor):
        return gather_nd(params, indices)
    depth = indices.dims[-1]
    if depth == 0:
        return _gathered(params, arrays.reshape(indices, indices.dims[:-1]), 0, 0)
    if depth == 1:
        return _gathered(params, arrays.squeeze(indices, [-1]), 0, 0)
    flat = arrays.reshape(indices, [-1, depth])
    inner = ragged_rows(params.row_splits, flat, step="places_in_rows")
    inner = cast(inner, flat._dtype)[:, None]
    rest = arrays.concat([inner, flat[:, 2:]], axis=1) if depth > 2 else inner
    found = _gather_nd_dense(params.values, rest)
    dims = indices.dims[:-1]
    if isinstance(found, Tensor):
        return arrays.reshape(found, [*dims, *found.dims[1:]])
    for place in range(len(dims) - 1, 0, -1):
        found = RaggedTensor._of(
            found, RowPartition.from_uniform_row_length(dims[place], nrows=_product(dims[:place]))
        )
    return found
