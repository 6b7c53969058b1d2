"""Loops outside of a trace run in Python, as TensorFlow's do."""

import tapeflow as tf


def test_python_loop_variables_stay_python_values_until_the_loop_ends():
    seen = []

    def body(i, x):
        seen.append(type(i))
        return i + 1, x + i  # an int beside int64: a tensor of int32 would be refused

    count, total = tf.while_loop(lambda i, x: i < 10, body, (0, tf.constant([1], tf.int64)))
    assert set(seen) == {int}
    assert count.dtype == tf.int32
    assert total.numpy().tolist() == [46]
