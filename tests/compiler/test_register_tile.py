"""Register tiles against NumPy: shapes, steps, nests of loops, partial vectors; and what the inner loops look like."""

import ctypes
import re

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import product_library
from tapeflow.compiler.objects import tidy
from tapeflow.compiler.places import times
from tapeflow.compiler.register_tile import TileShape, emit_tile
from tapeflow.compiler.target import host

llvm = pytest.importorskip("llvmlite.binding")
LEVELS = ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4")
NEEDS = {"x86-64-v3": ("avx2", "fma"), "x86-64-v4": ("avx512f", "avx512bw", "avx512dq", "avx512vl")}


def target_of(level):
    """The Target of a level; None is this machine."""
    host()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TAPEFLOW_TARGET", raising=False)
        if level is not None:
            if not host().is_x86:
                pytest.skip("levels are those of x86")
            patch.setenv("TAPEFLOW_TARGET", level)
        return host.__wrapped__()


def runnable(level):
    """The Target of a level that this machine can run."""
    features = llvm.get_host_cpu_features()
    if not all([features.get(each) for each in NEEDS.get(level, ())]):
        pytest.skip(f"this machine is below {level}")
    return target_of(level)


def module_of(target, dtype, emit):
    """The module of `void tile(a, b, c, start, i64 first, i64 second)`; emit(builder, those) writes it."""
    from llvmlite import ir

    kind = ir.FloatType() if dtype == np.float32 else ir.DoubleType()
    module = ir.Module()
    module.triple = target.triple
    i64 = ir.IntType(64)
    function = ir.Function(
        module, ir.FunctionType(ir.VoidType(), [kind.as_pointer()] * 4 + [i64] * 2), "tile"
    )
    builder = ir.IRBuilder(function.append_basic_block())
    emit(builder, TileShape(target, kind), *function.args)
    builder.ret_void()
    found = llvm.parse_assembly(str(module))
    found.verify()
    tidy(found, target.machine())
    return found


class Tile:
    """A compiled tile: called on arrays a, b, c, start and two numbers."""

    def __init__(self, target, dtype, emit):
        self._engine = llvm.create_mcjit_compiler(module_of(target, dtype, emit), target.machine())
        self._engine.finalize_object()
        kinds = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 2
        self._call = ctypes.CFUNCTYPE(None, *kinds)(self._engine.get_function_address("tile"))

    def __call__(self, a, b, c, start, first=0, second=0):
        self._call(*[each.ctypes.data for each in (a, b, c, start)], first, second)


def numbers(rng, *shape, dtype=np.float32):
    """Small whole numbers: their sums of products are exact."""
    return rng.integers(-8, 9, shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("level", [None, *LEVELS])
def test_tile_multiplies(level, dtype):
    target = runnable(level)
    rng = np.random.default_rng(0)
    shape = TileShape(target, _kind(dtype))
    for rows, count, columns in [
        (shape.rows, 19, shape.columns),
        (1, 1, 1),
        (3, 4, shape.lanes + 1),
        (2, 0, 3),
    ]:
        used = shape.vectors_of(columns)

        def emit(builder, shape, a, b, c, start, count_value, _, rows=rows, used=used, columns=columns):
            steps = [times(builder, row, 23) for row in range(rows)]
            places = [row * columns for row in range(rows)]
            emit_tile(builder, target, shape.lanes, a, steps, b, used, c, places, [(count_value, 1, columns)])

        a, b = numbers(rng, rows, 23, dtype=dtype), numbers(rng, count, columns, dtype=dtype)
        c = np.full((rows, columns), np.nan, dtype)
        guarded = np.full(rows * columns + 64, 77, dtype)
        Tile(target, dtype, emit)(a, b, guarded, c, count)
        np.testing.assert_array_equal(guarded[: rows * columns].reshape(rows, columns), a[:, :count] @ b)
        assert (guarded[rows * columns :] == 77).all(), "nothing is written behind the tile"


@pytest.mark.parametrize("level", [None, *LEVELS])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_partial_vectors_of_every_width(level, dtype):
    target = runnable(level)
    rng = np.random.default_rng(1)
    lanes = TileShape(target, _kind(dtype)).lanes
    a, b, start = (numbers(rng, *shape, dtype=dtype) for shape in [(3, 5), (5, lanes), (lanes,)])
    expected = a @ b + start

    def known(used):
        def emit(builder, shape, a, b, c, start, first, second):
            begin = (start, [0] * 3, None)
            emit_tile(
                builder,
                target,
                lanes,
                a,
                [0, 5, 10],
                b,
                [used],
                c,
                [0, lanes, 2 * lanes],
                [(5, 1, lanes)],
                begin,
            )

        return emit

    def unknown(builder, shape, a, b, c, start, first, second):
        known(first)(builder, shape, a, b, c, start, first, second)

    at_run_time = Tile(target, dtype, unknown)
    for used in range(1, lanes + 1):
        for tile in (at_run_time, Tile(target, dtype, known(used))):
            c = np.full((3, lanes), 77, dtype)
            tile(a, b, c, start, used)
            np.testing.assert_array_equal(c[:, :used], expected[:, :used])
            assert (c[:, used:] == 77).all()


def test_nest_of_loops_is_a_convolution():
    target, rng = host(), np.random.default_rng(2)
    image, kernel = numbers(rng, 6, 9, 4), numbers(rng, 3, 2, 4, 5)

    def emit(builder, shape, a, b, c, start, first, second):
        # Rows of the tile are neighbouring windows; a window's row of pixels lies in one piece.
        nest = [(3, 9 * 4, 2 * 4 * 5), (2 * 4, 1, 5)]
        emit_tile(builder, target, shape.lanes, a, [0, 4, 8], b, shape.vectors_of(5), c, [0, 5, 10], nest)

    c = np.zeros((3, 5), np.float32)
    Tile(target, np.float32, emit)(image, kernel, c, c)
    expected = [np.einsum("hwc,hwco", image[:3, x : x + 2], kernel) for x in range(3)]
    np.testing.assert_array_equal(c, expected)


def test_steps_at_run_time_and_condition():
    """A transposed A, sums that go on from what is there if they are told to, and an epilogue."""
    from llvmlite import ir

    target, rng = host(), np.random.default_rng(3)
    a, b = numbers(rng, 7, 4), numbers(rng, 7, 6)

    def emit(builder, shape, a, b, c, start, step, goes_on):
        condition = builder.icmp_signed("!=", goes_on, ir.Constant(goes_on.type, 0))

        def relu(vector, row, column):
            zero = ir.Constant(vector.type, [0.0] * shape.lanes)
            return builder.select(builder.fcmp_unordered(">", vector, zero), vector, zero)

        rows = [times(builder, row, step) for row in range(4)]
        emit_tile(
            builder,
            target,
            shape.lanes,
            a,
            [0, 1, 2, 3],
            b,
            shape.vectors_of(6),
            c,
            rows,
            [(7, 4, step)],
            (c, rows, condition),
            relu,
        )

    tile = Tile(target, np.float32, emit)
    for goes_on in (0, 1):
        c = numbers(rng, 4, 6)
        expected = np.maximum(a.T @ b + goes_on * c, 0)
        tile(a, b, c, c, 6, goes_on)
        np.testing.assert_array_equal(c, expected)


def test_not_a_number_and_infinity_pass_through():
    target = host()

    def emit(builder, shape, a, b, c, start, first, second):
        emit_tile(builder, target, shape.lanes, a, [0], b, [2], c, [0], [(2, 1, 2)])

    c = np.zeros(2, np.float32)
    a, b = np.float32([0, 1]), np.float32([[np.inf, np.nan], [np.inf, 1]])
    Tile(target, np.float32, emit)(a, b, c, c)
    assert np.isnan(c).all()
    Tile(target, np.float32, emit)(np.float32([1, 1]), b, c, c)
    assert c[0] == np.inf and np.isnan(c[1])


def loops(text):
    """The instructions of each innermost loop."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    labels = {line[:-1]: place for place, line in enumerate(lines) if re.fullmatch(r"\.?\w+:", line)}
    for place, line in enumerate(lines):
        jump = re.match(r"j\w+\s+(\.?\w+)$", line)
        if jump and labels.get(jump.group(1), place) < place:
            yield lines[labels[jump.group(1)] + 1 : place]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("level", ["x86-64-v3", "x86-64-v4"])
@pytest.mark.parametrize("form", ["run time", "known", "columns of A", "edge"])
def test_inner_loop_keeps_its_sums_in_registers(level, dtype, form):
    target = target_of(level)

    def emit(builder, shape, a, b, c, start, first, second):
        step = first if form == "run time" else 784
        a_step = second if form == "run time" else 1
        rows = [times(builder, row, step) for row in range(shape.rows)]
        if form == "columns of A":
            rows, a_step = list(range(shape.rows)), first
        columns = [None] * shape.vectors
        if form == "edge":
            columns[-1] = second
        emit_tile(
            builder,
            target,
            shape.lanes,
            a,
            rows,
            b,
            columns,
            c,
            rows,
            [(first, a_step, second)],
            (c, rows, None),
        )

    text = target.machine().emit_assembly(module_of(target, dtype, emit))
    found = [loop for loop in loops(text) if any("vfmadd" in line for line in loop)]
    assert found, text
    shape = TileShape(target, _kind(dtype))
    sums = shape.rows * shape.vectors
    for loop in found:
        assert sum("vfmadd" in line for line in loop) in (sums, 2 * sums)
        moved = [line for line in loop if "mm" in line and re.search(r"\(%r[sb]p\)", line)]
        assert not moved, f"registers are kept on the stack: {moved}"
        copied = [line for line in loop if re.match(r"vmov[au]ps\s+%[xyz]mm\d+, %[xyz]mm\d+$", line)]
        assert not copied, f"registers are copied: {copied}"


@pytest.mark.parametrize("thin", [False, True])
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("level", ["x86-64-v3", "x86-64-v4"])
def test_products_keep_their_sums_in_registers(level, dtype, thin):
    target = target_of(level)
    found = []
    for text in product_library.texts_of(target, dtype, thin):
        module, machine = llvm.parse_assembly(text), target.machine()
        module.verify()
        tidy(module, machine)
        found += [
            loop for loop in loops(machine.emit_assembly(module)) if any("vfmadd" in line for line in loop)
        ]
    assert len(found) >= 8
    for loop in found:
        moved = [line for line in loop if "vmov" in line and re.search(r"\(%rsp\)", line)]
        assert not moved, f"registers are kept on the stack: {moved}"


def _kind(dtype):
    from llvmlite import ir

    return ir.FloatType() if dtype == np.float32 else ir.DoubleType()
