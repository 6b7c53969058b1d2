"""Programs eagerly, traced, compiled, and in TensorFlow: equal values, dtypes, shapes, gradients."""

import numpy as np
import pytest

import tapeflow
from tests.differential import arithmetic, control, generated, recurrent
from tests.plans import planned

tensorflow = pytest.importorskip("tensorflow")
PROGRAMS = [
    pytest.param(each, id=f"{module.__name__.rpartition('.')[2]}-{each.name}")
    for module in (arithmetic, control, generated, recurrent)
    for each in module.PROGRAMS
]


def run(tf, program, wrap):
    """[arrays of the results, of first and of second derivatives] with one library, the program wrapped by `wrap`."""
    inputs = [tf.constant(each) for each in program.inputs]
    floating = [each for each in inputs if each.dtype.is_floating]
    function = wrap(lambda *values: program.function(tf, *values))
    if not program.gradient:
        return [[each.numpy() for each in tf.nest.flatten(function(*inputs))]]
    with tf.GradientTape() as outer:
        outer.watch(floating)
        with tf.GradientTape() as tape:
            tape.watch(floating)
            results = tf.nest.flatten(function(*inputs))
            total = sum(
                [tf.reduce_sum(tf.cast(each, tf.float64)) for each in results if each.dtype.is_floating]
            )
        first = tape.gradient(total, floating, unconnected_gradients="zero")
        squares = sum([tf.reduce_sum(tf.cast(each * each, tf.float64)) for each in first])
    found = [[each.numpy() for each in results], [each.numpy() for each in first]]
    if program.second:
        second = outer.gradient(squares, floating, unconnected_gradients="zero")
        found.append([each.numpy() for each in second])
    return found


def assert_same(ours, theirs, program):
    """Equal dtypes and shapes; values within a few units of the coarsest dtype that took part."""
    coarse = any([each.dtype == np.float32 for part in (*ours, program.inputs) for each in part])
    for order, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        assert len(mine) == len(other)
        for a, b in zip(mine, other, strict=True):
            assert a.dtype == b.dtype and a.shape == b.shape
            if a.dtype.kind not in "fc":
                np.testing.assert_array_equal(a, b)
                continue
            rtol = program.rtol or (2e-5 if coarse else 1e-9) * 10**order
            scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
            np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_is_the_same_eagerly_traced_compiled_and_in_tensorflow(program):
    expected = run(tensorflow, program, tensorflow.function if program.staged else lambda f: f)
    modes = {
        "eager": lambda f: f,
        "traced": planned,
        "compiled": lambda f: tapeflow.function(f, jit_compile=True),
    }
    for mode, wrap in modes.items():
        if mode == "eager" and program.name in ("other_choice", "python_call"):
            wrap = modes["traced"]
        try:
            assert_same(run(tapeflow, program, wrap), expected, program)
        except AssertionError as error:
            raise AssertionError(f"{mode}: {error}") from error


def test_there_are_many_programs():
    assert len(PROGRAMS) >= 200
