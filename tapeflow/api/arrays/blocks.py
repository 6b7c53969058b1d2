"""Moving blocks of pixels into the batch or into the channels, and back: reshapes and transposes."""

from math import prod
from operator import index as as_int

from tapeflow.api.arrays.arguments import int_array, ints
from tapeflow.api.arrays.padding import pad
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import bracketed
from tapeflow.ops.indexing import strided_slice
from tapeflow.ops.layout import reshape, transpose

__all__ = [
    "batch_to_space",
    "depth_to_space",
    "required_space_to_batch_paddings",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
]


def space_to_batch(input, block_shape, paddings, name=None):
    """Blocks of the spatial axes, after padding with zeros, moved into the batch axis.

    Args:
      input: a tensor of shape `[batch, *spatial, ...]`.
      block_shape: the sizes of the blocks, one for each of the m spatial axes.
      paddings: integers of shape `[m, 2]`: zeros before and after along each spatial axis.

    Returns a tensor whose batch is as many times greater as a block has places. Raises InvalidArgumentError if
    blocks do not divide a padded axis.

    >>> tf.space_to_batch([[[[1], [2]], [[3], [4]]]], [2, 2], [[0, 0], [0, 0]]).shape
    TensorShape([4, 1, 1, 1])
    """
    tensor = as_tensor(input)
    block = _block(block_shape, "SpaceToBatchND", len(tensor.dims))
    amounts = _amounts(paddings, len(block), "paddings", "SpaceToBatchND")
    rest = len(tensor.dims) - 1 - len(block)
    if amounts != ((0, 0),) * len(block):
        tensor = pad(tensor, [(0, 0), *amounts, *[(0, 0)] * rest])
    batch, *spatial = tensor.dims[: len(block) + 1]
    split, outer, inner = [batch], [0], []
    for axis, (size, count) in enumerate(zip(spatial, block, strict=True)):
        if size % count:
            raise invalid(
                f"padded_shape[{axis}]={size} is not divisible by block_shape[{axis}]={count}",
                "SpaceToBatchND",
            )
        outer.append(len(split))
        inner.append(len(split) + 1)
        split += [size // count, count]
    tail = tensor.dims[len(block) + 1 :]
    perm = (*inner, *outer, *range(len(split), len(split) + len(tail)))
    moved = transpose(reshape(tensor, dims=(*split, *tail)), perm=perm)
    sizes = [size // count for size, count in zip(spatial, block, strict=True)]
    return reshape(moved, dims=(batch * prod(block), *sizes, *tail))


space_to_batch_nd = space_to_batch


def batch_to_space(input, block_shape, crops, name=None):
    """The inverse of `tf.space_to_batch`: blocks moved from the batch into the spatial axes, then cropped.

    Args:
      input: a tensor of shape `[batch, *spatial, ...]`.
      block_shape: the sizes of the blocks, one for each of the m spatial axes; or one for all of two.
      crops: integers of shape `[m, 2]`: how much is cut off before and after along each spatial axis.

    Raises InvalidArgumentError if the batch is no multiple of a block or more is cut off than there is.

    >>> tf.batch_to_space([[[[1]]], [[[2]]], [[[3]]], [[[4]]]], [2, 2], [[0, 0], [0, 0]]).numpy().ravel()
    array([1, 2, 3, 4], dtype=int32)
    """
    tensor = as_tensor(input)
    if isinstance(block_shape, int):
        block_shape = [block_shape, block_shape]
    block = _block(block_shape, "BatchToSpaceND", len(tensor.dims))
    amounts = _amounts(crops, len(block), "crops", "BatchToSpaceND")
    count = prod(block)
    batch, *spatial = tensor.dims[: len(block) + 1]
    tail = tensor.dims[len(block) + 1 :]
    if batch % count:
        raise invalid(
            f"Input batch dimension ({batch}) is not divisible by product of block sizes ({count})",
            "BatchToSpaceND",
        )
    axes = len(block)
    perm = [axes]
    for axis in range(axes):
        perm += [axes + 1 + axis, axis]
    split = (*block, batch // count, *spatial, *tail)
    moved = transpose(reshape(tensor, dims=split), perm=(*perm, *range(2 * axes + 1, len(split))))
    whole = tuple([size * factor for size, factor in zip(spatial, block, strict=True)])
    index = [(None, None, None)]
    for axis, (size, (start, end)) in enumerate(zip(whole, amounts, strict=True)):
        if size - start - end < 0:
            raise invalid(
                f"cropped_shape[{axis}]={size - start - end} must be non-negative", "BatchToSpaceND"
            )
        index.append((start, size - end, None))
    return strided_slice(reshape(moved, dims=(batch // count, *whole, *tail)), index=tuple(index))


def _block(block_shape, op_name, rank):
    array = int_array(block_shape, op_name, "Tblock_shape")
    if array.ndim != 1:
        raise invalid(f"block_shape rank should be 1 instead of {array.ndim}", op_name)
    block = tuple(array.tolist())
    if rank < len(block) + 1:
        raise invalid(f"input rank should be >= {len(block) + 1} instead of {rank}", op_name)
    for axis, size in enumerate(block):
        if size < 1:
            raise invalid(f"block_shape[{axis}]={size} must be positive", op_name)
    return block


def _amounts(value, count, what, op_name):
    array = int_array(value, op_name, f"T{what}")
    if array.shape != (count, 2):
        raise invalid(f"{what} should have shape [{count}, 2] instead of {bracketed(array.shape)}", op_name)
    if array.size and array.min() < 0:
        raise invalid(f"{what} must be non-negative", op_name)
    return tuple(map(tuple, array.tolist()))


def required_space_to_batch_paddings(input_shape, block_shape, base_paddings=None, name=None):
    """The paddings that let blocks divide spatial axes, and the crops that undo what they add.

    Args:
      input_shape: the sizes of the n spatial axes.
      block_shape: the sizes of the blocks.
      base_paddings: integers of shape `[n, 2]`: the least paddings; zeros unless given.

    Returns two int32 tensors of shape `[n, 2]`, paddings and crops.

    >>> paddings, crops = tf.required_space_to_batch_paddings([5], [2])
    >>> paddings.numpy(), crops.numpy()
    (array([[0, 1]], dtype=int32), array([[0, 1]], dtype=int32))
    """
    sizes, block = ints(input_shape, "SpaceToBatchND", "T"), ints(block_shape, "SpaceToBatchND", "T")
    base = (
        [(0, 0)] * len(sizes)
        if base_paddings is None
        else int_array(base_paddings, "SpaceToBatchND", "T").tolist()
    )
    paddings, crops = [], []
    for size, count, (start, end) in zip(sizes, block, base, strict=True):
        extra = -(size + start + end) % count
        paddings.append([start, end + extra])
        crops.append([0, extra])
    if not paddings:
        paddings = crops = [[0, 0]][:0]
    return as_tensor(paddings), as_tensor(crops)


def space_to_depth(input, block_size, data_format="NHWC", name=None):
    """Blocks of pixels moved into the channels.

    Args:
      input: a tensor of shape `[batch, height, width, channels]`, or for "NCHW" with the channels second.
      block_size: the height and width of the blocks, at least 2.
      data_format: "NHWC" or "NCHW".

    Raises InvalidArgumentError if blocks do not divide height and width.

    >>> tf.nn.space_to_depth([[[[1], [2]], [[3], [4]]]], 2).numpy().ravel()
    array([1, 2, 3, 4], dtype=int32)
    """
    tensor, block = _image(input, block_size, data_format, "SpaceToDepth")
    batch, height, width, channels = _nhwc(tensor.dims, data_format)
    if height % block or width % block:
        raise invalid(
            f"Image width {width} and height {height} should be divisible by block_size: {block} ",
            "SpaceToDepth",
        )
    rows, columns = height // block, width // block
    if data_format == "NHWC":
        blocks = reshape(tensor, dims=(batch, rows, block, columns, block, channels))
        moved = transpose(blocks, perm=(0, 1, 3, 2, 4, 5))
        return reshape(moved, dims=(batch, rows, columns, block * block * channels))
    blocks = reshape(tensor, dims=(batch, channels, rows, block, columns, block))
    moved = transpose(blocks, perm=(0, 3, 5, 1, 2, 4))
    return reshape(moved, dims=(batch, block * block * channels, rows, columns))


def depth_to_space(input, block_size, data_format="NHWC", name=None):
    """Channels moved into blocks of pixels: the inverse of `tf.nn.space_to_depth`.

    Args:
      input: a tensor of shape `[batch, height, width, channels]`, or for "NCHW" with the channels second.
      block_size: the height and width of the blocks, at least 2.
      data_format: "NHWC" or "NCHW".

    Raises InvalidArgumentError if the channels are no multiple of the places of a block.

    >>> tf.nn.depth_to_space([[[[1, 2, 3, 4]]]], 2).numpy()[0, :, :, 0]
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    tensor, block = _image(input, block_size, data_format, "DepthToSpace")
    batch, height, width, depth = _nhwc(tensor.dims, data_format)
    if depth % (block * block):
        raise invalid(
            f"Input depth dimension {depth} should be divisible by: {block * block}", "DepthToSpace"
        )
    channels = depth // (block * block)
    if data_format == "NHWC":
        blocks = reshape(tensor, dims=(batch, height, width, block, block, channels))
        moved = transpose(blocks, perm=(0, 1, 3, 2, 4, 5))
        return reshape(moved, dims=(batch, height * block, width * block, channels))
    blocks = reshape(tensor, dims=(batch, block, block, channels, height, width))
    moved = transpose(blocks, perm=(0, 3, 4, 1, 5, 2))
    return reshape(moved, dims=(batch, channels, height * block, width * block))


def _image(input, block_size, data_format, op_name):
    if data_format not in ("NHWC", "NCHW"):
        raise NotImplementedError(f"data_format {data_format!r} is not available; use 'NHWC' or 'NCHW'.")
    tensor = as_tensor(input)
    block = as_int(block_size)
    if block < 2:
        raise invalid(f"Value for attr 'block_size' of {block} must be at least minimum 2", op_name)
    if len(tensor.dims) != 4:
        raise invalid(f"Input rank should be 4 instead of {len(tensor.dims)}", op_name)
    return tensor, block


def _nhwc(dims, data_format):
    return dims if data_format == "NHWC" else (dims[0], dims[2], dims[3], dims[1])
