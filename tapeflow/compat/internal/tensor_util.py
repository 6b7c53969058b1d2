"""`tensorflow.python.framework.tensor_util`, as far as Keras asks."""

from tapeflow.api.arrays import get_static_value as constant_value
from tapeflow.api.arrays import is_tensor as is_tf_type

__all__ = ["constant_value", "is_tf_type"]
