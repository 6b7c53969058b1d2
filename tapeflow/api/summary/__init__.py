"""tf.summary: event files that TensorBoard shows."""

from tapeflow.api.summary import experimental
from tapeflow.api.summary.state import record_if, should_record_summaries
from tapeflow.api.summary.tracing import graph, trace_export, trace_off, trace_on
from tapeflow.api.summary.writer import SummaryWriter, create_file_writer, create_noop_writer, flush
from tapeflow.api.summary.writing import audio, histogram, image, scalar, text, write

__all__ = [
    "SummaryWriter",
    "audio",
    "create_file_writer",
    "create_noop_writer",
    "experimental",
    "flush",
    "graph",
    "histogram",
    "image",
    "record_if",
    "scalar",
    "should_record_summaries",
    "text",
    "trace_export",
    "trace_off",
    "trace_on",
    "write",
]
