"""Nodes that look for places, order elements, or write at places."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors

_INT32, _INT64 = tf.int32.as_datatype_enum, tf.int64.as_datatype_enum

of_tensors(
    {
        "InTopKV2": lambda predictions, targets, k: tf.math.in_top_k(targets, predictions, k),
        "ScatterNd": tf.scatter_nd,
        "SegmentMax": tf.math.segment_max,
        "SegmentMean": tf.math.segment_mean,
        "SegmentMin": tf.math.segment_min,
        "SegmentProd": tf.math.segment_prod,
        "SegmentSum": tf.math.segment_sum,
        "TensorScatterAdd": tf.tensor_scatter_nd_add,
        "TensorScatterMax": tf.tensor_scatter_nd_max,
        "TensorScatterMin": tf.tensor_scatter_nd_min,
        "TensorScatterSub": tf.tensor_scatter_nd_sub,
        "TensorScatterUpdate": tf.tensor_scatter_nd_update,
        "UnsortedSegmentMax": tf.math.unsorted_segment_max,
        "UnsortedSegmentMin": tf.math.unsorted_segment_min,
        "UnsortedSegmentProd": tf.math.unsorted_segment_prod,
        "UnsortedSegmentSum": tf.math.unsorted_segment_sum,
        "Where": tf.where,
    }
)


@node_op("ArgMax", "ArgMin")
def _extreme(node, x, axis):
    function = tf.argmax if node.op == "ArgMax" else tf.argmin
    return function(x, axis, node.dtype("output_type", _INT64))


@node_op("TopK", "TopKV2", outputs=("values", "indices"))
def _top_k(node, x, k=None):
    k = node.integer("k") if k is None else k
    return tuple(tf.math.top_k(x, k, node.flag("sorted", True), node.dtype("index_type", _INT32)))


@node_op("LowerBound", "UpperBound")
def _bound(node, rows, values):
    side = "left" if node.op == "LowerBound" else "right"
    return tf.searchsorted(rows, values, side, node.dtype("out_type", _INT32))


@node_op("Bucketize")
def _bucketize(node, x):
    return tf.raw_ops.Bucketize(input=x, boundaries=node.reals("boundaries"))


@node_op("Bincount")
def _bincount(node, x, size, weights):
    has_weights = weights.shape.num_elements() != 0
    found = tf.math.bincount(
        x,
        weights=weights if has_weights else None,
        minlength=size,
        maxlength=size,
        dtype=node.dtype("T"),
    )
    return found


@node_op("DenseBincount")
def _dense_bincount(node, x, size, weights):
    """Also of rows: with `binary_output`, whether each number comes, not how often."""
    dtype = node.dtype("T")
    one_hot = tf.one_hot(x, tf.cast(size, tf.int32), dtype=dtype)
    if weights.shape.num_elements() != 0:
        one_hot *= tf.expand_dims(weights, -1)
    axis = len(x.shape) - 1
    return tf.reduce_max(one_hot, axis) if node.flag("binary_output") else tf.reduce_sum(one_hot, axis)
