"""Parameters of operators: tensors, which may be variables, and sizes."""

from tapeflow.api.arrays.arguments import ints
from tapeflow.core.dtypes import int32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.size import has_sizes
from tapeflow.core.tensor import Tensor
from tapeflow.state.module import Module
from tapeflow.state.variable import Variable


def own(given):
    """What a constructor was called with, given its `locals()` at its beginning."""
    return {name: value for name, value in given.items() if name not in ("self", "__class__")}


def is_reference(value):
    """Whether its elements may change, so that they must be read anew for each call."""
    return isinstance(value, Variable) or (
        isinstance(value, Module) and hasattr(value, "dtype") and hasattr(value, "shape")
    )


def parameter(value, name, min_rank=0):
    """The value as a tensor, or the variable that it is; ValueError if it has fewer axes than `min_rank`."""
    if value is None:
        return None
    found = value if is_reference(value) else as_tensor(value)
    if found.shape.rank is not None and found.shape.rank < min_rank:
        raise ValueError(f"Argument `{name}` must have at least {min_rank} axes. Received: {value}")
    return found


def dims_of(value):
    """The dims of a tensor or variable."""
    if isinstance(value, Tensor):
        return value.dims
    return value.shape._dims if value.shape.is_fully_defined() else as_tensor(value).dims


def dims_of_shape(shape):
    """The dims that a vector of sizes stands for."""
    return ints(shape, "LinearOperator", "shape")


def shape_of_dims(dims):
    """The vector of sizes that dims are, int32."""
    return as_tensor([as_tensor(each, int32) for each in dims] if has_sizes(dims) else dims, int32)


def joined_dims(*dims):
    """What leading axes broadcast to; ValueError if they do not."""
    try:
        return broadcast_shapes(*dims)
    except InvalidArgumentError:
        raise ValueError(
            "The leading axes of operators and their parameters must broadcast; these do not: "
            f"{', '.join(map(str, dims))}."
        ) from None


def size(value, name):
    """A number of rows or columns as an int or Size.

    TypeError if it is no integer or may change, ValueError if it is no scalar or negative.
    """
    return _sizes(value, name, rank=0)[0]


def sizes(value, name):
    """The dims that a vector of sizes stands for; errors as for `size`."""
    return _sizes(value, name, rank=1)


def _sizes(value, name, rank):
    if is_reference(value):
        raise TypeError(f"Argument `{name}` cannot be a variable: the shape of an operator does not change.")
    if hasattr(value, "as_list"):
        value = value.as_list()
    if not (
        isinstance(value, list | tuple) and not value and rank
    ):  # an empty list is a vector of integers, too
        value = as_tensor(value)
        if not value._dtype.is_integer:
            raise TypeError(f"Argument `{name}` must be an integer, or a vector of them, not {value}.")
        if len(value.dims) != rank:
            raise ValueError(f"Argument `{name}` must have {rank} axes. Received: {value}")
    found = ints(value, "LinearOperator", name)
    if any([isinstance(each, int) and each < 0 for each in found]):
        raise ValueError(f"Argument `{name}` must not be negative. Received: {value}")
    return found
