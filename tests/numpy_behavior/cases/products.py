"""Products, and what takes more than elements."""

import numpy as np

from tests.numpy_behavior.call import Call, T
from tests.numpy_behavior.cases.values import F, M, N

CALLS = {}

CALLS["products"] = [
    *[
        Call(name, *pair)
        for name in ("dot", "inner", "matmul", "vdot", "outer", "kron")
        for pair in [
            (N, T(np.ones((4, 2)))),
            (T(F), T(np.ones((3, 2)))),
            (T(F), [1, 2, 3]),
            ([1.5, 2.5], T(F)),
            (M, T(np.ones((4, 3)))),
            ([[1, 2], [3, 4]], [[1.5, 0.0], [0.0, 1.0]]),
            (T(F), T(F)),
        ]
    ],
    Call("tensordot", M, T(np.ones((3, 2))), [[1], [0]]),
    Call("tensordot", N, M, 1),
    Call("tensordot", M, T(np.ones((3, 4)))),
    Call("tensordot", M, [[1, 2]] * 4, 1),
    Call("cross", [1, 2, 3], [4, 5, 6.5]),
    Call("cross", [1, 2], [4, 5]),
    Call("cross", T([[1.0, 2.0], [3.0, 4.0]]), [1, 2, 3]),
    Call("cross", T(np.arange(6.0).reshape(3, 2)), T(np.arange(1.0, 7.0).reshape(3, 2)), axis=0),
    Call("cross", T(np.arange(6.0).reshape(3, 2)), T(np.arange(1.0, 7.0).reshape(2, 3)), 0, 1, 0),
    Call("einsum", "ij,jk->ik", N, T(np.ones((4, 2)))),
    Call("einsum", "ij,jk", T(F), T(np.ones((3, 2))), optimize=True),
    Call("einsum", "i,i", [1, 2], [3, 4.5], casting="no"),
    Call("einsum", "i,i", [1, 2], [3, 4.5], casting="unsafe"),
    Call("einsum", "i,i", [1, 2], [3, 4.5], optimize="x"),
    Call("clip", N, 1, 5),
    Call("clip", N, 1.5, None),
    Call("clip", [1, 2, 3], None, 2),
    Call("clip", T(F), [0, 1, 2], 2.5),
    Call("clip", N, None, None),
    Call("maximum", T([1.5, -2.0]), 0),
    Call("maximum", T([1, -2], np.int32), 0),
    Call("polyval", [1, 2], [1.5, 2.5]),
    Call("polyval", 3, [1, 2]),
    Call("polyval", T([1.0, 0.0, 2.0]), T(F)),
    Call("isclose", [1.0, np.nan], [1.0 + 1e-9, np.nan], equal_nan=True),
    Call("allclose", T(F), T(F), 1e-3, 1e-3),
    Call("isclose", T(F), 1, rtol=0.5),
    Call("angle", [1 + 1j, -1], True),
    Call("angle", [-1.0, 1.0], deg=True),
    Call("sign", T(F), out=1),
    Call("sign", T(F), where=True),
    Call("sign", T(F), casting="no"),
    Call("gcd", [12, 18], 8),
    Call("gcd", 0, 5),
    Call("gcd", [-12, 7], 8),
    Call("lcm", [4, 0, 6], [6, 3, 0]),
    Call("gcd", 1.5, 2),
]
