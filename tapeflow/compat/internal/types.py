"""`tf.__internal__.types`: what `tf.is_tensor` says yes to."""

from tapeflow.core.tensor import TensorType as Tensor

__all__ = ["Tensor"]
