"""Adding elements around a tensor."""

from tapeflow.api.arrays.arguments import int_array
from tapeflow.core import dtypes as types
from tapeflow.core.arguments import traced_ints
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import bracketed
from tapeflow.core.size import certainly_less
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import padding
from tapeflow.ops.creation import ones
from tapeflow.ops.layout import reshape
from tapeflow.ops.selection import select

__all__ = ["pad"]


def pad(tensor, paddings, mode="CONSTANT", constant_values=0, name=None):
    """The tensor with elements added before and after along each axis.

    Args:
      tensor: the tensor, of rank n.
      paddings: integers of shape `[n, 2]`: how many come before and after along each axis.
      mode: "CONSTANT"; "REFLECT", a mirror image without the border elements; or "SYMMETRIC", one with them.
      constant_values: the scalar to add in mode "CONSTANT".

    Raises InvalidArgumentError for paddings that do not fit and ValueError for another mode.

    >>> tf.pad([1, 2, 3], [[1, 2]]).numpy()
    array([0, 1, 2, 3, 0, 0], dtype=int32)
    >>> tf.pad([1, 2, 3], [[2, 1]], "REFLECT").numpy()
    array([3, 2, 1, 2, 3, 2], dtype=int32)
    """
    tensor = as_tensor(tensor)
    mode = mode.upper()
    if mode not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(
            'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
            f"Received `mode` = {mode}"
        )
    op_name = "Pad" if mode == "CONSTANT" else "MirrorPad"
    amounts = _amounts(paddings, tensor.dims, op_name)
    if mode != "CONSTANT":
        return padding.mirror_pad(tensor, paddings=amounts, offset=int(mode == "REFLECT"))
    if isinstance(constant_values, Tensor) or constant_values != 0:
        value = as_tensor(constant_values, tensor._dtype)
        if type(value) is not EagerTensor:
            inside = padding.pad(ones(tensor.dims, types.bool), paddings=amounts, value=False)
            return select(inside, padding.pad(tensor, paddings=amounts, value=0), value)
        return padding.pad(tensor, paddings=amounts, value=value._array.item())
    return padding.pad(tensor, paddings=amounts, value=b"" if tensor._dtype is types.string else 0)


def _amounts(paddings, dims, op_name):
    amounts = _pairs_of_ints(paddings) or _matrix(paddings, op_name)
    if len(amounts) != len(dims):
        raise invalid(
            f"The first dimension of paddings must be the rank of inputs[{len(amounts)},2] {bracketed(dims)} ",
            op_name,
        )
    for before, after in amounts:
        if certainly_less(before, 0) or certainly_less(after, 0):
            raise invalid(f"Paddings must be non-negative: {before} {after}", op_name)
    return amounts


def _pairs_of_ints(paddings):
    """The pairs in a nested list of plain ints, the usual case; None for anything else."""
    if type(paddings) is not list and type(paddings) is not tuple:
        return None
    amounts = []
    for pair in paddings:
        if (type(pair) is not list and type(pair) is not tuple) or list(map(type, pair)) != [int, int]:
            return None
        amounts.append(tuple(pair))
    return tuple(amounts)


def _matrix(paddings, op_name):
    traced = _traced_pairs(paddings)
    if traced is not None:
        return traced
    array = int_array(paddings, op_name, "Tpaddings")
    if array.ndim != 2 or array.shape[1] != 2:
        raise invalid(f"paddings must be a matrix with 2 columns: {bracketed(array.shape)}", op_name)
    return tuple(map(tuple, array.tolist()))


def _traced_pairs(paddings):
    """The pairs of ints and Sizes that a traced program computes; None for known numbers."""
    flat = as_tensor(paddings)
    if len(flat.dims) != 2 or flat.dims[1] != 2 or type(flat) is EagerTensor:
        return None
    numbers = traced_ints(reshape(flat, dims=(2 * flat.dims[0],)))
    return None if numbers is None else tuple(zip(numbers[::2], numbers[1::2], strict=True))
