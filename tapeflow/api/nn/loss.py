"""Losses."""

import math

from tapeflow.core.arguments import canonical_axis
from tapeflow.core.dtypes import INTEGERS, bfloat16, float16, float32, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.size import may_agree
from tapeflow.core.tensor import Tensor
from tapeflow.ops import cross_entropy
from tapeflow.ops.arithmetic import divide_no_nan, exp, log
from tapeflow.ops.broadcasting import broadcast_to, reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import move_axis
from tapeflow.ops.logistic import softplus
from tapeflow.ops.selection import select

__all__ = [
    "compute_average_loss",
    "l2_loss",
    "log_poisson_loss",
    "scale_regularization_loss",
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]

_NARROW = (float16, bfloat16)


def softmax_cross_entropy_with_logits(labels, logits, axis=-1, name=None):
    """Cross entropy of the distributions `labels` and softmax(logits) along `axis`: a loss for each of them.

    labels: tensor that broadcasts to the shape of logits, rows along the axis being distributions; it is cast to the
    dtype of logits. Gradients flow to both; that of logits is softmax(logits) - labels. Raises InvalidArgumentError for
    shapes that do not fit and for logits that are not floating.

    >>> tf.nn.softmax_cross_entropy_with_logits([[0.0, 1.0]], [[0.0, np.log(3.0)]]).numpy().round(4)
    array([0.2877], dtype=float32)
    """
    x = as_tensor(logits)
    dtype = x._dtype
    if not isinstance(labels, Tensor):
        labels = as_tensor(labels, None if hasattr(labels, "dtype") else dtype)
    labels = cast(labels, dtype)
    dims = x.dims
    if not dims:
        raise InvalidArgumentError(None, None, "logits must have >= 1 dimension, got []")
    if labels.dims != dims:
        x, labels = _same_shape(x, labels)
        dims = x.dims
    if axis != -1:
        axis = canonical_axis(axis, len(dims))
        x, labels = (move_axis(each, axis, len(dims) - 1) for each in (x, labels))
    return cross_entropy.cross_entropy(x, labels)


def _same_shape(logits, labels):
    try:
        dims = broadcast_shapes(logits.dims, labels.dims)
    except InvalidArgumentError:
        raise InvalidArgumentError(
            None,
            None,
            f"logits and labels must be broadcastable: logits_size={_sizes(logits)} labels_size={_sizes(labels)}",
        ) from None
    return broadcast_to(logits, dims=dims), broadcast_to(labels, dims=dims)


def _sizes(x):
    return "[" + ",".join(map(str, x.dims)) + "]"


def sparse_softmax_cross_entropy_with_logits(labels, logits, name=None):
    """Cross entropy of the right classes, given by their numbers, and softmax(logits) over the last axis.

    labels: int32 or int64 [...]; logits: floating [..., classes]; returns losses [...]. Raises ValueError for shapes
    that do not fit, InvalidArgumentError for dtypes and for labels outside of [0, classes).

    >>> tf.nn.sparse_softmax_cross_entropy_with_logits([1], [[0.0, np.log(3.0)]]).numpy().round(4)
    array([0.2877], dtype=float32)
    """
    labels = as_tensor(labels)
    x = as_tensor(logits)
    dtype = labels._dtype
    if dtype is not int64 and dtype is not int32:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tlabels' of {dtype.name} is not in the list of allowed values: int32, int64",
        )
    dims = x.dims
    if not dims or not may_agree(labels.dims, dims[:-1]):
        raise _unfit_labels(labels, x)
    return cross_entropy.sparse_cross_entropy(x, labels)


def _unfit_labels(labels, logits):
    if not logits.dims:
        return ValueError(f"`logits` cannot be a scalar. Received logits={logits}`")
    found = f"Received: labels.shape={labels.shape}"
    if len(labels.dims) != len(logits.dims) - 1:
        return ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. "
            f"{found} of rank {len(labels.dims)} and logits.shape={logits.shape} of rank {len(logits.dims)}"
        )
    return ValueError(
        "`labels.shape` must equal `logits.shape` except for the last dimension. "
        f"{found} and logits.shape={logits.shape}"
    )


def sigmoid_cross_entropy_with_logits(labels=None, logits=None, name=None):
    """Cross entropy of the probabilities `labels` and sigmoid(logits), element by element, without overflow.

    Both have one floating dtype and one shape; ValueError if the shapes differ or one is not given.

    >>> tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], [0.0, np.log(3.0)]).numpy().round(4)
    array([0.6931, 1.3863], dtype=float32)
    """
    if labels is None or logits is None:
        raise ValueError(
            "Both `labels` and `logits` must be provided for sigmoid_cross_entropy_with_logits. "
            f"Received: labels={labels} and logits={logits}"
        )
    x, labels = operands(logits, labels)
    _check_same_shape(x, labels, "logits", "labels")
    return cross_entropy.sigmoid_cross_entropy(x, labels)


def _check_same_shape(first, second, name, other):
    if not may_agree(first.dims, second.dims):
        found = f"({tuple(first.shape)} vs {tuple(second.shape)})"
        raise ValueError(f"`{name}` and `{other}` must have the same shape, received {found}.")


def weighted_cross_entropy_with_logits(labels, logits, pos_weight, name=None):
    """`sigmoid_cross_entropy_with_logits` in which the term of the positive labels counts `pos_weight` times.

    >>> tf.nn.weighted_cross_entropy_with_logits([1.0, 0.0], [0.0, 0.0], pos_weight=2.0).numpy().round(4)
    array([1.3863, 0.6931], dtype=float32)
    """
    x, labels = operands(logits, labels)
    _check_same_shape(x, labels, "logits", "labels")
    weight = 1.0 + (pos_weight - 1.0) * labels
    return (1.0 - labels) * x + weight * softplus(-x)


def log_poisson_loss(targets, log_input, compute_full_loss=False, name=None):
    """Negative log-likelihood of `targets` for Poisson rates exp(log_input), element by element.

    The logarithm of the factorial of targets is left out, or approximated by Stirling's formula for targets greater
    than 1 if `compute_full_loss`. ValueError if the shapes differ.

    >>> tf.nn.log_poisson_loss([2.0], [0.0]).numpy()
    array([1.], dtype=float32)
    """
    x, targets = operands(log_input, targets)
    _check_same_shape(x, targets, "log_input", "targets")
    loss = exp(x) - x * targets
    if compute_full_loss:
        stirling = targets * log(targets) - targets + 0.5 * log(2.0 * math.pi * targets)
        within = (targets >= 0.0) & (targets <= 1.0)
        loss = loss + select(within, targets * 0.0, stirling)
    return loss


def l2_loss(t, name=None):
    """Half the sum of the squares of a floating tensor, without a square root.

    >>> tf.nn.l2_loss([3.0, 4.0]).numpy().item()
    12.5
    """
    return cross_entropy.l2_loss(as_tensor(t))


def compute_average_loss(per_example_loss, sample_weight=None, global_batch_size=None):
    """The sum of the losses [batch, ...], weighted, divided by the size of the whole batch (default: this one's).

    Raises ValueError for a scalar, TypeError for a batch size that is no integer.

    >>> tf.nn.compute_average_loss([1.0, 2.0], sample_weight=[1.0, 3.0], global_batch_size=4).numpy().item()
    1.75
    """
    losses = as_tensor(per_example_loss)
    if not losses.dims:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
            f"Received per_example_loss={losses} with rank 0"
        )
    dtype = losses._dtype
    if sample_weight is not None:
        weights = as_tensor(sample_weight)
        # 16-bit losses are weighted and summed in 32 bits.
        losses = (
            cast(losses, float32) * cast(weights, float32)
            if dtype in _NARROW
            else losses * cast(weights, dtype)
        )
    size = as_tensor(losses.dims[0] if global_batch_size is None else global_batch_size)
    if size.dims or size._dtype not in INTEGERS:
        raise TypeError(f"global_batch_size must be a scalar integer. Received: {global_batch_size!r}")
    total = reduce_sum(losses, axes=tuple(range(len(losses.dims))), keepdims=False)
    return cast(divide_no_nan(total, cast(size, total._dtype)), dtype)


def scale_regularization_loss(regularization_loss):
    """The sum of the loss, divided by the number of replicas that train together, which is 1 outside of a strategy.

    >>> tf.nn.scale_regularization_loss([1.0, 2.0]).numpy().item()
    3.0
    """
    losses = as_tensor(regularization_loss)
    return reduce_sum(losses, axes=tuple(range(len(losses.dims))), keepdims=False)
