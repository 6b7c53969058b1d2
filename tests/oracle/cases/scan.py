"""Running sums, products and log-sum-exps."""

import itertools

import numpy as np

from tests.oracle.call import Call, complex_normal, integers, normal, uniform

inf = np.inf
NAMES = ("cumsum", "cumprod", "cumulative_logsumexp")
FLAGS = [
    dict(zip(("exclusive", "reverse"), flags, strict=True))
    for flags in itertools.product((False, True), repeat=2)
]

CALLS = [
    *[
        Call(f"math.{name}", array, rtol=1e-4, axis=axis, **flags)
        for name in NAMES
        for flags in FLAGS
        for array, axis in (
            (normal(6), 0),
            (normal(3, 4), -1),
            (normal(2, 3, 2, dtype="float64"), 1),
            (normal(0, 2), 0),
        )
    ],
    *[
        Call(f"math.{name}", integers(3, 4, high=4, dtype=dtype), axis=1, **flags)
        for name in NAMES[:2]
        for dtype in ("int32", "uint8")
        for flags in FLAGS
    ],
    *[Call(f"math.{name}", uniform(4, dtype=dtype)) for name in NAMES for dtype in ("float16", "bfloat16")],
    Call("cumsum", normal(3)),
    Call("math.cumsum", complex_normal(3, 2), axis=np.array(0)),
    Call("math.cumprod", complex_normal(3), grad=False, reason="TensorFlow's gradient lacks a conjugation"),
    Call(
        "math.cumprod", np.array([2, 3, 0], np.float32), grad=False, reason="TensorFlow's is wrong at zeros"
    ),
    Call("math.cumulative_logsumexp", np.array([0, -inf, 1], np.float32)),
    Call(
        "math.cumulative_logsumexp", np.array([1, 2, inf, 3], np.float32), grad=False, reason="NaN in either"
    ),
    Call("math.cumulative_logsumexp", np.array([1000, 1000, -1000], np.float32)),
]

BAD_CALLS = [
    Call("math.cumsum", normal(3), axis=1),
    Call("math.cumsum", normal()),
    Call("math.cumsum", normal(3), axis=[0]),
    Call("math.cumsum", normal(3), axis=0.0),
    Call("math.cumsum", normal(3), axis="a"),
    Call("math.cumsum", normal(3), exclusive=1),
    Call("math.cumsum", [True]),
    Call("math.cumprod", normal(3), axis=-2),
    Call("math.cumulative_logsumexp", integers(3)),
]
