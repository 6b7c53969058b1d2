"""`tf.train`: checkpoints; the messages of examples."""

from tapeflow.api.cluster_spec import ClusterSpec
from tapeflow.api.train import experimental
from tapeflow.api.train.coordinator import Coordinator
from tapeflow.api.train.moving_averages import ExponentialMovingAverage
from tapeflow.files.example_messages import messages
from tapeflow.state.checkpoint import Checkpoint, CheckpointOptions
from tapeflow.state.checkpoint_manager import CheckpointManager
from tapeflow.state.checkpoint_reading import (
    CheckpointReader,
    TrackableView,
    list_variables,
    load_checkpoint,
    load_variable,
)
from tapeflow.state.checkpoint_state import (
    CheckpointState,
    checkpoints_iterator,
    get_checkpoint_state,
    latest_checkpoint,
)
from tapeflow.state.checkpoint_view import CheckpointView

__all__ = [
    "Checkpoint",
    "CheckpointManager",
    "CheckpointOptions",
    "CheckpointReader",
    "CheckpointState",
    "CheckpointView",
    "ClusterSpec",
    "Coordinator",
    "ExponentialMovingAverage",
    "TrackableView",
    "checkpoints_iterator",
    "experimental",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]

_MESSAGES = (
    "BytesList",
    "Example",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
    "SequenceExample",
)
"""Protocol buffer messages, whose classes are made when they are first asked for."""


def __getattr__(name):
    if name in _MESSAGES:
        return getattr(messages, name)
    raise AttributeError(f"tapeflow.train has no {name!r}")
