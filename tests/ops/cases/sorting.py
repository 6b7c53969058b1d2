"""Sorting, the greatest k, places in sorted rows, permutations."""

import numpy as np

from tapeflow.core import dtypes as types
from tapeflow.ops import isotonic, sorting
from tests.ops.case import Case, integers, normal, uniform

DISCRETE = {"grad": False, "reason": "the result is no floating number"}

many = np.round(normal(50, 60, dtype="float32") * 9)
many[0, 0], many[0, 1], many[1, 1], many[1, 2] = np.nan, -np.nan, np.inf, -np.inf


def ordered(x, axis, descending):
    x = np.sort(x, axis=axis)
    return np.flip(x, axis) if descending else x


def order(x, axis, descending):
    return np.argsort(-x if descending else x, axis=axis, kind="stable")


def greatest(x, k):
    indices = np.argsort(-x, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(x, indices, -1), indices


def places(rows, values, side):
    found = [
        np.searchsorted(row, each, side)
        for row, each in zip(
            rows.reshape(-1, rows.shape[-1]), values.reshape(-1, values.shape[-1]), strict=True
        )
    ]
    return np.array(found).reshape(values.shape)


CASES = [
    *[
        Case(
            op,
            x,
            axis=axis,
            descending=descending,
            reference=lambda x, find=find, flags=(axis, descending): find(x, *flags),
            **options,
        )
        for op, find, options in ((sorting.sort, ordered, {}), (sorting.argsort, order, DISCRETE))
        for x in (normal(5), normal(3, 4), integers(3, 4, high=4))
        for axis in range(x.ndim)
        for descending in (False, True)
    ],
    *[
        Case(
            sorting.top_k,
            x,
            k=k,
            sorted=True,
            index_type=types.int32,
            reference=lambda x, k=k: greatest(x, k),
        )
        for x, k in (
            (normal(5), 2),
            (normal(3, 4), 4),
            (normal(2, 2, 3), 1),
            (normal(2, 1200), 5),
            (integers(2, 3, 400), 7),
        )
    ],
    *[
        Case(
            sorting.argsort,
            x,
            axis=axis,
            descending=descending,
            reference=lambda x, flags=(axis, descending): order(x, *flags),
            **DISCRETE,
        )
        for x in (many, np.nan_to_num(many, posinf=0, neginf=0).astype(np.int32))
        for axis in (0, 1)
        for descending in (False, True)
    ],
    Case(sorting.top_k, normal(3, 8), k=3, sorted=False, index_type=types.int64),
    Case(sorting.top_k, normal(2, 1200), k=3, sorted=False, index_type=types.int16),
    Case(sorting.in_top_k, normal(4, 5, dtype="float32"), np.array([0, 4, 2, 7], np.int32), k=2),
    *[
        Case(
            op,
            np.sort(rows),
            values,
            dtype=types.int32,
            reference=lambda a, b, side=side: places(a, b, side),
            **DISCRETE,
        )
        for op, side in ((sorting.lower_bound, "left"), (sorting.upper_bound, "right"))
        for rows, values in (
            (normal(5), normal(3)),
            (integers(2, 6), integers(2, 9)),
            (normal(2, 3, 7), normal(2, 3, 2)),
        )
    ],
    Case(
        sorting.bucketize,
        uniform(3, 4, low=-1, high=3),
        boundaries=(0.0, 0.5, 2.0),
        reference=lambda x: np.digitize(x, [0.0, 0.5, 2.0]),
        **DISCRETE,
    ),
    Case(isotonic.isotonic_regression, normal(2, 5)),
    Case(isotonic.isotonic_regression, normal(3, 0)),
    Case(isotonic.mean_by_segment, normal(2, 5), np.array([[0, 0, 1, 1, 2], [0, 1, 1, 1, 1]])),
    Case(sorting.invert_permutation, np.array([2, 0, 3, 1], np.int32), reference=np.argsort, **DISCRETE),
]
