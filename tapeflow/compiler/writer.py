"""Writing the elements of a kernel as LLVM instructions: what the ops' `lower` rules call.

A `Number` is one element, or a vector of neighbouring ones (over the lanes of the innermost loop). Each knows the
level of the innermost loop that it depends on, and its instructions are written there: what does not change in a
loop is computed before it.
"""

import numpy

from tapeflow.compiler.indices import Affine
from tapeflow.compiler.memory import MemoryWriter
from tapeflow.compiler.numbers import NotLowerableError, Number
from tapeflow.compiler.types import COMPILED, register_type
from tapeflow.compiler.vector_math.lanes import with_lane
from tapeflow.core import dtypes

_FLOATS = (dtypes.float32, dtypes.float64)
_WHOLE_REGISTERS = frozenset([*_FLOATS, *[each for each in dtypes.INTEGERS if each in COMPILED]])
_COMPARISONS = {
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "equal": "==",
    "not_equal": "!=",
}


class Writer(MemoryWriter):
    """Writes one LLVM function. flag: the address where a 1 is stored if a requirement does not hold."""

    def __init__(self, builder, target, lanes, flag=None):
        super().__init__(builder, lanes)
        self._target = target
        self.flag = flag
        self.uses_flag = False

    # Numbers.

    def constant(self, number, dtype):
        """A number that is known."""
        from llvmlite import ir

        if dtype is None:
            dtype = dtypes.bool if isinstance(number, bool | numpy.bool_) else dtypes.int64
        kind = register_type(dtype)
        if dtype is dtypes.float32:
            number = float(numpy.float32(number))
        elif dtype is dtypes.float64:
            number = float(number)
        else:
            number = int(number)
        return Number(ir.Constant(kind, number), dtype, 0, False, self)

    def as_number(self, value, dtype=None):
        """A Number of what a rule has at hand: one, an index, or a Python number that adopts `dtype`."""
        if type(value) is Number:
            return value
        if type(value) is Affine:
            return value.computed()
        return self.constant(value, dtype)

    def pair(self, a, b):
        """Two operands as Numbers of one dtype, both vectors if one is."""
        like = a if type(a) is Number else b if type(b) is Number else None
        if like is None:
            like = self.as_number(a) if type(a) is Affine else self.as_number(b)
        a, b = [self.as_number(each, like.dtype) for each in (a, b)]
        if a.dtype is not b.dtype:
            if {a.dtype, b.dtype} <= {dtypes.int32, dtypes.int64}:
                a, b = [self.cast(each, dtypes.int64) for each in (a, b)]
            else:
                raise NotLowerableError(f"{a.dtype.name} beside {b.dtype.name}")
        if a.is_vector != b.is_vector:
            a, b = self.spread(a), self.spread(b)
        return a, b

    def slot(self, dtype, is_vector, start):
        """A local variable that begins with a Number or a Python number; returns its address."""
        from llvmlite import ir

        kind = register_type(dtype)
        address = self.local(ir.VectorType(kind, self.lanes) if is_vector else kind)
        value = self.as_number(start, dtype)
        self.builder.store(self.spread(value).value if is_vector else value.value, address)
        return address

    def load_slot(self, address, dtype, is_vector):
        """What a local variable holds."""
        return Number(self.builder.load(address), dtype, self.level, is_vector, self)

    def _made(self, numbers, dtype, write):
        """The Number that `write(builder, *LLVM values)` gives, written where all its operands are known."""
        level = max([each.level for each in numbers], default=0)
        value = write(self.at(level), *[each.value for each in numbers])
        return Number(value, dtype, level, numbers[0].is_vector, self)

    # Arithmetic.

    def arithmetic(self, name, a, b):
        """One of add, sub, mul, div, floordiv and mod of two operands."""
        a, b = self.pair(a, b)
        dtype = a.dtype
        if dtype in _FLOATS:
            method = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}.get(name)
            if method is None:
                raise NotLowerableError(f"{name} of {dtype.name}")
            flags = ("contract",) if name in ("add", "sub", "mul") else ()
            return self._made(
                [a, b], dtype, lambda builder, x, y: getattr(builder, method)(x, y, flags=flags)
            )
        if dtype is dtypes.bool or name == "div":
            raise NotLowerableError(f"{name} of {dtype.name}")
        if name in ("floordiv", "mod"):
            return self._integer_division(name, a, b)
        return self._made([a, b], dtype, lambda builder, x, y: getattr(builder, name)(x, y))

    def _integer_division(self, name, a, b):
        """Toward minus infinity; indices and sizes are never negative together with their divisors."""
        if a.dtype.is_unsigned:
            method = "udiv" if name == "floordiv" else "urem"
            return self._made([a, b], a.dtype, lambda builder, x, y: getattr(builder, method)(x, y))

        def write(builder, x, y):
            quotient, rest = builder.sdiv(x, y), builder.srem(x, y)
            zero = x.type(None) if hasattr(x.type, "count") else x.type(0)
            differs = builder.and_(
                builder.icmp_signed("!=", rest, zero), builder.icmp_signed("<", builder.xor(rest, y), zero)
            )
            if name == "floordiv":
                return builder.sub(quotient, builder.zext(differs, x.type))
            return builder.select(differs, builder.add(rest, y), rest)

        return self._made([a, b], a.dtype, write)

    def negative(self, x):
        """The opposite."""
        if x.dtype in _FLOATS:
            return self._made([x], x.dtype, lambda builder, value: builder.fneg(value))
        return self._made([x], x.dtype, lambda builder, value: builder.neg(value))

    def compare(self, name, a, b):
        """A truth value."""
        a, b = self.pair(a, b)
        symbol = _COMPARISONS[name]

        def write(builder, x, y):
            if a.dtype in _FLOATS:
                if symbol == "!=":
                    return builder.fcmp_unordered(symbol, x, y)
                return builder.fcmp_ordered(symbol, x, y)
            if a.dtype.is_unsigned or a.dtype is dtypes.bool:
                return builder.icmp_unsigned(symbol, x, y)
            return builder.icmp_signed(symbol, x, y)

        return self._made([a, b], dtypes.bool, write)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _COMPARISONS:
            return lambda a, b: self.compare(name, a, b)
        return lambda *values: self.function(name, *values)

    def function(self, name, *values):
        """The elementary function of that name."""
        from tapeflow.compiler.vector_math import emit_function

        like = next((each for each in values if type(each) is Number), None)
        numbers = [self.as_number(each, None if like is None else like.dtype) for each in values]
        if len(numbers) == 2:
            numbers = list(self.pair(*numbers))
        dtype = numbers[0].dtype
        if dtype is dtypes.bool:
            raise NotLowerableError(f"{name} of {dtype.name}")
        result = dtypes.bool if name in ("isnan", "isfinite", "isinf") else dtype

        def write(builder, *arguments):
            try:
                return emit_function(
                    builder,
                    name,
                    *arguments,
                    fma=self._target.fma,
                    scales=self._target.scales,
                    unsigned=dtype.is_unsigned,
                )
            except NotImplementedError as error:
                raise NotLowerableError(str(error)) from error

        return self._made(numbers, result, write)

    # What else rules ask for.

    def select(self, condition, yes, no):
        """One of two numbers."""
        condition = self.as_number(condition, dtypes.bool)
        if (
            type(yes) is not Number
            and type(no) is not Number
            and not (type(yes) is Affine or type(no) is Affine)
        ):
            raise NotLowerableError("a choice between two constants has no dtype")
        yes, no = self.pair(yes, no)
        numbers = [condition, yes, no]
        if any([each.is_vector for each in numbers]):
            numbers = [self.spread(each) for each in numbers]
        level = max([each.level for each in numbers])
        value = self.at(level).select(*[each.value for each in numbers])
        return Number(value, yes.dtype, level, numbers[1].is_vector, self)

    def cast(self, x, dtype):
        """The number in another dtype, as NumPy casts: fractions are cut off, integers wrap around."""
        x = self.as_number(x)
        if x.dtype is dtype:
            return x
        if dtype not in COMPILED:
            raise NotLowerableError(f"a cast to {dtype.name}")
        return self._made([x], dtype, lambda builder, value: self._cast(builder, value, x.dtype, dtype))

    def _cast(self, builder, value, source, target):
        from tapeflow.compiler.casting import emit_cast

        return emit_cast(builder, value, source, target, self._target.f16c)

    def reinterpret(self, operand, index, dtype):
        """The bits of an element, read as another dtype of the same size."""
        pair = {operand.dtype, dtype}
        if operand.dtype.size != dtype.size or not pair <= _WHOLE_REGISTERS:
            raise NotLowerableError(f"bits of {operand.dtype.name} as {dtype.name}")
        x = self.as_number(operand[index], operand.dtype)
        kind = register_type(dtype)
        return self._made(
            [x], dtype, lambda builder, value: builder.bitcast(value, with_lane(value.type, kind))
        )

    def conj(self, x):
        """Real numbers are their own conjugates."""
        return x

    real = conj

    def power(self, a, b):
        """a to the power of b."""
        a, b = self.pair(a, b)
        if a.dtype not in _FLOATS:
            raise NotLowerableError("powers of integers")
        return self.function("power", a, b)

    def logical_and(self, a, b):
        """Whether both hold."""
        return self._logic("and_", a, b)

    def logical_or(self, a, b):
        """Whether one holds."""
        return self._logic("or_", a, b)

    def logical_xor(self, a, b):
        """Whether just one holds."""
        return self._logic("xor", a, b)

    bitwise_and, bitwise_or, bitwise_xor = logical_and, logical_or, logical_xor

    def _logic(self, method, a, b):
        a, b = self.pair(a, b)
        if a.dtype in _FLOATS:
            raise NotLowerableError("bits of floating numbers")
        return self._made([a, b], a.dtype, lambda builder, x, y: getattr(builder, method)(x, y))

    def logical_not(self, x):
        """Whether it does not hold."""
        x = self.as_number(x, dtypes.bool)
        return self._made([x], x.dtype, lambda builder, value: builder.not_(value))

    invert = logical_not

    def required(self, x, holds):
        """x; if `holds` is false anywhere, the program ends here and the op's own kernel finds the words."""
        from llvmlite import ir

        if self.flag is None:
            raise NotLowerableError("a requirement without a flag")
        self.uses_flag = True
        holds = self.as_number(holds, dtypes.bool)
        builder = self.at(holds.level)
        value = holds.value
        if holds.is_vector:
            if self.filled is not None:
                value = builder.select(self.full_lanes(), value, ir.Constant(value.type, [1] * self.lanes))
            bits = builder.bitcast(value, ir.IntType(self.lanes))
            value = builder.icmp_unsigned("==", bits, ir.Constant(bits.type, -1))
        old = builder.load(self.flag)
        builder.store(builder.select(value, old, ir.Constant(old.type, 1)), self.flag)
        return x

    def fold(self, function, sizes, start):
        """`value = function(value, *indices)` over all indices below `sizes`, in a loop of its own."""
        like = [start]

        def probe():
            return start.dtype if type(start) is Number else None

        dtype = probe()
        if dtype is None:
            raise NotLowerableError("a fold that does not begin with an element")
        address = self.slot(dtype, self.lane is not None, like[0])

        def nest(indices, rest):
            if rest:
                self.loop(
                    0, rest[0], 1, rest[0], lambda variable: nest([*indices, self.index(variable)], rest[1:])
                )
                return
            value = function(self.load_slot(address, dtype, self.lane is not None), *indices)
            value = self.as_number(value, dtype)
            self.builder.store(self.spread(value).value if self.lane is not None else value.value, address)

        nest([], list(sizes))
        return self.load_slot(address, dtype, self.lane is not None)

    def sum_over(self, size, term):
        """The sum of `term(k)` for k below `size`."""
        first = term(Affine({}, 0, self))
        return self.fold(lambda value, k: value + term(k + 1), (size - 1,), self.as_number(first))
