"""Pipelines of tf.data beside TensorFlow's: values, specs and sizes."""

import itertools

import numpy as np
import pytest
import tensorflow

import tapeflow

ROWS = np.arange(24, dtype=np.float32).reshape(8, 3)


def _is_multiple_of_three(x):
    return x % 3 == 0


PIPELINES = {
    "range": lambda tf: tf.data.Dataset.range(2, 11, 3),
    "from_tensors": lambda tf: tf.data.Dataset.from_tensors({"b": [1, 2], "a": 1.5}),
    "slices": lambda tf: tf.data.Dataset.from_tensor_slices((ROWS, {"y": np.arange(8)})),
    "slices of strings": lambda tf: tf.data.Dataset.from_tensor_slices(["a", "bc"]).batch(2),
    "batch": lambda tf: tf.data.Dataset.from_tensor_slices(ROWS).batch(3),
    "batch whole": lambda tf: tf.data.Dataset.from_tensor_slices(ROWS).batch(3, drop_remainder=True),
    "batch of batches": lambda tf: tf.data.Dataset.range(8).batch(2).batch(2, drop_remainder=True),
    "chain of places": lambda tf: tf.data.Dataset.range(20).skip(3).shard(3, 1).take(4).repeat(3).batch(5),
    "take all": lambda tf: tf.data.Dataset.range(3).take(-1).skip(1),
    "repeat": lambda tf: tf.data.Dataset.range(2).repeat().take(5),
    "concatenate": lambda tf: (
        tf.data.Dataset.range(5).batch(2).concatenate(tf.data.Dataset.range(3).batch(3))
    ),
    "zip": lambda tf: tf.data.Dataset.zip((tf.data.Dataset.range(3), tf.data.Dataset.range(9).batch(2))),
    "map": lambda tf: tf.data.Dataset.range(4).map(lambda x: (x * 2, tf.cast(x, tf.float32))),
    "map of pairs": lambda tf: (
        tf.data.Dataset.from_tensor_slices((ROWS, np.arange(8))).map(lambda x, y: tf.reduce_sum(x)).batch(3)
    ),
    "filter": lambda tf: tf.data.Dataset.range(9).filter(_is_multiple_of_three),
    "take_while": lambda tf: tf.data.Dataset.range(9).take_while(lambda x: x < 4),
    "flat_map": lambda tf: tf.data.Dataset.range(4).flat_map(lambda n: tf.data.Dataset.range(n)),
    "enumerate": lambda tf: tf.data.Dataset.range(5, 8).enumerate(start=2),
    "unbatch": lambda tf: tf.data.Dataset.from_tensor_slices(ROWS).batch(3).unbatch(),
    "padded_batch": lambda tf: tf.data.Dataset.range(1, 4).map(lambda n: tf.fill([n], n)).padded_batch(2),
    "cache": lambda tf: tf.data.Dataset.range(5).cache().batch(2),
    "prefetch": lambda tf: tf.data.Dataset.range(5).prefetch(tf.data.AUTOTUNE),
    "generator": lambda tf: tf.data.Dataset.from_generator(
        lambda: iter([(1, [1.0]), (2, [2.0, 3.0])]),
        output_signature=(tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.float32)),
    ),
}


def flat(tf, element):
    return [np.asarray(each) for each in tf.nest.flatten(element)]


@pytest.mark.parametrize("name", PIPELINES)
def test_values_specs_and_sizes(name):
    ours, theirs = PIPELINES[name](tapeflow), PIPELINES[name](tensorflow)
    assert str(ours.element_spec) == str(theirs.element_spec)
    assert int(ours.cardinality()) == int(theirs.cardinality())
    for _ in range(2):  # a data set can be gone through again
        for mine, other in itertools.zip_longest(ours, theirs):
            for a, b in zip(flat(tapeflow, mine), flat(tensorflow, other), strict=True):
                assert a.dtype == b.dtype
                np.testing.assert_array_equal(a, b)


def values(dataset):
    return [int(each) for each in dataset.as_numpy_iterator()]


@pytest.mark.parametrize("buffer_size", [1, 3, 100])
def test_shuffle_keeps_every_element_and_draws_from_its_buffer_only(buffer_size):
    dataset = tapeflow.data.Dataset.range(30).shuffle(buffer_size)
    for found in (values(dataset), np.concatenate(list(dataset.batch(7).as_numpy_iterator())).tolist()):
        assert sorted(found) == list(range(30))
        assert all(each < place + buffer_size for place, each in enumerate(found))


def test_shuffle_after_repeat_crosses_the_rounds():
    batches = tapeflow.data.Dataset.range(4).repeat(50).shuffle(100).batch(4)
    found = [sorted(each.tolist()) for each in batches.as_numpy_iterator()]
    assert any(each != [0, 1, 2, 3] for each in found)
    endless = tapeflow.data.Dataset.range(3).repeat().shuffle(10).batch(4)
    assert len(list(endless.take(3))) == 3


def test_a_cache_after_a_shuffle_keeps_the_first_order():
    dataset = tapeflow.data.Dataset.range(50).shuffle(50).cache().batch(50)
    kept = [each.tolist() for each in dataset.as_numpy_iterator()]
    assert kept == [each.tolist() for each in dataset.as_numpy_iterator()]
    assert sorted(kept[0]) == list(range(50))


def test_the_end_and_optionals():
    iterator = iter(tapeflow.data.Dataset.range(2))
    assert int(iterator.get_next()) == 0
    assert bool(iterator.get_next_as_optional().has_value())
    assert not bool(iterator.get_next_as_optional().has_value())
    with pytest.raises(tapeflow.errors.OutOfRangeError):
        iterator.get_next()


def test_a_generator_that_raises():
    def generator():
        yield 1
        raise ValueError("of the user")

    dataset = tapeflow.data.Dataset.from_generator(
        generator, output_signature=tapeflow.TensorSpec([], tapeflow.int32)
    )
    with pytest.raises(tapeflow.errors.InvalidArgumentError, match="of the user") as caught:
        list(dataset)
    assert isinstance(caught.value.__cause__, ValueError)


def test_batching_different_shapes_is_refused_as_by_tensorflow():
    for tf in (tapeflow, tensorflow):
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="Cannot batch tensors with different shapes"
        ):
            list(tf.data.Dataset.range(3).batch(2).batch(2))


def test_keras_finds_the_class_by_its_name():
    assert any(
        each.__name__ == "DatasetV2" and "tensorflow.python.data" in each.__module__
        for each in type(tapeflow.data.Dataset.range(1)).__mro__
    )


def test_how_many_elements_pass_a_filter_is_not_known():
    """Neither of no elements nor of elements without an end."""

    def sizes(tf):
        found = []
        for rounds in (0, 1, -1):
            dataset = tf.data.Dataset.range(3).repeat(rounds)
            found += [int(dataset.filter(_is_multiple_of_three).cardinality())]
            found += [int(dataset.take_while(_is_multiple_of_three).cardinality())]
        return found

    assert sizes(tapeflow) == sizes(tensorflow)


def test_a_list_that_a_function_returns_is_several_components():
    """So do several results of a Python function come."""

    def specs(tf):
        dataset = tf.data.Dataset.range(3)

        def words(x):
            return tf.py_function(lambda a: (a, str(int(a))), [x], (tf.int64, tf.string))

        found = [dataset.map(lambda x: [x, tf.cast(x, tf.float32)]), dataset.map(words)]
        found += [dataset.map(lambda x: ([x, x + 1], x))]
        values = [
            [np.asarray(part.numpy()).tolist() for part in element] for each in found for element in each
        ]
        return values, [len(each.element_spec) for each in found]

    assert specs(tapeflow) == specs(tensorflow)
