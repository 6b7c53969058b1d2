"""Random numbers drawn in traced functions and data sets are TensorFlow's: which stream an op reads, and when it begins
anew.
"""

import numpy as np
import pytest
import tensorflow

import tapeflow
from tapeflow.graph.serialization import decoded

CASES = []


def case(program):
    """Decorator: what the program yields, with the global seed set before, is the same with both libraries."""
    CASES.append(program)
    return program


def _draw(tf, seed=None):
    return tf.random.uniform([1], seed=seed)


@case
def equal_seeds_in_one_function(tf):
    pair, other = [tf.function(lambda: (_draw(tf, 1), _draw(tf, 1))) for _ in range(2)]
    yield pair(), pair(), other(), pair()
    yield _draw(tf, 1), _draw(tf, 1)
    tf.random.set_seed(7)
    yield pair(), other(), _draw(tf, 1), _draw(tf)


@case
def no_seeds_in_one_function(tf):
    several = tf.function(lambda: (_draw(tf), tf.zeros(1), _draw(tf), tf.random.normal([2]), _draw(tf, 3)))
    yield several(), several(), _draw(tf), several()
    tf.random.set_seed(9)
    yield several()  # whose program keeps its seed


@case
def branches(tf):
    @tf.function
    def function(which):
        first = _draw(tf)
        second = tf.cond(which, lambda: _draw(tf), lambda: 10.0 + _draw(tf))
        return first, second, _draw(tf)

    yield [function(tf.constant(each)) for each in (True, False, True)]


@case
def loops(tf):
    @tf.function
    def function():
        first, rows = _draw(tf), tf.TensorArray(tf.float32, 3)
        for k in tf.range(3):
            rows = rows.write(k, _draw(tf)[0])
        return first, rows.stack(), _draw(tf)

    yield function(), function()


@case
def functions_in_functions(tf):
    inner = tf.function(lambda: (_draw(tf), _draw(tf, 3)))
    outer = tf.function(lambda: (inner(), inner(), _draw(tf)))
    yield outer(), outer(), inner(), outer()


@case
def under_a_tape(tf):
    v = tf.Variable(1.0)
    function = tf.function(lambda: v * _draw(tf))
    yield function(), function()
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = function()
        yield y, tape.gradient(y, v)
    yield function()


@case
def a_seed_set_inside(tf):
    @tf.function
    def function():
        tf.random.set_seed(3)
        return _draw(tf), _draw(tf, 2)

    yield function(), function(), _draw(tf)


@case
def every_op(tf):
    @tf.function
    def function():
        return (
            tf.nn.dropout(tf.ones([6]), 0.5),
            tf.random.normal([1]),
            tf.random.truncated_normal([1]),
            tf.random.uniform([1], 0, 100, tf.int32),
            tf.random.shuffle(tf.range(4)),
            tf.random.gamma([1], 2.0),
            tf.random.poisson([1], 3.0),
            tf.random.categorical(tf.zeros([1, 3]), 2),
        )

    yield function(), function()


@case
def traces_for_several_shapes(tf):
    function = tf.function(lambda x: x + _draw(tf))
    yield function(tf.zeros(1)), function(tf.zeros(2)), function(tf.zeros(1))
    yield function.get_concrete_function(tf.zeros(1))(tf.zeros(1)), function(tf.zeros(1))


def _twice(dataset):
    return list(dataset), list(dataset)


@case
def functions_of_data_sets(tf):
    data = tf.data.Dataset.range(3)
    inner = tf.function(lambda: (_draw(tf), _draw(tf, 3)))
    yield _twice(data.map(lambda x: (_draw(tf), _draw(tf))))
    yield _twice(data.map(lambda x: _draw(tf), num_parallel_calls=1).prefetch(1))
    yield _twice(data.map(lambda x: _draw(tf, 2)).filter(lambda y: _draw(tf)[0] < 0.6))
    yield _twice(data.flat_map(lambda x: tf.data.Dataset.range(2).map(lambda y: _draw(tf))))
    yield _twice(data.map(lambda x: inner()))
    yield _twice(data.map(lambda x: tf.random.shuffle(tf.range(4))))
    yield _twice(data.interleave(lambda x: tf.data.Dataset.from_tensors(_draw(tf)).repeat(2)))
    yield list(data.repeat(2).map(lambda x: _draw(tf)).repeat(2))
    yield list(data.map(lambda x: _draw(tf)).cache().repeat(2))
    yield _twice(data.shuffle(3)), _draw(tf)


@case
def python_in_data_sets(tf):
    """A function that Python calls for them goes on from one iterator to the next."""
    function = tf.function(lambda: _draw(tf))

    def numbers():
        for _ in range(2):
            yield function()

    yield _twice(tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec([1])))
    yield _twice(tf.data.Dataset.range(2).map(lambda x: tf.py_function(function, [], tf.float32)))


@case
def two_iterators_at_once(tf):
    dataset = tf.data.Dataset.range(3).map(lambda x: _draw(tf))
    first, second = iter(dataset), iter(dataset)
    yield next(first), next(second), next(first), next(second)


@case
def candidate_samplers(tf):
    def draw(name, seed=None):
        classes = tf.constant([[1, 5], [9, 3]], tf.int64)
        return getattr(tf.random, f"{name}_candidate_sampler")(classes, 2, 5, True, 12, seed=seed)

    @tf.function
    def function():
        return [
            draw(name, seed)
            for name in ("log_uniform", "uniform", "learned_unigram")
            for seed in (3, 3, None)
        ]

    yield function(), function(), [draw("learned_unigram", 3) for _ in range(3)], function()
    tf.random.set_seed(9)
    yield function(), [draw(name) for name in ("learned_unigram", "log_uniform", "learned_unigram")]
    yield draw("learned_unigram", 3), tf.random.all_candidate_sampler([[1]], 1, 3, True), _draw(tf)
    yield _twice(tf.data.Dataset.range(3).map(lambda x: draw("learned_unigram")))


@case
def losses_that_draw_candidates(tf):
    weights, x = tf.reshape(tf.range(24.0), [12, 2]) / 10, tf.constant([[1.0, 2.0], [0.5, -1.0]])

    def losses():
        table = weights, tf.zeros(12), tf.constant([[1], [7]], tf.int64), x, 6, 12
        softmax = [tf.nn.sampled_softmax_loss(*table), tf.nn.sampled_softmax_loss(*table, seed=3)]
        return tf.nn.nce_loss(*table), softmax, _draw(tf)

    function = tf.function(losses)
    yield losses(), losses(), function(), function()
    yield _twice(tf.data.Dataset.range(2).map(lambda x: losses()))


@pytest.mark.filterwarnings("ignore:Seed 7 from outer graph")
@pytest.mark.parametrize("program", CASES, ids=lambda program: program.__name__)
def test_the_numbers_are_those_of_tensorflow(program):
    found = []
    for tf in (tapeflow, tensorflow):
        tf.random.set_seed(7)
        found.append([np.asarray(each) for each in tf.nest.flatten(list(program(tf)))])
        tf.random.set_seed(None)
    assert len(found[0]) == len(found[1]) > 0
    for mine, other in zip(*found, strict=True):
        assert mine.dtype == other.dtype
        if mine.dtype.kind == "f":  # a program may round a scaled number once less
            np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)
        else:
            np.testing.assert_array_equal(mine, other)


def test_a_saved_function_begins_its_streams_anew(tmp_path):
    tf = tapeflow
    module = tf.Module()
    tf.random.set_seed(7)
    module.draw = tf.function(lambda x: x + _draw(tf) + _draw(tf, 2), input_signature=[tf.TensorSpec([1])])
    first = [module.draw(tf.zeros(1)).numpy().tolist() for _ in range(2)]
    tf.saved_model.save(module, str(tmp_path))
    tf.random.set_seed(None)
    loaded = tf.saved_model.load(str(tmp_path))
    assert [loaded.draw(tf.zeros(1)).numpy().tolist() for _ in range(2)] == first
    assert first[0] != first[1]


@pytest.mark.parametrize("bad", ["x", 1.5, [], None, -1, True])
def test_a_damaged_seed_is_told_of(bad):
    with pytest.raises(ValueError, match="a damaged value"):
        decoded({"seed": bad})
