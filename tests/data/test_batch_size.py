"""compute_batch_size says what TensorFlow's says; and -1 for elements without axes, where TensorFlow's fails."""

import pytest

import tapeflow as tf
from tapeflow.data.distribution import compute_batch_size

SAME_AS_TENSORFLOW = {
    "batch": lambda data: data.range(10).batch(3),
    "whole batches": lambda data: data.range(10).batch(3, drop_remainder=True),
    "padded": lambda data: data.range(10).padded_batch(5),
    "same elements": lambda data: (
        data.range(10)
        .batch(3)
        .repeat(2)
        .shuffle(3)
        .take(4)
        .skip(1)
        .shard(2, 0)
        .cache()
        .filter(lambda x: x[0] > 0)
        .prefetch(2)
    ),
    "map": lambda data: data.range(10).batch(3).map(lambda x: x + 1),
    "batch of batches": lambda data: data.range(10).batch(4).batch(2),
    "concatenated": lambda data: data.range(10).batch(3).concatenate(data.range(10).batch(3)),
    "concatenated, others": lambda data: data.range(10).batch(3).concatenate(data.range(10).batch(4)),
    "zip": lambda data: data.zip((data.range(10).batch(3), data.range(10).batch(3))),
    "zip, others": lambda data: data.zip((data.range(10).batch(3), data.range(10).batch(2))),
    "rebatch": lambda data: data.range(10).batch(3).rebatch(2),
    "flat_map": lambda data: data.range(10).flat_map(lambda x: data.range(x).batch(3)),
    "slices": lambda data: data.from_tensor_slices([[1, 2], [3, 4]]),
}


@pytest.mark.parametrize("name", SAME_AS_TENSORFLOW)
def test_batch_size_is_that_of_tensorflow(name):
    tensorflow = pytest.importorskip("tensorflow")
    from tensorflow.python.data.experimental.ops import distribute

    make = SAME_AS_TENSORFLOW[name]
    found = compute_batch_size(make(tf.data.Dataset))
    expected = distribute.compute_batch_size(make(tensorflow.data.Dataset))
    assert (int(found), found.dtype.name) == (int(expected), expected.dtype.name)


def test_elements_without_axes_have_no_batch_size():
    assert int(compute_batch_size(tf.data.Dataset.range(10))) == -1
    assert int(compute_batch_size(tf.data.Dataset.range(10).batch(3).enumerate())) == -1
