"""The ends of rows, where vectors are not full: nothing beyond the arrays is touched, and nothing is missing."""

import subprocess
import sys

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph
from tapeflow.core.dtypes import as_dtype
from tapeflow.graph.tracing import trace
from tests.compiler.test_vector_code import assembly, host

FUNCTIONS = {
    "map": lambda x: tf.exp(x) * 2.0,
    "choice": lambda x: tf.where(x > 0.0, x, -1.0),
    "comparison": lambda x: x > 0.5,
    "sums of rows": lambda x: tf.reduce_sum(x, 1),
    "products of rows": lambda x: tf.reduce_prod(x + 1.0, 1),
    "least of rows": lambda x: tf.reduce_min(x, 1),
    "sums of columns": lambda x: tf.reduce_sum(x, 0),
    "greatest of columns": lambda x: tf.reduce_max(x, 0),
    "sum": lambda x: tf.reduce_sum(tf.square(x)),
    "sum, broadcast": lambda x: tf.reduce_sum(x * x[0]),
    "softmax": tf.nn.softmax,
    "transpose": lambda x: tf.transpose(x) + 1.0,
    "sums of a transpose": lambda x: tf.reduce_sum(tf.transpose(x), 1),
    "reversed": lambda x: tf.reverse(x, [1]) + 1.0,
    "padded": lambda x: tf.pad(x, [[1, 2], [3, 1]]),
}


def check(name, shape, dtype, x):
    function = FUNCTIONS[name]
    (found,) = compile_graph(trace(function, [(as_dtype(dtype), shape)]))(x)
    expected = function(tf.constant(x)).numpy()
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_width(name, dtype):
    for columns in (1, 2, 3, 5, 8, 10, 15, 17, 31, 33, 65, 71):
        x = np.random.default_rng(columns).normal(size=(5, columns)).astype(dtype)
        check(name, x.shape, dtype, x)


def test_integers():
    x = np.arange(1, 70, dtype=np.int32).reshape(3, 23)
    (found,) = compile_graph(trace(lambda x: 100 // (x - 200), [(as_dtype("int32"), x.shape)]))(x)
    np.testing.assert_array_equal(found, 100 // (x - 200))
    (found,) = compile_graph(trace(lambda x: tf.reduce_sum(x, 1), [(as_dtype("int32"), x.shape)]))(x)
    np.testing.assert_array_equal(found, x.sum(1))


def test_labels_are_checked_in_short_rows():
    loss = tf.function(tf.nn.sparse_softmax_cross_entropy_with_logits, jit_compile=True)
    scores, labels = tf.random.normal([13, 10]), np.full(13, 9)
    assert np.isfinite(loss(tf.constant(labels), scores)).all()
    labels[12] = 10
    with pytest.raises(tf.errors.InvalidArgumentError, match="label value of 10"):
        loss(tf.constant(labels), scores)


_GUARDED = """
import ctypes, mmap, sys
import numpy as np
sys.path.insert(0, {root!r})
from tests.compiler.test_tails import FUNCTIONS, check

page = mmap.PAGESIZE
memory = mmap.mmap(-1, 3 * page)
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
protect = ctypes.CDLL(None, use_errno=True).mprotect
for place in (0, 2):  # whoever reads or writes beside the page in the middle ends here
    assert not protect(ctypes.c_void_p(start + place * page), ctypes.c_size_t(page), 0)
for columns in (1, 3, 7, 9, 10, 17, 31):
    values = np.random.default_rng(1).normal(size=(5, columns)).astype(np.float32)
    for offset in (page, 2 * page - values.nbytes):
        x = np.frombuffer(memory, np.float32, values.size, offset).reshape(values.shape)
        x[:] = values
        for name in FUNCTIONS:
            check(name, x.shape, "float32", x)
print("fine")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="protects pages of memory")
def test_nothing_beside_the_arrays_is_read(pytestconfig):
    code = _GUARDED.format(root=str(pytestconfig.rootpath))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert found.stdout == "fine\n", found.stderr


def test_short_rows_are_vector_code():
    if not host().is_x86 or host().vector_bytes < 32:
        pytest.skip("the registers that this test looks for are those of AVX")
    text = assembly(tf.nn.softmax, (32, host().vector_bytes // 4 + 2))
    assert "vexpss" not in text and "vfmadd213ss" not in text and "vfmadd231ss" not in text
