"""Activations and losses: `import tapeflow.torch.nn.functional as F`."""

import math

import numpy

import tapeflow as tf
from tapeflow.ops.creation import ones, zeros
from tapeflow.ops.normalization import WIDE_FLOATS, normalize_rows
from tapeflow.torch import elementwise, random
from tapeflow.torch.calls import broadcast_error, function
from tapeflow.torch.products import matmul
from tapeflow.torch.shape import dimension
from tapeflow.torch.tensor import from_array

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
]

relu, sigmoid, tanh = elementwise.relu, elementwise.sigmoid, elementwise.tanh

# Activations


@function
def softmax(input, dim):
    """exp(input), divided by its sum along `dim`.

    >>> from tapeflow import torch
    >>> torch.softmax(torch.tensor([0.0, 0.0]), dim=0)
    tensor([0.5000, 0.5000])
    """
    axis = dimension(dim, len(input.dims))
    return tf.nn.softmax(input, axis=axis) if input.dims else tf.ones_like(input)


@function
def log_softmax(input, dim):
    """The logarithm of the softmax along `dim`, without overflow.

    >>> from tapeflow import torch
    >>> torch.log_softmax(torch.tensor([0.0, 0.0]), dim=0)
    tensor([-0.6931, -0.6931])
    """
    axis = dimension(dim, len(input.dims))
    return tf.nn.log_softmax(input, axis=axis) if input.dims else tf.zeros_like(input)


@function(method=False)
def gelu(input, approximate="none"):
    """input * P(N < input) of a normal N; `approximate="tanh"` computes it by tanh.

    >>> from tapeflow import torch
    >>> torch.nn.functional.gelu(torch.tensor([1.0]))
    tensor([0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return tf.nn.gelu(input, approximate == "tanh")


@function(method=False)
def silu(input):
    """input * sigmoid(input)."""
    return tf.nn.silu(input)


@function(method=False)
def elu(input, alpha=1.0):
    """alpha * (exp(input) - 1) where negative."""
    negative = tf.math.expm1(tf.math.minimum(input, 0.0))
    return tf.where(input > 0, input, negative if alpha == 1 else negative * alpha)


@function(method=False, node="EluBackward0")
def selu(input):
    """A scaled elu that keeps mean 0 and variance 1 from layer to layer."""
    return tf.nn.selu(input)


@function(method=False)
def leaky_relu(input, negative_slope=0.01):
    """negative_slope * input where negative."""
    return tf.nn.leaky_relu(input, negative_slope)


@function(method=False, node="HardtanhBackward0")
def relu6(input):
    """Cut off below 0 and above 6."""
    return tf.nn.relu6(input)


@function(method=False)
def softplus(input, beta=1.0):
    """log(1 + exp(beta * input)) / beta."""
    return tf.math.softplus(input) if beta == 1 else tf.math.softplus(input * beta) / beta


@function(method=False, node="LogSigmoidBackward0")
def logsigmoid(input):
    """The logarithm of the sigmoid, without overflow."""
    return tf.math.log_sigmoid(input)


# Layers


def _linear_node(input, weight, bias=None):
    if bias is not None and len(input.dims) == 2:
        return "AddmmBackward0"
    if len(input.dims) == 1:
        return "SqueezeBackward4" if bias is None else "ViewBackward0"
    return (
        "MmBackward0" if len(input.dims) == 2 else "UnsafeViewBackward0" if bias is None else "ViewBackward0"
    )


@function(method=False, node=_linear_node)
def linear(input, weight, bias=None):
    """input @ weight.T + bias, for `input` (..., in), `weight` (out, in) and `bias` (out,).

    >>> from tapeflow import torch
    >>> torch.nn.functional.linear(torch.ones(2), torch.ones(3, 2))
    tensor([2., 2., 2.])
    """
    product = matmul.__wrapped__(input, tf.transpose(weight))
    return product if bias is None else product + bias


def dropout(input, p=0.5, training=True):
    """Elements replaced by 0 with probability `p`, the others scaled up to make good for it.

    >>> from tapeflow import torch
    >>> torch.nn.functional.dropout(torch.tensor([1.0, 2.0]), training=False)
    tensor([1., 2.])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    kept = random.bernoulli(1 - p, input.shape)
    return input * from_array(kept / (1 - p) if p < 1 else kept, input.dtype)


@function(method=False)
def embedding(input, weight):
    """The rows of `weight` that the integers `input` name.

    >>> from tapeflow import torch
    >>> torch.nn.functional.embedding(torch.tensor([1, 0]), torch.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    places = input._array
    if places.size and not (places.min() >= 0 and places.max() < weight.dims[0]):
        raise IndexError("index out of range in self")
    return tf.gather(weight, input)


@function(method=False, node="NativeLayerNormBackward0")
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-05):
    """Shifted and scaled to mean 0 and variance 1 over the last dimensions, which are `normalized_shape`."""
    rank = len(normalized_shape)
    if tuple(normalized_shape) != input.dims[-rank:]:
        raise RuntimeError(
            f"Given normalized_shape={list(normalized_shape)}, expected input with shape "
            f"[*, {', '.join(map(str, normalized_shape))}], but got input of size{list(input.dims)}"
        )
    axes = tuple(range(len(input.dims) - rank, len(input.dims)))
    dtype = input._dtype
    if dtype in WIDE_FLOATS and all([each is None or each._dtype is dtype for each in (weight, bias)]):
        offset = zeros((), dtype) if bias is None else bias
        scale = ones((), dtype) if weight is None else weight
        return normalize_rows(input, offset, scale, axes=axes, epsilon=float(eps))
    mean, variance = tf.nn.moments(input, axes, keepdims=True)
    return tf.nn.batch_normalization(input, mean, variance, bias, weight, eps)


@function(method=False)
def one_hot(tensor, num_classes=-1):
    """A vector of int64 with a 1 at the place that each integer names.

    >>> from tapeflow import torch
    >>> torch.nn.functional.one_hot(torch.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    classes = tensor._array
    if classes.size and classes.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes == -1:
        num_classes = int(classes.max()) + 1
    elif classes.size and classes.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return tf.one_hot(tensor, num_classes, dtype=tf.int64)


# Losses


def _loss(computes):
    """Decorator: one value of `computes` for each example, then the mean, the sum or nothing, as `reduction` says."""

    def loss(input, target, *, reduction="mean", **options):
        values = computes(input, target, **options)
        if reduction == "mean":
            return tf.math.reduce_mean(values)
        if reduction == "sum":
            return tf.math.reduce_sum(values)
        if reduction == "none":
            return values
        raise ValueError(f"{reduction} is not a valid value for reduction")

    loss.__name__ = loss.__qualname__ = computes.__name__
    loss.__doc__ = computes.__doc__
    return loss


def _check_broadcast(input, target):
    if (error := broadcast_error(input.dims, target.dims)) is not None:
        raise error


@function(method=False)
@_loss
def mse_loss(input, target):
    """The mean (or "sum", or "none", by `reduction`) of the squared differences.

    >>> from tapeflow import torch
    >>> torch.nn.functional.mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(2.)
    """
    _check_broadcast(input, target)
    return tf.math.square(input - target)


@function(method=False, node="MeanBackward0")
@_loss
def l1_loss(input, target):
    """The mean (or "sum", or "none", by `reduction`) of the absolute differences."""
    _check_broadcast(input, target)
    return tf.math.abs(input - target)


@function(method=False, node="SmoothL1LossBackward0")
@_loss
def smooth_l1_loss(input, target, beta=1.0):
    """Half the square of differences below `beta` (over beta), the difference less beta/2 above."""
    _check_broadcast(input, target)
    distance = tf.math.abs(input - target)
    return tf.where(distance < beta, 0.5 * tf.math.square(distance) / beta, distance - 0.5 * beta)


@function(method=False)
@_loss
def binary_cross_entropy(input, target):
    """The cross-entropy of probabilities against targets in [0, 1]; logarithms are cut off at -100."""
    if input.dims != target.dims:
        raise ValueError(
            f"Using a target size (torch.Size({list(target.dims)})) that is different to the input size "
            f"(torch.Size({list(input.dims)})) is deprecated. Please ensure they have the same size."
        )
    positive = tf.math.maximum(tf.math.log(input), -100.0)
    negative = tf.math.maximum(tf.math.log1p(-input), -100.0)
    return -(target * positive + (1.0 - target) * negative)


@function(method=False)
@_loss
def binary_cross_entropy_with_logits(input, target):
    """The cross-entropy of sigmoid(input) against targets in [0, 1], without overflow."""
    if input.dims != target.dims:
        raise ValueError(
            f"Target size (torch.Size({list(target.dims)})) must be the same as input size "
            f"(torch.Size({list(input.dims)}))"
        )
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=input)


def _classes_last(input, target):
    """Scores of shape (..., classes), and targets of shape (...)."""
    if len(input.dims) > 1 and input.dims[0] != target.dims[0]:
        raise ValueError(
            f"Expected input batch_size ({input.dims[0]}) to match target batch_size ({target.dims[0]})."
        )
    if len(input.dims) > 2:
        input = tf.transpose(input, [0, *range(2, len(input.dims)), 1])
    for each in target._array.ravel().tolist():
        if not 0 <= each < input.dims[-1]:
            raise IndexError(f"Target {each} is out of bounds.")
    return input


@function(method=False)
@_loss
def nll_loss(input, target):
    """The opposite of the log-probabilities (examples, classes, ...) of the classes `target` (examples, ...)."""
    input = _classes_last(input, target)
    num_classes = input.dims[-1]
    rows = numpy.arange(math.prod(target.dims)).reshape(target.dims) * num_classes
    return -tf.gather(tf.reshape(input, [-1]), tf.constant(rows + target._array, tf.int64))


def _cross_entropy_node(input, target, **options):
    return "NllLossBackward0" if target._dtype.is_integer else "DivBackward1"


@function(method=False, node=_cross_entropy_node)
@_loss
def cross_entropy(input, target):
    """The cross-entropy of logits (examples, classes, ...) against class indices, or against probabilities.

    >>> from tapeflow import torch
    >>> torch.nn.functional.cross_entropy(torch.tensor([[0.0, 0.0]]), torch.tensor([1]))
    tensor(0.6931)
    """
    if target._dtype.is_integer:
        logits = _classes_last(input, target)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)
    axis = min(1, len(input.dims) - 1)
    return -tf.math.reduce_sum(target * tf.nn.log_softmax(input, axis=axis), [axis])
