"""Nodes that make, cut, join and rearrange tensors."""

import numpy

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors
from tapeflow.core.eager import wrap
from tapeflow.core.size import NEEDS_SIZES
from tapeflow.ops.effects import prevent_gradient

of_tensors(
    {
        "BatchToSpaceND": tf.batch_to_space,
        "BroadcastTo": tf.broadcast_to,
        "BroadcastArgs": tf.broadcast_dynamic_shape,
        "DynamicStitch": lambda *inputs: tf.dynamic_stitch(
            list(inputs[: len(inputs) // 2]), list(inputs[len(inputs) // 2 :])
        ),
        "ExpandDims": tf.expand_dims,
        "Fill": tf.fill,
        "Identity": lambda x: x,
        "InvertPermutation": tf.math.invert_permutation,
        "LinSpace": tf.linspace,
        "OnesLike": tf.ones_like,
        "Range": tf.range,
        "Rank": tf.rank,
        "Reshape": tf.reshape,
        "ReverseV2": tf.reverse,
        "Roll": tf.roll,
        "Slice": tf.slice,
        "Snapshot": lambda x: x,
        "SpaceToBatchND": tf.space_to_batch_nd,
        "StopGradient": tf.stop_gradient,
        "Tile": tf.tile,
        "Transpose": tf.transpose,
        "ZerosLike": tf.zeros_like,
    }
)


@node_op("Const")
def _const(node):
    array, dtype = node.tensor("value")
    if dtype is tf.string and not isinstance(array, numpy.ndarray):
        array = numpy.asarray(array, object)
    return wrap(array, dtype)


@node_op("Shape", "ShapeN", "Size")
def _shape(node, *inputs):
    dtype = node.dtype("out_type", tf.int32.as_datatype_enum)
    if node.op == "Size":
        return tf.size(inputs[0], dtype)
    found = [tf.shape(each, dtype) for each in inputs]
    return found if node.op == "ShapeN" else found[0]


@node_op("EnsureShape")
def _ensure_shape(node, x):
    return tf.ensure_shape(x, node.dims("shape"))


@node_op("Placeholder", is_pure=False)
def _placeholder(node):
    raise ValueError(f"{node} has no value here: give one by `input_map`.")


@node_op("PlaceholderWithDefault")
def _with_default(node, x):
    return x


@node_op("Empty", is_pure=False)
def _empty(node, shape):
    return tf.zeros(shape, node.dtype("dtype"))


@node_op("ConcatV2")
def _concat(node, *inputs):
    return tf.concat(list(inputs[:-1]), inputs[-1])


@node_op("Concat")
def _old_concat(node, axis, *inputs):
    return tf.concat(list(inputs), axis)


@node_op("Pack")
def _pack(node, *inputs):
    return tf.stack(list(inputs), node.integer("axis"))


@node_op("Unpack")
def _unpack(node, x):
    return tf.unstack(x, node.integer("num"), node.integer("axis"))


@node_op("Split")
def _split(node, axis, x):
    return tf.split(x, node.integer("num_split", 1), axis)


@node_op("SplitV")
def _split_of_sizes(node, x, sizes, axis):
    return tf.split(x, sizes, axis, node.integer("num_split", 1))


@node_op("Squeeze")
def _squeeze(node, x):
    return tf.squeeze(x, node.integers("squeeze_dims") or None)


_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


@node_op("StridedSlice")
def _strided_slice(node, x, begin, end, strides):
    masks = {each: node.integer(each) for each in _MASKS}
    try:
        return tf.strided_slice(x, begin, end, strides, **masks)
    except NEEDS_SIZES:
        return x[slice_index(masks, begin, end, strides)]


def slice_index(masks, begin, end, strides):
    """The index in brackets whose limits are tensors that are known at run time only."""
    index = []
    limits = zip(*[tf.unstack(each) for each in (begin, end, strides)], strict=True)
    for place, (first, last, step) in enumerate(limits):
        is_set = {name: mask >> place & 1 for name, mask in masks.items()}
        if is_set["ellipsis_mask"]:
            index.append(Ellipsis)
        elif is_set["new_axis_mask"]:
            index.append(tf.newaxis)
        elif is_set["shrink_axis_mask"]:
            index.append(first)
        else:
            limit = None if is_set["end_mask"] else last
            index.append(slice(None if is_set["begin_mask"] else first, limit, step))
    return tuple(index)


@node_op("TensorStridedSliceUpdate")
def _sliced_update(node, x, begin, end, strides, value):
    masks = {each: node.integer(each) for each in _MASKS}
    size = tf.size(x)
    places = tf.strided_slice(tf.reshape(tf.range(size), tf.shape(x)), begin, end, strides, **masks)
    flat = tf.tensor_scatter_nd_update(
        tf.reshape(x, [-1]),
        tf.reshape(places, [-1, 1]),
        tf.reshape(tf.broadcast_to(value, tf.shape(places)), [-1]),
    )
    return tf.reshape(flat, tf.shape(x))


@node_op("GatherV2")
def _gather(node, params, indices, axis):
    return tf.gather(params, indices, axis=axis, batch_dims=node.integer("batch_dims"))


@node_op("Gather")
def _old_gather(node, params, indices):
    return tf.gather(params, indices)


@node_op("GatherNd")
def _gather_nd(node, params, indices):
    return tf.gather_nd(params, indices)


@node_op("OneHot")
def _one_hot(node, indices, depth, on_value, off_value):
    return tf.one_hot(indices, depth, on_value, off_value, node.integer("axis", -1))


@node_op("Pad", "PadV2", "MirrorPad")
def _pad(node, x, paddings, value=0):
    mode = node.text("mode") if node.op == "MirrorPad" else "CONSTANT"
    return tf.pad(x, paddings, mode, value)


@node_op("ReverseSequence")
def _reverse_sequence(node, x, lengths):
    return tf.reverse_sequence(x, lengths, node.integer("seq_dim"), node.integer("batch_dim"))


@node_op("ConcatOffset")
def _concat_offset(node, axis, *shapes):
    axis = int(tf.get_static_value(axis))
    lengths = [each[axis] for each in shapes]
    starts = [tf.add_n(lengths[:k]) if k else tf.zeros_like(lengths[0]) for k in range(len(shapes))]
    rank = shapes[0].shape[0]
    zero = tf.zeros_like(starts[0])
    return [tf.stack([start if k == axis % rank else zero for k in range(rank)]) for start in starts]


@node_op("Unique", "UniqueV2", outputs=("y", "idx"))
def _unique(node, x, axis=(0,)):
    return tuple(
        tf.raw_ops.UniqueV2(x=x, axis=axis, out_idx=node.dtype("out_idx", tf.int32.as_datatype_enum))
    )


@node_op("UniqueWithCounts", "UniqueWithCountsV2", outputs=("y", "idx", "count"))
def _unique_with_counts(node, x, axis=(0,)):
    out_idx = node.dtype("out_idx", tf.int32.as_datatype_enum)
    return tuple(tf.raw_ops.UniqueWithCountsV2(x=x, axis=axis, out_idx=out_idx))


@node_op("DynamicPartition")
def _dynamic_partition(node, x, partitions):
    return tf.dynamic_partition(x, partitions, node.integer("num_partitions"))


@node_op("MatrixBandPart")
def _band_part(node, x, lower, upper):
    return tf.linalg.band_part(x, lower, upper)


@node_op("DepthToSpace", "SpaceToDepth")
def _depth_and_space(node, x):
    function = tf.nn.depth_to_space if node.op == "DepthToSpace" else tf.nn.space_to_depth
    return function(x, node.integer("block_size"), node.text("data_format", "NHWC"))


@node_op("UnravelIndex")
def _unravel_index(node, indices, dims):
    return tf.unravel_index(indices, dims)


@node_op("PreventGradient")
def _prevent_gradient(node, x):
    return prevent_gradient(x, message=node.text("message"))


@node_op("IdentityN")
def _identity_n(node, *inputs):
    return list(inputs)


@node_op("CheckNumerics")
def _check_numerics(node, x):
    return tf.debugging.check_numerics(x, node.text("message"))
