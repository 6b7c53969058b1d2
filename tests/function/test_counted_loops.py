"""Loops whose number of trips can be read off the program, and the arrays that they take row by row."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.graph.graph import graphs_in

ROWS, WIDTH = 5, 3
X = np.random.default_rng(0).normal(size=(ROWS, 2, WIDTH))
W = np.random.default_rng(1).normal(size=(WIDTH, WIDTH)) * 0.4


def loop_of(function, *arguments):
    """The parameters of the loop in the program of a function."""
    nodes = tf.function(function).get_concrete_function(*arguments)._trace.graph.nodes
    (found,) = [node for node in nodes if node.op.type_name == "While"]
    assert graphs_in(found.params)
    return found.params


def counted(start, step, test):
    return lambda: tf.while_loop(test, lambda i, s: (i + step, s + i), [tf.constant(start), tf.constant(0)])


COUNTED = {
    "below": (counted(0, 1, lambda i, s: i < 7), 7),
    "below, by two": (counted(1, 2, lambda i, s: i < 8), 4),
    "up to": (counted(0, 3, lambda i, s: i <= 9), 4),
    "above": (counted(2, 1, lambda i, s: tf.constant(6) > i), 4),
    "never": (counted(9, 1, lambda i, s: i < 7), 0),
    "both": (counted(0, 1, lambda i, s: tf.logical_and(i < 7, i <= 4)), 5),
    "at most": (
        lambda: tf.while_loop(
            lambda i, s: i < 7,
            lambda i, s: (i + 1, s + i),
            [tf.constant(0), tf.constant(0)],
            maximum_iterations=3,
        ),
        3,
    ),
}
NOT_COUNTED = {
    "what is computed": counted(0, 1, lambda i, s: s < 7),
    "one of two": counted(0, 1, lambda i, s: tf.logical_and(i < 7, s < 5)),
    "unequal": counted(0, 1, lambda i, s: i != 7),
    "a step that is carried": lambda: tf.while_loop(
        lambda i, s: i < 7, lambda i, s: (i + s, s), [tf.constant(0), tf.constant(2)]
    ),
    "floating": lambda: tf.while_loop(lambda i: i < 3.0, lambda i: i + 0.5, [tf.constant(0.0)]),
}


@pytest.mark.parametrize("name", COUNTED)
def test_trips_are_known(name):
    function, trips = COUNTED[name]
    params = loop_of(function)
    assert params["trips"] == trips and params["condition"] is None
    for compiled in (None, True):
        for found, expected in zip(tf.function(function, jit_compile=compiled)(), function(), strict=True):
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", NOT_COUNTED)
def test_other_loops_keep_their_condition(name):
    function = NOT_COUNTED[name]
    assert loop_of(function)["condition"] is not None
    for found, expected in zip(
        tf.nest.flatten(tf.function(function)()), tf.nest.flatten(function()), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


def recurrent(read=lambda array, t: array.read(t), write=lambda array, t, h: array.write(t, h), after=None):
    """A recurrent layer as Keras writes it; how it reads and writes its arrays is up to the caller."""

    def function(x, w):
        count = tf.shape(x)[0]
        rows = tf.TensorArray(x.dtype, size=count, clear_after_read=False).unstack(x)
        outputs = tf.TensorArray(x.dtype, size=count, element_shape=x.shape[1:], clear_after_read=False)

        def body(t, outputs, h):
            h = tf.tanh(read(rows, t) + h @ w)
            return t + 1, write(outputs, t, h), h

        _, outputs, h = tf.while_loop(
            lambda t, *_: t < count,
            body,
            (tf.constant(0), outputs, tf.zeros(x.shape[1:], x.dtype)),
            maximum_iterations=count,
        )
        return outputs.stack(), h

    return function


LAYERS = {  # name: (function, how many arrays are sliced, and stacked)
    "row by row": (recurrent(), 1, 1),
    "read twice": (recurrent(read=lambda array, t: array.read(t) * array.read(t)), 1, 1),
    "read elsewhere": (recurrent(read=lambda array, t: array.read(ROWS - 1 - t)), 0, 1),
    "read here and there": (recurrent(read=lambda array, t: array.read(t) + array.read(0)), 0, 1),
    "read whole": (recurrent(read=lambda array, t: array.read(t) + tf.reduce_mean(array.stack(), 0)), 0, 1),
    "written elsewhere": (recurrent(write=lambda array, t, h: array.write(ROWS - 1 - t, h)), 1, 0),
    "written in one place": (recurrent(write=lambda array, t, h: array.write(0, h)), 1, 0),
    "written twice": (recurrent(write=lambda array, t, h: array.write(t, h).write(t, 2.0 * h)), 1, 0),
    "written and read": (recurrent(write=lambda array, t, h: array.write(t, h + array.read(t))), 1, 0),
}


def derivatives(function, x, w):
    """The results, their gradient, and the gradient of a sum of that."""
    with tf.GradientTape() as outer:
        outer.watch((x, w))
        with tf.GradientTape() as inner:
            inner.watch((x, w))
            outputs, h = function(x, w)
            loss = tf.reduce_sum(tf.sin(outputs)) + tf.reduce_sum(h * h)
        first = [tf.convert_to_tensor(each) for each in inner.gradient(loss, (x, w))]
        total = tf.reduce_sum(first[0] ** 2) + tf.reduce_sum(first[1] ** 2)
    return [outputs, h, *first, *outer.gradient(total, (x, w))]


@pytest.mark.parametrize("name", LAYERS)
def test_arrays_are_sliced_and_stacked_where_each_trip_has_a_row(name):
    function, num_sliced, num_stacked = LAYERS[name]
    x, w = tf.constant(X), tf.constant(W)
    params = loop_of(function, x, w)
    assert params["trips"] == ROWS
    assert params["num_sliced"] == num_sliced
    assert len(params["body"].outputs) - params["num_carried"] == num_stacked
    expected = derivatives(function, x, w)
    inside = tf.function(lambda x, w: derivatives(function, x, w))
    compiled = tf.function(lambda x, w: derivatives(function, x, w), jit_compile=True)
    around = derivatives(tf.function(function), x, w)
    for found in (inside(x, w), compiled(x, w), around):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_such_a_layer_is_machine_code_throughout():
    function = tf.function(lambda x, w: derivatives(recurrent(), x, w)[:4], jit_compile=True)
    assert "call" not in function.explain(tf.constant(X), tf.constant(W))
