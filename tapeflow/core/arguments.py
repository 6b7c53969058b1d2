"""From what users pass as axes and shapes to the canonical parameters of ops: non-negative ints in tuples."""

import numpy as np

from tapeflow.core.context import listening, state
from tapeflow.core.convert import array_from_value
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.size import Size, UnknownSizeError


def traced_ints(value):
    """The ints and Sizes in a shape that a traced program computes; None if `value` is nothing of that kind."""
    if not listening:
        return None
    kind = type(value)
    if kind is Size:
        return (value,)
    interpreter = state.interpreter
    if not hasattr(interpreter, "dims_of"):
        return None
    if kind is list or kind is tuple:
        if not any([type(each) is Size or hasattr(each, "tracer") for each in value]):
            return None
        return tuple([interpreter.number_of(each) if hasattr(each, "tracer") else each for each in value])
    if not hasattr(value, "tracer"):
        return None
    found = interpreter.dims_of(value)
    if found is None:
        raise UnknownSizeError("The number of axes of a shape depends on values.")
    return found


def canonical_axis(axis, rank, what="axis"):
    """`axis` as an int in [0, rank); InvalidArgumentError if it is out of [-rank, rank)."""
    axis = int(axis)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"{what} = {axis} is out of range: expected a value in [{-rank}, {rank}) for rank {rank}.",
        )
    return axis + rank if axis < 0 else axis


def reduction_axes(axis, rank):
    """The sorted axes that `axis` (None: all; an int; a list, array or tensor of ints) names.

    InvalidArgumentError for an axis that is not there, comes twice or is no integer.
    """
    if axis is None:
        return tuple(range(rank))
    axes = []
    for each in _axis_numbers(axis):
        if not -rank <= each < rank:
            raise InvalidArgumentError(
                None, None, f"Invalid reduction dimension ({each} for input with {rank} dimension(s))"
            )
        each %= rank
        if each in axes:
            raise InvalidArgumentError(
                None, None, f"Invalid reduction arguments: Axes contains duplicate dimension: {each}"
            )
        axes.append(each)
    axes.sort()
    return tuple(axes)


def _axis_numbers(axis):
    if isinstance(axis, int):
        return (int(axis),)
    if type(axis) is float:
        raise TypeError(f"Cannot convert {axis} to EagerTensor of dtype int32: an axis is an integer.")
    array = np.asarray(axis._array if hasattr(axis, "_array") else array_from_value(axis))
    if array.size and array.dtype.kind not in "iu":
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tidx' of {array.dtype.name} is not in the list of allowed values: int32, int64"
            f"\n\t; axes are integers, not {axis!r}.",
        )
    return array.reshape(-1).tolist()


def int_tuple(value):
    """A tuple of ints from an int, or from a list, array, tensor or TensorShape of them."""
    if isinstance(value, int):
        return (value,)
    traced = traced_ints(value)
    if traced is not None:
        return traced
    array = getattr(value, "_array", None)
    if array is not None:
        return tuple(array.reshape(-1).tolist())
    try:
        return tuple([int(each) for each in value])
    except TypeError:
        return (int(value),)


def shape_dims(shape):
    """The sizes in a shape that says what to make: a list, tensor, array or fully known TensorShape of ints >= 0.

    InvalidArgumentError if it is no vector of int32 or int64, or has a negative size.
    """
    if (type(shape) is list or type(shape) is tuple) and all([type(size) is int for size in shape]):
        dims = tuple(shape)
    elif (traced := traced_ints(shape)) is not None:
        return traced
    else:
        array = np.asarray(
            getattr(shape, "_array", None) if hasattr(shape, "_array") else array_from_value(shape)
        )
        if array.ndim != 1:
            raise InvalidArgumentError(
                None, None, f"shape must be a vector of {{int32,int64}}, got shape {list(array.shape)}"
            )
        if array.size and array.dtype.kind not in "iu":
            raise InvalidArgumentError(
                None, None, f"shape must be a vector of {{int32,int64}}, got a vector of {array.dtype.name}"
            )
        dims = tuple([int(size) for size in array.tolist()])
    for size in dims:
        if size < 0:
            raise InvalidArgumentError(None, None, f"Dimension {size} must be >= 0")
    return dims


def scalar_int(value, what):
    """The single int that `value` (an int, array or tensor) is; InvalidArgumentError if it is no integer scalar."""
    if type(value) is int:
        return value
    traced = traced_ints(value)
    if traced is not None:
        return traced[0]
    array = np.asarray(value._array if hasattr(value, "_array") else array_from_value(value))
    if array.dtype.kind not in "iub" and array.size:
        raise InvalidArgumentError(
            None, None, f"{what} must be of dtype int32 or int64, not {array.dtype.name}"
        )
    if array.ndim:
        raise InvalidArgumentError(None, None, f"{what} must be a scalar, not {list(array.shape)}")
    return int(array)
