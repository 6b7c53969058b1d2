"""Pooling in machine code beside the ops' own kernels: shapes, margins, strides, ties, NaN, threads."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, threads
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.graph.tracing import trace
from tapeflow.ops import pooling
from tests.compiler.steps import run

CASES = [  # dims, window, strides, dilations, padding
    ((2, 6, 6, 8), (1, 2, 2, 1), (1, 2, 2, 1), (1, 1, 1, 1), "VALID"),
    ((3, 7, 5, 32), (1, 2, 2, 1), (1, 2, 2, 1), (1, 1, 1, 1), "VALID"),
    ((2, 7, 5, 33), (1, 2, 2, 1), (1, 2, 2, 1), (1, 1, 1, 1), "SAME"),
    ((2, 7, 8, 3), (1, 3, 3, 1), (1, 2, 2, 1), (1, 1, 1, 1), "SAME"),
    ((1, 9, 9, 70), (1, 3, 3, 1), (1, 1, 1, 1), (1, 1, 1, 1), "SAME"),
    ((2, 9, 8, 5), (1, 3, 2, 1), (1, 1, 1, 1), (1, 2, 3, 1), "VALID"),
    ((2, 9, 8, 16), (1, 3, 2, 1), (1, 1, 1, 1), (1, 2, 3, 1), "SAME"),
    ((2, 5, 6, 4), (1, 5, 6, 1), (1, 1, 1, 1), (1, 1, 1, 1), "VALID"),
    ((2, 5, 6, 7), (1, 7, 7, 1), (1, 2, 2, 1), (1, 1, 1, 1), "SAME"),
    ((2, 8, 9, 4), (1, 2, 3, 1), (1, 3, 4, 1), (1, 1, 1, 1), "VALID"),
    ((2, 4, 4, 3), (1, 2, 2, 1), (1, 2, 2, 1), (1, 1, 1, 1), ((0, 0), (1, 1), (0, 1), (0, 0))),
    ((2, 13, 6), (1, 3, 1), (1, 2, 1), (1, 1, 1), "SAME"),
    ((1, 4, 5, 6, 9), (1, 2, 2, 3, 1), (1, 2, 1, 2, 1), (1, 1, 1, 1, 1), "SAME"),
    ((4, 6, 5, 3), (2, 3, 1, 1), (2, 1, 1, 1), (1, 1, 1, 1), "SAME"),
    ((2, 3, 6, 5), (1, 1, 2, 1), (1, 1, 2, 1), (1, 1, 1, 1), "VALID"),
    ((40, 14, 14, 64), (1, 2, 2, 1), (1, 2, 2, 1), (1, 1, 1, 1), "VALID"),
]
DTYPES = ("float32", "float64")


def parameters(case):
    dims, *rest = case
    return dims, dict(zip(("window", "strides", "dilations", "padding"), rest, strict=True))


def pictures(dims, dtype, seed=0):
    """Few different numbers, so that maxima are attained more than once."""
    return np.random.default_rng(seed).integers(-9, 9, size=dims).astype(dtype) / 4


@pytest.fixture(autouse=True)
def silent():
    """A window of nothing but margins has no mean."""
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_pools_as_kernels_do(case, dtype):
    dims, params = parameters(case)
    x = pictures(dims, dtype)
    greatest, mean = pooling.max_pool.kernel(np, x, **params), pooling.avg_pool.kernel(np, x, **params)
    delta = pictures(greatest.shape, dtype, 1)
    to_greatest = pooling.max_pool_grad.kernel(np, x, greatest, delta, **params)
    to_all = pooling.avg_pool_grad.kernel(np, delta, dims=dims, **params)
    tolerance = dict(rtol=1e-5, atol=1e-6) if dtype == "float32" else dict(rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(run(pooling.max_pool, x, **params), greatest)
    np.testing.assert_allclose(run(pooling.avg_pool, x, **params), mean, **tolerance)
    np.testing.assert_allclose(
        run(pooling.max_pool_grad, x, greatest, delta, **params), to_greatest, **tolerance
    )
    np.testing.assert_allclose(run(pooling.avg_pool_grad, delta, dims=dims, **params), to_all, **tolerance)


@pytest.mark.parametrize("case", CASES[:9], ids=str)
def test_nan_and_infinity_pass(case):
    dims, params = parameters(case)
    x = pictures(dims, "float32")
    flat = x.reshape(-1)
    flat[::7], flat[3::11], flat[5::13] = np.nan, -np.inf, np.inf
    greatest = pooling.max_pool.kernel(np, x, **params)
    delta = pictures(greatest.shape, "float32", 1)
    np.testing.assert_array_equal(run(pooling.max_pool, x, **params), greatest)
    np.testing.assert_allclose(
        run(pooling.max_pool_grad, x, greatest, delta, **params),
        pooling.max_pool_grad.kernel(np, x, greatest, delta, **params),
        rtol=1e-6,
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_threads_change_no_bit(case):
    dims, params = parameters(case)
    x = np.random.default_rng(2).normal(size=dims).astype("float32")
    greatest = pooling.max_pool.kernel(np, x, **params)
    delta = np.random.default_rng(3).normal(size=greatest.shape).astype("float32")
    found = []
    for number in (1, 2, 5):
        threads.set_num_threads(number)
        try:
            found.append(
                [
                    run(pooling.max_pool, x, **params),
                    run(pooling.avg_pool, x, **params),
                    run(pooling.max_pool_grad, x, greatest, delta, **params),
                    run(pooling.avg_pool_grad, delta, dims=dims, **params),
                ]
            )
        finally:
            threads.set_num_threads(None)
    for others in found[1:]:
        for one, other in zip(found[0], others, strict=True):
            assert one.tobytes() == other.tobytes()


def test_second_derivatives_are_those_of_eager_programs():
    x = pictures((2, 7, 6, 5), "float64")

    def curvature(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.nn.max_pool2d(x * x, 3, 2, "SAME") ** 2 + tf.nn.avg_pool2d(x**3, 3, 2, "SAME") ** 2
            first = inner.gradient(y, x)
        return first, outer.gradient(first, x)

    for ours, expected in zip(
        tf.function(curvature, jit_compile=True)(tf.constant(x)), curvature(tf.constant(x)), strict=True
    ):
        np.testing.assert_allclose(ours, expected, rtol=1e-11)


def test_pooled_channels_are_left_to_rules():
    x = pictures((2, 4, 6, 6), "float32")
    params = dict(window=(1, 1, 2, 2), strides=(1, 1, 2, 2), dilations=(1, 1, 1, 1), padding="VALID")
    program = compile_graph(
        trace(lambda x: pooling.max_pool(x, **params), [(from_array_dtype(x.dtype), x.shape)])
    )
    assert [step.kind for step in program.plan.steps] == ["kernel"]
    np.testing.assert_array_equal(program(x)[0], pooling.max_pool.kernel(np, x, **params))
