"""Parts of tensors: brackets, and choosing by index or by condition."""

import numpy

import tapeflow as tf
from tapeflow.torch import dtypes
from tapeflow.torch.calls import function
from tapeflow.torch.creation import tensor as new_tensor
from tapeflow.torch.reductions import along
from tapeflow.torch.shape import dimension
from tapeflow.torch.sharing import mark_view
from tapeflow.torch.tensor import Tensor

__all__ = ["gather", "index_select", "masked_fill", "masked_select", "nonzero", "where"]


def _is_basic(index):
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is ... or isinstance(part, slice) or type(part) is int for part in parts)


def _node(index):
    parts = [part for part in (index if isinstance(index, tuple) else (index,)) if part is not ...]
    if any(type(part) is int for part in parts):
        return "SelectBackward0"
    if any(part is None for part in parts):
        return "UnsqueezeBackward0"
    return "SliceBackward0"


@function(method=False, node=lambda input, index: _node(index))
def _basic(input, index):
    return input[index]


@function(method=False, node="IndexBackward0")
def _rows(input, rows):
    return tf.gather(input, rows)


@function(method=False, node="IndexBackward0")
def _elements(input, positions):
    return tf.gather(tf.reshape(input, [-1]), positions)


def _plain(part):
    """An index as NumPy takes it."""
    if isinstance(part, Tensor):
        part = part._value._array
    if isinstance(part, list | numpy.ndarray | numpy.generic):
        array = numpy.asarray(part, int if isinstance(part, list) and not part else None)
        if array.dtype.kind not in "iub":
            raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
        return int(array) if array.ndim == 0 and array.dtype.kind != "b" else array
    if isinstance(part, slice):
        if part.step is not None and part.step <= 0:
            raise ValueError("step must be greater than zero")
        return slice(*(None if bound is None else int(bound) for bound in (part.start, part.stop, part.step)))
    return part


def _canonical(index):
    """An index without tensors; integers and slices by themselves count as basic, arrays do not."""
    return tuple([_plain(part) for part in (index if isinstance(index, tuple) else (index,))])


def _is_mask(part):
    return isinstance(part, numpy.ndarray) and part.dtype.kind == "b"


def _num_consumed(part):
    """How many dimensions one part of an index is about."""
    return (
        part.ndim if _is_mask(part) else int(part is not None and part is not ... and type(part) is not bool)
    )


def _check(dims, index):
    """Raises IndexError in PyTorch's words for what lies outside."""
    consumed = sum(_num_consumed(part) for part in index)
    if consumed > len(dims):
        if not dims:
            raise IndexError(
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
                "convert a 0-dim tensor to a number"
            )
        raise IndexError(f"too many indices for tensor of dimension {len(dims)}")
    axis = 0
    for part in index:
        if part is ...:
            axis = len(dims) - (consumed - axis)
        elif _is_mask(part):
            for size, found in zip(part.shape, dims[axis:], strict=False):
                if size != found:
                    raise IndexError(
                        f"The shape of the mask {list(part.shape)} at index {axis} does not match the shape of the "
                        f"indexed tensor {list(dims)} at index {axis}"
                    )
            axis += part.ndim
        elif _num_consumed(part):
            if not isinstance(part, slice):
                for each in numpy.ravel(part).tolist():
                    if not -dims[axis] <= each < dims[axis]:
                        raise IndexError(
                            f"index {each} is out of bounds for dimension {axis} with size {dims[axis]}"
                        )
            axis += 1


def _positions(dims, index):
    """Where in the flattened tensor the indexed elements are."""
    return numpy.arange(numpy.prod(dims, dtype=int)).reshape(dims)[index]


def _get_item(self, index):
    """The part that ints, slices, `...`, None, and integer or bool tensors name."""
    index = _canonical(index)
    _check(self._value.dims, index)
    if _is_basic(index):
        result = _basic(self, index)
        mark_view(result, self, index)
        return result
    if len(index) == 1 and isinstance(index[0], numpy.ndarray) and index[0].dtype.kind in "iu":
        return _rows(self, index[0] % (self._value.dims[0] or 1))
    return _elements(self, _positions(self._value.dims, index))


@function(method=False, node="CopySlicesBackward0")
def _written(input, positions, value):
    flat = tf.reshape(input, [-1])
    places = tf.constant(positions.reshape(-1, 1), tf.int64)
    written = tf.tensor_scatter_nd_update(flat, places, tf.reshape(value, [-1]))
    return tf.reshape(written, input.dims)


def _set_item(self, index, value):
    """Replaces the part that the index names by `value`, broadcast."""
    index = _canonical(index)
    _check(self._value.dims, index)
    value = (value if isinstance(value, Tensor) else new_tensor(value)).to(self.dtype)
    positions = numpy.asarray(_positions(self._value.dims, index))
    while value.ndim > positions.ndim and value.shape[0] == 1:
        value = value[0]
    try:
        value = value.expand(positions.shape)
    except RuntimeError:
        if _is_basic(index):
            raise
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast to indexing result of "
            f"shape {list(positions.shape)}"
        ) from None
    self._change(lambda: _written(self, positions, value), "a view of ")


Tensor.__getitem__ = _get_item
Tensor.__setitem__ = _set_item


@function(method=False)
def where(condition, input=None, other=None):
    """Elements of `input` where the condition holds, of `other` elsewhere.

    >>> from tapeflow import torch
    >>> x = torch.tensor([-1.0, 2.0])
    >>> torch.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if condition._dtype is not tf.bool:
        found = dtypes.of(condition._dtype).kind
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {found}"
        )
    return tf.where(condition, input, other)


Tensor.where = lambda self, condition, other: where(condition, self, other)


@function
def masked_fill(input, mask, value):
    """`value` where the mask is true, the elements of `input` elsewhere.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2]).masked_fill(torch.tensor([True, False]), 0)
    tensor([0, 2])
    """
    if mask._dtype is not tf.bool:
        raise RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {dtypes.of(mask._dtype).kind}"
        )
    return tf.where(mask, tf.cast(value, input._dtype), input)


@function(method=False, node="MaskedSelectBackward0")
def _elements_selected(input, positions):
    return tf.gather(tf.reshape(input, [-1]), positions)


def masked_select(input, mask):
    """The elements where the mask is true, as a vector.

    >>> from tapeflow import torch
    >>> torch.masked_select(torch.tensor([1, 2]), torch.tensor([False, True]))
    tensor([2])
    """
    dims = numpy.broadcast_shapes(input.shape, mask.shape)
    positions = numpy.flatnonzero(numpy.broadcast_to(mask._value._array, dims))
    return _elements_selected(input.expand(dims), positions)


@function
def gather(input, dim, index):
    """Elements at the places `index` along `dim`; the other dimensions count along.

    >>> from tapeflow import torch
    >>> torch.tensor([[1, 2], [3, 4]]).gather(1, torch.tensor([[1], [0]]))
    tensor([[2],
            [3]])
    """
    axis = dimension(dim, len(input.dims))
    places = index._array
    if len(places.shape) != len(input.dims):
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for each in places.ravel().tolist():
        if not 0 <= each < input.dims[axis]:
            raise RuntimeError(
                f"index {each} is out of bounds for dimension {axis} with size {input.dims[axis]}"
            )
    return along(input, places, axis)


@function
def index_select(input, dim, index):
    """The parts at the places `index`, a vector, along `dim`.

    >>> from tapeflow import torch
    >>> torch.tensor([5, 6, 7]).index_select(0, torch.tensor([2, 0]))
    tensor([7, 5])
    """
    axis = dimension(dim, len(input.dims))
    for each in index._array.ravel().tolist():
        if not 0 <= each < input.dims[axis]:
            raise IndexError("index out of range in self")
    return tf.gather(input, index, axis=axis)


@function
def nonzero(input):
    """The indices of the elements that are not zero, one in each row.

    >>> from tapeflow import torch
    >>> torch.tensor([0, 5, 6]).nonzero()
    tensor([[1],
            [2]])
    """
    return tf.constant(numpy.argwhere(input._array), tf.int64)


Tensor.masked_select = masked_select
