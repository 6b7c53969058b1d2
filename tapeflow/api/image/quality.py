"""How alike images are, where their edges lie, how much they vary."""

import numpy

from tapeflow.api.arrays import pad, reshape, stack, zeros_like
from tapeflow.api.casting import cast
from tapeflow.api.image.colors import convert_image_dtype
from tapeflow.api.math import abs, log, pow, reduce_mean, reduce_prod, reduce_sum, square, squared_difference
from tapeflow.api.nn.activation import relu
from tapeflow.api.nn.convolution import depthwise_conv2d
from tapeflow.api.nn.pooling import avg_pool2d
from tapeflow.core.dtypes import float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = ["image_gradients", "psnr", "sobel_edges", "ssim", "ssim_multiscale", "total_variation"]

_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def image_gradients(image):
    """Differences to the next pixel, (down, right), of images [batch, height, width, channels]; 0 at the ends.

    Raises ValueError for other ranks.

    >>> down, right = tf.image.image_gradients(tf.reshape(tf.range(4.0), [1, 2, 2, 1]))
    >>> down[0, :, :, 0].numpy(), right[0, :, :, 0].numpy()
    (array([[2., 2.],
           [0., 0.]], dtype=float32), array([[1., 0.],
           [1., 0.]], dtype=float32))
    """
    x = as_tensor(image)
    if x.ndim != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {x.shape}.")
    down = pad(x[:, 1:] - x[:, :-1], [[0, 0], [0, 1], [0, 0], [0, 0]])
    right = pad(x[:, :, 1:] - x[:, :, :-1], [[0, 0], [0, 0], [0, 1], [0, 0]])
    return down, right


def sobel_edges(image):
    """Sobel's derivatives, [batch, height, width, channels, 2], down and right, of floating images.

    >>> tf.image.sobel_edges(tf.reshape(tf.range(9.0), [1, 3, 3, 1]))[0, 1, 1, 0].numpy()
    array([24.,  8.], dtype=float32)
    """
    x = as_tensor(image)
    down = numpy.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    kernels = numpy.stack([down, down.T], axis=-1)[:, :, None, :]
    channels = x.dims[3]
    filters = as_tensor(numpy.tile(kernels, (1, 1, channels, 1)), x.dtype)
    x = pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    y = depthwise_conv2d(x, filters, [1, 1, 1, 1], "VALID")
    return reshape(y, [*y.dims[:3], channels, 2])


def total_variation(images, name=None):
    """The sum of absolute differences of neighbouring pixels of an image, or of each of a batch.

    Raises ValueError for ranks other than 3 and 4.

    >>> tf.image.total_variation(tf.reshape(tf.range(4.0), [2, 2, 1])).numpy()
    np.float32(6.0)
    """
    x = as_tensor(images)
    if x.ndim not in (3, 4):
        raise ValueError("'images' must be either 3 or 4-dimensional.")
    down = abs(x[..., 1:, :, :] - x[..., :-1, :, :])
    right = abs(x[..., 1:, :] - x[..., :-1, :])
    axes = None if x.ndim == 3 else [1, 2, 3]
    return reduce_sum(down, axis=axes) + reduce_sum(right, axis=axes)


def _alike(img1, img2, max_val):
    """Both images in float32, and the greatest value in that range."""
    a, b = as_tensor(img1), as_tensor(img2)
    limit = convert_image_dtype(cast(max_val, a.dtype), float32)
    if min(a.ndim, b.ndim) < 3:
        raise ValueError(f"Images have at least 3 axes, not the shapes {a.shape} and {b.shape}.")
    return convert_image_dtype(a, float32), convert_image_dtype(b, float32), limit


def psnr(a, b, max_val, name=None):
    """The peak signal-to-noise ratio in decibels of images [..., height, width, channels]; float32 [...].

    max_val: the difference of the greatest and the least value that there may be. ValueError for fewer axes,
    InvalidArgumentError for shapes that differ.

    >>> tf.image.psnr(tf.zeros([2, 2, 1]), tf.ones([2, 2, 1]), 1.0).numpy()
    np.float32(0.0)
    """
    a, b, limit = _alike(a, b, max_val)
    error = reduce_mean(squared_difference(a, b), [-3, -2, -1])
    return 20 * log(limit) / numpy.float32(numpy.log(10.0)) - numpy.float32(10 / numpy.log(10)) * log(error)


def _gaussian(size, sigma):
    places = numpy.arange(size) - (size - 1) / 2
    weights = numpy.exp(-(places**2) / (2 * sigma**2))
    weights = numpy.outer(weights, weights)
    return (weights / weights.sum()).astype(numpy.float32)


def _ssim_parts(a, b, limit, filter_size, filter_sigma, k1, k2):
    """(similarity, that of contrast and structure), for each window and channel averaged over windows."""
    kernel = numpy.tile(_gaussian(filter_size, filter_sigma)[:, :, None, None], (1, 1, a.dims[-1], 1))

    def smoothed(x):
        flat = reshape(x, [-1, *x.dims[-3:]])
        y = depthwise_conv2d(flat, kernel, [1, 1, 1, 1], "VALID")
        return reshape(y, [*x.dims[:-3], *y.dims[1:]])

    c1, c2 = square(k1 * limit), square(k2 * limit)
    mean_a, mean_b = smoothed(a), smoothed(b)
    product, squares = mean_a * mean_b * 2.0, square(mean_a) + square(mean_b)
    luminance = (product + c1) / (squares + c1)
    contrast = (smoothed(a * b) * 2.0 - product + c2) / (smoothed(square(a) + square(b)) - squares + c2)
    return reduce_mean(luminance * contrast, [-3, -2]), reduce_mean(contrast, [-3, -2])


def _check_windows(a, filter_size):
    if min(a.dims[-3:-1]) < filter_size:
        raise InvalidArgumentError(
            None, None, f"Images of the shape {a.shape} are smaller than the filter, {filter_size}"
        )


def ssim(img1, img2, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, return_index_map=False):
    """The structural similarity of images [..., height, width, channels]; float32 [...], or for each window.

    max_val as in `psnr`. Source: Wang et al., Image Quality Assessment, 2004. Raises ValueError for fewer axes,
    InvalidArgumentError for shapes that differ and for images smaller than the filter; return_index_map is
    not there yet.

    >>> tf.image.ssim(tf.ones([12, 12, 1]), tf.ones([12, 12, 1]), 1.0).numpy()
    np.float32(1.0)
    """
    if return_index_map:
        raise NotImplementedError("ssim with return_index_map=True is not here yet.")
    a, b, limit = _alike(img1, img2, max_val)
    _check_windows(a, filter_size)
    similarity, _ = _ssim_parts(a, b, limit, filter_size, filter_sigma, k1, k2)
    return reduce_mean(similarity, [-1])


def ssim_multiscale(
    img1, img2, max_val, power_factors=_SCALES, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03
):
    """The structural similarity at several scales, each half of the one before; float32 [...].

    Source: Wang, Simoncelli and Bovik, Multiscale Structural Similarity, 2003. Errors as in `ssim`.

    >>> x = tf.ones([2, 24, 24, 1])
    >>> tf.image.ssim_multiscale(x, x, 1.0, power_factors=[0.5, 0.5]).numpy()
    array([1., 1.], dtype=float32)
    """
    a, b, limit = _alike(img1, img2, max_val)
    lead = a.dims[:-3]
    a, b = (reshape(each, [-1, *each.dims[-3:]]) for each in (a, b))
    parts = []
    similarity = zeros_like(a)
    for scale in range(len(power_factors)):
        if scale:
            a, b = (_halved(each) for each in (a, b))
        _check_windows(a, filter_size)
        similarity, contrast = _ssim_parts(a, b, limit, filter_size, filter_sigma, k1, k2)
        parts.append(relu(contrast))
    parts[-1] = relu(similarity)
    powers = numpy.array(power_factors, numpy.float32)
    result = reduce_mean(reduce_prod(pow(stack(parts, axis=-1), powers), [-1]), [-1])
    return reshape(result, lead)


def _halved(x):
    rows, columns = (each % 2 for each in x.dims[1:3])
    x = pad(x, [[0, 0], [0, rows], [0, columns], [0, 0]], mode="SYMMETRIC")
    return avg_pool2d(x, 2, 2, "VALID")
