"""Programs of many ops: alike kernels are written once, long chains are cut, and long rows fit on the stack."""

import re

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph
from tapeflow.core.dtypes import float32
from tapeflow.graph.tracing import trace


def program(function, *shapes):
    return compile_graph(trace(function, [(float32, shape) for shape in shapes]))


def num_kernels(compiled):
    (segment,) = compiled.segments
    return len(re.findall(r"^define internal", segment.text, re.MULTILINE))


def num_steps(compiled):
    return sum([step.kind == "kernel" for step in compiled.plan.steps])


def numbers(*shape):
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


def test_alike_kernels_are_written_once():
    def updates(*values):
        return [w - 0.1 * tf.tanh(g) for w, g in zip(values[::2], values[1::2], strict=True)]

    compiled = program(updates, *[(40, 30)] * 12)
    arrays = [numbers(40, 30) + k for k in range(12)]
    assert num_steps(compiled) == 6 and num_kernels(compiled) == 1
    for k, result in enumerate(compiled(*arrays)):
        w, g = arrays[2 * k : 2 * k + 2]
        np.testing.assert_allclose(result, w - 0.1 * np.tanh(g), rtol=1e-5, atol=1e-6)


def test_kernels_that_differ_in_anything_are_not_confused():
    def many(x, y):
        return (
            x * 2.0,
            x * 3.0,
            x * -0.0,
            x * 0.0,
            x * x,
            x * y,
            y * x - y,
            tf.reduce_sum(x, 0),
            tf.reduce_sum(x, 0, keepdims=True),
            tf.reduce_sum(x, 1),
            tf.cast(x, tf.int32),
            tf.cast(x, tf.float64),
            tf.reverse(x, [0]),
            tf.reverse(x, [1]),
            x[:5] * 2.0,
            x[1:6] * 2.0,
        )

    x, y = numbers(12, 12), numbers(12, 12)
    eager = many(tf.constant(x), tf.constant(y))
    for result, expected in zip(program(many, (12, 12), (12, 12))(x, y), eager, strict=True):
        np.testing.assert_allclose(result, expected.numpy(), rtol=1e-5, atol=1e-6)
        assert (np.signbit(result) == np.signbit(expected.numpy())).all()


def test_alike_sums_in_parts_are_written_once():
    compiled = program(lambda x, y: (tf.reduce_sum(x), tf.reduce_sum(y)), (200_001,), (200_001,))
    assert num_steps(compiled) == 2 and num_kernels(compiled) == 2  # the sum of a part, and of the parts
    x, y = numbers(200_001), numbers(200_001) + 1
    for result, each in zip(compiled(x, y), (x, y), strict=True):
        np.testing.assert_allclose(result, each.sum(dtype=np.float64), rtol=1e-5)


@pytest.mark.parametrize("length", [10, 100, 2000])
def test_long_chains(length):
    def chain(x):
        y = x
        for k in range(length):
            y = (y * 0.5 + x) if k % 2 else y - y * y * 0.01
        return y

    x = numbers(50)
    expected = x.astype(np.float64)
    for k in range(length):
        expected = expected * 0.5 + x if k % 2 else expected - expected * expected * 0.01
    np.testing.assert_allclose(program(chain, (50,))(x)[0], expected, rtol=1e-4, atol=1e-5)


def test_a_long_chain_in_the_place_of_its_input():
    def chain(x):
        y = x
        for _ in range(2000):
            y = y + y * 1e-4
        return y

    compiled = compile_graph(trace(chain, [(float32, (50,))]), aliases={0: 0})
    x = numbers(50)
    expected = x * (1 + 1e-4) ** 2000
    np.testing.assert_allclose(compiled(x.copy())[0], expected, rtol=1e-3)


def test_many_normalizations_of_long_rows_in_a_row():
    def repeated(x):
        for _ in range(20):
            x = tf.nn.softmax(x) * 100.0
        return x

    x = numbers(17, 30_000)
    np.testing.assert_allclose(program(repeated, x.shape)(x)[0], repeated(tf.constant(x)), rtol=1e-3)
