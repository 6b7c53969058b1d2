"""New arrays, and what is asked about dtypes."""

import numpy as np

from tests.numpy_behavior.call import Call, T, V
from tests.numpy_behavior.cases.values import F, M, N

CALLS = {}

CALLS["creation"] = [
    *[
        Call(name, shape)
        for name in ("zeros", "ones", "empty")
        for shape in (3, (2, 3), [], T([2, 3], np.int32))
    ],
    *[
        Call(name, [2], dtype)
        for name in ("zeros", "ones", "empty")
        for dtype in (np.float32, np.int8, bool, int, complex, "float16", float)
    ],
    *[
        Call(name, N, dtype)
        for name in ("zeros_like", "ones_like", "empty_like")
        for dtype in (np.float32, np.int8, bool, float)
    ],
    Call("full", 3, 7),
    Call("full", [2, 3], 1.5),
    Call("full", (2, 3), [1, 2, 3]),
    Call("full", T([2], np.int64), 7, np.float32),
    Call("full", [2], [1, 2, 3]),
    Call("full_like", N, 1.5),
    Call("full_like", N, 1.5, np.float64),
    Call("full_like", [1.5], 2),
    Call("full_like", N, 1, order="C"),
    Call("full_like", N, 1, subok=False),
    Call("full_like", N, 1, shape=[2]),
    *[
        Call("eye", *args)
        for args in ((3,), (2, 3), (3, 2, 1), (2, 4, -1), (3, 3, 5), (3, 3, -5), (2, None, 0, np.int32))
    ],
    Call("eye", 2, dtype=bool),
    Call("identity", 2),
    Call("identity", 2, int),
    *[
        Call("arange", *args)
        for args in ((3,), (1, 5), (1, 5, 2), (5, 1, -1), (5, 1), (0.0, 1.0, 0.25), (3.5,), (1, 3, 0), (-2,))
    ],
    Call("arange", 3, dtype=np.float32),
    Call("arange", 1, 4, dtype="int8"),
    *[
        Call("linspace", *args)
        for args in ((0, 1, 5), (0.0, 1.0, 3, False), (2, 5, 1), (2, 5, 0), (0, 1, 4, True, True), (0, 1, -1))
    ],
    Call("linspace", 0, 5, 4, dtype=np.int32),
    Call("linspace", 0, 1, 3, endpoint=False, retstep=True),
    Call("linspace", T([0.0, 1.0]), T([1.0, 3.0]), 3),
    Call("linspace", np.array([0.0, 1.0]), np.array([1.0, 3.0]), 3, axis=1),
    Call("logspace", 0, 2, 3),
    Call("logspace", 0.0, 2.0, 4, base=2.0),
    Call("logspace", 0, 2, 3, False),
    Call("geomspace", 1, 100, 3),
    Call("geomspace", -1.0, -100.0, 3),
    Call("geomspace", 1.0, 8.0, 4, dtype=np.float32),
    Call("geomspace", 1, 1000, 4, False),
    *[Call("diag", value, k) for value in ([1, 2], N, T(F)) for k in (-1, 1, 5)],
    Call("diag", M),
    Call("diag", []),
    Call("diagflat", N, 1),
    *[Call("diagonal", M, *args) for args in ((0, 1, 2), (1, 0, 2), (-1, -2, -1), (7, 1, 2))],
    *[
        Call("trace", M, *args)
        for args in ((0, 1, 2), (1, 0, 2), (0, -2, -1), (7, 1, 2), (0, 0, 1, np.float64))
    ],
    Call("diag_indices", 3),
    Call("diag_indices", 2, 3),
    Call("diag_indices", -1),
    Call("diag_indices", 2, -1),
    *[
        Call("tri", *args)
        for args in ((3,), (2, 3), (3, 2, 1), (3, 3, -1), (3, 3, 5), (3, 3, -5), (2, 2, 0, np.int8))
    ],
    *[Call(name, M, k) for name in ("tril", "triu") for k in (-1, 1)],
    *[Call(name, [1, 2]) for name in ("tril", "triu")],
    Call("vander", [1, 2, 3], 2),
    Call("vander", [1, 2, 3], 4, True),
    Call("vander", [[1]]),
    Call("vander", [1], -1),
    Call("ix_", [0, 1], [True, False, True]),
    Call("ix_", T([0, 1], np.int32), [2]),
    Call("ix_", [0.5]),
    Call("ix_", [[1]]),
    Call("meshgrid", [1, 2, 3], [4.5, 5.5]),
    Call("meshgrid", [1, 2, 3], [4, 5], indexing="ij"),
    Call("meshgrid", [1], sparse=True),
    Call("meshgrid", [1], copy=False),
    *[
        Call("array", value)
        for value in ([[1, 2], [3, 4]], [1, 2.5], [True, False], [], "a", [1, 2 + 1j], np.int16(3))
    ],
    *[Call("array", 3.7, dtype) for dtype in (np.int32, np.float32, int, float, bool, complex, "float16")],
    Call("array", N, ndmin=4),
    Call("array", [1, 2], ndmin=2),
    Call("array", 1, ndmin=33),
    Call("array", N, np.float32, False),
    Call("array", [T(1.5), 2.5]),
    Call("array", 2**40, modes=("off", "legacy", "prefer_float32")),
    Call("asarray", V(F), np.float64),
    Call("asarray", [[1], [2, 3]]),
    Call("asarray", None),
    Call("ascontiguousarray", 3),
    Call("copy", N),
    *[Call("around", value, 1) for value in (1.25, [2.345], T([1.25, 0.35]), N)],
    Call("around", T([125, 114], np.int32), -1),
    Call("round", T([0.5, 1.5, 2.5])),
    Call("promote_types", np.int8, np.float32),
    Call("promote_types", int, float),
    Call(lambda tf, tnp: tnp.promote_types(tf.uint8, tf.int8), label="promote_types"),
    Call(lambda tf, tnp: tnp.result_type(tf.uint8, tf.float16), label="result_type"),
    Call(lambda tf, tnp: tnp.result_type(tf.bfloat16, 1), label="result_type"),
    Call("result_type"),
    Call("result_type", [1, 2.5], N),
    Call(lambda tf, tnp: float(tnp.finfo(tf.float32).eps), label="finfo"),
    Call(lambda tf, tnp: tnp.iinfo(np.int32).max, label="iinfo"),
    Call("issubdtype", np.int32, np.integer),
]
