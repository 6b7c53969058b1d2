"""Functions that take elements of iterators while they run: values, order, ends and failures are TensorFlow's."""

import importlib

import numpy as np
import pytest
import tensorflow

import tapeflow


def _numbers(tf, count=5):
    return tf.data.Dataset.from_tensor_slices(tf.range(1.0, count + 1.0))


def _step_for(tf, v):
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((v * x - 1.0) ** 2)
        v.assign_sub(0.01 * tape.gradient(loss, v))
        return loss

    return step


def _loop_over_a_range(tf, v):
    step = _step_for(tf, v)

    @tf.function
    def run(iterator, n):
        loss = tf.constant(0.0)
        for _ in tf.range(n):
            loss = step(next(iterator))
        return loss

    return run, lambda iterator: [iterator, tf.constant(2)]


def _loop_over_the_iterator(tf, v):
    step = _step_for(tf, v)

    @tf.function
    def run(iterator):
        loss = tf.constant(0.0)
        for x in iterator:
            loss = step(x)
        return loss

    return run, lambda iterator: [iterator]


def _loop_with_a_break(tf, v):
    step = _step_for(tf, v)

    @tf.function
    def run(iterator, limit):
        count = tf.constant(0)
        for x in iterator:
            step(x)
            count += 1
            if count >= limit:
                break
        return count

    return run, lambda iterator: [iterator, tf.constant(2)]


def _as_long_as_there_are_some(tf, v):
    step = _step_for(tf, v)

    @tf.function
    def run(iterator, n):
        total, count = tf.constant(0.0), tf.constant(0)
        found = iterator.get_next_as_optional()
        while count < n and found.has_value():
            total += step(found.get_value())
            count += 1
            if count < n:
                found = iterator.get_next_as_optional()
        return total, count

    return run, lambda iterator: [iterator, tf.constant(2)]


def _two_steps(tf, v):
    step = _step_for(tf, v)

    @tf.function
    def run(iterator):
        return step(next(iterator)) + step(iterator.get_next())

    return run, lambda iterator: [iterator]


def _two_steps_in_a_loop(tf, v):
    step = _step_for(tf, v)

    @tf.function
    def run(iterator):
        for _ in tf.range(3):
            step(next(iterator))
            step(iterator.get_next())
        v.assign_add(100.0)
        return v.read_value()

    return run, lambda iterator: [iterator]


def _beside_others(tf, v):
    @tf.function
    def run(scale, iterator, *, offset):
        v.assign_add(scale)
        return next(iterator) * scale + offset

    return (
        lambda iterator, scale: run(scale, iterator, offset=tf.constant(0.5)),
        lambda iterator: [iterator, tf.constant(2.0)],
    )


def _in_a_branch(tf, v):
    @tf.function
    def run(iterator):
        v.assign_add(1.0)
        if v > 1.5:
            found = next(iterator)
            v.assign_add(found)
        else:
            found = tf.constant(-1.0)
        return found

    return run, lambda iterator: [iterator]


def _in_a_nest(tf, v):
    @tf.function
    def run(both):
        v.assign_add(1.0)
        return next(both["a"]) - 10 * next(both["a"])

    return run, lambda iterator: [{"a": iterator}]


def _failing_step(tf, v):
    @tf.function
    def run(iterator):
        for _ in tf.range(4):
            x = next(iterator)
            tf.debugging.assert_less(x, 3.0)
            v.assign_add(x)
        return v.read_value()

    return run, lambda iterator: [iterator]


def _failing_after_the_loop(tf, v):
    @tf.function
    def run(iterator):
        for _ in tf.range(2):
            v.assign_add(next(iterator))
        tf.debugging.assert_less(v, 8.0)
        return v.read_value()

    return run, lambda iterator: [iterator]


CASES = [
    _loop_over_a_range,
    _loop_over_the_iterator,
    _loop_with_a_break,
    _as_long_as_there_are_some,
    _two_steps,
    _two_steps_in_a_loop,
    _beside_others,
    _in_a_branch,
    _in_a_nest,
    _failing_step,
    _failing_after_the_loop,
]


def _history(tf, case, start=0.5):
    """What four calls give or raise, and what the variable and the iterator are then."""
    v = tf.Variable(start)
    run, arguments = case(tf, v)
    iterator = iter(_numbers(tf))
    found = []
    for _ in range(4):
        try:
            result = [np.asarray(each).tolist() for each in tf.nest.flatten(run(*arguments(iterator)))]
        except (tf.errors.OutOfRangeError, tf.errors.InvalidArgumentError, StopIteration) as error:
            result = type(error).__name__
        found.append((result, float(v)))
    return found, [float(each) for each in iterator]


def _check_equal(mine, theirs):
    assert mine[1] == theirs[1]
    for (a, my_variable), (b, their_variable) in zip(mine[0], theirs[0], strict=True):
        if type(b) is str:
            assert a == b
        else:
            np.testing.assert_allclose(a, b, rtol=1e-5)
        np.testing.assert_allclose(my_variable, their_variable, rtol=1e-5)


# TensorFlow does not say whether a check that fails comes before an assignment that follows it.
@pytest.mark.parametrize("case", [each for each in CASES if each is not _failing_step])
def test_what_comes_of_calls_up_to_the_end_is_that_of_tensorflow(case):
    _check_equal(_history(tapeflow, case), _history(tensorflow, case))


@pytest.mark.parametrize("case", CASES)
def test_programs_do_what_python_does(case):
    traced = _history(tapeflow, case)
    tapeflow.config.run_functions_eagerly(True)
    try:
        eager = _history(tapeflow, case)
    finally:
        tapeflow.config.run_functions_eagerly(False)
    named = [("OutOfRangeError" if each == "StopIteration" else each, v) for each, v in eager[0]]
    _check_equal(traced, (named, eager[1]))


@pytest.mark.parametrize("case", CASES)
def test_compiled_parts_give_the_same(case, monkeypatch):
    plan = _history(tapeflow, case)
    monkeypatch.setenv("TAPEFLOW_COMPILE", "now")
    _check_equal(_history(tapeflow, case), plan)


@pytest.mark.parametrize(
    "case", [each for each in CASES if each not in (_beside_others, _failing_step, _failing_after_the_loop)]
)
def test_such_functions_are_traced_once(case):
    run, arguments = case(tapeflow, tapeflow.Variable(0.5))
    for _ in range(3):
        run(*arguments(iter(_numbers(tapeflow, 8))))
    assert run.experimental_get_tracing_count() == 1
    assert not run._only_python


def _views_of_what_is_changed_later(tf):
    """What a trip takes from a variable is what it was then, whatever later trips write in its place."""
    v = tf.Variable(tf.reshape(tf.range(2000.0), [40, 50]))

    @tf.function
    def run(iterator, n):
        rows, turned, kept = tf.TensorArray(tf.float32, 3), tf.transpose(v), v.read_value()
        for i in tf.range(n):
            x = next(iterator)
            rows = rows.write(i, v[0])
            if x > 1.5:
                kept = v.read_value()
                x += next(iterator)
            before = tf.transpose(turned)
            turned = tf.transpose(v)
            v.assign_add(x * tf.ones_like(v) + before)
        return rows.stack(), turned, kept, v.read_value()

    return [tf.nest.flatten(run(iter(_numbers(tf, 8)), tf.constant(3))) for _ in range(4)]


@pytest.mark.parametrize("mode", ["never", "now", "background"])
def test_nothing_that_is_still_needed_is_written_over(mode, monkeypatch):
    program = importlib.import_module("tapeflow.function.program")
    monkeypatch.setattr(program, "SECONDS_BEFORE_COMPILING", 0.0)
    monkeypatch.setenv("TAPEFLOW_COMPILE", mode)
    mine, theirs = _views_of_what_is_changed_later(tapeflow), _views_of_what_is_changed_later(tensorflow)
    for a, b in zip(mine, theirs, strict=True):
        for x, y in zip(a, b, strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-5)


@pytest.mark.parametrize("library", [tapeflow, tensorflow])
@pytest.mark.parametrize("begin", [iter, lambda numbers: numbers], ids=["iterator", "data set"])
def test_an_attribute_that_becomes_a_variable_in_a_loop_is_refused_and_stays_none(library, begin):
    module = library.Module()
    module.v = None

    @library.function
    def run(numbers):
        total = library.constant(0.0)
        for x in numbers:
            if module.v is None:
                module.v = library.Variable(1.0)
            total += module.v * x
        return total

    with pytest.raises(ValueError, match=r"'module\.v' is not allowed to be None before the loop"):
        run(begin(_numbers(library)))
    assert module.v is None
