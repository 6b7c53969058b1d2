"""Nodes of neural networks: convolutions, normalization, activations, losses, and what their gradients consist of."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors

of_tensors(
    {
        "Elu": tf.nn.elu,
        "LogSoftmax": tf.nn.log_softmax,
        "Relu": tf.nn.relu,
        "Relu6": tf.nn.relu6,
        "Selu": tf.nn.selu,
        "Softmax": tf.nn.softmax,
        "Softplus": tf.math.softplus,
        "Softsign": tf.nn.softsign,
        # What programs with gradients in them call: the cotangent, and the result or input of an activation.
        "EluGrad": lambda g, y: tf.where(y < 0.0, g * (y + 1.0), g),
        "ReluGrad": lambda g, x: tf.where(x > 0.0, g, tf.zeros_like(g)),
        "Relu6Grad": lambda g, x: tf.where((x > 0.0) & (x < 6.0), g, tf.zeros_like(g)),
        "ReciprocalGrad": lambda y, g: -g * y * y,
        "RsqrtGrad": lambda y, g: -0.5 * g * y * y * y,
        "SigmoidGrad": lambda y, g: g * y * (1.0 - y),
        "SoftplusGrad": lambda g, x: g * tf.sigmoid(x),
        "SqrtGrad": lambda y, g: 0.5 * g / y,
        "TanhGrad": lambda y, g: g * (1.0 - y * y),
    }
)


def padding_of(node):
    """The padding as an argument of ours: a name, or margins of all axes."""
    padding = node.text("padding")
    if padding != "EXPLICIT":
        return padding
    margins = node.integers("explicit_paddings")
    return [list(each) for each in zip(margins[::2], margins[1::2], strict=True)]


def window_arguments(node, default_format="NHWC"):
    """The arguments that convolutions and pooling have in common."""
    data_format = node.text("data_format", default_format)
    return {"strides": node.integers("strides"), "padding": padding_of(node), "data_format": data_format}


def _convolution_arguments(node, default_format="NHWC"):
    rank = len(default_format)
    return {
        **window_arguments(node, default_format),
        "dilations": node.integers("dilations", [1] * rank),
    }


@node_op("Conv2D", "Conv3D")
def _convolution(node, x, filters):
    if node.op == "Conv3D":
        return tf.nn.conv3d(x, filters, **_convolution_arguments(node, "NDHWC"))
    return tf.nn.conv2d(x, filters, **_convolution_arguments(node))


@node_op("Conv2DBackpropInput", "Conv3DBackpropInputV2")
def _transposed_convolution(node, dims, filters, g):
    """The transpose of a convolution is both its gradient and a layer."""
    if node.op == "Conv2DBackpropInput":
        return tf.nn.conv2d_transpose(g, filters, dims, **_convolution_arguments(node))
    return tf.nn.conv3d_transpose(g, filters, dims, **_convolution_arguments(node, "NDHWC"))


@node_op("Conv2DBackpropFilter")
def _filter_gradient(node, x, dims, g):
    dims = tf.get_static_value(dims).tolist()
    with tf.GradientTape() as tape:
        filters = tf.zeros(dims, g.dtype)
        tape.watch(filters)
        y = tf.nn.conv2d(x, filters, **_convolution_arguments(node))
    return tape.gradient(y, filters, g)


@node_op("DepthwiseConv2dNative")
def _depthwise(node, x, filters):
    arguments = _convolution_arguments(node)
    rate = arguments.pop("dilations")
    rate = rate[1:3] if arguments["data_format"] == "NHWC" else rate[2:4]
    return tf.nn.depthwise_conv2d(x, filters, **arguments, dilations=rate)


@node_op("DepthwiseConv2dNativeBackpropInput")
def _depthwise_input_gradient(node, dims, filters, g):
    arguments = _convolution_arguments(node)
    return tf.nn.depthwise_conv2d_backprop_input(dims, filters, g, **arguments)


@node_op("BiasAdd", "BiasAddV1")
def _bias_add(node, x, bias):
    return tf.nn.bias_add(x, bias, node.text("data_format", "NHWC"))


@node_op("BiasAddGrad")
def _bias_gradient(node, g):
    channel = 1 if node.text("data_format", "NHWC") == "NCHW" else len(g.shape) - 1
    return tf.reduce_sum(g, [axis for axis in range(len(g.shape)) if axis != channel])


@node_op(
    "FusedBatchNorm",
    "FusedBatchNormV2",
    "FusedBatchNormV3",
    outputs=(
        "y",
        "batch_mean",
        "batch_variance",
        "reserve_space_1",
        "reserve_space_2",
        "reserve_space_3",
    ),
)
def _batch_norm(node, x, scale, offset, mean, variance):
    """Normalized elements, and mean and variance: those that came, or in training those of the batch.

    The variance that is given back in training is that of a sample, with one less in the denominator.
    """
    epsilon = node.real("epsilon", 1e-4)
    channels_first = node.text("data_format", "NHWC") in ("NCHW", "NCDHW")
    channel = 1 if channels_first else len(x.shape) - 1
    axes = [axis for axis in range(len(x.shape)) if axis != channel]
    dtype = x.dtype
    x = tf.cast(x, scale.dtype)
    new_mean, new_variance = mean, variance
    if node.flag("is_training", True):
        old_mean, old_variance = mean, variance
        mean, variance = tf.nn.moments(x, axes)
        count = tf.cast(tf.size(x) // tf.shape(x)[channel], scale.dtype)
        new_mean, new_variance = mean, variance * (count / tf.maximum(count - 1.0, 1.0))
        part = node.real("exponential_avg_factor", 1.0)
        if part != 1.0:
            new_mean = old_mean * (1.0 - part) + new_mean * part
            new_variance = old_variance * (1.0 - part) + new_variance * part
    if channels_first:
        dims = [-1, *[1] * (len(x.shape) - 2)]
        mean, variance, offset, scale = [tf.reshape(each, dims) for each in (mean, variance, offset, scale)]
    y = tf.nn.batch_normalization(x, mean, variance, offset, scale, epsilon)
    kept = tf.reshape(mean, [-1]), tf.reshape(variance, [-1])
    return tf.cast(y, dtype), new_mean, new_variance, *kept, tf.zeros([0], scale.dtype)


@node_op("LeakyRelu")
def _leaky_relu(node, x):
    return tf.nn.leaky_relu(x, node.real("alpha", 0.2))


@node_op("LeakyReluGrad")
def _leaky_relu_gradient(node, g, x):
    return tf.where(x > 0.0, g, g * node.real("alpha", 0.2))


@node_op("LRN")
def _local_response_normalization(node, x):
    return tf.nn.local_response_normalization(
        x,
        node.integer("depth_radius", 5),
        node.real("bias", 1.0),
        node.real("alpha", 1.0),
        node.real("beta", 0.5),
    )


@node_op("SoftmaxCrossEntropyWithLogits", outputs=("loss", "backprop"))
def _cross_entropy(node, logits, labels):
    loss = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    return loss, tf.nn.softmax(logits) - labels


@node_op("SparseSoftmaxCrossEntropyWithLogits", outputs=("loss", "backprop"))
def _sparse_cross_entropy(node, logits, labels):
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return loss, tf.nn.softmax(logits) - tf.one_hot(labels, tf.shape(logits)[-1], dtype=logits.dtype)


@node_op("BroadcastGradientArgs", outputs=("r0", "r1"))
def _broadcast_axes(node, first, second):
    """The axes along which gradients of two shapes that were broadcast are summed; the shapes must be known."""
    known = [tf.get_static_value(each) for each in (first, second)]
    if any([each is None for each in known]):
        raise NotImplementedError(
            f"{node} depends on shapes that are not known when the function is traced: call it with known ones."
        )
    rank = max(map(len, known))
    padded = [[1] * (rank - len(each)) + list(each) for each in known]
    pairs = list(zip(*padded, strict=True))
    axes = [[k for k, pair in enumerate(pairs) if pair[side] == 1] for side in (0, 1)]
    return tuple([tf.constant(each, tf.int32) for each in axes])
