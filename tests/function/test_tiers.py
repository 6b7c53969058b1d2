"""When programs are compiled that run as plans at first."""

import os
import subprocess
import sys

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.function import program as programs
from tapeflow.function import recent
from tapeflow.function.program import wait_for_compiler


@pytest.fixture(autouse=True)
def _nothing_is_compiled_yet():
    recent.forget()


def _compiled(function, *arguments):
    wait_for_compiler()
    return len(function.get_concrete_function(*arguments)._callee.program._compiled)


def test_a_program_is_compiled_when_its_calls_have_taken_some_time(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    x = tf.constant(np.ones(100, np.float32))
    for option in (None, False):
        recent.forget()
        monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e9)
        function = tf.function(lambda x: x * 2.0 + 1.0, jit_compile=option)
        for _ in range(5):
            assert function(x).numpy()[0] == 3.0
        assert _compiled(function, x) == 0
        monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e-9)
        function(x)
        assert _compiled(function, x) == 1
        assert function(x).numpy()[0] == 3.0


def test_sizes_that_come_rarely_are_not_compiled(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e-9)
    function = tf.function(lambda x: x * 2.0, input_signature=[tf.TensorSpec([None], tf.float32)])
    for size in (3, 4, 3, 3, 5):
        assert function(tf.ones(size)).numpy().tolist() == [2.0] * size
    assert _compiled(function) == 1


def test_gradients_for_unknown_sizes_are_compiled_for_those_that_come(monkeypatch):
    """The way back gets sizes as numbers, from the way there."""
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    images, filters = tf.TensorSpec([None] * 4, tf.float32), tf.TensorSpec([None] * 4, tf.float32)

    def run(x, w, b):
        with tf.GradientTape() as tape:
            tape.watch([x, w, b])
            y = convolved(x, w, b)
        return tape.gradient(y, [x, w, b])

    def body(x, w, b):
        return tf.tanh(tf.nn.conv2d(x, w, 1, "SAME") + b)

    generator = tf.random.Generator.from_seed(1)
    for shape in ([2, 5, 5, 4], [3, 4, 6, 4]):
        given = [generator.normal(shape), generator.normal([3, 3, 4, 6]), generator.normal([6])]
        convolved = body
        expected = run(*given)
        convolved = tf.function(body, input_signature=[images, filters, tf.TensorSpec([None], tf.float32)])
        for _ in range(3):
            for mine, other in zip(run(*given), expected, strict=True):
                np.testing.assert_allclose(mine.numpy(), other.numpy(), rtol=1e-4, atol=1e-5)
            wait_for_compiler()
        graph = convolved.get_concrete_function()._callee.program.graph
        back = graph.derived["linearize"].backward.derived["program"]
        (compiled,) = back._compiled.values()
        assert "call" not in {step.kind for step in compiled.plan.steps}


def test_what_is_traced_again_is_not_compiled_again(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e-9)
    x = tf.constant(np.arange(6, dtype=np.float32))

    def fresh(factor):
        return tf.function(lambda x: tf.gather(x, [2, 1]) * factor)

    first = fresh(2.0)
    for _ in range(3):
        assert first(x).numpy().tolist() == [4.0, 2.0]
    assert _compiled(first, x) == 1
    monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e9)
    again, other = fresh(2.0), fresh(3.0)
    assert again(x).numpy().tolist() == [4.0, 2.0]
    assert other(x).numpy().tolist() == [6.0, 3.0]
    assert (_compiled(again, x), _compiled(other, x)) == (1, 0)


def test_programs_with_objects_of_their_own_are_not_shared(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e-9)

    def fresh(value):
        called = lambda x: tf.ensure_shape(tf.numpy_function(lambda x: x + value, [x], tf.float32), [1])
        return tf.function(lambda x: called(x) * 2.0)

    for value in (1.0, 5.0):
        function = fresh(np.float32(value))
        for _ in range(3):
            assert function(tf.constant([1.0])).numpy().tolist() == [2.0 * (1.0 + value)]
            wait_for_compiler()


def test_only_so_many_programs_are_kept(monkeypatch):
    monkeypatch.setattr(recent, "_MOST", 2)
    for factor in (1.0, 2.0, 3.0):
        function = tf.function(lambda x, factor=factor: x * factor, jit_compile=True)
        assert function(tf.constant([2.0])).numpy().tolist() == [2.0 * factor]
    assert len(recent._programs) == 2
    assert sum(recent._outlines.values()) == 2


def test_sizes_of_values_that_are_computed_twice_are_found():
    """What is computed twice is computed once, and shapes that are made of the second one's sizes still are."""

    def function(x):
        first = tf.boolean_mask(x, x[:, 0] > 0.0)
        second = tf.boolean_mask(x, x[:, 0] > 0.0)
        return tf.concat([first, tf.zeros_like(second) + 2.0, tf.ones_like(second) * 3.0], 0)

    x = tf.constant([[1.0, 2.0], [-1.0, 3.0], [2.0, 4.0]])
    wanted = [[1.0, 2.0], [2.0, 4.0], [2.0, 2.0], [2.0, 2.0], [3.0, 3.0], [3.0, 3.0]]
    assert tf.function(function, jit_compile=True)(x).numpy().tolist() == wanted


def test_arguments_that_do_not_fit_are_refused_as_ever(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    monkeypatch.setattr(programs, "SECONDS_BEFORE_COMPILING", 1e-9)

    def fresh():
        return tf.function(lambda x: x + [1.0, 2.0], input_signature=[tf.TensorSpec([None], tf.float32)])

    first = fresh()
    for _ in range(3):
        first(tf.ones(2))
    assert _compiled(first) == 1
    with pytest.raises(tf.errors.InvalidArgumentError):
        fresh()(tf.ones(3))


_FORKS = """
import os, sys
import tapeflow as tf
from tapeflow.function import program as programs

programs.SECONDS_BEFORE_COMPILING = 1e-9
x = tf.ones([50, 50])
for number in range(30):
    function = tf.function(lambda x: tf.reduce_sum(tf.tanh(x * float(number)) @ x))
    function(x), function(x)
    child = os.fork()
    if not child:
        os._exit(0 if float(function(x)) == float(function(x)) else 1)
    assert os.waitpid(child, 0)[1] == 0
print("done")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not copied here")
def test_a_process_is_copied_while_programs_are_compiled():
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORKS],
        timeout=100,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "done\n", found.stderr
