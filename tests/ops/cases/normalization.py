"""Moments and normalization by them."""

import numpy as np

from tapeflow.ops import normalization
from tests.ops.case import Case, normal, uniform


def statistics(*dims, axes, keepdims):
    return Case(
        normalization.moments,
        normal(*dims),
        axes=axes,
        keepdims=keepdims,
        reference=lambda x: (x.mean(axis=axes, keepdims=keepdims), x.var(axis=axes, keepdims=keepdims)),
    )


CASES = [
    statistics(3, 4, axes=(1,), keepdims=True),
    statistics(3, 4, axes=(1,), keepdims=False),
    statistics(3, 4, axes=(0,), keepdims=False),
    statistics(2, 3, 4, axes=(0, 2), keepdims=True),
    statistics(2, 3, axes=(0, 1), keepdims=False),
    statistics(5, axes=(0,), keepdims=False),
    statistics(2, 2, axes=(), keepdims=False),
    Case(
        normalization.normalize,
        normal(3, 4),
        normal(3, 1),
        uniform(3, 1, low=1, high=2),
        normal(4),
        normal(4),
        epsilon=0.25,
        reference=lambda x, m, v, o, s: (x - m) / np.sqrt(v + 0.25) * s + o,
    ),
    Case(
        normalization.normalize,
        normal(2, 3, 4),
        normal(4),
        uniform(4, low=1, high=2),
        normal(),
        normal(4),
        epsilon=1e-3,
    ),
]
