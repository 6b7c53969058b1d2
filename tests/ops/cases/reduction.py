"""Reductions, and where extremes are."""

import numpy as np

from tapeflow.core import dtypes as types
from tapeflow.ops import broadcasting, reduction
from tests.ops.case import Case, booleans, complex_normal, integers, normal, uniform


def over(op, x, reference, axes, keepdims, **options):
    """A case of a reduction whose NumPy reference takes `axis` and `keepdims`."""
    return Case(
        op,
        x,
        axes=axes,
        keepdims=keepdims,
        reference=lambda array: reference(array, axis=axes, keepdims=keepdims),
        **options,
    )


def sample(op, reference, make=normal, **options):
    """Cases over one axis, several, all and none."""
    return [
        over(op, make(4), reference, (0,), False, **options),
        over(op, make(2, 3), reference, (0,), False, **options),
        over(op, make(2, 3), reference, (1,), True, **options),
        over(op, make(2, 3, 2), reference, (0, 2), False, **options),
        over(op, make(2, 3), reference, (0, 1), True, **options),
        over(op, make(2, 2), reference, (), False, **options),
        over(op, make(), reference, (), False, **options),
    ]


def euclidean(x, axis, keepdims):
    return np.sqrt(np.sum(np.abs(x) ** 2, axis=axis, keepdims=keepdims)) if axis else np.abs(x)


def logsumexp(x, axis, keepdims):
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


with_a_zero = np.array([[2.0, 0.0, 3.0], [1.5, -2.0, 0.5]])
with_two_zeros = np.array([[2.0, 0.0, 3.0, 0.0], [1.5, -2.0, 0.5, 1.0]])
DISCRETE = {"grad": False, "reason": "the result is no floating number"}

CASES = [
    *sample(broadcasting.reduce_sum, np.sum),
    *sample(broadcasting.reduce_sum, np.sum, complex_normal),
    # Large enough for the quicker ways.
    *[
        over(op, x, reference, axes, keepdims, grad=False, skip="batch", reason="as for few elements")
        for op, reference in (
            (broadcasting.reduce_sum, np.sum),
            (reduction.reduce_mean, np.mean),
            (reduction.reduce_max, np.max),
            (reduction.reduce_logsumexp, logsumexp),
        )
        for x, axes, keepdims in (
            (normal(1000, 10), (0,), False),
            (normal(1000, 10), (1,), True),
            (normal(9, 50, 20), (0, 1), True),
            (normal(9, 50, 20), (2,), False),
            (normal(90, 10, 10), (2,), False),
        )
    ],
    *sample(reduction.reduce_mean, np.mean),
    *sample(reduction.reduce_mean, np.mean, complex_normal),
    Case(reduction.reduce_mean, integers(3, low=-9, high=1), axes=(0,), keepdims=False),
    *sample(reduction.reduce_prod, np.prod),
    *sample(reduction.reduce_prod, np.prod, complex_normal),
    over(reduction.reduce_prod, with_a_zero, np.prod, (1,), False),
    over(reduction.reduce_prod, with_two_zeros, np.prod, (1,), False),
    over(reduction.reduce_prod, with_two_zeros, np.prod, (0, 1), True),
    *sample(reduction.reduce_euclidean_norm, euclidean),
    *sample(reduction.reduce_greatest, np.max),
    *sample(reduction.reduce_max, np.max),
    *sample(reduction.reduce_min, np.min),
    *sample(reduction.reduce_logsumexp, logsumexp),
    *sample(reduction.reduce_all, np.all, booleans, **DISCRETE),
    *sample(reduction.reduce_any, np.any, booleans, **DISCRETE),
    over(reduction.count_nonzero, integers(3, 4, high=2), np.count_nonzero, (1,), True, **DISCRETE),
    over(reduction.count_nonzero, uniform(3, 4), np.count_nonzero, (0,), False, **DISCRETE),
    *[
        Case(
            op,
            make(3, 4),
            axis=axis,
            dtype=types.int32,
            reference=lambda x, find=find, axis=axis: find(x, axis=axis),
            **DISCRETE,
        )
        for op, find in ((reduction.argmax, np.argmax), (reduction.argmin, np.argmin))
        for make in (normal, integers, booleans)
        for axis in (0, 1)
    ],
]
