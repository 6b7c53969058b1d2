"""Writing one kernel: its LLVM function, which takes addresses, or what threads share of its work; and the call."""

from tapeflow.compiler.folds import FoldWriter
from tapeflow.compiler.likeness import likeness
from tapeflow.compiler.partial_sums import bytes_of_parts, write_join
from tapeflow.compiler.passes import PassWriter
from tapeflow.compiler.squares import SquareWriter
from tapeflow.compiler.threads import NAME
from tapeflow.compiler.types import memory_type
from tapeflow.compiler.writer import Writer


class KernelWriter:
    """Writes the LLVM functions of a kernel. `pointers` gets, in order, the values whose addresses it takes."""

    def __init__(self, module, name, plan, kernel, target, buffer_of):
        self._module = module
        self._name = name
        self._plan = plan
        self._kernel = kernel
        self._target = target
        self._buffer_of = buffer_of  # value -> what stands for its memory: equal for values that share it
        self._inside = {root.value for root in kernel.roots}
        self.pointers = self._collect()
        self._positions = {buffer_of(value): position for position, value in enumerate(self.pointers)}
        widest = max([root.value.dtype.size for root in kernel.roots], default=4)
        self._lanes = max(1, target.vector_bytes // max(widest, 4))
        self._loops = self._chosen()
        self.may_fail = False  # whether a requirement is checked; known when the function is written
        self._joins = None

    def _chosen(self):
        first = self._kernel.roots[0]
        is_row = first.kind == "map" or (
            first.kind == "row" and (first.is_joinable or PassWriter.is_flat_row(self._plan, self._kernel))
        )
        return (PassWriter if is_row else FoldWriter)(self._plan, self._kernel, self._lanes)

    def _collect(self):
        """The values whose memory the kernel reads or writes, one for each piece of memory."""
        found = {}
        plan = self._plan
        waiting = []
        for root in self._kernel.roots:
            if root.value in plan.stored:
                found.setdefault(self._buffer_of(root.value), root.value)
            waiting += root.node.inputs
        seen = set()
        while waiting:
            value = plan.base(waiting.pop())
            if value in seen:
                continue
            seen.add(value)
            if value.constant is not None:
                if value.constant.size != 1:  # single elements are numbers of the code
                    found.setdefault(self._buffer_of(value), value)
                continue
            if value in self._inside:
                continue
            maker = plan.maker(value)
            if maker is None or value in plan.roots:
                found.setdefault(self._buffer_of(value), value)
            else:
                waiting += maker.inputs
        return list(found.values())

    def likeness(self):
        """A key that is equal for kernels which the same function can serve; None if it serves this one alone."""
        return likeness(self._plan, self._kernel, lambda value: self._positions[self._buffer_of(value)])

    def write(self):
        """Writes the function."""
        self._write(self._name)
        axis = self._loops.turned_axis()
        if axis is not None:
            del self._module.globals[self.function.name]
            self._loops = SquareWriter(self._plan, self._kernel, self._lanes, axis)
            self._write(f"{self._name}_squares")

    def _write(self, name):
        from llvmlite import ir

        share, results = self._loops.share, self._loops.results
        kinds = [memory_type(value.dtype).as_pointer() for value in self.pointers]
        kinds.append(ir.IntType(32).as_pointer())
        kinds += [memory_type(root.value.dtype).as_pointer() for root in results]
        void, i64 = ir.VoidType(), ir.IntType(64)
        if share is None:
            kind = ir.FunctionType(void, kinds)
        else:
            kind = ir.FunctionType(void, [ir.IntType(8).as_pointer(), i64, i64])
        self.function = function = ir.Function(self._module, kind, name)
        function.linkage = "internal"
        entry, start = [function.append_basic_block(each) for each in ("entry", "start")]
        builder = ir.IRBuilder(entry)
        begin = end = None
        if share is None:
            addresses = list(function.args)
        else:
            table, begin, end = function.args
            addresses = [_entry_of(builder, table, position, each) for position, each in enumerate(kinds)]
        count = len(self.pointers)
        failed = builder.alloca(ir.IntType(32))
        builder.store(ir.Constant(ir.IntType(32), 0), failed)
        builder.branch(start)
        writer = Writer(ir.IRBuilder(start), self._target, self._lanes, failed)
        parts = {root.value: each for root, each in zip(results, addresses[count + 1 :], strict=True)}
        self._loops.write(
            writer, lambda value: addresses[self._positions[self._buffer_of(value)]], begin, end, parts
        )
        self.may_fail = writer.uses_flag
        if self.may_fail:
            _report(writer.builder, failed, addresses[count])
        writer.builder.ret_void()

    def call(self, writer, addresses, flag, reserve):
        """Writes the call where `writer` stands.

        addresses: of the values `pointers`; flag: the address of an i32 that gets a 1 if a requirement does not hold;
        reserve(bytes): the address, an i8*, of memory for the time of the call.
        """
        builder, share = writer.builder, self._loops.share
        if share is None:
            builder.call(self.function, [*addresses, flag])
            return
        results = self._loops.results
        sizes = [bytes_of_parts(self._loops.num_parts, root.value) for root in results]
        parts = [
            builder.bitcast(each, memory_type(root.value.dtype).as_pointer())
            for root, each in zip(results, _memory(builder, reserve, sizes), strict=True)
        ]
        _run_shared(self._module, writer, self.function, [*addresses, flag, *parts], share)
        if self._joins is None:
            self._joins = [self._join(number, root) for number, root in enumerate(results)]
        for (function, position), each in zip(self._joins, parts, strict=True):
            builder.call(function, [each, addresses[position]])

    def _join(self, number, root):
        """(the function that joins the parts of a result, which of the addresses gets it)."""
        function = write_join(
            self._module,
            f"{self._name}_join{number}",
            self._target,
            self._lanes,
            self._loops.kind_of(root),
            root.value,
            self._loops.num_parts,
        )
        return function, self._positions[self._buffer_of(root.value)]


def _memory(builder, reserve, sizes):
    """Addresses of pieces of memory of these sizes, in one piece."""
    from llvmlite import ir

    if not sizes:
        return []
    rounded = [-(-size // 64) * 64 for size in sizes]
    start = reserve(sum(rounded))
    return [
        builder.gep(start, [ir.Constant(ir.IntType(64), sum(rounded[:number]))])
        for number in range(len(sizes))
    ]


def _entry_of(builder, table, position, kind):
    """An address out of the table that a shared function gets."""
    from llvmlite import ir

    table = builder.bitcast(table, ir.IntType(8).as_pointer().as_pointer())
    slot = builder.gep(table, [ir.Constant(ir.IntType(64), position)])
    return builder.bitcast(builder.load(slot), kind)


def _report(builder, failed, flag):
    """Sets the flag if something failed here; other threads may do the same."""
    state = builder.load(failed)
    with builder.if_then(builder.icmp_signed("!=", state, state.type(0))):
        builder.store(state.type(1), flag)


def _run_shared(module, writer, function, addresses, share):
    """Lets threads share `function` over the iterations of `share`, with a table of these addresses."""
    from llvmlite import ir

    i8, i64 = ir.IntType(8).as_pointer(), ir.IntType(64)
    table = writer.local(ir.ArrayType(i8, len(addresses)))
    builder = writer.builder
    for position, address in enumerate(addresses):
        slot = builder.gep(table, [ir.Constant(i64, 0), ir.Constant(i64, position)])
        builder.store(builder.bitcast(address, i8), slot)
    run = module.globals.get(NAME)
    if run is None:
        kind = ir.FunctionType(ir.VoidType(), [function.type, i8, i64, i64])
        run = ir.Function(module, kind, NAME)
    count, grain = ir.Constant(i64, share.count), ir.Constant(i64, share.grain)
    builder.call(run, [function, builder.bitcast(table, i8), count, grain])
