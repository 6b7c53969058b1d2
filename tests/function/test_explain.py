"""fn.explain: the steps of the compiled program, and how the time is shared among them."""

import re

import tapeflow as tf

x = tf.ones([32, 64])


def _shares(table):
    return [int(each) for each in re.findall(r"(\d+) %", table)]


def test_every_step_has_its_share_of_the_time():
    weights = tf.Variable(tf.ones([64, 16]))

    @tf.function
    def step(x):
        y = tf.nn.softmax(x @ weights)
        weights.assign_sub(0.1 * tf.matmul(x, y, transpose_a=True))
        return tf.reduce_sum(y)

    before = weights.numpy()
    table = step.explain(x)
    assert repr(table) == table
    assert "MatMul" in table and "microseconds" in table
    shares = _shares(table)
    assert len(shares) >= 3 and 90 <= sum(shares) <= 110
    assert (weights.numpy() == before).all()  # explaining changes nothing


def test_without_values_there_are_no_times():
    double = tf.function(lambda x: 2.0 * x)
    table = double.explain(tf.TensorSpec([4], tf.float32))
    assert "kernel   [4] Mul" in table and not _shares(table)


def test_sizes_come_from_the_arguments():
    double = tf.function(lambda x: 2.0 * x, input_signature=[tf.TensorSpec([None], tf.float32)])
    assert "[7]" in double.explain(tf.ones([7]))
    assert "[9]" in double.explain(tf.ones([9]))


def test_a_program_with_effects_is_not_run_to_be_timed(capfd):
    @tf.function
    def shout(x):
        tf.print("computed")
        return x + 1.0

    assert not _shares(shout.explain(x))
    assert "computed" not in capfd.readouterr().err
