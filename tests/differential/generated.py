"""Programs made at random, of a seed each: sums, products, functions, reductions, slices, choices and loops."""

import numpy as np

from tests.differential.program import Program

COUNT = 140
_UNARY = (
    "tanh",
    "sin",
    "cos",
    "sigmoid",
    "square",
    "abs",
    "softplus",
    "relu",
    "erf",
    "negative",
    "exp_of_tanh",
)
_BINARY = ("add", "sub", "mul", "maximum", "minimum", "div", "where")
_SHAPES = ((3, 4), (4,), (3, 1), ())


def _unary(tf, name, a):
    return {
        "tanh": tf.tanh,
        "sin": tf.sin,
        "cos": tf.cos,
        "sigmoid": tf.sigmoid,
        "square": tf.square,
        "abs": tf.abs,
        "softplus": tf.nn.softplus,
        "relu": tf.nn.relu,
        "erf": tf.math.erf,
        "negative": lambda z: -z,
        "exp_of_tanh": lambda z: tf.exp(tf.tanh(z)),
    }[name](a)


def _binary(tf, name, a, b):
    if name == "div":
        return a / (1.5 + tf.square(b))
    if name == "where":
        return tf.where(a > b, a, b * 0.5)
    return {
        "add": lambda: a + b,
        "sub": lambda: a - b,
        "mul": lambda: a * b,
        "maximum": lambda: tf.maximum(a, b),
        "minimum": lambda: tf.minimum(a, b),
    }[name]()


def _shaped(tf, kind, a, stream):
    """The value in another shape, or reduced; always one that broadcasts to (3, 4)."""
    full = tf.broadcast_to(a, [3, 4])
    if kind == 0:
        return tf.reduce_sum(full, axis=int(stream.integers(0, 2)), keepdims=True)
    if kind == 1:
        return tf.reduce_mean(full)
    if kind == 2:
        return tf.transpose(tf.reshape(full, [4, 3]))
    if kind == 3:
        return tf.concat([full[:, 2:], full[:, :2]], 1)
    if kind == 4:
        return tf.matmul(full, full, transpose_b=True) @ full * 0.1
    if kind == 5:
        return tf.nn.softmax(full)
    if kind == 6:
        return tf.reduce_max(full, axis=1, keepdims=True)
    return full[::-1, ::-1]


def _make(seed):
    def function(tf, *inputs):
        stream = np.random.default_rng(seed)
        values = list(inputs)
        for _ in range(int(stream.integers(4, 12))):
            choice = stream.integers(0, 10)
            a, b = (values[int(stream.integers(0, len(values)))] for _ in range(2))
            if choice < 4:
                values.append(_unary(tf, _UNARY[int(stream.integers(0, len(_UNARY)))], a))
            elif choice < 7:
                values.append(_binary(tf, _BINARY[int(stream.integers(0, len(_BINARY)))], a, b))
            elif choice < 9:
                values.append(_shaped(tf, int(stream.integers(0, 8)), a, stream))
            else:
                values.append(_flow(tf, int(stream.integers(0, 3)), a, b))
        return values[-1], tf.reduce_sum(values[-2])

    return function


def _flow(tf, kind, a, b):
    a, b = tf.broadcast_to(a, [3, 4]), tf.broadcast_to(b, [3, 4])
    if kind == 0:
        return tf.cond(tf.reduce_sum(a) > tf.reduce_sum(b), lambda: a * b, lambda: a - tf.sin(b))
    if kind == 1:
        return tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, tf.tanh(z + b)), (tf.constant(0), a))[1]
    return tf.while_loop(
        lambda z: tf.reduce_sum(tf.abs(z)) < 20.0, lambda z: (1.5 * z + 0.3,), (a,), maximum_iterations=6
    )[0]


def _program(seed):
    stream = np.random.default_rng(1000 + seed)
    shapes = [_SHAPES[int(k)] for k in stream.integers(0, len(_SHAPES), 3)]
    dtype = "float64" if seed % 3 else "float32"
    inputs = [stream.normal(size=shape).astype(dtype) for shape in shapes]
    second = seed % 7 == 1 and dtype == "float64"
    return Program(f"seed{seed}", _make(seed), *inputs, second=second, staged=seed % 10 == 0)


PROGRAMS = [_program(seed) for seed in range(COUNT)]
