"""tf.compat.v1.losses: losses with weights, gathered in a collection of the graph."""

from tapeflow.api import math, nn
from tapeflow.api.casting import cast
from tapeflow.compat.graphs.calls import called
from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.core.context import state
from tapeflow.core.dtypes import float32
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import divide_no_nan
from tapeflow.ops.creation import ones
from tapeflow.ops.selection import stop_gradient

__all__ = [
    "Reduction",
    "absolute_difference",
    "add_loss",
    "compute_weighted_loss",
    "cosine_distance",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


class Reduction:
    """How the losses of the examples become one loss."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls):
        """All of them."""
        return (cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_BY_NONZERO_WEIGHTS)

    @classmethod
    def validate(cls, key):
        """ValueError unless the key is one of them."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}.")


def add_loss(loss, loss_collection=GraphKeys.LOSSES):
    """Puts a loss into the collection; there is none under eager execution."""
    if loss_collection and isinstance(state.interpreter, Graph):
        get_default_graph().add_to_collection(loss_collection, loss)


def get_losses(scope=None, loss_collection=GraphKeys.LOSSES):
    """The losses in the collection; with `scope`, those whose names begin with a match of it."""
    return get_default_graph().get_collection(loss_collection, scope)


def get_regularization_losses(scope=None):
    """The regularization losses of the graph."""
    return get_default_graph().get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(scope=None, name="total_regularization_loss"):
    """The sum of the regularization losses, 0 if there are none."""
    losses = get_regularization_losses(scope)
    return math.add_n(losses) if losses else as_tensor(0.0)


def get_total_loss(add_regularization_losses=True, name="total_loss", scope=None):
    """The sum of the losses in the collection and of the regularization losses."""
    losses = get_losses(scope)
    if add_regularization_losses:
        losses = losses + get_regularization_losses(scope)
    return _named(name, math.add_n, losses)


def _named(name, function, *arguments, last=""):
    graph = state.interpreter
    if isinstance(graph, Graph):
        return called(graph, function, arguments, {}, name, last)
    return function(*arguments)


def _weighted(losses, weights, reduction):
    losses = as_tensor(losses)
    dtype = losses.dtype
    losses = cast(losses, float32)
    weights = cast(as_tensor(weights), float32)
    _check_weights(weights, losses)
    weighted = losses * weights
    if reduction == Reduction.NONE:
        return cast(weighted, dtype)
    total = math.reduce_sum(weighted)
    if reduction == Reduction.MEAN:
        total = divide_no_nan(total, math.reduce_sum(_spread(weights, losses)))
    elif reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
        present = cast(math.not_equal(_spread(weights, losses), 0.0), float32)
        total = divide_no_nan(total, math.reduce_sum(present))
    elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
        total = divide_no_nan(total, math.reduce_sum(ones(losses.dims, float32)))
    return cast(total, dtype)


def _spread(weights, losses):
    return weights * ones(losses.dims, float32)


def _check_weights(weights, losses):
    mine, theirs = weights.shape, losses.shape
    if mine.rank in (None, 0) or theirs.rank is None:
        return
    fits = mine.rank == theirs.rank and all(
        [a == b or a == 1 or a is None or b is None for a, b in zip(mine, theirs, strict=True)]
    )
    if not fits:
        raise ValueError(
            f"weights can not be broadcast to values. values.rank={theirs.rank}. weights.rank={mine.rank}. "
            f"values.shape={theirs}. weights.shape={mine}."
        )


def _collected(name, scope, losses, pair, weights, collection, reduction):
    """What `losses(*pair)`, the losses of the examples, come to, in the collection."""
    Reduction.validate(reduction)

    def total(first, second, weights):
        return _weighted(losses(first, second), weights, reduction)

    loss = _named(scope or name, total, *pair, weights, last="value")
    add_loss(loss, collection)
    return loss


def compute_weighted_loss(
    losses,
    weights=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The losses times their weights, which have size 1 or the size of the losses along each axis, as one number."""
    return _collected(
        "weighted_loss", scope, lambda first, _: first, (losses, None), weights, loss_collection, reduction
    )


def _pair(labels, predictions):
    if labels is None:
        raise ValueError("Argument `labels` must not be None.")
    if predictions is None:
        raise ValueError("Argument `predictions` must not be None.")
    predictions, labels = cast(as_tensor(predictions), float32), cast(as_tensor(labels), float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


def mean_squared_error(
    labels,
    predictions,
    weights=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The mean of (predictions - labels)².

    >>> float(tf.compat.v1.losses.mean_squared_error([1.0, 2.0], [1.0, 4.0]))
    2.0
    """
    pair = _pair(labels, predictions)
    squares = lambda labels, predictions: math.squared_difference(predictions, labels)
    return _collected("mean_squared_error", scope, squares, pair, weights, loss_collection, reduction)


def absolute_difference(
    labels,
    predictions,
    weights=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The mean of |predictions - labels|."""
    pair = _pair(labels, predictions)
    return _collected(
        "absolute_difference",
        scope,
        lambda labels, predictions: math.abs(predictions - labels),
        pair,
        weights,
        loss_collection,
        reduction,
    )


def huber_loss(
    labels,
    predictions,
    weights=1.0,
    delta=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """Half the square of the error up to `delta`, and beyond that in proportion to it."""
    pair = _pair(labels, predictions)

    def losses(labels, predictions):
        error = math.abs(predictions - labels)
        quadratic = math.minimum(error, delta)
        return 0.5 * quadratic * quadratic + delta * (error - quadratic)

    return _collected("huber_loss", scope, losses, pair, weights, loss_collection, reduction)


def log_loss(
    labels,
    predictions,
    weights=1.0,
    epsilon=1e-07,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The cross entropy of the probabilities `labels` and `predictions`."""
    pair = _pair(labels, predictions)

    def losses(labels, predictions):
        yes = labels * math.log(predictions + epsilon)
        return -yes - (1 - labels) * math.log(1 - predictions + epsilon)

    return _collected("log_loss", scope, losses, pair, weights, loss_collection, reduction)


def hinge_loss(
    labels,
    logits,
    weights=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The mean of max(0, 1 - label * logit), the labels 0 and 1 being taken as -1 and 1."""
    pair = _pair(labels, logits)
    losses = lambda labels, logits: nn.relu(1.0 - (2.0 * labels - 1.0) * logits)
    return _collected("hinge_loss", scope, losses, pair, weights, loss_collection, reduction)


def cosine_distance(
    labels,
    predictions,
    axis=None,
    weights=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
    dim=None,
):
    """The mean of 1 - labels · predictions along `axis`, both being of length 1 there."""
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    pair = _pair(labels, predictions)
    losses = lambda labels, predictions: 1 - math.reduce_sum(predictions * labels, axis=axis, keepdims=True)
    return _collected("cosine_distance_loss", scope, losses, pair, weights, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels, predictions, weights=1.0, scope=None, loss_collection=GraphKeys.LOSSES
):
    """Not there: NotImplementedError."""
    raise NotImplementedError("mean_pairwise_squared_error is not there.")


def sigmoid_cross_entropy(
    multi_class_labels,
    logits,
    weights=1.0,
    label_smoothing=0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The mean cross entropy of `multi_class_labels` and sigmoid(logits)."""

    pair = as_tensor(multi_class_labels), as_tensor(logits)

    def losses(labels, x):
        labels = cast(labels, x.dtype)
        x.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        return nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=x)

    return _collected("sigmoid_cross_entropy_loss", scope, losses, pair, weights, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels,
    logits,
    weights=1.0,
    label_smoothing=0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The mean cross entropy of the distributions `onehot_labels` and softmax(logits)."""

    pair = as_tensor(onehot_labels), as_tensor(logits)

    def losses(labels, x):
        labels = cast(labels, x.dtype)
        x.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + label_smoothing / x.shape[-1]
        return nn.softmax_cross_entropy_with_logits(labels=stop_gradient(labels), logits=x)

    return _collected("softmax_cross_entropy_loss", scope, losses, pair, weights, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels,
    logits,
    weights=1.0,
    scope=None,
    loss_collection=GraphKeys.LOSSES,
    reduction=Reduction.SUM_BY_NONZERO_WEIGHTS,
):
    """The mean cross entropy of the classes `labels`, integers, and softmax(logits)."""
    pair = as_tensor(labels), as_tensor(logits)
    losses = lambda labels, logits: nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return _collected(
        "sparse_softmax_cross_entropy_loss", scope, losses, pair, weights, loss_collection, reduction
    )
