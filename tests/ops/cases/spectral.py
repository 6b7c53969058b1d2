"""Fourier transforms and frames."""

import numpy as np

from tapeflow.ops import spectral
from tests.ops.case import Case, complex_normal, normal


def over(function, rank, **options):
    axes = tuple(range(-rank, 0))
    return lambda x: function(x, axes=axes, **options)


def framed(x, length, step):
    return np.lib.stride_tricks.sliding_window_view(x, length, axis=-1)[..., ::step, :]


CASES = [
    Case(spectral.fft, complex_normal(2, 5), reference=over(np.fft.fftn, 1)),
    Case(spectral.ifft, complex_normal(2, 4), reference=over(np.fft.ifftn, 1)),
    Case(spectral.fft2d, complex_normal(2, 3, 4), reference=over(np.fft.fftn, 2)),
    Case(spectral.ifft2d, complex_normal(3, 4), reference=over(np.fft.ifftn, 2)),
    Case(spectral.fft3d, complex_normal(2, 3, 2), reference=over(np.fft.fftn, 3)),
    Case(spectral.ifft3d, complex_normal(2, 2, 3, 2), reference=over(np.fft.ifftn, 3)),
    Case(spectral.fft, complex_normal(2, 0)),
    Case(spectral.rfft, normal(2, 5), reference=over(np.fft.rfftn, 1)),
    Case(spectral.rfft, normal(2, 6), reference=over(np.fft.rfftn, 1)),
    Case(spectral.rfft, normal(1), reference=over(np.fft.rfftn, 1)),
    Case(spectral.rfft2d, normal(2, 3, 4), reference=over(np.fft.rfftn, 2)),
    Case(spectral.rfft2d, normal(4, 3), reference=over(np.fft.rfftn, 2)),
    Case(spectral.rfft3d, normal(2, 3, 4), reference=over(np.fft.rfftn, 3)),
    Case(spectral.irfft, complex_normal(2, 3), length=4, reference=over(np.fft.irfftn, 1, s=(4,))),
    Case(spectral.irfft, complex_normal(2, 3), length=5, reference=over(np.fft.irfftn, 1, s=(5,))),
    Case(spectral.irfft2d, complex_normal(2, 3, 3), length=4, reference=over(np.fft.irfftn, 2, s=(3, 4))),
    Case(spectral.irfft2d, complex_normal(2, 3), length=5, reference=over(np.fft.irfftn, 2, s=(2, 5))),
    Case(spectral.irfft3d, complex_normal(2, 3, 2), length=3, reference=over(np.fft.irfftn, 3, s=(2, 3, 3))),
    Case(spectral.frame, normal(2, 9), frame_length=4, frame_step=2, reference=lambda x: framed(x, 4, 2)),
    Case(spectral.frame, normal(9), frame_length=2, frame_step=3, reference=lambda x: framed(x, 2, 3)),
    Case(spectral.frame, normal(2, 3), frame_length=4, frame_step=1),
    Case(spectral.overlap_and_add, normal(2, 3, 4), frame_step=2, length=8),
    Case(spectral.overlap_and_add, normal(3, 5), frame_step=3, length=12),
    Case(spectral.overlap_and_add, normal(3, 2), frame_step=3, length=8),
]
