"""Patches of images and of volumes."""

from tapeflow.api.nn.window_arguments import names_as_string, padding_argument, spatial
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops import patches

__all__ = ["extract_patches"]


def extract_patches(images, sizes, strides, rates, padding, name=None):
    """The windows of images [batch, height, width, channels] as vectors, in [batch, rows, columns, size * channels].

    sizes, strides and rates (the dilations) are lists [1, rows, columns, 1]; padding is "VALID" or "SAME", with margins
    of zeros. Raises InvalidArgumentError for other ranks, UnimplementedError for windows over batch or channels.

    >>> x = tf.reshape(tf.range(9), [1, 3, 3, 1])
    >>> tf.image.extract_patches(x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID")[0, 0].numpy()
    array([[0, 1, 3, 4],
           [1, 2, 4, 5]], dtype=int32)
    """
    x = as_tensor(images)
    if len(x.dims) != 4:
        raise InvalidArgumentError(None, None, f"input must be 4-dimensional, not of shape {list(x.dims)}")
    params = {}
    for parameter, argument, value in (
        ("window", "sizes", sizes),
        ("strides", "strides", strides),
        ("dilations", "rates", rates),
    ):
        if len(int_tuple(value)) != 4:
            raise InvalidArgumentError(
                None,
                None,
                f"Length for attr '{argument}' of {len(int_tuple(value))} must be 4. Received: {value}",
            )
        params[parameter] = spatial(value, 2, False, argument)
    names_as_string(padding, "extract_patches")
    return patches.extract_patches(x, **params, padding=padding_argument(padding, 2))


def extract_volume_patches(input, ksizes, strides, padding, name=None):
    """The windows of volumes [batch, depth, height, width, channels] as vectors, [..., size * channels].

    ksizes and strides are lists [1, planes, rows, columns, 1]; padding is "VALID" or "SAME", with margins of zeros.
    Raises InvalidArgumentError for other ranks, UnimplementedError for windows over batch or channels.

    >>> x = tf.reshape(tf.range(8), [1, 2, 2, 2, 1])
    >>> tf.extract_volume_patches(x, [1, 1, 2, 2, 1], [1, 1, 1, 1, 1], "VALID")[0, :, 0, 0].numpy()
    array([[0, 1, 2, 3],
           [4, 5, 6, 7]], dtype=int32)
    """
    x = as_tensor(input)
    if len(x.dims) != 5:
        raise InvalidArgumentError(None, None, f"input must be 5-dimensional, not of shape {list(x.dims)}")
    for argument, value in (("ksizes", ksizes), ("strides", strides)):
        if len(int_tuple(value)) != 5:
            raise InvalidArgumentError(
                None,
                None,
                f"Length for attr '{argument}' of {len(int_tuple(value))} must be 5. Received: {value}",
            )
    names_as_string(padding, "extract_volume_patches")
    return patches.extract_patches(
        x,
        window=spatial(ksizes, 3, False, "ksizes"),
        strides=spatial(strides, 3, False, "strides"),
        dilations=(1, 1, 1),
        padding=padding_argument(padding, 3),
    )
