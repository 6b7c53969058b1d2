"""Kernels that threads share: the same bits whatever the number of threads, for every kind of kernel and odd sizes."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, threads
from tapeflow.core.dtypes import as_dtype
from tapeflow.graph.tracing import trace


@pytest.fixture(autouse=True)
def default_threads():
    yield
    threads.set_num_threads(None)


def layer_norm(x, scale, offset):
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-5) * scale + offset


def both(x):
    return tf.reduce_sum(x * x), tf.exp(x)


FLAT = 40_000
KERNELS = {
    "map": (lambda x, y: tf.tanh(x) * y, (FLAT,), (FLAT,)),
    "map, odd": (lambda x, y: tf.tanh(x) * y, (FLAT + 13,), (FLAT + 13,)),
    "map of few long rows": (lambda x, b: tf.tanh(x + b), (3, 20_011), (20_011,)),
    "map of rows": (lambda x, b: tf.tanh(x + b), (301, 257), (257,)),
    "map of short rows": (lambda x, b: tf.tanh(x + b), (9001, 5), (5,)),
    "map of several axes": (lambda x, b: tf.tanh(x + b), (5, 7, 11, 129), (11, 129)),
    "truth values": (lambda x, y: x > y, (FLAT, 3), (FLAT, 3)),
    "transpose": (lambda x: tf.transpose(x) * 2.0, (301, 257)),
    "sum": (lambda x: tf.reduce_sum(x), (200_003,)),
    "sum of a matrix": (lambda x: tf.reduce_sum(tf.square(x)), (467, 451)),
    "sum, broadcast": (lambda x, b: tf.reduce_sum(x * b), (467, 451), (451,)),
    "sum and map": (both, (200_003,)),
    "greatest": (lambda x: tf.reduce_max(x), (200_003,)),
    "product": (lambda x: tf.reduce_prod(tf.exp(x * 0.001)), (100_003,)),
    "sums of rows": (lambda x: tf.reduce_sum(x, 1), (301, 1001)),
    "sums of few long rows": (lambda x: tf.reduce_sum(x, 1), (3, 100_003)),
    "sums of short rows": (lambda x: tf.reduce_sum(x, 1), (30_011, 7)),
    "sums of columns": (lambda x: tf.reduce_sum(x, 0), (301, 1001)),
    "sums of few columns": (lambda x: tf.reduce_sum(x, 0), (30_011, 13)),
    "sums of fewest columns": (lambda x: tf.reduce_sum(x, 0), (60_011, 3)),
    "sums of many columns": (lambda x: tf.reduce_sum(x, 0), (5, 60_011)),
    "sums in the middle": (lambda x: tf.reduce_sum(x, 1), (17, 130, 67)),
    "sums around": (lambda x: tf.reduce_sum(x, (0, 2)), (17, 130, 67)),
    "sums around, broadcast": (lambda x, b: tf.reduce_sum(x * b, (0, 2)), (17, 130, 67), (67,)),
    "sums of the first, broadcast": (lambda x, b: tf.reduce_sum(x * b, (0, 1)), (17, 130, 67), (67,)),
    "sums of wide columns": (lambda x: tf.reduce_sum(tf.exp(x), 0), (133, 1003)),
    "sums of wide columns within": (lambda x, b: tf.reduce_sum(x * b, 1), (19, 35, 301), (301,)),
    "greatest of columns": (lambda x: tf.reduce_max(x, 0, keepdims=True), (301, 1001)),
    "softmax": (tf.nn.softmax, (301, 257)),
    "softmax of few rows": (tf.nn.softmax, (3, 9001)),
    "softmax of a long row": (tf.nn.softmax, (100_003,)),
    "softmax of few long rows": (tf.nn.softmax, (3, 30_011)),
    "softmax of many long rows": (tf.nn.softmax, (17, 70_001)),
    "softmax of columns": (lambda x: tf.nn.softmax(x, 0), (301, 257)),
    "layer norm": (layer_norm, (301, 257), (257,), (257,)),
    "layer norm of a long row": (layer_norm, (2, 50_003), (50_003,), (50_003,)),
    "running sum": (lambda x: tf.cumsum(x, 1), (301, 257)),
}


def program(function, *shapes, dtype="float32"):
    return compile_graph(trace(function, [(as_dtype(dtype), shape) for shape in shapes]))


def numbers(*shapes, dtype="float32"):
    random = np.random.default_rng(7)
    return [random.normal(size=shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", KERNELS)
def test_results_do_not_depend_on_the_number_of_threads(name, dtype):
    function, *shapes = KERNELS[name]
    if dtype == "float64" and len(shapes) > 1 and not name.startswith(("map", "sum")):
        pytest.skip("one dtype is enough")
    compiled, arrays = program(function, *shapes, dtype=dtype), numbers(*shapes, dtype=dtype)
    expected = tf.nest.flatten(function(*[tf.constant(each) for each in arrays]))
    found = {}
    for count in (1, 2, 5):
        threads.set_num_threads(count)
        for _ in range(3):
            results = compiled(*arrays)
            bits = [np.asarray(each).tobytes() for each in results]
            assert found.setdefault("bits", bits) == bits
    tolerance = {"float32": 1e-3 if name == "product" else 2e-5, "float64": 1e-11}[dtype]
    for result, each in zip(results, expected, strict=True):
        each = each.numpy()
        scale = 1 if each.dtype == bool else max(1.0, float(np.abs(each).max()))
        np.testing.assert_allclose(result, each, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("size", [1, 7, 16, 31, 4095, 4096, 16_383, 16_384, 16_385, 65_535, 65_537])
def test_sizes_around_the_pieces(size):
    compiled, (x,) = program(lambda x: (tf.exp(x), tf.reduce_sum(x)), (size,)), numbers((size,))
    threads.set_num_threads(1)
    single = compiled(x)
    threads.set_num_threads(5)
    shared = compiled(x)
    np.testing.assert_array_equal(single[0], shared[0])
    assert single[1] == shared[1]
    np.testing.assert_allclose(single[0], np.exp(x), rtol=1e-6)
    np.testing.assert_allclose(single[1], x.sum(dtype=np.float64), rtol=1e-4, atol=1e-3)


def test_large_kernels_are_shared_and_small_ones_are_not():
    assert "tapeflow_parallel" in program(tf.tanh, (FLAT,)).segments[0].text
    assert "tapeflow_parallel" not in program(tf.tanh, (400,)).segments[0].text


def test_the_number_of_threads_can_be_set():
    threading_config = tf.config.threading
    assert threading_config.get_intra_op_parallelism_threads() == 0
    threading_config.set_intra_op_parallelism_threads(3)
    assert threading_config.get_intra_op_parallelism_threads() == threads.num_threads() == 3
    threading_config.set_intra_op_parallelism_threads(0)
    assert threading_config.get_intra_op_parallelism_threads() == 0
    with pytest.raises(TypeError, match="a float"):
        threading_config.set_intra_op_parallelism_threads(2.5)
    with pytest.raises(ValueError, match="is -1"):
        threading_config.set_intra_op_parallelism_threads(-1)


def test_not_a_number_in_any_piece_is_the_greatest():
    compiled = program(tf.reduce_max, (200_003,))
    threads.set_num_threads(3)
    for place in (0, 1, 77_777, 200_002):
        x = numbers((200_003,))[0]
        x[place] = np.nan
        assert np.isnan(compiled(x)[0])


@pytest.mark.parametrize("place", [0, 8, 30_000, 59_999])
def test_a_label_out_of_range_is_found_in_any_piece(place):
    loss = tf.function(tf.nn.sparse_softmax_cross_entropy_with_logits, jit_compile=True)
    scores, labels = tf.random.normal([60_000, 3]), np.zeros(60_000, np.int32)
    threads.set_num_threads(5)
    for label in (2, 3, 2):
        labels[place] = label
        for _ in range(10):
            if label == 2:
                assert np.isfinite(loss(tf.constant(labels), scores)).all()
                continue
            with pytest.raises(tf.errors.InvalidArgumentError, match="label value of 3"):
                loss(tf.constant(labels), scores)


def test_kernels_within_loops_are_shared():
    def many(x):
        def step(i, x, total):
            return i + 1, tf.nn.softmax(x * 1.01), total + tf.reduce_sum(x * x)

        return tf.while_loop(lambda i, *_: i < 5, step, (0, x, 0.0))[1:]

    compiled, (x,) = program(many, (130, 257)), numbers((130, 257))
    assert len(compiled.segments) == 1 and "tapeflow_parallel" in compiled.segments[0].text
    found = set()
    for count in (1, 2, 5):
        threads.set_num_threads(count)
        found.add(b"".join([each.tobytes() for each in compiled(x)]))
    assert len(found) == 1
    for one, other in zip(compiled(x), many(tf.constant(x)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_several_python_threads_at_once():
    function = tf.function(lambda x: tf.reduce_sum(tf.exp(x), 0), jit_compile=True)
    arrays = [tf.constant(each) for each in numbers((701, 301), (701, 301))]
    threads.set_num_threads(3)
    expected = [function(each).numpy().tobytes() for each in arrays]
    wrong = []

    def work(position):
        for _ in range(100):
            if function(arrays[position]).numpy().tobytes() != expected[position]:
                wrong.append(position)

    callers = [threading.Thread(target=work, args=(number % 2,)) for number in range(5)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert not wrong


_FORKING = """
import os, sys
import numpy as np
import tapeflow as tf
function = tf.function(lambda x: tf.reduce_sum(tf.exp(x)), jit_compile=True)
x = tf.ones([300_000])
expected = function(x).numpy()
child = os.fork()
results = {function(x).numpy() for _ in range(200)}
assert results == {expected}
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_forked_children_compute_on(tmp_path):
    environment = {**os.environ, "TAPEFLOW_NUM_THREADS": "3", "TAPEFLOW_CACHE_DIR": str(tmp_path)}
    for _ in range(2):  # the second time from the cache
        subprocess.run([sys.executable, "-c", _FORKING], check=True, timeout=120, env=environment)
