"""What graphs and sessions do otherwise than TensorFlow, on purpose."""

import numpy as np

from tests.compat.case import known_different, ran, started


@known_different
def what_is_fed_is_not_handed_out(tf):
    """TensorFlow gives the very array that was fed when the fed tensor is fetched; ours is a copy."""
    x = tf.placeholder(tf.float32, [2])
    given = np.array([1.0, 2.0], np.float32)
    tf.Session().run(x, {x: given})[:] = 0.0
    yield given


@known_different
def variables_do_not_share_what_is_fed(tf):
    """In TensorFlow a variable may share the elements of an array that was fed."""
    x = tf.placeholder(tf.float32, [1024])
    v = tf.Variable(tf.zeros([1024]))
    given = np.ones(1024, np.float32)
    with started(tf) as session:
        session.run(v.assign(x), {x: given})
        given[:] = 0.0
        yield session.run(v)[:3], "ours" if type(session).__module__.startswith("tapeflow") else "theirs"


@known_different
def initial_values_computed_from_variables(tf):
    """TensorFlow initializes in any order, and fails on what has no value yet."""
    a = tf.Variable([1.0, 2.0], name="a")
    b = tf.Variable(a * 2.0, name="b")
    c = tf.Variable(b + a, name="c")
    try:
        yield ran(tf, [a, b, c])
    except Exception as error:
        yield type(error).__name__


@known_different
def savers(tf):
    """Saving comes with checkpoints."""
    tf.Variable(1.0)
    yield type(tf.train.Saver()).__name__
