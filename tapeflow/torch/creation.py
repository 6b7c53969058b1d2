"""Tensors from numbers: what has no inputs that a gradient could reach."""

import numpy

from tapeflow.torch import dtypes
from tapeflow.torch.tensor import Tensor, from_array

__all__ = [
    "arange",
    "as_tensor",
    "empty",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "tensor",
    "zeros",
    "zeros_like",
]


def tensor(data, *, dtype=None, requires_grad=False):
    """A tensor of a number, nested lists of numbers or a NumPy array, which is copied.

    Python floats become float32 and ints int64, NumPy arrays keep their type, unless `dtype` says otherwise.
    Raises ValueError for lists of unequal lengths, TypeError for what is no number.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 2.0], requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """
    if isinstance(data, Tensor):
        data = data.detach().numpy()
    elif isinstance(data, list | tuple):
        check_lengths(data)
        data = _plain(data)
    chosen = dtype or dtypes.of_value(data)
    try:
        return from_array(numpy.array(data), chosen, requires_grad)
    except OverflowError:
        raise RuntimeError(f"value cannot be converted to type {chosen!r} without overflow") from None


def check_lengths(data, dim=0):
    """Raises ValueError where lists of one level have different lengths."""
    if not data or not isinstance(data[0], list | tuple):
        return
    for each in data:
        found = len(each) if isinstance(each, list | tuple) else 0
        if found != len(data[0]):
            raise ValueError(f"expected sequence of length {len(data[0])} at dim {dim + 1} (got {found})")
        check_lengths(each, dim + 1)


def _plain(data):
    return [_plain(each) if isinstance(each, list | tuple) else _number(each) for each in data]


def _number(each):
    return each.tolist() if isinstance(each, Tensor | numpy.ndarray) else each


def as_tensor(data, dtype=None):
    """`data` itself if it is a tensor (of this dtype), else a tensor made of it.

    >>> from tapeflow import torch
    >>> torch.as_tensor([1, 2])
    tensor([1, 2])
    """
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    return tensor(data, dtype=dtype)


def from_numpy(ndarray):
    """A tensor with the elements and the type of a NumPy array, copied.

    >>> from tapeflow import torch
    >>> torch.from_numpy(np.array([1.0, 2.0]))
    tensor([1., 2.], dtype=torch.float64)
    """
    if not isinstance(ndarray, numpy.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    return tensor(ndarray)


def sizes(size, name):
    """A shape given as ints or as one sequence of them; RuntimeError if one is negative."""
    dims = tuple(size[0]) if len(size) == 1 and isinstance(size[0], tuple | list) else size
    if any(each < 0 for each in dims):
        raise RuntimeError(f"{name}: Dimension size must be non-negative.")
    return dims


def zeros(*size, dtype=None, requires_grad=False):
    """Zeros in the shape `size`, ints or one tuple.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    dtype = dtype or dtypes.float32
    return from_array(numpy.zeros(sizes(size, "zeros"), dtype.engine.array_dtype), dtype, requires_grad)


def ones(*size, dtype=None, requires_grad=False):
    """Ones in the shape `size`, ints or one tuple.

    >>> from tapeflow import torch
    >>> torch.ones(2, dtype=torch.int64)
    tensor([1, 1])
    """
    dtype = dtype or dtypes.float32
    return from_array(numpy.ones(sizes(size, "ones"), dtype.engine.array_dtype), dtype, requires_grad)


def empty(*size, dtype=None, requires_grad=False):
    """A tensor whose elements the caller is going to write; here they are zeros.

    >>> from tapeflow import torch
    >>> torch.empty(2, 3).shape
    torch.Size([2, 3])
    """
    return zeros(*size, dtype=dtype, requires_grad=requires_grad)


def full(size, fill_value, *, dtype=None, requires_grad=False):
    """The number `fill_value` in the shape `size`, a tuple.

    >>> from tapeflow import torch
    >>> torch.full((2,), 7)
    tensor([7, 7])
    """
    fill_value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    if not isinstance(fill_value, int | float | complex):
        found = type(fill_value).__name__
        raise TypeError(f"full(): argument 'fill_value' (position 2) must be Number, not {found}")
    array = numpy.full(sizes((size,), "full"), fill_value)
    return from_array(array, dtype or dtypes.of_value(fill_value), requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False):
    """Zeros in the shape and dtype of `input`.

    >>> from tapeflow import torch
    >>> torch.zeros_like(torch.tensor([1, 2]))
    tensor([0, 0])
    """
    return zeros(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False):
    """Ones in the shape and dtype of `input`.

    >>> from tapeflow import torch
    >>> torch.ones_like(torch.tensor([3.0, 4.0]))
    tensor([1., 1.])
    """
    return ones(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False):
    """`fill_value` in the shape and dtype of `input`.

    >>> from tapeflow import torch
    >>> torch.full_like(torch.tensor([3.0, 4.0]), 5)
    tensor([5., 5.])
    """
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def arange(start, end=None, step=1, *, dtype=None, requires_grad=False):
    """Numbers from `start` (0 if only one bound is given) to before `end` in steps.

    >>> from tapeflow import torch
    >>> torch.arange(3), torch.arange(0.0, 1.0, 0.5)
    (tensor([0, 1, 2]), tensor([0.0000, 0.5000]))
    """
    start, end = (0, start) if end is None else (start, end)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    default = dtypes.float32 if any(isinstance(each, float) for each in (start, end, step)) else dtypes.int64
    return from_array(numpy.arange(start, end, step), dtype or default, requires_grad)


def linspace(start, end, steps, *, dtype=None, requires_grad=False):
    """`steps` numbers at equal distances from `start` to `end`, both included.

    >>> from tapeflow import torch
    >>> torch.linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return from_array(numpy.linspace(start, end, steps), dtype or dtypes.float32, requires_grad)


def eye(n, m=None, *, dtype=None, requires_grad=False):
    """The identity matrix of n rows and m columns.

    >>> from tapeflow import torch
    >>> torch.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    for name, size in (("n", n), ("m", m)):
        if size is not None and size < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {size}")
    return from_array(numpy.eye(n, m), dtype or dtypes.float32, requires_grad)
