"""Random programs: every way to a derivative agrees with TensorFlow's, and with every other way."""

import random

import numpy as np
import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def _softplus(tf, x):
    @tf.custom_gradient
    def softplus(x):
        e = tf.exp(x)
        return tf.math.log(1.0 + e), lambda g: g * (1.0 - 1.0 / (1.0 + e))

    return softplus(x)


STEPS = (
    lambda tf, a, b: a + b,
    lambda tf, a, b: a * b,
    lambda tf, a, b: a / (1.0 + b * b),
    lambda tf, a, b: tf.tanh(a),
    lambda tf, a, b: tf.matmul(tf.tanh(a), b, transpose_b=True),
    lambda tf, a, b: tf.einsum("ij,jk->ik", tf.sigmoid(a), b),
    lambda tf, a, b: tf.concat([a, b], 0)[::2],
    lambda tf, a, b: tf.where(a > 0.1, a, b * 0.5),
    lambda tf, a, b: tf.gather(a, [2, 0, 2]),
    lambda tf, a, b: a - tf.reduce_mean(a, axis=0, keepdims=True),
    lambda tf, a, b: tf.reduce_max(a, axis=1, keepdims=True) * b,
    lambda tf, a, b: tf.nn.softmax(a) * b,
    lambda tf, a, b: tf.transpose(a),
    lambda tf, a, b: tf.concat([each * tf.exp(-each * each) for each in tf.split(a, 3, axis=1)], 1),
    lambda tf, a, b: tf.cumsum(tf.sin(a), axis=1),
    lambda tf, a, b: tf.stop_gradient(a) * b + a[1][None],
    lambda tf, a, b: _softplus(tf, a) * b,
)


def program(tf, seed, x, v):
    """Applies random steps to what there is so far."""
    draw = random.Random(seed)
    pool = [x, v, x * v]
    for _ in range(8):
        a, b, step = draw.choice(pool), draw.choice(pool), draw.choice(STEPS)
        c = step(tf, a, b)
        pool.append(tf.tanh(c) + 0.1 * c)
    return pool[-1] + pool[-2] * 0.5


def arrays(seed):
    return np.random.default_rng(seed).standard_normal((3, 3, 3))


def derivatives(tf, seed):
    """Value, gradients and Hessian-vector products, the latter both ways."""
    x, v, t = tf.constant(arrays(seed)[0]), tf.Variable(arrays(seed)[1]), tf.constant(arrays(seed)[2])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = program(tf, seed, x, v)
        first = inner.gradient(y, [x, v], unconnected_gradients="zero")
        projected = tf.reduce_sum(first[0] * t) + tf.reduce_sum(tf.convert_to_tensor(first[1]) * t)
    second = outer.gradient(projected, [x, v], unconnected_gradients="zero")
    with tf.autodiff.ForwardAccumulator(x, t) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = program(tf, seed, x, v)
        gradient = tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))
    pushed = accumulator.jvp([y, gradient], unconnected_gradients="zero")
    return [tf.convert_to_tensor(each).numpy() for each in (y, *first, *second, *pushed)]


@pytest.mark.parametrize("seed", range(20))
def test_derivatives_are_tensorflows(seed):
    found, expected = derivatives(tapeflow, seed), derivatives(tensorflow, seed)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_jacobian_is_the_loop(seed):
    tf = tapeflow
    x, v = tf.constant(arrays(seed)[0]), tf.Variable(arrays(seed)[1])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = program(tf, seed, x, v)
    found = tape.jacobian(y, [x, v], unconnected_gradients="zero")
    loop = tape.jacobian(y, [x, v], unconnected_gradients="zero", experimental_use_pfor=False)
    for ours, expected in zip(found, loop, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_gradients_of_examples_are_the_loop(seed):
    tf = tapeflow
    v = tf.Variable(arrays(seed)[1])

    def gradients(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = program(tf, seed, x, v)
        return [tf.convert_to_tensor(each) for each in tape.gradient(y, [x, v], unconnected_gradients="zero")]

    rows = tf.constant(arrays(seed))
    for ours, expected in zip(
        tf.vectorized_map(gradients, rows), zip(*map(gradients, rows), strict=True), strict=True
    ):
        np.testing.assert_allclose(ours, np.stack(expected), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_recomputing_changes_no_derivative(seed):
    tf = tapeflow
    x, v, t = tf.constant(arrays(seed)[0]), tf.Variable(arrays(seed)[1]), tf.constant(arrays(seed)[2])

    def derivatives(function):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x)
            first = inner.gradient(y, x, unconnected_gradients="zero") * t
        return [first, *outer.gradient(first, [x, v], unconnected_gradients="zero")]

    plain = derivatives(lambda x: program(tf, seed, x, v))
    again = derivatives(tf.recompute_grad(lambda x: program(tf, seed, x, v)))
    for ours, expected in zip(again, plain, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-9)
