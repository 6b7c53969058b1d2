"""The inner loops of compiled kernels are vector code: read in the assembly, for several kernels and for AVX2."""

import re

import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, target
from tapeflow.compiler.objects import tidy
from tapeflow.compiler.target import host
from tapeflow.core.dtypes import float32
from tapeflow.graph.tracing import trace

llvm = pytest.importorskip("llvmlite.binding")
MATRIX, ROW = (64, 256), (256,)


def layer_norm(x, scale, offset):
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-5) * scale + offset


def adam(w, m, v, g):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    return w - 0.001 * m / (tf.sqrt(v) + 1e-7), m, v


KERNELS = {
    "add": (lambda x, y: x + y, MATRIX, MATRIX),
    "multiply-add": (lambda x, y: x * y + 2.0, MATRIX, MATRIX),
    "bias": (lambda x, b: tf.nn.relu(x + b), MATRIX, ROW),
    "exp": (tf.exp, MATRIX),
    "log": (tf.math.log, MATRIX),
    "tanh": (tf.tanh, MATRIX),
    "sigmoid": (tf.sigmoid, MATRIX),
    "erf": (tf.math.erf, MATRIX),
    "expm1": (tf.math.expm1, MATRIX),
    "gelu": (tf.nn.gelu, MATRIX),
    "softplus": (tf.nn.softplus, MATRIX),
    "sqrt": (tf.sqrt, MATRIX),
    "maximum": (tf.maximum, MATRIX, MATRIX),
    "where": (lambda x, y: tf.where(x > y, x, y * 2.0), MATRIX, MATRIX),
    "sum": (lambda x: tf.reduce_sum(x), MATRIX),
    "sum of rows": (lambda x: tf.reduce_sum(x, 1), MATRIX),
    "sum of columns": (lambda x: tf.reduce_sum(x, 0), MATRIX),
    "greatest": (lambda x: tf.reduce_max(x, 1), MATRIX),
    "softmax": (tf.nn.softmax, MATRIX),
    "layer norm": (layer_norm, MATRIX, ROW, ROW),
    "cross entropy": (lambda x, y: tf.nn.softmax_cross_entropy_with_logits(y, x), MATRIX, MATRIX),
    "Adam": (adam, MATRIX, MATRIX, MATRIX, MATRIX),
}


def assembly(function, *shapes):
    """The assembly text of a compiled function of float32 tensors."""
    return assembly_of(compile_graph(trace(function, [(float32, shape) for shape in shapes])))


def assembly_of(program):
    """The assembly text of a program that is one segment."""
    (segment,) = program.segments
    module = llvm.parse_assembly(segment.text)
    machine = host().machine()
    tidy(module, machine)
    return machine.emit_assembly(module)


@pytest.fixture
def with_avx512(monkeypatch):
    """Code for a processor with AVX-512 for once; it need not be this one."""
    monkeypatch.setenv("TAPEFLOW_TARGET", "x86-64-v4")
    target.host.cache_clear()
    yield
    target.host.cache_clear()


def inner_loops(text):
    """The instructions of each loop: between a label and the jump back to it, without a label in between."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    labels = {line[:-1]: place for place, line in enumerate(lines) if re.fullmatch(r"\.?\w+:", line)}
    for place, line in enumerate(lines):
        jump = re.match(r"j\w+\s+(\.?\w+)$", line)
        if jump and labels.get(jump.group(1), place) < place:
            yield lines[labels[jump.group(1)] + 1 : place]


@pytest.mark.parametrize("name", KERNELS)
def test_inner_loop_is_vector_code(name):
    if not host().is_x86 or host().vector_bytes < 32:
        pytest.skip("the registers that this test looks for are those of AVX")
    text = assembly(*KERNELS[name])
    packed = [
        loop for loop in inner_loops(text) if any(re.match(r"v\w+p[sd]\b.*[yz]mm", line) for line in loop)
    ]
    assert packed, f"no loop of {name} computes with whole vectors:\n{text}"
    calls = [line for loop in packed for line in loop if line.startswith("call")]
    assert not calls, f"the vector loops of {name} call functions: {calls}"


@pytest.mark.skipif(not host().is_x86, reason="instructions of x86")
def test_powers_of_two_are_one_instruction_with_avx512(with_avx512):
    (loop,) = [loop for loop in inner_loops(assembly(tf.exp, MATRIX)) if any("zmm" in line for line in loop)]
    assert sum(line.startswith("vscalefps") for line in loop) == 1
    assert not any(line.startswith(("vpslld", "vpsrld")) for line in loop)
