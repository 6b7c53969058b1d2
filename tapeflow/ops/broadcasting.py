"""Repeating along axes and summing over them: two linear ops, each the transpose of the other."""

import math

import numpy

from tapeflow.core.dtypes import NUMBERS
from tapeflow.core.op import op
from tapeflow.core.size import Size
from tapeflow.ops.families import kept_dims, reduction
from tapeflow.ops.layout import reshape
from tapeflow.ops.summation import total

_SMALL = 4096
"""Up to this many elements a copy is quicker than NumPy's broadcast view, and contiguous for whoever reads it."""


@op("BroadcastTo", result="same", linear=True)
def broadcast_to(xp, x, *, dims):
    """x repeated along new leading axes and along axes of size 1."""
    if xp is numpy and x.ndim <= len(dims) and math.prod(dims) <= _SMALL:
        repeated = numpy.empty(dims, x.dtype)
        repeated[...] = x
        return repeated
    return xp.broadcast_to(x, dims)


broadcast_to.spec(lambda x, dims: x.with_dims(dims))
broadcast_to.grad(x=lambda g, x_shape: sum_to(g, x_shape))


@broadcast_to.lower
def _(e, index, x, dims):
    lead = len(dims) - len(x.dims)
    return x[tuple([0 if size == 1 else place for place, size in zip(index[lead:], x.dims, strict=True)])]


@broadcast_to.batch
def _(x, dims):
    size, *inner = x.dims
    return broadcast_to(reshape(x, dims=(size, *[1] * (len(dims) - len(inner)), *inner)), dims=(size, *dims))


@reduction("Sum", accepts=NUMBERS, linear=True)
def reduce_sum(xp, x, *, axes, keepdims):
    """Sum over `axes`."""
    return total(xp, x, axes, keepdims)


reduce_sum.grad(x=lambda g, x_shape, axes: spread(g, x_shape, axes))
reduce_sum.lower(lambda e, index, x, axes, keepdims: e.sum(x, index, axes, keepdims))


def spread(g, dims, axes):
    """`g`, with or without the reduced axes, repeated along them to the shape `dims`."""
    if len(g.dims) == len(dims) - len(axes) and axes == tuple(range(len(axes))):
        return broadcast_to(g, dims=dims)  # new leading axes need no reshape
    kept = kept_dims(dims, axes, True)
    return broadcast_to(g if g.dims == kept else reshape(g, dims=kept), dims=dims)


def sum_to(g, dims):
    """The cotangent of an input of shape `dims` that was broadcast to the shape of `g`."""
    found = g.dims
    if found == dims:
        return g
    extra = len(found) - len(dims)
    if found[extra:] == dims:
        return reduce_sum(g, axes=tuple(range(extra)), keepdims=False)
    for size, wanted in zip(found[extra:], dims, strict=True):
        if type(wanted) is Size and wanted != size:  # it may be 1
            return sum_where_broadcast(g, dims=dims)
    axes = repeated_axes(found, dims)
    found = reduce_sum(g, axes=axes, keepdims=False) if axes else g
    return found if found.dims == dims else reshape(found, dims=dims)


def repeated_axes(found, dims):
    """The axes of the shape `found` that something of shape `dims` was broadcast along."""
    extra = len(found) - len(dims)
    return tuple(
        [axis for axis, size in enumerate(found) if axis < extra or (dims[axis - extra] == 1 and size != 1)]
    )


@op("SumTo", accepts=NUMBERS, result="same", linear=True)
def sum_where_broadcast(xp, x, *, dims):
    """The sum over those axes along which something of shape `dims` is broadcast to the shape of x.

    Only a program has it whose sizes are not known: which axes these are is seen when it runs.
    """
    return total(xp, x, repeated_axes(x.shape, dims), False).reshape(dims)


sum_where_broadcast.spec(lambda x, dims: x.with_dims(dims))
sum_where_broadcast.grad(x=lambda g, x_shape: broadcast_to(g, dims=x_shape))
sum_where_broadcast.expand(lambda x, dims: sum_to(x, dims))


@sum_where_broadcast.batch
def _(x, dims):
    count, *inner = x.dims
    extra = len(inner) - len(dims)
    if extra:
        x = reduce_sum(x, axes=tuple(range(1, 1 + extra)), keepdims=False)
    return sum_to(x, (count, *dims))
