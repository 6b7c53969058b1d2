"""Functions that get an iterator or its elements: they are traced for any element that it may give."""

import subprocess
import sys

import numpy as np
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

    assert [float(step(each)) for each in _numbers(5, 2)] == [6.0, 22.0, 17.0]
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

    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        step(next(iter(_numbers(4, 2))))


def test_a_function_of_an_iterator_is_traced_once_for_all_its_elements():
    shapes = []

    @tf.function
    def run(iterator):
        x = next(iterator)
        shapes.append(x.shape.as_list())
        return tf.reduce_sum(x)

    iterator = iter(_numbers(5, 2))
    assert [float(run(iterator)) for _ in range(3)] == [6.0, 22.0, 17.0]
    with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
        run(iterator)
    assert float(run(iter(_numbers(5, 2)))) == 6.0
    assert shapes == [[None, 2]]
    assert run.experimental_get_tracing_count() == 1
    assert float(run(iter(tf.data.Dataset.range(7, 9)))) == 7.0
    assert shapes == [[None, 2], []]


def test_a_function_of_an_iterator_makes_variables_once():
    made = []

    @tf.function
    def run(iterator):
        x, _ = iterator.get_next()
        if not made:
            made.append(tf.Variable(tf.zeros([x.shape[1]])))
        made[0].assign_add(tf.reduce_sum(x, 0))
        return made[0].read_value()

    data = tf.data.Dataset.zip((_numbers(5, 2), tf.data.Dataset.range(3)))
    iterator = iter(data)
    assert [run(iterator).numpy().tolist() for _ in range(3)] == [[2.0, 4.0], [12.0, 16.0], [20.0, 25.0]]


def test_several_elements_and_several_iterators():
    @tf.function
    def run(first, second):
        a, b = next(first), first.get_next()
        return a * 100 + b * 10 + next(second)

    first, second = iter(tf.data.Dataset.range(1, 6)), iter(tf.data.Dataset.range(7, 10))
    assert [int(run(first, second)) for _ in range(2)] == [127, 348]
    with pytest.raises(tf.errors.OutOfRangeError):
        run(first, second)
    assert int(next(second)) == 9


@pytest.mark.parametrize("traced", [True, False])
def test_a_gradient_and_an_optional_of_an_element(traced):
    v = tf.Variable([1.0, 2.0])

    def run(iterator):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v * v * next(iterator))
        gradient = tape.gradient(loss, v)
        v.assign_sub(0.1 * gradient)
        return tf.experimental.Optional.from_value({"loss": loss, "gradient": gradient})

    result = (tf.function(run) if traced else run)(iter(tf.data.Dataset.from_tensors([3.0, 4.0])))
    assert bool(result.has_value())
    assert result.element_spec["loss"] == tf.TensorSpec([], tf.float32)
    np.testing.assert_allclose(result.get_value()["loss"], 19.0)
    np.testing.assert_allclose(result.get_value()["gradient"], [6.0, 16.0])
    np.testing.assert_allclose(v, [0.4, 0.4], rtol=1e-6)


def _after_an_update(iterator, v):
    v.assign_add(1)
    return next(iterator)


def _in_a_branch(iterator, v):
    return tf.cond(v > 1, lambda: next(iterator), lambda: tf.constant(-1, tf.int64))


def _as_an_optional(iterator, v):
    found = iterator.get_next_as_optional()
    return tf.cond(found.has_value(), found.get_value, lambda: tf.constant(-2, tf.int64))


def _all(iterator, v):
    return sum(list(iterator))


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (_after_an_update, [0, 1, 2]),
        (_in_a_branch, [-1, -1, -1]),
        (_as_an_optional, [0, 1, 2, -2]),
        (_all, [3]),
    ],
)
def test_what_cannot_be_taken_beforehand_is_taken_in_its_turn(function, expected):
    v = tf.Variable(0)
    run = tf.function(lambda iterator: function(iterator, v), autograph=False)
    iterator = iter(tf.data.Dataset.range(3))
    assert [int(run(iterator)) for _ in expected] == expected


def test_an_update_before_the_end_is_seen_stays():
    v = tf.Variable(0)
    run = tf.function(lambda iterator: _after_an_update(iterator, v), autograph=False)
    with pytest.raises((tf.errors.OutOfRangeError, StopIteration)):
        run(iter(tf.data.Dataset.range(0)))
    assert int(v) == 1


def test_a_function_of_an_iterator_inside_another():
    @tf.function
    def inner(iterator):
        return next(iterator) * 2

    @tf.function
    def outer(iterator):
        return inner(iterator) + next(iterator)

    iterator = iter(tf.data.Dataset.range(1, 5))
    assert [int(outer(iterator)) for _ in range(2)] == [4, 10]


def test_elements_that_are_composite_or_missing():
    @tf.function
    def total(iterator):
        return tf.reduce_sum(next(iterator))

    ragged = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[[1, 2], [3]], [[4], []]]))
    iterator = iter(ragged)
    assert [int(total(iterator)) for _ in range(2)] == [6, 4]

    @tf.function
    def second(iterator):
        return next(iterator)[1]["x"]

    assert int(second(iter(tf.data.Dataset.from_tensors((1, {"x": 5}))))) == 5


def test_an_iterator_goes_on_where_a_function_has_left_it():
    run = tf.function(next)
    iterator = iter(tf.data.Dataset.range(4))
    assert int(next(iterator)) == 0
    assert int(run(iterator)) == 1
    saved = iterator._save()
    assert int(run(iterator)) == 2
    assert int(next(iterator)) == 3
    iterator._restore(saved)
    assert int(run(iterator)) == 2


def test_elements_that_may_be_missing():
    empty = tf.data.Dataset.from_tensors(1).take(0)

    @tf.function
    def run(iterator):
        x, extra = next(iterator)
        return x + (100 if isinstance(extra, tf.experimental.Optional) else 0)

    for missing in (None, tf.experimental.Optional.empty(None), tf.experimental.Optional.from_value(3)):
        data = tf.data.Dataset.from_tensors((1, missing)) if missing is not None else None
        if data is None:
            assert int(tf.function(lambda i: next(i)[0])(iter(tf.data.Dataset.from_tensors((1, None))))) == 1
            continue
        iterator = iter(data)
        assert int(run(iterator)) == 101
        with pytest.raises((tf.errors.OutOfRangeError, StopIteration)):
            run(iterator)
    with pytest.raises((tf.errors.OutOfRangeError, StopIteration)):
        run(iter(empty))


def test_a_result_that_may_be_missing():
    @tf.function
    def nothing(iterator):
        return tf.experimental.Optional.empty(next(iterator)._type_spec)

    assert not nothing(iter(tf.data.Dataset.range(2))).has_value()


def test_an_iterator_that_has_ended_says_nothing_about_those_to_come():
    run = tf.function(next)
    with pytest.raises((tf.errors.OutOfRangeError, StopIteration)):
        run(iter(tf.data.Dataset.range(0)))
    assert run.experimental_get_tracing_count() == 0
    assert int(run(iter(tf.data.Dataset.range(5, 7)))) == 5
    assert run.experimental_get_tracing_count() == 1


def test_what_a_program_is_the_first_to_import_belongs_to_nobody():
    script = """
import tapeflow as tf
optional = tf.function(lambda x: tf.experimental.Optional.from_value(x).get_value())
assert int(optional(3)) == 3
assert tf.experimental.Optional.from_value(1).has_value()
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
