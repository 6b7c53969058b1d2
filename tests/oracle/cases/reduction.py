"""tf.math's reductions over axes."""

import numpy as np

from tests.oracle.call import Call, booleans, complex_normal, integers, normal, uniform

nan, inf = np.nan, np.inf
REAL = ["reduce_sum", "reduce_mean", "reduce_prod", "reduce_max", "reduce_min", "reduce_logsumexp"]
REAL += ["reduce_euclidean_norm", "reduce_variance", "reduce_std"]
INTEGER = ["reduce_sum", "reduce_mean", "reduce_prod", "reduce_max", "reduce_min", "reduce_euclidean_norm"]
COMPLEX = ["reduce_sum", "reduce_mean", "reduce_prod", "reduce_variance", "reduce_std"]
BOOL = ["reduce_all", "reduce_any"]
ROOT = [
    "reduce_sum",
    "reduce_mean",
    "reduce_prod",
    "reduce_max",
    "reduce_min",
    "reduce_logsumexp",
    *BOOL,
    "argmax",
    "argmin",
]


def f32(*values):
    return np.array(values, np.float32)


CALLS = [
    *[
        Call(f"math.{name}", array, **options)
        for name in REAL
        for array, options in (
            (normal(3, 4), {}),
            (normal(3, 4), {"axis": 1}),
            (normal(3, 4), {"axis": -1, "keepdims": True}),
            (normal(2, 3, 4), {"axis": [0, -1]}),
            (normal(2, 3, 4), {"axis": (1,), "keepdims": True}),
            (normal(2, 3), {"axis": np.array([0, 1])}),
            (normal(2, 3), {"axis": np.array(1)}),
            (normal(5), {"axis": 0}),
            (uniform(3, 4, low=1, high=2, dtype="float16"), {"axis": 1}),
            (uniform(3, 4, low=1, high=2, dtype="bfloat16"), {"axis": 0}),
            (normal(3, 4, dtype="float64"), {"axis": 0}),
        )
    ],
    *[
        Call(f"math.{name}", array, **options)
        for name in REAL[:6]
        for array, options in (
            (normal(), {}),
            (normal(2, 2), {"axis": []}),
            (normal(0, 3), {"axis": 0}),
            (normal(2, 0), {"axis": 1}),
            (normal(0, 3), {}),
            (f32(1, nan, 2), {}),
            (f32(-inf, -inf), {}),
            (f32(inf, 1), {}),
            (f32(2, 2, 1), {}),
        )
    ],
    *[
        Call(f"math.{name}", array, **options)
        for name in INTEGER
        for array, options in (
            (integers(3, 4, low=1), {"axis": 1}),
            (integers(3, 4, low=-9, high=9, dtype="int64"), {}),
            (integers(3, 4, low=1, high=4, dtype="uint8"), {"axis": 0, "keepdims": True}),
            (integers(0, 3), {"axis": 0}),
            (integers(), {}),
        )
    ],
    Call("math.reduce_sum", np.array([200, 100], np.uint8)),
    Call("math.reduce_mean", np.array([2**30] * 4, np.int32)),
    Call("math.reduce_mean", np.array([-1, -2], np.int32)),
    Call("math.reduce_sum", np.ones(5000, np.float16)),
    *[Call(f"math.{name}", complex_normal(3, 4), axis=0) for name in COMPLEX],
    Call(
        "math.reduce_euclidean_norm",
        complex_normal(3, 4),
        axis=0,
        rtol=1e-4,
        grad=False,
        reason="TensorFlow's has an imaginary part",
    ),
    *[
        Call(f"math.{name}", booleans(3, 4), **options)
        for name in BOOL
        for options in ({}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": []})
    ],
    *[Call(f"math.{name}", np.zeros((0, 2), bool), axis=0) for name in BOOL],
    Call("reduce_all", [True, False]),
    *[Call(name, normal(3, 4) if name not in BOOL else booleans(3, 4), axis=1) for name in ROOT],
    # Gradients at ties and zeros.
    Call("math.reduce_prod", f32(0, 2, 3)),
    Call("math.reduce_prod", f32(0, 0, 3)),
    Call("math.reduce_prod", np.array([[0, 2, 3], [1, 2, 3]], np.float32), axis=0, keepdims=True),
    Call("math.reduce_max", np.array([[1, 3, 3], [2, 2, 2]], np.float32), axis=1),
    Call("math.reduce_min", np.array([[1, 1, 3], [2, 2, 2]], np.float32)),
    Call("math.reduce_std", f32(1, 1)),
    Call("math.reduce_euclidean_norm", f32(0, 0)),
    # Counts.
    *[
        Call("math.count_nonzero", array, **options)
        for array, options in (
            (integers(3, 4, high=2), {}),
            (integers(3, 4, high=2), {"axis": 0}),
            (integers(3, 4, high=2), {"axis": [1], "keepdims": True, "dtype": "int32"}),
            (f32(0, nan, 1), {}),
            (booleans(4), {}),
            (np.array(["", "a"], object), {}),
            (np.array([0j, 1j]), {}),
        )
    ],
    Call("math.count_nonzero", f32(1, 0), grad=False, dtype="float32"),
    *[
        Call("math.zero_fraction", x)
        for x in (integers(3, 4, high=2), np.round(normal(9)), np.zeros((0,), np.float32))
    ],
    # Where extremes are.
    *[
        Call(f"math.{name}", array, **options)
        for name in ("argmax", "argmin")
        for array, options in (
            (normal(3, 4), {}),
            (integers(3, 4, high=3), {"axis": 1}),
            (normal(3, 4), {"axis": np.array(-1)}),
            (normal(3, 4), {"axis": -2, "output_type": "int32"}),
            (booleans(3, 4), {"axis": 1}),
            (f32(1, nan, 2, nan), {}),
            (f32(nan, 1, 0), {}),
            (f32(nan, nan), {}),
            (f32(3, 3, 1, 1), {}),
            (normal(0, 2), {"axis": 1}),
            (normal(3, 4, dtype="bfloat16"), {"axis": 0}),
        )
    ],
    Call("math.argmax", integers(5), output_type="uint16"),
    # Lengths.
    *[
        Call("math.l2_normalize", array, **options)
        for array, options in (
            (normal(3, 4), {}),
            (normal(3, 4), {"axis": 1}),
            (normal(3, 4), {"axis": [0], "epsilon": 3.0}),
            (f32(0, 0), {}),
            (normal(3, dtype="float64"), {"dim": 0}),
            (complex_normal(3, 4), {"axis": 1}),
        )
    ],
]

BAD_CALLS = [
    *[Call(f"math.{name}", normal(2, 3), axis=2) for name in REAL],
    Call("math.reduce_sum", normal(2, 3), axis=-3),
    Call("math.reduce_sum", normal(2, 3), axis=[0, -2]),
    Call("math.reduce_sum", normal(2, 3), axis=1.0),
    Call("math.reduce_sum", normal(2, 3), axis=[1.5]),
    Call("math.reduce_sum", normal(2, 3), axis="a"),
    Call("math.reduce_sum", normal(), axis=0),
    Call("math.reduce_sum", booleans(2)),
    Call("math.reduce_mean", booleans(2)),
    Call("math.reduce_max", booleans(2)),
    Call("math.reduce_max", complex_normal(2)),
    Call("math.reduce_sum", "a"),
    Call("math.reduce_sum", None),
    Call("math.reduce_sum", [[1.0, 2.0], [3.0]]),
    Call("math.reduce_logsumexp", integers(2)),
    Call("math.reduce_variance", integers(2)),
    Call("math.reduce_std", booleans(2)),
    Call("math.reduce_all", [1, 2]),
    Call("math.reduce_all", integers(2)),
    Call("math.reduce_any", normal(2)),
    Call("math.count_nonzero", normal(2), axis=3),
    Call("math.argmax", normal(2, 2), axis=2),
    Call("math.argmax", normal(2, 2), axis=1.0),
    Call("math.argmax", normal(2, 2), axis=[0]),
    Call("math.argmax", normal(0)),
    Call("math.argmin", normal(2, 0), axis=1),
    Call("math.argmax", normal()),
    Call("math.argmax", normal(2), output_type="float32"),
    Call("math.argmin", normal(2), output_type="uint16"),
    Call("math.argmax", complex_normal(2)),
    Call("math.l2_normalize", [3, 4]),
    Call("math.l2_normalize", normal(2), axis=2),
    Call("math.l2_normalize", normal(2), axis=0, dim=0),
]
