"""What is read along another axis than it is written: squares turned in registers, whatever does not fill them."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, threads
from tapeflow.core.dtypes import as_dtype
from tapeflow.graph.tracing import trace
from tests.compiler.test_vector_code import assembly, host, inner_loops


@pytest.fixture(autouse=True)
def three_threads():
    threads.set_num_threads(3)
    yield
    threads.set_num_threads(None)


def compiled(function, *arrays):
    return compile_graph(trace(function, [(as_dtype(each.dtype), each.shape) for each in arrays]))(*arrays)


def numbers(shape, dtype):
    found = np.random.default_rng(3).integers(-100, 100, shape)
    return (found > 0) if dtype == "bool" else found.astype(dtype)


DTYPES = ["float32", "float64", "int8", "bool", "uint16", "int64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shape", [(8, 8), (16, 16), (64, 32), (7, 9), (1, 70), (70, 1), (9, 200), (33, 47), (131, 517), (600, 16)]
)
def test_matrices(shape, dtype):
    x = numbers(shape, dtype)
    np.testing.assert_array_equal(compiled(tf.transpose, x)[0], x.T)


@pytest.mark.parametrize(
    "perm", [(2, 1, 0), (0, 2, 1), (1, 2, 0), (2, 0, 1), (1, 0, 2)], ids=lambda perm: "".join(map(str, perm))
)
@pytest.mark.parametrize("shape", [(17, 33, 18), (5, 64, 80), (40, 3, 41)])
def test_any_axes(shape, perm):
    x = numbers(shape, "float32")
    np.testing.assert_array_equal(compiled(lambda x: tf.transpose(x, perm), x)[0], x.transpose(perm))


def test_four_axes():
    x = numbers((3, 19, 5, 23), "float32")
    for perm in [(0, 3, 1, 2), (3, 1, 2, 0), (0, 3, 2, 1), (2, 3, 0, 1)]:
        np.testing.assert_array_equal(compiled(lambda x, p=perm: tf.transpose(x, p), x)[0], x.transpose(perm))


def test_what_is_computed_around():
    x, y, b = numbers((37, 70), "float32"), numbers((70, 37), "float32"), numbers((37,), "float32")
    result = compiled(lambda x, y, b: tf.nn.relu(tf.transpose(x * 2.0) - y) + b, x, y, b)[0]
    np.testing.assert_array_equal(result, np.maximum(x.T * 2 - y, 0) + b)


def test_two_operands_turned_and_one_reversed():
    x, y = numbers((37, 70), "float32"), numbers((37, 70), "float32")
    both = compiled(lambda x, y: tf.transpose(x) + tf.transpose(y), x, y)[0]
    np.testing.assert_array_equal(both, (x + y).T)
    turned = compiled(lambda x: tf.transpose(tf.reverse(x, [0])), x)[0]
    np.testing.assert_array_equal(turned, x[::-1].T)
    turned = compiled(lambda x: tf.transpose(x[3:35, ::2]), x)[0]
    np.testing.assert_array_equal(turned, x[3:35, ::2].T)


def test_several_results():
    x = numbers((50, 70), "float32")
    first, second = compiled(lambda x: (tf.transpose(x) + 1.0, tf.transpose(x) * 2.0), x)
    np.testing.assert_array_equal(first, x.T + 1)
    np.testing.assert_array_equal(second, x.T * 2)


@pytest.mark.parametrize("size", [130, 257])
def test_shared_blocks_and_rows(size):
    x = numbers((size, 3 * size), "float32")
    np.testing.assert_array_equal(compiled(tf.transpose, x)[0], x.T)
    x = numbers((40, size, 50), "float32")
    np.testing.assert_array_equal(compiled(lambda x: tf.transpose(x, (0, 2, 1)), x)[0], x.transpose(0, 2, 1))


def test_squares_are_turned_in_registers():
    if not host().is_x86 or host().vector_bytes < 32:
        pytest.skip("the registers that this test looks for are those of AVX")
    loops = list(inner_loops(assembly(tf.transpose, (64, 256))))
    assert any(sum(line.startswith("vunpck") for line in loop) >= 16 for loop in loops)


def test_reductions_read_what_was_turned_before():
    x = numbers((130, 70), "float32")
    functions = {
        "sum": (lambda x: tf.reduce_sum(tf.transpose(x), 1), x.sum(0)),
        "sum of columns": (lambda x: tf.reduce_sum(tf.transpose(x), 0), x.sum(1)),
        "of a map": (lambda x: tf.reduce_max(tf.transpose(x) * -1.0, 1), -x.min(0)),
        "softmax": (lambda x: tf.nn.softmax(tf.transpose(x)), None),
        "several": (
            lambda x: (tf.reduce_sum(tf.transpose(x), 1), tf.transpose(x) + 1.0),
            (x.sum(0), x.T + 1),
        ),
    }
    for name, (function, expected) in functions.items():
        found = compiled(function, x)
        if expected is None:
            expected = function(tf.constant(x)).numpy()
        for one, other in zip(found, expected if isinstance(expected, tuple) else (expected,), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6, err_msg=name)
    program = compile_graph(trace(functions["softmax"][0], [(as_dtype("float32"), x.shape)]))
    first, second = [step.kernel.roots for step in program.plan.steps]
    assert [root.node.op.name for root in first] == ["transpose"] and len(second) > 1
