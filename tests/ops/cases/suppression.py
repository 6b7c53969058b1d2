"""Boxes that overlap."""

import numpy as np

from tapeflow.ops import suppression
from tests.ops.case import Case, uniform

UNKNOWN = {
    "grad": False,
    "skip": ("spec_unknown", "batch", "dtypes"),
    "reason": "how many there are depends on the values, which are in single precision",
}

CASES = [
    Case(
        suppression.suppress,
        uniform(9, 4).astype("float32"),
        uniform(9).astype("float32"),
        count=5,
        limit=0.2,
        least=0.1,
        sigma=0.0,
        **UNKNOWN,
    ),
    Case(
        suppression.suppress_with_overlaps,
        uniform(6, 6).astype("float32"),
        uniform(6).astype("float32"),
        count=4,
        limit=0.6,
        least=-np.inf,
        **UNKNOWN,
    ),
    Case(
        suppression.suppress_padded,
        uniform(2, 6, 4).astype("float32"),
        uniform(2, 6).astype("float32"),
        count=4,
        limit=0.3,
        least=0.1,
        ordered=False,
        canonical=False,
        **UNKNOWN,
    ),
    Case(
        suppression.suppress_combined,
        uniform(2, 6, 1, 4).astype("float32"),
        uniform(2, 6, 3).astype("float32"),
        each=3,
        most=5,
        limit=0.3,
        least=0.1,
        padded=False,
        clipped=True,
        **UNKNOWN,
    ),
]
