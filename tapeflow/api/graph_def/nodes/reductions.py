"""Nodes that take axes away, or sum along them."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op

_REDUCTIONS = {
    "All": tf.reduce_all,
    "Any": tf.reduce_any,
    "Max": tf.reduce_max,
    "Mean": tf.reduce_mean,
    "Min": tf.reduce_min,
    "Prod": tf.reduce_prod,
    "Sum": tf.reduce_sum,
    "EuclideanNorm": tf.math.reduce_euclidean_norm,
}


@node_op(*_REDUCTIONS)
def _reduce(node, x, axes):
    return _REDUCTIONS[node.op](x, axes, node.flag("keep_dims"))


@node_op("Cumsum", "Cumprod")
def _cumulative(node, x, axis):
    function = tf.cumsum if node.op == "Cumsum" else tf.math.cumprod
    return function(x, axis, node.flag("exclusive"), node.flag("reverse"))


@node_op("CumulativeLogsumexp")
def _cumulative_logsumexp(node, x, axis):
    return tf.math.cumulative_logsumexp(x, axis, node.flag("exclusive"), node.flag("reverse"))


@node_op("L2Loss")
def _l2_loss(node, x):
    return tf.nn.l2_loss(x)
