"""Connectionist temporal classification (Graves et al., 2006): its loss, and labels read from scores."""

import numpy

from tapeflow.api.arrays import boolean_mask, concat, ones, shape, stack, transpose, unique
from tapeflow.api.casting import cast
from tapeflow.api.math import argmax, cumsum, logical_and, not_equal, reduce_max, reduce_sum
from tapeflow.api.selection import stop_gradient, where
from tapeflow.api.sparse import SparseTensor
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops import alignment

__all__ = [
    "collapse_repeated",
    "ctc_beam_search_decoder",
    "ctc_greedy_decoder",
    "ctc_loss",
    "ctc_unique_labels",
]


def ctc_loss(
    labels,
    logits,
    label_length,
    logit_length,
    logits_time_major=True,
    unique=None,
    blank_index=None,
    name=None,
):
    """-log of the probability that a sequence of scores reads as the labels; [batch].

    labels: integers [batch, length], or a SparseTensor of them; logits: floating [time, batch, classes], or [batch,
    time, classes] with logits_time_major=False; label_length and logit_length: integers [batch], the former None for a
    SparseTensor. blank_index: the class that is no label, 0 by default, counted from the end if negative; it must be
    given for a SparseTensor. Labels that cannot be read within their time have an infinite loss and no gradient. There
    is a first derivative only. Raises ValueError for other ranks and for a blank that is no class.

    >>> logits = tf.zeros([3, 1, 2])
    >>> tf.nn.ctc_loss([[1]], logits, [1], [3]).numpy().round(4)
    array([0.2877], dtype=float32)
    """
    x = as_tensor(logits)
    if x.ndim != 3:
        raise ValueError(f"logits must have 3 axes, not the shape {x.shape}.")
    if logits_time_major:
        x = transpose(x, [1, 0, 2])
    classes = x.dims[2]
    lengths = cast(as_tensor(logit_length), int32)
    if isinstance(labels, SparseTensor):
        if blank_index is None:
            raise ValueError("Argument `blank_index` must be provided when labels is a SparseTensor.")
        labels, label_length = _rows(labels)
    blank = 0 if blank_index is None else blank_index
    blank = blank + classes if blank < 0 else blank
    if not 0 <= blank < classes:
        raise ValueError(f"Argument `blank_index` must be within [0, {classes}). Received: {blank_index}")
    labels = cast(as_tensor(labels), int32)
    return alignment.ctc_loss(x, labels, cast(as_tensor(label_length), int32), lengths, blank=blank)


def _rows(labels):
    """The rows of a SparseTensor as a matrix, and how long they are."""
    batch, width = (int(each) for each in labels.dense_shape)
    places, values = labels.indices.numpy(), labels.values.numpy()
    rows, lengths = numpy.zeros((batch, width), numpy.int32), numpy.zeros(batch, numpy.int32)
    rows[places[:, 0], places[:, 1]] = values
    numpy.maximum.at(lengths, places[:, 0], (places[:, 1] + 1).astype(numpy.int32))
    return as_tensor(rows), as_tensor(lengths)


def ctc_unique_labels(labels, name=None):
    """The different labels in each row of integers [batch, length], and where each is: (unique, index), both so shaped.

    Rows of `unique` are filled with zeros.

    >>> tf.nn.ctc_unique_labels([[3, 1, 3]])[0].numpy()
    array([[3, 1, 0]])
    """
    labels = cast(as_tensor(labels), int64)
    found, places = [], []
    width = labels.dims[1]
    for row in range(labels.dims[0]):
        values, index = unique(labels[row])
        found.append(
            concat([values, cast(numpy.zeros(width - values.dims[0], numpy.int32), labels.dtype)], 0)
        )
        places.append(index)
    return stack(found), stack(places)


def collapse_repeated(labels, seq_length, name=None):
    """Rows of integers [batch, length] with equal neighbours made one, and their lengths; filled with zeros.

    >>> tf.nn.collapse_repeated([[1, 1, 2, 2, 1]], [5])[0].numpy()
    array([[1, 2, 1]], dtype=int32)
    """
    labels, lengths = as_tensor(labels), as_tensor(seq_length)
    kept = _kept(labels, lengths)
    places, counts = _ranks(kept)
    dims = [labels.dims[0], int(reduce_max(counts))]
    dense = numpy.zeros(dims, labels.dtype.as_numpy_dtype)
    at = places.numpy()
    dense[at[:, 0], at[:, 1]] = boolean_mask(labels, kept).numpy()
    return as_tensor(dense), cast(counts, lengths.dtype)


def _kept(rows, lengths):
    """Which elements differ from the one before them, among the first `lengths` of each row."""
    differs = concat([ones([rows.dims[0], 1], boolean), not_equal(rows[:, 1:], rows[:, :-1])], 1)
    inside = numpy.arange(rows.dims[1], dtype=numpy.int32) < cast(lengths, int32)[:, None]
    return logical_and(differs, inside)


def _ranks(kept):
    """(row, rank within the row) of each element that is kept, int64 [n, 2], and how many there are in each row."""
    numbers = cast(kept, int64)
    rank = boolean_mask(cumsum(numbers, axis=1) - 1, kept)
    return stack([where(kept)[:, 0], rank], axis=1), reduce_sum(numbers, axis=1)


def ctc_greedy_decoder(inputs, sequence_length, merge_repeated=True, blank_index=None):
    """Labels read from scores by the likeliest class of each time: ([SparseTensor], -sum of its scores [batch, 1]).

    inputs: floating [time, batch, classes]; sequence_length: int32 [batch]. Equal neighbours become one if
    merge_repeated; blanks (blank_index, the last class by default) are left out.

    >>> decoded, _ = tf.nn.ctc_greedy_decoder([[[0.9, 0.1]], [[0.8, 0.2]], [[0.1, 0.9]]], [3])
    >>> tf.sparse.to_dense(decoded[0]).numpy()
    array([[0]])
    """
    x = stop_gradient(transpose(as_tensor(inputs), [1, 0, 2]))
    lengths = cast(as_tensor(sequence_length), int32)
    blank = x.dims[2] - 1 if blank_index is None else blank_index
    blank = blank + x.dims[2] if blank < 0 else blank
    if not 0 <= blank < x.dims[2]:
        raise InvalidArgumentError(None, None, f"blank_index expected to be between 0 and {x.dims[2]}")
    best = argmax(x, axis=2)
    inside = numpy.arange(x.dims[1], dtype=numpy.int32) < lengths[:, None]
    kept = logical_and(not_equal(best, blank), _kept(best, lengths) if merge_repeated else inside)
    places, counts = _ranks(kept)
    size = stack([shape(best, int64)[0], reduce_max(counts)])
    scores = where(inside, reduce_max(x, axis=2), as_tensor(0.0, x.dtype))
    decoded = SparseTensor(places, boolean_mask(best, kept), size)
    return [decoded], -reduce_sum(scores, axis=1, keepdims=True)


def ctc_beam_search_decoder(inputs, sequence_length, beam_width=100, top_paths=1):
    """The likeliest sequences of labels: (a list of `top_paths` SparseTensors, log probabilities [batch, top_paths]).

    inputs: floating [time, batch, classes], the last class being the blank; sequence_length: int32 [batch];
    beam_width: how many beginnings are followed. Raises InvalidArgumentError for more paths than beams.

    >>> decoded, _ = tf.nn.ctc_beam_search_decoder([[[2.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]]], [2])
    >>> tf.sparse.to_dense(decoded[0]).numpy()
    array([[0, 1]])
    """
    return beam_search(inputs, sequence_length, beam_width, top_paths, merge_repeated=False)


def beam_search(inputs, sequence_length, beam_width, top_paths, merge_repeated):
    """`ctc_beam_search_decoder`, whose results may have equal neighbours made one."""
    if top_paths > beam_width:
        raise InvalidArgumentError(None, None, "Requested more paths than the beam width.")
    x = transpose(as_tensor(inputs), [1, 0, 2])
    paths, values = alignment.beam_search(
        x, cast(as_tensor(sequence_length), int32), width=beam_width, count=top_paths, merges=merge_repeated
    )
    found = []
    for rank in range(top_paths):
        kept = paths[rank] >= 0
        places, counts = _ranks(kept)
        size = stack([shape(kept, int64)[0], reduce_max(counts)])
        found.append(SparseTensor(places, boolean_mask(paths[rank], kept), size))
    return found, values
