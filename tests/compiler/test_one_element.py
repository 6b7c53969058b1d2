"""A single element in reductions whose axes are joined: where it comes from has axes of its own."""

import numpy

import tapeflow as tf


def test_the_sum_of_a_broadcast_single_element():
    @tf.function(jit_compile=True)
    def total(factor):
        return tf.reduce_sum(tf.broadcast_to(factor, [1, 1]))

    assert total(tf.constant([2.0])).numpy() == 2.0


def test_a_broadcast_single_element_beside_an_array():
    @tf.function(jit_compile=True)
    def total(x, factor):
        return tf.reduce_sum(x * tf.broadcast_to(factor, [1, 1]))

    x = numpy.arange(600, dtype="float32").reshape(20, 30)
    found = total(tf.constant(x), tf.constant([2.0]))
    numpy.testing.assert_allclose(found.numpy(), 2 * x.sum(), rtol=1e-5)


def test_the_gradient_of_a_bias_of_one_element():
    """The sum over rows of one column, which does not lie in memory as one."""

    def step(x, w, b, y):
        with tf.GradientTape() as tape:
            tape.watch(b)
            loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))
        return b - 0.1 * tape.gradient(loss, b)

    x = numpy.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
    given = [tf.constant(each) for each in (x, x.T[:, :1], numpy.float32([0.5]), x[:, 1:2])]
    found = tf.function(step, jit_compile=True)(*given)
    numpy.testing.assert_allclose(found.numpy(), step(*given).numpy(), rtol=1e-5)
