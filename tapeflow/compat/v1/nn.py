"""tf.compat.v1.nn: functions of neural networks with TensorFlow 1's arguments."""

from tapeflow.api import nn
from tapeflow.api.linalg import matmul
from tapeflow.api.nn.alignment import beam_search
from tapeflow.api.random import candidates
from tapeflow.compat.v1.exports import export, renamed
from tapeflow.compat.v1.math import chosen, in_top_k, l2_normalize, log_softmax, softmax  # noqa: F401
from tapeflow.core.operands import as_tensor
from tapeflow.ops.selection import stop_gradient

_ours = dict(globals())
export(globals(), nn)
export(globals(), candidates, ["log_uniform_candidate_sampler", "uniform_candidate_sampler"])
del fractional_avg_pool, fractional_max_pool  # noqa: F821 - with other arguments in TensorFlow 1
globals().update({name: _ours[name] for name in ("in_top_k", "l2_normalize", "log_softmax", "softmax")})


def _check_given(labels, logits):
    if labels is None or logits is None:
        raise ValueError("Both `labels` and `logits` must be provided.")


@renamed
def softmax_cross_entropy_with_logits(labels=None, logits=None, dim=-1, name=None, axis=None):
    """Cross entropy of `labels` and softmax(logits), the labels being taken as constants."""
    _check_given(labels, logits)
    return nn.softmax_cross_entropy_with_logits(
        stop_gradient(as_tensor(labels)), logits, dim if axis is None else axis
    )


@renamed
def softmax_cross_entropy_with_logits_v2(labels, logits, axis=None, name=None, dim=None):
    """Cross entropy of `labels` and softmax(logits), with gradients to both."""
    axis = chosen("axis", axis, "dim", dim)
    return nn.softmax_cross_entropy_with_logits(labels, logits, -1 if axis is None else axis)


@renamed
def sparse_softmax_cross_entropy_with_logits(labels=None, logits=None, name=None):
    """Cross entropy of the classes `labels`, integers, and softmax(logits)."""
    _check_given(labels, logits)
    return nn.sparse_softmax_cross_entropy_with_logits(labels, logits)


@renamed
def sigmoid_cross_entropy_with_logits(labels=None, logits=None, name=None):
    """Cross entropy of the probabilities `labels` and sigmoid(logits)."""
    _check_given(labels, logits)
    return nn.sigmoid_cross_entropy_with_logits(labels, logits)


@renamed
def weighted_cross_entropy_with_logits(labels=None, logits=None, pos_weight=None, name=None, targets=None):
    """Sigmoid cross entropy in which the positive labels count `pos_weight` times."""
    return nn.weighted_cross_entropy_with_logits(
        chosen("labels", labels, "targets", targets), logits, pos_weight
    )


@renamed
def dropout(x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None):
    """`x` with elements set to 0 at random: kept with the probability `keep_prob`, or dropped with that `rate`."""
    if rate is None:
        if keep_prob is None:
            raise ValueError("`rate` must be provided.")
        rate = 1 - keep_prob
    elif keep_prob is not None:
        raise ValueError("Only one of `keep_prob` and `rate` may be given.")
    return nn.dropout(x, rate, noise_shape, seed)


@renamed
def conv2d(
    input,
    filter=None,
    strides=None,
    padding=None,
    use_cudnn_on_gpu=True,
    data_format="NHWC",
    dilations=(1, 1, 1, 1),
    name=None,
    filters=None,
):
    """`tf.nn.conv2d`; filter is an older name of filters."""
    filters = chosen("filters", filter, "filter", filters)
    if padding is None:
        raise ValueError("padding must be given.")
    return nn.conv2d(input, filters, strides, padding, data_format, list(dilations))


@renamed
def conv2d_transpose(
    value=None,
    filter=None,
    output_shape=None,
    strides=None,
    padding="SAME",
    data_format="NHWC",
    name=None,
    input=None,
    filters=None,
    dilations=None,
):
    """`tf.nn.conv2d_transpose`; value and filter are older names of input and filters."""
    return nn.conv2d_transpose(
        chosen("input", value, "value", input),
        chosen("filters", filter, "filter", filters),
        output_shape,
        strides,
        padding,
        data_format,
        dilations,
    )


@renamed
def conv1d(
    value=None,
    filters=None,
    stride=None,
    padding=None,
    use_cudnn_on_gpu=None,
    data_format=None,
    name=None,
    input=None,
    dilations=None,
):
    """`tf.nn.conv1d`; value is an older name of input."""
    value = chosen("input", value, "value", input)
    return nn.conv1d(value, filters, stride, padding, data_format or "NWC", dilations)


@renamed
def depthwise_conv2d(input, filter, strides, padding, rate=None, name=None, data_format=None, dilations=None):
    """`tf.nn.depthwise_conv2d`; rate is an older name of dilations."""
    return nn.depthwise_conv2d(
        input, filter, strides, padding, data_format, chosen("dilations", dilations, "rate", rate)
    )


@renamed
def convolution(
    input,
    filter,
    padding,
    strides=None,
    dilation_rate=None,
    name=None,
    data_format=None,
    filters=None,
    dilations=None,
):
    """`tf.nn.convolution`; filter and dilation_rate are older names of filters and dilations."""
    filters = chosen("filters", filter, "filter", filters)
    dilations = chosen("dilations", dilations, "dilation_rate", dilation_rate)
    return nn.convolution(input, filters, strides, padding, data_format, dilations)


@renamed
def max_pool(value, ksize=None, strides=None, padding=None, data_format="NHWC", name=None, input=None):
    """`tf.nn.max_pool2d`; value is an older name of input."""
    return nn.max_pool2d(chosen("input", value, "value", input), ksize, strides, padding, data_format)


@renamed
def avg_pool(value, ksize=None, strides=None, padding=None, data_format="NHWC", name=None, input=None):
    """`tf.nn.avg_pool2d`; value is an older name of input."""
    return nn.avg_pool2d(chosen("input", value, "value", input), ksize, strides, padding, data_format)


@renamed
def moments(x, axes, shift=None, name=None, keep_dims=None, keepdims=None):
    """`tf.nn.moments`; keep_dims is an older name of keepdims."""
    return nn.moments(x, axes, shift, bool(chosen("keepdims", keepdims, "keep_dims", keep_dims)))


@renamed
def weighted_moments(x, axes, frequency_weights, name=None, keep_dims=None, keepdims=None):
    """`tf.nn.weighted_moments`; keep_dims is an older name of keepdims."""
    keepdims = bool(chosen("keepdims", keepdims, "keep_dims", keep_dims))
    return nn.weighted_moments(x, axes, frequency_weights, keepdims)


@renamed
def embedding_lookup(params, ids, partition_strategy="mod", name=None, validate_indices=True, max_norm=None):
    """The rows `ids` of a table; a list of tables, which parts of one would be, is a NotImplementedError."""
    if isinstance(params, list | tuple):
        if len(params) != 1:
            raise NotImplementedError("Tables in several parts are not there: concatenate them.")
        (params,) = params
    return nn.embedding_lookup(params, ids, max_norm)


def _check_parts(weights, partition_strategy):
    if isinstance(weights, list | tuple) and len(weights) > 1 and partition_strategy != "div":
        raise NotImplementedError(
            'Tables in several parts whose rows alternate are not there: use partition_strategy="div" or concatenate.'
        )


@renamed
def nce_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true=1,
    sampled_values=None,
    remove_accidental_hits=False,
    partition_strategy="mod",
    name="nce_loss",
):
    """`tf.nn.nce_loss`; a list of tables of which each has every n-th row is a NotImplementedError."""
    _check_parts(weights, partition_strategy)
    return nn.nce_loss(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
    )


@renamed
def sampled_softmax_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true=1,
    sampled_values=None,
    remove_accidental_hits=True,
    partition_strategy="mod",
    name="sampled_softmax_loss",
    seed=None,
):
    """`tf.nn.sampled_softmax_loss`; a list of tables of which each has every n-th row is a NotImplementedError."""
    _check_parts(weights, partition_strategy)
    return nn.sampled_softmax_loss(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
    )


@renamed
def xw_plus_b(x, weights, biases, name=None):
    """matmul(x, weights) + biases."""
    return nn.bias_add(matmul(x, weights), biases)


@renamed
def relu_layer(x, weights, biases, name=None):
    """relu(matmul(x, weights) + biases)."""
    return nn.relu(nn.bias_add(matmul(x, weights), biases))


@renamed
def ctc_loss(
    labels,
    inputs=None,
    sequence_length=None,
    preprocess_collapse_repeated=False,
    ctc_merge_repeated=True,
    ignore_longer_outputs_than_inputs=False,
    time_major=True,
    logits=None,
):
    """The loss of connectionist temporal classification; labels are a SparseTensor, the blank is the last class."""
    if preprocess_collapse_repeated or not ctc_merge_repeated or ignore_longer_outputs_than_inputs:
        raise NotImplementedError(
            "ctc_loss is here with preprocess_collapse_repeated=False, ctc_merge_repeated=True and "
            "ignore_longer_outputs_than_inputs=False only."
        )
    logits = inputs if logits is None else logits
    return nn.ctc_loss(labels, logits, None, sequence_length, logits_time_major=time_major, blank_index=-1)


@renamed
def ctc_loss_v2(
    labels,
    logits,
    label_length,
    logit_length,
    logits_time_major=True,
    unique=None,
    blank_index=None,
    name=None,
):
    """`tf.nn.ctc_loss`."""
    return nn.ctc_loss(labels, logits, label_length, logit_length, logits_time_major, unique, blank_index)


@renamed
def ctc_beam_search_decoder(inputs, sequence_length, beam_width=100, top_paths=1, merge_repeated=True):
    """`tf.nn.ctc_beam_search_decoder`, which may make equal neighbours in its results one."""
    return beam_search(inputs, sequence_length, beam_width, top_paths, merge_repeated)
