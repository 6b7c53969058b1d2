"""Repeating elements."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.layout import reshape


def tile(x, multiples):
    """x repeated multiples[i] times, as a whole, along each axis i."""
    dims = x.dims
    if multiples == (1,) * len(dims):
        return x
    apart, spread, joined = [], [], []
    for size, count in zip(dims, multiples, strict=True):
        apart += (1, size)
        spread += (count, size)
        joined.append(count * size)
    return reshape(broadcast_to(reshape(x, dims=tuple(apart)), dims=tuple(spread)), dims=tuple(joined))


def repeat(x, count, axis):
    """Each slice of x along `axis` repeated `count` times in place."""
    dims = x.dims
    head, size, tail = dims[:axis], dims[axis], dims[axis + 1 :]
    spread = broadcast_to(reshape(x, dims=(*head, size, 1, *tail)), dims=(*head, size, count, *tail))
    return reshape(spread, dims=(*head, size * count, *tail))


@op("RepeatIndices", result=types.int64)
def repeated_places(xp, counts):
    """The position i, counts[i] times, for each i of the vector `counts`."""
    return xp.repeat(xp.arange(counts.shape[0]), counts)


repeated_places.spec(lambda counts: counts.with_dims((None,)).with_dtype(types.int64))
no_gradient(repeated_places)
