"""Windows: weights that fade a frame of a signal in and out. Each is a vector of `window_length` numbers of
`dtype`.
"""

import numpy as np

from tapeflow.api.signal.sizes import constant, length
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import exp, sqrt
from tapeflow.ops.bessel import i0e
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat
from tapeflow.ops.scan import cumsum

__all__ = [
    "hamming_window",
    "hann_window",
    "kaiser_bessel_derived_window",
    "kaiser_window",
    "vorbis_window",
]


def _checked(window_length, dtype):
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtype}")
    return length(window_length, "window_length"), dtype


def _raised_cosine(window_length, periodic, dtype, offset, amplitude):
    window_length, dtype = _checked(window_length, dtype)
    if window_length == 1:
        return constant(np.ones(1), dtype)
    # A periodic window of even length is a symmetric one without its last element.
    period = window_length + (1 - window_length % 2) * int(bool(periodic)) - 1
    phase = 2 * np.pi * np.arange(window_length) / max(period, 1)
    return constant(offset - amplitude * np.cos(phase), dtype)


def hann_window(window_length, periodic=True, dtype=float32, name=None):
    """Hann window, 0.5 - 0.5 cos(2 pi n / N); `periodic` ones suit spectra, symmetric ones filters.

    Raises ValueError for a `dtype` that is not floating and a length that is no scalar.

    >>> tf.signal.hann_window(4).numpy()
    array([0. , 0.5, 1. , 0.5], dtype=float32)
    """
    return _raised_cosine(window_length, periodic, dtype, 0.5, 0.5)


def hamming_window(window_length, periodic=True, dtype=float32, name=None):
    """Hamming window, 0.54 - 0.46 cos(2 pi n / N); arguments as for `tf.signal.hann_window`.

    >>> tf.signal.hamming_window(4).numpy()
    array([0.08, 0.54, 1.  , 0.54], dtype=float32)
    """
    return _raised_cosine(window_length, periodic, dtype, 0.54, 0.46)


def kaiser_window(window_length, beta=12.0, dtype=float32, name=None):
    """Kaiser window, I0(beta sqrt(1 - t²)) / I0(beta) for t from -1 to 1; differentiable by `beta`.

    Raises InvalidArgumentError for the length 0.

    >>> tf.signal.kaiser_window(3, beta=0.0).numpy()
    array([1., 1., 1.], dtype=float32)
    """
    window_length, dtype = _checked(window_length, dtype)
    if window_length < 1:
        raise InvalidArgumentError(
            None, None, f"A Kaiser window needs a length of at least 1, not {window_length}."
        )
    if window_length == 1:
        return constant(np.ones(1), dtype)
    half = (window_length - 1) / 2
    place = np.arange(window_length) - half
    beta = cast(as_tensor(beta), dtype)
    strength = beta * constant(np.sqrt(np.maximum(1.0 - (place / half) ** 2, 0.0)), dtype)
    return exp(strength - beta) * (i0e(strength) / i0e(beta))


def kaiser_bessel_derived_window(window_length, beta=12.0, dtype=float32, name=None):
    """Kaiser-Bessel derived window of an even length; its square and that of its shifted self add up to one.

    >>> tf.signal.kaiser_bessel_derived_window(4, beta=0.0).numpy()
    array([0.57735026, 0.8164966 , 0.8164966 , 0.57735026], dtype=float32)
    """
    window_length, dtype = _checked(window_length, dtype)
    kaiser = kaiser_window(window_length // 2 + 1, beta, dtype)
    total = cumsum(kaiser, axis=0, exclusive=False, reverse=False)
    half = sqrt(total[:-1] / total[-1])
    return concat(half, half[::-1], axis=0)


def vorbis_window(window_length, dtype=float32, name=None):
    """Vorbis window, sin(pi / 2 sin²(pi (n + 1/2) / N)).

    >>> tf.signal.vorbis_window(2).numpy()
    array([0.70710677, 0.70710677], dtype=float32)
    """
    window_length, dtype = _checked(window_length, dtype)
    phase = np.pi / max(window_length, 1) * (np.arange(window_length) + 0.5)
    return constant(np.sin(np.pi / 2 * np.sin(phase) ** 2), dtype)
