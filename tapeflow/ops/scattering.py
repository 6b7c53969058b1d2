"""Reading and writing at coordinates: gather_nd, its transpose scatter_nd, tensors with some places changed.

The last axis of `indices` holds coordinates along the first axes of the tensor, which name an element or a
slice.
"""

from math import prod

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import invalid
from tapeflow.core.op import no_gradient, op
from tapeflow.core.shapes import bracketed
from tapeflow.ops.arithmetic import divide, multiply
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import equal
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import are_inside, element_places, sum_rows
from tapeflow.ops.indexing import boxed
from tapeflow.ops.layout import concat


@op("GatherNd", result="same")
def gather_nd(xp, params, indices):
    """The elements or slices of params at the coordinates."""
    check_coordinates(indices, params.shape, "param shape", "GatherNd")
    if not indices.shape[-1]:
        return numpy.broadcast_to(params, (*indices.shape[:-1], *params.shape))
    return boxed(params[_columns(indices)])


@gather_nd.spec
def _(params, indices):
    if params.dims is None or indices.dims is None or (indices.dims and indices.dims[-1] is None):
        return params.with_dims(None)
    if not indices.dims:
        raise invalid("indices must be at least a vector")
    depth = indices.dims[-1]
    if depth > len(params.dims):
        raise invalid(
            f"index innermost dimension length must be <= params rank; saw: {depth} vs. {len(params.dims)}",
        )
    return params.with_dims((*indices.dims[:-1], *params.dims[depth:]))


gather_nd.grad(
    params=lambda g, indices, params_shape: scatter_nd(indices, g, dims=params_shape), indices=None
)
gather_nd.batch(lambda params, indices: gather_nd(params, with_batch_places(indices, 1)))


@op("ScatterNd", result=None)
def scatter_nd(xp, indices, updates, *, dims):
    """Zeros of shape `dims` to which the updates are added at the coordinates."""
    _check_updates(indices.shape, updates.shape, dims)
    check_coordinates(indices, dims, "shape", "ScatterNd")
    depth = indices.shape[-1]
    rows, inner = prod(dims[:depth]), prod(dims[depth:])
    places = _flat_places(indices, dims)
    if updates.dtype.kind in "iufc":
        return sum_rows(numpy.reshape(updates, (places.size, inner)), places, rows).reshape(dims)
    whole = numpy.full((rows, inner), b"" if updates.dtype.hasobject else 0, updates.dtype)
    numpy.add.at(whole, places, numpy.reshape(updates, (places.size, inner)))
    return whole.reshape(dims)


@scatter_nd.spec
def _(indices, updates, dims):
    if indices.dims is not None and updates.dims is not None and None not in (*indices.dims, *updates.dims):
        _check_updates(indices.dims, updates.dims, dims)
    return updates.with_dims(dims)


scatter_nd.grad(updates=lambda g, indices: gather_nd(g, indices), indices=None)
scatter_nd.batch(
    lambda indices, updates, dims: scatter_nd(
        with_batch_places(indices, 1), updates, dims=(indices.dims[0], *dims)
    )
)


def _check_updates(indices_dims, updates_dims, dims):
    if not indices_dims:
        raise invalid("Indices shape must have rank at least one. Found:[]", "ScatterNd")
    outer, depth = len(indices_dims) - 1, indices_dims[-1]
    if indices_dims[:-1] != updates_dims[:outer]:
        raise invalid(
            f"Dimensions [0,{outer}) of indices[shape={bracketed(indices_dims)}] must match dimensions [0,{outer}) "
            f"of updates[shape={bracketed(updates_dims)}]",
            "ScatterNd",
        )
    if depth > len(dims) or tuple(dims[depth:]) != updates_dims[outer:]:
        raise invalid(
            f"Dimensions [{depth},{len(dims)}) of input[shape={bracketed(dims)}] must match dimensions "
            f"[{outer},{len(updates_dims)}) of updates[shape={bracketed(updates_dims)}]",
            "ScatterNd",
        )


# Tensors with some places changed.


def _tensor_scatter(type_name, ufunc, accepts):
    """An op that copies x and combines updates with it at coordinates by `ufunc`; None: overwrites."""

    def kernel(xp, x, indices, updates):
        _check_scatter(indices.shape, updates.shape, x.shape, type_name)
        check_coordinates(indices, x.shape, "shape", type_name)
        result = numpy.array(x, order="C")
        if ufunc is None:
            result[_columns(indices) or ...] = updates
        else:
            inner = prod(x.shape[indices.shape[-1] :])
            places = element_places(_flat_places(indices, x.shape), inner)
            ufunc.at(result.reshape(-1), places, numpy.reshape(updates, -1))
        return result

    kernel.__name__ = type_name
    made = op(type_name, accepts=accepts, result="same")(kernel)
    made.spec(lambda x, indices, updates: _scattered(x, indices, updates, type_name))
    made.batch(lambda x, indices, updates: made(x, with_batch_places(indices, 1), updates))
    return made


def _scattered(x, indices, updates, type_name):
    if None not in (x.dims, indices.dims, updates.dims):
        dims = (*x.dims, *indices.dims, *updates.dims)
        if None not in dims:
            _check_scatter(indices.dims, updates.dims, x.dims, type_name)
    return x


def _check_scatter(indices_dims, updates_dims, dims, type_name):
    if not indices_dims:
        raise invalid("Indices shape must have rank at least one. Found:[]", type_name)
    outer, depth = len(indices_dims) - 1, indices_dims[-1]
    if depth > len(dims) or tuple(dims[depth:]) != updates_dims[outer:]:
        raise invalid(
            "Inner dimensions of output shape must match inner dimensions of updates shape. "
            f"Output: {bracketed(dims)} updates: {bracketed(updates_dims)}",
            type_name,
        )
    if indices_dims[:-1] != updates_dims[:outer]:
        raise invalid(
            "Outer dimensions of indices and update must match. "
            f"Indices shape: {bracketed(indices_dims)}, updates shape:{bracketed(updates_dims)}",
            type_name,
        )


tensor_scatter_update = _tensor_scatter("TensorScatterUpdate", None, None)
tensor_scatter_update.grad(
    x=lambda g, indices, updates_shape: tensor_scatter_update(g, indices, zeros(updates_shape, g._dtype)),
    indices=None,
    updates=lambda g, indices: gather_nd(g, indices),
)
tensor_scatter_add = _tensor_scatter("TensorScatterAdd", numpy.add, types.NUMBERS | {types.bool})
tensor_scatter_add.grad(x=lambda g: g, indices=None, updates=lambda g, indices: gather_nd(g, indices))
tensor_scatter_sub = _tensor_scatter("TensorScatterSub", numpy.subtract, types.NUMBERS)
tensor_scatter_sub.grad(x=lambda g: g, indices=None, updates=lambda g, indices: -gather_nd(g, indices))
tensor_scatter_min = _tensor_scatter("TensorScatterMin", numpy.minimum, types.REALS)
tensor_scatter_max = _tensor_scatter("TensorScatterMax", numpy.maximum, types.REALS)


def _share(g, y, x, indices, updates):
    """The cotangents of an extreme: each place shares its own equally between those that attain it."""
    attains = cast(equal(x, y), g._dtype)
    update_attains = cast(equal(updates, gather_nd(y, indices)), g._dtype)
    share = divide(g, attains + scatter_nd(indices, update_attains, dims=x.dims))
    return multiply(share, attains), None, multiply(gather_nd(share, indices), update_attains)


tensor_scatter_min.grad(_share)
tensor_scatter_max.grad(_share)


# Coordinates.


def with_batch_places(indices, batch_rank):
    """Coordinates with their own places along the first `batch_rank` axes in front."""
    dims = indices.dims
    dtype = indices._dtype
    columns = []
    for axis in range(batch_rank):
        line = numpy.arange(dims[axis], dtype=dtype.array_dtype)
        shape = tuple([size if place == axis else 1 for place, size in enumerate(dims)])
        columns.append(broadcast_to(embedded(line.reshape(shape), dtype), dims=(*dims[:-1], 1)))
    return concat(*columns, indices, axis=len(dims) - 1)


def check_coordinates(indices, dims, what, type_name):
    """Raises TensorFlow's error if some coordinates are not inside a tensor of shape `dims`."""
    if not indices.ndim:
        raise invalid("indices must be at least a vector", type_name)
    depth = indices.shape[-1]
    if depth > len(dims):
        raise invalid(
            f"index innermost dimension length must be <= params rank; saw: {depth} vs. {len(dims)}",
            type_name,
        )
    if not indices.size or all(map(are_inside, _columns(indices), dims)):
        return
    outside = (indices < 0) | (indices >= dims[:depth])
    wrong = numpy.argwhere(outside)[0].tolist()[:-1]
    place = f"[{','.join(map(str, wrong))}]" if wrong else ""
    found = indices[tuple(wrong)].tolist()
    raise invalid(f"indices{place} = {found} does not index into {what} {bracketed(dims)}", type_name)


def _columns(indices):
    """The coordinates along each axis: what NumPy's brackets take."""
    return tuple([indices[..., axis] for axis in range(indices.shape[-1])])


def _flat_places(indices, dims):
    """The coordinates as positions in a tensor of shape `dims` whose leading axes are made one."""
    columns = _columns(indices)
    places = numpy.zeros(indices.shape[:-1], numpy.intp)
    for column, size in zip(columns, dims, strict=False):
        places = places * size + column
    return places.reshape(-1)


@op("UnravelIndex", accepts=frozenset({types.int32, types.int64}), result="same")
def unravel_index(xp, x, *, dims):
    """The coordinates in a tensor of shape `dims` of the positions x, along a new first axis."""
    if not x.size:
        return numpy.zeros((len(dims), *x.shape), x.dtype)
    if x.min() < 0 or x.max() >= prod(dims):
        raise invalid("index is out of bound as with dims", "UnravelIndex")
    return numpy.array(numpy.unravel_index(x, dims), x.dtype)


unravel_index.spec(lambda x, dims: x.with_dims(None if x.dims is None else (len(dims), *x.dims)))
no_gradient(unravel_index)
