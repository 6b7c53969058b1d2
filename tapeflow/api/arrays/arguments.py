"""Shapes, sizes and axes as users write them, made canonical in TensorFlow's way."""

from operator import index as as_int

from tapeflow.core.dtypes import INTEGERS, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
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
    array = int_array(value, op_name, attribute, dtype)
    if array.ndim > 1:
        found = ",".join(map(str, array.shape))
        message = f"sizes input must be 1-D, not [{found}] [Op:{op_name}]"
        raise InvalidArgumentError(None, None, message)
    return tuple(array.reshape(-1).tolist())


def int_array(value, op_name, attribute, dtype=None):
    """The integers in `value` as an array; see `ints`."""
    tensor = as_tensor(value, None if hasattr(value, "dtype") or hasattr(value, "_dims") else dtype)
    if type(tensor) is not EagerTensor:
        raise NotImplementedError(f"{op_name} needs its {attribute} as known numbers, not as {tensor!r}.")
    if tensor._dtype not in INTEGERS and tensor._array.size:
        raise InvalidArgumentError(
            None, None, wrong_attribute(attribute, tensor._dtype, (int32, int64), op_name)
        )
    return tensor._array


def wrong_attribute(attribute, dtype, allowed, op_name):
    """TensorFlow's message for an argument of a dtype that the op does not take."""
    names = {"float16": "half", "float32": "float", "float64": "double"}
    listed = ", ".join(each.name for each in allowed)
    return (
        f"Value for attr '{attribute}' of {names.get(dtype.name, dtype.name)} is not in the list of allowed "
        f"values: {listed} [Op:{op_name}]"
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
        text = message.format(axis=axis, rank=rank, least=-rank)
        raise InvalidArgumentError(None, None, f"{text} [Op:{op_name}]")
    return axis + rank if axis < 0 else axis


def index_tensor(indices, op_name, allowed=(int32, int64), attribute="Tindices"):
    """Indices as a tensor; InvalidArgumentError if its dtype is not an `allowed` one."""
    indices = as_tensor(indices)
    if indices._dtype not in allowed:
        raise InvalidArgumentError(None, None, wrong_attribute(attribute, indices._dtype, allowed, op_name))
    return indices


def product(dims):
    """The number of elements of a tensor of this shape."""
    count = 1
    for size in dims:
        count *= size
    return count


def bracketed(dims):
    """A shape as TensorFlow's kernels write it: [2,3]."""
    return "[" + ",".join(map(str, dims)) + "]"
