"""Where a mask is true."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import reshape


@op("MaskPositions", accepts=frozenset({types.bool}), result=types.int64)
def positions(xp, mask):
    """The positions, in increasing order, at which the vector `mask` is true."""
    return xp.flatnonzero(mask)


positions.spec(lambda mask: mask.with_dims((None,)).with_dtype(types.int64))
no_gradient(positions)


def boolean_mask(x, mask, axis):
    """The slices of x, along the axes from `axis` on that `mask` covers, where the mask is true."""
    covered = mask.dims
    count = 1
    for size in covered:
        count *= size
    flat = reshape(x, dims=(*x.dims[:axis], count, *x.dims[axis + len(covered) :]))
    return gather(flat, positions(reshape(mask, dims=(count,))), axis=axis, batch_dims=0)
