"""Parts of images, margins around them, and samples within boxes."""

import numpy

from tapeflow.api.arrays import gather_nd, pad, stack
from tapeflow.api.casting import cast
from tapeflow.api.math import abs, floor, minimum
from tapeflow.api.math.comparison import logical_and
from tapeflow.api.selection import where
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import float32, int32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = [
    "central_crop",
    "crop_and_resize",
    "crop_to_bounding_box",
    "pad_to_bounding_box",
    "resize_with_crop_or_pad",
]


def images_of(image, what="image"):
    """An image or a batch of them as a tensor; ValueError for other ranks."""
    x = as_tensor(image)
    if x.ndim not in (3, 4):
        raise ValueError(f"'{what}' (shape {x.shape}) must have either 3 or 4 dimensions.")
    return x


def crop_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """The part of images, [batch, height, width, channels] or one of them, that begins at the offset.

    Raises ValueError for negative offsets, sizes that are not positive, and parts that are not inside.

    >>> tf.image.crop_to_bounding_box(tf.reshape(tf.range(9), [3, 3, 1]), 1, 1, 2, 1)[..., 0].numpy()
    array([[4],
           [7]], dtype=int32)
    """
    x = images_of(image)
    height, width = x.dims[-3:-1]
    top, left, rows, columns = (
        int(each) for each in (offset_height, offset_width, target_height, target_width)
    )
    _require(left >= 0, "offset_width must be >= 0.")
    _require(top >= 0, "offset_height must be >= 0.")
    _require(columns > 0, "target_width must be > 0.")
    _require(rows > 0, "target_height must be > 0.")
    _require(width >= columns + left, "width must be >= target + offset.")
    _require(height >= rows + top, "height must be >= target + offset.")
    return x[..., top : top + rows, left : left + columns, :]


def _require(holds, message):
    if not holds:
        raise ValueError(message)


def pad_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """Images with margins of zeros, the offset on top and on the left, that make them as large as the target.

    image: [batch, height, width, channels] or one of them. Raises ValueError for negative offsets and for targets that
    the image at its offset does not fit in.

    >>> tf.image.pad_to_bounding_box(tf.ones([1, 1, 1]), 0, 1, 1, 3)[..., 0].numpy()
    array([[0., 1., 0.]], dtype=float32)
    """
    x = images_of(image)
    height, width = x.dims[-3:-1]
    top, left = int(offset_height), int(offset_width)
    below, right = target_height - top - height, target_width - left - width
    _require(top >= 0, "offset_height must be >= 0")
    _require(left >= 0, "offset_width must be >= 0")
    _require(right >= 0, "width must be <= target - offset")
    _require(below >= 0, "height must be <= target - offset")
    return pad(x, [[0, 0]] * (x.ndim - 3) + [[top, below], [left, right], [0, 0]])


def resize_with_crop_or_pad(image, target_height, target_width):
    """Images cut or padded with zeros around their middle, to the size of the target.

    image: [batch, height, width, channels] or one of them. Raises ValueError for a target that is not positive.

    >>> tf.image.resize_with_crop_or_pad(tf.ones([2, 4, 1]), 3, 2)[..., 0].numpy()
    array([[1., 1.],
           [1., 1.],
           [0., 0.]], dtype=float32)
    """
    x = images_of(image)
    target_height, target_width = int(target_height), int(target_width)
    _require(target_width > 0, "target_width must be > 0.")
    _require(target_height > 0, "target_height must be > 0.")
    height, width = x.dims[-3:-1]
    more_rows, more_columns = target_height - height, target_width - width
    x = crop_to_bounding_box(
        x,
        max(-more_rows // 2, 0),
        max(-more_columns // 2, 0),
        min(target_height, height),
        min(target_width, width),
    )
    return pad_to_bounding_box(
        x, max(more_rows // 2, 0), max(more_columns // 2, 0), target_height, target_width
    )


def central_crop(image, central_fraction):
    """The middle of images, [batch, height, width, channels] or one of them: this fraction of each axis.

    Raises ValueError unless 0 < central_fraction <= 1.

    >>> tf.image.central_crop(tf.reshape(tf.range(16), [4, 4, 1]), 0.5)[..., 0].numpy()
    array([[ 5,  6],
           [ 9, 10]], dtype=int32)
    """
    fraction = float(central_fraction)
    if not 0.0 < fraction <= 1.0:
        raise ValueError("central_fraction must be within (0, 1]")
    x = images_of(image)
    if fraction == 1.0:
        return x
    height, width = (int(each) for each in x.dims[-3:-1])
    top, left = (int((each - each * fraction) / 2) for each in (height, width))
    return x[..., top : height - top, left : width - left, :]


def crop_and_resize(
    image, boxes, box_indices, crop_size, method="bilinear", extrapolation_value=0.0, name=None
):
    """Samples of images within boxes: float32 [boxes, *crop_size, channels].

    image: [batch, height, width, channels]. boxes: float32 [boxes, 4], each (y1, x1, y2, x2), where 0 and 1 mean the
    middles of the first and last pixel; y1 > y2 turns it over. box_indices: int32 [boxes], the image of each.
    method: "bilinear" or "nearest". Places outside of the image give `extrapolation_value`. Gradients flow to the image
    and, with "bilinear", to the boxes. Raises InvalidArgumentError for shapes that do not fit.

    >>> x = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
    >>> tf.image.crop_and_resize(x, [[0.0, 0.0, 0.5, 1.0]], [0], [2, 2])[0, :, :, 0].numpy()
    array([[0., 2.],
           [3., 5.]], dtype=float32)
    """
    x, boxes, box_indices = as_tensor(image), as_tensor(boxes, float32), as_tensor(box_indices, int32)
    rows, columns = _crop_size(crop_size)
    if method not in ("bilinear", "nearest"):
        raise InvalidArgumentError(None, None, f"method must be 'bilinear' or 'nearest', not {method!r}")
    if x.ndim != 4:
        raise InvalidArgumentError(None, None, f"input image must be 4-D, not of shape {x.shape}")
    if boxes.ndim != 2 or boxes.dims[1] != 4 or box_indices.dims != boxes.dims[:1]:
        raise InvalidArgumentError(
            None,
            None,
            f"boxes and box_indices have incompatible shape: {boxes.shape} and {box_indices.shape}",
        )
    height, width = x.dims[1:3]
    y = _samples(boxes[:, 0], boxes[:, 2], height, rows)
    across = _samples(boxes[:, 1], boxes[:, 3], width, columns)
    inside = logical_and(_is_inside(y, height)[:, :, None], _is_inside(across, width)[:, None, :])[..., None]
    x = cast(x, float32)
    if method == "nearest":
        result = _pixels(x, box_indices, _nearest(y, height), _nearest(across, width))
    else:
        top, left = _clipped(floor(y), height), _clipped(floor(across), width)
        below, right = _clipped(-floor(-y), height), _clipped(-floor(-across), width)
        down, aside = (y - floor(y))[:, :, None, None], (across - floor(across))[:, None, :, None]
        upper = _between(_pixels(x, box_indices, top, left), _pixels(x, box_indices, top, right), aside)
        lower = _between(_pixels(x, box_indices, below, left), _pixels(x, box_indices, below, right), aside)
        result = _between(upper, lower, down)
    return where(inside, result, float(extrapolation_value))


def _crop_size(size):
    size = int_tuple(size)
    if len(size) != 2 or min(size) <= 0:
        raise InvalidArgumentError(None, None, f"crop_size must be two positive numbers, not {size}")
    return size


def _samples(low, high, size, count):
    """Where along an axis the samples lie: [boxes, count]."""
    if count == 1:
        return (0.5 * (low + high) * float(size - 1))[:, None]
    step = (high - low) * float(size - 1) / float(count - 1)
    return low[:, None] * float(size - 1) + numpy.arange(count, dtype=numpy.float32) * step[:, None]


def _is_inside(places, size):
    return logical_and(places >= 0.0, places <= float(size - 1))


def _clipped(places, size):
    return cast(minimum(as_tensor(float(size - 1)), where(places > 0.0, places, 0.0)), int32)


def _nearest(places, size):
    """Halves away from zero, as C rounds."""
    return _clipped(floor(abs(places) + 0.5), size)


def _between(a, b, part):
    return a + (b - a) * part


def _pixels(x, images, rows, columns):
    """Of the image of each box, the pixels at its rows and columns."""
    count, height, width = rows.dims[0], rows.dims[1], columns.dims[1]
    zeros = numpy.zeros((count, height, width), numpy.int32)
    places = [images[:, None, None] + zeros, rows[:, :, None] + zeros, columns[:, None, :] + zeros]
    return gather_nd(x, stack(places, axis=-1))
