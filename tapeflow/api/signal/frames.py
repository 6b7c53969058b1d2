"""Signals cut into overlapping frames, and frames added up to a signal."""

from tapeflow.api.signal.sizes import at_least_rank, length
from tapeflow.core.arguments import canonical_axis
from tapeflow.core.operands import as_tensor
from tapeflow.ops import spectral
from tapeflow.ops.layout import move_axis
from tapeflow.ops.padding import pad

__all__ = ["frame", "overlap_and_add"]


def frame(signal, frame_length, frame_step, pad_end=False, pad_value=0, axis=-1, name=None):
    """Frames of `frame_length` elements along `axis`, one every `frame_step`: [..., samples, ...] to
    [..., frames, frame_length, ...].

    With `pad_end` the last frames go beyond the end of the signal and are filled with `pad_value`; else only
    whole frames count. Raises ValueError for a scalar signal and for lengths that are not positive scalars.

    >>> tf.signal.frame([1, 2, 3, 4, 5], frame_length=3, frame_step=2).numpy()
    array([[1, 2, 3],
           [3, 4, 5]], dtype=int32)
    """
    signal = as_tensor(signal)
    frame_length, frame_step = length(frame_length, "frame_length"), length(frame_step, "frame_step")
    at_least_rank(signal, 1)
    if frame_length <= 0 or frame_step <= 0:
        raise ValueError(
            f"frame_length and frame_step must be positive; got {frame_length} and {frame_step}."
        )
    rank = len(signal.dims)
    axis = canonical_axis(length(axis, "axis"), rank)
    signal = move_axis(signal, axis, rank - 1)
    if pad_end:
        size = signal.dims[-1]
        num_frames = -(-size // frame_step)
        missing = max(0, frame_length + frame_step * (num_frames - 1) - size)
        value = as_tensor(pad_value, signal._dtype)._array
        paddings = ((0, 0),) * (rank - 1) + ((0, missing),)
        signal = pad(signal, paddings=paddings, value=value.item() if hasattr(value, "item") else value)
    frames = spectral.frame(signal, frame_length=frame_length, frame_step=frame_step)
    return move_axis(move_axis(frames, rank - 1, axis), rank, axis + 1)


def overlap_and_add(signal, frame_step, name=None):
    """The sum of frames laid `frame_step` apart: [..., frames, frame_length] to
    [..., (frames - 1) * frame_step + frame_length].

    Raises ValueError for a signal with fewer than two axes and a step that is no positive integer scalar.

    >>> tf.signal.overlap_and_add([[1, 2, 3], [10, 20, 30]], frame_step=2).numpy()
    array([ 1,  2, 13, 20, 30], dtype=int32)
    """
    signal = as_tensor(signal)
    at_least_rank(signal, 2)
    step = as_tensor(frame_step)
    frame_step = length(step, "frame_step")
    if frame_step <= 0:
        raise ValueError(f"frame_step must be positive; got {frame_step}.")
    frames, frame_length = signal.dims[-2:]
    total = max(0, frame_length + frame_step * (frames - 1))
    return spectral.overlap_and_add(signal, frame_step=frame_step, length=total)
