"""Biases."""

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import operands
from tapeflow.core.size import may_equal
from tapeflow.ops.layout import reshape

__all__ = ["bias_add"]


def bias_add(value, bias, data_format=None, name=None):
    """value [batch, ..., channels] plus bias [channels]; channels are axis 1 if data_format is "NCHW" or the like.

    Raises ValueError for another data format, InvalidArgumentError for shapes and dtypes that do not fit.

    >>> tf.nn.bias_add([[1, 2], [3, 4]], [10, 20]).numpy()
    array([[11, 22],
           [13, 24]], dtype=int32)
    """
    value, bias = operands(value, bias)
    channels_first = data_format is not None and _is_channels_first(data_format)
    dims = value.dims
    axis = 1 if channels_first else -1
    if len(bias.dims) != 1 or len(dims) < 2 or not may_equal(dims[axis], bias.dims[0]):
        raise _misfit(value, bias)
    if channels_first and len(dims) > 2:
        bias = reshape(bias, dims=(*bias.dims, *[1] * (len(dims) - 2)))
    return value + bias


def _is_channels_first(data_format):
    if data_format.startswith("NC"):
        return True
    if data_format.startswith("N") and data_format.endswith("C"):
        return False
    raise ValueError(
        f"`data_format` must be of the form `N...C` or `NC...`. Received: data_format={data_format}"
    )


def _misfit(value, bias):
    if len(value.dims) < 2:
        message = f"Input tensor must be at least 2D: {list(value.dims)}"
    elif len(bias.dims) != 1:
        message = f"Biases must be 1D: {list(bias.dims)}"
    else:
        message = (
            "Must provide as many biases as the channel dimension of the input tensor: "
            f"{list(bias.dims)} vs. {list(value.dims)}"
        )
    return InvalidArgumentError(None, None, f"{message} [Op:BiasAdd]")
