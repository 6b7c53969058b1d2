"""Connectionist temporal classification."""

import numpy as np

from tapeflow.ops import alignment
from tests.ops.case import Case, normal

LABELS = np.array([[1, 2, 2], [3, 1, 0]], np.int32)
LENGTHS = np.array([3, 2], np.int32)
TIMES = np.array([6, 4], np.int32)

CASES = [
    Case(
        alignment.ctc_loss,
        normal(2, 6, 4),
        LABELS,
        LENGTHS,
        TIMES,
        blank=0,
        second=False,
        reason="TensorFlow has no second derivative either",
    ),
    Case(
        alignment.ctc_loss,
        normal(2, 6, 4),
        np.array([[1, 0, 2], [3, 1, 0]], np.int32),  # a label of the blank's class
        LENGTHS,
        TIMES,
        blank=0,
        second=False,
        reason="TensorFlow has no second derivative either",
    ),
    Case(
        alignment.ctc_loss_grad,
        normal(2, 6, 4),
        LABELS,
        LENGTHS,
        TIMES,
        blank=0,
        grad=False,
        reason="it has no derivative",
    ),
    Case(
        alignment.beam_search,
        normal(2, 6, 4),
        TIMES,
        width=8,
        count=2,
        merges=False,
        grad=False,
        skip="batch",
        reason="sequences of labels do not vary with scores; decoding is not batched",
    ),
]
