"""Functions that call themselves by their global name, their local name, or as methods."""

import tapeflow as tf


def power(x, n):
    if n == 0:
        return tf.ones_like(x)
    return x * power(x, n - 1)


@tf.function
def factorial(n):
    if n <= 1:
        return tf.constant(1)
    return n * factorial(n - 1)


class _Counter:
    @tf.function
    def count(self, x, n):
        if n == 0:
            return x
        return self.count(x + 1, n - 1)


def test_a_plain_function_of_the_module():
    assert int(tf.function(power)(tf.constant(3), 4)) == 81


def test_a_traced_function_of_the_module():
    assert int(factorial(5)) == 120


def test_a_local_function():
    def local(n):
        return tf.constant(1) if n <= 1 else n * local(n - 1)

    assert int(tf.function(local)(5)) == 120
    assert int(tf.function(lambda x: local(4) * x)(2)) == 48


def test_a_method():
    assert int(_Counter().count(tf.constant(1), 4)) == 5
