"""Matrix products by tiles against NumPy: sizes, transpositions, edges, batches, threads, targets, the cache."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph, product_library, products, threads
from tapeflow.compiler.objects import tidy
from tapeflow.compiler.target import host
from tapeflow.graph.tracing import trace

pytest.importorskip("llvmlite")
TURNS = list(itertools.product([False, True], repeat=2))
DTYPES = [tf.float32, tf.float64]
RNG = np.random.default_rng(7)


@pytest.fixture
def few_threads():
    """Sets the number of threads for a test."""
    yield threads.set_num_threads
    threads.set_num_threads(None)


def whole(*shape, dtype=tf.float32):
    """Small whole numbers, of which sums of products are exact in any order."""
    return RNG.integers(-8, 9, shape).astype(dtype.array_dtype)


def operands(rows, terms, columns, turned, make=whole, dtype=tf.float32):
    """Arrays a and b for a product of those sizes, and their product."""
    a, b = make(rows, terms, dtype=dtype), make(terms, columns, dtype=dtype)
    expected = (a.astype(np.float64) @ b.astype(np.float64)).astype(dtype.array_dtype)
    stored = [
        np.ascontiguousarray(each.T if turn else each) for each, turn in zip((a, b), turned, strict=True)
    ]
    return *stored, expected


def check(rows, terms, columns, turned, dtype=tf.float32):
    a, b, expected = operands(rows, terms, columns, turned, dtype=dtype)
    found = products.compiled(dtype, rows, terms, columns, *turned)(a, b)
    np.testing.assert_array_equal(found, expected, err_msg=f"{rows} {terms} {columns} {turned} {dtype.name}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("turned", TURNS)
def test_product_of_every_small_size(turned, dtype):
    sizes = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 33]
    for rows, terms, columns in itertools.product(sizes, [0, 1, 2, 5, 8, 21], sizes):
        check(rows, terms, columns, turned, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("turned", TURNS)
def test_product_of_random_sizes(turned, dtype):
    for _ in range(300):
        check(*map(int, RNG.integers(1, 80, 3)), turned, dtype)
    for _ in range(15):
        check(*map(int, np.exp(RNG.uniform(0, 7, 3))), turned, dtype)


@pytest.mark.parametrize("turned", TURNS)
@pytest.mark.parametrize(
    "sizes",
    [
        (256, 256, 256),
        (512, 512, 512),
        (100, 1000, 1),
        (1, 1000, 100),
        (3, 700, 70),
        (97, 641, 1100),
        (2000, 5, 3),
        (102, 1024, 1024),
        (100, 1025, 70),
        (131, 2500, 33),
        (300, 3, 30000),
        (7, 3000, 50),
    ],
)
@pytest.mark.parametrize("dtype", DTYPES)
def test_product_of_large_sizes(dtype, sizes, turned):
    check(*sizes, turned, dtype)


@pytest.mark.parametrize("turned", TURNS)
def test_product_is_as_exact_as_sums_in_order(turned):
    def normal(*shape, dtype):
        return RNG.standard_normal(shape).astype(dtype.array_dtype)

    for dtype in DTYPES:
        a, b, expected = operands(130, 700, 90, turned, normal, dtype)
        found = products.compiled(dtype, 130, 700, 90, *turned)(a, b)
        magnitude = np.abs(a.T if turned[0] else a).astype(np.float64) @ np.abs(b.T if turned[1] else b)
        assert (np.abs(found - expected) <= 30 * np.finfo(found.dtype).eps * magnitude).all()


@pytest.mark.parametrize("turned", TURNS)
def test_number_of_threads_changes_no_bit(turned, few_threads):
    for rows, terms, columns in [
        (300, 400, 500),
        (32, 784, 128),
        (1000, 700, 1),
        (1, 700, 1000),
        (5000, 300, 10),
        (128, 1500, 256),
    ]:
        a = RNG.standard_normal((terms, rows) if turned[0] else (rows, terms)).astype(np.float32)
        b = RNG.standard_normal((columns, terms) if turned[1] else (terms, columns)).astype(np.float32)
        multiply = products.compiled(tf.float32, rows, terms, columns, *turned)
        found = []
        for number in (1, 2, 5):
            few_threads(number)
            found.append(multiply(a, b))
        for each in found[1:]:
            np.testing.assert_array_equal(each, found[0])


def test_rows_and_columns_do_not_depend_on_where_they_stand():
    """Every element is one sum in the order of its terms, whichever tile it is in."""
    a, b = [RNG.standard_normal((50, 50)).astype(np.float32) for _ in range(2)]
    product = products.compiled(tf.float32, 50, 50, 50)(a, b)
    some = products.compiled(tf.float32, 13, 50, 9)(a[20:33], b[:, 5:14])
    np.testing.assert_array_equal(some, product[20:33, 5:14])


@pytest.mark.parametrize("turned", TURNS)
def test_blocks_of_terms_change_no_bit(turned):
    """How many terms a block has depends on the other sizes; the sums go on from block to block."""
    a, b = [RNG.standard_normal(dims).astype(np.float32) for dims in ((110, 2600), (2600, 90))]
    product = products.compiled(tf.float32, 110, 2600, 90)(a, b)
    for rows, columns in [(110, 90), (20, 90), (110, 20)]:
        left, right = [
            each.T if turn else each for each, turn in zip((a[:rows], b[:, :columns]), turned, strict=True)
        ]
        found = products.compiled(tf.float32, rows, 2600, columns, *turned)(left, right)
        np.testing.assert_array_equal(found, product[:rows, :columns])


def test_infinity_and_not_a_number_stay_in_their_row_and_column():
    a, b = np.ones((9, 20), np.float32), np.ones((20, 21), np.float32)
    a[3, 7], b[11, 20] = np.nan, np.inf
    found = products.compiled(tf.float32, 9, 20, 21)(a, b)
    expected = np.full((9, 21), 20, np.float32)
    expected[3], expected[:, 20], expected[3, 20] = np.nan, np.inf, np.nan
    np.testing.assert_array_equal(found, expected)


def test_infinity_times_zero_is_not_a_number():
    found = products.compiled(tf.float32, 1, 2, 1)(np.float32([[0, 1]]), np.float32([[np.inf], [1]]))
    assert np.isnan(found).all()


def test_nothing_is_written_beyond_the_result():
    for rows, columns in itertools.product([1, 3, 6, 7, 20], [1, 7, 10, 16, 19, 33]):
        a, b = whole(rows, 12), whole(12, columns)
        room = np.full(rows * columns + 200, 77, np.float32)
        c = room[100 : 100 + rows * columns].reshape(rows, columns)
        products.compiled(tf.float32, rows, 12, columns)(a, b, c)
        np.testing.assert_array_equal(c, a @ b)
        assert (room[:100] == 77).all() and (room[100 + rows * columns :] == 77).all()


def test_small_numbers_of_eager_products_are_kept():
    small = np.full((4, 4), 1e-40, np.float32)
    found = products.compiled(tf.float32, 4, 4, 4)(small, np.eye(4, dtype=np.float32))
    np.testing.assert_array_equal(found, small)


def test_arrays_of_other_orders_are_copied_and_other_shapes_refused():
    a, b = whole(9, 11), whole(11, 5)
    multiply = products.compiled(tf.float32, 9, 11, 5)
    np.testing.assert_array_equal(multiply(np.asfortranarray(a), b[:, ::1]), a @ b)
    np.testing.assert_array_equal(multiply(a[::-1], b), a[::-1] @ b)
    with pytest.raises(ValueError, match="was compiled for"):
        multiply(b, a)


# In programs.


def run(function, *arrays):
    return tf.function(function, jit_compile=True)(*[tf.constant(each) for each in arrays]).numpy()


@pytest.mark.parametrize("turned", TURNS)
@pytest.mark.parametrize(
    ("outer_a", "outer_b"),
    [((), ()), ((3,), ()), ((3,), (3,)), ((2, 1), (5,)), ((4, 3), (1, 3)), ((1,), (40,)), ((100,), (100,))],
)
def test_batches_in_programs(outer_a, outer_b, turned):
    def multiply(a, b):
        return tf.matmul(a, b, transpose_a=turned[0], transpose_b=turned[1])

    for rows, terms, columns in [(5, 7, 9), (1, 3, 1), (40, 32, 24)]:
        a = whole(*outer_a, *((terms, rows) if turned[0] else (rows, terms)))
        b = whole(*outer_b, *((columns, terms) if turned[1] else (terms, columns)))
        expected = np.matmul(a.swapaxes(-1, -2) if turned[0] else a, b.swapaxes(-1, -2) if turned[1] else b)
        np.testing.assert_array_equal(run(multiply, a, b), expected)


def test_large_batches_in_programs(few_threads):
    a, b = whole(5, 70, 900), whole(5, 900, 300)
    for number in (1, 3):
        few_threads(number)
        np.testing.assert_array_equal(run(lambda a, b: tf.matmul(a, b), a, b), a @ b)


def test_inner_loops_begin_with_a_line_of_the_cache():
    """Elsewhere their code may take a line more, which costs a tenth of their speed."""
    import llvmlite.binding as llvm

    text, _ = product_library.texts_of(host(), tf.float32, False)
    module, machine = llvm.parse_assembly(text), host().machine()
    tidy(module, machine)
    assembly = machine.emit_assembly(module)
    tile = assembly[assembly.index("\ntiles_") :]
    assert ".p2align\t6" in tile[: tile.index("func_end")]


def test_program_calls_what_is_compiled_already():
    graph = trace(lambda a, b: tf.matmul(a, b), [(tf.float32, (64, 64))] * 2)
    (segment,) = compile_graph(graph).segments
    assert product_library.name_of(tf.float32) in segment.text
    assert "llvm.fma" not in segment.text


_CODE = """
import numpy as np, tapeflow as tf
from tapeflow.compiler import product_library, products
make = lambda rows, columns: np.arange(rows * columns, dtype=np.float32).reshape(rows, columns) % 7
a, b = make(35, 19), make(19, 21)
if {warm}:
    product_library.texts_of = lambda *_: 1 / 0
found = products.compiled(tf.float32, 35, 19, 21)(a, b)
assert (found == a @ b).all()
for turn_a, turn_b in ((1, 0), (0, 1), (1, 1)):
    left, right = [np.ascontiguousarray(each.T) if turn else each for each, turn in ((a, turn_a), (b, turn_b))]
    assert (products.compiled(tf.float32, 35, 19, 21, bool(turn_a), bool(turn_b))(left, right) == found).all()
"""


def start(code, **environment):
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **environment})


def test_code_is_written_once_for_a_machine(tmp_path):
    start(_CODE.format(warm=0), TAPEFLOW_CACHE_DIR=str(tmp_path), TAPEFLOW_CACHE="1")
    start(_CODE.format(warm=1), TAPEFLOW_CACHE_DIR=str(tmp_path), TAPEFLOW_CACHE="1")


@pytest.mark.parametrize("level", ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"])
def test_levels_of_processors(level, tmp_path):
    import llvmlite.binding as llvm

    if not host().is_x86:
        pytest.skip("levels are those of x86")
    features = llvm.get_host_cpu_features()
    needed = {"x86-64-v3": ("avx2", "fma"), "x86-64-v4": ("avx512f", "avx512bw", "avx512dq", "avx512vl")}
    if not all([features.get(each) for each in needed.get(level, ())]):
        pytest.skip(f"this machine is below {level}")
    start(_CODE.format(warm=0), TAPEFLOW_TARGET=level, TAPEFLOW_CACHE_DIR=str(tmp_path))
