"""Transforms of short frames of a signal, and the way back."""

import math

from tapeflow.api.signal.cosine import dct, idct
from tapeflow.api.signal.fourier import irfft, rfft
from tapeflow.api.signal.frames import frame, overlap_and_add
from tapeflow.api.signal.sizes import at_least_rank, length, resized
from tapeflow.api.signal.window_functions import hann_window, vorbis_window
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import divide_no_nan, square
from tapeflow.ops.broadcasting import broadcast_to, reduce_sum
from tapeflow.ops.layout import concat, reshape, reverse, split

__all__ = ["inverse_mdct", "inverse_stft", "inverse_stft_window_fn", "mdct", "stft"]


def _enclosing_power_of_two(number):
    return 1 << max(number - 1, 0).bit_length()


def stft(signals, frame_length, frame_step, fft_length=None, window_fn=hann_window, pad_end=False, name=None):
    """Short-time Fourier transform of real signals: [..., samples] to [..., frames, fft_length // 2 + 1],
    complex.

    Args:
      frame_length, frame_step: samples in a window, and from one window to the next.
      fft_length: the size of each transform; by default the least power of two that holds a window.
      window_fn: a function of a length and a `dtype` that gives a window, such as `tf.signal.hann_window`; or
        None.
      pad_end: whether windows that begin in the signal may go beyond its end.

    Raises ValueError for a scalar signal.

    >>> tf.signal.stft(tf.ones([10]), frame_length=4, frame_step=2).shape
    TensorShape([4, 3])
    """
    signals = as_tensor(signals)
    at_least_rank(signals, 1)
    frame_length = length(frame_length, "frame_length")
    framed = frame(signals, frame_length, frame_step, pad_end=pad_end)
    if window_fn is not None:
        framed = framed * window_fn(frame_length, dtype=framed.dtype)
    if fft_length is None:
        fft_length = _enclosing_power_of_two(frame_length)
    return rfft(framed, [length(fft_length, "fft_length")])


def inverse_stft_window_fn(frame_step, forward_window_fn=hann_window, name=None):
    """A window function for `tf.signal.inverse_stft` that undoes `forward_window_fn` and the overlap of
    frames.

    Griffin and Lim, "Signal estimation from modified short-time Fourier transform" (1984), equation 7.

    >>> tf.signal.inverse_stft_window_fn(2)(4, dtype=tf.float32).numpy()
    array([0., 1., 1., 1.], dtype=float32)
    """
    frame_step = length(frame_step, "frame_step")

    def inverse_window(frame_length, dtype):
        frame_length = length(frame_length, "frame_length")
        forward = forward_window_fn(frame_length, dtype=dtype)
        overlaps = -(-frame_length // frame_step)
        energy = resized(square(forward), (overlaps * frame_step,))
        energy = reshape(energy, dims=(overlaps, frame_step))
        energy = reduce_sum(energy, axes=(0,), keepdims=True)
        energy = broadcast_to(energy, dims=(overlaps, frame_step))
        energy = reshape(energy, dims=(overlaps * frame_step,))
        return divide_no_nan(forward, energy[:frame_length])

    return inverse_window


def inverse_stft(stfts, frame_length, frame_step, fft_length=None, window_fn=hann_window, name=None):
    """Signals from their short-time Fourier transforms: [..., frames, bins] to [..., samples].

    Arguments as for `tf.signal.stft`. With `tf.signal.inverse_stft_window_fn(frame_step)` as `window_fn` it
    gives the signal back wherever the windows cover it.

    >>> signal = tf.constant([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    >>> spectra = tf.signal.stft(signal, 4, 2)
    >>> back = tf.signal.inverse_stft(spectra, 4, 2, window_fn=tf.signal.inverse_stft_window_fn(2))
    >>> np.round(back.numpy()[2:6], 3)
    array([3., 4., 5., 6.], dtype=float32)
    """
    stfts = as_tensor(stfts)
    at_least_rank(stfts, 2)
    frame_length = length(frame_length, "frame_length")
    if fft_length is None:
        fft_length = _enclosing_power_of_two(frame_length)
    frames = resized(irfft(stfts, [length(fft_length, "fft_length")]), (frame_length,))
    if window_fn is not None:
        frames = frames * window_fn(frame_length, dtype=stfts.dtype.real_dtype)
    return overlap_and_add(frames, frame_step)


def mdct(signals, frame_length, window_fn=vorbis_window, pad_end=False, norm=None, name=None):
    """Modified discrete cosine transform: [..., samples] to [..., frames, frame_length // 2].

    Frames overlap by half. `window_fn` None stands for a constant window of 1 / sqrt(2); `norm`: None or
    "ortho". Raises ValueError unless `frame_length` is a multiple of 4.

    >>> tf.signal.mdct(tf.ones([12]), frame_length=4).shape
    TensorShape([5, 2])
    """
    signals = as_tensor(signals)
    at_least_rank(signals, 1)
    frame_length = length(frame_length, "frame_length")
    if frame_length % 4 != 0:
        raise ValueError("The frame length must be a multiple of 4.")
    framed = frame(signals, frame_length, frame_length // 2, pad_end=pad_end)
    framed = _windowed(framed, window_fn, frame_length)
    last = len(framed.dims) - 1
    first, second, third, fourth = split(framed, sizes=(frame_length // 4,) * 4, axis=last)
    folded = concat(-reverse(third, axes=(last,)) - fourth, first - reverse(second, axes=(last,)), axis=last)
    return dct(folded, type=4, norm=norm)


def _windowed(frames, window_fn, frame_length):
    if window_fn is None:
        return frames * math.sqrt(0.5)
    return frames * window_fn(frame_length, dtype=frames.dtype)


def inverse_mdct(mdcts, window_fn=vorbis_window, norm=None, name=None):
    """Signals from their modified discrete cosine transforms: [..., frames, half] to [..., samples].

    With the window of `tf.signal.mdct` it gives the signal back wherever two frames cover it.

    >>> signal = tf.constant([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    >>> np.round(tf.signal.inverse_mdct(tf.signal.mdct(signal, 4)).numpy()[2:4], 3)
    array([3., 4.], dtype=float32)
    """
    mdcts = as_tensor(mdcts)
    at_least_rank(mdcts, 2)
    half = mdcts.dims[-1]
    frames = idct(mdcts, type=4, norm=norm)
    if norm is None:
        frames = frames * (0.5 / half)
    last = len(frames.dims) - 1
    first, second = split(frames, sizes=(half // 2, half - half // 2), axis=last)
    unfolded = concat(
        second, -reverse(second, axes=(last,)), -reverse(first, axes=(last,)), -first, axis=last
    )
    return overlap_and_add(_windowed(unfolded, window_fn, 2 * half), half)
