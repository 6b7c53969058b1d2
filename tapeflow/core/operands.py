"""From what users pass to tensors: conversion, and the dtype that Python numbers adopt."""

import numpy

from tapeflow.core import context
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import as_dtype, from_array_dtype
from tapeflow.core.eager import constant, wrap
from tapeflow.core.size import Size
from tapeflow.core.tensor import EagerTensor, Tensor

_pack = None


def provide_pack(function):
    """Called by `ops`: `function(values, dtype)` makes a tensor of a nested list that contains tensors."""
    global _pack
    _pack = function


def as_tensor(value, dtype=None):
    """`value` as a Tensor; a Tensor is returned as it is.

    `dtype` (a DType) is what the result must have: Python values adopt it, a tensor of another dtype is a ValueError.
    Objects say how they convert by TensorFlow's protocol, `__tf_tensor__(dtype, name)`.
    """
    if isinstance(value, Tensor):
        if dtype is not None and value._dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {value._dtype.name}: {value!r}"
            )
        return value
    kind = type(value)
    if kind is not float and kind is not int and kind is not numpy.ndarray:
        if hasattr(value, "__tf_tensor__"):
            return value.__tf_tensor__(dtype, None)
        if (kind is list or kind is tuple) and _holds_tensors(value):
            return _pack(value, dtype)
    array = array_from_value(value, dtype)
    dtype = from_array_dtype(array.dtype) if dtype is None else dtype
    return constant(array, dtype) if context.listening else wrap(array, dtype)


def as_tensors(values, dtype=None):
    """A list of tensors of one dtype: Python values adopt the dtype of the first tensor among them."""
    if dtype is None:
        for value in values:
            found = getattr(value, "dtype", None)
            if found is not None and not isinstance(value, numpy.generic | numpy.ndarray):
                dtype = as_dtype(found)
                break
        else:
            first = None
            tensors = []
            for value in values:
                tensors.append(as_tensor(value, first))
                first = tensors[0]._dtype
            return tensors
    return [value if isinstance(value, Tensor) else _adopt(value, dtype) for value in values]


def operands(x, y):
    """Both operands of a binary op as tensors; a Python value adopts the dtype of the tensor beside it.

    Tensors of different dtypes are left for the op to refuse.
    """
    if isinstance(x, Tensor):
        return (x, y) if isinstance(y, Tensor) else (x, _adopt(y, x._dtype))
    if isinstance(y, Tensor):
        return _adopt(x, y._dtype), y
    if hasattr(x, "__tf_tensor__") or not hasattr(y, "__tf_tensor__"):
        x = as_tensor(x)
        return x, _adopt(y, x._dtype)
    y = as_tensor(y)
    return _adopt(x, y._dtype), y


def _adopt(value, dtype):
    """`value` as a tensor of `dtype` if it is a Python or NumPy value; with its own dtype if it is tensor-like."""
    if hasattr(value, "__tf_tensor__"):
        return value.__tf_tensor__(dtype if type(value) is Size else None, None)
    return as_tensor(value, dtype)


def _holds_tensors(values):
    for value in values:
        if isinstance(value, Tensor) or hasattr(value, "__tf_tensor__"):
            return True
        if isinstance(value, list | tuple) and _holds_tensors(value):
            return True
    return False


def is_eager(value):
    """Whether `value` is an EagerTensor and nobody listens: the case that operators shorten."""
    return type(value) is EagerTensor and not context.listening
