"""Segments of sorted and unsorted ids."""

import numpy as np

from tests.oracle.call import Call, complex_normal, integers, normal, uniform

IDS = np.array([0, 0, 2, 2, 2, 4], np.int32)
ANY = np.array([2, 0, -1, 2, 0, 2], np.int32)
SORTED = ["sum", "mean", "prod", "max", "min"]
UNSORTED = ["sum", "prod", "max", "min", "mean", "sqrt_n"]
ties = np.array([1, 3, 3, 2, 3, 2], np.float32)
zeros = np.array([1, 0, 3, 0, 3, 0], np.float32)

CALLS = [
    *[
        Call(f"math.segment_{name}", data, ids)
        for name in SORTED
        for data, ids in (
            (normal(6), IDS),
            (normal(6, 3), IDS),
            (normal(6, 2, 2, dtype="float64"), IDS.astype(np.int64)),
            (normal(0, 3), np.zeros(0, np.int32)),
            (integers(6, 2, low=-9), IDS),
            (integers(6, high=99, dtype="uint8"), IDS),
            (uniform(6, low=1, high=2, dtype="float16"), IDS),
            (uniform(6, low=1, high=2, dtype="bfloat16"), IDS),
            (ties, IDS),
            (zeros, IDS),
        )
    ],
    *[Call(f"math.segment_{name}", complex_normal(6), IDS) for name in ("sum", "mean")],
    *[
        Call(f"math.unsorted_segment_{name}", data, ids, count)
        for name in UNSORTED
        for data, ids, count in (
            (normal(6), ANY, 3),
            (normal(6, 3), ANY, 4),
            (normal(2, 3), ANY.reshape(2, 3), 4),
            (normal(2, 3, 2, dtype="float64"), ANY.reshape(2, 3).astype(np.int64), np.array(3)),
            (normal(0, 3), np.zeros(0, np.int32), 2),
            (uniform(6, low=1, high=2, dtype="float16"), ANY, 3),
            (ties, ANY, 3),
            (zeros, ANY, 3),
            (normal(), np.array(1), 3),
        )
    ],
    *[Call(f"math.unsorted_segment_{name}", integers(6, 2), ANY, 4) for name in UNSORTED[:-1]],
    *[
        Call(f"math.unsorted_segment_{name}", integers(6, high=9, dtype="uint8"), ANY, 4)
        for name in UNSORTED[:4]
    ],
    Call("math.unsorted_segment_sum", normal(3), np.array([1, 0, 1], np.int16), 2),
    Call("math.unsorted_segment_sum", complex_normal(6, 2), ANY, 3),
    Call("math.unsorted_segment_sum", normal(900, 80), integers(900, high=50), 50),
    Call("math.unsorted_segment_max", normal(900, 80), integers(900, low=-2, high=50), 50),
]

BAD_CALLS = [
    Call("math.segment_sum", normal(3), [0, 2, 1]),
    Call("math.segment_mean", normal(3), [-1, 0, 1]),
    Call("math.segment_max", normal(3), [0, 1]),
    Call("math.segment_max", normal(3), [[0, 1, 2]]),
    Call("math.segment_max", normal(), [0]),
    Call("math.segment_prod", normal(3), [0.0, 1.0, 2.0]),
    Call("math.segment_min", [True], [0]),
    Call("math.unsorted_segment_sum", normal(2), [0, 5], 3),
    Call("math.unsorted_segment_sum", normal(2), [0], 3),
    Call("math.unsorted_segment_max", normal(2), [0, 1], -1),
    Call("math.unsorted_segment_min", normal(2), [0, 1], [2]),
    Call("math.unsorted_segment_prod", normal(2), [0, 1], 2.0),
    Call("math.unsorted_segment_mean", normal(2), [0, 5], 2),
    Call("math.unsorted_segment_sum", normal(2), [0.0, 1.0], 2),
    Call("math.unsorted_segment_max", complex_normal(2), [0, 1], 2),
    Call("math.unsorted_segment_sqrt_n", integers(2), [0, 1], 2),
]
