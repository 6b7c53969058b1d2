"""Programs that update variables, when no other thread runs: they write into arrays that nobody else sees."""

import importlib

import numpy as np
import pytest

import tapeflow as tf

call = importlib.import_module("tapeflow.function.call")


@pytest.fixture(autouse=True, params=["alone", "beside threads"])
def _threads(request, monkeypatch):
    """The runner of the tests may have threads of its own."""
    if request.param == "alone":
        monkeypatch.setattr(call, "other_threads", lambda: 0)


@pytest.fixture
def variables():
    return tf.Variable(np.arange(6.0, dtype=np.float32)), tf.Variable(np.float32(2.0)), tf.Variable(3)


@pytest.fixture(params=[True, None])
def step(request, variables):
    v, number, count = variables

    @tf.function(jit_compile=request.param)
    def step(x):
        v.assign_sub(number * x)
        number.assign(number * 2.0)
        count.assign_add(1)
        return tf.reduce_sum(v)

    return step


def test_arrays_and_numbers_are_updated(step, variables):
    x = tf.ones(6)
    assert [float(step(x)) for _ in range(3)] == [3.0, -21.0, -69.0]
    assert [each.numpy().tolist() for each in variables] == [
        [-14.0, -13.0, -12.0, -11.0, -10.0, -9.0],
        16.0,
        6,
    ]


def test_what_was_read_stays(step, variables):
    x = tf.ones(6)
    step(x)
    tensors = [each.read_value() for each in variables]
    arrays = [each.numpy() for each in variables]
    known = [each.tolist() for each in arrays]
    step(x)
    step(x)
    assert [each.numpy().tolist() for each in tensors] == known
    assert [each.tolist() for each in arrays] == known
    assert variables[2].numpy() == 6


def test_nothing_is_written_into_a_value_that_is_shared():
    given = tf.constant([1.0, 2.0])
    v, w = tf.Variable(given), tf.Variable([0.0, 0.0])

    @tf.function(jit_compile=True)
    def step(x):
        v.assign_add(x)
        w.assign(x)

    x = tf.constant([5.0, 6.0])
    for _ in range(3):
        step(x)
        w.assign_add([1.0, 1.0])
    assert given.numpy().tolist() == [1.0, 2.0]
    assert x.numpy().tolist() == [5.0, 6.0]
    assert v.numpy().tolist() == [16.0, 20.0]
    assert w.numpy().tolist() == [6.0, 7.0]


def test_arrays_are_written_in_place():
    v = tf.Variable(np.zeros(1000, np.float32))

    @tf.function(jit_compile=True)
    def step():
        v.assign_add(tf.ones(1000))

    step()
    place = v._tensor._array.ctypes.data
    for _ in range(3):
        step()
    assert v._tensor._array.ctypes.data == place
    shown = v.numpy()
    step()
    assert shown.tolist() == [4.0] * 1000
    assert v.numpy().tolist() == [5.0] * 1000
