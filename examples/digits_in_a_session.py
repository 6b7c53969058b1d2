"""Handwritten digits as TensorFlow 1 learned them: a graph, placeholders, a session.

python examples/digits_in_a_session.py                        here
python examples/digits_in_a_session.py tensorflow.compat.v1   in TensorFlow
"""

import importlib
import sys

import numpy as np
from sklearn.datasets import load_digits

tf = importlib.import_module(sys.argv[1] if len(sys.argv) > 1 else "tapeflow.compat.v1")
tf.disable_v2_behavior()


def dense(x, units, name, activation=None):
    """A fully connected layer, whose weights go by its name."""
    with tf.variable_scope(name):
        w = tf.get_variable("w", [x.get_shape()[1], units], initializer=tf.glorot_uniform_initializer(seed=1))
        b = tf.get_variable("b", [units], initializer=tf.zeros_initializer())
        y = tf.nn.xw_plus_b(x, w, b)
        return y if activation is None else activation(y)


def main(_):
    digits = load_digits()
    images = (digits.data / 16.0).astype(np.float32)
    labels = digits.target.astype(np.int64)
    train, test = slice(0, 1500), slice(1500, None)

    x = tf.placeholder(tf.float32, [None, 64], name="images")
    y = tf.placeholder(tf.int64, [None], name="labels")
    keep = tf.placeholder_with_default(1.0, [], name="keep")

    hidden = dense(x, 64, "hidden", tf.nn.relu)
    hidden = tf.nn.dropout(hidden, keep_prob=keep, seed=2)
    logits = dense(hidden, 10, "output")
    loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
    right = tf.equal(tf.argmax(logits, 1), y)
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")

    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.01, step, 100, 0.8)
    train_op = tf.train.AdamOptimizer(rate).minimize(loss, global_step=step)
    init = tf.global_variables_initializer()

    with tf.Session() as session:
        session.run(init)
        order = np.random.default_rng(0)
        for epoch in range(10):
            places = order.permutation(1500)
            for start in range(0, 1500, 50):
                batch = places[start : start + 50]
                feed = {x: images[batch], y: labels[batch], keep: 0.9}
                _, value = session.run([train_op, loss], feed_dict=feed)
            shown = accuracy.eval({x: images[test], y: labels[test]})
            print(f"epoch {epoch}: loss {value:.3f}, accuracy {shown:.3f}")
        found = session.run("accuracy:0", {"images:0": images[train], "labels:0": labels[train]})
        print(f"after {session.run(step)} steps: {found:.3f} of the training images")


if __name__ == "__main__":
    tf.app.run(main)
