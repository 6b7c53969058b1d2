"""Data sets and iterators that a traced function takes elements of while it runs, beside TensorFlow's."""

import numpy as np
import pytest
import tensorflow

import tapeflow
from tapeflow.data import in_traces

LIBRARIES = (tapeflow, tensorflow)


def _sum_of_loop(tf):
    dataset = tf.data.Dataset.range(5)

    @tf.function
    def total():
        found = tf.constant(0, tf.int64)
        for x in dataset:
            found += x
        return found

    return [total() for _ in range(4)]


def _break_and_continue(tf):
    dataset = tf.data.Dataset.range(6)

    @tf.function
    def total(limit):
        found = tf.constant(0, tf.int64)
        for x in dataset:
            if x > limit:
                break
            if x == 1:
                continue
            found += x
        return found

    return [total(tf.constant(limit, tf.int64)) for limit in (0, 2, 9)]


def _training(tf):
    data = tf.data.Dataset.from_tensor_slices(([1.0, 2.0, 3.0, 4.0, 5.0], [1, 2, 3, 4, 5])).batch(2)
    variable = tf.Variable(0.0)

    @tf.function
    def epoch():
        loss = 0.0
        for x, y in data:
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((variable * x - tf.cast(y, tf.float32)) ** 2)
            variable.assign_sub(0.01 * tape.gradient(loss, variable))
        return loss

    return [(epoch(), variable.numpy()) for _ in range(4)]


def _variable_made_in_the_first_call(tf):
    data = tf.data.Dataset.range(3)
    kept = []

    @tf.function
    def count():
        if not kept:
            kept.append(tf.Variable(0, dtype=tf.int64))
        for x in data:
            kept[0].assign_add(x)
        return kept[0].read_value()

    return [count(), count(), np.int64(len(kept))]


def _captured_iterator(tf):
    iterator = iter(tf.data.Dataset.range(6))

    @tf.function
    def two():
        return next(iterator) + iterator.get_next()

    return [two(), next(iterator), two()]


def _loop_that_leaves_an_iterator(tf):
    iterator = iter(tf.data.Dataset.range(6))

    @tf.function
    def up_to(limit):
        found = tf.constant(-1, tf.int64)
        for x in iterator:
            found = x
            if x >= limit:
                break
        return found

    return [up_to(tf.constant(2, tf.int64)), next(iterator), up_to(tf.constant(9, tf.int64))]


def _enumerated_and_zipped(tf):
    data = tf.data.Dataset.range(5)

    @tf.function
    def total():
        found = tf.constant(0, tf.int64)
        for place, x in enumerate(data):
            found += x * place
        for a, b in zip(data, data.skip(1)):  # noqa: B905 - a data set takes no strict
            found += a * b
        return found

    return [total()]


def _optionals(tf):
    some, none = tf.data.Dataset.range(3, 5), tf.data.Dataset.range(0)

    @tf.function
    def first(empty):
        iterator = iter(none) if empty else iter(some)
        optional = iterator.get_next_as_optional()
        found = tf.constant(-1, tf.int64)
        if optional.has_value():
            found = optional.get_value() + 1
        return found, optional.has_value()

    return [first(True), first(False)]


def _reduced(tf):
    data = tf.data.Dataset.range(5)

    @tf.function
    def total(start):
        pair = data.reduce((start, tf.constant([0])), lambda s, x: (s[0] + x, tf.concat([s[1], s[1]], 0)))
        return pair[0] + tf.size(pair[1], tf.int64)

    return [total(tf.constant(3, tf.int64)) for _ in range(3)]


def _made_inside(tf):
    @tf.function
    def double(x):
        return x * 2

    @tf.function
    def total():
        found = tf.constant(0, tf.int64)
        for x in tf.data.Dataset.range(3).map(lambda x: x + 1):
            found += double(x)
        for row in tf.data.Dataset.from_tensor_slices(tf.constant([[1, 2], [3, 4]], tf.int64)):
            found += tf.reduce_sum(row)
        return found

    return [total(), total()]


def _ragged_rows(tf):
    data = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3], []])).batch(2)

    @tf.function
    def total():
        found = tf.constant(0)
        for rows in data:
            found += tf.reduce_sum(rows)
        return found

    return [total()]


def _words(tf):
    data = tf.data.Dataset.from_tensor_slices(["a", "bc", "def"])

    @tf.function
    def joined():
        found = tf.constant("")
        for word in data:
            found = tf.strings.join([found, word])
        return found

    return [joined(), joined(), joined()]


def _gathered(tf):
    data = tf.data.Dataset.range(4).map(lambda x: x * x)

    @tf.function
    def rows():
        found = tf.TensorArray(tf.int64, 0, dynamic_size=True)
        for place, x in data.enumerate():
            found = found.write(tf.cast(place, tf.int32), x)
        return found.stack()

    return [rows()]


def _shapes_that_change(tf):
    @tf.function
    def total(data):
        found = tf.constant(0)
        for x, y in data:
            found += tf.abs(y - x)
        return found

    @tf.function
    def rows(data):
        found, count = tf.zeros([1]), 0
        for x in data:
            found = tf.concat([found, [tf.cast(x, tf.float32)]], 0)
            count += 1
        return found, count

    pairs = tf.data.Dataset.from_generator(lambda: [(1, 3)] * 4, (tf.int32, tf.int32))  # of unknown rank
    return [total(pairs), total(pairs), rows(tf.data.Dataset.range(3)), rows(tf.data.Dataset.range(4))]


CASES = {
    name.removeprefix("_"): case
    for name, case in list(globals().items())
    if name.startswith("_") and callable(case) and getattr(case, "__module__", None) == __name__
}


@pytest.mark.parametrize("name", CASES)
def test_loops_give_what_tensorflow_gives(name):
    ours, theirs = (CASES[name](tf) for tf in LIBRARIES)
    for mine, other in zip(tapeflow.nest.flatten(ours), tensorflow.nest.flatten(theirs), strict=True):
        mine, other = np.asarray(mine), np.asarray(other)
        assert mine.dtype == other.dtype
        if mine.dtype.kind == "f":
            np.testing.assert_allclose(mine, other, rtol=1e-5)
        else:
            assert mine.tolist() == other.tolist()


def _calls_of_python(tf, as_argument):
    data, calls = tf.data.Dataset.range(3), []

    def total(data):
        calls.append(None)
        found = tf.constant(0, tf.int64)
        for x in data:
            found += x
        return found

    function = tf.function(total if as_argument else lambda: total(data))
    for _ in range(3):
        assert int(function(data) if as_argument else function()) == 3
    return len(calls)


def test_python_runs_once_for_each_trace():
    for as_argument in (False, True):
        assert [_calls_of_python(tf, as_argument) for tf in LIBRARIES] == [1, 1]


def test_the_end_is_an_error_when_the_program_runs():
    for tf in LIBRARIES:
        iterator = iter(tf.data.Dataset.range(1))

        @tf.function
        def following(iterator=None, known=iterator):
            return known.get_next()

        assert int(following()) == 0
        with pytest.raises(tf.errors.OutOfRangeError):
            following()


def test_an_optional_without_a_value_is_an_error_when_the_program_runs():
    for tf in LIBRARIES:
        data = {"none": tf.data.Dataset.range(0)}

        @tf.function
        def value(data=data):
            return iter(data["none"]).get_next_as_optional().get_value()

        with pytest.raises(tf.errors.InvalidArgumentError, match=r"does not have a value|OptionalGetValue"):
            value()


def test_states_that_do_not_fit_are_refused_as_by_tensorflow():
    for tf in LIBRARIES:
        data = tf.data.Dataset.range(3)
        with pytest.raises(TypeError, match="element types for the new state must match the initial state"):
            data.reduce(0, lambda state, x: x)
        with pytest.raises(tf.errors.InvalidArgumentError, match="number of components of the initial state"):
            data.reduce(tf.constant(0, tf.int64), lambda state, x: (state, x))


def test_a_loop_that_is_not_converted_is_refused(monkeypatch):
    monkeypatch.setattr(in_traces, "_MOST_CALLS", 1000)
    data = tapeflow.data.Dataset.range(3)

    @tapeflow.function(autograph=False)
    def total():
        for _ in data:
            pass

    with pytest.raises(RuntimeError, match="AutoGraph must convert"):
        total()


def test_elements_of_another_shape_than_the_first_are_refused_where_the_program_cannot_know():
    data = tapeflow.data.Dataset.range(2).map(lambda x: tapeflow.constant([1.0] * (int(x) + 1)))

    @tapeflow.function
    def total():
        found = 0.0
        for x in data:
            found += tapeflow.reduce_sum(x)
        return found

    with pytest.raises(tapeflow.errors.InvalidArgumentError, match="was traced for the first element"):
        total()


def test_functions_are_traced_for_the_data_sets_that_they_get(caplog):
    tf = tapeflow
    seen = []

    @tf.function
    def total(dataset):
        found = tf.constant(0)
        for x in dataset.take(2):
            seen.append(x.shape.as_list())
            found += tf.reduce_sum(x)
        return found

    numbers = tf.data.Dataset.range(10, output_type=tf.int32).batch(4)
    assert [int(total(numbers)) for _ in range(3)] == [28, 28, 28]
    assert seen == [[None]]
    for k in range(8):
        assert int(total(numbers.map(lambda x, k=k: x + k))) == 28 + 8 * k
    assert len(seen) == 9
    assert len(total._traces) == 4  # a trace keeps its data set
    assert not caplog.records
