"""Whole expressions: with tapes, functions, rows, variables, tf's own functions and NumPy's, and weak tensors."""

import numpy as np

from tests.numpy_behavior.call import Call, T, V
from tests.numpy_behavior.cases.values import ENABLED, F, M, N

NEW = ("safe", "all")


def _gradient(tf, function, *values):
    with tf.GradientTape() as tape:
        tape.watch(values)
        result = function(*values)
    return tape.gradient(result, values)


def _open(tf, function, x):
    """The function with nothing known of the sizes."""
    spec = tf.TensorSpec([None] * len(x.shape), x.dtype)
    return tf.function(function, input_signature=[spec], autograph=False)(x)


_OPEN = {
    "mean": lambda tnp, x: tnp.mean(x, axis=0),
    "reshape": lambda tnp, x: x.reshape(-1, 2),
    "ravel": lambda tnp, x: x.T.ravel(),
    "places": lambda tnp, x: x[:, [0, 2]],
    "both": lambda tnp, x: x[[0, 1], [2, 0]],
    "negative": lambda tnp, x: x[..., [-1]],
    "concatenate": lambda tnp, x: tnp.concatenate([x, x], 1),
    "tile": lambda tnp, x: tnp.tile(x, (2, 1)),
    "var": lambda tnp, x: tnp.var(x, axis=0, ddof=1, dtype=np.float32),
    "diff": lambda tnp, x: tnp.diff(x),
    "vstack": lambda tnp, x: tnp.vstack([x, x]),
    "kron": lambda tnp, x: tnp.kron(x, x),
    "average": lambda tnp, x: tnp.average(x, 0),
    "cumsum": lambda tnp, x: tnp.cumsum(x),
    "flip": lambda tnp, x: tnp.flip(x),
    "full_like": lambda tnp, x: tnp.full_like(x, 2),
    "take": lambda tnp, x: tnp.take(x, [0, 5]),
    "roll": lambda tnp, x: tnp.roll(x, 1),
}
_WEAK = {
    "abs": lambda tf: tf.math.abs([100.0, 4.0]),
    "add": lambda tf: tf.add(1, 2.5),
    "add_tensor": lambda tf: tf.add(tf.constant(1, tf.int8), 2),
    "constant": lambda tf: [
        tf.constant(5),
        tf.constant([5.0, 3]),
        tf.constant(5, tf.int32),
        tf.constant(True),
    ],
    "constant_of_tensor": lambda tf: tf.constant(tf.constant(10, tf.int16), tf.float32),
    "constant_narrower": lambda tf: tf.constant(tf.constant(10.0, tf.float32), tf.int16),
    "reduce_sum": lambda tf: tf.reduce_sum([1.5, 2.5]),
    "reshape": lambda tf: tf.reshape([1, 2], [2, 1]),
    "maximum": lambda tf: tf.maximum(1, 2.5),
    "equal": lambda tf: tf.equal(tf.constant(1, tf.int8), 1),
    "pow": lambda tf: tf.pow(tf.constant(2, tf.int16), 2),
    "subtract": lambda tf: tf.subtract(2, 1.5),
    "divide": lambda tf: tf.divide(1, 2),
    "truediv": lambda tf: tf.truediv(tf.constant(1, tf.int8), 2),
    "floordiv": lambda tf: tf.math.floordiv(7, 2.0),
    "matmul": lambda tf: tf.matmul([[1, 2]], [[1.5], [2.5]]),
    "matmul_mixed": lambda tf: tf.matmul(
        tf.constant([[1, 2]], tf.int16), tf.constant([[1.5], [2.5]], tf.float32)
    ),
    "negative": lambda tf: -tf.constant(5),
    "invert": lambda tf: ~tf.constant(5),
    "weak_and_weak": lambda tf: tf.constant(5) + tf.constant(1.5),
    "weak_and_strong": lambda tf: tf.constant(1.2) + tf.constant(3.1, tf.float16),
    "strong_and_weak": lambda tf: tf.constant(3, tf.int8) * tf.constant(2),
    "less": lambda tf: tf.constant(1.5) < 2,
    "cast": lambda tf: tf.cast(tf.constant(5), tf.float32),
    "concat": lambda tf: tf.concat([tf.constant([1]), tf.constant([2])], 0),
    "part": lambda tf: tf.constant([1, 2, 3])[1:],
    "transpose": lambda tf: tf.constant([[1, 2]]).T,
    "method": lambda tf: tf.constant([1.5, 2.5]).max(),
    "convert": lambda tf: tf.convert_to_tensor(tf.constant(1.5)),
    "rows": lambda tf: list(tf.constant([1, 2])),
    "numbers": lambda tf: [
        int(tf.constant(5)),
        float(tf.constant(1.5)),
        bool(tf.constant(1)),
        len(tf.constant([1])),
    ],
    "array": lambda tf: np.asarray(tf.constant([1, 2])),
    "text": lambda tf: [str(tf.constant(5)), repr(tf.constant([1.5]))],
    "is_tensor": lambda tf: [tf.is_tensor(tf.constant(1)), isinstance(tf.constant(1), tf.Tensor)],
    "function": lambda tf: tf.function(lambda x: x + 1, autograph=False)(tf.constant(5)),
    "function_mixed": lambda tf: tf.function(lambda x, y: x * y)(tf.constant(5), tf.constant(2, tf.int8)),
    "condition": lambda tf: tf.where(tf.constant([True, False]), tf.constant([1.0, 2.0]), 0.0),
    "sum_of_bool": lambda tf: tf.constant(True) + 1,
    "too_large": lambda tf: tf.constant(2**40),
    "gradient": lambda tf: _gradient(tf, lambda x: x * x, tf.constant(3.0)),
}


def _assigned(tf, value):
    variable = tf.Variable(10, dtype=tf.int32)
    variable.assign_add(value)
    variable.assign(variable + 1)
    return variable.value()


CALLS = {}
CALLS["expressions"] = [
    *[
        Call(
            lambda tf, tnp, x, f=function: _open(tf, lambda y: f(tnp, y), x),
            T(F),
            label=f"open_{name}",
            eager=True,
            modes=("legacy", "all"),
        )
        for name, function in _OPEN.items()
    ],
    *[
        Call(lambda tf, tnp, f=function: f(tf), label=f"weak_{name}", eager=True, modes=NEW)
        for name, function in _WEAK.items()
    ],
    *[
        Call(
            lambda tf, tnp, value=value: _assigned(tf, tf.constant(value[0], value[1])),
            label="assign",
            eager=True,
            modes=NEW,
        )
        for value in ((5, "int16"), (5, "int64"), (5.0, "float32"), (5, None))
    ],
    *[
        Call(
            lambda tf, tnp, x, f=function: _gradient(tf, lambda y: f(tnp, y), x),
            T([[0.5, 1.5], [2.5, 0.25]]),
            label="gradient",
            modes=ENABLED,
        )
        for function in (
            lambda tnp, x: tnp.sum(tnp.square(tnp.matmul(x, x))),
            lambda tnp, x: tnp.sum(tnp.log2(x)) + tnp.mean(x / 2),
            lambda tnp, x: tnp.maximum(x, 0)[:, [1, 0]],
            lambda tnp, x: tnp.std(x, axis=0) * tnp.arange(2),
            lambda tnp, x: tnp.linspace(x[0], x[1], 3),
            lambda tnp, x: tnp.take_along_axis(x, tnp.asarray([[1], [0]]), 1) * 3.0,
            lambda tnp, x: tnp.logaddexp(x, 1.0) + tnp.hypot(x, 2.0),
        )
    ],
    Call(
        lambda tf, tnp, x: _gradient(tf, lambda y: tnp.sort(y.ravel()) ** 2, x),
        T(F),
        label="gradient",
        modes=("legacy", "prefer_float32", "all"),  # TensorFlow's own gradient of sort mixes dtypes
    ),
    Call(
        lambda tf, tnp, x: _gradient(tf, lambda y: tf.sqrt(tf.tanh(y)), x),  # rules keep narrow dtypes
        T([0.5, 0.25], np.float16),
        label="gradient",
        modes=ENABLED,
    ),
    Call(
        lambda tf, tnp, x: tf.vectorized_map(lambda row: tnp.dot(row, row) + tnp.sum(row), x),
        T(F),
        label="rows",
        modes=ENABLED,
    ),
    Call(
        lambda tf, tnp, x: tf.vectorized_map(lambda row: tnp.expand_dims(row, 0) @ x.T, x),
        T(F),
        label="rows",
        modes=ENABLED,
    ),
    Call(
        lambda tf, tnp, x: tf.map_fn(lambda row: tnp.max(row) * 2.0, x),
        T(F),
        label="map_fn",
        modes=("legacy",),
    ),
    Call(lambda tf, tnp, x: np.sum(x), T(F), label="np.sum", eager=True, modes=ENABLED),
    Call(lambda tf, tnp, x: np.max(x, axis=0), T(F), label="np.max", eager=True, modes=("legacy",)),
    Call(lambda tf, tnp, x: np.reshape(x, (3, 2)), T(F), label="np.reshape", eager=True, modes=("legacy",)),
    Call(
        lambda tf, tnp, x: tf.reduce_sum(tnp.ones([2, 3], np.float32)) + tf.reduce_mean(x),
        T(F),
        label="tf.reduce_sum",
        modes=ENABLED,
    ),
    Call(
        lambda tf, tnp: tf.add(tf.add(np.array(1, np.int8), tf.constant(1)), np.array(1, np.float16)),
        label="tf.add",
        eager=True,
        modes=("all",),
    ),
    Call(
        lambda tf, tnp: tf.add(tf.add(tf.constant(1), np.array(1, np.int8)), np.array(1, np.float16)),
        label="tf.add",
        eager=True,
        modes=("off", "legacy", "all"),
    ),
    Call(
        lambda tf, tnp: tf.matmul(tf.ones([2, 2]), tf.ones([2, 2], tf.int32)),
        label="tf.matmul",
        eager=True,
        modes=("off", "legacy", "all"),
    ),
    Call(
        lambda tf, tnp: tf.matmul(tf.ones([2]), tf.ones([2, 2])),
        label="tf.matmul",
        eager=True,
        modes=("off", "legacy"),
    ),
    Call(lambda tf, tnp, v: v[0] + v.value()[:, [1]], V(F), label="variable", eager=True, modes=ENABLED),
    Call(lambda tf, tnp, x: x == None, T(F), label="is_none", eager=True, modes=ENABLED),  # noqa: E711
    Call(
        lambda tf, tnp, x: tnp.experimental_enable_numpy_behavior(dtype_conversion_mode="x"),
        N,
        label="mode",
        eager=True,
    ),
    Call(lambda tf, tnp, x: isinstance(x, tnp.ndarray), M, label="ndarray", eager=True),
]
