"""One native segment: consecutive kernels and matrix products of a plan as a single function of arrays."""

import math

import numpy

from tapeflow.compiler import products
from tapeflow.compiler.indices import Affine
from tapeflow.compiler.kernels import KernelWriter
from tapeflow.compiler.load import Callable, Code
from tapeflow.compiler.types import memory_type
from tapeflow.compiler.writer import Writer

_ALIGNMENT = 64


class Segment:
    """inputs: the values that it reads; outputs: those that others read later; run(arrays of both) does it."""

    def __init__(self, plan, steps, outputs, shares, target, name):
        self.steps = steps
        self.name = name
        self._plan = plan
        self._target = target
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
        self._callable = Callable(Code(self.text, "entry"), self.arguments)
        self.call = self._callable.call
        self.explain = self._callable.explain
        space = numpy.empty(self.arena_bytes + _ALIGNMENT, numpy.uint8)
        start = -space.ctypes.data % _ALIGNMENT
        self.arena = space[start : start + self.arena_bytes]
        self.flag = numpy.zeros(1, numpy.int32)

    def _interface(self, outputs):
        """(values read from before, values that are needed later, values that live within)."""
        made, read = {}, {}
        for step in self.steps:
            for value in reads_of(self._plan, step):
                if value not in made:
                    read[value] = True
            for value in makes_of(self._plan, step):
                made[value] = True
        needed = [value for value in made if value in outputs]
        inner = [value for value in made if value not in outputs]
        return list(read), needed, inner

    def _arena(self, inner):
        """(offset of each value that lives within, bytes in all): memory is used again when nobody reads it any more."""
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

        module = ir.Module(self.name)
        module.triple = self._target.triple
        pointer = ir.IntType(8).as_pointer()
        entry = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer.as_pointer()]), "entry")
        builder = ir.IRBuilder(entry.append_basic_block())
        body = entry.append_basic_block()
        builder.branch(body)
        writer = _EntryWriter(ir.IRBuilder(body), self._target, 1, None)
        table = entry.args[0]
        i64 = ir.IntType(64)

        def argument(position):
            return builder_at.load(builder_at.gep(table, [ir.Constant(i64, position)]))

        builder_at = writer.builder
        addresses = {}
        for position, value in enumerate([*self.inputs, *self.outputs]):
            address = argument(position)
            addresses.setdefault(value, builder_at.bitcast(address, memory_type(value.dtype).as_pointer()))
        count = len(self.inputs) + len(self.outputs)
        arena = argument(count)
        flag = builder_at.bitcast(argument(count + 1), ir.IntType(32).as_pointer())
        for value, offset in self._places.items():
            address = builder_at.gep(arena, [ir.Constant(i64, offset)])
            addresses[value] = builder_at.bitcast(address, memory_type(value.dtype).as_pointer())

        def address_of(value):
            base = self._plan.base(value)
            return addresses[base]

        for position, step in enumerate(self.steps):
            if step.kind == "product":
                a, b = [address_of(value) for value in step.node.inputs]
                products.write(module, writer, step.node, a, b, address_of(step.node.outputs[0]))
                continue
            kernel = KernelWriter(
                module, f"kernel{position}", self._plan, step.kernel, self._target, self._buffer_of
            )
            kernel.write()
            values = [self._readable(value, addresses) for value in kernel.pointers]
            writer.builder.call(kernel.function, [*values, flag])
            if _may_fail(self._plan, step.kernel):
                after, end = entry.append_basic_block(), entry.append_basic_block()
                state = writer.builder.load(flag)
                failed = writer.builder.icmp_signed("!=", state, ir.Constant(state.type, 0))
                writer.builder.cbranch(failed, end, after)
                ir.IRBuilder(end).ret_void()
                writer._builders[-1] = ir.IRBuilder(after)
        writer.builder.ret_void()
        return str(module)

    def _readable(self, value, addresses):
        if value in addresses:
            return addresses[value]
        wanted = self._buffer_of(value)
        for other, address in addresses.items():
            if self._buffer_of(other) == wanted:
                return address
        raise AssertionError(f"{value!r} is nowhere in memory")


class _EntryWriter(Writer):
    """Writes the loops around products."""

    def index_of(self, index, dims):
        """The offset, an LLVM i64, of a matrix in an array of matrices; index holds ints and LoopVariables."""
        place = Affine({}, 0, self)
        stride = dims[-1] * dims[-2]
        for size, at in zip(reversed(dims[:-2]), reversed(index), strict=True):
            place = place + (self.index(at) if hasattr(at, "level") else at) * stride
            stride *= size
        return self.number_of(place).value


def _may_fail(plan, kernel):
    """Whether the kernel checks something: its rules may ask for `required`."""
    waiting = [root.node for root in kernel.roots]
    inside = {root.value for root in kernel.roots}
    seen = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        code = getattr(node.op.lower_rule, "__code__", None)
        if code is not None and "required" in code.co_names:
            return True
        for value in map(plan.base, node.inputs):
            maker = plan.maker(value)
            if maker is not None and (value in inside or value not in plan.roots):
                waiting.append(maker)
    return False


def makes_of(plan, step):
    """The values that a step writes to memory."""
    if step.kind == "kernel":
        return [root.value for root in step.kernel.roots if root.value in plan.stored]
    return list(step.node.outputs)


def reads_of(plan, step):
    """The values in memory that a step reads; those that it makes itself are not among them."""
    if step.kind != "kernel":
        return [plan.base(value) for value in step.node.inputs]
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
