"""Elements of arrays: loads and stores of single ones, of vectors of neighbours, and of scattered ones."""

from tapeflow.compiler.indices import Affine, LoopVariable
from tapeflow.compiler.loops import LoopWriter
from tapeflow.compiler.numbers import NotLowerableError, Number
from tapeflow.compiler.partial_vectors import spread
from tapeflow.compiler.transposition import transposed
from tapeflow.compiler.types import memory_type
from tapeflow.core import dtypes


class _Square:
    """The vectors that a square of elements gives when it is turned."""

    __slots__ = ("level", "vectors")

    def __init__(self, vectors, level):
        self.vectors = vectors
        self.level = level


class MemoryWriter(LoopWriter):
    """Reads and writes memory, and makes vectors of numbers.

    filled: how many lanes of the vectors that are written now hold elements; None: all. The others must not be read or
    written in memory, and no element depends on them.
    turned: loop variables along which scattered elements are neighbours in memory. square: while squares of elements
    are written, vectors of one row after the other: (the loop variable that counts rows, the row).
    """

    def __init__(self, builder, lanes):
        super().__init__(builder, lanes)
        self.filled = None
        self.turned = []
        self.square = None

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
            first = self._splat(builder, total)
            steps = ir.Constant(ir.VectorType(i64, self.lanes), [lane_factor * k for k in range(self.lanes)])
            return Number(builder.add(first, steps), dtypes.int64, level, True, self)

        return self.remembered(("index", index.key()), make)

    def index_of_number(self, number, size):
        """A Number that is no vector and in [0, size) as an index: to what it is added stays affine."""
        from llvmlite import ir

        def make():
            value = number.value
            if number.dtype.size < 8:
                extend = (
                    self.at(number.level).zext if number.dtype.is_unsigned else self.at(number.level).sext
                )
                value = extend(value, ir.IntType(64))
            return LoopVariable(value, size, number.level)

        return Affine({self.remembered(("number", number.value), make): 1}, 0, self)

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
        return spread(builder, value, self.lanes)

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
            if self.square is not None and place.terms.get(self.square[0]) == 1:
                return self._from_square(pointer, dtype, place, lane)
            self.turned += [each for each, factor in place.terms.items() if factor == 1]
            return self._gather(pointer, dtype, self.number_of(place), ir)
        level = self.level if pinned else max([variable.level for variable in place.terms], default=0)
        builder = self.at(level)
        address = self._address(builder, pointer, place.terms.items(), place.constant)
        if stride:
            kind = ir.VectorType(memory_type(dtype), self.lanes)
            address = builder.bitcast(address, kind.as_pointer())
        if stride and self.filled is not None:
            value = self._masked_load(builder, address, kind, dtype.size)
        else:
            value = builder.load(address)
            value.align = dtype.size
        if dtype is dtypes.bool:
            value = builder.trunc(
                value, ir.VectorType(ir.IntType(1), self.lanes) if stride else ir.IntType(1)
            )
        return Number(value, dtype, level, bool(stride), self)

    def _from_square(self, pointer, dtype, place, lane):
        """A vector over the lanes out of a square whose rows are read along the other variable, and turned."""
        from llvmlite import ir

        _, row = self.square
        first = place + -row

        def read():
            builder, stride = self.builder, first.terms[lane]
            kind = ir.VectorType(memory_type(dtype), self.lanes).as_pointer()
            vectors = []
            for column in range(self.lanes):
                terms, constant = first.terms.items(), first.constant + column * stride
                address = builder.bitcast(self._address(builder, pointer, terms, constant), kind)
                vectors.append(builder.load(address))
                vectors[-1].align = dtype.size
            return _Square(transposed(builder, vectors), self.level)

        value = self.remembered(("square", pointer, first.key()), read).vectors[row]
        if dtype is dtypes.bool:
            value = self.builder.trunc(value, ir.VectorType(ir.IntType(1), self.lanes))
        return Number(value, dtype, self.level, True, self)

    def _gather(self, pointer, dtype, place, ir):
        builder = self.at(place.level)
        if not place.is_vector:
            address = builder.gep(pointer, [self._widened(builder, place)], inbounds=True)
            value = builder.load(address)
            if dtype is dtypes.bool:
                value = builder.trunc(value, ir.IntType(1))
            return Number(value, dtype, place.level, False, self)
        i32 = ir.IntType(32)
        found = ir.Constant(ir.VectorType(memory_type(dtype), self.lanes), None)
        places = self._widened(builder, place)
        for lane in range(self.lanes if self.filled is None else self.filled):
            position = ir.Constant(i32, lane)
            each = builder.extract_element(places, position)
            found = builder.insert_element(
                found, builder.load(builder.gep(pointer, [each], inbounds=True)), position
            )
        if dtype is dtypes.bool:
            found = builder.trunc(found, ir.VectorType(ir.IntType(1), self.lanes))
        return Number(found, dtype, place.level, True, self)

    def _widened(self, builder, place):
        if place.dtype.size == 8:
            return place.value
        from llvmlite import ir

        wide = ir.IntType(64)
        kind = ir.VectorType(wide, self.lanes) if place.is_vector else wide
        return (builder.zext if place.dtype.is_unsigned else builder.sext)(place.value, kind)

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
        address = builder.bitcast(address, value.type.as_pointer())
        if self.filled is not None:
            self._masked_store(builder, value, address, number.dtype.size)
            return
        builder.store(value, address).align = number.dtype.size

    # Vectors that are not full.

    def full_lanes(self):
        """Which lanes hold elements: a vector of bits, a constant."""
        from llvmlite import ir

        bit = ir.IntType(1)
        bits = [bit(int(lane < self.filled)) for lane in range(self.lanes)]
        return ir.Constant(ir.VectorType(bit, self.lanes), bits)

    def _masked_load(self, builder, address, kind, alignment):
        from llvmlite import ir

        mask, size = self.full_lanes(), ir.IntType(32)
        function = self._intrinsic("load", kind, kind, [address.type, size, mask.type, kind])
        return builder.call(function, [address, size(alignment), mask, ir.Constant(kind, None)])

    def _masked_store(self, builder, value, address, alignment):
        from llvmlite import ir

        mask, size = self.full_lanes(), ir.IntType(32)
        function = self._intrinsic(
            "store", value.type, ir.VoidType(), [value.type, address.type, size, mask.type]
        )
        builder.call(function, [value, address, size(alignment), mask])

    def _intrinsic(self, what, kind, result, arguments):
        from llvmlite import ir

        element = {"float": "f32", "double": "f64"}.get(str(kind.element), str(kind.element))
        name = f"llvm.masked.{what}.v{kind.count}{element}.p0"
        module = self.builder.module
        if name not in module.globals:
            ir.Function(module, ir.FunctionType(result, arguments), name)
        return module.globals[name]
