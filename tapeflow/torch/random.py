"""Random tensors. The distributions are PyTorch's; the numbers are NumPy's, so a seed gives others than in PyTorch."""

import numpy

from tapeflow.torch import dtypes
from tapeflow.torch.creation import sizes
from tapeflow.torch.tensor import from_array

__all__ = ["manual_seed", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"]


class _Source:
    generator = numpy.random.default_rng()


def manual_seed(seed):
    """Restarts the random numbers; the same seed gives the same numbers, though not those of PyTorch.

    >>> from tapeflow import torch
    >>> torch.manual_seed(0)
    >>> first = torch.rand(2)
    >>> torch.manual_seed(0)
    >>> torch.equal(first, torch.rand(2))
    True
    """
    _Source.generator = numpy.random.default_rng(seed)


def rand(*size, dtype=None, requires_grad=False):
    """Uniform random numbers in [0, 1) in the shape `size`; the bits differ from PyTorch's.

    >>> from tapeflow import torch
    >>> torch.rand(2, 3).shape
    torch.Size([2, 3])
    """
    dtype = dtype or dtypes.float32
    kind = numpy.float32 if dtype.itemsize <= 4 else numpy.float64
    return from_array(_Source.generator.random(sizes(size, "rand"), kind), dtype, requires_grad)


def randn(*size, dtype=None, requires_grad=False):
    """Standard normal random numbers in the shape `size`; the bits differ from PyTorch's.

    >>> from tapeflow import torch
    >>> torch.randn(2, 3).shape
    torch.Size([2, 3])
    """
    dtype = dtype or dtypes.float32
    kind = numpy.float32 if dtype.itemsize <= 4 else numpy.float64
    return from_array(_Source.generator.standard_normal(sizes(size, "randn"), kind), dtype, requires_grad)


def rand_like(input, *, dtype=None, requires_grad=False):
    """Uniform random numbers in the shape and dtype of `input`.

    >>> from tapeflow import torch
    >>> torch.rand_like(torch.zeros(2)).shape
    torch.Size([2])
    """
    return rand(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input, *, dtype=None, requires_grad=False):
    """Standard normal random numbers in the shape and dtype of `input`.

    >>> from tapeflow import torch
    >>> torch.randn_like(torch.zeros(2)).shape
    torch.Size([2])
    """
    return randn(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randint(low, high, size=None, *, dtype=None):
    """Random integers in [low, high) in the shape `size`; `randint(high, size)` starts at 0.

    >>> from tapeflow import torch
    >>> torch.randint(10, (2, 3)).shape
    torch.Size([2, 3])
    """
    if size is None:
        low, high, size = 0, low, high
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return from_array(_Source.generator.integers(low, high, sizes((size,), "randint")), dtype or dtypes.int64)


def randperm(n, *, dtype=None):
    """The numbers 0 to n - 1 in random order.

    >>> from tapeflow import torch
    >>> torch.randperm(5).sum()
    tensor(10)
    """
    return from_array(_Source.generator.permutation(n), dtype or dtypes.int64)


def bernoulli(probability, dims):
    """True with the given probability, independently: what dropout needs, a NumPy array."""
    return _Source.generator.random(dims) < probability
