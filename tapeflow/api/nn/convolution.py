"""Convolutions and their transposes.

Inputs are [batch, *spatial, channels] or, with a data format like "NCHW", [batch, channels, *spatial]; filters are
[*window, input channels / groups, output channels] in either case. The number of groups follows from the shapes.
Strides and dilations are one number, one for each spatial axis, or one for every axis. Padding is "VALID", "SAME" or a
list of [before, behind] for every axis.
"""

from tapeflow.api.nn.window_arguments import is_channels_first, spatial, spatial_padding
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops.convolution import conv, conv_filter_grad, conv_input_grad
from tapeflow.ops.layout import reshape, transpose

__all__ = [
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "conv_transpose",
    "convolution",
    "depthwise_conv2d",
    "depthwise_conv2d_backprop_filter",
    "depthwise_conv2d_backprop_input",
    "separable_conv2d",
]


def conv1d(input, filters, stride, padding, data_format="NWC", dilations=None, name=None):
    """Convolution over one axis: [batch, width, in] and filters [width, in / groups, out].

    Further leading axes of the input are batch axes, too. Raises InvalidArgumentError for ranks and channels that do
    not fit.

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 4, 1])
    >>> tf.nn.conv1d(x, tf.reshape([1.0, 1.0], [2, 1, 1]), 1, "VALID")[0, :, 0].numpy()
    array([3., 5., 7.], dtype=float32)
    """
    return _convolved(input, filters, 1, stride, padding, data_format, dilations)


def conv2d(input, filters, strides, padding, data_format="NHWC", dilations=None, name=None):
    """Convolution over two axes: [batch, height, width, in] and filters [height, width, in / groups, out].

    Further leading axes of the input are batch axes, too. Raises InvalidArgumentError for ranks and channels that do
    not fit.

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 2, 2, 1])
    >>> tf.nn.conv2d(x, tf.reshape([1.0, 10.0], [1, 2, 1, 1]), 1, "SAME")[0, ..., 0].numpy()
    array([[21.,  2.],
           [43.,  4.]], dtype=float32)
    """
    return _convolved(input, filters, 2, strides, padding, data_format, dilations)


def conv3d(input, filters, strides, padding, data_format="NDHWC", dilations=None, name=None):
    """Convolution over three axes: [batch, depth, height, width, in] and filters [depth, height, width, in, out].

    Further leading axes of the input are batch axes, too. Raises InvalidArgumentError for ranks and channels that do
    not fit.

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 1, 2, 2, 1])
    >>> tf.nn.conv3d(x, tf.ones([1, 2, 2, 1, 1]), [1, 1, 1, 1, 1], "VALID").numpy().item()
    10.0
    """
    return _convolved(input, filters, 3, strides, padding, data_format, dilations)


def convolution(input, filters, strides=None, padding="VALID", data_format=None, dilations=None, name=None):
    """Convolution over as many axes (1, 2 or 3) as the window of the filters has.

    Raises ValueError for other ranks and where strides and dilations are both greater than 1.

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 4, 1])
    >>> tf.nn.convolution(x, tf.reshape([1.0, 1.0], [2, 1, 1]), dilations=2)[0, :, 0].numpy()
    array([4., 6.], dtype=float32)
    """
    input, filters = operands(input, filters)
    rank = _window_rank(filters)
    channels_first = data_format is not None and data_format.startswith("NC")
    skips = max(spatial(strides, rank, channels_first, "strides")) > 1
    if skips and max(spatial(dilations, rank, channels_first, "dilations")) > 1:
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
            f"Received: strides={strides} and dilation_rate={dilations}"
        )
    return _convolved(input, filters, rank, strides, padding, data_format, dilations)


def _window_rank(filters):
    rank = len(filters.dims) - 2
    if not 1 <= rank <= 3:
        raise ValueError(f"`num_spatial_dims` must be 1, 2, or 3. Received: num_spatial_dims={rank}.")
    return rank


def _convolved(input, filters, rank, strides, padding, data_format, dilations):
    x, w = operands(input, filters)
    channels_first = is_channels_first(data_format, rank)
    params = {
        "strides": spatial(strides, rank, channels_first, "strides"),
        "dilations": (1,) * rank
        if dilations is None
        else spatial(dilations, rank, channels_first, "dilations"),
        "padding": spatial_padding(padding, rank, channels_first),
    }
    _check_rank(w, rank, "filter")
    dims = x.dims
    if len(dims) <= rank + 2:
        _check_rank(x, rank, "input")
        return _channels_restored(conv(_channels_last(x, channels_first), w, **params), channels_first)
    inner = len(dims) - rank - 1
    x = _channels_last(reshape(x, dims=(_product(dims[:inner]), *dims[inner:])), channels_first)
    y = _channels_restored(conv(x, w, **params), channels_first)
    return reshape(y, dims=(*dims[:inner], *y.dims[1:]))


def _check_rank(x, rank, what):
    if len(x.dims) != rank + 2:
        found = ",".join(map(str, x.dims))
        raise InvalidArgumentError(
            None, None, f"convolution {what} must be {rank + 2}-dimensional: [{found}]"
        )


def _product(dims):
    product = 1
    for size in dims:
        product *= size
    return product


def _channels_last(x, channels_first):
    if not channels_first:
        return x
    rank = len(x.dims)
    return transpose(x, perm=(0, *range(2, rank), 1))


def _channels_restored(x, channels_first):
    if not channels_first:
        return x
    rank = len(x.dims)
    return transpose(x, perm=(0, rank - 1, *range(1, rank - 1)))


def conv1d_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format="NWC", dilations=None, name=None
):
    """The transpose of `conv1d`, a map from its results to its inputs. Filters are [width, out, in].

    `output_shape` is the shape of the result, or its spatial part. Raises InvalidArgumentError if convolution does not
    map it to the shape of the input.

    >>> x = tf.reshape([1.0, 2.0], [1, 2, 1])
    >>> w = tf.reshape([1.0, 10.0], [2, 1, 1])
    >>> tf.nn.conv1d_transpose(x, w, [1, 4, 1], strides=2)[0, :, 0].numpy()
    array([ 1., 10.,  2., 20.], dtype=float32)
    """
    return _transposed(input, filters, 1, output_shape, strides, padding, data_format, dilations)


def conv2d_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format="NHWC", dilations=None, name=None
):
    """The transpose of `conv2d`, a map from its results to its inputs. Filters are [height, width, out, in].

    `output_shape` is the shape of the result, or its spatial part. Raises InvalidArgumentError if convolution does not
    map it to the shape of the input.

    >>> x = tf.ones([1, 1, 1, 1])
    >>> w = tf.reshape([1.0, 2.0, 3.0, 4.0], [2, 2, 1, 1])
    >>> tf.nn.conv2d_transpose(x, w, [1, 2, 2, 1], strides=2)[0, ..., 0].numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    return _transposed(input, filters, 2, output_shape, strides, padding, data_format, dilations)


def conv3d_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format="NDHWC", dilations=None, name=None
):
    """The transpose of `conv3d`, a map from its results to its inputs. Filters are [depth, height, width, out, in].

    `output_shape` is the shape of the result, or its spatial part. Raises InvalidArgumentError if convolution does not
    map it to the shape of the input.

    >>> w = tf.ones([2, 2, 2, 1, 1])
    >>> tf.nn.conv3d_transpose(tf.ones([1, 1, 1, 1, 1]), w, [1, 2, 2, 2, 1], strides=2).shape
    TensorShape([1, 2, 2, 2, 1])
    """
    return _transposed(input, filters, 3, output_shape, strides, padding, data_format, dilations)


def conv_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format=None, dilations=None, name=None
):
    """The transpose of `convolution`, over as many axes (1, 2 or 3) as the window of the filters has.

    >>> x = tf.reshape([1.0, 2.0], [1, 2, 1])
    >>> w = tf.reshape([1.0, 10.0], [2, 1, 1])
    >>> tf.nn.conv_transpose(x, w, [1, 4, 1], strides=2)[0, :, 0].numpy()
    array([ 1., 10.,  2., 20.], dtype=float32)
    """
    input, filters = operands(input, filters)
    rank = _window_rank(filters)
    return _transposed(input, filters, rank, output_shape, strides, padding, data_format, dilations)


def _transposed(input, filters, rank, output_shape, strides, padding, data_format, dilations):
    x, w = operands(input, filters)
    channels_first = is_channels_first(data_format, rank)
    _check_rank(x, rank, "input")
    _check_rank(w, rank, "filter")
    params = {
        "strides": spatial(strides, rank, channels_first, "strides"),
        "dilations": spatial(dilations, rank, channels_first, "dilations"),
        "padding": spatial_padding(padding, rank, channels_first),
    }
    dims = int_tuple(output_shape)
    if len(dims) == rank + 2:
        batch, *dims = dims
        channels = dims.pop(0 if channels_first else -1)
    elif len(dims) == rank:
        batch, channels = x.dims[0], w.dims[-2]
    else:
        raise ValueError(
            f"output_shape should be of length {rank} or {rank + 2}. Received: output_shape={output_shape} of length "
            f"{len(dims)}"
        )
    y = conv_input_grad(_channels_last(x, channels_first), w, dims=(batch, *dims, channels), **params)
    return _channels_restored(y, channels_first)


def atrous_conv2d(value, filters, rate, padding, name=None):
    """`conv2d` with holes: both dilations are `rate`.

    >>> tf.nn.atrous_conv2d(tf.ones([1, 5, 5, 1]), tf.ones([2, 2, 1, 1]), 2, "VALID").shape
    TensorShape([1, 3, 3, 1])
    """
    return _convolved(value, filters, 2, 1, padding, None, rate)


def atrous_conv2d_transpose(value, filters, output_shape, rate, padding, name=None):
    """The transpose of `atrous_conv2d`. Filters are [height, width, out, in].

    >>> w = tf.ones([2, 2, 1, 1])
    >>> tf.nn.atrous_conv2d_transpose(tf.ones([1, 3, 3, 1]), w, [1, 5, 5, 1], 2, "VALID").shape
    TensorShape([1, 5, 5, 1])
    """
    return _transposed(value, filters, 2, output_shape, 1, padding, None, rate)


def depthwise_conv2d(input, filter, strides, padding, data_format=None, dilations=None, name=None):
    """Convolution of each channel with `multiplier` filters of its own, in [height, width, in, multiplier].

    The result has in * multiplier channels, those of the first input channel first. `strides` is a list of 4 ints.
    Raises InvalidArgumentError for ranks and channels that do not fit.

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 1, 2, 2])
    >>> w = tf.reshape([1.0, 1.0, 10.0, 100.0], [1, 1, 2, 2])
    >>> tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "VALID")[0, 0].numpy()
    array([[  1.,   1.,  20., 200.],
           [  3.,   3.,  40., 400.]], dtype=float32)
    """
    x, w = operands(input, filter)
    channels_first = is_channels_first(data_format, 2)
    _check_rank(x, 2, "input")
    _check_depth(x.dims[1 if channels_first else 3], w.dims)
    w = reshape(w, dims=_grouped_dims(w.dims))
    params = _depthwise_params(strides, padding, channels_first, dilations)
    return _channels_restored(conv(_channels_last(x, channels_first), w, **params), channels_first)


def depthwise_conv2d_backprop_input(
    input_sizes, filter, out_backprop, strides, padding, data_format="NHWC", dilations=(1, 1, 1, 1), name=None
):
    """The cotangent of the input of `depthwise_conv2d`, of shape `input_sizes`, from that of its result.

    >>> w = tf.ones([2, 2, 1, 1])
    >>> tf.nn.depthwise_conv2d_backprop_input(
    ...     [1, 2, 2, 1], w, tf.ones([1, 1, 1, 1]), [1, 1, 1, 1], "VALID")[0, ..., 0].numpy()
    array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    w, delta = operands(filter, out_backprop)
    channels_first = is_channels_first(data_format, 2)
    dims = int_tuple(input_sizes)
    _check_rank(delta, 2, "out_backprop")
    if channels_first:
        dims = (dims[0], *dims[2:], dims[1])
    _check_depth(dims[-1], w.dims)
    w = reshape(w, dims=_grouped_dims(w.dims))
    params = _depthwise_params(strides, padding, channels_first, dilations)
    y = conv_input_grad(_channels_last(delta, channels_first), w, dims=dims, **params)
    return _channels_restored(y, channels_first)


def depthwise_conv2d_backprop_filter(
    input, filter_sizes, out_backprop, strides, padding, data_format="NHWC", dilations=(1, 1, 1, 1), name=None
):
    """The cotangent of the filter of `depthwise_conv2d`, of shape `filter_sizes`, from that of its result.

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 2, 2, 1])
    >>> tf.nn.depthwise_conv2d_backprop_filter(
    ...     x, [2, 2, 1, 1], tf.ones([1, 1, 1, 1]), [1, 1, 1, 1], "VALID")[..., 0, 0].numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    x, delta = operands(input, out_backprop)
    channels_first = is_channels_first(data_format, 2)
    _check_rank(x, 2, "input")
    _check_rank(delta, 2, "out_backprop")
    dims = int_tuple(filter_sizes)
    _check_depth(x.dims[1 if channels_first else 3], dims)
    params = _depthwise_params(strides, padding, channels_first, dilations)
    x, delta = _channels_last(x, channels_first), _channels_last(delta, channels_first)
    return reshape(conv_filter_grad(x, delta, dims=_grouped_dims(dims), **params), dims=dims)


def _check_depth(channels, filter_dims):
    if len(filter_dims) != 4:
        found = ",".join(map(str, filter_dims))
        raise InvalidArgumentError(None, None, f"filter must be 4-dimensional: [{found}]")
    if channels != filter_dims[2]:
        raise InvalidArgumentError(
            None, None, f"input and filter must have the same depth: {channels} vs {filter_dims[2]}"
        )


def _grouped_dims(dims):
    return (*dims[:2], 1, dims[2] * dims[3])


def _depthwise_params(strides, padding, channels_first, dilations):
    if isinstance(strides, int):
        raise TypeError(f"Expected list for 'strides' argument to 'depthwise_conv2d' Op, not {strides}.")
    return {
        "strides": spatial(strides, 2, channels_first, "strides"),
        "dilations": spatial(dilations, 2, channels_first, "dilations"),
        "padding": spatial_padding(padding, 2, channels_first),
    }


def separable_conv2d(
    input,
    depthwise_filter,
    pointwise_filter,
    strides,
    padding,
    data_format=None,
    dilations=None,
    name=None,
):
    """`depthwise_conv2d` and then a convolution over the channels only, with a filter [1, 1, in * multiplier, out].

    Raises ValueError for a pointwise filter with a larger window.

    >>> x = tf.ones([1, 3, 3, 2])
    >>> y = tf.nn.separable_conv2d(x, tf.ones([2, 2, 2, 1]), tf.ones([1, 1, 2, 3]), [1, 1, 1, 1], "VALID")
    >>> y[0, 0, 0].numpy()
    array([8., 8., 8.], dtype=float32)
    """
    pointwise_filter = as_tensor(pointwise_filter)
    _check_rank(pointwise_filter, 2, "filter")
    if pointwise_filter.dims[:2] != (1, 1):
        raise ValueError(
            f"The window of pointwise_filter must be 1 x 1. Received: pointwise_filter.shape={pointwise_filter.shape}"
        )
    x = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    return conv2d(x, pointwise_filter, 1, "VALID", data_format or "NHWC")
