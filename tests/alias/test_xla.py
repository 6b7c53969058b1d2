"""`dynamic_update_slice`, which TensorFlow has for XLA only: NumPy is the reference."""

import numpy
import pytest

import tapeflow as tf
from tapeflow.api.xla import dynamic_update_slice


@pytest.mark.parametrize("start", [(0, 0), (1, 2), (9, 9), (-3, 1)])
def test_the_block_is_moved_inside(start):
    x, update = numpy.zeros((3, 4), "float32"), numpy.ones((2, 2), "float32")
    expected = x.copy()
    row, column = numpy.clip(start, 0, (1, 2))
    expected[row : row + 2, column : column + 2] = 1.0
    assert dynamic_update_slice(x, update, start).numpy().tolist() == expected.tolist()
    traced = tf.function(dynamic_update_slice)
    assert (
        traced(tf.constant(x), tf.constant(update), tf.constant(start)).numpy().tolist() == expected.tolist()
    )


def test_gradients_go_where_the_elements_went():
    x, update = tf.zeros([4]), tf.ones([2])
    with tf.GradientTape() as tape:
        tape.watch([x, update])
        y = tf.reduce_sum(dynamic_update_slice(x, update, [1]) * tf.constant([1.0, 2.0, 3.0, 4.0]))
    gradients = tape.gradient(y, [x, update])
    assert [each.numpy().tolist() for each in gradients] == [[1.0, 0.0, 0.0, 4.0], [2.0, 3.0]]


@pytest.mark.parametrize("update, start", [([[1.0]], [0]), ([1.0], [0, 0]), ([1.0, 2.0, 3.0, 4.0, 5.0], [0])])
def test_what_does_not_fit_is_refused(update, start):
    with pytest.raises(tf.errors.InvalidArgumentError, match="shape"):
        dynamic_update_slice(tf.zeros([4]), update, start)


def test_another_dtype_is_refused():
    with pytest.raises(ValueError, match="dtype"):
        dynamic_update_slice(tf.zeros([4]), tf.constant([1]), [0])
