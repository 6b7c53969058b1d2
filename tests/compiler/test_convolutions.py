"""Convolutions in machine code beside the ops' own kernels: shapes, strides, dilations, margins, groups, threads."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, target, threads
from tapeflow.core.dtypes import float32
from tapeflow.graph.tracing import trace
from tapeflow.ops import convolution
from tests.compiler.steps import compiled, run
from tests.compiler.test_vector_code import assembly_of, inner_loops
from tests.plans import planned

CASES = [  # x, w, strides, dilations, padding
    ((2, 6, 7, 3), (3, 3, 3, 8), (1, 1), (1, 1), "SAME"),
    ((5, 8, 9, 4), (3, 2, 4, 16), (1, 1), (1, 1), "VALID"),
    ((5, 14, 14, 8), (3, 3, 8, 35), (1, 1), (1, 1), "SAME"),
    ((4, 9, 7, 5), (3, 3, 5, 7), (2, 2), (1, 1), "SAME"),
    ((4, 8, 8, 5), (3, 3, 5, 7), (2, 2), (1, 1), "VALID"),
    ((1, 9, 11, 6), (3, 3, 6, 10), (2, 3), (1, 1), "SAME"),
    ((2, 11, 10, 3), (3, 2, 3, 5), (1, 1), (2, 3), "SAME"),
    ((2, 11, 10, 3), (3, 3, 3, 5), (1, 1), (2, 2), "VALID"),
    ((2, 13, 12, 3), (3, 3, 3, 5), (2, 3), (3, 2), "SAME"),
    ((2, 13, 12, 3), (3, 4, 3, 5), (4, 2), (2, 2), "VALID"),
    ((2, 9, 8, 4), (1, 1, 4, 6), (1, 1), (1, 1), "VALID"),
    ((6, 9, 8, 4), (1, 1, 4, 20), (1, 1), (1, 1), "VALID"),
    ((2, 9, 8, 4), (1, 1, 4, 6), (2, 2), (1, 1), "VALID"),
    ((4, 9, 8, 4), (2, 2, 4, 6), (3, 3), (1, 1), "VALID"),
    ((3, 28, 28, 1), (5, 5, 1, 32), (1, 1), (1, 1), "SAME"),
    ((3, 5, 5, 2), (5, 5, 2, 3), (1, 1), (1, 1), "VALID"),
    ((3, 4, 5, 2), (7, 7, 2, 3), (1, 1), (1, 1), "SAME"),
    ((3, 6, 5, 2), (3, 3, 2, 3), (1, 1), (1, 1), ((2, 0), (1, 3))),
    ((5, 6, 5, 2), (3, 3, 2, 3), (2, 1), (1, 1), ((3, 4), (0, 0))),
    ((2, 7, 6, 8), (3, 3, 4, 10), (1, 1), (1, 1), "SAME"),
    ((5, 7, 6, 12), (3, 3, 2, 24), (2, 2), (1, 1), "SAME"),
    ((4, 7, 6, 6), (2, 3, 3, 70), (1, 2), (2, 1), "SAME"),
    ((3, 20, 5), (4, 5, 9), (1,), (1,), "SAME"),
    ((6, 20, 5), (4, 5, 9), (2,), (1,), "VALID"),
    ((1, 20, 5), (3, 5, 9), (1,), (3,), ((6, 0),)),
    ((2, 5, 6, 7, 3), (2, 3, 2, 3, 4), (1, 1, 1), (1, 1, 1), "SAME"),
    ((4, 5, 6, 7, 2), (2, 3, 3, 2, 4), (2, 1, 2), (1, 1, 1), "SAME"),
    ((1, 6, 6, 7, 2), (2, 3, 3, 2, 4), (1, 2, 1), (2, 1, 1), "VALID"),
    ((5, 9, 8, 19), (3, 3, 1, 19), (1, 1), (1, 1), "SAME"),
    ((2, 9, 8, 5), (3, 3, 1, 10), (2, 2), (1, 1), "SAME"),
    ((6, 9, 7, 20), (3, 2, 1, 80), (1, 1), (2, 1), "VALID"),
    ((1, 12, 11, 33), (5, 5, 1, 66), (1, 2), (1, 1), "SAME"),
    ((20, 12, 3), (4, 1, 12), (1,), (2,), "SAME"),
    ((2, 4, 5, 6, 3), (2, 3, 3, 1, 3), (1, 2, 1), (1, 1, 1), "SAME"),
]
DTYPES = ("float32", "float64")


def factors(case, dtype):
    """x, w, the cotangent of the result, and the parameters."""
    x, w, strides, dilations, padding = case
    params = dict(strides=strides, dilations=dilations, padding=padding)
    random = np.random.default_rng(0)
    x, w = random.normal(size=x).astype(dtype), random.normal(size=w).astype(dtype)
    y = convolution.conv.kernel(np, x, w, **params)
    return x, w, random.normal(size=y.shape).astype(dtype), params


def near(ours, expected):
    tolerance = dict(rtol=1e-4, atol=1e-4) if expected.dtype == "float32" else dict(rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(ours, expected, **tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_convolution(case, dtype):
    x, w, _, params = factors(case, dtype)
    near(run(convolution.conv, x, w, **params), convolution.conv.kernel(np, x, w, **params))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradient_of_input(case, dtype):
    x, w, delta, params = factors(case, dtype)
    expected = convolution.conv_input_grad.kernel(np, delta, w, dims=x.shape, **params)
    near(run(convolution.conv_input_grad, delta, w, dims=x.shape, **params), expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradient_of_filter(case, dtype):
    x, w, delta, params = factors(case, dtype)
    expected = convolution.conv_filter_grad.kernel(np, x, delta, dims=w.shape, **params)
    near(run(convolution.conv_filter_grad, x, delta, dims=w.shape, **params), expected)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_threads_change_no_bit(case):
    x, w, delta, params = factors(case, "float32")
    found = []
    for number in (1, 5):
        threads.set_num_threads(number)
        try:
            found.append(
                [
                    run(convolution.conv, x, w, **params),
                    run(convolution.conv_input_grad, delta, w, dims=x.shape, **params),
                    run(convolution.conv_filter_grad, x, delta, dims=w.shape, **params),
                ]
            )
        finally:
            threads.set_num_threads(None)
    for others in found[1:]:
        for one, other in zip(found[0], others, strict=True):
            assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("case", CASES[:6], ids=str)
def test_nan_and_infinity_pass(case):
    x, w, delta, params = factors(case, "float32")
    x[0, 2, 3, 1], w[0, 1, 0, 1], delta[0, 1, 1, 1] = np.nan, np.inf, -np.inf
    with np.errstate(all="ignore"):
        near(run(convolution.conv, x, w, **params), convolution.conv.kernel(np, x, w, **params))
        near(
            run(convolution.conv_filter_grad, x, delta, dims=w.shape, **params),
            convolution.conv_filter_grad.kernel(np, x, delta, dims=w.shape, **params),
        )


def test_large_filters_are_dealt_out_in_parts():
    case = ((40, 4, 4, 128), (3, 3, 128, 300), (1, 1), (1, 1), "SAME")
    x, w, delta, params = factors(case, "float32")
    expected = convolution.conv_filter_grad.kernel(np, x, delta, dims=w.shape, **params)
    near(run(convolution.conv_filter_grad, x, delta, dims=w.shape, **params), expected)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_second_derivatives_are_those_of_eager_programs(padding):
    x, w = (tf.constant(np.random.default_rng(4).normal(size=dims)) for dims in ((4, 7, 8, 3), (3, 2, 3, 5)))

    def curvature(x, w):
        with tf.GradientTape() as outer:
            outer.watch([x, w])
            with tf.GradientTape() as inner:
                inner.watch([x, w])
                y = tf.tanh(tf.nn.conv2d(x, w, 2, padding))
            first = inner.gradient(y, [x, w])
            total = tf.add_n([tf.reduce_sum(each**3) for each in first])
        return outer.gradient(total, [x, w])

    compiled = tf.function(curvature, jit_compile=True)
    for ours, expected in zip(compiled(x, w), curvature(x, w), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


@pytest.fixture(params=["this processor", "x86-64-v3", "x86-64-v4"])
def processor(request, monkeypatch):
    """Code for a processor that need not be this one."""
    threads.provide()  # for this one: it runs
    if request.param != "this processor":
        monkeypatch.setenv("TAPEFLOW_TARGET", request.param)
    target.host.cache_clear()
    yield target.host()
    target.host.cache_clear()


def test_inner_loops_keep_their_sums_in_registers(processor):
    if not processor.is_x86 or processor.vector_bytes < 32:
        pytest.skip("the registers that this test looks for are those of AVX")
    case = ((8, 14, 14, 32), (3, 3, 32, 64), (1, 1), (1, 1), "SAME")
    x, w, delta, params = factors(case, "float32")
    register = "zmm" if processor.vector_bytes == 64 else "ymm"
    for program in (
        compiled(convolution.conv, x, w, **params),
        compiled(convolution.conv_input_grad, delta, w, dims=x.shape, **params),
        compiled(convolution.conv_filter_grad, x, delta, dims=w.shape, **params),
    ):
        loops = [each for each in inner_loops(assembly_of(program)) if any("fmadd" in line for line in each)]
        loops = [each for each in loops if not any(":" in line for line in each)]  # the innermost
        assert loops
        for loop in loops:
            sums = [line for line in loop if "fmadd" in line]
            assert len(sums) >= 16 and all([register in line for line in sums])
            assert not any(["%rsp" in line and "mm" in line for line in loop]), "\n".join(loop)


def test_alike_convolutions_are_written_once():
    x, w = (float32, (2, 6, 6, 8)), (float32, (3, 3, 8, 8))

    def blocks(x, w, v):
        return tf.nn.conv2d(tf.nn.conv2d(x, w, 1, "SAME"), v, 1, "SAME")

    (segment,) = compile_graph(trace(blocks, [x, w, w])).segments
    (once,) = compile_graph(trace(lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"), [x, w])).segments
    assert segment.text.count("define internal") == once.text.count("define internal") > 0
    random = np.random.default_rng(5)
    x, w, v = (random.normal(size=dims) for dims in ((2, 6, 6, 8), (3, 3, 8, 8), (3, 3, 8, 8)))
    near(tf.function(blocks, jit_compile=True)(x, w, v).numpy(), blocks(x, w, v).numpy())


def test_convolutions_within_loops_and_choices():
    random = np.random.default_rng(6)
    x, w = (tf.constant(random.normal(size=dims)) for dims in ((3, 6, 5, 4), (3, 3, 4, 4)))

    def program(x, w):
        for _ in tf.range(3):
            x = tf.nn.max_pool2d(tf.tanh(tf.nn.conv2d(x, w, 1, "SAME")), 2, 1, "SAME")
        return tf.cond(
            x[0, 0, 0, 0] > 0.0, lambda: tf.nn.conv2d(x, w, 2, "VALID"), lambda: x[:, :2, :2] * 2.0
        )

    np.testing.assert_allclose(
        tf.function(program, jit_compile=True)(x, w), planned(program)(x, w), rtol=1e-9
    )
