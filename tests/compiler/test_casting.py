"""Casts in machine code give what NumPy's do, for every two dtypes."""

import math

import numpy as np
import pytest

from tapeflow.compiler.casting import emit_cast
from tapeflow.compiler.target import host
from tapeflow.core import dtypes
from tests.compiler.native_loops import NativeLoop

NAMES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
]
FLOATING = NAMES[9:]
EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    math.inf,
    -math.inf,
    math.nan,
    0.5,
    -0.9,
    127.9,
    128,
    -129,
    255.5,
    256,
    65519.9,
    65520,
]
EDGES += [
    3e9,
    -3e9,
    5e9,
    -5e9,
    1e19,
    -1e19,
    1e20,
    -1e20,
    2.0**31,
    2.0**32,
    2.0**63,
    2.0**64,
    -(2.0**31),
    -(2.0**63),
]
# Halves of the last bit of 11 and of 8, and a little more or less, which two roundings would lose.
EDGES += [
    1 + 2**-11 + 2**-40,
    1 + 3 * 2**-11 - 2**-40,
    1 + 2**-8 + 2**-30,
    2**-25 * (1 + 2**-40),
    2.0**-25,
    1e-7,
]


def samples(name):
    """Values of the dtype: random bits, edges and numbers of usual size."""
    dtype = getattr(dtypes, name).array_dtype
    random = np.random.default_rng(3)
    if name == "bool":
        return random.integers(0, 2, 100).astype(bool)
    of_all = np.frombuffer(random.bytes(1000 * dtype.itemsize), dtype)
    usual = random.normal(0, 100, 500)
    if name not in FLOATING:
        limits = np.iinfo(dtype)
        ends = np.array([0, 1, 127, limits.min, limits.max, limits.max - 1], dtype)
        halves = np.array([2049, 2051, 65519, 65520, (1 << 24) + 1, (1 << 40) + (1 << 32) + 1])
        return np.concatenate([of_all, ends, halves.astype(dtype), usual.astype(np.int64).astype(dtype)])
    return np.concatenate([of_all, np.array(EDGES).astype(dtype), usual.astype(dtype)])


def emitter(source, target, f16c):
    """The cast, on what elements are in memory: bytes for bool, integers for those of 16 bits."""
    from llvmlite import ir

    source, target = getattr(dtypes, source), getattr(dtypes, target)

    def emit(builder, value):
        if source is dtypes.bool:
            kind = ir.IntType(1)
            if isinstance(value.type, ir.VectorType):
                kind = ir.VectorType(kind, value.type.count)
            value = builder.trunc(value, kind)
        return emit_cast(builder, value, source, target, f16c)

    return emit


def in_memory(name):
    """The NumPy dtype of the same size that needs no extension."""
    dtype = getattr(dtypes, name).array_dtype
    return np.dtype(np.uint16) if name in ("float16", "bfloat16") else dtype


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("target", NAMES)
@pytest.mark.parametrize("source", NAMES)
def test_cast_is_numpys(source, target):
    x = samples(source)
    if source in FLOATING and target in ("uint32", "uint64"):
        wide = x.astype(np.float64)
        x = x[(wide > -(2.0**31)) & (wide < 2.0 ** int(target[4:]))]  # the others have no certain result
    truth = x.astype(getattr(dtypes, target).array_dtype)
    for width, f16c in ((0, True), (8, True), (8, False)):
        loop = NativeLoop(emitter(source, target, f16c), [in_memory(source)], in_memory(target), width)
        result = loop(x.view(in_memory(source))).view(truth.dtype)
        assert_same(x, result, truth)


def assert_same(x, result, truth):
    differs = result.view(np.uint8).reshape(len(x), -1) != truth.view(np.uint8).reshape(len(x), -1)
    both_nan = np.zeros(len(x), bool) if truth.dtype.kind in "biu" else np.isnan(truth) & np.isnan(result)
    wrong = differs.any(axis=1) & ~both_nan
    first = int(wrong.argmax())
    assert not wrong.any(), f"{x[first]!r} becomes {result[first]!r}, not {truth[first]!r}"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_every_half_becomes_a_float_and_comes_back(name):
    dtype = getattr(dtypes, name).array_dtype
    halves = np.arange(1 << 16, dtype=np.uint16)
    for f16c, flush in ((True, False), (False, False), (True, host().is_x86), (False, host().is_x86)):
        wide = NativeLoop(emitter(name, "float32", f16c), [np.uint16], np.float32, 8, flush)(halves)
        assert_same(halves, wide, halves.view(dtype).astype(np.float32))
        back = NativeLoop(emitter("float32", name, f16c), [np.float32], np.uint16, 8, flush)(wide)
        assert_same(halves, back.view(dtype), halves.view(dtype))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_floats_between_halves_are_rounded_to_even(name):
    dtype = getattr(dtypes, name).array_dtype
    floats = np.arange(0, 1 << 32, 4093, dtype=np.uint64).astype(np.uint32)
    middle = np.arange(0, 1 << 32, 1 << 12, dtype=np.uint64).astype(np.uint32)  # halfway, in many places
    x = np.concatenate([floats, middle, middle + 1, middle - 1]).view(np.float32)
    for f16c in (True, False):
        result = NativeLoop(emitter("float32", name, f16c), [np.float32], np.uint16, 8)(x)
        assert_same(x, result.view(dtype), x.astype(dtype))


def test_other_dtypes_are_refused():
    with pytest.raises(NotImplementedError, match="no cast from complex64 to float32"):
        emit_cast(None, None, dtypes.complex64, dtypes.float32)
