"""From what users pass to tensors, by NumPy's rules for dtypes; results that stay weak."""

import functools

import numpy

from tapeflow.api.arrays import expand_dims
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.promotion import (
    is_weak,
    legacy_type,
    meeting_type,
    result_type,
    settings,
)
from tapeflow.api.experimental.numpy.weak import WeakTensor
from tapeflow.api.selection import identity
from tapeflow.core import dtypes as types
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor

__all__ = ["array", "asanyarray", "asarray", "ascontiguousarray", "copy"]

MOST_AXES = 32


def keeps_weakness(function):
    """A function whose result is weak where its first argument is, unless it is given a dtype."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    name = names[0]
    place = names.index("dtype") if "dtype" in names else None

    @functools.wraps(function)
    def keep(*args, **kwargs):
        if not settings.is_automatic:
            return function(*args, **kwargs)
        value = args[0] if args else kwargs.get(name)
        dtype = args[place] if place is not None and len(args) > place else kwargs.get("dtype")
        if isinstance(value, Tensor) or dtype is not None or value is None:
            return function(*args, **kwargs)
        try:
            target, weak = meeting_type(value)
        except NotImplementedError:  # a value that the new promotion knows nothing of
            return function(*args, **kwargs)
        if args:
            args = (converted(value, target), *args[1:])
        else:
            kwargs[name] = converted(value, target)
        result = function(*args, **kwargs)
        return weakened(result) if weak else result

    return keep


def converted(value, dtype):
    """A value as a tensor of `dtype`: tensors are cast, Python values adopt it."""
    if is_weak(value):
        value = value.tensor
    return cast(value, dtype) if isinstance(value, Tensor) else as_tensor(value, dtype)


def weakened(result):
    """A result, or several, as weak tensors."""
    if isinstance(result, tuple):
        return tuple([weakened(each) for each in result])
    return result if is_weak(result) else WeakTensor.from_tensor(result)


def given_type(dtype):
    """The DType that an argument `dtype` names; None if there is none."""
    return result_type(dtype) if dtype else None


def float_type():
    """What integers become where a function needs floating numbers."""
    return result_type(float)


def tensor_of(value, dtype=None):
    """A value as a tensor, of `dtype` (a DType) or of the dtype that it has by NumPy's rules."""
    if is_weak(value):
        value = value.tensor
    if isinstance(value, Tensor):
        return value if dtype is None else cast(value, dtype)
    dtype = result_type(value) if dtype is None else dtype
    try:
        found = as_tensor(value, dtype)
    except (TypeError, ValueError):  # a dtype that such values cannot adopt, but be cast to
        found = as_tensor(value)
    return cast(found, dtype)


def inexact_tensor_of(value):
    """A value as a tensor of floating or complex numbers."""
    tensor = tensor_of(value)
    return tensor if is_inexact(tensor) else cast(tensor, float_type())


def is_inexact(tensor):
    """Whether the elements are floating or complex numbers."""
    return tensor.dtype.is_floating or tensor.dtype.is_complex


def promoted(*values):
    """Values as tensors of the dtype in which they meet."""
    dtype = result_type(*values)
    return [tensor_of(value, dtype) for value in values]


def promoted_pair(first, second):
    """Two values as tensors of the dtype in which they meet: by NumPy's rules in all modes, unless one is a list."""
    if isinstance(first, list | tuple) or isinstance(second, list | tuple):
        return promoted(first, second)
    dtype = legacy_type([first, second])
    return tensor_of(first, dtype), tensor_of(second, dtype)


@keeps_weakness
def array(val, dtype=None, copy=True, ndmin=0):
    """A tensor of the elements of `val`, with at least `ndmin` axes.

    Without `dtype` it follows from the values by NumPy's rules. Raises ValueError for an `ndmin` above 32.

    >>> tf.experimental.numpy.array([1, 2.5]).dtype
    tf.float64
    """
    tensor = tensor_of(val, given_type(dtype))
    if ndmin > MOST_AXES:
        raise ValueError(f"ndmin bigger than allowable number of dimensions: {MOST_AXES}.")
    if copy:
        tensor = identity(tensor)
    for _ in range(ndmin - tensor.ndim):
        tensor = expand_dims(tensor, 0)
    return tensor


@keeps_weakness
def asarray(a, dtype=None):
    """`a` as a tensor; a tensor of that dtype is returned as it is.

    >>> tf.experimental.numpy.asarray(1.0).dtype
    tf.float64
    """
    return tensor_of(a, given_type(dtype))


@keeps_weakness
def asanyarray(a, dtype=None):
    """`a` as a tensor; a tensor of that dtype is returned as it is."""
    return tensor_of(a, given_type(dtype))


@keeps_weakness
def ascontiguousarray(a, dtype=None):
    """`a` as a tensor with at least one axis."""
    return array(a, dtype, ndmin=1)


@keeps_weakness
def copy(a):
    """A tensor with the elements of `a`."""
    return array(a)


def widened(tensor):
    """Integers narrower than 64 bits as those of running sums: int64, under the new promotion int32."""
    if not tensor.dtype.is_integer:
        return tensor
    if settings.is_automatic:
        return cast(tensor, types.int32) if tensor.dtype.size < 8 else tensor
    return cast(tensor, as_dtype(numpy.promote_types(tensor.dtype.array_dtype, numpy.int64)))


def default_float():
    """The dtype of what is created without one."""
    return types.float32 if settings.prefers_float32 else types.float64
