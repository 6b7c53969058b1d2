"""Comparisons, logic, bits, selection, and changes of dtype."""

import numpy as np

from tests.oracle.call import Call, booleans, complex_normal, integers, normal

NAN, INF = np.nan, np.inf
CORNERS = np.array([-INF, -1.5, 0.0, 1.0, INF, NAN], np.float32)
REALS = [
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]
PAIRS = [
    *[(integers(2, 3, high=3, dtype=name), integers(3, high=3, dtype=name)) for name in REALS],
    (CORNERS, CORNERS[::-1].copy()),
    (CORNERS, CORNERS),
    (normal(3), 0.5),
    (1, integers(3)),
    (normal(0), normal(1)),
]
FLOATING = np.array([1.5, -1.5, 0.0, 300.0, -300.0, 0.4, 60000.0], np.float64)
OUTSIDE = np.array([NAN, INF, -INF, 3e9, -3e9] * 4, np.float32)
NAMES = [*REALS, "bool", "complex64", "complex128", "bfloat16"]
WHOLE = np.array([0, 1, -1, 127, 200, 70000], np.int64)

CALLS = [
    *[Call(name, *pair) for name in ("less", "less_equal", "greater", "greater_equal") for pair in PAIRS],
    *[Call(name, *pair) for name in ("equal", "not_equal") for pair in PAIRS],
    *[
        Call(name, *pair)
        for name in ("equal", "not_equal")
        for pair in [("a", ["a", "b"]), (booleans(3), True), (complex_normal(2), 1.0), (normal(2), True)]
    ],
    *[Call(name, booleans(2, 3), booleans(3)) for name in ("logical_and", "logical_or", "math.logical_xor")],
    *[Call(name, [True, False], True) for name in ("logical_and", "logical_or", "math.logical_xor")],
    Call("logical_not", booleans(3)),
    Call("logical_not", [True, False]),
    *[Call(name, CORNERS) for name in ("math.is_nan", "math.is_inf", "math.is_finite")],
    *[Call(name, normal(3, dtype="float16")) for name in ("math.is_nan", "math.is_inf", "math.is_finite")],
    *[
        Call(name, each)
        for name in ("math.is_non_decreasing", "math.is_strictly_increasing")
        for each in ([1.0, 1.0, 2.0], [[1, 2], [3, 4]], [], 5, [2.0, 1.0])
    ],
    # Bits.
    *[
        Call(
            f"bitwise.{name}", integers(2, 3, low=low, high=99, dtype=dtype), integers(3, high=9, dtype=dtype)
        )
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift")
        for dtype, low in [("int8", -99), ("int32", -99), ("int64", -99), ("uint8", 0), ("uint64", 0)]
    ],
    *[
        Call("bitwise.invert", integers(3, dtype=name))
        for name in ("int8", "int32", "int64", "uint8", "uint64")
    ],
    Call("bitwise.left_shift", np.int8([1, 1, 1, 1]), np.int8([1, 7, 9, -1])),
    Call("bitwise.right_shift", np.int32([-8, 100, 64, 64]), np.int32([1, 33, -1, 31])),
    Call("bitwise.bitwise_and", 6, 3),
    # Selection.
    Call("where", booleans(2, 3), normal(3), normal(2, 1)),
    Call("where", [True, False], 1, [2, 3]),
    Call("where", True, normal(2), 0.0),
    Call("where", [True, False], "a", "b"),
    Call("where", booleans(3), complex_normal(3), complex_normal()),
    *[Call("where", each) for each in (booleans(2, 3), integers(3, 3, high=2), CORNERS, booleans(0, 2))],
    *[Call("identity", each) for each in (normal(2), [1, 2], "a", True, complex_normal(2))],
    *[Call("guarantee_const", each) for each in (normal(2), [1, 2], "a")],
    *[Call("stop_gradient", each) for each in (normal(2), [1, 2], "a")],
    Call(lambda tf, x: x * tf.stop_gradient(x), normal(2), name="stop_gradient"),
    # Dtypes.
    *[Call("cast", FLOATING, name) for name in NAMES],
    *[Call("cast", FLOATING.astype(np.float32), name) for name in NAMES],
    *[Call("cast", FLOATING.astype(np.float16), name) for name in NAMES],
    *[Call("cast", complex_normal(3), name) for name in NAMES],
    *[Call("cast", WHOLE, name) for name in NAMES],
    *[Call("cast", booleans(3), name) for name in NAMES],
    *[
        Call("cast", OUTSIDE, name)
        for name in ("int8", "uint8", "int16", "uint16", "int32", "int64", "bool", "float16")
    ],
    *[Call("cast", value, "int32") for value in (3.7, True, [1, 2], -2.5, [])],
    *[Call("saturate_cast", OUTSIDE[1:3], name) for name in REALS if "int64" not in name],
    *[Call("saturate_cast", FLOATING, name) for name in REALS],
    *[Call("saturate_cast", WHOLE, name) for name in ("int8", "int16", "int32", "uint8", "uint16", "uint32")],
    Call("saturate_cast", np.array([1e300, -1e300]), "float32"),
    Call("saturate_cast", np.array([1e300 + 1e300j]), "complex64", grad=False, reason="TensorFlow has none"),
    Call("saturate_cast", complex_normal(3), "uint8"),
    *[Call("bitcast", normal(2, dtype=name), "int16") for name in ("float16", "float32", "float64")],
    Call("bitcast", integers(2, 4, dtype="uint8"), "float32"),
    Call("bitcast", integers(8, dtype="uint8"), "complex64"),
    Call("bitcast", normal(), "uint8"),
    Call(lambda tf: [tf.as_dtype(each) for each in ("int8", np.float32, tf.bool, float)], name="as_dtype"),
]

TWO, THREE, INTS = np.float32([1, 2]), np.float32([1, 2, 3]), np.int32([1, 2])
BAD_CALLS = [
    *[Call(name, TWO, THREE) for name in ("less", "equal", "not_equal", "greater_equal")],
    *[Call(name, TWO, INTS) for name in ("less", "equal", "not_equal", "greater_equal")],
    *[Call(name, "a", "b") for name in ("less", "greater")],
    Call("less", 1 + 2j, 3),
    Call("less", np.array([True]), np.array([False])),
    Call("equal", 1, 1.5),
    Call("logical_and", [True], [1]),
    Call("logical_and", [True], TWO),
    Call("logical_not", 1),
    Call("math.is_nan", INTS),
    Call("bitwise.bitwise_and", 1.0, 2.0),
    Call("bitwise.bitwise_and", np.int8([1]), INTS),
    Call("bitwise.invert", np.array([True])),
    Call("where", [1, 0], TWO, 0.0),
    Call("where", True, TWO, THREE),
    Call("where", [True, False], 1.0),
    Call("where", [True, False], 1, 2.5),
    Call("where", np.array([True]), TWO, np.float64([1, 2])),
    Call("where", "a"),
    Call("where", True),
    Call("identity", None),
    Call("cast", "1", "int32"),
    Call("cast", 1, "string"),
    Call("cast", 1.0, "foo"),
    Call("bitcast", np.uint8([1, 2, 3]), "uint16"),
    Call("bitcast", TWO, "bool"),
    Call("bitcast", np.float32(1), "int64"),
]


def _slices(function):
    """A call of `function` on IndexedSlices."""
    return lambda tf, values: function(tf, tf.IndexedSlices(values, tf.constant([0, 2]), tf.constant([4, 2])))


CALLS += [
    Call(_slices(lambda tf, x: tf.cast(x, "float64")), normal(2, 2), name="cast"),
    Call(_slices(lambda tf, x: tf.math.scalar_mul(2.0, x)), normal(2, 2), name="math.scalar_mul"),
    Call(_slices(lambda tf, x: tf.clip_by_value(x, -0.5, 0.5)), normal(2, 2), name="clip_by_value"),
    Call(_slices(lambda tf, x: tf.clip_by_norm(x, 0.5)), normal(2, 2), name="clip_by_norm"),
    Call(_slices(lambda tf, x: tf.clip_by_global_norm([x], 0.5)), normal(2, 2), name="clip_by_global_norm"),
    Call(_slices(lambda tf, x: tf.add_n([x, tf.ones([4, 2])])), normal(2, 2), name="add_n"),
    Call(
        lambda tf, x: tf.cast(tf.Variable(x), "int32"), normal(3), name="cast", grad=False, reason="integers"
    ),
    Call(lambda tf, x: tf.cast(x, tf.float32) is x, normal(3), name="cast"),
    Call(lambda tf, x: tf.where(x > 0, tf.Variable(2.0), x) + tf.Variable(1.0), normal(3), name="where"),
    Call("realdiv", normal(3), normal(2, 1)),
]
