"""Tensors with values put at given places."""

from tapeflow.api.arrays.arguments import index_tensor, ints
from tapeflow.core import dtypes as types
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor, as_tensors, operands
from tapeflow.core.tensor import Tensor
from tapeflow.ops import partitioning, scattering

__all__ = [
    "dynamic_partition",
    "dynamic_stitch",
    "scatter_nd",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
]


def scatter_nd(indices, updates, shape, name=None, bad_indices_policy=""):
    """Zeros of the given shape with the updates added at coordinates.

    Args:
      indices: int32 or int64 of shape `[..., depth]`, whose last axis holds coordinates along the first axes.
      updates: the values, of shape `indices.shape[:-1] + shape[depth:]`; those for the same place are added.
      shape: the shape of the result.
      bad_indices_policy: what to do with coordinates out of range: "" or "ERROR".

    Raises InvalidArgumentError for coordinates out of range and shapes that do not fit.

    >>> tf.scatter_nd([[1], [3], [1]], [1, 2, 10], [5]).numpy()
    array([ 0, 11,  0,  2,  0], dtype=int32)
    """
    _known_policy(bad_indices_policy)
    indices = index_tensor(indices, "ScatterNd")
    if isinstance(shape, Tensor) and shape.dtype is not indices.dtype:
        raise invalid(
            f"cannot compute ScatterNd as input #2(zero-based) was expected to be a {indices.dtype.name} tensor "
            f"but is a {shape.dtype.name} tensor",
            "ScatterNd",
        )
    updates = _with_axes(as_tensor(updates), "ScatterNd")
    return scattering.scatter_nd(indices, updates, dims=ints(shape, "ScatterNd", "Tindices"))


def _with_axes(updates, op_name):
    if not updates.dims:
        raise invalid("Updates shape must have rank at least one. Found:[]", op_name)
    return updates


def _known_policy(policy):
    if policy not in ("", "DEFAULT", "ERROR"):
        raise NotImplementedError(f"bad_indices_policy={policy!r} is not available; use 'ERROR'.")


def _tensor_scatter(op, tensor, indices, updates, policy=""):
    _known_policy(policy)
    tensor, updates = operands(tensor, updates)
    if tensor._dtype is not updates._dtype:
        names = {"float16": "half", "float32": "float", "float64": "double"}
        expected, found = [names.get(each.dtype.name, each.dtype.name) for each in (tensor, updates)]
        raise invalid(
            f"cannot compute {op.type_name} as input #2(zero-based) was expected to be a {expected} tensor but "
            f"is a {found} tensor",
            op.type_name,
        )
    allowed = (types.int16, types.int32, types.int64)
    return op(tensor, index_tensor(indices, op.type_name, allowed), _with_axes(updates, op.type_name))


def tensor_scatter_nd_update(tensor, indices, updates, name=None, bad_indices_policy=""):
    """A copy of the tensor with the updates in place of what is at the coordinates.

    Args:
      tensor: the tensor.
      indices: integers of shape `[..., depth]`: coordinates along the first axes of `tensor`.
      updates: the new values, of shape `indices.shape[:-1] + tensor.shape[depth:]`.
      bad_indices_policy: what to do with coordinates out of range: "" or "ERROR".

    Raises InvalidArgumentError for coordinates out of range and shapes that do not fit.

    >>> tf.tensor_scatter_nd_update([1, 2, 3], [[0], [2]], [9, 8]).numpy()
    array([9, 2, 8], dtype=int32)
    """
    return _tensor_scatter(scattering.tensor_scatter_update, tensor, indices, updates, bad_indices_policy)


def tensor_scatter_nd_add(tensor, indices, updates, name=None, bad_indices_policy=""):
    """A copy of the tensor with the updates added at the coordinates; see `tf.tensor_scatter_nd_update`.

    >>> tf.tensor_scatter_nd_add([1, 2, 3], [[0], [0]], [10, 100]).numpy()
    array([111,   2,   3], dtype=int32)
    """
    return _tensor_scatter(scattering.tensor_scatter_add, tensor, indices, updates, bad_indices_policy)


def tensor_scatter_nd_sub(tensor, indices, updates, name=None, bad_indices_policy=""):
    """A copy of the tensor with the updates subtracted at the coordinates; see `tf.tensor_scatter_nd_update`.

    >>> tf.tensor_scatter_nd_sub([1, 2, 3], [[0], [0]], [10, 100]).numpy()
    array([-109,    2,    3], dtype=int32)
    """
    return _tensor_scatter(scattering.tensor_scatter_sub, tensor, indices, updates, bad_indices_policy)


def tensor_scatter_nd_max(tensor, indices, updates, name=None, bad_indices_policy=""):
    """A copy of the tensor with the maximum of old and new at coordinates; see `tf.tensor_scatter_nd_update`.

    >>> tf.tensor_scatter_nd_max([1, 2, 3], [[0], [2]], [5, 0]).numpy()
    array([5, 2, 3], dtype=int32)
    """
    return _tensor_scatter(scattering.tensor_scatter_max, tensor, indices, updates, bad_indices_policy)


def tensor_scatter_nd_min(tensor, indices, updates, name=None, bad_indices_policy=""):
    """A copy of the tensor with the minimum of old and new at coordinates; see `tf.tensor_scatter_nd_update`.

    >>> tf.tensor_scatter_nd_min([1, 2, 3], [[0], [2]], [5, 0]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    return _tensor_scatter(scattering.tensor_scatter_min, tensor, indices, updates, bad_indices_policy)


def dynamic_partition(data, partitions, num_partitions, name=None):
    """The slices of a tensor dealt out: a list of tensors, the i-th with the slices that have the number i.

    Args:
      data: the tensor.
      partitions: int32 numbers of [0, num_partitions), of the shape of the first axes of `data`.
      num_partitions: how many tensors there are.

    Raises InvalidArgumentError for a number out of range.

    >>> [x.numpy().tolist() for x in tf.dynamic_partition([10, 20, 30], [0, 1, 0], 2)]
    [[10, 30], [20]]
    """
    partitions = as_tensor(partitions, types.int32)
    return list(
        partitioning.dynamic_partition(as_tensor(data), partitions, num_partitions=int(num_partitions))
    )


def dynamic_stitch(indices, data, name=None):
    """The slices of several tensors put together: slice i of the result is the last one with the index i.

    Args:
      indices: a list of int32 tensors.
      data: a list of as many tensors, whose shapes begin with those of the indices.

    Raises InvalidArgumentError for shapes that do not fit.

    >>> tf.dynamic_stitch([[0, 2], [1]], [[10, 30], [20]]).numpy()
    array([10, 20, 30], dtype=int32)
    """
    if len(indices) != len(data) or not indices:
        raise ValueError(
            f"List argument 'data' to 'dynamic_stitch' must have the length of 'indices', at least 1; "
            f"got {len(data)} and {len(indices)}."
        )
    places = [as_tensor(each, types.int32) for each in indices]
    return partitioning.dynamic_stitch(*places, *as_tensors(data))
