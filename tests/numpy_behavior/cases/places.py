"""Elements by places and conditions; what stands between brackets."""

import numpy as np

from tests.numpy_behavior.call import Call, T
from tests.numpy_behavior.cases.values import ENABLED, B, F, I, M, N

CALLS = {}

CALLS["places"] = [
    Call("take", N, [0, 5, 11, 20]),
    Call("take", N, [0, -1], 1),
    Call("take", N, [5, -1], axis=0, mode="wrap"),
    Call("take", [1, 2, 3], 1),
    Call("take", N, 0, mode="raise"),
    Call("take", N, 0, mode="x"),
    Call("take", N, 0, out=N),
    Call("take_along_axis", N, T([[0], [1], [-1]], np.int32), 1),
    Call("take_along_axis", M, T([[[1, 0, 0, 1]]], np.int64), 0),
    Call("take_along_axis", N, [3, 1], None),
    Call("compress", [True, False, True], N, 0),
    Call("compress", [0, 1], N, axis=1),
    Call("compress", [1, 0, 1], N),
    Call("compress", [[1]], N),
    Call("compress", [1], N, 4),
    Call("where", T(B), T(F), 0),
    Call("where", [1, 0], [1, 2], [1.5, 2.5]),
    Call("where", T(B)),
    Call("where", T(B), T(F)),
    Call("where", N),
    Call("select", [T(B), T(I, np.int32)], [T(F), 1]),
    Call("select", [[True, False]], [[1, 2]], 0.5),
    Call("select", [], []),
    Call("select", [T(B)], []),
]

KEYS = {
    "int": lambda tnp: 1,
    "negative": lambda tnp: -1,
    "none": lambda tnp: None,
    "slice": lambda tnp: slice(0, 2),
    "ints": lambda tnp: (1, 2),
    "list": lambda tnp: [1, 0, 1],
    "list_of_lists": lambda tnp: [[1, 0], [0, 1]],
    "tuple_list": lambda tnp: (0, [0, 2]),
    "two_lists": lambda tnp: ([0, 1], [2, 0]),
    "apart": lambda tnp: ([0, 1], slice(None), [3, 0]),
    "contiguous": lambda tnp: (slice(None), [0, 1, 2], [3, -1, 0]),
    "contiguous_matrix": lambda tnp: (slice(None), [[0, 1], [1, 2]], [3, -1]),
    "ellipsis_list": lambda tnp: (..., [0, 2]),
    "ellipsis_lists": lambda tnp: (..., [0, 2], [1, 3]),
    "list_ellipsis": lambda tnp: ([0, 1, 0], ...),
    "list_ellipsis_list": lambda tnp: ([0, 1], ..., [1, 3]),
    "int_slice_list": lambda tnp: (1, slice(None), [0, 0, 3]),
    "int_none_slice": lambda tnp: (1, None, slice(1, 3), ...),
    "none_list": lambda tnp: (None, [0, 1], slice(None, None, 2)),
    "bools": lambda tnp: (slice(None), (True, False, True)),
    "bools_first": lambda tnp: [True, False],
    "mask": lambda tnp: np.arange(24).reshape(2, 3, 4) % 2 == 0,
    "mask_of_rows": lambda tnp: tnp.asarray([True, False]),
    "array": lambda tnp: np.array([1, 0]),
    "tensor": lambda tnp: tnp.asarray([[1, 0]]),
    "tensors": lambda tnp: (1, (0, 0, 1), tnp.asarray([0, 1, 1])),
    "int8": lambda tnp: tnp.asarray([1, 0], np.int8),
    "scalar_tensor": lambda tnp: tnp.asarray(1),
    "numpy_scalar": lambda tnp: np.int64(1),
    "scalar_and_list": lambda tnp: (np.int64(1), [0, 2], slice(None, None, -1)),
    "float": lambda tnp: 1.5,
    "floats": lambda tnp: [0.5, 1.5],
    "string": lambda tnp: "a",
    "matrix_of_bools": lambda tnp: (np.ones((2, 3), bool), 0),
    "too_far": lambda tnp: 5,
    "too_far_list": lambda tnp: [0, 7],
    "too_many": lambda tnp: (0, 0, 0, 0),
    "unlike": lambda tnp: ([0, 1], [0, 1, 2]),
}

CALLS["brackets"] = [
    Call(lambda tf, tnp, x, key=key: x[key(tnp)], M, modes=ENABLED, label=name, eager="far" in name)
    for name, key in KEYS.items()
]
