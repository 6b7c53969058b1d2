"""Writing the elements of a kernel as LLVM instructions: what the ops' `lower` rules call.

A `Number` is one element, or a vector of neighbouring ones (over the lanes of the innermost loop). Each knows the
level of the innermost loop that it depends on, and its instructions are written there: what does not change in a
loop is computed before it.
"""

import numpy

from tapeflow.compiler.indices import Affine, LoopVariable
from tapeflow.compiler.types import COMPILED, memory_type, register_type
from tapeflow.core import dtypes


class NotLowerableError(Exception):
    """A rule asks for something that machine code cannot do here; the op is called instead."""


class Number:
    """A value of the program: LLVM `value`, `dtype`, `level`, and whether it is a vector over the lanes."""

    __slots__ = ("dtype", "is_vector", "level", "value", "writer")

    def __init__(self, value, dtype, level, is_vector, writer):
        self.value = value
        self.dtype = dtype
        self.level = level
        self.is_vector = is_vector
        self.writer = writer

    def __neg__(self):
        return self.writer.negative(self)

    def __and__(self, other):
        return self.writer.logical_and(self, other)

    def __or__(self, other):
        return self.writer.logical_or(self, other)

    def __xor__(self, other):
        return self.writer.logical_xor(self, other)

    def __invert__(self):
        return self.writer.logical_not(self)

    __hash__ = None


def _binary(name, turned=False):
    def method(self, other):
        a, b = (other, self) if turned else (self, other)
        return self.writer.arithmetic(name, a, b)

    return method


def _comparison(name):
    return lambda self, other: self.writer.compare(name, self, other)


for _name, _symbol in (
    ("add", "add"),
    ("sub", "sub"),
    ("mul", "mul"),
    ("truediv", "div"),
    ("floordiv", "floordiv"),
    ("mod", "mod"),
):
    setattr(Number, f"__{_name}__", _binary(_symbol))
    setattr(Number, f"__r{_name}__", _binary(_symbol, turned=True))
for _name, _symbol in (
    ("lt", "less"),
    ("le", "less_equal"),
    ("gt", "greater"),
    ("ge", "greater_equal"),
    ("eq", "equal"),
):
    setattr(Number, f"__{_name}__", _comparison(_symbol))

_FLOATS = (dtypes.float32, dtypes.float64)
_COMPARISONS = {
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "equal": "==",
    "not_equal": "!=",
}
_REDUCTIONS = {"sum": 0, "prod": 1, "max": "least", "min": "greatest"}


class Writer:
    """Writes one LLVM function. lanes: how many elements a vector holds (1: none are made)."""

    def __init__(self, builder, target, lanes, read, flag=None):
        self.lanes = lanes
        self.level = 0
        self._builders = [builder]  # for each level, one that writes where the loop of the next begins
        self._target = target
        self._read = read  # called as read(writer, value, index) for the elements of inputs
        self.flag = flag  # where a 1 is stored if a requirement does not hold
        self._memory = [{}]  # for each level: what has been written there, by what it is
        self.lane = None  # the LoopVariable over lanes

    # Places.

    @property
    def builder(self):
        """The builder of the innermost loop."""
        return self._builders[-1]

    def at(self, level):
        """The builder for instructions that depend on loops up to this level only."""
        return self._builders[min(level, self.level)]

    def remembered(self, key, make):
        """What `make()` gave when it was first asked for within the loops that it depends on."""
        for memory in self._memory:
            if key in memory:
                return memory[key]
        found = make()
        self._memory[min(getattr(found, "level", 0), self.level)][key] = found
        return found

    def loop(self, start, stop, step, size, body, lanes=1):
        """`for i in range(start, stop, step): body(LoopVariable)`, start and stop LLVM i64 values or ints."""
        from llvmlite import ir

        i64 = ir.IntType(64)
        start, stop = [
            each if isinstance(each, ir.Value) else ir.Constant(i64, each) for each in (start, stop)
        ]
        builder = self.builder
        function = builder.function
        before = builder.block
        head, inside, after = [function.append_basic_block(each) for each in ("head", "body", "after")]
        builder.branch(head)
        builder.position_before(before.terminator)  # what does not change in the loop is written here
        inner = ir.IRBuilder(head)
        counter = inner.phi(i64)
        counter.add_incoming(start, before)
        inner.cbranch(inner.icmp_signed("<", counter, stop), inside, after)
        inner = ir.IRBuilder(inside)
        self._builders.append(inner)
        self._memory.append({})
        self.level += 1
        variable = LoopVariable(counter, size, self.level, lanes)
        outer_lane, self.lane = self.lane, variable if lanes > 1 else self.lane
        body(variable)
        self.lane = outer_lane
        self.level -= 1
        self._memory.pop()
        inner = self._builders.pop()
        counter.add_incoming(inner.add(counter, ir.Constant(i64, step)), inner.block)
        inner.branch(head)
        self._builders[-1] = ir.IRBuilder(after)
        return variable

    def slot(self, dtype, is_vector, start):
        """A local variable that begins with a Number or a Python number; returns its address."""
        from llvmlite import ir

        kind = register_type(dtype)
        kind = ir.VectorType(kind, self.lanes) if is_vector else kind
        entry = self.builder.function.entry_basic_block
        at = ir.IRBuilder(entry)
        at.position_at_start(entry)
        address = at.alloca(kind)
        value = self.as_number(start, dtype)
        self.builder.store(self.spread(value).value if is_vector else value.value, address)
        return address

    def load_slot(self, address, dtype, is_vector):
        """What a local variable holds."""
        return Number(self.builder.load(address), dtype, self.level, is_vector, self)

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

    def number_of(self, index):
        """An affine index as an int64 Number."""
        from llvmlite import ir

        def make():
            i64 = ir.IntType(64)
            level = max([variable.level for variable in index.terms], default=0)
            builder = self.at(level)
            total = ir.Constant(i64, index.constant)
            lane_factor = 0
            for variable, factor in index.terms.items():
                if variable.lanes > 1:
                    lane_factor = factor
                term = (
                    builder.mul(variable.value, ir.Constant(i64, factor)) if factor != 1 else variable.value
                )
                total = builder.add(total, term)
            if not lane_factor:
                return Number(total, dtypes.int64, level, False, self)
            spread = self._splat(builder, total)
            steps = ir.Constant(ir.VectorType(i64, self.lanes), [lane_factor * k for k in range(self.lanes)])
            return Number(builder.add(spread, steps), dtypes.int64, level, True, self)

        return self.remembered(("index", index.key()), make)

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

    def spread(self, number):
        """The Number as a vector."""
        if number.is_vector or self.lanes == 1:
            return number
        builder = self.at(number.level)
        return Number(self._splat(builder, number.value), number.dtype, number.level, True, self)

    def _splat(self, builder, value):
        from llvmlite import ir

        kind = ir.VectorType(value.type, self.lanes)
        if isinstance(value, ir.Constant):
            return ir.Constant(kind, [value.constant] * self.lanes)
        i32 = ir.IntType(32)
        single = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(i32, 0))
        zeros = ir.Constant(ir.VectorType(i32, self.lanes), [0] * self.lanes)
        return builder.shuffle_vector(single, ir.Constant(kind, ir.Undefined), zeros)

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
                    builder, name, *arguments, fma=self._target.fma, unsigned=dtype.is_unsigned
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
        holds = self.as_number(holds, dtypes.bool)
        builder = self.at(holds.level)
        value = holds.value
        if holds.is_vector:
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

    def index(self, variable):
        """The affine index that a loop variable is."""
        return Affine({variable: 1} if variable.size > 1 else {}, 0, self)

    def element(self, value, index):
        """The Number at `index`, a tuple of indices, of a value of the graph."""
        return self._read(self, value, tuple(index))

    # Memory.

    def load(self, pointer, dtype, place, pinned=False):
        """The element at the affine or computed `place` of an array; `pinned`: not before the innermost loop."""
        from llvmlite import ir

        if type(place) is int:
            place = Affine({}, place, self)
        if type(place) is Affine:
            return self._load_affine(pointer, dtype, place, pinned)
        return self._gather(pointer, dtype, self.as_number(place), ir)

    def _address(self, builder, pointer, terms, constant):
        from llvmlite import ir

        i64 = ir.IntType(64)
        total = ir.Constant(i64, constant)
        for variable, factor in terms:
            term = variable.value if factor == 1 else builder.mul(variable.value, ir.Constant(i64, factor))
            total = (
                term if isinstance(total, ir.Constant) and total.constant == 0 else builder.add(total, term)
            )
        return builder.gep(pointer, [total], inbounds=True)

    def _load_affine(self, pointer, dtype, place, pinned):
        from llvmlite import ir

        lane = next((variable for variable in place.terms if variable.lanes > 1), None)
        stride = 0 if lane is None else place.terms[lane]
        if stride not in (0, 1):
            return self._gather(pointer, dtype, self.number_of(place), ir)
        level = self.level if pinned else max([variable.level for variable in place.terms], default=0)
        builder = self.at(level)
        address = self._address(builder, pointer, place.terms.items(), place.constant)
        if stride:
            kind = ir.VectorType(memory_type(dtype), self.lanes)
            address = builder.bitcast(address, kind.as_pointer())
        value = builder.load(address)
        value.align = dtype.size
        if dtype is dtypes.bool:
            value = builder.trunc(
                value, ir.VectorType(ir.IntType(1), self.lanes) if stride else ir.IntType(1)
            )
        return Number(value, dtype, level, bool(stride), self)

    def _gather(self, pointer, dtype, place, ir):
        builder = self.at(place.level)
        if not place.is_vector:
            address = builder.gep(pointer, [self._widened(builder, place)], inbounds=True)
            value = builder.load(address)
            if dtype is dtypes.bool:
                value = builder.trunc(value, ir.IntType(1))
            return Number(value, dtype, place.level, False, self)
        i32 = ir.IntType(32)
        found = ir.Constant(ir.VectorType(memory_type(dtype), self.lanes), ir.Undefined)
        places = self._widened(builder, place)
        for lane in range(self.lanes):
            position = ir.Constant(i32, lane)
            each = builder.extract_element(places, position)
            found = builder.insert_element(
                found, builder.load(builder.gep(pointer, [each], inbounds=True)), position
            )
        if dtype is dtypes.bool:
            found = builder.trunc(found, ir.VectorType(ir.IntType(1), self.lanes))
        return Number(found, dtype, place.level, True, self)

    def _widened(self, builder, place):
        return (
            self._cast(builder, place.value, place.dtype, dtypes.int64)
            if place.dtype is not dtypes.int64
            else place.value
        )

    def store(self, number, pointer, place):
        """Writes the element, or the vector of them, at the affine `place`."""
        from llvmlite import ir

        builder = self.builder
        lane = next((variable for variable in place.terms if variable.lanes > 1), None)
        value = self.spread(number).value if lane is not None else number.value
        address = self._address(builder, pointer, place.terms.items(), place.constant)
        if number.dtype is dtypes.bool:
            value = builder.zext(
                value, ir.VectorType(ir.IntType(8), self.lanes) if lane is not None else ir.IntType(8)
            )
        if lane is None:
            builder.store(value, address)
            return
        if place.terms[lane] != 1:
            raise NotLowerableError("a result whose neighbours are not neighbours in memory")
        written = builder.store(value, builder.bitcast(address, value.type.as_pointer()))
        written.align = number.dtype.size
