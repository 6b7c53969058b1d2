"""tf.quantization: numbers as a network has them that will be run in integers."""

from collections import namedtuple

from tapeflow.api.integer_quantization import (
    dequantize,
    quantize,
    quantize_and_dequantize,
    quantize_and_dequantize_v2,
)
from tapeflow.core.dtypes import float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.quantization import fake_quantize, gradient_of_limit, part_on_side

__all__ = [
    "dequantize",
    "fake_quant_with_min_max_args",
    "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel",
    "fake_quant_with_min_max_vars_per_channel_gradient",
    "quantize",
    "quantize_and_dequantize",
    "quantize_and_dequantize_v2",
]

_FIELDS = "backprops_wrt_input backprop_wrt_min backprop_wrt_max"
FakeQuantWithMinMaxVarsGradient = namedtuple("FakeQuantWithMinMaxVarsGradient", _FIELDS)
FakeQuantWithMinMaxVarsPerChannelGradient = namedtuple("FakeQuantWithMinMaxVarsPerChannelGradient", _FIELDS)


def fake_quant_with_min_max_vars(inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """Numbers clipped to [min, max] and rounded to one of 2 ** num_bits steps, of which zero is one.

    inputs: float32 tensor; min, max: float32 scalars; num_bits: 2 to 16; narrow_range: one step less, at the lower end.
    Gradients pass where inputs are inside of the range; those outside go to the limits. Raises InvalidArgumentError
    for other bits and shapes.

    >>> tf.quantization.fake_quant_with_min_max_vars([-1.0, 0.3, 2.0], 0.0, 1.0, num_bits=2).numpy().round(4)
    array([0.    , 0.3333, 1.    ], dtype=float32)
    """
    return fake_quantize(*_with_limits(inputs, min, max), **_steps(num_bits, narrow_range))


def fake_quant_with_min_max_vars_gradient(
    gradients, inputs, min, max, num_bits=8, narrow_range=False, name=None
):
    """The cotangents of inputs, min and max, a named tuple, for the cotangent of `fake_quant_with_min_max_vars`.

    >>> found = tf.quantization.fake_quant_with_min_max_vars_gradient([1.0, 2.0, 4.0], [-1.0, 0.5, 2.0], 0.0, 1.0)
    >>> found.backprops_wrt_input.numpy(), found.backprop_wrt_max.numpy()
    (array([0., 2., 0.], dtype=float32), np.float32(4.0))
    """
    found = _gradients(gradients, *_with_limits(inputs, min, max), _steps(num_bits, narrow_range))
    return FakeQuantWithMinMaxVarsGradient(*found)


def fake_quant_with_min_max_vars_per_channel(inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """`fake_quant_with_min_max_vars` with limits for each channel, the last axis of inputs: float32 [channels].

    >>> x = [[0.3, 0.3]]
    >>> tf.quantization.fake_quant_with_min_max_vars_per_channel(x, [0.0, 0.0], [1.0, 0.5], num_bits=2).numpy().round(4)
    array([[0.3333, 0.3333]], dtype=float32)
    """
    return fake_quantize(*_with_limits_of_channels(inputs, min, max), **_steps(num_bits, narrow_range))


def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients, inputs, min, max, num_bits=8, narrow_range=False, name=None
):
    """The cotangents of inputs, min and max for that of `fake_quant_with_min_max_vars_per_channel`, a named tuple.

    >>> gradient = tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient
    >>> gradient([[1.0, 2.0]], [[3.0, 0.2]], [0.0, 0.0], [1.0, 1.0]).backprop_wrt_max.numpy()
    array([1., 0.], dtype=float32)
    """
    found = _gradients(gradients, *_with_limits_of_channels(inputs, min, max), _steps(num_bits, narrow_range))
    return FakeQuantWithMinMaxVarsPerChannelGradient(*found)


def fake_quant_with_min_max_args(inputs, min=-6, max=6, num_bits=8, narrow_range=False, name=None):
    """`fake_quant_with_min_max_vars` with Python numbers as limits.

    >>> tf.quantization.fake_quant_with_min_max_args([-1.0, 0.3, 2.0], 0, 1, num_bits=2).numpy().round(4)
    array([0.    , 0.3333, 1.    ], dtype=float32)
    """
    _check_order(min, max)
    return fake_quantize(*_with_limits(inputs, float(min), float(max)), **_steps(num_bits, narrow_range))


def fake_quant_with_min_max_args_gradient(
    gradients, inputs, min=-6, max=6, num_bits=8, narrow_range=False, name=None
):
    """The cotangent of inputs for that of `fake_quant_with_min_max_args`: it passes inside of the range.

    >>> tf.quantization.fake_quant_with_min_max_args_gradient([1.0, 2.0], [-9.0, 0.5]).numpy()
    array([0., 2.], dtype=float32)
    """
    _check_order(min, max)
    parts = _with_limits(inputs, float(min), float(max))
    return _gradients(gradients, *parts, _steps(num_bits, narrow_range))[0]


def _check_order(low, high):
    if low >= high:
        raise InvalidArgumentError(None, None, f"min has to be smaller than max, was: {low} >= {high}")


def _with_limits(inputs, low, high):
    x, low, high = (as_tensor(each, float32) for each in (inputs, low, high))
    if low.dims or high.dims:
        raise InvalidArgumentError(
            None, None, f"min and max must be scalars, not of the shapes {low.shape} and {high.shape}"
        )
    return x, low, high


def _with_limits_of_channels(inputs, low, high):
    x, low, high = (as_tensor(each, float32) for each in (inputs, low, high))
    if x.ndim < 1 or low.dims != x.dims[-1:] or high.dims != x.dims[-1:]:
        raise InvalidArgumentError(
            None,
            None,
            f"min and max must be vectors of the size of the last axis of {x.shape}, not {low.shape} and {high.shape}",
        )
    return x, low, high


def _steps(bits, narrow):
    if not 2 <= bits <= 16:
        raise InvalidArgumentError(None, None, f"num_bits must be between 2 and 16, inclusive, not {bits}")
    return {"bits": int(bits), "narrow": bool(narrow)}


def _gradients(gradients, x, low, high, steps):
    g = as_tensor(gradients, float32)
    if g.dims != x.dims:
        raise InvalidArgumentError(
            None, None, f"gradient and input must be the same size, not of the shapes {g.shape} and {x.shape}"
        )
    return (
        part_on_side(g, x, low, high, 0, **steps),
        gradient_of_limit(g, x, low, high, -1, **steps),
        gradient_of_limit(g, x, low, high, 1, **steps),
    )


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    raise AttributeError(f"tapeflow.quantization has no {name!r}. If TensorFlow has it, it is not here yet.")
