"""`tf.__internal__.tracking`: the parents of objects whose parts are found for checkpoints and saved models."""

from tapeflow.state.trackable import AutoTrackable, Trackable, no_automatic_dependency_tracking

__all__ = ["AutoTrackable", "Trackable", "no_automatic_dependency_tracking"]
