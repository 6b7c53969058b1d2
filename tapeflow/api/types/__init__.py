"""`tf.types`: types for `isinstance`."""

from tapeflow.api.types import experimental

__all__ = ["experimental"]
