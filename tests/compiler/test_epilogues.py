"""Steps that finish their results before they store them."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, threads
from tapeflow.core.dtypes import float32
from tapeflow.graph.tracing import trace
from tapeflow.ops import pooling

X, W, B, Y = (5, 7, 6, 8), (3, 3, 8, 21), (21,), (5, 7, 6, 21)
D = (3, 3, 8, 2)


def conv(x, w, strides=1):
    return tf.nn.conv2d(x, w, strides, "SAME")


FUSED = {
    "bias": (lambda x, w, b: conv(x, w) + b, X, W, B),
    "bias and activation": (lambda x, w, b: tf.nn.relu(conv(x, w) + b), X, W, B),
    "two operands": (lambda x, w, y: tf.maximum(conv(x, w), y) * y, X, W, Y),
    "number": (lambda x, w: 2.0 * conv(x, w) - 1.0, X, W),
    "number in memory": (lambda x, w, s: s * conv(x, w), X, W, ()),
    "same value twice": (lambda x, w: conv(x, w) * conv(x, w), X, W),
    "view of a bias": (lambda x, w, b: conv(x, w) + tf.reshape(b, [1, 1, 21]), X, W, B),
    "few images": (lambda x, w, b: tf.nn.relu(conv(x, w) + b), (2, 7, 6, 8), W, B),
    "depthwise": (
        lambda x, w, b: tf.nn.relu(tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME") + b),
        X,
        D,
        (16,),
    ),
}
POOLED = (3, 6, 8, 21)


def spread(g, width, padding):
    ones = (1, 1, 1, 1)
    window, strides = (1, width, width, 1), (1, 2, 2, 1)
    return pooling.avg_pool_grad(
        g, dims=POOLED, window=window, strides=strides, dilations=ones, padding=padding
    )


FUSED |= {
    "max pool": (lambda x, b: tf.nn.relu(tf.nn.max_pool2d(x, 3, 2, "SAME") + b), POOLED, B),
    "average pool": (lambda x, b: 2.0 * tf.nn.avg_pool2d(x, 3, 2, "SAME") + b, POOLED, B),
    "average pool gradient": (lambda g, x: x * spread(g, 2, "VALID"), (3, 3, 4, 21), POOLED),
}
NOT_FUSED = {
    "overlapping windows": (lambda g, x: x * spread(g, 3, "SAME"), (3, 3, 4, 21), POOLED),
    "read twice": (lambda x, w, b: (conv(x, w), conv(x, w) + b), X, W, B),
    "other shape": (lambda x, w, b: tf.reshape(conv(x, w), [5, 42, 21]) + b, X, W, B),
    "row": (lambda x, w, b: conv(x, w) + b, X, W, (6, 1)),
    "reduction": (lambda x, w: tf.reduce_sum(conv(x, w), -1), X, W),
}


def arrays(shapes):
    random = np.random.default_rng(0)
    return [np.asarray(random.normal(size=shape), "float32") for shape in shapes]


def compiled(function, *shapes):
    return compile_graph(trace(function, [(float32, shape) for shape in shapes]))


def check(function, shapes):
    values = arrays(shapes)
    program = compiled(function, *shapes)
    inputs = [each if each.ndim else each[()] for each in values]
    expected = function(*map(tf.constant, values))
    for ours, right in zip(program(*inputs), tf.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(ours, right.numpy(), rtol=1e-4, atol=1e-4)
    return program


@pytest.mark.parametrize("name", FUSED)
def test_step_takes_over_what_follows(name):
    function, *shapes = FUSED[name]
    (step,) = check(function, shapes).plan.steps
    assert step.kind == "native" and step.epilogue is not None


@pytest.mark.parametrize("name", NOT_FUSED)
def test_step_leaves_to_kernels_what_is_not_that_simple(name):
    function, *shapes = NOT_FUSED[name]
    assert all(step.epilogue is None for step in check(function, shapes).plan.steps)


def test_alike_steps_with_other_epilogues_are_told_apart():
    def both(x, w, b):
        return tf.nn.relu(conv(x, w) + b), tf.nn.relu(conv(x, 2.0 * w) - b)

    check(both, (X, W, B))


def test_gradient_of_input_takes_over_what_follows():
    def block(x, w, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = conv(tf.nn.relu(x * x), w)
            loss = tf.reduce_sum(y * v)
        return tape.gradient(loss, x)

    check(block, (X, W, Y))


def test_threads_change_no_bit():
    function, *shapes = FUSED["bias and activation"]
    values, found = arrays(shapes), []
    for number in (1, 2, 5):
        threads.set_num_threads(number)
        try:
            found.append(compiled(function, *shapes)(*values)[0].tobytes())
        finally:
            threads.set_num_threads(None)
    assert found[0] == found[1] == found[2]
