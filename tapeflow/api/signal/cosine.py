"""Discrete cosine transforms of the last axis."""

import math

import numpy as np

from tapeflow.api.signal.fourier import irfft, rfft
from tapeflow.api.signal.sizes import constant, resized
from tapeflow.core.dtypes import complex64, complex128, float32, float64
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.complex_numbers import real
from tapeflow.ops.layout import concat

__all__ = ["dct", "idct"]

_INVERSE_TYPES = {1: 1, 2: 3, 3: 2, 4: 4}


def dct(input, type=2, n=None, axis=-1, norm=None, name=None):
    """Discrete cosine transform of the last axis of a float32 or float64 tensor.

    Args:
      type: 1, 2, 3 or 4, as in scipy.fft.dct.
      n: the length to which the axis is cut or filled with zeros first.
      axis: -1; there is no other yet, in TensorFlow neither.
      norm: None, or "ortho" for an orthogonal matrix (not with type 1).

    Raises ValueError for other types, lengths and norms.

    >>> tf.signal.dct([1.0, 1.0], norm="ortho").numpy()
    array([1.4142135, 0.       ], dtype=float32)
    """
    tensor = as_tensor(input)
    _check(tensor, type, n, axis, norm)
    return _transform(tensor, type, n, norm)


def idct(input, type=2, n=None, axis=-1, norm=None, name=None):
    """Inverse discrete cosine transform of the last axis; without norm "ortho" up to a factor 2 N.

    Arguments as for `tf.signal.dct`.

    >>> back = tf.signal.idct(tf.signal.dct([1.0, 2.0], norm="ortho"), norm="ortho")
    >>> np.round(back.numpy(), 5)
    array([1., 2.], dtype=float32)
    """
    tensor = as_tensor(input)
    _check(tensor, type, n, axis, norm)
    return _transform(tensor, _INVERSE_TYPES[type], n, norm)


def _check(tensor, type, n, axis, norm):
    if tensor._dtype not in (float32, float64):
        raise TypeError(f"Cosine transforms are of float32 or float64 tensors, not {tensor._dtype.name}.")
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in _INVERSE_TYPES:
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        if tensor.dims[-1] < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")


def _transform(x, type, n, norm):
    if n is not None:
        x = resized(x, (int(n),))
    return _TRANSFORMS[type](x, x.dims[-1], norm)


def _first(x, size, norm):
    """The transform of the signal and its mirror image without the end points."""
    return real(rfft(concat(x, x[..., -2:0:-1], axis=len(x.dims) - 1)))


def _second(x, size, norm):
    """A Fourier transform of twice the length (Makhoul, "A fast cosine transform", 1980)."""
    turned = rfft(x, [2 * size])[..., :size] * _half_turns(size, -1, x)
    weights = None if norm is None else _weights(size, 0.5 / math.sqrt(size), math.sqrt(0.5 / size), x)
    return real(turned) if weights is None else real(turned) * weights


def _third(x, size, norm):
    if norm is None:
        x = x * float(size)
    else:
        x = x * _weights(size, math.sqrt(size), math.sqrt(0.5 * size), x)
    complex_dtype = complex64 if x._dtype is float32 else complex128
    return irfft(cast(x, complex_dtype) * _half_turns(size, 1, x), [2 * size])[..., :size]


def _fourth(x, size, norm):
    """Every second element of the second transform of twice the length."""
    result = _second(resized(x, (2 * size,)), 2 * size, None)[..., 1::2]
    return result if norm is None else result * math.sqrt(0.5 / size)


_TRANSFORMS = {1: _first, 2: _second, 3: _third, 4: _fourth}


def _half_turns(size, direction, x):
    """2 exp(± i pi k / (2 N)), in the complex dtype that belongs to x."""
    turns = 2.0 * np.exp(direction * 0.5j * np.pi * np.arange(size) / size)
    return constant(turns, complex64 if x._dtype is float32 else complex128)


def _weights(size, first, others, x):
    weights = np.full(size, others)
    weights[:1] = first
    return constant(weights, x._dtype)
