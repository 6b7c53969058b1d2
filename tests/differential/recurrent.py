"""Recurrent networks whose length is known only when they run: LSTM and GRU cells in loops, in float64."""

import numpy as np

from tests.arrays import normal
from tests.differential.program import table

PROGRAMS, program = table()
sequence = normal(5, 2, 3)  # steps, batch, features
kernel, recurrent, bias = 0.5 * normal(3, 16), 0.5 * normal(4, 16), 0.1 * normal(16)
length = np.int32(4)


def lstm_step(tf, x, h, c, weights):
    """One step of a long short-term memory (Hochreiter and Schmidhuber 1997), gates in Keras' order."""
    w, u, b = weights
    i, f, g, o = tf.split(x @ w + h @ u + b, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c


@program(sequence, kernel, recurrent, bias, length, second=True)
def lstm(tf, x, w, u, b, n):
    h = c = tf.zeros([2, 4], x.dtype)
    for t in tf.range(n):
        h, c = lstm_step(tf, x[t], h, c, (w, u, b))
    return h, c


@program(sequence, kernel, recurrent, bias, second=True, staged=False)
def lstm_of_all_outputs(tf, x, w, u, b):
    steps = tf.shape(x)[0]
    outputs = tf.TensorArray(x.dtype, size=steps)
    h = c = tf.zeros([2, 4], x.dtype)
    for t in tf.range(steps):
        h, c = lstm_step(tf, x[t], h, c, (w, u, b))
        outputs = outputs.write(t, h)
    return outputs.stack()


@program(sequence, kernel, recurrent, bias, np.array([5, 2], np.int32), second=True, staged=False)
def masked_lstm(tf, x, w, u, b, lengths):
    h = c = tf.zeros([2, 4], x.dtype)
    for t in tf.range(tf.reduce_max(lengths)):
        next_h, next_c = lstm_step(tf, x[t], h, c, (w, u, b))
        alive = (t < lengths)[:, tf.newaxis]
        h, c = tf.where(alive, next_h, h), tf.where(alive, next_c, c)
    return h, c


@program(sequence, kernel, recurrent, bias, second=True, staged=False)
def lstm_until_it_is_saturated(tf, x, w, u, b):
    h = c = tf.zeros([2, 4], x.dtype)
    t = tf.constant(0)
    while tf.reduce_max(tf.abs(c)) < 0.9 and t < 40:
        h, c = lstm_step(tf, x[t % 5], h, c, (w, u, b))
        t += 1
    return h, c


@program(sequence, kernel, recurrent, bias, second=True)
def lstm_with_a_choice(tf, x, w, u, b):
    h = c = tf.zeros([2, 4], x.dtype)
    for t in tf.range(5):
        if tf.reduce_sum(x[t]) > 0.0:
            h, c = lstm_step(tf, x[t], h, c, (w, u, b))
        else:
            c = 0.5 * c * tf.exp(-h)
    return h, c


@program(sequence, kernel[:, :12], recurrent[:, :12], second=True, staged=False)
def gru_by_scan(tf, x, w, u):
    def step(h, row):
        gates = tf.sigmoid(row @ w[:, :8] + h @ u[:, :8])
        z, r = gates[:, :4], gates[:, 4:]
        return z * h + (1.0 - z) * tf.tanh(row @ w[:, 8:] + (r * h) @ u[:, 8:])

    return tf.scan(step, x, initializer=tf.zeros([2, 4], x.dtype))
