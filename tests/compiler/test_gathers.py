"""Gathers in compiled programs: rows as vectors, indices that are checked, what is read in the place of memory."""

import numpy as np
import pytest

import tapeflow as tf


@pytest.mark.parametrize("indices", [np.int16, np.int32, np.int64])
@pytest.mark.parametrize("dims", [(10,), (10, 7), (10, 28, 3), (10, 1, 1), (10, 4, 0)])
def test_slices_along_the_first_axis(dims, indices):
    x = np.arange(np.prod(dims), dtype=np.float32).reshape(dims)
    places = np.array([[3, 9, 0], [0, 0, 7]], indices)
    gather = tf.function(lambda x, places: tf.gather(x, places) * 2.0, jit_compile=True)
    np.testing.assert_array_equal(gather(x, tf.constant(places)), 2.0 * x[places])


@pytest.mark.parametrize("axis", [1, 2, -1])
def test_slices_along_other_axes(axis):
    x = np.arange(4 * 5 * 6 * 3, dtype=np.float64).reshape(4, 5, 6, 3)
    gather = tf.function(lambda x: tf.gather(x, [2, 0, 1], axis=axis), jit_compile=True)
    np.testing.assert_array_equal(gather(x), np.take(x, [2, 0, 1], axis))


def test_common_axes():
    x = np.arange(4 * 5 * 2 * 3, dtype=np.float32).reshape(4, 5, 2, 3)
    places = np.array([[0, 4], [1, 1], [2, 3], [4, 0]], np.int32)
    gather = tf.function(lambda x: tf.gather(x, places, batch_dims=1), jit_compile=True)
    np.testing.assert_array_equal(
        gather(x), np.stack([row[each] for row, each in zip(x, places, strict=True)])
    )


@pytest.mark.parametrize("wrong", [10, 11, -1, 2**31 - 1, -(2**31)])
@pytest.mark.parametrize("compiled", [True, None])
def test_indices_outside_are_refused(wrong, compiled):
    gather = tf.function(lambda x, places: tf.gather(x, places), jit_compile=compiled)
    x = tf.ones([10, 3])
    assert gather(x, tf.constant([1, 2])).shape == [2, 3]
    with pytest.raises(tf.errors.InvalidArgumentError, match=rf"indices\[1\] = {wrong} is not in \[0, 10\)"):
        gather(x, tf.constant([1, wrong]))


def test_indices_outside_are_refused_in_loops_and_leave_variables_alone():
    v = tf.Variable(tf.zeros([3]))

    @tf.function(jit_compile=True)
    def total(x, count):
        for place in tf.range(count):
            v.assign_add(x[place])
        return v.read_value()

    x = tf.ones([10, 3])
    assert total(x, tf.constant(10)).numpy().tolist() == [10.0] * 3
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
        total(x, tf.constant(12))
    assert v.numpy().tolist() == [10.0] * 3


def test_a_number_that_is_looked_at_as_an_array():
    @tf.function(jit_compile=True)
    def padded(x, places):
        return tf.gather(tf.concat([tf.reshape(tf.constant(7.0), [1]), x], 0), places)

    x = np.arange(5, dtype=np.float32)
    np.testing.assert_array_equal(padded(x, tf.constant([[0, 5], [2, 0]])), [[7.0, 4.0], [1.0, 7.0]])
