"""Tapes, accumulators, and functions of functions."""

import numpy as np

from tests.oracle.call import Call, integers, normal


def _gradient(tf, function, x, method="gradient", **options):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = function(tf, x)
    return getattr(tape, method)(y, x, **options)


def _hessian_vector(tf, x, v):
    with tf.autodiff.ForwardAccumulator(x, v) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.exp(x) * x)
        gradient = tape.gradient(y, x)
    return accumulator.jvp(gradient)


def _cubes(tf, x):
    return x * x * x


def _softplus(tf, x):
    @tf.custom_gradient
    def softplus(x):
        e = tf.exp(x)
        return tf.math.log(1.0 + e), lambda g: g * (1.0 - 1.0 / (1.0 + e))

    return softplus(x)


def _watching(tf, what):
    with tf.GradientTape() as tape:
        tape.watch(what)


def _wrong_number(tf, x):
    return tf.custom_gradient(lambda x, y: (x * y, lambda g: g))(x, x)


CALLS = [
    Call("stop_gradient", normal(3)),
    Call("map_fn", lambda x: x * x, normal(3, 2)),
    Call("map_fn", lambda x: x[0] * x[1], (normal(3, 2), normal(3)), fn_output_signature="float32"),
    Call("map_fn", lambda x: (x, x + x), normal(3), fn_output_signature=("float32", "float32")),
    Call("map_fn", lambda x: x, normal(0, 3)),
    Call("map_fn", lambda x: {"a": x["a"] * 2}, {"a": integers(3)}),
    Call("map_fn", lambda x: 1, normal(2)),
    Call("vectorized_map", lambda x: x * x, normal(3, 2)),
    Call("vectorized_map", lambda x: x[0] * x[1], (normal(3, 2), normal(3))),
    Call("vectorized_map", lambda x: x[0] + x[1], [normal(1, 2), normal(3, 2)]),
    Call("vectorized_map", lambda x: (x, {"b": 1.0, "c": None}), normal(3)),
    Call("vectorized_map", lambda x: x * 2, normal(0, 2)),
    Call("vectorized_map", lambda x: x * 2, integers(2, 2)),
    Call(lambda tf, x: tf.grad_pass_through(tf.round)(x), normal(3), name="grad_pass_through"),
    Call(lambda tf, x: tf.recompute_grad(lambda x: tf.tanh(tf.exp(x)))(x), normal(3), name="recompute_grad"),
    Call(_softplus, normal(3), name="custom_gradient"),
    Call(lambda tf, x: _gradient(tf, _softplus, x), normal(3), name="custom_gradient"),
    Call(lambda tf, x: _gradient(tf, _cubes, x), normal(3), name="GradientTape"),
    Call(lambda tf, x: _gradient(tf, _cubes, x, "jacobian"), normal(2, 3), name="GradientTape.jacobian"),
    Call(lambda tf, x: _gradient(tf, _cubes, x, "jacobian"), normal(), name="GradientTape.jacobian"),
    Call(
        lambda tf, x: _gradient(tf, _cubes, x, "jacobian", experimental_use_pfor=False),
        normal(2, 3),
        name="GradientTape.jacobian",
    ),
    Call(
        lambda tf, x: _gradient(tf, lambda tf, x: tf.matmul(x, x), x, "batch_jacobian"),
        normal(4, 3, 3),
        name="GradientTape.batch_jacobian",
    ),
    Call(
        lambda tf, x: _gradient(tf, lambda tf, x: tf.zeros((2, 2)), x, "batch_jacobian"),
        normal(2, 3),
        name="GradientTape.batch_jacobian",
    ),
    Call(_hessian_vector, normal(3), normal(3), name="autodiff.ForwardAccumulator"),
    Call(lambda tf: tf.UnconnectedGradients.ZERO.value, name="UnconnectedGradients"),
]

BAD_CALLS = [
    Call("map_fn", lambda x: x, 3.0),
    Call("map_fn", lambda x: x, []),
    Call("map_fn", lambda x: x, [normal(2), normal(3)]),
    Call("map_fn", lambda x: (x, x), normal(3)),
    Call("map_fn", lambda x: x, normal(3), fn_output_signature="int32"),
    Call("vectorized_map", lambda x: x[0] + x[1], [normal(2), normal(3)]),
    Call("vectorized_map", lambda x: x if x > 0 else -x, normal(3)),
    Call("vectorized_map", lambda x: float(x), normal(3)),
    Call("vectorized_map", lambda x: x.numpy(), normal(3)),
    Call("gradients", normal(2), normal(2)),
    Call("UnconnectedGradients", "some"),
    Call(lambda tf, x: _gradient(tf, _cubes, x, unconnected_gradients="some"), normal(2), name="gradient"),
    Call(lambda tf, x: _gradient(tf, lambda tf, x: None, x), normal(2), name="gradient"),
    Call(lambda tf, x: _gradient(tf, lambda tf, x: "a", x, "jacobian"), normal(2), name="jacobian"),
    Call(lambda tf, x: _gradient(tf, lambda tf, x: [x], x, "jacobian"), normal(2), name="jacobian"),
    Call(lambda tf, x: _gradient(tf, _cubes, x, "batch_jacobian"), normal(2), name="batch_jacobian"),
    Call(
        lambda tf, x: _gradient(tf, lambda tf, x: x[:1], x, "batch_jacobian"),
        normal(2, 2),
        name="batch_jacobian",
    ),
    Call(lambda tf, x: tf.autodiff.ForwardAccumulator([x, x], [x, x]), normal(2), name="twice"),
    Call(
        lambda tf, x, y: tf.autodiff.ForwardAccumulator(x, y),
        normal(2),
        normal(2, dtype="float64"),
        name="dtypes",
    ),
    Call(lambda tf, x: tf.autodiff.ForwardAccumulator([x], [x, x]), normal(2), name="structure"),
    Call(lambda tf, x: _gradient(tf, _wrong_number, x), normal(2), name="custom_gradient"),
    Call(lambda tf, x: tf.custom_gradient(lambda x: x)(x), normal(2), name="custom_gradient"),
    Call(lambda tf, x: _watching(tf, [x, np.float32(3.0)]), normal(2), name="watch"),
    Call(lambda tf: _watching(tf, "a"), name="watch"),
]
