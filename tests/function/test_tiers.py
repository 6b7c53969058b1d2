"""When programs are compiled that run as plans at first."""

import numpy as np

import tapeflow as tf
from tapeflow.function import program as programs
from tapeflow.function.program import wait_for_compiler


def _compiled(function, *arguments):
    wait_for_compiler()
    return len(function.get_concrete_function(*arguments)._callee.program._compiled)


def test_a_program_is_compiled_when_its_calls_have_taken_some_time(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    x = tf.constant(np.ones(100, np.float32))
    for option in (None, False):
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
