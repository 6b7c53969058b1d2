"""Shapes, sizes and axes as users write them, made canonical in TensorFlow's way."""

from operator import index as as_int

from tapeflow.core.arguments import traced_ints
from tapeflow.core.dtypes import INTEGERS, int32, int64
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import bracketed
from tapeflow.core.tensor import EagerTensor


def ints(value, op_name, attribute="Tshape", dtype=None):
    """The tuple of ints in a list, tensor, array or TensorShape, or of the single int; negative ones too.

    `op_name` and `attribute` are what the error says of values that are no integers: InvalidArgumentError, or
    TypeError if Python values are to be converted to `dtype`.
    """
    kind = type(value)
    if kind is int:
        return (value,)
    if kind is list or kind is tuple:
        for each in value:
            if type(each) is not int:
                break
        else:
            return tuple(value)
        value = [_whole(each) for each in value]
    traced = traced_ints(value)
    if traced is not None:
        return traced
    array = int_array(value, op_name, attribute, dtype)
    if array.ndim > 1:
        raise invalid(f"sizes input must be 1-D, not {bracketed(array.shape)}", op_name)
    return tuple(array.reshape(-1).tolist())


def _whole(value):
    """A size in a list of them; TensorFlow takes floating scalar tensors there, if they are whole numbers."""
    if (
        type(value) is EagerTensor
        and value._dtype.is_floating
        and not value.dims
        and float(value).is_integer()
    ):
        return int(value)
    return value


def int_array(value, op_name, attribute, dtype=None):
    """The integers in `value` as an array; see `ints`."""
    tensor = as_tensor(value, None if hasattr(value, "dtype") or hasattr(value, "_dims") else dtype)
    if tensor._dtype not in INTEGERS and tensor._array.size:
        raise wrong_attribute(attribute, tensor._dtype, (int32, int64), op_name)
    return tensor._array


def wrong_attribute(attribute, dtype, allowed, op_name):
    """TensorFlow's error for an argument of a dtype that the op does not take."""
    names = {"float16": "half", "float32": "float", "float64": "double"}
    listed = ", ".join(each.name for each in allowed)
    return invalid(
        f"Value for attr '{attribute}' of {names.get(dtype.name, dtype.name)} is not in the list of allowed "
        f"values: {listed}",
        op_name,
    )


def axis_of_result(axis, rank):
    """`axis`, of a result with `rank` axes, counted from 0; ValueError if it is out of range."""
    axis = as_int(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    return axis + rank if axis < 0 else axis


def axis_in(axis, rank, message, op_name):
    """`axis` counted from 0; InvalidArgumentError with the message if it is out of range."""
    axis = as_int(axis)
    if not -rank <= axis < rank:
        raise invalid(message.format(axis=axis, rank=rank), op_name)
    return axis + rank if axis < 0 else axis


def index_tensor(indices, op_name, allowed=(int32, int64), attribute="Tindices"):
    """Indices as a tensor; InvalidArgumentError if its dtype is not an `allowed` one."""
    indices = as_tensor(indices)
    if indices._dtype not in allowed:
        raise wrong_attribute(attribute, indices._dtype, allowed, op_name)
    return indices
