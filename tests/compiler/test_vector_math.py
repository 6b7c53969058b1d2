"""The compiler's elementary functions: how far they are from the true values, and what they give at the edges."""

import math

import numpy as np
import pytest
import scipy.special

from tapeflow.compiler.target import host
from tapeflow.compiler.vector_math import (
    FUNCTIONS,
    INTEGER_FUNCTIONS,
    emit_function,
)
from tests.compiler.native_loops import NativeLoop

WIDTHS = {np.float32: (0, 4, 8, 16), np.float64: (0, 2, 4, 8)}
QUESTIONS = {"isnan", "isfinite", "isinf"}


def one_by_one(function):
    """A function of math, whose double results are within one unit in the last place, on arrays."""

    def apply(x):
        return np.array([function(each) for each in x.tolist()])

    return apply


def logistic(x):
    return 1 / (1 + np.exp(-x))


# name: (reference in more precision than float, reference for double, greatest distance for both, in units in the
# last place). The distances are a little above what was measured on 10 million floats and a million doubles.
ACCURACY = {
    "exp": (np.exp, np.exp, 1.1),
    "exp_nonpositive": (np.exp, np.exp, 1.1),
    "expm1": (np.expm1, np.expm1, 2.0),
    "sinh": (np.sinh, np.sinh, 2.5),
    "cosh": (np.cosh, np.cosh, 1.6),
    "tanh": (np.tanh, np.tanh, 2.7),
    "sigmoid": (logistic, logistic, 2.6),
    "log": (np.log, np.log, 1.0),
    "log1p": (np.log1p, np.log1p, 1.6),
    "arcsinh": (np.arcsinh, np.arcsinh, 1.9),
    "arccosh": (np.arccosh, np.arccosh, 2.3),
    "arctanh": (np.arctanh, np.arctanh, 2.2),
    "power": (np.power, np.power, 1.2),
    "sin": (np.sin, np.sin, 1.7),
    "cos": (np.cos, np.cos, 1.7),
    "tan": (np.tan, np.tan, 3.7),
    "arcsin": (np.arcsin, np.arcsin, 2.5),
    "arccos": (np.arccos, np.arccos, 1.3),
    "arctan": (np.arctan, np.arctan, 1.8),
    "arctan2": (np.arctan2, np.arctan2, 1.8),
    "erf": (scipy.special.erf, one_by_one(math.erf), 2.4),
    "erfc": (scipy.special.erfc, one_by_one(math.erfc), 4.0),
    "sqrt": (np.sqrt, np.sqrt, 0.5),
}
EXACT = {
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "rint": np.rint,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "isnan": np.isnan,
    "isfinite": np.isfinite,
    "isinf": np.isinf,
    "copysign": np.copysign,
    "nextafter": np.nextafter,
    "fmod": np.fmod,
    "remainder": np.remainder,
}
TAKE_SMALL_FOR_ZERO = {"log", "power", "fmod", "remainder"}
"""Those to which numbers below the least normal one are 0, or may be, even where the processor knows them."""
TWO_ARGUMENTS = {"power", "arctan2", "maximum", "minimum", "copysign", "nextafter", "fmod", "remainder"}
EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    math.inf,
    -math.inf,
    math.nan,
    0.5,
    -0.5,
    2.0,
    -2.0,
    2.5,
    3.0,
    -3.0,
    1e4,
    3e38,
    -3e38,
]


def compiled(name, dtype, width, fma=True, flush=False, **options):
    def emit(builder, *values):
        return emit_function(builder, name, *values, fma=fma, **options)

    dtypes = [dtype] * (2 if name in TWO_ARGUMENTS else 1)
    return NativeLoop(emit, dtypes, np.bool_ if name in QUESTIONS else dtype, width, flush)


def numbers(dtype, size, seed):
    """Numbers of all magnitudes and of the usual ones, and the edges."""
    random = np.random.default_rng(seed)
    word = np.uint32 if dtype is np.float32 else np.uint64
    of_all = random.integers(0, np.iinfo(word).max, size, word, endpoint=True).view(dtype)
    ranges = [random.uniform(-limit, limit, size) for limit in (0.01, 1, 10, 110, 1e5)]
    near_one = 1 + random.uniform(-1e-3, 1e-3, size)
    multiples = np.arange(size) * (math.pi / 2)
    with np.errstate(over="ignore"):
        return np.concatenate(
            [of_all, *[each.astype(dtype) for each in (*ranges, near_one, multiples, np.array(EDGES))]]
        )


def arguments(name, dtype, size):
    """Numbers for each argument of the function, of every two edges together."""
    if name in TWO_ARGUMENTS:
        x, y = numbers(dtype, size, 2), np.random.default_rng(4).permutation(numbers(dtype, size, 3))
        edges = np.meshgrid(np.array(EDGES, dtype), np.array(EDGES, dtype))
        found = [np.concatenate([each, edge.ravel()]) for each, edge in zip((x, y), edges, strict=True)]
    else:
        found = [numbers(dtype, size, 1)]
    if name == "exp_nonpositive":
        found = [-np.abs(each) for each in found]
    return [without_small(each) for each in found] if name in TAKE_SMALL_FOR_ZERO else found


def without_small(x):
    """Zeros of the same sign in place of numbers below the least normal one."""
    return np.where(np.abs(x) < np.finfo(x.dtype).smallest_normal, np.copysign(x.dtype.type(0), x), x)


def distances(result, truth):
    """How far each result is from the truth, in units in the last place of the result's dtype; infinite if it is a
    number and the truth is none, or the other way round. Numbers below the least normal one count as 0."""
    dtype = result.dtype
    rounded = truth.astype(dtype)
    least = np.finfo(dtype).smallest_normal
    unit = np.spacing(np.maximum(np.abs(rounded), least)).astype(truth.dtype)
    distance = np.abs(result.astype(truth.dtype) - truth) / unit
    distance[np.isnan(distance)] = math.inf
    is_same = (result == rounded) | (np.isnan(result) & np.isnan(rounded))
    is_tiny = (np.abs(truth) < least) & (np.abs(result) <= least)
    return np.where((is_same & ~np.isfinite(rounded)) | is_tiny, 0, distance)


def assert_near(name, inputs, result, truth, limit):
    distance = distances(result, truth)
    worst = int(distance.argmax())
    at = [each[worst] for each in inputs]
    assert distance[worst] <= limit, (
        f"{name}{at}: {result[worst]} is {distance[worst]} units from {truth[worst]}"
    )


def test_every_function_is_tested():
    assert ACCURACY.keys() | EXACT.keys() == FUNCTIONS
    assert INTEGERS.keys() == INTEGER_FUNCTIONS


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("fma", [True, False], ids=["fma", "no_fma"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float", "double"])
@pytest.mark.parametrize("name", ACCURACY)
def test_function_is_accurate(name, dtype, fma):
    for_float, for_double, limit = ACCURACY[name]
    inputs = arguments(name, dtype, 3000)
    if dtype is np.float32:
        truth = for_float(*[each.astype(np.float64) for each in inputs])
    elif name in ("erf", "erfc"):
        truth = for_double(*inputs)
    else:
        truth = for_double(*[each.astype(np.longdouble) for each in inputs])
    result = compiled(name, dtype, 8 if dtype is np.float32 else 4, fma)(*inputs)
    assert_near(name, inputs, result, truth, limit)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float", "double"])
@pytest.mark.parametrize("name", EXACT)
def test_function_is_exact(name, dtype):
    inputs = arguments(name, dtype, 3000)
    result = compiled(name, dtype, 8 if dtype is np.float32 else 4)(*inputs)
    np.testing.assert_array_equal(result, EXACT[name](*inputs))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float", "double"])
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_all_widths_give_the_same(name, dtype):
    inputs = arguments(name, dtype, 50)
    results = [compiled(name, dtype, width)(*inputs) for width in WIDTHS[dtype]]
    for each in results[1:]:
        np.testing.assert_array_equal(each, results[0])


@pytest.mark.skipif(not host().is_x86, reason="the register is that of x86")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float", "double"])
@pytest.mark.parametrize("name", sorted(FUNCTIONS - QUESTIONS - {"nextafter"}))
def test_flushing_small_numbers_to_zero_changes_nothing_else(name, dtype):
    least = np.finfo(dtype).smallest_normal
    inputs = [without_small(each) for each in arguments(name, dtype, 2000)]
    if name in ("fmod", "remainder"):  # what is left must not be below the least number either
        inputs[1] = np.where(np.abs(inputs[1]) < least * 2.0**53, dtype(1), inputs[1])
    width = 8 if dtype is np.float32 else 4
    usual, flushed = [compiled(name, dtype, width, flush=flush)(*inputs) for flush in (False, True)]
    is_tiny = (np.abs(usual) < 2 * least) & (np.abs(flushed) < 2 * least)
    np.testing.assert_array_equal(np.where(is_tiny, 0, flushed), np.where(is_tiny, 0, usual))


@pytest.mark.parametrize(
    "name", ["expm1", "log1p", "sinh", "tanh", "sin", "tan", "arcsin", "arctan", "arcsinh", "erf"]
)
def test_odd_functions_keep_the_sign_of_zero(name):
    for dtype in (np.float32, np.float64):
        result = compiled(name, dtype, 2)(np.array([0.0, -0.0], dtype))
        assert (result == 0).all() and np.signbit(result).tolist() == [False, True]


def test_infinite_and_extreme_arguments_have_their_values():
    cases = {
        "exp_nonpositive": [(-math.inf, 0), (-1000, 0), (-0.0, 1), (math.nan, math.nan)],
        "exp": [(-math.inf, 0), (math.inf, math.inf), (-1000, 0), (1000, math.inf)],
        "tanh": [(-math.inf, -1), (math.inf, 1), (30, 1)],
        "sigmoid": [(-math.inf, 0), (math.inf, 1), (-1000, 0)],
        "log": [
            (0, -math.inf),
            (1e-320, -math.inf),
            (math.inf, math.inf),
            (-1, math.nan),
            (-math.inf, math.nan),
        ],
        "erf": [(-math.inf, -1), (math.inf, 1), (7, 1)],
        "sin": [(math.inf, math.nan)],
        "arctan": [(-math.inf, -math.pi / 2)],
    }
    for name, pairs in cases.items():
        x, y = np.array(pairs).T
        for dtype in (np.float32, np.float64):
            np.testing.assert_array_equal(compiled(name, dtype, 0)(x.astype(dtype)), y.astype(dtype))


@pytest.mark.parametrize(
    ("dtype", "x", "sine", "cosine"),
    [
        (np.float64, 1e16, 0.7796880066069788, -0.6261681981330862),
        (np.float64, 1e22, -0.8522008497671888, 0.523214785395139),
        # the double that is closest to a multiple of pi/2
        (np.float64, 6381956970095103.0 * 2.0**797, 1.0, -4.687165924254628e-19),
        (np.float64, 2.0**1000, -0.15920170308624243, 0.9872460775989135),
        (np.float64, 1.7e308, -0.5952560848632077, 0.803536056087918),
        (np.float32, 1e16, -0.49657464352605457, 0.8679940226792877),
        (np.float32, -3e38, -0.8749048877644344, -0.4842947835419069),
        (np.float32, 16367173 * 2.0**72, 1.0, -1.6147697982476211e-09),
    ],
)
def test_sine_and_cosine_of_huge_arguments(dtype, x, sine, cosine):
    for name, truth in (("sin", sine), ("cos", cosine)):
        for fma in (True, False):
            (result,) = compiled(name, dtype, 4, fma)(np.array([x], dtype))
            assert abs(result - truth) <= 1.5 * np.spacing(abs(dtype(truth)))


def test_maximum_and_minimum_with_a_known_number_keep_nan():
    def emit(builder, value):
        from tapeflow.compiler.vector_math.lanes import constant

        return emit_function(builder, "maximum", value, constant(value.type, 0.0))

    result = NativeLoop(emit, [np.float32], np.float32, 8)(
        np.array([math.nan, -1, 2, -0.0, math.inf], np.float32)
    )
    np.testing.assert_array_equal(result, np.array([math.nan, 0, 2, 0, math.inf], np.float32))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("exponent", [-1.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0, -2.0])
def test_power_of_known_exponents(exponent):
    from tapeflow.compiler.vector_math.lanes import constant

    for dtype in (np.float32, np.float64):

        def emit(builder, value):
            return emit_function(builder, "power", value, constant(value.type, exponent))

        x = numbers(dtype, 500, 7)
        truth = np.power(x.astype(np.longdouble), np.longdouble(exponent))
        assert_near("power", [x], NativeLoop(emit, [dtype], dtype, 4)(x), truth, 2)


# Integers.

INTEGERS = {
    "abs": np.abs,
    "sign": np.sign,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "floor_divide": np.floor_divide,
    "remainder": np.remainder,
    "power": np.power,
    "population_count": lambda x: np.bitwise_count(x.view(x.dtype.str.replace("i", "u"))),
}
TWO_INTEGERS = {"maximum", "minimum", "floor_divide", "remainder", "power"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_function_of_integers(name, dtype):
    dtype = np.dtype(dtype)
    limits = np.iinfo(dtype)
    random = np.random.default_rng(5)
    few = np.array([0, 1, 2, 3, limits.max, limits.min, limits.max - 1], dtype)
    few = np.concatenate([few, -few if limits.min else few])
    x = np.concatenate([random.integers(limits.min, limits.max, 300, dtype), np.repeat(few, len(few))])
    y = np.concatenate([random.integers(limits.min, limits.max, 300, dtype), np.tile(few, len(few))])
    if name in ("floor_divide", "remainder"):
        y[y == 0] = 1
    if name == "power":
        y = np.where(y < 0, ~y, y) % 70
    inputs = [x, y] if name in TWO_INTEGERS else [x]
    truth = INTEGERS[name](*inputs).astype(dtype)

    def emit(builder, *values):
        return emit_function(builder, name, *values, unsigned=limits.min == 0)

    for width in (0, 8):
        result = NativeLoop(emit, [dtype] * len(inputs), dtype, width)(*inputs)
        np.testing.assert_array_equal(result, truth)


def test_integer_division_by_zero_does_not_stop_the_program():
    for name in ("floor_divide", "remainder"):
        for unsigned in (False, True):

            def emit(builder, *values, name=name, unsigned=unsigned):
                return emit_function(builder, name, *values, unsigned=unsigned)

            NativeLoop(emit, [np.int32] * 2, np.int32, 4)(np.arange(4), np.array([0, 1, 0, 2]))


def test_unknown_function_is_refused():
    with pytest.raises(NotImplementedError, match=r"no function 'zeta' of float"):
        compiled("zeta", np.float32, 0)
