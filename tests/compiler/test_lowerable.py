"""Rules that are trusted without a trial, and what happens when one refuses after all; what compiling leaves behind."""

import gc

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import lowerable
from tapeflow.compiler.numbers import NotLowerableError
from tapeflow.core.op import find

pytest.importorskip("llvmlite")


def _refuse(*args, **kwargs):
    raise NotLowerableError("a rule that refuses")


def test_a_trusted_rule_that_refuses_is_called_instead(monkeypatch):
    monkeypatch.setattr(lowerable, "_trusts", True)
    monkeypatch.setattr(lowerable, "_known", {})
    function = tf.function(lambda x: tf.tanh(x) * 2.0, jit_compile=True)
    x = tf.constant([0.5, -1.0])
    monkeypatch.setattr(find("Tanh"), "lower_rule", _refuse)
    result = function(x).numpy()
    np.testing.assert_allclose(result, np.tanh(x.numpy()) * 2.0, rtol=1e-6)
    assert not lowerable.distrust()


@pytest.mark.parametrize("was_on", [True, False])
def test_compiling_leaves_the_collector_as_it_was(was_on):
    try:
        (gc.enable if was_on else gc.disable)()
        assert tf.function(lambda x: x + 1.0, jit_compile=True)(tf.constant(1.0)).numpy() == 2.0
        assert gc.isenabled() is was_on
    finally:
        gc.enable()
