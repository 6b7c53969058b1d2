"""Images seen through a projective transform: what each pixel of the result shows of the image."""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.creation import full
from tapeflow.ops.inversion import inv
from tapeflow.ops.layout import concat, reshape

_ACCEPTED = frozenset(
    [types.uint8, types.int32, types.int64, types.float16, types.bfloat16, types.float32, types.float64]
)


def _places(transforms, rows, columns):
    """(row, column) in the image for each pixel of the result, float32 [batch, rows, columns]; NaN at infinity."""
    a0, a1, a2, b0, b1, b2, c0, c1 = numpy.moveaxis(transforms.astype(numpy.float32), 1, 0)[..., None, None]
    y = numpy.arange(rows, dtype=numpy.float32)[:, None]
    x = numpy.arange(columns, dtype=numpy.float32)
    depth = c0 * x + c1 * y + numpy.float32(1)
    depth = numpy.where(depth == 0, numpy.float32(numpy.nan), depth)
    return (b0 * x + b1 * y + b2) / depth, (a0 * x + a1 * y + a2) / depth


def _mapped(place, size, mode):
    """Places beyond the image brought into it, as the mode of filling says."""
    if mode == "REFLECT":
        double = numpy.float32(2 * size)
        inside = place - double * numpy.floor(place / double)
        reflected = numpy.where(inside >= size, double - inside - 1, inside)
        return numpy.clip(reflected, 0, size - 1)
    if mode == "WRAP":
        if size <= 1:
            return numpy.zeros_like(place)
        last, period = numpy.float32(size - 1), numpy.float32(size)
        below = place + period * (numpy.trunc(-place / last) + 1)
        above = place - period * numpy.trunc(place / last)
        return numpy.clip(numpy.where(place < 0, below, numpy.where(place > last, above, place)), 0, last)
    if mode == "NEAREST":
        return numpy.clip(place, 0, size - 1)
    return place


@op("ImageProjectiveTransformV3", accepts=_ACCEPTED, result="same")
def project(xp, images, transforms, fill_value, *, dims, interpolation, fill_mode):
    """Images [batch, height, width, channels] through transforms [batch or 1, 8], which map places of the result.

    dims: (rows, columns) of the result; interpolation: NEAREST or BILINEAR; fill_mode: CONSTANT, REFLECT, WRAP or
    NEAREST.
    """
    height, width = images.shape[1:3]
    y, x = _places(transforms, *dims)
    known = numpy.isfinite(y) & numpy.isfinite(x)
    y, x = (numpy.where(known, each, numpy.float32(0)) for each in (y, x))
    y, x = _mapped(y, height, fill_mode), _mapped(x, width, fill_mode)

    def pixels(row, column):
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        row, column = (numpy.where(inside, each, 0).astype(numpy.intp) for each in (row, column))
        batch = numpy.arange(images.shape[0])[:, None, None]
        return numpy.where(inside[..., None], images[batch, row, column], fill_value.astype(images.dtype))

    if interpolation == "NEAREST":
        found = pixels(_half_away(y), _half_away(x))
    else:
        low_y, low_x = numpy.floor(y), numpy.floor(x)
        part_y, part_x = (y - low_y)[..., None], (x - low_x)[..., None]
        wide = numpy.float64 if images.dtype == numpy.float64 else numpy.float32

        def row(at):
            left, right = pixels(at, low_x).astype(wide), pixels(at, low_x + 1).astype(wide)
            return (1 - part_x) * left + part_x * right

        found = ((1 - part_y) * row(low_y) + part_y * row(low_y + 1)).astype(images.dtype)
    return numpy.where(known[..., None], found, fill_value.astype(images.dtype))


def _half_away(x):
    return numpy.copysign(numpy.floor(numpy.abs(x) + numpy.float32(0.5)), x)


@project.spec
def _(images, transforms, fill_value, dims, interpolation, fill_mode):
    if images.dims is not None and len(images.dims) != 4:
        raise InvalidArgumentError(None, None, "input images must be of rank 4")
    if transforms.dims is not None and (len(transforms.dims) != 2 or transforms.dims[1] not in (8, None)):
        raise InvalidArgumentError(
            None, None, f"Input transform should be num_images x 8 or 1 x 8, not of shape {transforms.dims}"
        )
    if images.dims is None:
        return images
    return images.with_dims((images.dims[0], *dims, images.dims[3]))


def _images_gradient(g, images_shape, transforms, interpolation, fill_mode):
    """What TensorFlow takes for it: the cotangent seen through the inverse transforms."""
    count = transforms.dims[0]
    ones = full((count, 1), 1, transforms._dtype)
    matrices = reshape(concat(transforms, ones, axis=1), dims=(count, 3, 3))
    inverse = reshape(inv(matrices, adjoint=False), dims=(count, 9))
    inverse = (inverse / inverse[:, 8:])[:, :8]
    return project(
        g,
        inverse,
        full((), 0, types.float32),
        dims=tuple(images_shape[1:3]),
        interpolation=interpolation,
        fill_mode=fill_mode,
    )


project.grad(images=_images_gradient, transforms=None, fill_value=None)


@project.batch
def _(images, transforms, fill_value, **params):
    size, batch = images.dims[:2]
    flat = reshape(images, dims=(size * batch, *images.dims[2:]))
    if transforms.dims[1] != batch:
        return None
    y = project(flat, reshape(transforms, dims=(size * batch, 8)), fill_value[0], **params)
    return reshape(y, dims=(size, batch, *y.dims[1:]))
