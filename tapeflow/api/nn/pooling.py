"""Pooling: maxima and means of windows, over 1, 2 or 3 spatial axes.

Inputs are [batch, *spatial, channels] or, with a data format like "NCHW", [batch, channels, *spatial]. Window sizes
and strides are one number, one for each spatial axis, or one for every axis.
"""

from collections import namedtuple

from tapeflow.api.nn.window_arguments import (
    is_channels_first,
    names_as_string,
    padding_argument,
    per_axis,
    spatial,
)
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import as_dtype, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import pooling
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import reverse
from tapeflow.ops.morphology import dilation

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "dilation2d",
    "erosion2d",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_with_argmax",
    "pool",
]


def max_pool(input, ksize, strides, padding, data_format=None, name=None):
    """The greatest element of each window, over 1, 2 or 3 spatial axes as the rank of the input says.

    `padding` is "VALID", "SAME" or, except over 3 axes, a list of [before, behind] for every axis; margins do not
    count. The gradient goes to the first of equal elements. Raises ValueError for other ranks.

    >>> x = tf.reshape([1.0, 3.0, 2.0, 4.0, 5.0], [1, 5, 1])
    >>> tf.nn.max_pool(x, 2, 2, "SAME")[0, :, 0].numpy()
    array([3., 4., 5.], dtype=float32)
    """
    x = as_tensor(input)
    return _max_pool(x, _spatial_rank(x), ksize, strides, padding, data_format)


def max_pool1d(input, ksize, strides, padding, data_format="NWC", name=None):
    """The greatest element of each window of [batch, width, channels].

    >>> tf.nn.max_pool1d(tf.reshape([1, 3, 2, 4], [1, 4, 1]), 2, 1, "VALID")[0, :, 0].numpy()
    array([3, 3, 4], dtype=int32)
    """
    return _max_pool(as_tensor(input), 1, ksize, strides, padding, data_format)


def max_pool2d(input, ksize, strides, padding, data_format="NHWC", name=None):
    """The greatest element of each window of [batch, height, width, channels].

    >>> tf.nn.max_pool2d(tf.reshape(tf.range(16), [1, 4, 4, 1]), 2, 2, "VALID")[0, ..., 0].numpy()
    array([[ 5,  7],
           [13, 15]], dtype=int32)
    """
    return _max_pool(as_tensor(input), 2, ksize, strides, padding, data_format)


def max_pool3d(input, ksize, strides, padding, data_format="NDHWC", name=None):
    """The greatest element of each window of [batch, depth, height, width, channels].

    >>> tf.nn.max_pool3d(tf.ones([1, 4, 4, 4, 2]), 2, 2, "VALID").shape
    TensorShape([1, 2, 2, 2, 2])
    """
    names_as_string(padding, "max_pool3d")
    return _max_pool(as_tensor(input), 3, ksize, strides, padding, data_format)


def avg_pool(input, ksize, strides, padding, data_format=None, name=None):
    """The mean of each window, over 1, 2 or 3 spatial axes as the rank of the input says.

    `padding` is "VALID" or "SAME"; margins do not count. Raises ValueError for other ranks.

    >>> x = tf.reshape([1.0, 3.0, 2.0, 4.0, 5.0], [1, 5, 1])
    >>> tf.nn.avg_pool(x, 2, 2, "SAME")[0, :, 0].numpy()
    array([2., 3., 5.], dtype=float32)
    """
    x = as_tensor(input)
    return _avg_pool(x, _spatial_rank(x), ksize, strides, padding, data_format)


def avg_pool1d(input, ksize, strides, padding, data_format="NWC", name=None):
    """The mean of each window of [batch, width, channels].

    >>> tf.nn.avg_pool1d(tf.reshape([1.0, 3.0, 2.0, 4.0], [1, 4, 1]), 2, 1, "VALID")[0, :, 0].numpy()
    array([2. , 2.5, 3. ], dtype=float32)
    """
    return _avg_pool(as_tensor(input), 1, ksize, strides, padding, data_format)


def avg_pool2d(input, ksize, strides, padding, data_format="NHWC", name=None):
    """The mean of each window of [batch, height, width, channels].

    >>> x = tf.reshape([1.0, 2.0, 3.0, 4.0], [1, 2, 2, 1])
    >>> tf.nn.avg_pool2d(x, 2, 2, "VALID").numpy().item()
    2.5
    """
    return _avg_pool(as_tensor(input), 2, ksize, strides, padding, data_format)


def avg_pool3d(input, ksize, strides, padding, data_format="NDHWC", name=None):
    """The mean of each window of [batch, depth, height, width, channels].

    >>> tf.nn.avg_pool3d(tf.ones([1, 4, 4, 4, 2]), 2, 2, "VALID").shape
    TensorShape([1, 2, 2, 2, 2])
    """
    return _avg_pool(as_tensor(input), 3, ksize, strides, padding, data_format)


def _spatial_rank(x):
    rank = len(x.dims) - 2
    if not 1 <= rank <= 3:
        raise ValueError(
            f"`input.shape.rank` must be 3, 4 or 5. Received: input.shape={x.shape} of rank {len(x.dims)}."
        )
    return rank


def _params(x, rank, ksize, strides, padding, data_format):
    """Windows, strides, dilations and padding of every axis, in the order of the layout."""
    channels_first = is_channels_first(data_format, rank)
    if len(x.dims) != rank + 2:
        raise InvalidArgumentError(
            None, None, f"Pooling over {rank} axes needs an input of rank {rank + 2}, not of shape {x.shape}"
        )
    return {
        "window": per_axis(ksize, rank, channels_first, "ksize"),
        "strides": per_axis(strides, rank, channels_first, "strides"),
        "dilations": (1,) * (rank + 2),
        "padding": padding_argument(padding, rank),
    }


def _max_pool(x, rank, ksize, strides, padding, data_format):
    params = _params(x, rank, ksize, strides, padding, data_format)
    if not isinstance(params["padding"], str):
        for margins, size in zip(params["padding"], params["window"], strict=True):
            if max(margins) >= size:
                raise InvalidArgumentError(
                    None, None, f"Padding {max(margins)} needs to be smaller than the window size {size}"
                )
    return pooling.max_pool(x, **params)


def _avg_pool(x, rank, ksize, strides, padding, data_format):
    names_as_string(padding, f"avg_pool{rank}d")
    return pooling.avg_pool(x, **_params(x, rank, ksize, strides, padding, data_format))


def pool(
    input,
    window_shape,
    pooling_type,
    strides=None,
    padding="VALID",
    data_format=None,
    dilations=None,
    name=None,
):
    """Pooling of `pooling_type` "MAX" or "AVG" over as many axes as `window_shape` has numbers.

    Raises ValueError for other types and ranks, and for dilations greater than 1 with strides greater than 1 or
    with "SAME" padding.

    >>> x = tf.reshape([1.0, 3.0, 2.0, 4.0, 5.0], [1, 5, 1])
    >>> tf.nn.pool(x, [2], "MAX", dilations=[2])[0, :, 0].numpy()
    array([2., 4., 5.], dtype=float32)
    """
    x = as_tensor(input)
    rank = len(window_shape)
    if not 1 <= rank <= 3:
        raise ValueError(
            f"`len(window_shape)` must be 1, 2, or 3. Received: window_shape={window_shape} of length {rank}"
        )
    if len(x.dims) != rank + 2:
        raise ValueError(f"Shape {x.shape} must have rank {rank + 2}")
    if pooling_type not in ("MAX", "AVG"):
        raise ValueError(f'{rank}-D {pooling_type} pooling is not supported; use "MAX" or "AVG".')
    params = _params(x, rank, window_shape, strides, padding, data_format)
    params["dilations"] = per_axis(dilations, rank, is_channels_first(data_format, rank), "dilations")
    if max(params["dilations"]) > 1:
        if max(params["strides"]) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
                f"Received: strides={strides} and dilation_rate={dilations}"
            )
        if padding == "SAME":
            raise ValueError(
                "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. "
                f"Received: padding={padding} and dilation_rate={dilations}"
            )
    return (pooling.max_pool if pooling_type == "MAX" else pooling.avg_pool)(x, **params)


MaxPoolWithArgmax = namedtuple("MaxPoolWithArgmax", ["output", "argmax"])


def max_pool_with_argmax(
    input,
    ksize,
    strides,
    padding,
    data_format="NHWC",
    output_dtype=int64,
    include_batch_in_index=False,
    name=None,
):
    """`max_pool2d`, and where its elements come from.

    Returns (output, argmax); argmax, of dtype int32 or int64, counts the elements of the flattened image, or of the
    flattened input if `include_batch_in_index`. Raises ValueError for other data formats than "NHWC".

    >>> x = tf.reshape([1.0, 4.0, 3.0, 2.0], [1, 2, 2, 1])
    >>> maxima, positions = tf.nn.max_pool_with_argmax(x, 2, 2, "VALID")
    >>> maxima.numpy().item(), positions.numpy().item()
    (4.0, 1)
    """
    if data_format != "NHWC":
        raise ValueError(
            f"`data_format` values other than 'NHWC' are not supported. Received: data_format={data_format}"
        )
    dtype = as_dtype(output_dtype)
    if dtype is not int32 and dtype is not int64:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Targmax' of {dtype.name} is not in the list of allowed values: int32, int64",
        )
    x = as_tensor(input)
    names_as_string(padding, "max_pool_with_argmax")
    params = _params(x, 2, ksize, strides, padding, data_format)
    maxima = pooling.max_pool(x, **params)
    positions = pooling.max_pool_positions(x, maxima, **params)
    if not include_batch_in_index:
        positions = positions % (x.dims[1] * x.dims[2] * x.dims[3])
    return MaxPoolWithArgmax(maxima, cast(positions, dtype))


def dilation2d(input, filters, strides, padding, data_format, dilations, name=None):
    """Grayscale dilation: the maximum over each window of input plus filter.

    input: [batch, height, width, channels]; filters: [height, width, channels]; strides and dilations: lists of 4 ints.
    Raises ValueError for other data formats than "NHWC", InvalidArgumentError for shapes that do not fit.

    >>> x = tf.reshape([1.0, 3.0, 2.0], [1, 1, 3, 1])
    >>> w = tf.reshape([0.0, 5.0], [1, 2, 1])
    >>> tf.nn.dilation2d(x, w, [1, 1, 1, 1], "VALID", "NHWC", [1, 1, 1, 1])[0, 0, :, 0].numpy()
    array([8., 7.], dtype=float32)
    """
    x, w = operands(input, filters)
    return dilation(x, w, **_dilation_params("dilation2d", x, strides, padding, data_format, dilations))


def erosion2d(value, filters, strides, padding, data_format, dilations, name=None):
    """Grayscale erosion: the minimum over each window of value minus the filter turned by 180 degrees.

    Arguments and errors are those of `tf.nn.dilation2d`.

    >>> x = tf.reshape([1.0, 3.0, 2.0], [1, 1, 3, 1])
    >>> w = tf.reshape([0.0, 5.0], [1, 2, 1])
    >>> tf.nn.erosion2d(x, w, [1, 1, 1, 1], "VALID", "NHWC", [1, 1, 1, 1])[0, 0, :, 0].numpy()
    array([-4., -2.], dtype=float32)
    """
    x, w = operands(value, filters)
    params = _dilation_params("erosion2d", x, strides, padding, data_format, dilations)
    return -dilation(-x, reverse(w, axes=(0, 1)), **params)


def _dilation_params(function, x, strides, padding, data_format, dilations):
    if data_format != "NHWC":
        raise ValueError(
            f"`data_format` values other  than 'NHWC' are not supported. Received: data_format={data_format}"
        )
    if len(x.dims) != 4:
        raise InvalidArgumentError(None, None, f"input must be 4-dimensional: {list(x.dims)}")
    for name, value in (("strides", strides), ("dilations", dilations)):
        if isinstance(value, int) or len(int_tuple(value)) != 4:
            raise TypeError(
                f"Expected a list of 4 ints for '{name}' argument to '{function}' Op, not {value}."
            )
    names_as_string(padding, function)
    return {
        "strides": spatial(strides, 2, False, "strides"),
        "dilations": spatial(dilations, 2, False, "dilations"),
        "padding": padding_argument(padding, 2),
    }
