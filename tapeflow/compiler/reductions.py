"""Reductions while code is written: what they begin with, how two numbers are joined, and the lanes of a vector."""

import operator

from tapeflow.compiler.numbers import Number
from tapeflow.compiler.partial_vectors import take_lanes
from tapeflow.core import dtypes


def start_of(kind, dtype):
    """What a reduction of that kind, one of sum, prod, max, min and greatest, begins with."""
    if kind in ("sum", "prod"):
        return 0 if kind == "sum" else 1
    if dtype in (dtypes.float32, dtypes.float64):
        return float("inf") if kind == "min" else float("-inf")
    return int(dtype.max if kind == "min" else dtype.min)


def combine(writer, kind, a, b):
    """a and b joined by a reduction of that kind."""
    if kind in ("sum", "prod"):
        return (operator.add if kind == "sum" else operator.mul)(a, b)
    if kind == "greatest":  # one instruction, as NaN counts for nothing
        return writer.select(b > a, b, a)
    return writer.function("maximum" if kind == "max" else "minimum", a, b)


def across(writer, kind, number):
    """The lanes of a vector joined."""
    from llvmlite import ir

    count = writer.lanes
    value = number
    builder = writer.builder
    while count > 1:
        count //= 2
        order = [*range(count, 2 * count), *[0] * (writer.lanes - count)]
        other = take_lanes(builder, value.value, order)
        value = combine(writer, kind, value, Number(other, number.dtype, writer.level, True, writer))
    first = builder.extract_element(value.value, ir.Constant(ir.IntType(32), 0))
    return Number(first, number.dtype, writer.level, False, writer)


class Accumulators:
    """Local variables that collect a reduction: some vectors side by side, and a single number for what is left.

    num_vectors: how many vectors; 0 if there are no loops over lanes. single: whether there is the number.
    """

    def __init__(self, writer, kind, dtype, num_vectors, single=True):
        self._writer = writer
        self._kind = kind
        self._dtype = dtype
        start = start_of(kind, dtype)
        self._vectors = [writer.slot(dtype, True, start) for _ in range(num_vectors)]
        self._single = writer.slot(dtype, False, start) if single or not num_vectors else None

    def join(self, number, position=0):
        """Adds a Number: within a loop over lanes to the vector of that position, else to the single number."""
        writer = self._writer
        is_vector = writer.lane is not None
        address = self._vectors[position] if is_vector else self._single
        held = writer.load_slot(address, self._dtype, is_vector)
        number = writer.spread(number) if is_vector else number
        if is_vector and writer.filled is not None:
            rest = writer.spread(writer.as_number(start_of(self._kind, self._dtype), self._dtype))
            full = writer.builder.select(writer.full_lanes(), number.value, rest.value)
            number = Number(full, number.dtype, writer.level, True, writer)
        joined = combine(writer, self._kind, held, number)
        writer.builder.store(joined.value, address)

    def total(self):
        """All of them joined, a single number; written outside the loops over lanes."""
        writer, kind, dtype = self._writer, self._kind, self._dtype
        numbers = [writer.load_slot(each, dtype, True) for each in self._vectors]
        while len(numbers) > 1:
            half = len(numbers) // 2
            pairs = zip(numbers[:half], numbers[half:], strict=False)
            numbers = [*[combine(writer, kind, a, b) for a, b in pairs], *numbers[2 * half :]]
        found = across(writer, kind, numbers[0]) if numbers else None
        if self._single is None:
            return found
        rest = writer.load_slot(self._single, dtype, False)
        return rest if found is None else combine(writer, kind, found, rest)

    def held(self):
        """What the only variable holds."""
        is_vector = bool(self._vectors)
        address = self._vectors[0] if is_vector else self._single
        return self._writer.load_slot(address, self._dtype, is_vector)
