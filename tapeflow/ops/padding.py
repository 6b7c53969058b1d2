"""Adding elements around a tensor: a constant, or the tensor's own reflection."""

from tapeflow.core.errors import invalid
from tapeflow.core.op import op
from tapeflow.ops.indexing import strided_slice


@op("PadV2", result="same")
def pad(xp, x, *, paddings, value):
    """x with paddings[i] = (before, after) copies of the Python scalar `value` around it along axis i."""
    dims = _padded(x.shape, paddings)
    whole = xp.full(dims, value, x.dtype) if value != 0 else xp.zeros(dims, x.dtype)
    whole[_inside(x.shape, paddings)] = x
    return whole


def _padded(dims, paddings):
    """The shape with the paddings; None where it is not known."""
    if dims is None:
        return None
    return tuple(
        [None if size is None else a + size + b for size, (a, b) in zip(dims, paddings, strict=True)]
    )


def _inside(dims, paddings):
    return tuple([slice(before, before + size) for size, (before, _) in zip(dims, paddings, strict=True)])


def _unpadded(g, x_shape, paddings):
    bounds = [(before, before + size, None) for size, (before, _) in zip(x_shape, paddings, strict=True)]
    return strided_slice(g, index=tuple(bounds))


@pad.lower
def _(e, index, x, paddings, value):
    inside = None
    places = []
    for place, size, (before, after) in zip(index, x.dims, paddings, strict=True):
        place = place - before
        if before or after:
            for holds in ([place >= 0] if before else []) + ([place < size] if after else []):
                inside = holds if inside is None else e.logical_and(inside, holds)
            place = e.minimum(e.maximum(place, 0), size - 1)
        places.append(place)
    if 0 in x.dims:
        return e.constant(value, x.dtype)
    element = x[tuple(places)]
    return element if inside is None else e.select(inside, element, value)


pad.spec(lambda x, paddings, value: x.with_dims(_padded(x.dims, paddings)))
pad.grad(x=_unpadded)
pad.jvp(lambda tangents, inputs, output, params: pad(*tangents, paddings=params["paddings"], value=0))
pad.batch(lambda x, paddings, value: pad(x, paddings=((0, 0), *paddings), value=value))


@op("MirrorPad", result="same", linear=True)
def mirror_pad(xp, x, *, paddings, offset):
    """x continued by its mirror image: without the border elements (offset 1) or with them (offset 0)."""
    for axis, (before, after) in enumerate(paddings):
        if before or after:
            x = xp.take(x, _reflected(xp, x.shape[axis], before, after, offset), axis)
    return x


def _reflected(xp, size, before, after, offset):
    """Where the elements along a padded axis come from."""
    if max(before, after) > size - offset:
        relation = "less than" if offset else "no greater than"
        contrary = "not less than" if offset else "greater than"
        raise invalid(
            f"paddings must be {relation} the dimension size: {before}, {after} {contrary} {size} ",
            "MirrorPad",
        )
    places = xp.arange(-before, size + after)
    places = xp.where(places < 0, offset - 1 - places, places)
    return xp.where(places >= size, 2 * size - 1 - offset - places, places)


@op("MirrorPadGrad", result="same", linear=True)
def mirror_pad_grad(xp, x, *, paddings, offset):
    """The paddings of x folded back and added to what they reflect: the transpose of mirror_pad."""
    for axis, (before, after) in enumerate(paddings):
        if before or after:
            lead = (slice(None),) * axis
            size = x.shape[axis] - before - after
            folded = x[(*lead, slice(before, before + size))].copy()
            folded[(*lead, slice(offset, offset + before))] += xp.flip(x[(*lead, slice(0, before))], axis)
            folded[(*lead, slice(size - offset - after, size - offset))] += xp.flip(
                x[(*lead, slice(before + size, None))], axis
            )
            x = folded
    return x


mirror_pad.spec(lambda x, paddings, offset: x.with_dims(_padded(x.dims, paddings)))
mirror_pad.grad(x=lambda g, paddings, offset: mirror_pad_grad(g, paddings=paddings, offset=offset))
mirror_pad.batch(lambda x, paddings, offset: mirror_pad(x, paddings=((0, 0), *paddings), offset=offset))
mirror_pad_grad.spec(
    lambda x, paddings, offset: x.with_dims(
        _padded(x.dims, [(-before, -after) for before, after in paddings])
    )
)
mirror_pad_grad.grad(x=lambda g, paddings, offset: mirror_pad(g, paddings=paddings, offset=offset))
mirror_pad_grad.batch(
    lambda x, paddings, offset: mirror_pad_grad(x, paddings=((0, 0), *paddings), offset=offset)
)
