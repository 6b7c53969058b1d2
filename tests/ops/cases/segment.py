"""Segments of sorted and unsorted ids."""

import numpy as np

from tapeflow.ops import segment
from tests.ops.case import Case, complex_normal, integers, normal

SORTED = np.array([0, 0, 0, 2, 2, 3], np.int32)
UNSORTED = np.array([2, 0, -1, 2, 0, 2], np.int32)
with_a_zero = np.array([[2.0, 3.0], [0.0, 1.0], [1.5, -1.0], [4.0, 2.0], [0.5, 0.0], [1.0, 3.0]])


def reference(reduce, count, of_nothing):
    """Segment by segment."""

    def by_ids(data, ids):
        size = count or ids.max() + 1
        inner = data.shape[ids.ndim :]
        rows, ids = data.reshape(-1, *inner), ids.ravel()
        return np.array(
            [reduce(rows[ids == i], axis=0) if i in ids else np.full(inner, of_nothing) for i in range(size)]
        )

    return by_ids


LEAST, GREATEST = np.finfo(np.float64).min, np.finfo(np.float64).max
SORTED_OPS = [
    (segment.segment_sum, np.sum, 0),
    (segment.segment_mean, np.mean, 0),
    (segment.segment_prod, np.prod, 1),
    (segment.segment_max, np.max, 0),
    (segment.segment_min, np.min, 0),
]
UNSORTED_OPS = [
    (segment.unsorted_segment_sum, np.sum, 0),
    (segment.unsorted_segment_prod, np.prod, 1),
    (segment.unsorted_segment_max, np.max, LEAST),
    (segment.unsorted_segment_min, np.min, GREATEST),
]
# Where a segment is empty, the extremes are the ends of the range, too large for differences.
FULL = np.array([2, 0, -1, 1, 0, 2], np.int32)

CASES = [
    *[
        Case(
            op,
            data,
            SORTED,
            reference=reference(reduce, None, of_nothing),
            skip="spec_unknown",
            reason="as many as the last id says",
        )
        for op, reduce, of_nothing in SORTED_OPS
        for data in (normal(6), normal(6, 2))
    ],
    *[
        Case(op, data, ids, num_segments=count, reference=reference(reduce, count, of_nothing))
        for op, reduce, of_nothing in UNSORTED_OPS
        for ids, count in ((FULL, 3), (FULL.reshape(2, 3), 3))
        for data in (normal(*ids.shape), normal(*ids.shape, 2))
    ],
    *[
        Case(op, data, UNSORTED.astype(np.int64), num_segments=4, reference=reference(reduce, 4, of_nothing))
        for op, reduce, of_nothing in UNSORTED_OPS[:2]
        for data in (normal(6, 2), complex_normal(6), with_a_zero)
    ],
    Case(
        segment.segment_prod,
        complex_normal(6),
        SORTED,
        skip="spec_unknown",
        reason="as many as the last id says",
    ),
    Case(
        segment.segment_prod, with_a_zero, SORTED, skip="spec_unknown", reason="as many as the last id says"
    ),
    Case(
        segment.segment_mean, integers(6), SORTED, skip="spec_unknown", reason="as many as the last id says"
    ),
    Case(segment.unsorted_segment_max, integers(6), UNSORTED, num_segments=4),
]
