"""`tf.train`: checkpoints."""

from tapeflow.api.train import experimental
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

__all__ = [
    "Checkpoint",
    "CheckpointManager",
    "CheckpointOptions",
    "CheckpointReader",
    "CheckpointState",
    "TrackableView",
    "checkpoints_iterator",
    "experimental",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]
