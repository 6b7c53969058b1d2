"""tf.quantization's functions that make integers of few bits, and what these stand for."""

from collections import namedtuple

from tapeflow.core import dtypes as types
from tapeflow.core.arguments import canonical_axis
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.ops import integer_quantization as ops
from tapeflow.ops.selection import stop_gradient

QuantizeV2 = namedtuple("QuantizeV2", "output output_min output_max")
_MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")


def _check(name, value, allowed):
    if value not in allowed:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr '{name}' of {value!r} is not in the list of allowed values: {allowed}",
        )
    return value


def _axis(axis, x):
    """The axis of the slices that have limits of their own; -1: there is none."""
    return -1 if axis is None else canonical_axis(axis, len(x.dims))


def quantize(
    input,
    min_range,
    max_range,
    T,
    mode="MIN_COMBINED",
    round_mode="HALF_AWAY_FROM_ZERO",
    name=None,
    narrow_range=False,
    axis=None,
    ensure_minimum_range=0.01,
):
    """Numbers in [min_range, max_range] as integers of the quantized dtype `T`.

    Args:
      input, min_range, max_range: float32; the limits are scalars or, with `axis`, vectors of its size.
      T: tf.qint8, tf.quint8, tf.qint16, tf.quint16 or tf.qint32.
      mode: "MIN_COMBINED" spreads the range over all integers; "MIN_FIRST" does, too, and has zero stand for zero;
        "SCALED" only multiplies.
      round_mode: "HALF_AWAY_FROM_ZERO" or, in the last mode, "HALF_TO_EVEN".
      narrow_range: whether the least integer is left out, in the last mode.
      ensure_minimum_range: how far apart the limits are at least, relative to the greater of them and 1.

    Returns the named tuple (output, output_min, output_max): the integers, and what the least and the greatest of them
    stand for, which holds zero. Raises InvalidArgumentError for other arguments.

    >>> output, low, high = tf.quantization.quantize([-1.0, 0.0, 1.0], -1.0, 1.0, tf.quint8)
    >>> output.numpy().astype(np.uint8), low.numpy(), high.numpy()
    (array([  0, 128, 255], dtype=uint8), np.float32(-1.0), np.float32(1.0))
    """
    x, low, high = (as_tensor(each, types.float32) for each in (input, min_range, max_range))
    dtype = types.as_dtype(T)
    if dtype not in types.QUANTIZED_DTYPES:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {dtype.name} is not in the list of allowed values: quantized dtypes",
        )
    _check("round_mode", round_mode, ("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN"))
    if round_mode == "HALF_TO_EVEN" and mode != "SCALED":
        raise InvalidArgumentError(
            None, None, f"Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED', but mode is '{mode}'."
        )
    return QuantizeV2(
        *ops.quantize(
            x,
            low,
            high,
            dtype=dtype,
            mode=_check("mode", mode, _MODES),
            round_mode=round_mode,
            narrow=bool(narrow_range),
            axis=_axis(axis, x),
            least_range=float(ensure_minimum_range),
        )
    )


def dequantize(
    input,
    min_range,
    max_range,
    mode="MIN_COMBINED",
    name=None,
    axis=None,
    narrow_range=False,
    dtype=types.float32,
):
    """The numbers, float32 or bfloat16, that a quantized tensor stands for; `tf.quantization.quantize` has the modes.

    Raises InvalidArgumentError for other dtypes, modes and shapes of the limits.

    >>> output, low, high = tf.quantization.quantize([-1.0, 0.5], -1.0, 1.0, tf.qint8, mode="SCALED")
    >>> tf.quantization.dequantize(output, low, high, mode="SCALED").numpy().round(2)
    array([-1. ,  0.5], dtype=float32)
    """
    x = as_tensor(input)
    low, high = (as_tensor(each, types.float32) for each in (min_range, max_range))
    dtype = types.as_dtype(dtype)
    if dtype not in (types.float32, types.bfloat16):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'dtype' of {dtype.name} is not in the list of allowed values: bfloat16, float",
        )
    _check("mode", mode, _MODES if dtype is types.float32 else _MODES[:1])
    return ops.dequantize(
        x, low, high, dtype=dtype, mode=mode, narrow=bool(narrow_range), axis=_axis(axis, x)
    )


def quantize_and_dequantize(
    input,
    input_min,
    input_max,
    signed_input=True,
    num_bits=8,
    range_given=False,
    round_mode="HALF_TO_EVEN",
    name=None,
    narrow_range=False,
    axis=None,
):
    """`quantize_and_dequantize_v2`, whose gradient passes everywhere, also outside of the range.

    >>> tf.quantization.quantize_and_dequantize([0.1, 1.0], 0.0, 0.0, num_bits=3).numpy().round(4)
    array([0., 1.], dtype=float32)
    """
    return _rounded(
        input,
        input_min,
        input_max,
        signed_input,
        num_bits,
        range_given,
        round_mode,
        narrow_range,
        axis,
        clipped_gradient=False,
    )


def quantize_and_dequantize_v2(
    input,
    input_min,
    input_max,
    signed_input=True,
    num_bits=8,
    range_given=False,
    round_mode="HALF_TO_EVEN",
    name=None,
    narrow_range=False,
    axis=None,
):
    """Numbers rounded to the steps that integers of `num_bits` bits have, zero among them.

    Args:
      input: a floating tensor; the range is its own unless `range_given`.
      input_min, input_max: the range, of its dtype: scalars or, with `axis`, vectors of its size.
      signed_input: whether the integers are signed; narrow_range: whether the least of them is then left out.
      round_mode: "HALF_TO_EVEN" or "HALF_UP".

    Gradients pass in the range. Raises InvalidArgumentError for other bits, ranges and modes.

    >>> x = tf.constant([-1.0, 0.3, 2.0])
    >>> tf.quantization.quantize_and_dequantize_v2(x, -1.0, 1.0, num_bits=3, range_given=True).numpy().round(4)
    array([-1.    ,  0.3333,  1.    ], dtype=float32)
    """
    return _rounded(
        input,
        input_min,
        input_max,
        signed_input,
        num_bits,
        range_given,
        round_mode,
        narrow_range,
        axis,
        clipped_gradient=True,
    )


def _rounded(input, low, high, signed, bits, range_given, round_mode, narrow, axis, clipped_gradient):
    x, low, high = as_tensors([input, low, high])
    if not clipped_gradient:
        low, high = stop_gradient(low), stop_gradient(high)
    signed, bits = bool(signed), int(bits)
    if not signed < bits <= (63 if signed else 62):
        raise InvalidArgumentError(None, None, f"num_bits is out of range: {bits} with signed_input {signed}")
    return ops.quantize_and_dequantize(
        x,
        low,
        high,
        signed=signed,
        bits=bits,
        range_given=bool(range_given),
        round_mode=_check("round_mode", round_mode, ("HALF_TO_EVEN", "HALF_UP")),
        narrow=bool(narrow),
        axis=_axis(axis, x),
        clipped_gradient=clipped_gradient,
    )
