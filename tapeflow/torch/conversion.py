"""Copies, other element types, and comparing whole tensors."""

import numpy

import tapeflow as tf
from tapeflow.torch import dtypes
from tapeflow.torch.calls import function
from tapeflow.torch.creation import tensor as new_tensor
from tapeflow.torch.tensor import Tensor

__all__ = ["allclose", "clone", "equal", "isclose", "is_tensor", "result_type", "promote_types"]

result_type, promote_types = dtypes.result_type, dtypes.promote_types


@function(method=False, node="ToCopyBackward0")
def _converted(input, dtype):
    return tf.cast(input, dtype.engine)


def _to(self, dtype):
    """The elements as `dtype` (or as that of another tensor); the tensor itself if they have it."""
    if isinstance(dtype, Tensor):
        dtype = dtype.dtype
    if not isinstance(dtype, dtypes.dtype):
        raise TypeError(
            f"to() takes a dtype such as torch.float32 or a tensor, not {dtype!r}; there are no devices."
        )
    return self if dtype is self.dtype else _converted(self, dtype)


Tensor.to = Tensor.type_as = _to
Tensor.float = lambda self: _to(self, dtypes.float32)
Tensor.double = lambda self: _to(self, dtypes.float64)
Tensor.half = lambda self: _to(self, dtypes.float16)
Tensor.bfloat16 = lambda self: _to(self, dtypes.bfloat16)
Tensor.int = lambda self: _to(self, dtypes.int32)
Tensor.long = lambda self: _to(self, dtypes.int64)
Tensor.bool = lambda self: _to(self, dtypes.bool)


@function
def clone(input):
    """A copy that the gradient passes.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0], requires_grad=True).clone()
    tensor([1.], grad_fn=<CloneBackward0>)
    """
    return tf.identity(input)


Tensor.contiguous = lambda self: self
Tensor.cpu = lambda self: self
Tensor.new_tensor = lambda self, data, dtype=None: new_tensor(data, dtype=dtype or self.dtype)


@function
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether |input - other| <= atol + rtol * |other|, for each pair of elements.

    >>> from tapeflow import torch
    >>> torch.isclose(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.1]))
    tensor([ True, False])
    """
    return tf.constant(numpy.isclose(input._array, other._array, rtol, atol, equal_nan))


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether all pairs of elements are close, see `isclose`; a plain bool.

    >>> from tapeflow import torch
    >>> torch.allclose(torch.tensor(0.1) + 0.2, torch.tensor(0.3))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).all())


def equal(input, other):
    """Whether two tensors have the same shape and elements; a plain bool.

    >>> from tapeflow import torch
    >>> torch.equal(torch.ones(2), torch.ones(3))
    False
    """
    return numpy.array_equal(input._value._array, other._value._array)


def is_tensor(obj):
    """Whether `obj` is a tensor of this module."""
    return isinstance(obj, Tensor)


Tensor.allclose, Tensor.equal = allclose, equal
