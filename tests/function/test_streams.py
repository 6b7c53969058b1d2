"""Functions that get an iterator: what they call is traced first for any element that it may give."""

import pytest

import tapeflow as tf


def _numbers(count, batch):
    return tf.data.Dataset.from_tensor_slices(tf.reshape(tf.range(2.0 * count), [count, 2])).batch(batch)


@pytest.mark.parametrize("creates", [True, False])
def test_the_first_trace_does_not_take_the_size_of_the_first_batch_for_granted(creates):
    shapes, made = [], []

    @tf.function(reduce_retracing=True)
    def step(x):
        shapes.append(x.shape.as_list())
        if creates and not made:
            made.append(tf.Variable(tf.ones([x.shape[1]])))
        return tf.reduce_sum(x * made[0] if creates else x)

    @tf.function
    def run(iterator):
        return step(next(iterator))

    iterator = iter(_numbers(5, 2))
    assert [float(run(iterator)) for _ in range(3)] == [6.0, 22.0, 17.0]
    assert shapes == ([[None, 2], [2, 2], [None, 2]] if creates else [[None, 2]])


def test_what_needs_the_sizes_is_traced_for_them():
    @tf.function
    def step(x):
        return tf.ones([x.shape[0] + 1])

    @tf.function
    def run(iterator):
        return step(next(iterator))

    assert run(iter(_numbers(4, 2))).shape == [3]


def test_an_error_is_told_of_the_shapes_that_came():
    @tf.function
    def step(x):
        raise ValueError(f"shape {x.shape}")

    @tf.function
    def run(iterator):
        return step(next(iterator))

    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        run(iter(_numbers(4, 2)))
