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
