"""Ops on rows of a growing tensor: what a TensorArray inside a traced program comes to."""

import numpy

from tapeflow.core.eager import constant
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.comparison import equal
from tapeflow.ops.creation import progression, zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import move_axis, reshape
from tapeflow.ops.selection import select


@op("TensorListSetItem", result="same")
def set_item(xp, rows, position, item, *, grows):
    """`rows` with `item` as row number `position`; with `grows`, zeros are added up to there if it has fewer."""
    place = int(position)
    size = rows.shape[0]
    if place < 0 or (place >= size and not grows):
        raise InvalidArgumentError(
            None,
            None,
            f"Trying to modify element {place} in a list with {size} elements. [Op:TensorListSetItem]",
        )
    if item.shape != rows.shape[1:]:
        raise InvalidArgumentError(
            None,
            None,
            f"Inconsistent shapes: saw {list(item.shape)} but expected {list(rows.shape[1:])} [Op:TensorListSetItem]",
        )
    found = numpy.zeros((max(size, place + 1), *rows.shape[1:]), rows.dtype)
    found[:size] = rows
    found[place] = item
    return found


@set_item.spec
def _(rows, position, item, grows):
    if rows.dims is not None and item.dims is not None and not item.shape.is_compatible_with(rows.dims[1:]):
        raise InvalidArgumentError(
            None, None, f"Inconsistent shapes: saw {item.shape} but expected {rows.shape[1:]}"
        )
    return rows.with_dims((None, *rows.dims[1:])) if grows else rows


@set_item.lower
def _(e, index, rows, position, item, grows):
    place = position[()]
    place = e.required(place, e.logical_and(place >= 0, place < rows.dims[0]))
    return e.select(e.equal(place, index[0]), item[index[1:]], rows[index])


def _rows_gradient(g, position, rows_shape, item_shape, grows):
    cleared = set_item(g, position, zeros(item_shape, g._dtype), grows=False)
    return first_rows(cleared, zeros(rows_shape, g._dtype)) if grows else cleared


set_item.grad(
    rows=_rows_gradient, position=None, item=lambda g, position: gather(g, position, axis=0, batch_dims=0)
)


@op("TensorListFirstRows", result="same", linear=True)
def first_rows(xp, rows, like):
    """As many rows, from the first, as `like` has."""
    return rows[: like.shape[0]]


first_rows.spec(lambda rows, like: like)
first_rows.grad(rows=lambda g, rows_shape: followed_by_zeros(g, zeros(rows_shape, g._dtype)), like=None)


@op("TensorListResize", result="same", linear=True)
def followed_by_zeros(xp, rows, like):
    """The rows, followed by zeros, so that there are as many as `like` has."""
    found = numpy.zeros(like.shape, rows.dtype)
    found[: rows.shape[0]] = rows
    return found


followed_by_zeros.spec(lambda rows, like: like)
followed_by_zeros.grad(rows=lambda g, rows_shape: first_rows(g, zeros(rows_shape, g._dtype)), like=None)


@set_item.batch
def _(rows, position, item, grows):
    if grows:
        raise NotImplementedError("A TensorArray of dynamic size cannot grow inside of tf.vectorized_map.")
    places = reshape(position, dims=(position.dims[0], 1))
    size = rows.dims[1]
    kind = position._dtype.array_dtype.type
    steps = progression(*[constant(kind(n), position._dtype) for n in (0, size, 1)])
    chosen = equal(places, reshape(steps, dims=(1, size)))
    chosen = reshape(chosen, dims=(*chosen.dims, *[1] * (len(rows.dims) - 2)))
    return select(chosen, reshape(item, dims=(item.dims[0], 1, *item.dims[1:])), rows)


first_rows.batch(lambda rows, like: _swapped(first_rows, rows, like))
followed_by_zeros.batch(lambda rows, like: _swapped(followed_by_zeros, rows, like))


def _swapped(function, rows, like):
    return move_axis(function(move_axis(rows, 1, 0), move_axis(like, 1, 0)), 0, 1)
