"""Data sets of what a traced function computes, and functions that return data sets, beside TensorFlow's."""

import numpy as np
import pytest
import tensorflow

import tapeflow


def _computed_slices(tf):
    @tf.function
    def run(x):
        total = tf.constant(0.0)
        for row in tf.data.Dataset.from_tensor_slices((x * 2.0, x + 1.0)).batch(2):
            total = total * 10.0 + tf.reduce_sum(row[0]) - tf.reduce_sum(row[1])
        return total

    return [run(tf.constant([1.0, 2.0, 3.0])), run(tf.constant([5.0]))]


def _computed_counts(tf):
    @tf.function
    def run(n, k):
        total = tf.constant(0, tf.int64)
        for x in tf.data.Dataset.range(n).skip(k).repeat(2).batch(2):
            total = total * 3 + tf.reduce_sum(x)
        return total

    return [run(tf.constant(5, tf.int64), tf.constant(k, tf.int64)) for k in (0, 2, 7)]


def _map_that_captures(tf):
    @tf.function
    def run(x):
        total = tf.constant(0.0)
        data = (
            tf.data.Dataset.from_tensor_slices([1.0, 2.0])
            .map(lambda each: each * x)
            .filter(lambda y: y < x * 2.0)
        )
        for y in data.concatenate(tf.data.Dataset.from_tensors(x)):
            total += y
        return total

    return [run(tf.constant(3.0)), run(tf.constant(-3.0))]


def _flat_map_that_captures(tf):
    @tf.function
    def run(x):
        found = tf.constant(0, tf.int64)
        data = tf.data.Dataset.range(3).flat_map(
            lambda n: tf.data.Dataset.range(n + 1).map(lambda k: k * x + n).repeat(x)
        )
        for y in data:
            found = found * 7 + y
        return found

    return [run(tf.constant(2, tf.int64)), run(tf.constant(1, tf.int64))]


def _an_iterator_of_what_is_computed(tf):
    @tf.function
    def run(x):
        iterator = iter(tf.data.Dataset.from_tensor_slices(x + 1))
        first = next(iterator)
        found = iterator.get_next_as_optional()
        if found.has_value():
            first += 10 * found.get_value()
        return first

    return [run(tf.constant([1, 2])), run(tf.constant([5]))]


def _made_in_a_loop(tf):
    @tf.function
    def run(x):
        total = tf.constant(0)
        for k in tf.range(3):
            for y in tf.data.Dataset.from_tensor_slices(x * k):
                total += y
        return total

    return [run(tf.constant([1, 2]))]


def _nested_flat_maps(tf):
    data = tf.data.Dataset.range(3).flat_map(
        lambda n: tf.data.Dataset.range(n).flat_map(
            lambda m: tf.data.Dataset.from_tensor_slices(tf.stack([n, m])).map(lambda k: k + 10 * n)
        )
    )
    return list(data)


def _windows(tf):
    data = tf.data.Dataset.from_tensor_slices({"a": [1, 2, 3, 4, 5], "b": [6, 7, 8, 9, 0]})
    data = data.window(3, shift=2).flat_map(lambda w: tf.data.Dataset.zip((w["a"].batch(2), w["b"].batch(2))))
    return tf.nest.flatten(list(data))


def _interleaved(tf):
    data = tf.data.Dataset.from_tensor_slices([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    return list(data.interleave(lambda row: tf.data.Dataset.from_tensor_slices(row * row), cycle_length=2))


def _grouped(tf):
    data = tf.data.Dataset.range(7).group_by_window(
        lambda x: x % 2, lambda key, window: window.batch(2).map(lambda x: x + 100 * key), window_size=3
    )
    return list(data)


def _data_sets_as_elements(tf):
    data = tf.data.Dataset.range(7).window(3)

    @tf.function
    def of_data():
        total = tf.constant(0, tf.int64)
        for window in data:
            for x in window.batch(2):
                total = total * 3 + tf.reduce_sum(x)
        return total

    @tf.function
    def of_iterator(iterator, n):
        total = tf.constant(0, tf.int64)
        for _ in tf.range(n):
            for x in next(iterator).map(lambda x: x * x):
                total = total * 3 + x
        return total

    return [of_data(), of_iterator(iter(data), 2)]


CASES = [
    _data_sets_as_elements,
    _computed_slices,
    _computed_counts,
    _map_that_captures,
    _flat_map_that_captures,
    _an_iterator_of_what_is_computed,
    _made_in_a_loop,
    _nested_flat_maps,
    _windows,
    _interleaved,
    _grouped,
]


@pytest.mark.parametrize("case", CASES)
def test_elements_are_those_of_tensorflow(case):
    mine, theirs = case(tapeflow), case(tensorflow)
    assert len(mine) == len(theirs)
    for a, b in zip(mine, theirs, strict=True):
        assert a.dtype.name == b.dtype.name
        np.testing.assert_array_equal(a, b)


def test_functions_within_those_that_return_data_sets_are_traced_once():
    calls = []

    def inner(x):
        calls.append("inner")
        return x + 1

    def outer(n):
        calls.append("outer")
        return tapeflow.data.Dataset.range(n).map(inner)

    data = tapeflow.data.Dataset.range(5).flat_map(outer)
    assert [int(x) for x in data] == [1, 1, 2, 1, 2, 3, 1, 2, 3, 4]
    assert [int(x) for x in data] == [1, 1, 2, 1, 2, 3, 1, 2, 3, 4]
    assert calls == ["outer", "inner"]


def test_a_function_that_asks_for_values_runs_as_python():
    calls = []

    def function(n):
        calls.append(n)
        return tapeflow.data.Dataset.from_tensors(n) if int(n) % 2 else tapeflow.data.Dataset.range(n)

    assert [int(x) for x in tapeflow.data.Dataset.range(4).flat_map(function)] == [1, 0, 1, 3]
    assert len(calls) >= 4


def test_a_variable_in_a_function_that_returns_data_sets_is_read_for_each_element():
    v = tapeflow.Variable(1, dtype=tapeflow.int64)
    data = tapeflow.data.Dataset.range(3).flat_map(lambda n: tapeflow.data.Dataset.from_tensors(n * v))
    elements = iter(data)
    assert int(next(elements)) == 0
    v.assign(5)
    assert [int(x) for x in elements] == [5, 10]


def test_the_number_of_elements_is_not_made_up():
    @tapeflow.function
    def run(n):
        return tapeflow.data.Dataset.range(n).cardinality()

    with pytest.raises(NotImplementedError, match="not known"):
        run(tapeflow.constant(3, tapeflow.int64))
