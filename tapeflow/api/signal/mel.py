"""The mel scale, in the convention of the Hidden Markov Model Toolkit: mel(f) = 1127 log(1 + f / 700)."""

import math

import numpy as np

from tapeflow.api.signal.cosine import dct
from tapeflow.api.signal.sizes import constant, length
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = ["linear_to_mel_weight_matrix", "mfccs_from_log_mel_spectrograms"]

_BREAK_HERTZ = 700.0
_HIGH_FREQUENCY_QUOTIENT = 1127.0


def _mel(hertz):
    return _HIGH_FREQUENCY_QUOTIENT * np.log1p(np.asarray(hertz) / _BREAK_HERTZ)


def linear_to_mel_weight_matrix(
    num_mel_bins=20,
    num_spectrogram_bins=129,
    sample_rate=8000,
    lower_edge_hertz=125.0,
    upper_edge_hertz=3800.0,
    dtype=float32,
    name=None,
):
    """[num_spectrogram_bins, num_mel_bins]: the matrix that takes a linear spectrogram to the mel scale.

    Args:
      num_mel_bins: bands of the result; each is a triangle of height 1 on the mel scale.
      num_spectrogram_bins: bins of the spectrogram, spread over [0, sample_rate / 2].
      sample_rate: samples per second.
      lower_edge_hertz, upper_edge_hertz: what the bands cover.
      dtype: a floating dtype.

    Raises ValueError for numbers that are not positive and edges that are out of order or of range.

    >>> spectrogram = tf.ones([5, 129])
    >>> tf.matmul(spectrogram, tf.signal.linear_to_mel_weight_matrix()).shape
    TensorShape([5, 20])
    """
    dtype = as_dtype(dtype)
    sample_rate = float(sample_rate)
    _check(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype)
    num_spectrogram_bins = length(num_spectrogram_bins, "num_spectrogram_bins")
    if num_spectrogram_bins <= 0:
        raise InvalidArgumentError(None, None, f"Requires num > 0: {num_spectrogram_bins} [Op:LinSpace]")
    bins = _mel(np.linspace(0.0, sample_rate / 2, num_spectrogram_bins))[:, None]
    edges = np.linspace(_mel(lower_edge_hertz), _mel(upper_edge_hertz), num_mel_bins + 2)
    lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
    weights = np.maximum(
        0.0, np.minimum((bins - lower) / (center - lower), (upper - bins) / (upper - center))
    )
    weights[:1] = 0.0  # the constant part of a signal is in no band
    return constant(weights, dtype)


def _check(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype):
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
    if lower_edge_hertz < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower_edge_hertz}")
    if lower_edge_hertz >= upper_edge_hertz:
        raise ValueError(
            f"lower_edge_hertz {lower_edge_hertz:.1f} >= upper_edge_hertz {upper_edge_hertz:.1f}"
        )
    if sample_rate <= 0.0:
        raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
    if upper_edge_hertz > sample_rate / 2:
        raise ValueError(
            "upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). Got "
            f"{upper_edge_hertz} for sample_rate: {sample_rate}"
        )
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {dtype}")


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms, name=None):
    """Mel-frequency cepstral coefficients: [..., num_mel_bins] to the same shape.

    They are the second cosine transform, scaled by sqrt(2 / N) / 2 as in the Hidden Markov Model Toolkit.
    Raises ValueError without mel bins.

    >>> tf.signal.mfccs_from_log_mel_spectrograms([[1.0, 1.0]]).numpy()
    array([[2., 0.]], dtype=float32)
    """
    spectrograms = as_tensor(log_mel_spectrograms)
    num_mel_bins = spectrograms.dims[-1] if spectrograms.dims else 0
    if not num_mel_bins:
        raise ValueError(f"num_mel_bins must be positive. Got: {log_mel_spectrograms}")
    return dct(spectrograms, type=2) * (1.0 / math.sqrt(2.0 * num_mel_bins))
