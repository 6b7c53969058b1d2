"""Images as JPEGs of a given or random quality show them."""

from tapeflow.api.image.colors import convert_image_dtype
from tapeflow.api.random import stateless_uniform, uniform
from tapeflow.core.dtypes import int32, uint8
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.ops import media

__all__ = ["adjust_jpeg_quality", "random_jpeg_quality", "stateless_random_jpeg_quality"]


def adjust_jpeg_quality(image, jpeg_quality, dct_method="", name=None):
    """An image [height, width, 1 or 3], uint8 or floating in [0, 1], as a JPEG of this quality, 0 to 100, shows it.

    Pillow writes the JPEG. Raises InvalidArgumentError for other shapes and qualities.

    >>> tf.image.adjust_jpeg_quality(tf.fill([8, 8, 1], 0.5), 75)[0, 0].numpy()
    array([0.49803925], dtype=float32)
    """
    x = as_tensor(image)
    if dct_method not in ("", "INTEGER_FAST", "INTEGER_ACCURATE"):
        raise invalid("dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}", "DecodeJpeg")
    data = media.encode_jpeg_of_quality(
        convert_image_dtype(x, uint8, saturate=True), as_tensor(jpeg_quality, int32)
    )
    found = media.decode_image(
        data, channels=x.dims[-1] or 0, expand=True, wide=False, only="DecodeJpeg", rank=3
    )
    return convert_image_dtype(found, x.dtype, saturate=True)


def random_jpeg_quality(image, min_jpeg_quality, max_jpeg_quality, seed=None):
    """`adjust_jpeg_quality` with a random quality, at least the one and below the other.

    Raises ValueError for qualities that are not in this order or not from 0 to 100.

    >>> tf.image.random_jpeg_quality(tf.zeros([8, 8, 3]), 75, 95).shape
    TensorShape([8, 8, 3])
    """
    _check_range(min_jpeg_quality, max_jpeg_quality)
    return adjust_jpeg_quality(image, uniform([], min_jpeg_quality, max_jpeg_quality, int32, seed))


def stateless_random_jpeg_quality(image, min_jpeg_quality, max_jpeg_quality, seed):
    """`random_jpeg_quality` whose quality is a function of a seed of two integers.

    >>> tf.image.stateless_random_jpeg_quality(tf.zeros([8, 8, 3]), 75, 95, seed=(1, 2)).shape
    TensorShape([8, 8, 3])
    """
    _check_range(min_jpeg_quality, max_jpeg_quality)
    quality = stateless_uniform([], seed, min_jpeg_quality, max_jpeg_quality, int32)
    return adjust_jpeg_quality(image, quality)


def _check_range(low, high):
    if not (0 <= low <= 100 and 0 <= high <= 100):
        raise ValueError(f"jpeg encoding range must be between 0 and 100, not {low} to {high}.")
    if low >= high:
        raise ValueError(
            f"`min_jpeg_quality` must be less than `max_jpeg_quality`, but {low} is not below {high}."
        )
