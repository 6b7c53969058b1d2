"""tf.signal. TensorFlow has no kernels of fftnd and its family for CPUs."""

import numpy as np

from tests.oracle.call import Call, complex_normal, integers, normal

LOOSE = {"rtol": 1e-4, "atol": 1e-5}
CUT = {"grad": False, "reason": "TensorFlow's gradient fails where fft_length cuts the input", **LOOSE}
# TensorFlow computes some windows in half precision, ours are rounded once.
ROUNDED_ONCE = {"rtol": 4e-3, "atol": 4e-3}

CALLS = [
    Call("signal.fft", complex_normal(2, 5), **LOOSE),
    Call("signal.fft", complex_normal(8, dtype="complex128")),
    Call("signal.fft", complex_normal(2, 0)),
    Call("signal.fft", [1, 2, 3], **LOOSE),
    Call("signal.ifft", complex_normal(2, 5), **LOOSE),
    Call("signal.ifft", complex_normal(8, dtype="complex128")),
    Call("signal.fft2d", complex_normal(2, 3, 4), **LOOSE),
    Call("signal.ifft2d", complex_normal(3, 4), **LOOSE),
    Call("signal.fft3d", complex_normal(2, 3, 4), **LOOSE),
    Call("signal.ifft3d", complex_normal(2, 2, 3, 2), **LOOSE),
    Call("signal.rfft", normal(2, 5), **LOOSE),
    Call("signal.rfft", normal(2, 6), **LOOSE),
    Call("signal.rfft", normal(6, dtype="float64")),
    Call("signal.rfft", normal(2, 6), fft_length=[8], **LOOSE),
    Call("signal.rfft", normal(2, 6), [4], **CUT),
    Call("signal.rfft", [1, 2, 3], **LOOSE),
    Call("signal.rfft2d", normal(2, 3, 4), **LOOSE),
    Call("signal.rfft2d", normal(4, 3, dtype="float64")),
    Call("signal.rfft2d", normal(3, 4), [2, 6], **CUT),
    Call("signal.rfft3d", normal(2, 3, 4), **LOOSE),
    Call("signal.rfft3d", normal(1, 3, 4), [1, 3, 5], **LOOSE),
    Call("signal.irfft", complex_normal(2, 4), **LOOSE),
    Call("signal.irfft", complex_normal(2, 4), [5], **CUT),
    Call(
        "signal.irfft", complex_normal(2, 4), [9], grad=False, reason="TensorFlow's gradient fails", **LOOSE
    ),
    Call("signal.irfft", complex_normal(4, dtype="complex128"), [6]),
    Call("signal.irfft2d", complex_normal(2, 3, 3), **LOOSE),
    Call("signal.irfft2d", complex_normal(3, 4), [3, 7], **LOOSE),
    Call("signal.irfft3d", complex_normal(2, 3, 3), **LOOSE),
    Call("signal.fftshift", normal(3, 4)),
    Call("signal.fftshift", integers(5)),
    Call("signal.fftshift", normal(3, 4), axes=1),
    Call("signal.fftshift", normal(3, 4), axes=[0, -1]),
    Call("signal.ifftshift", normal(3, 5)),
    Call("signal.ifftshift", normal(3, 5), axes=1),
    *[
        Call(f"signal.{window}_window", length, **LOOSE)
        for window in ("hann", "hamming", "vorbis", "kaiser", "kaiser_bessel_derived")
        for length in (1, 2, 5, 8)
        if (window, length) != ("kaiser_bessel_derived", 1)
    ],
    Call("signal.hann_window", 0),
    Call("signal.hann_window", 6, periodic=False, **LOOSE),
    Call("signal.hamming_window", 7, periodic=False, **LOOSE),
    Call(lambda tf: tf.signal.hann_window(6, dtype=tf.float16), name="signal.hann_window", **ROUNDED_ONCE),
    Call(lambda tf: tf.signal.hann_window(6, dtype=tf.float64), name="signal.hann_window"),
    Call(
        lambda tf, beta: tf.signal.kaiser_window(6, beta, dtype=tf.float64),
        np.asarray(3.0),
        name="signal.kaiser_window",
        rtol=1e-7,
        atol=1e-12,
    ),
    Call("signal.frame", normal(2, 9), 4, 2),
    Call("signal.frame", normal(9), 4, 3, pad_end=True, pad_value=9),
    Call("signal.frame", normal(5, 2), 2, 1, axis=0),
    Call("signal.frame", normal(5), 8, 3),
    Call("signal.frame", normal(5), 8, 3, pad_end=True),
    Call("signal.frame", integers(5), 2, 3),
    Call("signal.overlap_and_add", normal(2, 3, 4), 2),
    Call("signal.overlap_and_add", normal(3, 5), 3),
    Call("signal.overlap_and_add", normal(3, 4), 4),
    Call("signal.overlap_and_add", integers(3, 4), 1),
    Call("signal.stft", normal(2, 20), 6, 3, **LOOSE),
    Call("signal.stft", normal(10), 3, 2, fft_length=8, window_fn=None, pad_end=True, **LOOSE),
    Call("signal.stft", normal(10), 5, 2, fft_length=4, **CUT),
    Call("signal.inverse_stft", complex_normal(2, 4, 5), 8, 4, **LOOSE),
    Call("signal.inverse_stft", complex_normal(4, 5), 6, 2, fft_length=8, window_fn=None, **LOOSE),
    Call("signal.inverse_stft", complex_normal(4, 3), 6, 2, fft_length=4, **LOOSE),
    Call(
        lambda tf, spectra: tf.signal.inverse_stft(
            spectra, 8, 4, window_fn=tf.signal.inverse_stft_window_fn(4)
        ),
        complex_normal(4, 5),
        name="signal.inverse_stft",
        **LOOSE,
    ),
    Call(
        lambda tf: tf.signal.inverse_stft_window_fn(2)(5, dtype=tf.float32),
        name="signal.inverse_stft_window_fn",
        **LOOSE,
    ),
    *[
        Call(f"signal.{way}", normal(2, 6), type=kind, norm=norm, **LOOSE)
        for way in ("dct", "idct")
        for kind in (1, 2, 3, 4)
        for norm in (None, "ortho")
        if (kind, norm) != (1, "ortho")
    ],
    Call("signal.dct", normal(2, 6, dtype="float64"), n=4),
    Call("signal.dct", normal(2, 6), type=3, n=8, **LOOSE),
    Call("signal.idct", normal(2, 6), n=3, **LOOSE),
    Call("signal.mdct", normal(2, 16), 8, **LOOSE),
    Call("signal.mdct", normal(13), 4, norm="ortho", window_fn=None, pad_end=True, **LOOSE),
    Call("signal.inverse_mdct", normal(2, 3, 4), **LOOSE),
    Call("signal.inverse_mdct", normal(3, 4), norm="ortho", window_fn=None, **LOOSE),
    Call("signal.linear_to_mel_weight_matrix", **LOOSE),
    Call("signal.linear_to_mel_weight_matrix", 3, 9, 8000, 125.0, 3800.0, **LOOSE),
    Call("signal.mfccs_from_log_mel_spectrograms", normal(2, 3, 5), **LOOSE),
]

BAD_CALLS = [
    Call("signal.fft", normal(4)),
    Call("signal.fft", np.asarray(1j)),
    Call("signal.fft2d", complex_normal(4)),
    Call("signal.rfft", integers(3)),
    Call("signal.rfft", normal(6), 4),
    Call("signal.rfft", normal(6), [4, 4]),
    Call("signal.rfft2d", normal(6)),
    Call("signal.irfft", normal(6)),
    Call("signal.hann_window", [4]),
    Call("signal.hann_window", 4.5),
    Call(lambda tf: tf.signal.hann_window(4, dtype=tf.int32), name="signal.hann_window"),
    Call("signal.kaiser_window", 0),
    Call("signal.frame", normal(6), [3], 1),
    Call("signal.frame", 3.0, 3, 1),
    Call("signal.overlap_and_add", normal(6), 2),
    Call("signal.overlap_and_add", normal(2, 6), 2.5),
    Call("signal.dct", normal(6), axis=0),
    Call("signal.dct", normal(6), type=5),
    Call("signal.dct", normal(6), type=1, norm="ortho"),
    Call("signal.dct", normal(6), norm="x"),
    Call("signal.dct", normal(6), n=0),
    Call("signal.dct", normal(1), type=1),
    Call("signal.dct", integers(4)),
    Call("signal.mdct", normal(12), 6),
    Call("signal.linear_to_mel_weight_matrix", 0),
    Call("signal.linear_to_mel_weight_matrix", 3, 9, 8000, 125.0, 4800.0),
    Call("signal.linear_to_mel_weight_matrix", 3, 9, 8000, -5.0, 3800.0),
    Call("signal.linear_to_mel_weight_matrix", 3, 9, 8000, 500.0, 300.0),
]
