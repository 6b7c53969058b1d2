"""Functions over one, several or all dimensions."""

import collections
import math

import numpy

import tapeflow as tf
from tapeflow.torch import dtypes
from tapeflow.torch.arithmetic import as_float, maximum, minimum
from tapeflow.torch.calls import function
from tapeflow.torch.shape import dimension

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "cumprod",
    "cumsum",
    "logsumexp",
    "max",
    "mean",
    "min",
    "norm",
    "prod",
    "sort",
    "std",
    "sum",
    "topk",
    "var",
]


def named_results(name, *fields):
    """A tuple type with named parts that prints as PyTorch's results do."""
    kind = collections.namedtuple(name, fields)
    kind.__repr__ = lambda self: (
        f"torch.return_types.{name}(\n" + ",\n".join(f"{key}={getattr(self, key)!r}" for key in fields) + ")"
    )
    return kind


_Max = named_results("max", "values", "indices")
_Min = named_results("min", "values", "indices")
_Sort = named_results("sort", "values", "indices")
_Topk = named_results("topk", "values", "indices")


def axes(x, dim):
    """The engine's axes for PyTorch's `dim`: an int, a tuple of them, or None or () for all."""
    if dim is None or dim == ():
        return None
    dims = dim if isinstance(dim, tuple | list) else (dim,)
    found = [dimension(each, len(x.dims)) for each in dims]
    if len(set(found)) != len(found):
        raise RuntimeError(f"dim {found[-1]} appears multiple times in the list of dims")
    return found if x.dims else []


def _numbered(name):
    """Names of backward steps: 0 over all dimensions, 1 over some."""
    return lambda input, dim=None, *_, **__: f"{name}Backward{0 if dim is None else 1}"


def _counted(x, dtype):
    """The tensor in `dtype`; bools and integers as int64 if that is None, for so PyTorch adds them."""
    if dtype is not None:
        return tf.cast(x, dtype.engine)
    return x if x._dtype.is_floating or x._dtype.is_complex else tf.cast(x, tf.int64)


@function(node=_numbered("Sum"))
def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum over the dimensions `dim`, or of all elements; int64 for integers.

    >>> from tapeflow import torch
    >>> torch.tensor([[1, 2], [3, 4]]).sum(dim=0)
    tensor([4, 6])
    """
    return tf.math.reduce_sum(_counted(input, dtype), axes(input, dim), keepdim)


@function(node=_numbered("Mean"))
def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean over the dimensions `dim`, or of all elements; RuntimeError for integers.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 2.0]).mean()
    tensor(1.5000)
    """
    input = input if dtype is None else tf.cast(input, dtype.engine)
    if not (input._dtype.is_floating or input._dtype.is_complex):
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {dtypes.of(input._dtype).kind}"
        )
    return tf.math.reduce_mean(input, axes(input, dim), keepdim)


@function(node=_numbered("Prod"))
def prod(input, dim=None, keepdim=False, *, dtype=None):
    """The product along the dimension `dim`, or of all elements; int64 for integers.

    >>> from tapeflow import torch
    >>> torch.tensor([2, 3, 4]).prod()
    tensor(24)
    """
    return tf.math.reduce_prod(_counted(input, dtype), axes(input, dim), keepdim)


@function
def logsumexp(input, dim, keepdim=False):
    """log(sum(exp(input))) over the dimensions `dim`, without overflow.

    >>> from tapeflow import torch
    >>> torch.tensor([0.0, 0.0]).logsumexp(0)
    tensor(0.6931)
    """
    return tf.math.reduce_logsumexp(as_float(input), axes(input, dim), keepdim)


@function
def all(input, dim=None, keepdim=False):
    """Whether all elements are true, or not zero.

    >>> from tapeflow import torch
    >>> torch.tensor([True, False]).all()
    tensor(False)
    """
    return tf.math.reduce_all(tf.cast(input, tf.bool), axes(input, dim), keepdim)


@function
def any(input, dim=None, keepdim=False):
    """Whether one element is true, or not zero.

    >>> from tapeflow import torch
    >>> torch.tensor([True, False]).any()
    tensor(True)
    """
    return tf.math.reduce_any(tf.cast(input, tf.bool), axes(input, dim), keepdim)


@function
def amax(input, dim=(), keepdim=False):
    """The greatest element over the dimensions `dim`; equal ones share the gradient.

    >>> from tapeflow import torch
    >>> torch.tensor([[1, 5], [3, 2]]).amax(1)
    tensor([5, 3])
    """
    return tf.math.reduce_max(input, axes(input, dim), keepdim)


@function
def amin(input, dim=(), keepdim=False):
    """The smallest element over the dimensions `dim`; equal ones share the gradient.

    >>> from tapeflow import torch
    >>> torch.tensor([[1, 5], [3, 2]]).amin(1)
    tensor([1, 2])
    """
    return tf.math.reduce_min(input, axes(input, dim), keepdim)


def _extreme_node(name):
    def node(input, dim=None, *_, **__):
        if isinstance(dim, tf.Tensor):
            return f"{name}imumBackward0"
        return f"{name}Backward{1 if dim is None else 0}"

    return node


@function(node=_extreme_node("Max"))
def max(input, dim=None, keepdim=False):
    """The greatest of all elements; with `dim`, the greatest along it and their indices; with a tensor, `maximum`.

    >>> from tapeflow import torch
    >>> torch.tensor([[1, 5], [3, 2]]).max(1)
    torch.return_types.max(
    values=tensor([5, 3]),
    indices=tensor([1, 0]))
    """
    if isinstance(dim, tf.Tensor):
        return maximum.__wrapped__(input, dim)
    return _extreme(_Max, "max", tf.math.reduce_max, numpy.argmax, input, dim, keepdim)


@function(node=_extreme_node("Min"))
def min(input, dim=None, keepdim=False):
    """The smallest of all elements; with `dim`, the smallest along it and their indices; with a tensor, `minimum`.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 5]).min()
    tensor(1)
    """
    if isinstance(dim, tf.Tensor):
        return minimum.__wrapped__(input, dim)
    return _extreme(_Min, "min", tf.math.reduce_min, numpy.argmin, input, dim, keepdim)


def _extreme(results, name, reduce, locate, input, dim, keepdim):
    if dim is None:
        if not math.prod(input.dims):
            raise RuntimeError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0. "
                "Specify the reduction dim with the 'dim' argument."
            )
        return reduce(input)
    if not input.dims:
        dimension(dim, 0)
        return results(tf.identity(input), tf.constant(0, tf.int64))
    axis = dimension(dim, len(input.dims))
    if not input.dims[axis]:
        raise IndexError(f"{name}(): Expected reduction dim {axis} to have non-zero size.")
    indices = numpy.expand_dims(locate(input._array, axis), axis)
    values, indices = along(input, indices, axis), tf.constant(indices, tf.int64)
    return results(*(each if keepdim else tf.squeeze(each, [axis]) for each in (values, indices)))


def along(input, indices, axis):
    """Elements of `input` at `indices`, a NumPy array of as many dimensions, along an axis: take_along_axis."""
    grid = list(numpy.ogrid[tuple(slice(size) for size in indices.shape)])
    grid[axis] = indices
    positions = numpy.ravel_multi_index(tuple(numpy.broadcast_arrays(*grid)), input.dims)
    return tf.gather(tf.reshape(input, [-1]), tf.constant(positions, tf.int64))


@function
def argmax(input, dim=None, keepdim=False):
    """The index of the greatest element along `dim`, or in the flattened tensor.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 5, 3]).argmax()
    tensor(1)
    """
    return _located(numpy.argmax, input, dim, keepdim)


@function
def argmin(input, dim=None, keepdim=False):
    """The index of the smallest element along `dim`, or in the flattened tensor.

    >>> from tapeflow import torch
    >>> torch.tensor([4, 1, 3]).argmin()
    tensor(1)
    """
    return _located(numpy.argmin, input, dim, keepdim)


def _located(locate, input, dim, keepdim):
    axis = None if dim is None or not input.dims else dimension(dim, len(input.dims))
    return tf.constant(locate(input._array, axis, keepdims=keepdim), tf.int64)


@function
def var(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """The variance over the dimensions `dim`, or of all elements; `correction` (1) is taken off their number.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 2.0, 3.0]).var()
    tensor(1.)
    """
    return _variance(input, dim, unbiased, keepdim, correction)


@function
def std(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """The standard deviation over the dimensions `dim`, or of all elements: the square root of `var`.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 2.0, 3.0]).std()
    tensor(1.)
    """
    return _root(_variance(input, dim, unbiased, keepdim, correction))


def _variance(input, dim, unbiased, keepdim, correction):
    correction = int(unbiased) if correction is None else correction
    over = axes(input, dim)
    center = tf.math.reduce_mean(input, over, True)
    num_averaged = math.prod(input.dims) // (math.prod(center.dims) or 1)
    squares = tf.math.reduce_sum(tf.math.square(input - center), over, keepdim)
    return squares / float(num_averaged - correction)


def _root(squares):
    """The square root, with a gradient of zero at zero."""
    zero = squares == 0
    return tf.where(zero, 0.0, tf.math.sqrt(tf.where(zero, 1.0, squares)))


@function(node="LinalgVectorNormBackward0")
def norm(input, p=2, dim=None, keepdim=False):
    """The p-norm over the dimensions `dim`, or of all elements: (sum |x|**p)**(1/p); p may be infinite.

    >>> from tapeflow import torch
    >>> torch.tensor([3.0, 4.0]).norm()
    tensor(5.)
    """
    over = axes(input, dim)
    if p in (2, "fro"):
        return _root(tf.math.reduce_sum(tf.math.square(tf.math.abs(input)), over, keepdim))
    sizes = tf.math.abs(input)
    if p == math.inf:
        return tf.math.reduce_max(sizes, over, keepdim)
    if p == -math.inf:
        return tf.math.reduce_min(sizes, over, keepdim)
    if p == 1:
        return tf.math.reduce_sum(sizes, over, keepdim)
    if isinstance(p, str) or p == 0:
        raise NotImplementedError(f"norm() has p-norms for numbers other than 0, and 'fro'; not p={p!r}.")
    return tf.math.reduce_sum(sizes ** float(p), over, keepdim) ** (1.0 / p)


@function
def cumsum(input, dim, *, dtype=None):
    """Running sums along `dim`.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2, 3]).cumsum(0)
    tensor([1, 3, 6])
    """
    return tf.math.cumsum(_counted(input, dtype), dimension(dim, len(input.dims)))


@function
def cumprod(input, dim, *, dtype=None):
    """Running products along `dim`.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2, 3]).cumprod(0)
    tensor([1, 2, 6])
    """
    return tf.math.cumprod(_counted(input, dtype), dimension(dim, len(input.dims)))


@function
def sort(input, dim=-1, descending=False):
    """Sorted elements along `dim`, and where each was; equal ones stay in order.

    >>> from tapeflow import torch
    >>> torch.tensor([3, 1, 2]).sort().indices
    tensor([1, 2, 0])
    """
    order, axis = _order(input, dim, descending)
    return _Sort(along(input, order, axis), tf.constant(order, tf.int64))


@function
def argsort(input, dim=-1, descending=False):
    """The indices that sort the tensor along `dim`.

    >>> from tapeflow import torch
    >>> torch.tensor([3, 1, 2]).argsort()
    tensor([1, 2, 0])
    """
    return tf.constant(_order(input, dim, descending)[0], tf.int64)


def _order(input, dim, descending):
    axis = dimension(dim, len(input.dims))
    values = input._array
    if not descending:
        return numpy.argsort(values, axis, kind="stable"), axis
    backwards = numpy.argsort(numpy.flip(values, axis), axis, kind="stable")
    return values.shape[axis] - 1 - numpy.flip(backwards, axis), axis


@function
def topk(input, k, dim=-1, largest=True):
    """The k greatest (or smallest) elements along `dim`, best first, and their indices.

    >>> from tapeflow import torch
    >>> torch.tensor([3, 1, 2]).topk(2).values
    tensor([3, 2])
    """
    order, axis = _order(input, dim, largest)
    if k > input.dims[axis]:
        raise RuntimeError("selected index k out of range")
    order = numpy.take(order, numpy.arange(k), axis)
    return _Topk(along(input, order, axis), tf.constant(order, tf.int64))
