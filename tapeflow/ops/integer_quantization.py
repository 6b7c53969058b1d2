"""Floating-point numbers as integers of few bits, and back. Quantized dtypes are integers under another name."""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError, UnimplementedError
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.selection import select

_FLOAT = frozenset([types.float32])
_GREATEST = numpy.finfo(numpy.float32).max


def _invalid(message):
    return InvalidArgumentError(None, None, message)


def _limits(dtype):
    """The least and the greatest integer of a quantized dtype, and the integer dtype that holds them."""
    integers = dtype.array_dtype[0]
    info = numpy.iinfo(integers)
    return info.min, info.max, integers


def _along(limits, ndim, axis):
    """Limits for each slice along an axis, so that they broadcast with the tensor; axis -1: one for all."""
    if axis < 0:
        return limits.reshape(())
    return limits.reshape([-1 if each == axis else 1 for each in range(ndim)])


def _half_away(x):
    """Rounded, halves away from zero."""
    return numpy.copysign(numpy.floor(abs(x) + x.dtype.type(0.5)), x)


def _check_limits(x, low, high, axis):
    if not axis < x.ndim:
        raise _invalid(f"Axis should be less than the number of dimensions, {x.ndim}, got {axis}")
    count = 1 if axis < 0 else x.shape[axis]
    for name, limits in (("min_range", low), ("max_range", high)):
        if limits.size != count or limits.ndim > 1 or (axis >= 0 and limits.ndim != 1):
            raise _invalid(
                f"{name} must have one number for all or, with an axis, one for each of {count} slices; got shape "
                f"{list(limits.shape)}"
            )


@op("QuantizeV2", accepts=_FLOAT)
def quantize(xp, x, low, high, *, dtype, mode, round_mode, narrow, axis, least_range):
    """x in [low, high] as integers, and the limits that these stand for, which are moved so that they hold zero."""
    _check_limits(x, low, high, axis)
    if (high < low).any():
        raise _invalid("input_max_range must be larger than input_min_range.")
    one = numpy.float32(1)
    first = numpy.minimum(low, numpy.float32(0))
    apart = numpy.maximum(one, numpy.maximum(abs(low), abs(high))) * numpy.float32(least_range)
    last = numpy.maximum(numpy.float32(0), numpy.maximum(high, first + apart))
    least, greatest, integers = _limits(dtype)
    if mode == "SCALED":
        scale = numpy.minimum(
            numpy.where(first < 0, numpy.float32(least + narrow) / first, _GREATEST) if least else _GREATEST,
            numpy.where(last > 0, numpy.float32(greatest) / last, _GREATEST),
        ).astype(numpy.float32)
        first, last = numpy.float32(least + narrow) / scale, numpy.float32(greatest) / scale
        bottom, top, scale = (_along(numpy.asarray(each), x.ndim, axis) for each in (first, last, scale))
        steps = numpy.maximum(numpy.minimum(x, top), bottom) * scale
        steps = numpy.rint(steps) if round_mode == "HALF_TO_EVEN" else _half_away(steps)
    elif mode == "MIN_COMBINED":
        scale = ((float(greatest) - float(least)) / (last - first)).astype(numpy.float32)
        bottom, top, scale = (_along(numpy.asarray(each), x.ndim, axis) for each in (first, last, scale))
        steps = (numpy.maximum(numpy.minimum(x, top), bottom) - bottom) * scale
        half = numpy.float32((greatest - least + 1) / 2)
        steps = _half_away(steps - half) if least else numpy.floor(steps + numpy.float32(0.5))
    else:
        if axis >= 0:
            raise UnimplementedError(
                None, None, "MIN_FIRST mode is not implemented for Quantize with axis != -1."
            )
        steps = _steps_from_first(x, first.reshape(()), last.reshape(()), least, greatest)
    # The greatest integer of 32 bits is no float32; TensorFlow takes the next lesser one.
    found = numpy.clip(steps, least, min(greatest, 2**31 - 128)).astype(integers)
    return found.view(dtype.array_dtype), _as_limits(first, low), _as_limits(last, high)


def _as_limits(limits, given):
    return numpy.asarray(limits, numpy.float32).reshape(given.shape)[()]


def _steps_from_first(x, first, last, least, greatest):
    """Steps counted from the first number, which is rounded to one."""
    if first == last:
        return numpy.zeros_like(x)
    scale = numpy.float32(float(greatest - least) / float(last - first))
    return _half_away(x * scale) - (_half_away(first * scale) - numpy.float32(least))


@op("Dequantize", accepts=types.QUANTIZED_DTYPES)
def dequantize(xp, x, low, high, *, dtype, mode, narrow, axis):
    """The numbers that integers stand for whose limits stand for low and high."""
    _check_limits(x, low, high, axis)
    integers = x.dtype[0]
    info = numpy.iinfo(integers)
    least, greatest = info.min, info.max
    numbers = x.view(integers).astype(numpy.float32)
    low, high = (_along(each, x.ndim, axis) for each in (low, high))
    if mode == "MIN_COMBINED":
        span = numpy.float32(numpy.float32(greatest) - numpy.float32(least))
        half = (span + numpy.float32(1)) / numpy.float32(2) if least else numpy.float32(0)
        found = (numbers + half) * ((high - low) / span) + low
    elif mode == "SCALED":
        scale = high / numpy.float32(greatest)
        if least:
            scale = numpy.maximum(low / numpy.float32(least + narrow), scale)
        found = numbers * scale
    else:
        if axis >= 0:
            raise UnimplementedError(
                None, None, "MIN_FIRST mode is not implemented for Dequantize with axis != -1."
            )
        scale = (float(high) - float(low)) / float(greatest - least)
        first = float(_half_away(numpy.float64(float(low) / scale))) * scale
        found = (numbers.astype(numpy.float64) - least) * scale + first
    return found.astype(dtype.array_dtype)


def _simulated_range(low, high, signed, bits, narrow):
    """(least, greatest, scale, inverse scale): the range moved so that zero is a step and both limits are within."""
    least = (-(2 ** (bits - 1)) + narrow) if signed else 0
    greatest = 2 ** (bits - 1) - 1 if signed else 2**bits - 1
    kind = low.dtype.type
    most = numpy.finfo(low.dtype).max if low.dtype.kind == "f" else kind(_GREATEST)
    from_low = numpy.where(kind(least) * low > 0, kind(least) / low, most) if least else most
    from_high = numpy.where(kind(greatest) * high > 0, kind(greatest) / high, most)
    by_low = from_low < from_high
    scale = numpy.where(by_low, from_low, from_high)
    inverse = numpy.where(by_low, low / kind(least) if least else low, high / kind(greatest))
    return (
        numpy.where(by_low, low, kind(least) * inverse),
        numpy.where(by_low, kind(greatest) * inverse, high),
        scale,
        inverse,
    )


@op("QuantizeAndDequantizeV4", accepts=types.FLOATS, result="same", uniform=True)
def quantize_and_dequantize(
    xp, x, low, high, *, signed, bits, range_given, round_mode, narrow, axis, clipped_gradient
):
    """x rounded to the steps of integers of some bits. Gradients pass, with `clipped_gradient` those in [low, high]."""
    if axis >= 0 and axis >= x.ndim:
        raise _invalid(f"Axis should be less than the number of dimensions, {x.ndim}, got {axis}")
    if range_given:
        _check_limits(x, low, high, axis)
        low, high = _along(low, x.ndim, axis), _along(high, x.ndim, axis)
        if (low > high).any():
            raise _invalid(f"Invalid range: input_min {low} > input_max {high}")
    elif x.size:
        others = tuple([each for each in range(x.ndim) if each != axis])
        low, high = (reduce(x, axis=others, keepdims=axis >= 0) for reduce in (numpy.min, numpy.max))
    else:
        return x
    least, greatest, scale, inverse = _simulated_range(
        numpy.asarray(low), numpy.asarray(high), signed, bits, narrow
    )
    if range_given:
        x = numpy.maximum(numpy.minimum(x, greatest), least)
    steps = x * scale
    steps = numpy.rint(steps) if round_mode == "HALF_TO_EVEN" else numpy.floor(steps + steps.dtype.type(0.5))
    return (steps * inverse).astype(scale.dtype)


@op("WithinLimits", accepts=types.FLOATS, result=types.bool, uniform=True)
def within_limits(xp, x, low, high, *, axis):
    """Whether x lies in [low, high], which are given for each slice along an axis, or once."""
    return (x >= _along(low, x.ndim, axis)) & (x <= _along(high, x.ndim, axis))


def _cotangent(g, x, low, high, axis, clipped_gradient):
    return select(within_limits(x, low, high, axis=axis), g, g * 0.0) if clipped_gradient else g


quantize.spec(lambda x, low, high, dtype, **params: (x.with_dtype(dtype), low, high))
dequantize.spec(lambda x, low, high, dtype, **params: x.with_dtype(dtype))
quantize_and_dequantize.spec(lambda x, low, high, **params: x)
within_limits.spec(lambda x, low, high, axis: x.with_dtype(types.bool))
quantize_and_dequantize.grad(x=_cotangent, low=lambda g, low: low * 0.0, high=lambda g, high: high * 0.0)
no_gradient(quantize, dequantize, within_limits)
