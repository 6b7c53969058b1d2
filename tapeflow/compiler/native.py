"""One native segment: consecutive kernels and other native steps of a plan as a single function of arrays."""

import math

import numpy

from tapeflow.compiler import control, product_library, threads
from tapeflow.compiler.indices import Affine
from tapeflow.compiler.kernels import KernelWriter
from tapeflow.compiler.load import Callable, Code
from tapeflow.compiler.steps import Site, write
from tapeflow.compiler.types import memory_type
from tapeflow.compiler.writer import Writer
from tapeflow.graph.simplify import values_in_params

_ALIGNMENT = 64


class Segment:
    """inputs: the values that it reads; outputs: those that others read later; run(arrays of both) does it."""

    def __init__(self, plan, steps, outputs, shares, target, name, prepare):
        self.steps = steps
        self.name = name
        self._plan = plan
        self._target = target
        self._prepare = prepare
        self.may_fail = (
            False  # whether a requirement is checked, which sets the flag that the last argument is
        )
        self._count = 0
        self._kernels = {}  # what kernels are alike in -> the KernelWriter that has written one of them
        self._scratches = []  # (offset, bytes) of memory that steps use one after the other
        self._shares = shares  # value -> the value in whose memory it may be written
        self.inputs, self.outputs, inner = self._interface(outputs)
        self._places, self.arena_bytes = self._arena(inner)
        self.text = self._write()
        arguments = []
        for value in self.inputs:
            arguments.append((value.dtype.array_dtype, value.dims, value.constant is None and not value.dims))
        for value in self.outputs:
            arguments.append((value.dtype.array_dtype, value.dims, False))
        arguments.append((numpy.dtype(numpy.uint8), (self.arena_bytes,), False))
        arguments.append((numpy.dtype(numpy.int32), (1,), False))
        self.arguments = [(numpy.dtype(dtype), shape, scalar) for dtype, shape, scalar in arguments]
        self._load()

    def _load(self):
        """Makes something to call of the text."""
        self._callable = Callable(Code(self.text, "entry", before=self._provide), self.arguments)
        threads.finish()
        self.call = self._callable.call
        self.explain = self._callable.explain
        space = numpy.empty(self.arena_bytes + _ALIGNMENT, numpy.uint8)
        start = -space.ctypes.data % _ALIGNMENT
        self.arena = space[start : start + self.arena_bytes]

    def deferring(self):
        """As `call`, but a worker may do it; see `threads`. None if that cannot be."""
        threads.provide()
        return self._callable.deferring()

    def _provide(self):
        """Makes known to LLVM what the text calls."""
        if threads.NAME in self._module.globals:
            threads.provide()
        product_library.finish()

    def _interface(self, outputs):
        """(values read from before, values that are needed later, values that live within)."""
        made, read = {}, {}
        for step in self.steps:
            for value in reads_of(self._plan, step):
                if value not in made:
                    read[value] = True
            if step.kind == "control":
                read.update(dict.fromkeys(control.constants_within(step.node, self._prepare), True))
            for value in makes_of(self._plan, step):
                made[value] = True
        needed = [value for value in made if value in outputs]
        inner = [value for value in made if value not in outputs]
        return list(read), needed, inner

    def _arena(self, inner):
        """(offset of each value that lives within, bytes in all): what nobody reads any more is overwritten."""
        first, last = {}, {}
        wanted = set(inner)
        for position, step in enumerate(self.steps):
            for value in makes_of(self._plan, step):
                if value in wanted:
                    first.setdefault(value, position)
                    last[value] = position
            for value in reads_of(self._plan, step):
                if value in wanted:
                    last[value] = position
        places, busy, total = {}, [], 0
        for value in sorted(first, key=first.__getitem__):
            size = -(-math.prod(value.dims) * value.dtype.size // _ALIGNMENT) * _ALIGNMENT
            busy = [entry for entry in busy if entry[2] >= first[value]]
            offset = 0
            for start, stop, _ in sorted(busy):
                if offset + size <= start:
                    break
                offset = max(offset, stop)
            busy.append((offset, offset + size, last[value]))
            places[value] = offset
            total = max(total, offset + size)
        return places, max(total, _ALIGNMENT)

    def _buffer_of(self, value):
        value = self._plan.base(value)
        return self._shares.get(value, value)

    def _write(self):
        from llvmlite import ir

        self._module = module = ir.Module(self.name)
        module.triple = self._target.triple
        pointer = ir.IntType(8).as_pointer()
        entry = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer.as_pointer()]), "entry")
        start, body, self._end = [entry.append_basic_block(each) for each in ("start", "body", "end")]
        ir.IRBuilder(start).branch(body)
        ir.IRBuilder(self._end).ret_void()
        self._writer = writer = _EntryWriter(ir.IRBuilder(body), self._target, 1, None)
        table, i64 = entry.args[0], ir.IntType(64)

        def argument(position):
            return writer.builder.load(writer.builder.gep(table, [ir.Constant(i64, position)]))

        addresses = {}
        for position, value in enumerate([*self.inputs, *self.outputs]):
            addresses.setdefault(value, self._typed(argument(position), value))
        count = len(self.inputs) + len(self.outputs)
        self._arena_address = argument(count)
        self._flag = writer.builder.bitcast(argument(count + 1), ir.IntType(32).as_pointer())
        for value, offset in self._places.items():
            addresses[value] = self._at_offset(writer, offset, value)
        self._constants = {
            value: address for value, address in addresses.items() if value.constant is not None
        }
        self.steps_of(writer, self._plan, self.steps, addresses, {})
        writer.builder.branch(self._end)
        return str(module)

    def _typed(self, address, value):
        return self._writer.builder.bitcast(address, memory_type(value.dtype).as_pointer())

    def _at_offset(self, writer, offset, value):
        from llvmlite import ir

        address = writer.builder.gep(self._arena_address, [ir.Constant(ir.IntType(64), offset)])
        return writer.builder.bitcast(address, memory_type(value.dtype).as_pointer())

    def reserve(self, writer, value):
        """The address of memory for a value of a program within; it lasts as long as the segment runs."""
        offset = self.arena_bytes
        self.arena_bytes += control.size_of(value)
        return self._at_offset(writer, offset, value)

    def _scratch(self, writer, size):
        """The address of memory for one step, while it runs."""
        from llvmlite import ir

        offset = next((offset for offset, room in self._scratches if room >= size), None)
        if offset is None:
            offset = self.arena_bytes
            self._scratches.append((offset, size))
            self.arena_bytes += -(-size // _ALIGNMENT) * _ALIGNMENT
        return writer.builder.gep(self._arena_address, [ir.Constant(ir.IntType(64), offset)])

    def copy(self, writer, target, source, value):
        """Copies the elements of a value."""
        from llvmlite import ir

        i8 = ir.IntType(8).as_pointer()
        i64 = ir.IntType(64)
        size = ir.Constant(i64, math.prod(value.dims) * value.dtype.size)
        name = "llvm.memmove.p0.p0.i64"
        function = self._module.globals.get(name)
        if function is None:
            kind = ir.FunctionType(ir.VoidType(), [i8, i8, i64, ir.IntType(1)])
            function = ir.Function(self._module, kind, name)
        builder = writer.builder
        last = ir.Constant(ir.IntType(1), 0)
        builder.call(function, [builder.bitcast(target, i8), builder.bitcast(source, i8), size, last])

    def find(self, addresses, placed, value):
        """Where a value of a program within lies."""
        for known in (addresses, placed, self._constants):
            if value in known:
                return known[value]
        raise AssertionError(f"{value!r} is nowhere in memory")

    def steps_of(self, writer, plan, steps, addresses, placed):
        """Writes steps. addresses: where values lie, to which it adds; placed: where results have to go."""
        is_outer = plan is self._plan
        buffer_of = self._buffer_of if is_outer else plan.base

        def address_of(value):
            base = plan.base(value)
            for known in (addresses, self._constants):
                if base in known:
                    return known[base]
            wanted = buffer_of(base)
            for other, address in addresses.items():
                if buffer_of(other) == wanted:
                    return address
            raise AssertionError(f"{value!r} is nowhere in memory")

        for step in steps:
            for value in makes_of(plan, step):
                if value not in addresses and not (is_outer and value in self._shares):
                    found = placed.get(value)
                    addresses[value] = self.reserve(writer, value) if found is None else found
            if step.kind == "native":
                values = (*step.node.inputs, *makes_of(plan, step))
                operands = [] if step.epilogue is None else map(address_of, step.epilogue.operands)
                site = Site(self._module, writer, self._target, self._scratch, step.epilogue, operands)
                write(site, step.node, [address_of(value) for value in values])
            elif step.kind == "control":
                control.ControlWriter(self, self._prepare).write(writer, step.node, address_of)
            else:
                self._kernel(writer, plan, step.kernel, buffer_of, address_of)

    def _kernel(self, writer, plan, kernel, buffer_of, address_of):
        from llvmlite import ir

        self._count += 1
        written = KernelWriter(self._module, f"kernel{self._count}", plan, kernel, self._target, buffer_of)
        addresses = [address_of(value) for value in written.pointers]
        key = written.likeness()
        if key is not None and key in self._kernels:
            written = self._kernels[key]
        else:
            written.write()
            self._kernels[key] = written
        written.call(writer, addresses, self._flag, lambda size: self._scratch(writer, size))
        if written.may_fail:
            self.may_fail = True
            after = writer.builder.function.append_basic_block("fine")
            state = writer.builder.load(self._flag)
            failed = writer.builder.icmp_signed("!=", state, ir.Constant(state.type, 0))
            writer.builder.cbranch(failed, self._end, after)
            writer.enter(after)


class _EntryWriter(Writer):
    """Writes what is around kernels: the loops of products, loops and choices of the program."""

    def enter(self, block):
        """Goes on in a block."""
        from llvmlite import ir

        self._builders[-1] = ir.IRBuilder(block)

    def variable(self, value):
        """A local variable that begins with an LLVM value; its address."""
        from llvmlite import ir

        entry = self.builder.function.entry_basic_block
        at = ir.IRBuilder(entry)
        at.position_at_start(entry)
        address = at.alloca(value.type)
        self.builder.store(value, address)
        return address

    def repeat(self, goes_on, trip):
        """`while goes_on(): trip()`."""
        function = self.builder.function
        head, body, after = [function.append_basic_block(each) for each in ("test", "trip", "left")]
        self.builder.branch(head)
        self.enter(head)
        holds = goes_on()
        self.builder.cbranch(holds, body, after)
        self.enter(body)
        trip()
        self.builder.branch(head)
        self.enter(after)

    def index_of(self, index, dims):
        """The offset, an LLVM i64, of a matrix in an array of matrices; index holds ints and LoopVariables."""
        place = Affine({}, 0, self)
        stride = dims[-1] * dims[-2]
        for size, at in zip(reversed(dims[:-2]), reversed(index), strict=True):
            place = place + (self.index(at) if hasattr(at, "level") else at) * stride
            stride *= size
        return self.number_of(place).value


def makes_of(plan, step):
    """The values that a step writes to memory."""
    if step.kind == "kernel":
        return [root.value for root in step.kernel.roots if root.value in plan.stored]
    return [step.epilogue.value] if step.epilogue is not None else list(step.node.outputs)


def reads_of(plan, step):
    """The values in memory that a step reads; those that it makes itself are not among them."""
    if step.kind != "kernel":
        found = [plan.base(value) for value in (*step.node.inputs, *values_in_params(step.node.params))]
        return found if step.epilogue is None else [*found, *map(plan.base, step.epilogue.operands)]
    found = {}
    inside = {root.value for root in step.kernel.roots}
    waiting = [value for root in step.kernel.roots for value in root.node.inputs]
    seen = set()
    while waiting:
        value = plan.base(waiting.pop())
        if value in seen:
            continue
        seen.add(value)
        if value in inside or (value.constant is not None and not value.dims):
            continue
        if value.constant is not None and math.prod(value.dims) == 1:
            continue
        maker = plan.maker(value)
        if value.constant is not None or maker is None or value in plan.roots:
            found[value] = True
        else:
            waiting += maker.inputs
    return list(found)
