"""Losses over many classes that look at the true ones and at some drawn ones only."""

from collections import namedtuple

from tapeflow.api.arrays.layout import expand_dims
from tapeflow.api.nn.embedding import embedding_lookup
from tapeflow.api.nn.loss import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits
from tapeflow.api.random.candidates import count, log_uniform_candidate_sampler
from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.core.size import may_agree
from tapeflow.ops import candidate_sampling, random_state
from tapeflow.ops.arithmetic import log
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.contraction import matmul
from tapeflow.ops.creation import filled_like
from tapeflow.ops.layout import concat
from tapeflow.ops.selection import stop_gradient

__all__ = ["compute_accidental_hits", "nce_loss", "sampled_softmax_loss"]

ComputeAccidentalHits = namedtuple("ComputeAccidentalHits", "indices ids weights")


def compute_accidental_hits(true_classes, sampled_candidates, num_true, seed=None, name=None):
    """Where candidates are true classes: rows of `true_classes`, places in `sampled_candidates`, least float32s.

    true_classes: int64 [batch, num_true]; sampled_candidates: int64 [num_sampled], as a sampler gives them. Returns the
    named tuple (indices, ids, weights): int32, int64 and float32 vectors. Raises InvalidArgumentError for other shapes.

    >>> hits = tf.nn.compute_accidental_hits([[1], [7]], [7, 2], num_true=1)
    >>> hits.indices.numpy(), hits.ids.numpy(), hits.weights.numpy()
    (array([1], dtype=int32), array([0]), array([-3.4028235e+38], dtype=float32))
    """
    random_state.operation_seeds(
        seed
    )  # nothing is drawn, but the ops that follow have their seeds after this one
    classes = as_tensors([true_classes, sampled_candidates], int64)
    hits = candidate_sampling.compute_accidental_hits(*classes, num_true=count(num_true, "num_true"))
    return ComputeAccidentalHits(*hits)


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
    name="nce_loss",
):
    """Noise-contrastive estimation: for each example, the sum of the logistic losses of true and of drawn classes.

    Gutmann and Hyvärinen, "Noise-contrastive estimation", AISTATS 2010; Mnih and Kavukcuoglu, NIPS 2013.

    Args:
      weights: [num_classes, dim], or a list of such tables one below the other; biases: [num_classes].
      labels: [batch, num_true] integers, the true classes; inputs: [batch, dim].
      num_sampled: how many classes are drawn for the batch.
      sampled_values: what a sampler gave; else `tf.random.log_uniform_candidate_sampler` draws.
      remove_accidental_hits: whether drawn classes that are true ones do not count.

    Returns [batch] losses. Raises InvalidArgumentError for shapes that do not fit and for classes out of range.

    >>> w, b, x = tf.zeros([5, 2]), tf.zeros([5]), tf.ones([1, 2])
    >>> sampled = tf.random.all_candidate_sampler([[2]], 1, 5, True)
    >>> tf.nn.nce_loss(w, b, [[2]], x, 5, 5, sampled_values=sampled).numpy().round(4)
    array([4.1589], dtype=float32)
    """
    logits, labels = _sampled_logits(
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
    losses = sigmoid_cross_entropy_with_logits(labels, logits)
    return reduce_sum(losses, axes=(1,), keepdims=False)


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
    seed=None,
    name="sampled_softmax_loss",
):
    """The softmax cross entropy of the true classes among these and the drawn ones; an estimate of that among all.

    Jean et al., "On using very large target vocabulary for neural machine translation", ACL 2015. Arguments, results
    and errors are those of `tf.nn.nce_loss`; `seed` is the sampler's. For training only: what counts in the end is the
    whole softmax.

    >>> w, b, x = tf.zeros([5, 2]), tf.zeros([5]), tf.ones([1, 2])
    >>> sampled = tf.random.all_candidate_sampler([[2]], 1, 5, True)
    >>> tf.nn.sampled_softmax_loss(w, b, [[2]], x, 5, 5, sampled_values=sampled).numpy().round(4)
    array([1.6094], dtype=float32)
    """
    logits, labels = _sampled_logits(
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
    return softmax_cross_entropy_with_logits(stop_gradient(labels), logits)


def _sampled_logits(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true,
    sampled_values,
    remove_accidental_hits,
    seed=None,
):
    """Logits and labels [batch, num_true + num_sampled]: those of the true classes, then those of the drawn ones."""
    x = as_tensor(inputs)
    labels = cast(as_tensor(labels), int64)
    num_true = count(num_true, "num_true")
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(labels, num_true, num_sampled, True, num_classes, seed)
    sampled, true_expected, sampled_expected = [stop_gradient(as_tensor(each)) for each in sampled_values]
    sampled = cast(sampled, int64)
    if not may_agree(labels.dims, (*labels.dims[:1], num_true)):
        raise InvalidArgumentError(
            None, None, f"labels must be of shape [batch, num_true={num_true}], got {labels.shape}"
        )

    def looked_up(table, classes):
        return cast(embedding_lookup(table, classes), x._dtype)

    true_logits = reduce_sum(
        expand_dims(x, 1) * looked_up(weights, labels), axes=(2,), keepdims=False
    ) + looked_up(biases, labels)
    sampled_logits = matmul(x, looked_up(weights, sampled), transpose_b=True) + looked_up(biases, sampled)
    if remove_accidental_hits:
        random_state.operation_seeds(None)  # as `compute_accidental_hits` does
        penalties = candidate_sampling.accidental_hit_penalties(labels, sampled, num_true=num_true)
        sampled_logits = sampled_logits + cast(penalties, x._dtype)
    true_logits = true_logits - log(true_expected)
    sampled_logits = sampled_logits - log(sampled_expected)
    of_true = filled_like(true_logits, 1) / num_true
    return (
        concat(true_logits, sampled_logits, axis=1),
        concat(of_true, filled_like(sampled_logits, 0), axis=1),
    )
