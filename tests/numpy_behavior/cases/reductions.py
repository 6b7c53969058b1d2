"""Sums, means, extremes: axes, dtypes, NaN."""

import numpy as np

from tests.numpy_behavior.call import Call, T
from tests.numpy_behavior.cases.values import B, F, M, N

CALLS = {}

CALLS["reductions"] = [
    Call(name, value, **options)
    for name in [
        "sum",
        "prod",
        "mean",
        "amax",
        "amin",
        "max",
        "min",
        "std",
        "var",
        "all",
        "any",
        "ptp",
        "nansum",
        "nanprod",
        "nanmean",
        "count_nonzero",
    ]
    for value, options in [
        (M, {"axis": 1}),
        (N, {"axis": -1}),
        (M, {"axis": (0, 2)}),
        *([] if name == "count_nonzero" else [(N, {"axis": 0, "keepdims": True}), (F, {"keepdims": True})]),
    ]
] + [
    *[
        Call(name, T([1.0, np.nan, 3.0]))
        for name in ("sum", "nansum", "nanprod", "nanmean", "max", "min", "var")
    ],
    *[
        Call(name, N, dtype=dtype)
        for name in ("sum", "prod", "mean", "var")
        for dtype in (np.float32, np.int64, bool)
    ],
    *[Call(name, T(B), dtype=bool) for name in ("sum", "prod")],
    *[
        Call(name, M, axis, dtype)
        for name in ("cumsum", "cumprod")
        for axis, dtype in ((0, None), (-1, np.float64))
    ],
    *[Call(name, N, axis) for name in ("argmax", "argmin") for axis in (0, -1)],
    *[Call(name, N, axis=5) for name in ("sum", "max", "argmax", "cumsum")],
    *[Call("var", M, axis=1, ddof=1, dtype=dtype) for dtype in (np.float32, np.float64)],
    Call("mean", M, out=M),
    Call("average", F, 0),
    Call("average", F, 0, [1, 3]),
    Call("average", N, 1, [1, 2, 3, 4], True),
    Call("average", M, weights=M, returned=True),
    Call("average", F, 0, [1, 3, 4]),
    Call("average", F, (0, 1)),
    Call("average", N, returned=True),
]
