"""Functions that put the same elements into another shape or order."""

import math

import tapeflow as tf
from tapeflow.torch import dtypes
from tapeflow.torch.calls import function
from tapeflow.torch.reductions import axes
from tapeflow.torch.shape import dimension
from tapeflow.torch.tensor import Tensor

__all__ = [
    "broadcast_to",
    "cat",
    "chunk",
    "concat",
    "concatenate",
    "diag",
    "flatten",
    "flip",
    "movedim",
    "permute",
    "reshape",
    "roll",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "t",
    "tile",
    "transpose",
    "tril",
    "triu",
    "unbind",
    "unsqueeze",
]


def _sizes(size):
    return list(size[0]) if len(size) == 1 and isinstance(size[0], tuple | list) else list(size)


@function(node="ViewBackward0", view=True)
def reshape(input, *shape):
    """The same elements in another shape; one size may be -1. RuntimeError if their number differs.

    >>> from tapeflow import torch
    >>> torch.arange(6).reshape(2, -1)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    shape = _sizes(shape)
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    given, known = math.prod(input.dims), math.prod(size for size in shape if size != -1)
    fits = known and given % known == 0 if -1 in shape else given == known
    if not fits:
        raise RuntimeError(f"shape '{shape}' is invalid for input of size {given}")
    return tf.reshape(input, shape)


Tensor.view = reshape
Tensor.view_as = Tensor.reshape_as = lambda self, other: reshape(self, other.shape)


@function(node="ViewBackward0", view=True)
def flatten(input, start_dim=0, end_dim=-1):
    """Dimensions `start_dim` to `end_dim` as one.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3, 4).flatten(1).shape
    torch.Size([2, 12])
    """
    rank = len(input.dims)
    start, end = dimension(start_dim, rank), dimension(end_dim, rank)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    middle = math.prod(input.dims[start : end + 1])
    return tf.reshape(input, [*input.dims[:start], middle, *input.dims[end + 1 :]])


@function(view=True)
def transpose(input, dim0, dim1):
    """Two dimensions exchanged.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3).transpose(0, 1).shape
    torch.Size([3, 2])
    """
    rank = len(input.dims)
    first, second = dimension(dim0, rank), dimension(dim1, rank)
    order = list(range(rank))
    if rank:
        order[first], order[second] = second, first
    return tf.transpose(input, order)


swapaxes = Tensor.swapaxes = transpose


@function(view=True)
def t(input):
    """The transpose of a matrix; vectors and scalars as they are.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3).t().shape
    torch.Size([3, 2])
    """
    if len(input.dims) > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {len(input.dims)}D")
    return tf.transpose(input)


@function(view=True)
def permute(input, *dims):
    """Dimensions in another order.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3, 4).permute(2, 0, 1).shape
    torch.Size([4, 2, 3])
    """
    order = [dimension(each, len(input.dims)) for each in _sizes(dims)]
    if len(order) != len(input.dims):
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {len(input.dims)} is not equal to len(dims) = {len(order)}"
        )
    if len(set(order)) != len(order):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return tf.transpose(input, order)


@function(node="PermuteBackward0", view=True)
def movedim(input, source, destination):
    """The dimension `source` moved to the place `destination`.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3, 4).movedim(0, -1).shape
    torch.Size([3, 4, 2])
    """
    rank = len(input.dims)
    order = list(range(rank))
    order.insert(dimension(destination, rank), order.pop(dimension(source, rank)))
    return tf.transpose(input, order)


@function(node=lambda input, dim=None: f"SqueezeBackward{0 if dim is None else 1}", view=True)
def squeeze(input, dim=None):
    """Without dimensions of size 1: all of them, or `dim` if it is one.

    >>> from tapeflow import torch
    >>> torch.zeros(1, 3, 1).squeeze(-1).shape
    torch.Size([1, 3])
    """
    over = axes(input, dim)
    over = range(len(input.dims)) if over is None else over
    over = [axis for axis in over if input.dims[axis] == 1]
    return tf.squeeze(input, over) if over else tf.identity(input)


@function(view=True)
def unsqueeze(input, dim):
    """With a new dimension of size 1 at `dim`.

    >>> from tapeflow import torch
    >>> torch.zeros(3).unsqueeze(0).shape
    torch.Size([1, 3])
    """
    return tf.expand_dims(input, dimension(dim, len(input.dims) + 1))


@function(node="ExpandBackward0", view=True, method=False)
def broadcast_to(input, size):
    """Repeated along dimensions of size 1 and new leading ones; -1 leaves a size as it is.

    >>> from tapeflow import torch
    >>> torch.broadcast_to(torch.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    added = len(size) - len(input.dims)
    if added < 0:
        raise RuntimeError(
            f"expand: the number of sizes provided ({len(size)}) must be greater or equal to the number of dimensions "
            f"in the tensor ({len(input.dims)})"
        )
    dims = []
    for axis, wanted in enumerate(size):
        found = input.dims[axis - added] if axis >= added else 1
        wanted = found if wanted == -1 else wanted
        if found not in (1, wanted):
            raise RuntimeError(
                f"The expanded size of the tensor ({wanted}) must match the existing size ({found}) at non-singleton "
                f"dimension {axis}.  Target sizes: {list(size)}.  Tensor sizes: {list(input.dims)}"
            )
        dims.append(wanted)
    return tf.broadcast_to(input, dims)


Tensor.broadcast_to = broadcast_to
Tensor.expand = lambda self, *sizes: broadcast_to(self, _sizes(sizes))
Tensor.expand_as = lambda self, other: broadcast_to(self, other.shape)


@function(node="RepeatBackward0")
def tile(input, *dims):
    """The tensor laid side by side, `dims` times in each dimension.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2]).repeat(2)
    tensor([1, 2, 1, 2])
    """
    times = _sizes(dims)
    added = len(times) - len(input.dims)
    times = [1] * -added + times
    return tf.tile(tf.reshape(input, [1] * added + list(input.dims)), times)


Tensor.repeat = tile


@function(method=False)
def cat(tensors, dim=0):
    """Tensors joined along an existing dimension.

    >>> from tapeflow import torch
    >>> torch.cat([torch.tensor([1, 2]), torch.tensor([3])])
    tensor([1, 2, 3])
    """
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    first = tensors[0]
    axis = dimension(dim, len(first.dims))
    for each in tensors:
        if len(each.dims) != len(first.dims):
            raise RuntimeError(
                f"Tensors must have same number of dimensions: got {len(first.dims)} and {len(each.dims)}"
            )
    for position, each in enumerate(tensors):
        for other, size in enumerate(each.dims):
            if other != axis and size != first.dims[other]:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {first.dims[other]} but "
                    f"got size {size} for tensor number {position} in the list."
                )
    return tf.concat(_same_dtype(tensors), axis)


concat = concatenate = cat


def _same_dtype(tensors):
    chosen = dtypes.of(tensors[0]._dtype)
    for each in tensors[1:]:
        chosen = dtypes.promote_types(chosen, dtypes.of(each._dtype))
    return [tf.cast(each, chosen.engine) for each in tensors]


@function(method=False)
def stack(tensors, dim=0):
    """Tensors of one shape joined along a new dimension.

    >>> from tapeflow import torch
    >>> torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = tensors[0].dims
    for position, each in enumerate(tensors):
        if each.dims != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and {list(each.dims)} "
                f"at entry {position}"
            )
    return tf.stack(_same_dtype(tensors), dimension(dim, len(first) + 1))


@function(view=True)
def split(tensor, split_size, dim=0):
    """Pieces of `split_size`, the last maybe smaller; or of the sizes in a list.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2, 3]).split(2)
    (tensor([1, 2]), tensor([3]))
    """
    axis = dimension(dim, len(tensor.dims))
    size = tensor.dims[axis]
    if isinstance(split_size, int):
        if split_size <= 0:
            raise RuntimeError(
                f"split_size can only be 0 if dimension size is 0, but got dimension size of {size}"
            )
        split_size = [min(split_size, size - start) for start in range(0, size, split_size)]
    elif sum(split_size) != size:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension {axis}), "
            f"but got split_sizes={list(split_size)}"
        )
    return tuple(tf.split(tensor, list(split_size), axis))


@function(node="SplitBackward0", view=True)
def chunk(input, chunks, dim=0):
    """`chunks` pieces of one size, the last maybe smaller.

    >>> from tapeflow import torch
    >>> torch.arange(5).chunk(2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    size = input.dims[dimension(dim, len(input.dims))]
    return split.__wrapped__(input, -(-size // chunks), dim)


@function(view=True)
def unbind(input, dim=0):
    """The parts along a dimension, without it.

    >>> from tapeflow import torch
    >>> torch.tensor([[1, 2], [3, 4]]).unbind(1)
    (tensor([1, 3]), tensor([2, 4]))
    """
    return tuple(tf.unstack(input, axis=dimension(dim, len(input.dims))))


@function
def flip(input, *dims):
    """Reversed along the dimensions `dims`.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2, 3]).flip(0)
    tensor([3, 2, 1])
    """
    return tf.reverse(input, axes(input, tuple(_sizes(dims))) or [])


@function
def roll(input, shifts, dims=None):
    """Elements shifted along `dims`, those pushed out coming in at the other end; flattened if `dims` is None.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2, 3]).roll(1)
    tensor([3, 1, 2])
    """
    if dims is None:
        return tf.reshape(tf.roll(tf.reshape(input, [-1]), shifts, 0), input.dims)
    return tf.roll(input, shifts, dims)


@function
def tril(input):
    """The matrix without what is above its diagonal.

    >>> from tapeflow import torch
    >>> torch.ones(2, 2).tril()
    tensor([[1., 0.],
            [1., 1.]])
    """
    return tf.linalg.band_part(input, -1, 0)


@function
def triu(input):
    """The matrix without what is below its diagonal.

    >>> from tapeflow import torch
    >>> torch.ones(2, 2).triu()
    tensor([[1., 1.],
            [0., 1.]])
    """
    return tf.linalg.band_part(input, 0, -1)


@function(node="DiagEmbedBackward0")
def diag(input):
    """The diagonal of a matrix, or the matrix with a vector on its diagonal.

    >>> from tapeflow import torch
    >>> torch.diag(torch.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    if len(input.dims) == 1:
        return tf.linalg.diag(input)
    return tf.linalg.diag_part(input[: min(input.dims), : min(input.dims)])


def _reversed(self):
    """All dimensions in the opposite order."""
    return permute(self, tuple(reversed(range(self.ndim))))


Tensor.T = property(_reversed)
Tensor.mT = property(lambda self: transpose(self, -2, -1), doc="The last two dimensions exchanged.")
