"""Changing the dtype of tensors: of their values (cast) or of their bytes (bitcast)."""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.log import warn
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops import arithmetic, casting, complex_numbers
from tapeflow.ops.indexed_slices import IndexedSlices

__all__ = ["bitcast", "cast", "saturate_cast"]


def cast(x, dtype, name=None):
    """`x` in `dtype`; a tensor that has it already is returned as it is.

    Fractions are cut off, integers wrap around, the imaginary part is dropped with a warning, and as a bool
    a number tells whether it is not 0. What a floating number that no integer can hold becomes is left to
    the machine. `IndexedSlices`, sparse and ragged tensors are cast too. Raises UnimplementedError for strings.

    >>> tf.cast([1.8, -2.2], tf.int32)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([ 1, -2], dtype=int32)>
    """
    dtype = dtype if type(dtype) is types.DType else types.as_dtype(dtype)
    if type(x) is not EagerTensor:
        if isinstance(x, IndexedSlices):
            return IndexedSlices(cast(x.values, dtype), x.indices, x.dense_shape)
        x = as_tensor(x)
    source = x._dtype
    if source is dtype:
        return x
    if source.is_complex and (dtype.is_floating or dtype.is_integer):
        warn(
            "You are casting an input of type %s to an incompatible dtype %s.  This will discard the "
            "imaginary part and may not be what you intended.",
            source.name,
            dtype.name,
        )
    return casting.cast_to(x, dtype=dtype)


def saturate_cast(value, dtype, name=None):
    """`value` in `dtype`, numbers outside of its range first moved to the nearest end of it.

    Where an end is no number of the dtype of `value`, the nearest one inside stands for it. The imaginary
    part of complex numbers is dropped with a warning if `dtype` is real.

    >>> tf.saturate_cast([-5.0, 300.0], tf.uint8).numpy()
    array([  0, 255], dtype=uint8)
    """
    dtype = types.as_dtype(dtype)
    value = as_tensor(value)
    if value._dtype.is_complex:
        if dtype.is_complex:
            parts = complex_numbers.real(value), complex_numbers.imag(value)
            parts = [_clip(part, dtype.real_dtype) for part in parts]
            return cast(complex_numbers.complex_of(*parts), dtype)
        value = complex_numbers.real(value)
        warn("Casting complex to real discards imaginary part.")
    return cast(_clip(value, dtype.real_dtype), dtype)


def _clip(value, dtype):
    """`value` moved into the range of the real `dtype`."""
    source = value._dtype
    number = float if source.is_floating else int
    low = max(_number(source.min), _number(dtype.min))
    high = min(_number(source.max), _number(dtype.max))
    if source.is_floating and dtype.is_integer:
        low, high = _inside(source, low, 1), _inside(source, high, -1)
    value = arithmetic.minimum(value, as_tensor(number(high), source))
    return arithmetic.maximum(value, as_tensor(number(low), source))


def _number(limit):
    """The end of a dtype's range as a Python number, which compares exactly."""
    return int(limit) if isinstance(limit, int | numpy.integer) else float(limit)


def _inside(dtype, end, direction):
    """The number of the floating `dtype` that is nearest to `end`, and not beyond it."""
    scalar = dtype.as_numpy_dtype
    number = scalar(end)
    return numpy.nextafter(number, scalar(0)) if (float(number) - end) * direction < 0 else number


def bitcast(input, type, name=None):
    """The bytes of `input` read as the dtype `type`.

    If that is smaller, a last axis with the pieces of each element is added; if it is larger, the last axis
    must make up one element and goes away. InvalidArgumentError otherwise. Numbers only; there is no
    gradient.

    >>> tf.bitcast([1.0, -2.0], tf.uint32).numpy()
    array([1065353216, 3221225472], dtype=uint32)
    >>> tf.bitcast(tf.constant([1, 2], tf.uint16), tf.uint8).numpy()
    array([[1, 0],
           [2, 0]], dtype=uint8)
    """
    return casting.bitcast(as_tensor(input), dtype=types.as_dtype(type))
