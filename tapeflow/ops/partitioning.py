"""Dealing slices out by number, and putting them together again."""

from math import prod

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import invalid
from tapeflow.core.op import op
from tapeflow.core.shapes import bracketed
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import reshape


@op("DynamicPartition", linear=True)
def dynamic_partition(xp, x, partitions, *, num_partitions):
    """A tensor for each number of [0, num_partitions), with the slices of x that have it in `partitions`."""
    _check_prefix(x.shape, partitions.shape)
    wrong = (partitions < 0) | (partitions >= num_partitions)
    if numpy.any(wrong):
        place = numpy.argwhere(wrong)[0].tolist()
        found = f"partitions[{','.join(map(str, place))}] = {partitions[tuple(place)]}"
        raise invalid(f"{found} is not in [0, {num_partitions})", "DynamicPartition")
    flat = numpy.reshape(x, (partitions.size, *x.shape[partitions.ndim :]))
    numbers = numpy.reshape(partitions, -1)
    return tuple([flat[numbers == number] for number in range(num_partitions)])


@dynamic_partition.spec
def _(x, partitions, num_partitions):
    dims = None
    if x.dims is not None and partitions.dims is not None:
        _check_prefix(x.dims, partitions.dims)
        dims = (None, *x.dims[len(partitions.dims) :])
    return tuple([x.with_dims(dims)] * num_partitions)


def _check_prefix(dims, partitions_dims):
    head = dims[: len(partitions_dims)]
    if len(head) < len(partitions_dims) or any(
        a != b and None not in (a, b) for a, b in zip(head, partitions_dims, strict=True)
    ):
        raise invalid(
            "data.shape must start with partitions.shape, got data.shape = "
            f"{bracketed(dims)}, partitions.shape = {bracketed(partitions_dims)}",
            "DynamicPartition",
        )


def _partition_gradient(g, x_shape, partitions, num_partitions):
    count = prod(partitions.dims)
    order = embedded(numpy.arange(count, dtype=numpy.int32).reshape(partitions.dims), types.int32)
    places = dynamic_partition(order, partitions, num_partitions=num_partitions)
    return reshape(dynamic_stitch(*places, *g), dims=x_shape), None


dynamic_partition.grad(_partition_gradient)


@op("DynamicStitch", linear=True)
def dynamic_stitch(xp, *values):
    """One tensor whose slice i is the last slice with index i; the first half of `values` are the indices."""
    half = len(values) // 2
    indices, data = values[:half], values[half:]
    inner = _check_stitch(indices, data)
    count = max([int(each.max()) + 1 for each in indices if each.size], default=0)
    result = numpy.zeros((count, *inner), data[0].dtype)
    for places, slices in zip(indices, data, strict=True):
        result[places] = slices
    return result


def _check_stitch(indices, data):
    """The shape of one slice; raises TensorFlow's error for slices that do not fit."""
    inner = data[0].shape[indices[0].ndim :]
    for position, (places, slices) in enumerate(zip(indices, data, strict=True)):
        rank = places.ndim
        if slices.shape[:rank] != places.shape:
            message = (
                f"data[{position}].shape = {bracketed(slices.shape)} does not start with "
                f"indices[{position}].shape = {bracketed(places.shape)}"
            )
        elif slices.shape[rank:] != inner:
            first, here = indices[0].ndim, rank
            message = (
                f"Need data[0].shape[{first}:] = data[{position}].shape[{here}:], got data[0].shape = "
                f"{bracketed(data[0].shape)}, data[{position}].shape = {bracketed(slices.shape)}, indices[0].shape = "
                f"{bracketed(indices[0].shape)}, indices[{position}].shape = {bracketed(places.shape)}"
            )
        elif places.size and places.min() < 0:
            message = f"indices[{position}] is out of range"
        else:
            continue
        raise invalid(message, "DynamicStitch")
    return inner


@dynamic_stitch.spec
def _(*values):
    half = len(values) // 2
    indices, data = values[0], values[half]
    if indices.dims is None or data.dims is None:
        return data.with_dims(None)
    return data.with_dims((None, *data.dims[len(indices.dims) :]))


def _stitch_gradient(g, values):
    indices = values[: len(values) // 2]
    return [None] * len(indices) + [gather(g, each, axis=0, batch_dims=0) for each in indices]


dynamic_stitch.grad(values=_stitch_gradient)
