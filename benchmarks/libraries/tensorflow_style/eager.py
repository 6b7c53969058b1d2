"""Eager workloads in TensorFlow's words: nothing under tf.function."""

from libraries import data
from libraries.tensorflow_style import networks


def workloads(tf):
    """{name: function of no arguments}."""
    x, y = tf.constant(1.5), tf.constant(2.5)
    a, b = tf.constant(data.square[0]), tf.constant(data.square[1])
    million = tf.constant(data.million)
    v = tf.Variable(3.0)
    left, right = tf.constant(data.large[0]), tf.constant(data.large[1])
    rows, scale, offset = tf.constant(data.rows), tf.constant(data.scale), tf.constant(data.offset)
    step, examples = networks.perceptron_step(tf)
    convolutional_step, pictures = networks.convolutional_step(tf)

    def gradient():
        with tf.GradientTape() as tape:
            z = v * v
        return tape.gradient(z, v)

    def second_order():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                z = v * v
            first = inner.gradient(z, v)
        return outer.gradient(first, v)

    def chain():
        with tf.GradientTape() as tape:
            z = v
            for _ in range(100):
                z = z * x
                z = z + y
        return tape.gradient(z, v)

    def layer_norm():
        mean, variance = tf.nn.moments(rows, [-1], keepdims=True)
        return tf.nn.batch_normalization(rows, mean, variance, offset, scale, data.EPSILON)

    return {
        "scalar add": lambda: x + y,
        "matmul 10x10": lambda: tf.matmul(a, b),
        "gradient of v*v": gradient,
        "second order of v*v": second_order,
        "chain of 200": chain,
        "MLP SGD step": lambda: step(*examples),
        "eager softmax 1M": lambda: tf.nn.softmax(million),
        "eager tanh 1M": lambda: tf.tanh(million),
        "eager layer norm 1M": layer_norm,
        "eager matmul 1024": lambda: tf.matmul(left, right),
        "eager CNN step": lambda: convolutional_step(*pictures),
    }
