"""Choosing slices by a mask."""

from math import prod

from tapeflow.ops.gathering import gather
from tapeflow.ops.indexing import ALL, strided_slice
from tapeflow.ops.layout import reshape
from tapeflow.ops.selection import nonzero


def boolean_mask(x, mask, axis):
    """The slices of x, along the axes from `axis` on that `mask` covers, where the mask is true."""
    covered = mask.dims
    count = prod(covered)
    flat = reshape(x, dims=(*x.dims[:axis], count, *x.dims[axis + len(covered) :]))
    places = strided_slice(nonzero(reshape(mask, dims=(count,))), index=(ALL, 0))
    return gather(flat, places, axis=axis, batch_dims=0)
