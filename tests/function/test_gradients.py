"""tf.gradients and tf.hessians inside functions, beside TensorFlow."""

import numpy as np
import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def _slope(tf, x, y):
    return tf.gradients(x**3 * y, [x, y])


def _sum_of_targets(tf, x, y):
    return tf.gradients([x * y, tf.sin(x)], x)


def _weighted(tf, x, y):
    return tf.gradients([x * y, tf.sin(x)], [x, y], grad_ys=[2.0 * tf.ones_like(x), None])


def _way_through_a_source(tf, x, y):
    h = x * x
    return tf.gradients(h * y + x, [x, h])


def _stopped(tf, x, y):
    h = x * x
    return tf.gradients(h * y + x, [x, h], stop_gradients=[h])


def _unconnected(tf, x, y):
    return tf.gradients(x * x, [x, y], unconnected_gradients=tf.UnconnectedGradients.ZERO)


def _second(tf, x, y):
    (first,) = tf.gradients(tf.exp(x * y), x)
    return tf.gradients(first, y)


def _of_a_constant(tf, x, y):
    c = tf.constant(2.0)
    return tf.gradients(tf.reduce_sum(c * x), c)


def _through_control_flow(tf, x, y):
    z = tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, z * y), (0, x))[1]
    return tf.gradients(tf.cond(tf.reduce_sum(x) > 0.0, lambda: z * x, lambda: z), [x, y])


def _hessians(tf, x, y):
    return tf.hessians([tf.reduce_sum(x**3 * y * y), tf.reduce_sum(tf.sin(x))], [x, y])


PROGRAMS = [value for name, value in list(globals().items()) if name.startswith("_") and callable(value)]


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__.strip("_"))
def test_derivatives_inside_functions(program, jit_compile):
    x, y = np.float32([0.5, 1.5]), np.float32([2.0, -1.0])
    found = tapeflow.function(lambda x, y: program(tapeflow, x, y), jit_compile=jit_compile)(x, y)
    expected = tensorflow.function(lambda x, y: program(tensorflow, x, y))(x, y)
    for mine, theirs in zip(tapeflow.nest.flatten(found), tensorflow.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=2e-5)


def test_an_unconnected_source_has_none():
    found = []
    tapeflow.function(lambda x, y: found.append(tapeflow.gradients(x, [x, y])))(
        tapeflow.constant(1.0), tapeflow.constant(2.0)
    )
    assert found[0][0] is not None and found[0][1] is None


def test_variables_are_sources():
    v = tapeflow.Variable(3.0)
    assert (
        float(tapeflow.function(lambda x: tapeflow.gradients(v * v * x, v)[0])(tapeflow.constant(2.0)))
        == 12.0
    )


@pytest.mark.parametrize("function", [tapeflow.gradients, tapeflow.hessians])
def test_there_are_none_outside_of_functions(function):
    with pytest.raises(RuntimeError, match="GradientTape"):
        function(tapeflow.constant(1.0), tapeflow.constant(1.0))


def test_a_tape_inside_is_refused():
    def program(x):
        with tapeflow.GradientTape() as tape:
            tape.watch(x)
            return tapeflow.gradients(x**3, x)

    with pytest.raises(NotImplementedError, match="tape"):
        tapeflow.function(program)(tapeflow.constant(1.0))


def test_a_tape_outside_goes_through():
    slope = tapeflow.function(lambda x: tapeflow.gradients(x**3, x)[0])
    x = tapeflow.constant(2.0)
    with tapeflow.GradientTape() as tape:
        tape.watch(x)
        y = slope(x)
    assert float(tape.gradient(y, x)) == 12.0


def test_effects_are_not_had_twice():
    def program(x):
        y = tapeflow.py_function(lambda z: z * 2.0, [x], tapeflow.float32)
        y.set_shape([])
        return tapeflow.gradients(y * y, x)

    with pytest.raises(NotImplementedError, match="GradientTape"):
        tapeflow.function(program)(tapeflow.constant(1.0))
