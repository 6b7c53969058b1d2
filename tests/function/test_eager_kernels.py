"""Eager calls on large arrays: compiled kernels give what NumPy's kernels give, or leave it to them."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import tapeflow as tf
import tapeflow.ops
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.op import LARGE, VERY_LARGE, find
from tapeflow.function import eager_kernels
from tapeflow.function.program import wait_for_compiler
from tests import collect
from tests.ops import cases

collect.import_all(tapeflow.ops)
TOLERANCES = {"float32": 2e-5, "float64": 1e-12}


@pytest.fixture(autouse=True)
def kernels_at_once(monkeypatch):
    """The first call compiles, and nothing is known from tests before."""
    monkeypatch.setenv("TAPEFLOW_COMPILE", "now")
    eager_kernels.forget()
    yield
    eager_kernels.forget()


def tensor(array):
    array = array_from_value(np.asarray(array), None)
    return wrap(array[()] if array.ndim == 0 else array, from_array_dtype(array.dtype))


def normal(*dims, dtype="float32", seed=0):
    return np.random.default_rng(seed).normal(size=dims).astype(dtype)


def by_numpy(op, tensors, params):
    """What the op's own kernel gives, as a tuple of arrays."""
    with np.errstate(all="ignore"):
        result = op.kernel(np, *[each._array for each in tensors], **{**op.defaults, **params})
    return result if isinstance(result, tuple) else (result,)


def by_kernel(op, tensors, params):
    """What the compiled kernel gives, as a tuple of arrays; None if there is none."""
    result = eager_kernels.evaluate(op, tensors, params)
    if result is None:
        return None
    return tuple([each._array for each in (result if isinstance(result, tuple) else (result,))])


def check_equal(found, expected):
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.dtype == theirs.dtype
        assert mine.shape == theirs.shape
        if mine.dtype.kind != "f":
            np.testing.assert_array_equal(mine, theirs)
            continue
        tolerance = TOLERANCES[mine.dtype.name]
        finite = np.abs(theirs[np.isfinite(theirs)])
        scale = min(1.0, finite.max()) if finite.size else 1.0
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance * scale)


def grown(case, dtype):
    """The inputs and parameters of a case with a new leading axis, long enough to be large; None if that cannot be."""
    op = case.op
    arrays = [np.asarray(each) for each in case.inputs]
    if any([each.dtype == object for each in arrays]) or 0 in arrays[0].shape:
        return None
    arrays = [each.astype(dtype) if each.dtype == np.float64 else each for each in arrays]
    rank = max([each.ndim for each in arrays])
    count = -(-2 * LARGE // max([each.size for each in arrays]))
    whole = [each.ndim == rank or op.family != "elementwise" for each in arrays]
    arrays = [
        np.stack([each] * count) if has and place not in shared_places(op) else each
        for place, (each, has) in enumerate(zip(arrays, whole, strict=True))
    ]
    params = dict(case.params)
    if "axes" in params:
        params["axes"] = tuple([axis + 1 for axis in params["axes"]])
    elif "axis" in params and type(op.facts.get("rows")) is str:
        params["axis"] += 1
    return [tensor(each) for each in arrays], params


def shared_places(op):
    return [place for place, name in enumerate(op.inputs) if name in op.facts.get("shared", ())]


ENTRIES = [
    pytest.param(case, id=f"{family}-{case.op.name}-{position}")
    for family, position, case in collect.tables(cases, "CASES")
    if case.op.large is not None and "step" not in case.op.facts
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", ENTRIES)
def test_kernels_agree_with_numpy(case, dtype):
    found = grown(case, dtype)
    if found is None or (case.op.accepts is not None and found[0][0]._dtype not in case.op.accepts):
        return
    result = by_kernel(case.op, *found)
    if result is not None:
        check_equal(result, by_numpy(case.op, *found))


SERVED = {
    "Abs",
    "Acos",
    "AddV2",
    "Atan2",
    "Ceil",
    "Cos",
    "Elu",
    "Erf",
    "Exp",
    "Gelu",
    "Greater",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "Max",
    "Maximum",
    "Mean",
    "Moments",
    "Mul",
    "Neg",
    "Normalize",
    "Pow",
    "RealDiv",
    "Relu",
    "ReluGrad",
    "Rsqrt",
    "SelectV2",
    "SoftmaxCrossEntropyWithLogits",
    "SoftmaxCrossEntropyWithLogitsGrad",
    "SparseSoftmaxCrossEntropyWithLogits",
    "SparseSoftmaxCrossEntropyWithLogitsGrad",
    "SeluGrad",
    "Sigmoid",
    "Sin",
    "Softmax",
    "Softplus",
    "Sqrt",
    "Square",
    "Sub",
    "Sum",
    "Tanh",
}


def test_common_ops_are_served():
    served = set()
    for entry in ENTRIES:
        (case,) = entry.values
        found = grown(case, "float32")
        if case.op.type_name in SERVED and found is not None and by_kernel(case.op, *found) is not None:
            served.add(case.op.type_name)
    assert served == SERVED


# Layouts.

SHAPES = {
    "contiguous": lambda x: x,
    "transposed": lambda x: x.T,
    "strided": lambda x: x[::2, 1::3],
    "reversed": lambda x: x[::-1],
    "part of rows": lambda x: x[:, 3:],
    "repeated": lambda x: np.broadcast_to(x[:1], x.shape),
    "repeated number": lambda x: np.broadcast_to(x[0, 0], x.shape),
    "unaligned": lambda x: np.frombuffer(b"\0" + x.tobytes(), x.dtype, offset=1).reshape(x.shape),
    "one row": lambda x: x.reshape(1, -1),
    "one column": lambda x: x.reshape(-1, 1),
    "many axes": lambda x: x.reshape(2, 5, 2, 25, 1, 240),
}


@pytest.mark.parametrize("name", ["Tanh", "Softmax", "Sum", "AddV2", "SelectV2"])
@pytest.mark.parametrize("layout", SHAPES)
def test_layouts(layout, name):
    array = SHAPES[layout](normal(240, 500))
    tensors = [wrap(array, tf.float32)]
    params = {}
    if name == "Softmax":
        params = {"axis": array.ndim - 1}
    elif name == "Sum":
        params = {"axes": (array.ndim - 1,), "keepdims": False}
    elif name == "AddV2":
        tensors.append(tensor(normal(*array.shape, seed=1)))
    elif name == "SelectV2":
        tensors = [wrap(array > 0, tf.bool), tensors[0], tensor(np.float32(2.0))]
    found = by_kernel(find(name), tensors, params)
    if found is not None:
        check_equal(found, by_numpy(find(name), tensors, params))
    else:
        assert (layout, name) not in [("contiguous", name), ("transposed", "Tanh"), ("strided", "Tanh")]


@pytest.mark.parametrize("part", [np.s_[:1], np.s_[:, :1], np.s_[:1, :1]], ids=str)
def test_repeated_numbers_are_not_copied(part):
    array = normal(240, 500)
    tensors = [wrap(np.broadcast_to(array[part], array.shape), tf.float32), tensor(array)]
    check_equal(by_kernel(find("Pow"), tensors, {}), by_numpy(find("Pow"), tensors, {}))
    assert len([each for each in eager_kernels._kernels.values() if each.program is not None]) == 1
    (call, _) = eager_kernels._calls.values()
    assert call.kernel.program is None


# Steps of their own: products, convolutions, pooling.

PRODUCTS = [
    ((70, 90), (90, 50), {}),
    ((90, 70), (90, 50), {"transpose_a": True}),
    ((70, 90), (50, 90), {"transpose_b": True}),
    ((90, 70), (50, 90), {"transpose_a": True, "transpose_b": True}),
    ((5, 40, 30), (5, 30, 20), {}),
    ((5, 40, 30), (30, 20), {}),
    ((2, 3, 40, 30), (3, 30, 20), {}),
    ((5000, 1), (1, 3), {}),
    ((1, 5000), (5000, 1), {}),
]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
@pytest.mark.parametrize("a, b, options", PRODUCTS, ids=str)
def test_products(a, b, options, dtype):
    tensors = [tensor((9 * normal(*dims, seed=seed)).astype(dtype)) for seed, dims in enumerate((a, b))]
    found = by_kernel(find("MatMul"), tensors, options)
    if found is not None:
        expected = by_numpy(find("MatMul"), tensors, options)
        for mine, theirs in zip(found, expected, strict=True):
            assert mine.dtype == theirs.dtype
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-3)
    else:
        assert dtype == "int32"


def test_products_of_views_and_variables():
    x, y = normal(100, 80), normal(100, 60, seed=1)
    variable = tf.Variable(y)
    expected = x.T @ y
    np.testing.assert_allclose((tensor(x.T) @ tensor(y)).numpy(), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose((tf.transpose(tensor(x)) @ variable).numpy(), expected, rtol=1e-4, atol=1e-4)
    part = wrap(x[::2, ::-1], tf.float32)
    found = tf.matmul(part, part, transpose_a=True).numpy()
    np.testing.assert_allclose(found, x[::2, ::-1].T @ x[::2, ::-1], rtol=1e-4, atol=1e-4)


WINDOWED = {
    "convolution": lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"),
    "strided convolution": lambda x, w: tf.nn.conv2d(x, w, 2, "VALID"),
    "dilated convolution": lambda x, w: tf.nn.conv2d(x, w, 1, "SAME", dilations=2),
    "depthwise convolution": lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME"),
    "max pool": lambda x, w: tf.nn.max_pool2d(x, 2, 2, "VALID") * w[0, 0, 0, 0],
    "average pool": lambda x, w: tf.nn.avg_pool2d(x, 3, 2, "SAME") * w[0, 0, 0, 0],
}


@pytest.mark.parametrize("name", WINDOWED)
def test_windows(name, monkeypatch):
    x, w = tensor(normal(4, 18, 18, 6)), tensor(normal(3, 3, 6, 5, seed=1))

    def results():
        with tf.GradientTape() as tape:
            tape.watch([x, w])
            y = WINDOWED[name](x, w)
            loss = tf.reduce_sum(tf.sin(y))
        return [y, *tape.gradient(loss, [x, w])]

    mine = results()
    served = any([each.program is not None for each in eager_kernels._wholes.values()])
    assert served or name == "depthwise convolution"
    monkeypatch.setattr(tapeflow.core.eager.large_calls, "evaluate", lambda op, inputs, params: None)
    for found, expected in zip(mine, results(), strict=True):
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-3, atol=1e-4)


def test_a_convolution_that_does_not_fit_is_refused_each_time(caplog, monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    for _ in range(4):
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.nn.conv2d(tf.zeros([4, 18, 18, 6]), tf.zeros([3, 3, 7, 5]), 1, "SAME")
        wait_for_compiler()
    assert not caplog.records


@pytest.mark.parametrize(
    "compute", [lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x**y, lambda x, y: x - y]
)
def test_operators_on_large_tensors(compute):
    x, y = np.abs(normal(300, 400)), normal(400, seed=1)
    v = tf.Variable(x)
    for first, second in ((x, y), (x, 2.0), (x, 3), (y, x)):
        mine = [each if np.isscalar(each) else tensor(each) for each in (first, second)]
        with np.errstate(all="ignore"):
            expected = compute(first, second)
        np.testing.assert_allclose(compute(*mine).numpy(), expected, rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(compute(v, tensor(y)).numpy(), compute(x, y), rtol=2e-5, atol=1e-6)


BROADCASTS = [
    [(100, 80), (80,)],
    [(100, 80), (100, 1)],
    [(100, 80), ()],
    [(), (100, 80)],
    [(1, 80), (100, 80)],
    [(100, 80), (1, 1)],
    [(20, 30, 40), (30, 1)],
    [(20, 30, 40), (20, 1, 40)],
    [(20, 1, 40), (1, 300, 1)],
    [(8000, 1), (1, 3)],
    [(1, 8000), (3, 1)],
    [(8000,), (8000,)],
    [(5, 1, 8000), (8000,)],
]


@pytest.mark.parametrize("shapes", BROADCASTS, ids=str)
@pytest.mark.parametrize("name", ["AddV2", "Pow", "Greater"])
def test_broadcasting(name, shapes):
    tensors = [tensor(np.abs(normal(*dims, seed=position))) for position, dims in enumerate(shapes)]
    found = by_kernel(find(name), tensors, {})
    if found is not None:
        check_equal(found, by_numpy(find(name), tensors, {}))


@pytest.mark.parametrize("size", [LARGE - 1, LARGE, LARGE + 1, 2 * LARGE - 1, 5 * LARGE + 17, 300_001])
def test_one_kernel_serves_all_sizes(size):
    tf.tanh(tensor(normal(2 * LARGE)))
    array = normal(size, seed=size)
    np.testing.assert_allclose(tf.tanh(tensor(array)).numpy(), np.tanh(array), rtol=1e-6)
    assert len(eager_kernels._kernels) == 1


@pytest.mark.parametrize(
    "dims, axes", [((90, 800), (0,)), ((90, 800), (0, 1)), ((9, 10, 800), (1,)), ((2, 90_000), (1,))]
)
@pytest.mark.parametrize("name", ["Sum", "Max", "Mean", "Moments", "Prod", "Softmax"])
def test_any_axes(name, dims, axes):
    tensors = [tensor(np.abs(normal(*dims)) ** 1e-4)]
    params = {"axis": axes[0]} if name == "Softmax" else {"axes": axes, "keepdims": False}
    check_equal(by_kernel(find(name), tensors, params), by_numpy(find(name), tensors, params))


def test_nothing_is_still_nothing():
    assert tf.tanh(tf.zeros([0, 8000])).shape == [0, 8000]
    assert tf.nn.softmax(tf.zeros([8000, 0])).shape == [8000, 0]


def test_special_numbers_are_kept():
    special = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-42, -3e-45, 1e38, -1e38, 3e-39]
    array = np.resize(np.array(special, "float32"), 3 * LARGE)
    with np.errstate(all="ignore"):
        for name in ("Tanh", "Relu", "Neg", "Sqrt", "Abs", "Square", "Sigmoid", "Exp", "Sin", "Erf"):
            tensors = [tensor(array)]
            found, expected = by_kernel(find(name), tensors, {}), by_numpy(find(name), tensors, {})
            np.testing.assert_allclose(found[0], expected[0], rtol=2e-5, atol=3e-45)
            if name == "Relu":
                continue  # the greater of 0.0 and -0.0 may be either
            zero = expected[0] == 0
            np.testing.assert_array_equal(np.signbit(found[0][zero]), np.signbit(expected[0][zero]))


def test_a_result_does_not_depend_on_place_or_number():
    row = normal(1000, seed=3)
    many = tf.nn.softmax(tensor(np.tile(row, (500, 1)))).numpy()
    few = tf.nn.softmax(tensor(np.tile(row, (7, 1)))).numpy()
    assert (many == many[0]).all()
    assert (few == many[0]).all()


# Whatever must be refused is refused in the same words.


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.tanh(tf.zeros([LARGE], tf.int32)),
        lambda: tf.zeros([1000, 80]) + tf.zeros([1000, 81]),
        lambda: tf.maximum(tf.zeros([1000, 80]), tf.zeros([80, 1000])),
        lambda: tf.maximum(tf.zeros([VERY_LARGE]), tf.zeros([VERY_LARGE], tf.float64)),
        lambda: tf.nn.softmax(tf.zeros([LARGE]), axis=3),
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.fill([1000], 10), logits=tf.zeros([1000, 10])
        ),
        lambda: tf.constant(1, shape=[VERY_LARGE]) // tf.constant(0, shape=[VERY_LARGE]),
    ],
)
def test_errors_are_the_same(call, monkeypatch):
    def message():
        with pytest.raises(Exception) as caught:
            call()
        return type(caught.value), str(caught.value)

    for _ in range(2):
        mine = message()
    monkeypatch.setattr(tapeflow.core.eager.large_calls, "evaluate", lambda op, inputs, params: None)
    assert mine == message()


def test_gradients_are_the_same(monkeypatch):
    x = tensor(normal(600, 200))
    functions = [
        tf.tanh,
        tf.nn.softmax,
        tf.nn.log_softmax,
        tf.nn.gelu,
        lambda x: tf.nn.gelu(x, approximate=True),
        tf.nn.silu,
        lambda x: tf.reduce_mean(tf.square(x)),
        lambda x: tf.reduce_max(x, axis=1),
        lambda x: tf.nn.moments(x, [1])[1],
        lambda x: tf.nn.batch_normalization(x, *tf.nn.moments(x, [1], keepdims=True), x[0], x[1], 1e-3),
    ]

    def gradients(function):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(tf.sin(function(x)))
            first = inner.gradient(y, x)
        return first.numpy(), tape.gradient(first, x)

    mine = [gradients(each) for each in functions]
    monkeypatch.setattr(tapeflow.core.eager.large_calls, "evaluate", lambda op, inputs, params: None)
    for (first, second), function in zip(mine, functions, strict=True):
        expected, again = gradients(function)
        np.testing.assert_allclose(first, expected, rtol=1e-4, atol=1e-5)
        assert (second is None) == (again is None)
        if second is not None:
            np.testing.assert_allclose(second.numpy(), again.numpy(), rtol=1e-4, atol=1e-5)


BROADCAST_PAIRS = [
    ((300, 400), (400,)),
    ((300, 400), (300, 1)),
    ((300, 400), ()),
    ((20, 30, 200), (30, 1)),
    ((1, 400), (300, 400)),
]


@pytest.mark.parametrize("dims, other", BROADCAST_PAIRS, ids=str)
def test_gradients_of_repeated_inputs(dims, other, monkeypatch):
    x, y = tensor(np.abs(normal(*dims)) + 0.5), tensor(np.abs(normal(*other, seed=1)) + 0.5)
    functions = [tf.multiply, tf.divide, tf.pow, tf.maximum, tf.math.squared_difference, tf.math.atan2]

    def gradients(function):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            loss = tf.reduce_sum(tf.sin(function(x, y)))
        return tape.gradient(loss, [x, y])

    mine = [gradients(each) for each in functions]
    assert any(
        [
            type(each).__name__ == "_RuleAndSum"
            for each, *_ in [*eager_kernels._kernels, *eager_kernels._wholes]
        ]
    )
    monkeypatch.setattr(tapeflow.core.eager.large_calls, "evaluate", lambda op, inputs, params: None)
    for found, function in zip(mine, functions, strict=True):
        for each, expected in zip(found, gradients(function), strict=True):
            assert each.shape == expected.shape
            scale = np.abs(expected.numpy()).max()
            np.testing.assert_allclose(each.numpy(), expected.numpy(), rtol=1e-3, atol=2e-4 * scale)


# When kernels come to be.


def test_the_second_call_has_the_kernel_compiled(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    x = tensor(normal(LARGE))
    assert eager_kernels.evaluate(find("Tanh"), [x], {}) is None
    wait_for_compiler()
    eager_kernels.evaluate(find("Tanh"), [x], {})
    wait_for_compiler()
    assert eager_kernels.evaluate(find("Tanh"), [x], {}) is not None


def test_what_was_compiled_before_is_compiled_at_the_first_call(monkeypatch, tmp_path):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    monkeypatch.setenv("TAPEFLOW_CACHE_DIR", str(tmp_path))
    x = tensor(normal(LARGE))
    for count in (2, 1):
        for _ in range(count):
            assert not any([each.program for each in eager_kernels._kernels.values()])
            eager_kernels.evaluate(find("Tanh"), [x], {})
        wait_for_compiler()
        assert eager_kernels.evaluate(find("Tanh"), [x], {}) is not None
        eager_kernels.forget()


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    x = normal(1 << 16)
    for length in range(1, 3000):
        tensors = [tensor(x[: length * (LARGE // length + 1)].reshape(-1, length))]
        eager_kernels.evaluate(find("Softmax"), tensors, {"axis": 1})
        eager_kernels.evaluate(find("Tanh"), tensors, {})
    assert len(eager_kernels._calls) <= eager_kernels._MOST_CALLS
    assert len(eager_kernels._kernels) <= eager_kernels._MOST_KERNELS
    assert len([each for each in eager_kernels._kernels.values() if each.program is not None]) < 20


def test_rows_of_many_lengths_are_not_all_compiled(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")
    monkeypatch.setattr(eager_kernels, "_EAGER_VARIANTS", 2)
    for length in range(100, 110):
        x = tensor(normal(LARGE // 100 + 50, length))
        for _ in range(3):
            eager_kernels.evaluate(find("Softmax"), [x], {"axis": 1})
    wait_for_compiler()
    assert sum([each.program is not None for each in eager_kernels._kernels.values()]) == 2


@pytest.mark.compiler_fails
def test_a_failing_compiler_is_told_and_left_alone(monkeypatch, caplog):
    monkeypatch.setenv("TAPEFLOW_COMPILE", "background")

    def fail(self, shapes=None):
        raise RuntimeError("no machine code today")

    monkeypatch.setattr(eager_kernels._Kernel, "compile", fail)
    x = normal(LARGE)
    for _ in range(5):
        np.testing.assert_allclose(tf.tanh(tensor(x)).numpy(), np.tanh(x), rtol=1e-6)
        wait_for_compiler()
    assert len([each for each in caplog.records if "no machine code today" in each.getMessage()]) == 1


def test_threads_share_kernels():
    arrays = [normal(40_000, seed=seed) for seed in range(8)]
    found = [None] * 8

    def work(place):
        for _ in range(20):
            found[place] = tf.tanh(tensor(arrays[place])).numpy()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for mine, array in zip(found, arrays, strict=True):
        np.testing.assert_allclose(mine, np.tanh(array), rtol=1e-6)


SCRIPT = """
import numpy as np, os, tapeflow as tf
from tapeflow.function import eager_kernels
from tapeflow.function.program import wait_for_compiler
x = tf.constant(np.linspace(-3, 3, 100_000).astype("float32"))
expected = np.tanh(x.numpy())
"""
FORK = """
for _ in range(2):
    tf.tanh(x)  # the background thread is about to compile while the process forks
child = os.fork()
for _ in range(5):
    assert np.allclose(tf.tanh(x).numpy(), expected, rtol=1e-6)
    wait_for_compiler()
assert all([each.program is not None for each in eager_kernels._kernels.values()])
if child:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    print("well")
else:
    os._exit(0)
"""
ON = """
for _ in range(2):
    tf.tanh(x)
wait_for_compiler()
kernels = list(eager_kernels._kernels.values())
assert kernels[0].program is not None
assert np.allclose(tf.tanh(x).numpy(), expected, rtol=1e-6)
y = tf.reshape(x[:99_904], [-1, 32])
for _ in range(3):
    found = tf.nn.softmax(y).numpy(), tf.matmul(y, y, transpose_a=True).numpy()
    wait_for_compiler()
    assert np.allclose(found[0].sum(1), 1.0, rtol=1e-5)
    assert np.allclose(found[1], y.numpy().T @ y.numpy(), rtol=1e-4)
print("well")
"""
OFF = """
for _ in range(3):
    tf.tanh(x)
wait_for_compiler()
import sys
print(len(eager_kernels._kernels), "llvmlite" in sys.modules)
"""


def run(script, **environment):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT + script],
        env={**os.environ, "TAPEFLOW_COMPILE": "background", **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.strip()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("cache", ["0", "1"])
def test_forked_processes_compile_for_themselves(cache, tmp_path):
    assert run(FORK, TAPEFLOW_CACHE=cache, TAPEFLOW_CACHE_DIR=str(tmp_path)) == "well"


@pytest.mark.parametrize(
    "settings",
    [
        {"TAPEFLOW_NATIVE_CALLS": "0"},
        {"TAPEFLOW_TARGET": "x86-64"},
        {"TAPEFLOW_NUM_THREADS": "1"},
        {"TAPEFLOW_NUM_THREADS": "7"},
    ],
    ids=str,
)
def test_kernels_work_in_every_setting(settings, tmp_path):
    assert run(ON, TAPEFLOW_CACHE_DIR=str(tmp_path), **settings) == "well"


@pytest.mark.parametrize("switch", [{"TAPEFLOW_EAGER_KERNELS": "0"}, {"TAPEFLOW_COMPILE": "never"}])
def test_kernels_can_be_switched_off(switch):
    assert run(OFF, **switch) == "0 False"


@pytest.mark.parametrize(
    "dims, rank", [((300, 257), 1), ((40, 30, 20), 2), ((2, 50_003), 1), ((257, 257), 1)]
)
def test_layer_norm_is_one_kernel(dims, rank):
    from tapeflow.ops.normalization import moments, normalize, normalize_rows

    axes = tuple(range(len(dims) - rank, len(dims)))
    x, scale, offset = [tensor(normal(*each, seed=len(each))) for each in (dims, dims[-rank:], dims[-rank:])]
    found = by_kernel(normalize_rows, (x, offset, scale), {"axes": axes, "epsilon": 1e-5})
    moments_of_rows = by_numpy(moments, (x,), {"axes": axes, "keepdims": True})
    rest = [tensor(each) for each in moments_of_rows]
    check_equal(found, by_numpy(normalize, (x, *rest, offset, scale), {"epsilon": 1e-5}))
