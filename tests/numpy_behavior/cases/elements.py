"""Functions of elements and of whole arrays, by many kinds of arguments: Python numbers, lists, dtypes."""

import numpy as np

from tests.numpy_behavior.call import Call, T, V
from tests.numpy_behavior.cases.values import B, F, I

_PAIRS_OF_NUMBERS = [0.25, -0.5, 0.75]
"""Inside the domain of all functions of one number, but for logarithms and roots of negative ones."""

OF_ONE = [
    "abs",
    "absolute",
    "angle",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "around",
    "bitwise_not",
    "cbrt",
    "ceil",
    "conj",
    "conjugate",
    "cos",
    "cosh",
    "deg2rad",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "fix",
    "floor",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "iscomplex",
    "iscomplexobj",
    "isreal",
    "isrealobj",
    "log",
    "log10",
    "log1p",
    "log2",
    "logical_not",
    "negative",
    "positive",
    "real",
    "reciprocal",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "array",
    "asanyarray",
    "asarray",
    "ascontiguousarray",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "average",
    "copy",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "diff",
    "empty_like",
    "flatten",
    "flip",
    "max",
    "mean",
    "min",
    "nanmean",
    "nanprod",
    "nansum",
    "ndim",
    "nonzero",
    "ones_like",
    "prod",
    "ptp",
    "ravel",
    "shape",
    "size",
    "sort",
    "squeeze",
    "std",
    "sum",
    "transpose",
    "var",
    "zeros_like",
    "isscalar",
]
OF_ONE_VECTORS = ["diag", "diagflat", "flipud", "vander", "ix_"]
OF_ONE_MATRICES = ["diag", "diagflat", "diagonal", "fliplr", "flipud", "rot90", "trace", "tril", "triu"]
OF_TWO = [
    "add",
    "subtract",
    "multiply",
    "true_divide",
    "divide",
    "floor_divide",
    "mod",
    "remainder",
    "power",
    "float_power",
    "arctan2",
    "nextafter",
    "maximum",
    "minimum",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "divmod",
    "heaviside",
    "hypot",
    "logaddexp",
    "logaddexp2",
    "gcd",
    "lcm",
    "equal",
    "not_equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "array_equal",
    "isclose",
    "allclose",
    "logical_and",
    "logical_or",
    "logical_xor",
    "dot",
    "inner",
    "outer",
    "vdot",
    "kron",
    "append",
    "polyval",
    "tensordot0",
    "matmul",
    "cross",
    "result_type",
]

ONE_ARRAYS = [
    2,
    -1.5,
    0.5 + 1j,
    [3, 1, 2],
    np.array(_PAIRS_OF_NUMBERS),
    T(F),
    T(_PAIRS_OF_NUMBERS, np.float16),
    T([3, 1, 2], np.int32),
    T([3, 1, 2], np.uint8),
    T([True, False, True]),
    T([0.5 + 1j, -0.5, 2j], np.complex64),
]
TWO_ARRAYS = [
    (2, 0.5),
    (True, False),
    ([1, 2, 3], [0.5, 1.5, 2.5]),
    (np.array([1, 2, 3], np.int32), 2),
    (T([1, 2, 3], np.int32), T([2.5, 1.5, 0.5])),
    (T([1, 2, 3], np.int8), T([2, 1, 2], np.uint8)),
    (T([1.5, 2.5, 3.5]), 2.5),
    (T([1, 2, 3], np.int32), 2.5),
    (T([1.5, 2.5, 3.5]), np.array([1.0, 2.0, 3.0])),
    (np.float64(2.0), T([1.5, 2.5, 3.5])),
    (T([True, False, True]), T([1, 2, 3], np.int32)),
    (T([1 + 1j, 2.0, 3.0], np.complex64), T([1.5, 2.5, 3.5])),
    (T([1.5, 2.5, 3.5], np.float16), 2.5),
    (V([1.5, 2.5, 3.5]), T([1, 2, 3], np.int32)),
]


def _products(name):
    if name == "tensordot0":
        return lambda tf, tnp, a, b: tnp.tensordot(a, b, axes=0)
    return name


def _is_bool(value):
    return isinstance(value, T) and value.values.dtype == bool


CALLS = {
    "rad2deg": [
        Call("rad2deg", value) for value in ONE_ARRAYS if not _is_bool(value)
    ],  # TensorFlow's `*` keeps bools
    "of_one": [Call(name, value) for name in OF_ONE for value in ONE_ARRAYS],
    "of_vectors": [
        Call(name, value)
        for name in OF_ONE_VECTORS
        for value in [[1, 2, 3], T([1.5, 2.5]), T([1, 2], np.int32)]
    ],
    "of_matrices": [
        Call(name, value)
        for name in OF_ONE_MATRICES
        for value in [
            [[1, 2], [3, 4]],
            T(F),
            T(I, np.int32),
            T(B),
            T(np.arange(12.0).reshape(3, 4)),
            [[0.5, 1.5]],
        ]
    ],
    "of_two": [Call(_products(name), *pair, label=name) for name in OF_TWO for pair in TWO_ARRAYS],
}
