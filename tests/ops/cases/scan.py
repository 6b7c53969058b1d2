"""Scans and recurrences."""

import numpy as np

from tapeflow.ops import scan
from tests.ops.case import Case, complex_normal, normal


def running(accumulate, of_nothing):
    """The reference of a scan, from the ufunc's method."""

    def reference(x, axis, exclusive, reverse):
        x = np.flip(x, axis) if reverse else x
        y = accumulate(x, axis=axis)
        if exclusive:
            y = np.roll(y, 1, axis)
            np.moveaxis(y, axis, 0)[0] = of_nothing
        return np.flip(y, axis) if reverse else y

    return reference


def sample(op, accumulate, of_nothing, arrays):
    """Cases of a scan with either flag, along either axis."""
    reference = running(accumulate, of_nothing)
    return [
        Case(
            op,
            array,
            axis=axis,
            exclusive=exclusive,
            reverse=reverse,
            reference=lambda x, flags=(axis, exclusive, reverse): reference(x, *flags),
            **options,
        )
        for array in arrays
        for axis in range(array.ndim)
        for exclusive in (False, True)
        for reverse in (False, True)
        for options in [infinite if exclusive and op is scan.cumulative_logsumexp else {}]
    ]


infinite = {
    "grad": False,
    "reason": "the first result is -inf, so that differences of sums are NaN",
}
with_zeros = np.array([[2.0, 0.0, 3.0, 0.0], [1.5, -2.0, 0.0, 1.0]])


def recurrences(a, b, axis, reverse):
    """Step by step."""
    a, b = [np.moveaxis(np.flip(x, axis) if reverse else x, axis, 0) for x in (a, b)]
    rows = [b[0]]
    for factor, term in zip(a[1:], b[1:], strict=True):
        rows.append(factor * rows[-1] + term)
    y = np.moveaxis(np.array(rows), 0, axis)
    return np.flip(y, axis) if reverse else y


CASES = [
    *sample(scan.cumsum, np.add.accumulate, 0, [normal(4), normal(2, 3), complex_normal(2, 3)]),
    *sample(
        scan.cumprod, np.multiply.accumulate, 1, [normal(4), normal(2, 5), complex_normal(2, 3), with_zeros]
    ),
    *sample(scan.cumulative_logsumexp, np.logaddexp.accumulate, -np.inf, [normal(4), normal(2, 3)]),
    *[Case(scan.shift, normal(3, 4), axis=axis, by=by) for axis in (0, 1) for by in (1, -1, 2)],
    *[
        Case(
            scan.recurrence,
            make(3, 7),
            make(3, 7),
            axis=axis,
            reverse=reverse,
            reference=lambda a, b, axis=axis, reverse=reverse: recurrences(a, b, axis, reverse),
        )
        for make in (normal, complex_normal)
        for axis in (0, 1)
        for reverse in (False, True)
    ],
]
