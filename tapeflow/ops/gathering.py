"""Gathering along one axis, and its transpose, which adds at the gathered places."""

from math import prod

import numpy

from tapeflow.core.dtypes import NUMBERS
from tapeflow.core.errors import invalid
from tapeflow.core.op import op
from tapeflow.ops.indexed_slices import IndexedSlices
from tapeflow.ops.indexing import boxed
from tapeflow.ops.layout import reshape

_MANY = 1 << 16
"""Elements from which summing rows by a sparse matrix product is faster, whatever it costs to set up."""


@op("GatherV2", result="same")
def gather(xp, params, indices, *, axis, batch_dims):
    """The slices of params along `axis` at the indices; the first `batch_dims` axes of both are common."""
    check_positions(indices, params.shape[axis], "GatherV2")
    if not batch_dims:
        return boxed(params.take(indices, axis))
    positions, rows, inner = _rows(indices, params.shape, axis, batch_dims)
    result = params.reshape(rows, inner).take(positions, 0)
    return result.reshape(gathered_dims(params.shape, indices.shape, axis, batch_dims))


def gathered_dims(dims, indices_dims, axis, batch_dims):
    """The shape of what is gathered."""
    if dims is None or indices_dims is None:
        return None
    return (*dims[:axis], *indices_dims[batch_dims:], *dims[axis + 1 :])


@gather.spec
def _(params, indices, axis, batch_dims):
    if params.dims is not None and indices.dims is not None:
        for place, (a, b) in enumerate(zip(params.dims[:batch_dims], indices.dims[:batch_dims], strict=True)):
            if a != b and None not in (a, b):
                raise invalid(
                    f"params.shape[{place}]: {a} should be equal to indices.shape[{place}]: {b}",
                )
    return params.with_dims(gathered_dims(params.dims, indices.dims, axis, batch_dims))


def _params_gradient(g, params_shape, indices, axis, batch_dims):
    if axis == 0:
        count = prod(indices.dims)
        rows = reshape(g, dims=(count, *params_shape[1:]))
        return IndexedSlices(rows, reshape(indices, dims=(count,)), params_shape)
    return add_at(g, indices, size=params_shape[axis], axis=axis, batch_dims=batch_dims)


gather.grad(params=_params_gradient, indices=None)
gather.batch(
    lambda params, indices, axis, batch_dims: gather(
        params, indices, axis=axis + 1, batch_dims=batch_dims + 1
    )
)


@gather.lower
def _(e, index, params, indices, axis, batch_dims):
    end = axis + len(indices.dims) - batch_dims
    place = indices[(*index[:batch_dims], *index[axis:end])]
    inside = e.logical_and(place >= 0, place < params.dims[axis])
    place = e.select(inside, e.required(place, inside), 0)  # nothing else is read, until the program ends
    return params[(*index[:axis], place, *index[end:])]


@gather.expand
def _(params, indices, axis, batch_dims):
    """As rows without inner axes: what lies together is copied together."""
    inner = params.dims[axis + 1 :]
    if len(inner) < 2:
        return None
    rows = reshape(params, dims=(*params.dims[: axis + 1], prod(inner)))
    found = gather(rows, indices, axis=axis, batch_dims=batch_dims)
    return reshape(found, dims=gathered_dims(params.dims, indices.dims, axis, batch_dims))


@op("UnsortedSegmentSumAt", accepts=NUMBERS, result="same")
def add_at(xp, updates, indices, *, size, axis, batch_dims):
    """Zeros, `size` of them along `axis`, with the updates added at the indices: gather's transpose."""
    check_positions(indices, size, "UnsortedSegmentSum")
    dims = _dims_before_gather(updates.shape, indices.shape, size, axis, batch_dims)
    positions, rows, inner = _rows(indices, dims, axis, batch_dims)
    return sum_rows(updates.reshape(positions.size, inner), positions.reshape(-1), rows).reshape(dims)


def _dims_before_gather(dims, indices_dims, size, axis, batch_dims):
    return (*dims[:axis], size, *dims[axis + len(indices_dims) - batch_dims :])


add_at.spec(
    lambda updates, indices, size, axis, batch_dims: updates.with_dims(
        _dims_before_gather(updates.dims, indices.dims, size, axis, batch_dims)
    )
)
add_at.grad(
    updates=lambda g, indices, axis, batch_dims: gather(g, indices, axis=axis, batch_dims=batch_dims),
    indices=None,
)
add_at.batch(
    lambda updates, indices, size, axis, batch_dims: add_at(
        updates, indices, size=size, axis=axis + 1, batch_dims=batch_dims + 1
    )
)


def _rows(indices, dims, axis, batch_dims):
    """Which rows of `x.reshape(rows, inner)`, x of shape `dims`, the indices along `axis` mean."""
    outer, size = prod(dims[batch_dims:axis]), dims[axis]
    batch, inner = prod(dims[:batch_dims]), prod(dims[axis + 1 :])
    within = numpy.asarray(indices, numpy.intp).reshape(batch, 1, prod(indices.shape[batch_dims:]))
    starts = numpy.arange(0, batch * outer * size, size or 1).reshape(batch, outer, 1) if size else 0
    return within + starts, batch * outer * size, inner


def sum_rows(updates, positions, count):
    """An array of `count` rows, row i the sum of those updates whose position is i."""
    inner = updates.shape[1]
    if updates.size >= _MANY and inner >= 4 and updates.dtype.char in "fdFD":
        from scipy.sparse import csc_array

        columns = numpy.arange(len(positions) + 1)
        chooses = csc_array(
            (numpy.ones(len(positions), updates.dtype), positions, columns), (count, len(positions))
        )
        return chooses @ updates
    total = numpy.zeros(count * inner, updates.dtype)
    numpy.add.at(total, element_places(positions, inner), updates.reshape(-1))
    return total.reshape(count, inner)


def element_places(positions, inner):
    """The places of the elements of rows of size `inner`: `ufunc.at` is much faster at elements than at rows."""
    return positions if inner == 1 else (positions[:, None] * inner + numpy.arange(inner)).reshape(-1)


def check_positions(indices, size, type_name):
    """Raises TensorFlow's error if an index is not in [0, size)."""
    if indices.size and not are_inside(indices, size):
        wrong = numpy.argwhere((indices < 0) | (indices >= size))[0].tolist()
        place = f"[{','.join(map(str, wrong))}]" if wrong else ""
        raise invalid(f"indices{place} = {indices[tuple(wrong)]} is not in [0, {size})", type_name)


def are_inside(indices, size):
    """Whether all of at least one index are in [0, size)."""
    # For a few numbers Python's own min and max are quicker.
    few = indices.ravel().tolist() if indices.size < 50 else (indices.min(), indices.max())
    return min(few) >= 0 and max(few) < size
