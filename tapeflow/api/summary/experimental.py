"""`tf.summary.experimental`."""

from tapeflow.api.summary.state import get_step, set_step
from tapeflow.api.summary.writing import summary_scope, write_raw_pb

__all__ = ["get_step", "set_step", "summary_scope", "write_raw_pb"]
