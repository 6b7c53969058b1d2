"""Images turned and turned over; crops and turns drawn at random."""

from tapeflow.api import arrays
from tapeflow.api.arrays import reverse
from tapeflow.api.image.cropping import images_of
from tapeflow.api.random import stateless_uniform, uniform
from tapeflow.api.selection import where
from tapeflow.core.arguments import int_tuple, scalar_int
from tapeflow.core.dtypes import int32
from tapeflow.core.operands import as_tensor

__all__ = [
    "flip_left_right",
    "flip_up_down",
    "random_crop",
    "random_flip_left_right",
    "random_flip_up_down",
    "rot90",
    "stateless_random_crop",
    "stateless_random_flip_left_right",
    "stateless_random_flip_up_down",
    "transpose",
]


def flip_left_right(image):
    """Images [batch, height, width, channels], or one of them, mirrored along their width. ValueError for other ranks.

    >>> tf.image.flip_left_right([[[1], [2]]])[0, :, 0].numpy()
    array([2, 1], dtype=int32)
    """
    x = images_of(image)
    return reverse(x, [x.ndim - 2])


def flip_up_down(image):
    """Images [batch, height, width, channels], or one of them, mirrored along their height. ValueError for other ranks.

    >>> tf.image.flip_up_down([[[1]], [[2]]])[:, 0, 0].numpy()
    array([2, 1], dtype=int32)
    """
    x = images_of(image)
    return reverse(x, [x.ndim - 3])


def transpose(image, name=None):
    """Images [batch, height, width, channels], or one of them, with height and width exchanged.

    >>> tf.image.transpose(tf.zeros([2, 5, 1])).shape
    TensorShape([5, 2, 1])
    """
    x = images_of(image)
    return arrays.transpose(x, [1, 0, 2] if x.ndim == 3 else [0, 2, 1, 3])


def rot90(image, k=1, name=None):
    """Images [batch, height, width, channels], or one of them, turned counter-clockwise by k quarters.

    >>> tf.image.rot90([[[1], [2]], [[3], [4]]])[..., 0].numpy()
    array([[2, 4],
           [1, 3]], dtype=int32)
    """
    x = images_of(image)
    k = scalar_int(k, "k") % 4
    if k == 0:
        return x
    if k == 2:
        return reverse(x, [x.ndim - 3, x.ndim - 2])
    return flip_up_down(transpose(x)) if k == 1 else transpose(flip_up_down(x))


def _flipped(x, flip, draw):
    """x or its mirror image, with even chances for each image of a batch."""
    if x.ndim == 3:
        return where(draw([]) < 0.5, flip(x), x)
    return where((draw([x.dims[0]]) > 0.5)[:, None, None, None], flip(x), x)


def random_flip_left_right(image, seed=None):
    """`flip_left_right`, or not, for each image, with even chances.

    >>> tf.image.random_flip_left_right(tf.zeros([2, 3, 1])).shape
    TensorShape([2, 3, 1])
    """
    return _flipped(images_of(image), flip_left_right, lambda dims: uniform(dims, seed=seed))


def stateless_random_flip_left_right(image, seed):
    """`random_flip_left_right` from a seed of two integers: the same seed makes the same choices.

    >>> tf.image.stateless_random_flip_left_right(tf.zeros([2, 3, 1]), seed=[1, 2]).shape
    TensorShape([2, 3, 1])
    """
    return _flipped(images_of(image), flip_left_right, lambda dims: stateless_uniform(dims, seed))


def random_flip_up_down(image, seed=None):
    """`flip_up_down`, or not, for each image, with even chances.

    >>> tf.image.random_flip_up_down(tf.zeros([2, 3, 1])).shape
    TensorShape([2, 3, 1])
    """
    return _flipped(images_of(image), flip_up_down, lambda dims: uniform(dims, seed=seed))


def stateless_random_flip_up_down(image, seed):
    """`random_flip_up_down` from a seed of two integers: the same seed makes the same choices.

    >>> tf.image.stateless_random_flip_up_down(tf.zeros([2, 3, 1]), seed=[1, 2]).shape
    TensorShape([2, 3, 1])
    """
    return _flipped(images_of(image), flip_up_down, lambda dims: stateless_uniform(dims, seed))


def _crop(value, size, draw):
    x, size = as_tensor(value), int_tuple(size)
    room = [whole - part + 1 for whole, part in zip(x.dims, size, strict=True)]
    if min(room) < 1:
        raise ValueError(f"Need value.shape >= size, got {list(x.dims)} and {list(size)}.")
    drawn = draw([len(size)])
    offsets = [drawn[axis] % each for axis, each in enumerate(room)]
    return arrays.slice(x, arrays.stack(offsets), list(size))


def random_crop(value, size, seed=None, name=None):
    """A part of `value` of the shape `size` from a place drawn at random. ValueError if value is smaller.

    >>> tf.image.random_crop(tf.zeros([5, 5, 3]), [2, 3, 3]).shape
    TensorShape([2, 3, 3])
    """
    return _crop(value, size, lambda dims: uniform(dims, 0, int32.max, int32, seed=seed))


def stateless_random_crop(value, size, seed, name=None):
    """`random_crop` from a seed of two integers: the same seed gives the same place.

    >>> tf.image.stateless_random_crop(tf.zeros([5, 5, 3]), [2, 3, 3], seed=[1, 2]).shape
    TensorShape([2, 3, 3])
    """
    return _crop(value, size, lambda dims: stateless_uniform(dims, seed, 0, int32.max, int32))
