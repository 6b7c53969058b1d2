"""Arithmetic, exponentials, circular functions, rounding and complex numbers, with their corner points."""

import numpy as np

from tests.oracle.call import Call, complex_normal, integers, normal, uniform

NAN, INF = np.nan, np.inf
CORNERS = np.array([-INF, -2.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 100.0, INF, NAN], np.float32)
LIKES = [normal(2, 3), normal(3, dtype="float64"), normal(4, dtype="float16"), normal(), normal(0, 2)]
INTEGERS = [integers(4, low=-9, dtype=name) for name in ("int8", "int16", "int32", "int64")]
UNSIGNED = [integers(4, high=99, dtype=name) for name in ("uint8", "uint16", "uint32", "uint64")]
COMPLEX = [complex_normal(3), complex_normal(2, 2, dtype="complex128")]


def unary(name, *inputs, **options):
    return [Call(name, each, **options) for each in inputs]


def f32(*values):
    return np.array(values, np.float32)


def c64(*values):
    return np.array(values, np.complex64)


UNARY = [
    *unary("abs", *LIKES, *INTEGERS, *COMPLEX, CORNERS, c64(0, 1j)),
    *unary("sign", *LIKES, *INTEGERS, COMPLEX[0], CORNERS),
    *unary("negative", *LIKES, *INTEGERS, *COMPLEX),
    *unary("square", *LIKES, *INTEGERS, *UNSIGNED, *COMPLEX, CORNERS),
    *unary("math.reciprocal", *LIKES, *COMPLEX, CORNERS),
    *unary("math.reciprocal_no_nan", *LIKES, *COMPLEX, CORNERS),
    *unary("sqrt", *LIKES, *COMPLEX, CORNERS),
    *unary("math.rsqrt", uniform(3, low=1, high=2), *COMPLEX, CORNERS),
    *unary("exp", *LIKES, *COMPLEX, CORNERS),
    *unary("math.expm1", *LIKES, CORNERS),
    *unary("math.log", *LIKES, *COMPLEX, CORNERS),
    *unary("math.log1p", *LIKES, CORNERS),
    *unary("sigmoid", *LIKES, *COMPLEX, CORNERS),
    *unary("math.log_sigmoid", *LIKES, CORNERS),
    *unary("math.softplus", *LIKES, CORNERS),
    *unary("math.softsign", *LIKES, CORNERS[1:-2]),
    *unary("sin", *LIKES, *COMPLEX, CORNERS),
    *unary("cos", *LIKES, *COMPLEX, CORNERS),
    *unary("tan", *LIKES, *COMPLEX, CORNERS),
    *unary("asin", *LIKES, CORNERS),
    *unary("acos", *LIKES, CORNERS),
    *unary("atan", *LIKES, CORNERS),
    *unary("sinh", *LIKES, *COMPLEX, CORNERS),
    *unary("cosh", *LIKES, *COMPLEX, CORNERS),
    *unary("tanh", *LIKES, *COMPLEX, CORNERS),
    *unary("asinh", *LIKES, CORNERS),
    *unary("acosh", *LIKES, CORNERS),
    *unary("atanh", *LIKES, CORNERS),
    *unary("floor", *LIKES, CORNERS),
    *unary("math.ceil", *LIKES, CORNERS),
    *unary("round", *LIKES, *INTEGERS[2:], CORNERS),
    *unary("math.rint", *LIKES[:2], CORNERS),
    *unary("math.real", *LIKES, *INTEGERS, *COMPLEX),
    *unary("math.imag", *LIKES, *COMPLEX),
    *unary("math.conj", *LIKES, *INTEGERS, *COMPLEX),
    *unary("math.angle", normal(3), *COMPLEX),
    *unary("math.tanh", 0.5, [1.0, 2.0], normal(3, dtype="bfloat16")),
    *unary("math.sigmoid", normal(3, dtype="bfloat16")),
]
PAIRS = [
    (normal(2, 3), normal(3)),
    (normal(2, 1, dtype="float64"), normal(3, dtype="float64")),
    (normal(2), 2.5),
    (3.0, normal(2)),
    (normal(3), np.float64(1.5).item()),
    ([1.0, 2.0], [3.0, 4.0]),
    (normal(0, 3), normal(3)),
]
INTEGER_PAIRS = [
    *[(each, np.array([2, 3, 1, 5], each.dtype)) for each in (*INTEGERS, *UNSIGNED)],
    (integers(3, low=-9), 4),
    (7, 2),
    (-7, [2, 3]),
]
COMPLEX_PAIRS = [(complex_normal(2, 3), complex_normal(3)), (complex_normal(2), 2.0)]
ZEROS = (f32(0, 1, 0, INF, NAN, 2), f32(0, 0, NAN, 0, 0, 4))
BINARY = [
    Call(name, *pair)
    for name, pairs in {
        "add": [*PAIRS, *INTEGER_PAIRS, *COMPLEX_PAIRS],
        "subtract": [*PAIRS, *INTEGER_PAIRS, *COMPLEX_PAIRS],
        "multiply": [*PAIRS, *INTEGER_PAIRS, *COMPLEX_PAIRS],
        "divide": [*PAIRS, *INTEGER_PAIRS, *COMPLEX_PAIRS],
        "truediv": [*PAIRS, *INTEGER_PAIRS],
        "math.floordiv": [*PAIRS, *INTEGER_PAIRS, ZEROS],
        "math.floormod": [*PAIRS, *INTEGER_PAIRS, ZEROS],
        "math.mod": PAIRS[:2],
        "truncatediv": [*PAIRS, *INTEGER_PAIRS, ZEROS],
        "truncatemod": [*PAIRS, (integers(3, low=-9), 4), ZEROS],
        "math.divide_no_nan": [*PAIRS, *INTEGER_PAIRS, *COMPLEX_PAIRS, ZEROS],
        "math.multiply_no_nan": [*PAIRS, ZEROS],
        "math.squared_difference": [*PAIRS, (integers(3), 4), *COMPLEX_PAIRS],
        "maximum": [*PAIRS, *INTEGER_PAIRS, (CORNERS, CORNERS[::-1].copy()), (f32(1, 2), f32(1, 2))],
        "minimum": [*PAIRS, *INTEGER_PAIRS, (CORNERS, CORNERS[::-1].copy()), (f32(1, 2), f32(1, 2))],
        "pow": [(uniform(2, 3), normal(3)), (integers(3, low=-3), 3), (2, normal(3)), *COMPLEX_PAIRS, ZEROS],
        "math.xlogy": [(normal(2, 3), uniform(3, low=1, high=2)), ZEROS],
        "math.xlog1py": [(normal(2, 3), uniform(3, low=1, high=2)), ZEROS],
        "math.xdivy": [*PAIRS, ZEROS],
        "atan2": [*PAIRS, (f32(1, -1, 0), f32(0, 0, -1))],
        "math.nextafter": [(normal(3), normal(3)), (normal(3, dtype="float64"), 0.0)],
        "complex": [(normal(2, 3), normal(3)), (1.0, normal(3)), (uniform(3, dtype="float64"),) * 2],
    }.items()
    for pair in pairs
]
NOT_CONJUGATED = "TensorFlow forgets the conjugates in the gradients of complex numbers"
CALLS = [
    *UNARY,
    *BINARY,
    *[
        Call(f"math.{name}", *pair, grad=False, reason=NOT_CONJUGATED)
        for name in ("multiply_no_nan", "xlogy", "xlog1py", "xdivy")
        for pair in COMPLEX_PAIRS
    ],
    Call("pow", f32(0, 0, 2, -2, 0, 0, -1), f32(0, 2, 0, 2, 1, -1, 3)),
    Call("add", ["a", "b"], "c"),
    Call("add", 2.5, 1),
    Call("add_n", [normal(2, 3), normal(2, 3), normal(2, 3)]),
    Call("add_n", normal(3)),
    Call("add_n", [integers(3), integers(3)]),
    Call(
        "math.accumulate_n",
        [normal(2), normal(2)],
        shape=[2],
        tensor_dtype="float32",
        grad=False,
        reason="twice",
    ),
    Call("math.scalar_mul", 2, normal(3)),
    Call("math.scalar_mul", normal(), normal(3)),
    Call("math.polyval", [normal(2, 1), 2.0, normal(3)], normal(3)),
    Call("math.polyval", [], normal(3), grad=False, reason="a constant"),
    Call("math.polyval", [1.0, 2.0], 3.0),
    Call("clip_by_value", CORNERS, -1.0, 1.0),
    Call("clip_by_value", normal(2, 3), normal(3), 1.0),
    Call("clip_by_value", f32(1, 5, -3), 3.0, 2.0),
    Call("clip_by_value", integers(5), 2, 5),
    Call("clip_by_norm", normal(2, 3), 1.5),
    Call("clip_by_norm", normal(2, 3), 1.5, axes=[1]),
    Call("clip_by_norm", f32(0, 0), 1.5),
    Call("clip_by_norm", f32(3, 4), -1.0),
    Call("clip_by_global_norm", [normal(2, 3), None, normal(3)], 1.5),
    Call("clip_by_global_norm", [f32(INF, 1), f32(2)], 1.5, grad=False, reason="all NaN"),
    Call("linalg.global_norm", [normal(2, 3), None, normal(3)]),
    Call("linalg.global_norm", []),
]

A, B = np.float32([1, 2]), np.float64([1, 2])
TWO, THREE, INTS = np.float32([1, 2]), np.float32([1, 2, 3]), np.int32([1, 2])
BAD_CALLS = [
    *[
        Call(name, A, B)
        for name in ("add", "subtract", "multiply", "divide", "math.floordiv", "pow", "maximum")
    ],
    *[Call(name, TWO, THREE) for name in ("add", "subtract", "divide", "math.floormod", "minimum", "atan2")],
    *[
        Call(name, INTS)
        for name in ("exp", "sqrt", "sin", "tanh", "sigmoid", "math.log", "floor", "math.softplus")
    ],
    *[Call(name, "a") for name in ("abs", "negative", "math.real", "math.conj", "cos")],
    *[Call(name, None) for name in ("exp", "square", "round")],
    Call("negative", np.uint8([1])),
    Call("abs", np.array([True])),
    Call("add", True, True),
    Call("add", INTS, 1.5),
    Call("subtract", INTS, 1.5),
    Call("divide", INTS, 1.5),
    Call("pow", 2, 3.0),
    Call("pow", INTS, -1),
    Call("math.floordiv", INTS, 0),
    Call("math.floormod", INTS, 0),
    Call("math.divide_no_nan", A, B),
    Call("math.multiply_no_nan", A, B),
    Call("math.squared_difference", np.int16([1]), np.int16([1])),
    Call("math.angle", INTS),
    Call("complex", 1, 2),
    Call("complex", A, B),
    Call("add_n", []),
    Call("add_n", [TWO, THREE]),
    Call("add_n", [TWO, INTS]),
    Call("math.accumulate_n", [TWO, THREE]),
    Call("math.accumulate_n", []),
    Call("math.scalar_mul", TWO, TWO),
    Call("math.scalar_mul", 2.5, INTS),
    Call("math.polyval", 3.0, 2.0),
    Call("clip_by_value", INTS, 2.5, 3),
    Call("clip_by_value", np.float32(1), [1.0, 2.0], 3),
    Call("clip_by_global_norm", TWO, 6.5),
    Call("exp", [[1.0], [1.0, 2.0]]),
]
