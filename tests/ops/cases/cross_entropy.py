"""Softmax and cross entropies."""

import numpy as np
from scipy import special

from tapeflow.ops import cross_entropy
from tests.ops.case import Case, integers, normal, uniform


def distribution(*dims):
    weights = uniform(*dims, low=0.1)
    return weights / weights.sum(-1, keepdims=True)


def dense(logits, labels):
    return -np.sum(labels * special.log_softmax(logits, -1), -1)


def sparse(logits, labels):
    return -np.take_along_axis(special.log_softmax(logits, -1), labels[..., None], -1)[..., 0]


CASES = [
    *[
        Case(op, normal(*dims), axis=axis, reference=lambda x, axis=axis, right=right: right(x, axis))
        for op, right in (
            (cross_entropy.softmax, special.softmax),
            (cross_entropy.log_softmax, special.log_softmax),
        )
        for dims, axis in (((4,), 0), ((3, 4), 1), ((2, 3, 2), 1))
    ],
    *[
        case
        for dims in ((), (3,), (2, 3))
        for case in (
            Case(cross_entropy.cross_entropy, normal(*dims, 4), distribution(*dims, 4), reference=dense),
            Case(
                cross_entropy.cross_entropy_grad,
                normal(*dims),
                normal(*dims, 4),
                distribution(*dims, 4),
                reference=lambda g, x, labels: g[..., None] * (special.softmax(x, -1) - labels),
            ),
            Case(
                cross_entropy.sparse_cross_entropy,
                normal(*dims, 4),
                integers(*dims, high=4),
                reference=sparse,
            ),
            Case(
                cross_entropy.sparse_cross_entropy_grad,
                normal(*dims),
                normal(*dims, 4),
                integers(*dims, high=4, dtype="int64"),
                reference=lambda g, x, labels: g[..., None] * (special.softmax(x, -1) - np.eye(4)[labels]),
            ),
        )
    ],
    Case(
        cross_entropy.sigmoid_cross_entropy,
        normal(3, 4) * 3,
        uniform(3, 4),
        reference=lambda x, z: -z * special.log_expit(x) - (1 - z) * special.log_expit(-x),
    ),
    Case(cross_entropy.l2_loss, normal(3, 4), reference=lambda x: 0.5 * np.sum(x * x)),
]
