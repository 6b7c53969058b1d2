"""Repeating elements."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.layout import reshape


@op("Tile", result="same", linear=True)
def tile(xp, x, *, multiples):
    """x repeated multiples[i] times, as a whole, along each axis i."""
    dims = x.shape
    apart, spread = [], []
    for size, count in zip(dims, multiples, strict=True):
        apart += (1, size)
        spread += (count, size)
    whole = xp.empty(spread, x.dtype)
    whole[...] = x.reshape(apart)
    return whole.reshape(_multiplied(dims, multiples))


def _multiplied(dims, multiples):
    return tuple(
        [None if size is None else size * count for size, count in zip(dims, multiples, strict=True)]
    )


def _sum_of_copies(g, x_shape, multiples):
    apart = tuple([size for pair in zip(multiples, x_shape, strict=True) for size in pair])
    return reduce_sum(reshape(g, dims=apart), axes=tuple(range(0, len(apart), 2)), keepdims=False)


tile.spec(lambda x, multiples: x.with_dims(None if x.dims is None else _multiplied(x.dims, multiples)))
tile.grad(x=_sum_of_copies)
tile.batch(lambda x, multiples: tile(x, multiples=(1, *multiples)))
tile.lower(lambda e, index, x, multiples: x[tuple([i % size for i, size in zip(index, x.dims, strict=True)])])


@op("Repeat", result="same", linear=True)
def repeat(xp, x, *, count, axis):
    """Each slice of x along `axis` repeated `count` times in place."""
    return x.repeat(count, axis)


def _sum_of_neighbours(g, x_shape, count, axis):
    apart = reshape(g, dims=(*x_shape[: axis + 1], count, *x_shape[axis + 1 :]))
    return reduce_sum(apart, axes=(axis + 1,), keepdims=False)


@repeat.spec
def _(x, count, axis):
    if x.dims is None:
        return x
    return x.with_dims(_multiplied(x.dims, [count if place == axis else 1 for place in range(len(x.dims))]))


repeat.grad(x=_sum_of_neighbours)
repeat.batch(lambda x, count, axis: repeat(x, count=count, axis=axis + 1))
repeat.lower(lambda e, index, x, count, axis: x[(*index[:axis], index[axis] // count, *index[axis + 1 :])])


@op("RepeatIndices", result=types.int64)
def repeated_places(xp, counts):
    """The position i, counts[i] times, for each i of the vector `counts`."""
    return xp.repeat(xp.arange(counts.shape[0]), counts)


repeated_places.spec(lambda counts: counts.with_dims((None,)).with_dtype(types.int64))
no_gradient(repeated_places)
