"""Kernels that pass over the same memory: one pass for what an optimizer does with a gradient."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph
from tapeflow.core.dtypes import float32
from tapeflow.graph.execute import executable
from tapeflow.graph.tracing import trace

SHAPE = (64, 80)


def _kernels(function, *shapes, aliases=None):
    compiled = compile_graph(trace(function, [(float32, shape) for shape in shapes]), aliases=aliases)
    return [[root.value.dims for root in step.kernel.roots] for step in compiled.plan.steps if step.kernel]


def _adam(g, m, v, w):
    new_m = m + (g - m) * 0.1
    new_v = v + (tf.square(g) - v) * 0.001
    return new_m, new_v, w - new_m / (tf.sqrt(new_v) + 1e-7)


def test_an_optimizers_update_is_one_kernel():
    assert _kernels(_adam, *[SHAPE] * 4, aliases={0: 1, 1: 2, 2: 3}) == [[SHAPE] * 3]


def test_short_values_and_other_shapes_stay_apart():
    assert len(_kernels(lambda x: (x + 1.0, x * 2.0), (8, 8))) == 2
    assert len(_kernels(lambda x, y: (x + y, y * 2.0), (64, 80), (80,))) == 2


def test_what_must_come_between_keeps_them_apart():
    def function(x, w):
        first = x + 1.0
        return first, x * tf.reduce_sum(tf.matmul(first, w))

    assert len(_kernels(function, (80, 80), (80, 80))) >= 2


def test_values_are_updated_in_place():
    compiled = compile_graph(trace(_adam, [(float32, SHAPE)] * 4), aliases={0: 1, 1: 2, 2: 3})
    random = np.random.default_rng(0)
    arrays = [random.uniform(size=SHAPE).astype(np.float32) for _ in range(4)]
    wanted = executable(trace(_adam, [(float32, SHAPE)] * 4))(*[each.copy() for each in arrays])
    found = compiled(*arrays)
    for k in range(3):
        assert found[k] is arrays[k + 1]
        np.testing.assert_allclose(found[k], wanted[k], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_give_what_their_ops_give(seed):
    choose = np.random.default_rng(seed)
    plans = [(choose.integers(6), *choose.integers(1 << 30, size=2)) for _ in range(14)]
    results = choose.integers(1 << 30, size=5)

    def function(x, y, z):
        values = [x, y, z]
        for kind, first, second in plans:
            a, b = values[first % len(values)], values[second % len(values)]
            made = (
                lambda a, b: a + b,
                lambda a, b: tf.tanh(a) * b,
                lambda a, b: a - tf.reduce_mean(b),
                lambda a, b: a * 0.5 + tf.reduce_sum(b, 1, keepdims=True) * 0.01,
                lambda a, b: tf.matmul(a, b) * 0.01,
                lambda a, b: tf.transpose(a) + b,
            )[kind](a, b)
            values.append(made)
        return tuple([values[3 + each % len(plans)] for each in results])

    specs = [(float32, (80, 80))] * 3
    arrays = [choose.normal(size=(80, 80)).astype(np.float32) for _ in range(3)]
    wanted = executable(trace(function, specs))(*arrays)
    for found, expected in zip(compile_graph(trace(function, specs))(*arrays), wanted, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
