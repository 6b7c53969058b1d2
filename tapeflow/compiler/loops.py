"""Loops of the LLVM function that is written, and where in them instructions go."""

from tapeflow.compiler.indices import Affine, LoopVariable


class LoopWriter:
    """Knows the loops around what is written now. lanes: how many elements a vector holds (1: none are made)."""

    def __init__(self, builder, lanes):
        self.lanes = lanes
        self.level = 0
        self.lane = None  # the LoopVariable over lanes
        self._builders = [builder]  # for each level, one that writes where the loop of the next begins
        self._memory = [{}]  # for each level: what has been written there, by what it is

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

    def index(self, variable):
        """The affine index that a loop variable is."""
        return Affine({variable: 1} if variable.size > 1 else {}, 0, self)

    def split(self, variable, sizes):
        """The indices, of axes of these sizes, of the element number `variable`."""
        from llvmlite import ir

        found, rest = [], variable.value
        for size in reversed(sizes[1:]):
            divisor = ir.Constant(rest.type, size)
            found.append(LoopVariable(self.builder.urem(rest, divisor), size, variable.level))
            rest = self.builder.udiv(rest, divisor)
        found.append(LoopVariable(rest, sizes[0], variable.level))
        return tuple([self.index(each) for each in reversed(found)])

    def local(self, kind):
        """The address of a new local variable of an LLVM type."""
        from llvmlite import ir

        entry = self.builder.function.entry_basic_block
        at = ir.IRBuilder(entry)
        at.position_at_start(entry)
        return at.alloca(kind)

    def row(self, kind, size):
        """The address of the first of `size` elements of an LLVM type on the stack."""
        from llvmlite import ir

        entry = self.builder.function.entry_basic_block
        at = ir.IRBuilder(entry)
        at.position_at_start(entry)
        block = at.alloca(ir.ArrayType(kind, size))
        block.align = 64
        return at.bitcast(block, kind.as_pointer())

    # Ranges: their ends are ints or LLVM i64 values.

    def range_of(self, variable, each, size):
        """(begin, end) of the part number `variable` of `size` elements cut into parts of `each`."""
        from llvmlite import ir

        builder = self.builder
        begin = builder.mul(variable.value, ir.Constant(variable.value.type, each))
        end = builder.add(begin, ir.Constant(begin.type, each))
        size = ir.Constant(begin.type, size)
        return begin, builder.select(builder.icmp_signed("<", end, size), end, size)

    def last_multiple(self, start, stop, step):
        """The end of as many whole steps from `start` as fit below `stop`."""
        from llvmlite import ir

        if step == 1:
            return stop
        if isinstance(start, int) and isinstance(stop, int):
            return start + (stop - start) // step * step
        start, stop = [
            each if isinstance(each, ir.Value) else ir.Constant(ir.IntType(64), each)
            for each in (start, stop)
        ]
        rest = self.builder.urem(self.builder.sub(stop, start), ir.Constant(stop.type, step))
        return self.builder.sub(stop, rest)

    def early(self, start, stop, size):
        """Where the last `size` elements before `stop` begin; `stop`, if `start` is there already."""
        from llvmlite import ir

        if isinstance(start, int) and isinstance(stop, int):
            return stop - size if start < stop else stop
        builder = self.builder
        is_left = builder.icmp_signed("<", start, stop)
        return builder.select(is_left, builder.sub(stop, ir.Constant(stop.type, size)), stop)

    def replaced(self, value, known, other):
        """`other` where the LLVM value is `known`, else the value."""
        from llvmlite import ir

        is_known = self.builder.icmp_signed("==", value, ir.Constant(value.type, known))
        return self.builder.select(is_known, ir.Constant(value.type, other), value)
