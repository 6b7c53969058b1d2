"""Connectionist temporal classification."""

import numpy as np

from tests.oracle.call import Call, normal

LABELS = np.array([[1, 2, 2], [3, 1, 0]], "int32")
LENGTHS = np.array([3, 2], "int32")
TIMES = np.array([7, 4], "int32")


def _sparse_loss(tf, logits, lengths, blank_index=-1):
    labels = tf.sparse.from_dense(tf.constant([[1, 2, 2], [3, 1, 0]]))
    return tf.nn.ctc_loss(labels, logits, None, lengths, blank_index=blank_index)


def _old_loss(tf, logits, lengths, **options):
    labels = tf.sparse.from_dense(tf.constant([[1, 2, 2], [3, 1, 0]]))
    return tf.compat.v1.nn.ctc_loss(labels, logits, lengths, **options)


def _dense(function):
    def call(tf, *args, **kwargs):
        found = tf
        for part in function.split("."):
            found = getattr(found, part)
        decoded, scores = found(*args, **kwargs)
        return [[each.indices, each.values, each.dense_shape] for each in decoded], scores

    return call


def _greedy(*args, **kwargs):
    return Call(
        _dense("nn.ctc_greedy_decoder"),
        *args,
        name="nn.ctc_greedy_decoder",
        grad=False,
        reason="TensorFlow has none",
        **kwargs,
    )


def _beams(function, *args, **kwargs):
    reason = "TensorFlow has none"
    return Call(_dense(function), *args, name=function, grad=False, reason=reason, atol=1e-5, **kwargs)


CALLS = [
    Call("nn.ctc_loss", LABELS, normal(7, 2, 5), LENGTHS, TIMES, atol=1e-5),
    Call("nn.ctc_loss", LABELS, normal(2, 7, 5), LENGTHS, TIMES, logits_time_major=False, atol=1e-5),
    Call("nn.ctc_loss", LABELS, normal(7, 2, 5), LENGTHS, TIMES, blank_index=-1, atol=1e-5),
    *[
        Call(
            "nn.ctc_loss",
            labels,
            normal(time, 2, 3),
            lengths,
            times,
            atol=1e-5,
            grad=False,
            reason="a label is of the blank's class, which TensorFlow's gradient leaves out",
        )
        for labels, time, lengths, times in (
            ([[1, 2, 1, 0], [1, 2, 0, 2]], 4, [4, 4], [4, 4]),
            ([[1, 0, 2, 0], [0, 1, 0, 2]], 6, [3, 4], [6, 5]),
        )
    ],
    Call(_sparse_loss, normal(7, 2, 5), TIMES, atol=1e-5, name="nn.ctc_loss"),
    Call(_old_loss, normal(7, 2, 5), TIMES, atol=1e-5, name="compat.v1.nn.ctc_loss"),
    Call("nn.ctc_unique_labels", np.array([[3, 1, 3, 4], [2, 2, 2, 2]], "int32")),
    Call("nn.collapse_repeated", np.array([[3, 3, 1, 3], [2, 2, 2, 2]], "int32"), np.array([4, 2], "int32")),
    _greedy(normal(7, 2, 3), TIMES),
    _greedy(normal(7, 2, 3), TIMES, merge_repeated=False),
    _greedy(normal(7, 2, 3), TIMES, blank_index=0),
    _beams("nn.ctc_beam_search_decoder", normal(7, 2, 4), TIMES, beam_width=30, top_paths=3),
    _beams("nn.ctc_beam_search_decoder", normal(7, 2, 4), TIMES),
    _beams("compat.v1.nn.ctc_beam_search_decoder", normal(7, 2, 3), TIMES, beam_width=40, top_paths=2),
]

BAD_CALLS = [
    Call(_sparse_loss, normal(7, 2, 5), TIMES, blank_index=None, name="nn.ctc_loss"),
    Call("nn.ctc_beam_search_decoder", normal(7, 2, 4), TIMES, beam_width=1, top_paths=2),
]
