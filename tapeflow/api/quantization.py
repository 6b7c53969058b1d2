"""tf.quantization: numbers as a network has them that will be run in integers."""

from tapeflow.core.dtypes import float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.quantization import fake_quantize

__all__ = [
    "fake_quant_with_min_max_args",
    "fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_per_channel",
]


def fake_quant_with_min_max_vars(inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """Numbers clipped to [min, max] and rounded to one of 2 ** num_bits steps, of which zero is one.

    inputs: float32 tensor; min, max: float32 scalars; num_bits: 2 to 16; narrow_range: one step less, at the lower end.
    Gradients pass where inputs are inside of the range; those outside go to the limits. Raises InvalidArgumentError
    for other bits and shapes.

    >>> tf.quantization.fake_quant_with_min_max_vars([-1.0, 0.3, 2.0], 0.0, 1.0, num_bits=2).numpy().round(4)
    array([0.    , 0.3333, 1.    ], dtype=float32)
    """
    x, low, high = (as_tensor(each, float32) for each in (inputs, min, max))
    if low.dims or high.dims:
        raise InvalidArgumentError(
            None, None, f"min and max must be scalars, not of the shapes {low.shape} and {high.shape}"
        )
    return _quantized(x, low, high, num_bits, narrow_range)


def fake_quant_with_min_max_vars_per_channel(inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """`fake_quant_with_min_max_vars` with limits for each channel, the last axis of inputs: float32 [channels].

    >>> x = [[0.3, 0.3]]
    >>> tf.quantization.fake_quant_with_min_max_vars_per_channel(x, [0.0, 0.0], [1.0, 0.5], num_bits=2).numpy().round(4)
    array([[0.3333, 0.3333]], dtype=float32)
    """
    x, low, high = (as_tensor(each, float32) for each in (inputs, min, max))
    if x.ndim < 1 or low.dims != x.dims[-1:] or high.dims != x.dims[-1:]:
        raise InvalidArgumentError(
            None,
            None,
            f"min and max must be vectors of the size of the last axis of {x.shape}, not {low.shape} and {high.shape}",
        )
    return _quantized(x, low, high, num_bits, narrow_range)


def fake_quant_with_min_max_args(inputs, min=-6, max=6, num_bits=8, narrow_range=False, name=None):
    """`fake_quant_with_min_max_vars` with Python numbers as limits.

    >>> tf.quantization.fake_quant_with_min_max_args([-1.0, 0.3, 2.0], 0, 1, num_bits=2).numpy().round(4)
    array([0.    , 0.3333, 1.    ], dtype=float32)
    """
    if min >= max:
        raise InvalidArgumentError(None, None, f"min has to be smaller than max, was: {min} >= {max}")
    x, low, high = (as_tensor(each, float32) for each in (inputs, float(min), float(max)))
    return _quantized(x, low, high, num_bits, narrow_range)


def _quantized(x, low, high, bits, narrow):
    if not 2 <= bits <= 16:
        raise InvalidArgumentError(None, None, f"num_bits must be between 2 and 16, inclusive, not {bits}")
    return fake_quantize(x, low, high, bits=int(bits), narrow=bool(narrow))


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    raise AttributeError(f"tapeflow.quantization has no {name!r}. If TensorFlow has it, it is not here yet.")
