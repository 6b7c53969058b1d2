"""Reductions while code is written: what they begin with, how two numbers are joined, and the lanes of a vector."""

import operator

from tapeflow.compiler.writer import Number
from tapeflow.core import dtypes


def start_of(kind, dtype):
    """What a reduction of that kind, one of sum, prod, max and min, begins with."""
    if kind in ("sum", "prod"):
        return 0 if kind == "sum" else 1
    if dtype in (dtypes.float32, dtypes.float64):
        return float("-inf") if kind == "max" else float("inf")
    return int(dtype.min if kind == "max" else dtype.max)


def combine(writer, kind, a, b):
    """a and b joined by a reduction of that kind."""
    if kind in ("sum", "prod"):
        return (operator.add if kind == "sum" else operator.mul)(a, b)
    return writer.function("maximum" if kind == "max" else "minimum", a, b)


def join_into(writer, kind, number, address, is_vector):
    """Joins a Number to what a local variable holds."""
    held = writer.load_slot(address, number.dtype, is_vector)
    result = combine(writer, kind, held, writer.spread(number) if is_vector else number)
    writer.builder.store(result.value, address)


def across(writer, kind, number):
    """The lanes of a vector joined."""
    from llvmlite import ir

    count = writer.lanes
    value = number
    builder = writer.builder
    while count > 1:
        count //= 2
        order = [*range(count, 2 * count), *[0] * (writer.lanes - count)]
        mask = ir.Constant(ir.VectorType(ir.IntType(32), writer.lanes), order)
        other = builder.shuffle_vector(value.value, ir.Constant(value.value.type, ir.Undefined), mask)
        value = combine(writer, kind, value, Number(other, number.dtype, writer.level, True, writer))
    first = builder.extract_element(value.value, ir.Constant(ir.IntType(32), 0))
    return Number(first, number.dtype, writer.level, False, writer)
