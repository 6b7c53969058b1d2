"""Means and variances, and normalization by them."""

import numpy

from tapeflow.core.arguments import reduction_axes
from tapeflow.core.dtypes import float16, float32
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops.arithmetic import reciprocal, rsqrt, square, squared_difference
from tapeflow.ops.broadcasting import broadcast_to, reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import equal
from tapeflow.ops.contraction import matmul
from tapeflow.ops.creation import ones, zeros
from tapeflow.ops.layout import reshape
from tapeflow.ops.normalization import WIDE_FLOATS, normalize
from tapeflow.ops.normalization import moments as compute_moments
from tapeflow.ops.reduction import reduce_mean
from tapeflow.ops.selection import stop_gradient

__all__ = [
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "local_response_normalization",
    "lrn",
    "moments",
    "normalize_moments",
    "sufficient_statistics",
    "weighted_moments",
    "zero_fraction",
]


def moments(x, axes, shift=None, keepdims=False, name=None):
    """Mean and variance of x over `axes`: a pair of tensors. float16 is computed in float32; `shift` has no effect.

    >>> mean, variance = tf.nn.moments(tf.constant([[1.0, 2.0], [3.0, 6.0]]), axes=[0])
    >>> mean.numpy(), variance.numpy()
    (array([2., 4.], dtype=float32), array([1., 4.], dtype=float32))
    """
    x = as_tensor(x)
    dtype = x._dtype
    axes = reduction_axes(axes, len(x.dims))
    wide = cast(x, float32) if dtype is float16 else x
    if wide._dtype in WIDE_FLOATS:
        mean, variance = compute_moments(wide, axes=axes, keepdims=keepdims)
        return cast(mean, dtype), cast(variance, dtype)
    mean = reduce_mean(wide, axes=axes, keepdims=True)
    # The variance does not change with the mean to first order, so no gradient needs to go that way.
    deviations = squared_difference(wide, stop_gradient(mean))
    variance = reduce_mean(deviations, axes=axes, keepdims=keepdims)
    return cast(mean if keepdims else _without(mean, axes), dtype), cast(variance, dtype)


def _without(x, axes):
    return reshape(x, dims=tuple([size for axis, size in enumerate(x.dims) if axis not in axes]))


def weighted_moments(x, axes, frequency_weights, keepdims=False, name=None):
    """Mean and variance of x over `axes`, in which each element counts as often as its weight says.

    The weights broadcast to the shape of x. Raises InvalidArgumentError if they do not.

    >>> mean, variance = tf.nn.weighted_moments(tf.constant([1.0, 5.0]), [0], tf.constant([3.0, 1.0]))
    >>> mean.numpy().item(), variance.numpy().item()
    (2.0, 3.0)
    """
    x, weights = operands(x, frequency_weights)
    dtype = x._dtype
    x = cast(x, float32) if dtype is float16 else x
    weights = cast(weights, x._dtype)
    product = weights * x
    axes = reduction_axes(axes, len(product.dims))
    weights = broadcast_to(weights, dims=product.dims)
    shares = reciprocal(reduce_sum(weights, axes=axes, keepdims=True))
    mean = reduce_sum(product, axes=axes, keepdims=True) * shares
    deviations = weights * squared_difference(x, mean)
    variance = reduce_sum(deviations, axes=axes, keepdims=True) * shares
    if not keepdims:
        mean, variance = _without(mean, axes), _without(variance, axes)
    return cast(mean, dtype), cast(variance, dtype)


def sufficient_statistics(x, axes, shift=None, keepdims=False, name=None):
    """What `normalize_moments` makes moments of: count, sum and sum of squares of x - shift over `axes`, and shift.

    >>> count, total, squares, shift = tf.nn.sufficient_statistics(tf.constant([1.0, 2.0, 3.0]), [0])
    >>> count.numpy().item(), total.numpy().item(), squares.numpy().item(), shift
    (3.0, 6.0, 14.0, None)
    """
    x = as_tensor(x)
    axes = reduction_axes(axes, len(x.dims))
    count = 1
    for axis in axes:
        count *= x.dims[axis]
    if shift is None:
        first, second = x, square(x)
    else:
        x, shift = operands(x, shift)
        first, second = x - shift, squared_difference(x, shift)
    first = reduce_sum(first, axes=axes, keepdims=keepdims)
    second = reduce_sum(second, axes=axes, keepdims=keepdims)
    return as_tensor(count, x._dtype), first, second, shift


def normalize_moments(counts, mean_ss, variance_ss, shift, name=None):
    """Mean and variance from the count, sum and sum of squares that `sufficient_statistics` gives, and its shift.

    >>> mean, variance = tf.nn.normalize_moments(tf.constant(3.0), tf.constant(6.0), tf.constant(15.0), None)
    >>> mean.numpy().item(), variance.numpy().item()
    (2.0, 1.0)
    """
    shares = reciprocal(as_tensor(counts))
    mean = as_tensor(mean_ss) * shares
    variance = variance_ss * shares - square(mean)
    return (mean if shift is None else mean + shift), variance


def batch_normalization(x, mean, variance, offset, scale, variance_epsilon, name=None):
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset; offset and scale may be None.

    The moments broadcast to the shape of x. Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167

    >>> tf.nn.batch_normalization(tf.constant([1.0, 5.0]), 3.0, 4.0, None, 2.0, 0.0).numpy()
    array([-2.,  2.], dtype=float32)
    """
    x, mean, variance = as_tensor(x), as_tensor(mean), as_tensor(variance)
    dtype = x._dtype
    if (
        dtype in WIDE_FLOATS
        and mean._dtype is variance._dtype is dtype
        and isinstance(variance_epsilon, float | int)
    ):
        offset = zeros((), dtype) if offset is None else as_tensor(offset, dtype)
        scale = ones((), dtype) if scale is None else as_tensor(scale, dtype)
        return normalize(x, mean, variance, offset, scale, epsilon=float(variance_epsilon))
    factor = rsqrt(variance + variance_epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor if offset is None else offset - mean * factor
    return x * cast(factor, dtype) + cast(shift, dtype)


def batch_norm_with_global_normalization(
    input, mean, variance, beta, gamma, variance_epsilon, scale_after_normalization, name=None
):
    """`batch_normalization` with offset beta and, if `scale_after_normalization`, with scale gamma.

    >>> tf.nn.batch_norm_with_global_normalization(
    ...     tf.constant([1.0, 5.0]), 3.0, 4.0, 1.0, 2.0, 0.0, False).numpy()
    array([0., 2.], dtype=float32)
    """
    scale = gamma if scale_after_normalization else None
    return batch_normalization(input, mean, variance, beta, scale, variance_epsilon)


def local_response_normalization(input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None):
    """Each element divided by (bias + alpha * s) ** beta, s the sum of squares over the nearest channels of its pixel.

    input: [batch, height, width, channels]; `depth_radius` channels count on either side. Raises InvalidArgumentError
    for other ranks. Source: Krizhevsky et al. 2012, "ImageNet Classification with Deep Convolutional Neural Networks".

    >>> tf.nn.lrn(tf.reshape([1.0, 2.0, 2.0], [1, 1, 1, 3]), depth_radius=1, bias=0, beta=1)[0, 0, 0].numpy().round(4)
    array([0.2   , 0.2222, 0.25  ], dtype=float32)
    """
    x = as_tensor(input)
    if len(x.dims) != 4:
        raise InvalidArgumentError(None, None, f"in must be 4-dimensional, not of shape {list(x.dims)}")
    channels = x.dims[-1]
    distance = numpy.abs(numpy.subtract.outer(numpy.arange(channels), numpy.arange(channels)))
    near = embedded((distance <= depth_radius).astype(x._dtype.array_dtype), x._dtype)
    squares = reshape(square(x), dims=(x.dims[0] * x.dims[1] * x.dims[2], channels))
    total = reshape(matmul(squares, near), dims=x.dims)
    return x * (float(bias) + float(alpha) * total) ** -float(beta)


lrn = local_response_normalization


def zero_fraction(value, name=None):
    """The fraction of zeros among the elements, float32; NaN if there are none.

    >>> tf.math.zero_fraction([0, 1, 2, 0]).numpy().item()
    0.5
    """
    x = as_tensor(value)
    zero = cast(equal(x, zeros((), x._dtype)), float32)
    return reduce_mean(zero, axes=tuple(range(len(x.dims))), keepdims=False)
