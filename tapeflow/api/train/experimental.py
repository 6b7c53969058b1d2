"""`tf.train.experimental`."""

from tapeflow.state.checkpoint import PythonState

__all__ = ["PythonState"]
