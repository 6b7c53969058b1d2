"""Nodes that pool windows."""

import tapeflow as tf
from tapeflow.api.graph_def.nodes.neural import window_arguments
from tapeflow.api.graph_def.table import node_op

_POOLS = {
    "AvgPool": tf.nn.avg_pool2d,
    "AvgPool3D": tf.nn.avg_pool3d,
    "MaxPool": tf.nn.max_pool2d,
    "MaxPool3D": tf.nn.max_pool3d,
}


@node_op(*_POOLS)
def _pool(node, x):
    arguments = window_arguments(node, "NDHWC" if node.op.endswith("3D") else "NHWC")
    return _POOLS[node.op](x, node.integers("ksize"), **arguments)


@node_op("MaxPoolV2")
def _pool_of_tensors(node, x, ksize, strides):
    sizes = [tf.get_static_value(each).tolist() for each in (ksize, strides)]
    return tf.nn.max_pool2d(x, *sizes, node.text("padding"), node.text("data_format", "NHWC"))


@node_op("MaxPoolGrad")
def _max_pool_gradient(node, x, y, g):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.max_pool2d(x, node.integers("ksize"), **window_arguments(node))
    return tape.gradient(y, x, g)


@node_op("AvgPoolGrad")
def _avg_pool_gradient(node, dims, g):
    with tf.GradientTape() as tape:
        x = tf.zeros(dims, g.dtype)
        tape.watch(x)
        y = tf.nn.avg_pool2d(x, node.integers("ksize"), **window_arguments(node))
    return tape.gradient(y, x, g)


@node_op("MaxPoolWithArgmax", outputs=("output", "argmax"))
def _pool_with_places(node, x):
    return tuple(
        tf.nn.max_pool_with_argmax(
            x,
            node.integers("ksize"),
            node.integers("strides"),
            node.text("padding"),
            output_dtype=node.dtype("Targmax", tf.int64.as_datatype_enum),
            include_batch_in_index=node.flag("include_batch_in_index"),
        )
    )


@node_op("Dilation2D")
def _dilation(node, x, filters):
    return tf.nn.dilation2d(
        x, filters, node.integers("strides"), node.text("padding"), "NHWC", node.integers("rates")
    )


@node_op("ExtractImagePatches")
def _patches(node, x):
    return tf.image.extract_patches(
        x, node.integers("ksizes"), node.integers("strides"), node.integers("rates"), node.text("padding")
    )
