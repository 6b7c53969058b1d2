"""tf.profiler: TensorFlow's profiler of devices is not here; `fn.explain` tells where a function's time goes."""

from tapeflow.api.profiler import experimental

__all__ = ["experimental"]
