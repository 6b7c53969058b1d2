"""The methods and operators that tensors get, and random numbers."""

import numpy as np

from tests.numpy_behavior.call import Call, T, V
from tests.numpy_behavior.cases.values import ENABLED, N

CALLS = {}

METHODS = {
    "T": lambda x: x.T,
    "ndim": lambda x: x.ndim,
    "size": lambda x: x.size,
    "data": lambda x: x.data,
    "transpose": lambda x: x.transpose([1, 0]),
    "flatten": lambda x: x.flatten(),
    "reshape": lambda x: x.reshape(4, 3),
    "reshape_tuple": lambda x: x.reshape((2, -1)),
    "reshape_order": lambda x: x.reshape(-1, order="F"),
    "ravel": lambda x: x.ravel(),
    "clip": lambda x: x.clip(2, 5),
    "astype": lambda x: x.astype(np.float32),
    "round": lambda x: round(x, 1),
    "max": lambda x: x.max(axis=0),
    "min": lambda x: x.min(),
    "mean": lambda x: x.mean(axis=1, keepdims=True),
    "pos": lambda x: +x,
    "neg": lambda x: -x,
    "abs": lambda x: abs(x),
    "tolist": lambda x: x.tolist(),
    "reshape_unknown": lambda x: x.reshape(2, 6, copy=True),
}

CALLS["methods"] = [
    Call(
        lambda tf, tnp, x, method=method: method(x), value, modes=ENABLED, label=name, eager=name == "tolist"
    )
    for name, method in METHODS.items()
    for value in (N, T(np.arange(12.0).reshape(3, 4)))
]

OPERATORS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "truediv": lambda a, b: a / b,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "pow": lambda a, b: a**b,
    "matmul": lambda a, b: a @ b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "lt": lambda a, b: a < b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}

OPERANDS = [
    (T([1, 2, 3], np.int32), T([2.5, 1.5, 0.5])),
    (T([1.5, 2.5, 3.5]), T([1, 2, 3], np.int64)),
    (T([1, 2, 3], np.int8), T([2, 1, 2], np.uint8)),
    (T([1, 2, 3], np.int32), 2),
    (T([1, 2, 3], np.int32), 2.5),
    (2.5, T([1, 2, 3], np.int32)),
    (T([1.5, 2.5], np.float16), 2.5),
    (T([1.5, 2.5]), np.array([1.0, 2.0])),
    (np.array([1, 2], np.int8), T([1.5, 2.5])),
    (T([1.5, 2.5]), [1, 2]),
    (T([1.5, 2.5]), np.float64(2.0)),
    (V([1.5, 2.5]), T([1, 2], np.int32)),
    (T([True, False]), T([1, 2], np.int32)),
    (T([True, False]), True),
    (T([1.5]), T([1.5, 2.5])),
    (T([1, 2], np.int32), 1 + 2j),
]


def _is_left_out(name, pair):
    """Logic of Python's floating numbers, for which TensorFlow has no words, and bools times ints, which stay bools."""
    if name in ("and", "or", "xor"):
        return any(isinstance(each, float | complex) for each in pair)
    return name == "mul" and isinstance(pair[0], T) and pair[0].values.dtype == bool


CALLS["operators"] = [
    Call(lambda tf, tnp, a, b, operator=operator: operator(a, b), *pair, label=name, modes=ENABLED)
    for name, operator in OPERATORS.items()
    for pair in OPERANDS
    if not _is_left_out(name, pair)
]

CALLS["random"] = [
    Call("random.randn", 2, 3, eager=True),
    Call("random.standard_normal", eager=True),
    Call("random.standard_normal", 3, eager=True),
    Call("random.standard_normal", (2, 2), eager=True),
    Call("random.uniform", eager=True),
    Call("random.uniform", 1, 3, [2, 2], eager=True),
    Call("random.uniform", [1.0, 2.0], 5.0, eager=True),
    Call("random.random", eager=True),
    Call("random.random", (2, 2), eager=True),
    Call("random.rand", 3, eager=True),
    Call("random.poisson", 3.0, 4, eager=True),
    Call("random.poisson", size=(2, 2), eager=True),
    Call("random.randint", 5, eager=True),
    Call("random.randint", 2, 9, 4, eager=True),
    Call("random.randint", 2, 9, (2, 2), np.int32, eager=True),
    Call("random.randint", 2, 9, dtype=np.int8, eager=True),
    Call("random.randint", 9, 2, eager=True),
    Call("random.seed", 5, eager=True),
    Call("random.seed", None, eager=True),
    Call(lambda tf, tnp: [tnp.random.seed(3), tnp.random.rand(2)][1], label="random.seed", eager=True),
]
