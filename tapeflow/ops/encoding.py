"""Numbers as vectors."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.creation import full
from tapeflow.ops.layout import reshape
from tapeflow.ops.selection import select


@op("OneHot", result=None)
def one_hot(xp, indices, on, off, *, depth, axis):
    """`on` where the position along the new axis is the index, elsewhere `off`; scalars of one dtype."""
    rank = indices.ndim
    apart = indices.reshape(indices.shape[:axis] + (1,) + indices.shape[axis:])
    hot = apart == xp.arange(depth).reshape((depth,) + (1,) * (rank - axis))
    if on == 1 and off == 0:
        return hot.astype(off.dtype)
    return xp.where(hot, on, off)


@one_hot.spec
def _(indices, on, off, depth, axis):
    if indices.dims is None:
        return off.with_dims(None)
    return off.with_dims((*indices.dims[:axis], depth, *indices.dims[axis:]))


no_gradient(one_hot)
one_hot.lower(
    lambda e, index, indices, on, off, depth, axis: e.select(
        indices[(*index[:axis], *index[axis + 1 :])] == index[axis], on[()], off[()]
    )
)


@one_hot.batch
def _(indices, on, off, depth, axis):
    # Here each example has its own `on` and `off`.
    spread = (on.dims[0], *[1] * len(indices.dims))
    hot = one_hot(
        indices, full((), True, types.bool), full((), False, types.bool), depth=depth, axis=axis + 1
    )
    return select(hot, reshape(on, dims=spread), reshape(off, dims=spread))
