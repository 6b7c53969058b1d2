"""`tensorflow.compiler.tf2xla.python.xla`: an operation of XLA that Keras uses."""

import numpy

from tapeflow.api.arrays import tensor_scatter_nd_update
from tapeflow.api.clipping import clip_by_value
from tapeflow.core.dtypes import int32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast

__all__ = ["dynamic_update_slice"]


def dynamic_update_slice(x, update, start_indices):
    """x with the block that begins at `start_indices` replaced by `update`.

    x: a tensor of any dtype; update: a tensor of its dtype, not larger along any axis; start_indices: integers, one
    for each axis. The block is moved so that it lies inside x. Returns a tensor of x's shape. Source: the operation
    DynamicUpdateSlice of XLA. InvalidArgumentError for ranks or sizes that do not fit.

    >>> from tapeflow.api.xla import dynamic_update_slice
    >>> dynamic_update_slice([1, 2, 3, 4], [8, 9], [3]).numpy()
    array([1, 2, 8, 9], dtype=int32)
    """
    x = as_tensor(x)
    update = as_tensor(update, x._dtype)
    start_indices = as_tensor(start_indices)
    if len(update.dims) != len(x.dims) or start_indices.dims != (len(x.dims),):
        raise InvalidArgumentError(
            None,
            None,
            f"x of shape {list(x.dims)} takes an update of {len(x.dims)} axes and as many start indices; got an update "
            f"of shape {list(update.dims)} and start indices of shape {list(start_indices.dims)}. "
            "[Op:XlaDynamicUpdateSlice]",
        )
    room = numpy.subtract(x.dims, update.dims).astype("int32")
    if (room < 0).any():
        raise InvalidArgumentError(
            None,
            None,
            f"An update of shape {list(update.dims)} has no room in x of shape {list(x.dims)}. "
            "[Op:XlaDynamicUpdateSlice]",
        )
    start = clip_by_value(cast(start_indices, dtype=int32), 0, room)
    if not x.dims:
        return update
    places = numpy.stack(numpy.indices(update.dims, dtype="int32"), axis=-1)
    return tensor_scatter_nd_update(x, as_tensor(places) + start, update)
