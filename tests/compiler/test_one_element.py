"""A single element beside a whole array, in reductions whose axes are joined."""

import numpy

import tapeflow as tf


def test_a_broadcast_single_element_is_read_in_joined_axes():
    @tf.function(jit_compile=True)
    def total(x, factor):
        return tf.reduce_sum(x * tf.broadcast_to(factor, [1, 1]))

    x = numpy.arange(600, dtype="float32").reshape(20, 30)
    found = total(tf.constant(x), tf.constant([2.0]))
    numpy.testing.assert_allclose(found.numpy(), 2 * x.sum(), rtol=1e-5)
