"""The op that runs programs for XLA, where there is no JAX to run them, and calls that it refuses."""

import sys

import pytest

import tapeflow as tf
from tapeflow.api import xla
from tapeflow.compat.internal import xla_data, xla_sharding


def _call(*values, **arguments):
    arguments = {"module": b"", "Tout": [tf.float32], "Sout": [(None, 2)], "platforms": ("CPU",), **arguments}
    return xla.call_module(values, version=10, **arguments)


@pytest.fixture
def no_jax(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)


def test_without_jax_the_error_names_it(no_jax):
    with pytest.raises(NotImplementedError, match="install the package jax"):
        _call(tf.ones([3, 2]))


def test_tracing_needs_no_jax(no_jax):
    known = tf.function(lambda x: _call(x, Sout=[(3, 2)])[0]).get_concrete_function(tf.TensorSpec([3, 2]))
    assert known.structured_outputs == tf.TensorSpec([3, 2])
    unknown = tf.function(lambda x: _call(x)[0]).get_concrete_function(tf.TensorSpec([3, 2]))
    assert unknown.structured_outputs.shape.as_list() == [None, 2]


def test_programs_of_other_kinds_are_refused():
    assert xla.call_module_maximum_supported_version() == 10
    with pytest.raises(NotImplementedError, match="version"):
        xla.call_module([], version=11, module=b"", Tout=[], Sout=[])
    with pytest.raises(NotImplementedError, match="functions of TensorFlow"):
        _call(function_list=["f"])


def test_nothing_is_sharded():
    x = tf.ones([2])
    assert xla_sharding.replicate(x) is x
    for make in (xla_data.OpSharding, xla_sharding.Sharding, lambda: xla_sharding.tile(x, [0])):
        with pytest.raises(NotImplementedError, match="devices"):
            make()


def test_a_prevented_gradient_says_why():
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.raw_ops.PreventGradient(input=x, message="not this one")
    assert y.numpy() == 1.0
    with pytest.raises(LookupError, match="not this one"):
        tape.gradient(y, x)
