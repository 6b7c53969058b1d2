"""Lists that hold tensors become one tensor, through which gradients flow."""

from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import stack


def pack(values, dtype):
    """The nested list `values`, which holds tensors, as one of `dtype` (None: that of the first tensor).

    Raises InvalidArgumentError if the tensors differ in dtype or if the shapes do not fit together.
    """
    packed = _stacked(values, _dtype_of_first(values))
    return packed if dtype is None else cast(packed, dtype)


def _dtype_of_first(values):
    """The dtype of the first tensor in a nested list; None if there is none."""
    for value in values:
        if isinstance(value, Tensor):
            return value._dtype
        if isinstance(value, list | tuple):
            found = _dtype_of_first(value)
        else:
            found = value.dtype if hasattr(value, "__tf_tensor__") else None
        if found is not None:
            return found
    return None


def _stacked(value, dtype):
    if isinstance(value, list | tuple):
        return stack(*[_stacked(each, dtype) for each in value], axis=0)
    if isinstance(value, Tensor):
        return value
    if hasattr(value, "__tf_tensor__"):
        return value.__tf_tensor__(None, None)
    return as_tensor(value, dtype)
