"""Unique elements, counts and histograms."""

import numpy as np

from tapeflow.core import dtypes as types
from tapeflow.ops import counting
from tests.ops.case import Case, integers, uniform

UNKNOWN = {"grad": False, "skip": "spec_unknown", "reason": "how many there are depends on the values"}
NONE = {"grad": False, "reason": "counts do not vary with what is counted"}
NO_WEIGHTS = np.zeros(0, np.int32)


def rows_counted(x, size):
    return np.array([np.bincount(row, minlength=size)[:size] for row in x])


CASES = [
    *[
        Case(op, x, axis=axis, index_type=types.int32, **UNKNOWN)
        for op in (counting.unique, counting.unique_with_counts)
        for x, axis in (
            (integers(8, high=4), 0),
            (integers(5, 2, high=2), 0),
            (integers(2, 5, high=2), 1),
            (np.round(uniform(6) * 3), 0),
        )
    ],
    Case(counting.list_diff, integers(9), integers(4), index_type=types.int64, **UNKNOWN),
    Case(
        counting.bincount,
        integers(9),
        NO_WEIGHTS,
        size=12,
        binary=False,
        reference=lambda x, weights: np.bincount(x, minlength=12),
        **NONE,
    ),
    Case(
        counting.bincount,
        integers(3, 7),
        NO_WEIGHTS,
        size=6,
        binary=False,
        reference=lambda x, weights: rows_counted(x, 6),
        **NONE,
    ),
    Case(
        counting.bincount,
        integers(9),
        uniform(9),
        size=10,
        binary=False,
        reference=lambda x, weights: np.bincount(x, weights, minlength=10),
        **NONE,
    ),
    Case(
        counting.bincount,
        integers(3, 7),
        NO_WEIGHTS,
        size=10,
        binary=True,
        reference=lambda x, weights: (rows_counted(x, 10) > 0).astype(np.int32),
        **NONE,
    ),
    Case(
        counting.histogram,
        uniform(3, 5, low=-1, high=2),
        np.array([-0.5, 1.5]),
        bins=6,
        dtype=types.int32,
        reference=lambda x, limits: np.histogram(np.clip(x, *limits), 6, limits)[0],
        **NONE,
    ),
]
