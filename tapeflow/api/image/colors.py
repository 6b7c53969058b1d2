"""Colours: spaces, and the ranges that numbers of a dtype stand for."""

import numpy

from tapeflow.api.arrays import stack, tile, unstack
from tapeflow.api.casting import cast, saturate_cast
from tapeflow.api.linalg import tensordot
from tapeflow.api.math import abs, divide_no_nan, equal, greater, maximum, minimum, reduce_max, reduce_min
from tapeflow.api.selection import where
from tapeflow.core.dtypes import FLOATS, as_dtype, float32
from tapeflow.core.errors import FailedPreconditionError, InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = [
    "convert_image_dtype",
    "grayscale_to_rgb",
    "hsv_to_rgb",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "rgb_to_yiq",
    "rgb_to_yuv",
    "yiq_to_rgb",
    "yuv_to_rgb",
]

_YIQ = [[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]]
_FROM_YIQ = [[1.0, 1.0, 1.0], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]]
_YUV = [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]]
_FROM_YUV = [[1.0, 1.0, 1.0], [0.0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0.0]]


def convert_image_dtype(image, dtype, saturate=False, name=None):
    """Images as numbers of another dtype: [0, 1] of floating dtypes means [0, MAX] of integers.

    image: a tensor of any shape; saturate: numbers beyond the range become its ends before they are cast to integers.
    Raises AttributeError for dtypes that are neither floating nor integers.

    >>> tf.image.convert_image_dtype(tf.constant([0, 255], tf.uint8), tf.float32).numpy()
    array([0., 1.], dtype=float32)
    """
    x, dtype = as_tensor(image), as_dtype(dtype)
    if not dtype.is_floating and not dtype.is_integer:
        raise AttributeError("dtype must be either floating point or integer")
    if not x.dtype.is_floating and not x.dtype.is_integer:
        raise AttributeError("image dtype must be either floating point or integer")
    if dtype is x.dtype:
        return x
    convert = saturate_cast if saturate else cast
    if x.dtype.is_integer and dtype.is_integer:
        old, new = int(x.dtype.max), int(dtype.max)
        if old > new:
            return convert(x // ((old + 1) // (new + 1)), dtype)
        return convert(x, dtype) * ((new + 1) // (old + 1))
    if x.dtype.is_floating and dtype.is_floating:
        return cast(x, dtype)
    if x.dtype.is_integer:
        return cast(x, dtype) * (1.0 / float(x.dtype.max))
    return convert(x * (float(dtype.max) + 0.5), dtype)


def _colored(images, what="images"):
    x = as_tensor(images)
    if x.ndim == 0 or x.dims[-1] != 3:
        raise ValueError(f"{what} must have 3 channels in their last axis, not the shape {x.shape}.")
    return x


def rgb_to_grayscale(images, name=None):
    """Gray, [..., 1], from red, green and blue, [..., 3]: their luma, in the dtype of images.

    Raises ValueError for other numbers of channels.

    >>> tf.image.rgb_to_grayscale([[[1.0, 1.0, 1.0]]]).numpy().round(3)
    array([[[1.]]], dtype=float32)
    """
    x = _colored(images)
    wide = x if x.dtype in FLOATS else convert_image_dtype(x, float32)
    gray = tensordot(wide, as_tensor([0.2989, 0.587, 0.114], wide.dtype), [[-1], [-1]])[..., None]
    return convert_image_dtype(gray, x.dtype)


def grayscale_to_rgb(images, name=None):
    """Images [..., 1] with their channel three times, [..., 3]. Raises ValueError for other numbers of channels.

    >>> tf.image.grayscale_to_rgb([[[5]]]).numpy()
    array([[[5, 5, 5]]], dtype=int32)
    """
    x = as_tensor(images)
    if x.ndim < 1 or x.dims[-1] != 1:
        raise ValueError(f"Input images must have one channel in their last axis, not the shape {x.shape}.")
    return tile(x, [1] * (x.ndim - 1) + [3])


def _floats(images):
    x = as_tensor(images)
    if x.dtype not in FLOATS or x.ndim < 1:
        raise InvalidArgumentError(
            None,
            None,
            f"input must be floating and at least 1-D, not of dtype {x.dtype.name}, shape {x.shape}",
        )
    if x.dims[-1] != 3:
        raise FailedPreconditionError(
            None, None, f"input must have 3 channels but input only has {x.dims[-1]} channels."
        )
    return x


def rgb_to_hsv(images, name=None):
    """Hue, saturation and value of red, green and blue; all in [0, 1] along the last axis.

    images: floating [..., 3]. Raises InvalidArgumentError for other dtypes, FailedPreconditionError for other channels.

    >>> tf.image.rgb_to_hsv([[[1.0, 0.0, 0.0], [0.0, 0.0, 0.5]]]).numpy().round(3)
    array([[[0.   , 1.   , 1.   ],
            [0.667, 1.   , 0.5  ]]], dtype=float32)
    """
    x = _floats(images)
    red, green, blue = unstack(x, axis=-1)
    value = reduce_max(x, axis=-1)
    spread = value - reduce_min(x, axis=-1)
    of_green = divide_no_nan(blue - red, spread * 6.0) + 1.0 / 3.0
    of_blue = divide_no_nan(red - green, spread * 6.0) + 2.0 / 3.0
    hue = where(
        equal(red, value),
        divide_no_nan(green - blue, spread * 6.0),
        where(equal(green, value), of_green, of_blue),
    )
    hue = where(greater(spread, 0.0), hue, 0.0)
    hue = where(hue < 0.0, hue + 1.0, hue)
    saturation = where(greater(value, 0.0), divide_no_nan(spread, value), 0.0)
    return stack([hue, saturation, value], axis=-1)


def hsv_to_rgb(images, name=None):
    """Red, green and blue of hue, saturation and value; all in [0, 1] along the last axis.

    images: floating [..., 3]. Raises InvalidArgumentError for other dtypes, FailedPreconditionError for other channels.

    >>> tf.image.hsv_to_rgb([[[0.0, 1.0, 1.0]]]).numpy()
    array([[[1., 0., 0.]]], dtype=float32)
    """
    hue, saturation, value = unstack(_floats(images), axis=-1)
    hue = hue * 6.0
    red = _unit(abs(hue - 3.0) - 1.0)
    green = _unit(2.0 - abs(hue - 2.0))
    blue = _unit(2.0 - abs(hue - 4.0))
    return stack([(1.0 - saturation + saturation * each) * value for each in (red, green, blue)], axis=-1)


def _unit(x):
    return minimum(maximum(x, 0.0), 1.0)


def _transformed(images, matrix):
    x = _colored(images)
    return tensordot(x, as_tensor(numpy.array(matrix), x.dtype), [[x.ndim - 1], [0]])


def rgb_to_yiq(images):
    """Luma and the two chrominances of NTSC, from floating red, green and blue in [..., 3].

    >>> tf.image.rgb_to_yiq([[[1.0, 1.0, 1.0]]]).numpy().round(3)[..., 0]
    array([[1.]], dtype=float32)
    """
    return _transformed(images, _YIQ)


def yiq_to_rgb(images):
    """The inverse of `tf.image.rgb_to_yiq`.

    >>> tf.image.yiq_to_rgb([[[1.0, 0.0, 0.0]]]).numpy()
    array([[[1., 1., 1.]]], dtype=float32)
    """
    return _transformed(images, _FROM_YIQ)


def rgb_to_yuv(images):
    """Luma and the two chrominances of PAL, from floating red, green and blue in [..., 3].

    >>> tf.image.rgb_to_yuv([[[1.0, 1.0, 1.0]]]).numpy().round(3)[..., 0]
    array([[1.]], dtype=float32)
    """
    return _transformed(images, _YUV)


def yuv_to_rgb(images):
    """The inverse of `tf.image.rgb_to_yuv`.

    >>> tf.image.yuv_to_rgb([[[1.0, 0.0, 0.0]]]).numpy()
    array([[[1., 1., 1.]]], dtype=float32)
    """
    return _transformed(images, _FROM_YUV)
