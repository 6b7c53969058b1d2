"""Images of another size."""

import numpy

from tapeflow.api.arrays import expand_dims, gather, reshape, squeeze
from tapeflow.api.casting import cast
from tapeflow.api.image.cropping import pad_to_bounding_box
from tapeflow.api.linalg import matmul
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.resampling import positions, weights

__all__ = ["ResizeMethod", "resize", "resize_with_pad"]


class ResizeMethod:
    """Names of the methods of `tf.image.resize`.

    >>> tf.image.ResizeMethod.BILINEAR
    'bilinear'
    """

    AREA = "area"
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    GAUSSIAN = "gaussian"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    MITCHELLCUBIC = "mitchellcubic"
    NEAREST_NEIGHBOR = "nearest"


_NUMBERED = ("bilinear", "nearest", "bicubic", "area")
"""The numbers that methods had in TensorFlow 1."""
_METHODS = frozenset(value for key, value in vars(ResizeMethod).items() if key.isupper())


def resize(
    images, size, method=ResizeMethod.BILINEAR, preserve_aspect_ratio=False, antialias=False, name=None
):
    """Images [batch, height, width, channels], or one of them, resized to `size`, which is [height, width].

    method: one of `tf.image.ResizeMethod`. preserve_aspect_ratio: `size` is only an upper bound. antialias: filters are
    stretched when an image becomes smaller, so that no pixel is left out. The result is float32; "nearest" keeps the
    dtype. Raises ValueError for other ranks, methods and sizes.

    >>> x = tf.reshape(tf.range(4.0), [2, 2, 1])
    >>> tf.image.resize(x, [1, 2])[0, :, 0].numpy()
    array([1., 2.], dtype=float32)
    """
    x, single = _batch(images)
    height, width = _new_size(size)
    if preserve_aspect_ratio:
        height, width = _fitting(x.dims[1:3], (height, width))
    method = _method_name(method)
    x = _resized(x, height, width, method, antialias)
    return squeeze(x, 0) if single else x


def _batch(images):
    x = as_tensor(images)
    if x.ndim not in (3, 4):
        raise ValueError(f"'images' must have either 3 or 4 dimensions, not the shape {x.shape}.")
    return (expand_dims(x, 0), True) if x.ndim == 3 else (x, False)


def _new_size(size):
    dims = getattr(size, "shape", None)
    if dims is not None and len(dims) != 1:
        raise ValueError("'size' must be a 1-D int32 Tensor")
    if isinstance(size, int):
        raise ValueError("'size' must be a 1-D int32 Tensor")
    size = int_tuple(size)
    if len(size) != 2:
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    if min(size) <= 0:
        raise InvalidArgumentError(None, None, f"output dimensions must be positive, got {size}")
    return size


def _fitting(old, size):
    """The greatest size within `size` with the ratio of `old`, rounded as TensorFlow does, in float32."""
    old = numpy.array([int(each) for each in old], numpy.float32)
    scale = (numpy.array(size, numpy.float32) / old).min()
    return tuple(int(each) for each in numpy.rint(scale * old))


def _method_name(method):
    if isinstance(method, int) and not isinstance(method, bool) and method in (0, 1, 2, 3):
        return _NUMBERED[method]
    if not isinstance(method, str) or method not in _METHODS:
        raise ValueError(f"Resize method is not implemented: {method!r}. It is one of {sorted(_METHODS)}.")
    return method


def _resized(x, height, width, method, antialias):
    old_height, old_width = int(x.dims[1]), int(x.dims[2])
    if method == "nearest":
        rows, columns = _nearest(old_height, height), _nearest(old_width, width)
        return gather(gather(x, rows, axis=1), columns, axis=2)
    x = cast(x, float32)
    batch, channels = x.dims[0], x.dims[3]
    down = weights(method, old_height, height, antialias)
    if not _is_identity(down):
        x = matmul(down, reshape(x, [batch, old_height, old_width * channels]))
        x = reshape(x, [batch, height, old_width, channels])
    right = weights(method, old_width, width, antialias)
    if not _is_identity(right):
        x = matmul(right, reshape(x, [batch * height, old_width, channels]))
        x = reshape(x, [batch, height, width, channels])
    return x


def _is_identity(matrix):
    rows, columns = matrix.shape
    return rows == columns and numpy.array_equal(matrix, numpy.eye(rows))


def _nearest(old, new):
    return numpy.minimum(numpy.floor(positions(old, new)), old - 1).astype(numpy.int32)


def resize_with_pad(image, target_height, target_width, method=ResizeMethod.BILINEAR, antialias=False):
    """Images resized to fit into the target without change of their ratio, in the middle of margins of zeros.

    image: [batch, height, width, channels] or one of them. Errors as in `tf.image.resize`; ValueError for a target that
    is not positive.

    >>> tf.image.resize_with_pad(tf.ones([2, 4, 1]), 4, 4)[:, 0, 0].numpy()
    array([0., 1., 1., 0.], dtype=float32)
    """
    x, single = _batch(image)
    for value, what in ((target_width, "target_width"), (target_height, "target_height")):
        if value <= 0:
            raise ValueError(f"{what} must be > 0.")
    height, width = (numpy.float32(each) for each in x.dims[1:3])
    ratio = max(width / numpy.float32(target_width), height / numpy.float32(target_height))
    exact = height / ratio, width / ratio
    new = tuple(int(numpy.floor(each)) for each in exact)
    top, left = (
        max(0, int(numpy.floor((target - each) / 2)))
        for target, each in zip((target_height, target_width), exact, strict=True)
    )
    x = resize(x, new, method, antialias=antialias)
    x = pad_to_bounding_box(x, top, left, target_height, target_width)
    return squeeze(x, 0) if single else x
