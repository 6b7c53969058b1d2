"""Brightness, contrast, hue, saturation, gamma; given, or drawn at random; standardization."""

from tapeflow.api.arrays import concat
from tapeflow.api.casting import cast
from tapeflow.api.clipping import clip_by_value
from tapeflow.api.image.colors import convert_image_dtype, hsv_to_rgb, rgb_to_hsv
from tapeflow.api.math import floormod, maximum, pow, reduce_mean, reduce_std
from tapeflow.api.random import stateless_uniform, uniform
from tapeflow.core.dtypes import float16, float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = [
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "per_image_standardization",
    "random_brightness",
    "random_contrast",
    "random_hue",
    "random_saturation",
    "stateless_random_brightness",
    "stateless_random_contrast",
    "stateless_random_hue",
    "stateless_random_saturation",
]

_SINGLE_AND_HALF = (float16, float32)


def _adjusted(image, change, exact=_SINGLE_AND_HALF):
    """`change` of the image as floating numbers, and back."""
    x = as_tensor(image)
    wide = x if x.dtype in exact else convert_image_dtype(x, float32)
    return convert_image_dtype(change(wide), x.dtype, saturate=True)


def adjust_brightness(image, delta):
    """Images, a tensor of any shape, with `delta` added to their values in [0, 1].

    >>> tf.image.adjust_brightness([[[0.25]]], 0.5).numpy()
    array([[[0.75]]], dtype=float32)
    """
    return _adjusted(image, lambda x: x + cast(delta, x.dtype))


def adjust_contrast(images, contrast_factor):
    """Images [..., height, width, channels] whose differences from the mean of their channel are multiplied.

    Raises InvalidArgumentError for fewer axes.

    >>> tf.image.adjust_contrast([[[1.0], [3.0]]], 2.0)[0, :, 0].numpy()
    array([0., 4.], dtype=float32)
    """

    def change(x):
        if x.ndim < 3:
            raise InvalidArgumentError(None, None, f"input must be at least 3-D, got shape{list(x.dims)}")
        wide = cast(x, float32)
        mean = reduce_mean(wide, axis=[-3, -2], keepdims=True)
        return cast((wide - mean) * cast(contrast_factor, float32) + mean, x.dtype)

    return _adjusted(images, change)


def adjust_gamma(image, gamma=1, gain=1):
    """`gain * image ** gamma` of images of any shape with values in [0, 1]. ValueError for a negative gamma.

    >>> tf.image.adjust_gamma([[[0.5]]], gamma=2.0).numpy()
    array([[[0.25]]], dtype=float32)
    """
    if isinstance(gamma, int | float) and gamma < 0:
        raise ValueError("Gamma should be a non-negative real number.")
    return _adjusted(image, lambda x: gain * pow(x, cast(gamma, x.dtype)))


def _of_hsv(image, change):
    """Images of colours changed by `change(hue, saturation)`."""

    def changed(x):
        if x.ndim < 3 or x.dims[-1] != 3:
            raise InvalidArgumentError(
                None,
                None,
                f"input must have at least 3 axes and 3 channels but instead has the shape {x.shape}",
            )
        hsv = rgb_to_hsv(cast(x, float32))
        hue, saturation = change(hsv[..., :1], hsv[..., 1:2])
        return cast(hsv_to_rgb(concat([hue, saturation, hsv[..., 2:]], axis=-1)), x.dtype)

    return _adjusted(image, changed)


def adjust_hue(image, delta, name=None):
    """Images [..., 3] of colours whose hue, in [0, 1], is moved by `delta` around its circle.

    Raises InvalidArgumentError for another number of channels.

    >>> tf.image.adjust_hue([[[1.0, 0.0, 0.0]]], 1 / 3).numpy().round(3)
    array([[[0., 1., 0.]]], dtype=float32)
    """
    return _of_hsv(
        image, lambda hue, saturation: (floormod(hue + cast(delta, float32), as_tensor(1.0)), saturation)
    )


def adjust_saturation(image, saturation_factor, name=None):
    """Images [..., 3] of colours whose saturation is multiplied, and kept in [0, 1].

    Raises InvalidArgumentError for another number of channels.

    >>> tf.image.adjust_saturation([[[1.0, 0.5, 0.5]]], 2.0).numpy()
    array([[[1., 0., 0.]]], dtype=float32)
    """
    factor = cast(saturation_factor, float32)
    return _of_hsv(image, lambda hue, saturation: (hue, clip_by_value(saturation * factor, 0.0, 1.0)))


def per_image_standardization(image):
    """Images [..., height, width, channels], each with mean 0 and variance 1.

    Images of one colour stay finite: what is divided by is at least 1 / sqrt(number of values). Integers give float32.
    Raises ValueError for fewer axes.

    >>> tf.image.per_image_standardization([[[1.0], [3.0]]])[0, :, 0].numpy()
    array([-1.,  1.], dtype=float32)
    """
    x = as_tensor(image)
    if x.ndim < 3:
        raise ValueError(f"image (shape {x.shape}) must be at least three-dimensional.")
    if x.dtype not in _SINGLE_AND_HALF:
        x = cast(x, float32)
    count = x.dims[-3] * x.dims[-2] * x.dims[-1]
    mean = reduce_mean(x, axis=[-3, -2, -1], keepdims=True)
    deviation = reduce_std(x, axis=[-3, -2, -1], keepdims=True)
    least = as_tensor(1.0, x.dtype) / pow(cast(count, x.dtype), 0.5)
    return (x - mean) / maximum(deviation, least)


def _require_range(lower, upper):
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")


def _require_delta(max_delta, most=None):
    if most is not None and max_delta > most:
        raise ValueError(f"max_delta must be <= {most}.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")


def random_brightness(image, max_delta, seed=None):
    """`adjust_brightness` by a number drawn from [-max_delta, max_delta). ValueError if it is negative.

    >>> tf.image.random_brightness(tf.zeros([2, 2, 1]), 0.2).shape
    TensorShape([2, 2, 1])
    """
    _require_delta(max_delta)
    return adjust_brightness(image, uniform([], -max_delta, max_delta, seed=seed))


def stateless_random_brightness(image, max_delta, seed):
    """`random_brightness` from a seed of two integers: the same seed gives the same number.

    >>> tf.image.stateless_random_brightness(tf.zeros([2, 2, 1]), 0.2, seed=[1, 2]).shape
    TensorShape([2, 2, 1])
    """
    _require_delta(max_delta)
    return adjust_brightness(image, stateless_uniform([], seed, -max_delta, max_delta))


def random_contrast(image, lower, upper, seed=None):
    """`adjust_contrast` by a factor drawn from [lower, upper). ValueError unless 0 <= lower < upper.

    >>> tf.image.random_contrast(tf.zeros([2, 2, 1]), 0.2, 0.5).shape
    TensorShape([2, 2, 1])
    """
    _require_range(lower, upper)
    return adjust_contrast(image, uniform([], lower, upper, seed=seed))


def stateless_random_contrast(image, lower, upper, seed):
    """`random_contrast` from a seed of two integers: the same seed gives the same factor.

    >>> tf.image.stateless_random_contrast(tf.zeros([2, 2, 1]), 0.2, 0.5, seed=[1, 2]).shape
    TensorShape([2, 2, 1])
    """
    _require_range(lower, upper)
    return adjust_contrast(image, stateless_uniform([], seed, lower, upper))


def random_hue(image, max_delta, seed=None):
    """`adjust_hue` by a number drawn from [-max_delta, max_delta). ValueError unless it is in [0, 0.5].

    >>> tf.image.random_hue(tf.zeros([2, 2, 3]), 0.2).shape
    TensorShape([2, 2, 3])
    """
    _require_delta(max_delta, 0.5)
    return adjust_hue(image, uniform([], -max_delta, max_delta, seed=seed))


def stateless_random_hue(image, max_delta, seed):
    """`random_hue` from a seed of two integers: the same seed gives the same number.

    >>> tf.image.stateless_random_hue(tf.zeros([2, 2, 3]), 0.2, seed=[1, 2]).shape
    TensorShape([2, 2, 3])
    """
    _require_delta(max_delta, 0.5)
    return adjust_hue(image, stateless_uniform([], seed, -max_delta, max_delta))


def random_saturation(image, lower, upper, seed=None):
    """`adjust_saturation` by a factor drawn from [lower, upper). ValueError unless 0 <= lower < upper.

    >>> tf.image.random_saturation(tf.zeros([2, 2, 3]), 0.2, 0.5).shape
    TensorShape([2, 2, 3])
    """
    _require_range(lower, upper)
    return adjust_saturation(image, uniform([], lower, upper, seed=seed))


def stateless_random_saturation(image, lower, upper, seed=None):
    """`random_saturation` from a seed of two integers: the same seed gives the same factor.

    >>> tf.image.stateless_random_saturation(tf.zeros([2, 2, 3]), 0.2, 0.5, seed=[1, 2]).shape
    TensorShape([2, 2, 3])
    """
    _require_range(lower, upper)
    return adjust_saturation(image, stateless_uniform([], seed, lower, upper))
