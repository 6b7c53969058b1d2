"""Optionals as loop variables and data sets of functions that cannot be traced, as Keras' trainer uses them."""

import subprocess
import sys

import tapeflow as tf


def test_a_loop_outside_of_a_trace_carries_optionals():
    iterator = iter(tf.data.Dataset.range(3))

    def body(count, total, following):
        return (
            count + 1,
            tf.experimental.Optional.from_value(total.get_value() + following.get_value()),
            (iterator.get_next_as_optional()),
        )

    count, total, following = tf.while_loop(
        lambda count, total, following: following.has_value(),
        body,
        [0, tf.experimental.Optional.from_value(tf.constant(0, tf.int64)), iterator.get_next_as_optional()],
    )
    assert int(count) == 3
    assert int(total.get_value()) == 3
    assert not following.has_value()


def test_the_spec_of_a_map_that_is_not_traced_is_that_of_its_first_element():
    dataset = tf.data.Dataset.range(2).map(lambda x: tf.constant(int(x), tf.int32))
    assert dataset.element_spec == tf.TensorSpec([], tf.int32)


def test_the_alias_can_be_found():
    program = (
        "import importlib.util, tapeflow; tapeflow.install_as_tensorflow(); "
        "assert importlib.util.find_spec('tensorflow').name == 'tensorflow'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
