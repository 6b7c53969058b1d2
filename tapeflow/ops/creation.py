"""Tensors made of nothing: zeros, ones, constants."""

import numpy

from tapeflow.core.dtypes import string
from tapeflow.core.eager import wrap


def zeros(dims, dtype):
    """A tensor of zeros; of empty strings, or of False, where the dtype is not one of numbers."""
    if dtype is string:
        return full(dims, b"", dtype)
    if not dims:  # a scalar is quicker than an array without axes
        return wrap(dtype.array_dtype.type(0), dtype)
    return wrap(numpy.zeros(dims, dtype.array_dtype), dtype)


def ones(dims, dtype):
    """A tensor of ones."""
    return full(dims, 1, dtype)


def full(dims, value, dtype):
    """A tensor of `dims` in which every element is the Python number `value`."""
    if not dims and dtype is not string:
        return wrap(dtype.array_dtype.type(value), dtype)
    return wrap(numpy.full(dims, value, dtype.array_dtype), dtype)
