"""Summaries of every kind: tensors with what tells TensorBoard how to show them."""

import contextlib
import re

import numpy

from tapeflow.api.casting import cast
from tapeflow.api.context import name_scope
from tapeflow.api.summary.state import condition_now, current
from tapeflow.api.summary.writer import when_run
from tapeflow.core import dtypes
from tapeflow.core.operands import as_tensor
from tapeflow.files.event_messages import messages
from tapeflow.files.pictures import png_bytes
from tapeflow.files.tensor_messages import fill_tensor_message
from tapeflow.files.wave import wave_bytes
from tapeflow.state.name_scope import current_prefix

__all__ = ["audio", "histogram", "image", "scalar", "summary_scope", "text", "write", "write_raw_pb"]


@contextlib.contextmanager
def summary_scope(name, default_name="summary", values=None):
    """Context manager of (tag, scope): the tag of a summary, its name with the scopes around it, and a scope.

    >>> with tf.name_scope("outer"), tf.summary.experimental.summary_scope("loss") as (tag, scope):
    ...     tag
    'outer/loss'
    """
    name = name or default_name
    tag = current_prefix() + name
    with name_scope(re.sub(r"[^-A-Za-z0-9_/.]", "", name) or default_name) as scope:
        yield tag, scope


def write(tag, tensor, step=None, metadata=None, name=None):
    """Writes a tensor as a summary; a bool tensor says whether it did: there is a writer and `record_if` holds.

    tensor: a tensor, or a function that gives one, called only if it is written. step: an int or an int64 tensor,
    otherwise that of `tf.summary.experimental.set_step`. metadata: a SummaryMetadata or its bytes. Raises ValueError
    if there is no step.

    >>> tf.summary.write("tag", 1.0, step=0).numpy()  # there is no writer
    np.False_
    """
    return _written(tag, step, metadata, tensor, lambda array, dtype: (array, dtype))


def _written(tag, step, metadata, value, prepare):
    """Writes what `prepare` makes of the array and dtype of `value` when the program runs."""
    condition = condition_now()
    if condition is False:
        return as_tensor(False)
    step = current.step if step is None else step
    if step is None:
        raise ValueError(
            "No step set. Please specify one either through the `step` argument or through "
            "tf.summary.experimental.set_step()"
        )
    step = as_tensor(step, None if hasattr(step, "dtype") else dtypes.int64)
    value = as_tensor(value() if callable(value) else value)
    condition = as_tensor(condition)
    dtype, writer = value.dtype, current.writer
    tag = tag.decode() if isinstance(tag, bytes) else str(tag)

    def run(condition, step, value):
        if not condition._array:
            return
        event = messages.Event(step=int(step._array))
        entry = event.summary.value.add(tag=tag)
        if metadata is not None:
            entry.metadata.MergeFromString(
                metadata if isinstance(metadata, bytes) else metadata.SerializeToString()
            )
        fill_tensor_message(entry.tensor, *prepare(value._array, dtype))
        writer.add(event)

    when_run(run, condition, step, value)
    return condition


def write_raw_pb(tensor, step=None, name=None):
    """Writes the bytes of a Summary message."""
    condition = condition_now()
    if condition is False:
        return as_tensor(False)
    step = current.step if step is None else step
    if step is None:
        raise ValueError("No step set. Pass `step` or call tf.summary.experimental.set_step().")
    condition, writer = as_tensor(condition), current.writer

    def run(condition, step, data):
        if condition._array:
            event = messages.Event(step=int(step._array))
            event.summary.MergeFromString(data.numpy())
            writer.add(event)

    when_run(run, condition, as_tensor(step), as_tensor(tensor))
    return condition


def _metadata(plugin, description, content=b""):
    found = messages.SummaryMetadata(summary_description=description or "")
    found.plugin_data.plugin_name = plugin
    found.plugin_data.content = content
    return found


def _summary(name, default_name, step, metadata, value, prepare):
    with summary_scope(name, default_name) as (tag, _):
        return _written(tag, step, metadata, value, prepare)


def _check_rank(tensor, rank):
    if tensor.shape.rank not in (None, rank):
        raise ValueError(
            f"Tensor must have rank {rank}. Received rank {tensor.shape.rank}, shape {tensor.shape}"
        )


def scalar(name, data, step=None, description=None):
    """Writes a number, as float32; a bool tensor says whether it did. ValueError for tensors with axes."""

    def value():
        found = cast(data, dtypes.float32)
        if found.shape.rank:
            raise ValueError(f"Expected scalar shape, saw shape: {found.shape}.")
        return found

    return _summary(
        name, "scalar_summary", step, _metadata("scalars", description), value, lambda *given: given
    )


def histogram(name, data, step=None, buckets=None, description=None):
    """Writes how many elements lie in each of `buckets` (30) ranges of one width, from the least to the greatest."""
    count = 30 if buckets is None else max(0, int(buckets))

    def prepare(array, dtype):
        return histogram_rows(numpy.asarray(array).reshape(-1), count), dtypes.float64

    metadata = _metadata("histograms", description)
    return _summary(name, "histogram_summary", step, metadata, lambda: cast(data, dtypes.float64), prepare)


def histogram_rows(values, count):
    """Rows [left edge, right edge, number of values], float64; a single value lies in the last row."""
    if not count or not values.size:
        return numpy.zeros((count, 3))
    least, greatest = values.min(), values.max()
    if least == greatest:
        numbers = numpy.zeros(count)
        numbers[-1] = values.size
        edges = numpy.full(count, greatest)
        return numpy.stack([edges, edges, numbers], 1)
    with numpy.errstate(invalid="ignore"):
        places = numpy.floor((values - least) / ((greatest - least) / count))
    places = numpy.minimum(places[numpy.isfinite(places)].astype(numpy.int64), count - 1)
    edges = numpy.linspace(least, greatest, count + 1)
    return numpy.stack([edges[:-1], edges[1:], numpy.bincount(places, minlength=count)], 1)


def image(name, data, step=None, max_outputs=3, description=None):
    """Writes the first `max_outputs` pictures of [count, height, width, channels]: uint8, or floats from 0 to 1."""

    def value():
        found = as_tensor(data)
        _check_rank(found, 4)
        return found

    def prepare(array, dtype):
        pixels = _bytes_of_pixels(array, dtype)
        parts = [b"%d" % array.shape[2], b"%d" % array.shape[1]]
        parts += [png_bytes(each, -1) for each in pixels[: int(max_outputs)]]
        return numpy.array(parts, object), dtypes.string

    return _summary(name, "image_summary", step, _metadata("images", description), value, prepare)


def _bytes_of_pixels(array, dtype):
    if dtype.is_floating:
        array = numpy.asarray(array, numpy.float64 if dtype is dtypes.float64 else numpy.float32)
        return numpy.clip(numpy.floor(array * array.dtype.type(255.5)), 0, 255).astype(numpy.uint8)
    if dtype is dtypes.uint8:
        return array
    bits = 8 * array.dtype.itemsize - (array.dtype.kind == "i")
    scaled = array >> max(bits - 8, 0) if bits >= 8 else array.astype(numpy.int64) << (8 - bits)
    return numpy.clip(scaled, 0, 255).astype(numpy.uint8)


def text(name, data, step=None, description=None):
    """Writes strings, which TensorBoard shows as Markdown. TypeError for other tensors."""

    def value():
        found = as_tensor(data)
        if found.dtype is not dtypes.string:
            raise TypeError(f"tensor must be of type tf.string; got {found.dtype}")
        return found

    return _summary(name, "text_summary", step, _metadata("text", description), value, lambda *given: given)


def audio(name, data, sample_rate, step=None, max_outputs=3, encoding=None, description=None):
    """Writes the first `max_outputs` sounds of [count, frames, channels], float32 from -1 to 1, as WAV files."""
    if encoding not in (None, "wav"):
        raise ValueError(f"Unknown encoding: {encoding!r}")

    def value():
        found = as_tensor(data, None if hasattr(data, "dtype") else dtypes.float32)
        _check_rank(found, 3)
        return found

    def prepare(array, dtype):
        sounds = [wave_bytes(each, int(sample_rate)) for each in array[: int(max_outputs)]]
        found = numpy.empty((len(sounds), 2), object)
        found[:, 0], found[:, 1] = sounds, b""
        return found, dtypes.string

    metadata = _metadata("audio", description, b"\x10\x0b")  # the encoding WAV, number 11 in field 2
    return _summary(name, "audio_summary", step, metadata, value, prepare)
