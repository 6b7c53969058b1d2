"""Lengths as users write them, and tensors cut or filled with zeros to a length."""

import numpy as np

from tapeflow.core.dtypes import int32
from tapeflow.core.operands import as_tensor
from tapeflow.ops.padding import pad


def length(value, what):
    """A Python int from a scalar int or tensor. TypeError if it is no integer, ValueError if no scalar."""
    if type(value) is int:
        return value
    tensor = (
        value if hasattr(value, "_dtype") else as_tensor(value, None if hasattr(value, "dtype") else int32)
    )
    if tensor.dims:
        raise ValueError(f"Shape {tensor.dims} must have rank 0: `{what}` is a scalar.")
    if not tensor._dtype.is_integer:
        raise ValueError(f"{what} must be an integer. Got {tensor.dtype}")
    return int(tensor)


def at_least_rank(tensor, rank):
    """ValueError if the tensor has fewer axes than `rank`."""
    if len(tensor.dims) < rank:
        raise ValueError(f"Shape {tensor.shape} must have rank at least {rank}")


def resized(tensor, sizes):
    """The tensor with its last axes cut or filled with zeros to `sizes`."""
    found = tensor.dims[len(tensor.dims) - len(sizes) :]
    if found == tuple(sizes):
        return tensor
    if any(size > wanted for size, wanted in zip(found, sizes, strict=True)):
        tensor = tensor[(..., *[slice(0, wanted) for wanted in sizes])]
    outer = len(tensor.dims) - len(sizes)
    missing = [max(wanted - size, 0) for size, wanted in zip(found, sizes, strict=True)]
    if any(missing):
        paddings = ((0, 0),) * outer + tuple([(0, count) for count in missing])
        tensor = pad(tensor, paddings=paddings, value=0)
    return tensor


def constant(array, dtype):
    """A NumPy array of float64 as a tensor of `dtype`."""
    return as_tensor(np.asarray(array), dtype)
