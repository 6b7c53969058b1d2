"""Descriptions of values."""

from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TypeSpec

__all__ = ["type_spec_from_value"]


def type_spec_from_value(value):
    """The TypeSpec of a tensor, a composite tensor, or what can be converted to a tensor.

    >>> tf.type_spec_from_value(tf.constant([1.0]))
    TensorSpec(shape=(1,), dtype=tf.float32, name=None)
    """
    spec = getattr(value, "_type_spec", None)
    return spec if isinstance(spec, TypeSpec) else as_tensor(value)._type_spec
