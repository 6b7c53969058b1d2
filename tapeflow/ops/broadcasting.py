"""Repeating along axes and summing over them: two linear ops, each the transpose of the other."""

import math

from tapeflow.core.dtypes import NUMBERS
from tapeflow.core.op import op
from tapeflow.ops.families import accumulate, kept_dims, reduction
from tapeflow.ops.layout import reshape

_MANY = 8192
"""Elements from which it pays to look for a quicker sum."""


@op("BroadcastTo", result="same", linear=True)
def broadcast_to(xp, x, *, dims):
    """x repeated along new leading axes and along axes of size 1."""
    return xp.broadcast_to(x, dims)


broadcast_to.spec(lambda x, dims: x.with_dims(dims))
broadcast_to.grad(x=lambda g, x_shape: sum_to(g, x_shape))


@broadcast_to.batch
def _(x, dims):
    size, *inner = x.dims
    return broadcast_to(reshape(x, dims=(size, *[1] * (len(dims) - len(inner)), *inner)), dims=(size, *dims))


@reduction("Sum", accepts=NUMBERS, linear=True)
def reduce_sum(xp, x, *, axes, keepdims):
    """Sum over `axes`."""
    if not keepdims and x.ndim > 1 and x.dtype.char in "fd":  # where others are quicker than `add.reduce`
        if axes == (0,) and x.ndim == 2:
            return xp.ones(len(x), x.dtype).dot(x)
        if x.size > _MANY and 0 < len(axes) < x.ndim:
            if axes[-1] == len(axes) - 1:  # the leading axes, as in the gradient of a bias
                rows, kept = math.prod(x.shape[: len(axes)]), x.shape[len(axes) :]
                return xp.ones(rows, x.dtype).dot(x.reshape(rows, math.prod(kept))).reshape(kept)
            if x.ndim == 2 and x.shape[1] <= 1024:  # longer rows need the precision of its pairwise sum
                return xp.einsum("ij->i", x)
    return accumulate(xp.add, x, axes, keepdims)


reduce_sum.grad(x=lambda g, x_shape, axes: spread(g, x_shape, axes))
reduce_sum.lower(lambda e, index, x, axes, keepdims: e.sum(x, index, axes, keepdims))


def spread(g, dims, axes):
    """`g`, with or without the reduced axes, repeated along them to the shape `dims`."""
    kept = kept_dims(dims, axes, True)
    return broadcast_to(g if g.dims == kept else reshape(g, dims=kept), dims=dims)


def sum_to(g, dims):
    """The cotangent of an input of shape `dims` that was broadcast to the shape of `g`."""
    found = g.dims
    if found == dims:
        return g
    extra = len(found) - len(dims)
    axes = [
        axis for axis, size in enumerate(found) if axis < extra or (dims[axis - extra] == 1 and size != 1)
    ]
    total = reduce_sum(g, axes=tuple(axes), keepdims=False) if axes else g
    return total if total.dims == dims else reshape(total, dims=dims)
