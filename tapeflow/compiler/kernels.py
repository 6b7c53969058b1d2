"""Writing one kernel: the loops over rows and columns, pass by pass, and the elements in them."""

import math

from tapeflow.compiler.indices import Affine
from tapeflow.compiler.reductions import across, combine, join_into, start_of
from tapeflow.compiler.types import memory_type, register_type
from tapeflow.compiler.writer import Number, Writer

_SCRATCH = 1 << 16
"""The largest row, in bytes, that is kept on the stack between passes."""
_INDEPENDENT = 4
"""How many sums of a reduction run side by side, so that one need not wait for the other."""


class Operand:
    """An input as lower rules read it."""

    __slots__ = ("_kernel", "_value", "dims", "dtype")

    def __init__(self, kernel, value):
        self._kernel = kernel
        self._value = value
        self.dims = value.dims
        self.dtype = value.dtype

    def __getitem__(self, index):
        return self._kernel.read(self._value, index if type(index) is tuple else (index,))


class FlatIndex(tuple):
    """A place in a shape some of whose last axes are one: as many places as there are axes left."""


class _Reduction:
    """What a reduction's rule asks its emitter for."""

    def __getattr__(self, kind):
        return lambda x, index, axes, keepdims: (kind, x)


_REDUCTION = _Reduction()


class KernelWriter:
    """Writes the LLVM function of a kernel. `pointers` gets, in order, the values whose addresses it takes."""

    def __init__(self, module, name, plan, kernel, target, buffer_of):
        from llvmlite import ir

        self._plan = plan
        self._kernel = kernel
        self._target = target
        self._buffer_of = buffer_of  # value -> what stands for its memory: equal for values that share it
        self.roots = {root.value: root for root in kernel.roots}
        self.pointers = self._collect()
        self.uses_flag = False
        kinds = [memory_type(value.dtype).as_pointer() for value in self.pointers]
        flag = ir.IntType(32).as_pointer()
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), [*kinds, flag]), name)
        self.function.linkage = "internal"
        self._arguments = {}
        for value, argument in zip(self.pointers, self.function.args, strict=False):
            self._arguments[value] = argument
        builder = ir.IRBuilder(self.function.append_basic_block("entry"))
        body = self.function.append_basic_block("start")
        builder.branch(body)
        widest = max([root.value.dtype.size for root in kernel.roots], default=4)
        lanes = max(1, target.vector_bytes // max(widest, 4))
        self.writer = Writer(ir.IRBuilder(body), target, lanes, None, self.function.args[-1])
        self._lanes = lanes
        self._registers = {}  # roots that are numbers of the row: value -> Number
        self._scratch = {}  # roots of the row that are kept on the stack: value -> address
        self._index = None  # the place that is written now
        self._collapsed = None  # (dims, number of leading axes that are kept) of a kernel over collapsed axes
        self._reduced = {}

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
                if value.dims:
                    found.setdefault(self._buffer_of(value), value)
                continue
            if value in self.roots:
                continue
            maker = plan.maker(value)
            if maker is None or value in plan.roots:
                found.setdefault(self._buffer_of(value), value)
            else:
                waiting += maker.inputs
        return list(found.values())

    def _pointer(self, value):
        found = self._arguments.get(value)
        if found is None:
            wanted = self._buffer_of(value)
            for other in self.pointers:
                if self._buffer_of(other) == wanted:
                    found = self._arguments[value] = self._arguments[other]
                    break
        return found

    # The loops.

    def write(self):
        """Writes the whole function."""
        kernel = self._kernel
        first = kernel.roots[0]
        if first.kind == "fold" or not (first.is_joinable or self._is_flat_row(first)):
            self._fold(first)
        else:
            space = self._space()
            self._rows(list(space[:-1]), [], space[-1] if space else 1, bool(space))
        self.writer.builder.ret_void()

    def _space(self):
        """The axes that the loops run over: as few as the accesses allow."""
        kernel = self._kernel
        full = (*kernel.rows, kernel.columns)
        dims = max(
            [root.node.inputs[0].dims if root.kind == "row" else root.value.dims for root in kernel.roots],
            key=len,
        )
        if all([root.kind == "map" for root in kernel.roots]):
            if math.prod(dims) == math.prod(full) and self._is_flat(dims):
                self._collapsed = dims, 0
                return (math.prod(dims),)
            return dims
        if len(dims) != len(full):  # several last axes are reduced
            self._collapsed = dims, len(full) - 1
        return full

    def _is_flat(self, dims):
        """Whether every element is computed from those at the same place, or from single numbers."""
        return all(
            [root.value.dims == dims and self.reads_flat(root.node, dims) for root in self._kernel.roots]
        )

    def _is_flat_row(self, root):
        """Whether a reduction over several last axes can go over them as over one."""
        return self.reads_flat(root.node, root.node.inputs[0].dims)

    def reads_flat(self, node, dims):
        """Whether the node reads what has the shape `dims`, or one element, only; elementwise all the way."""
        if node.op.family != "elementwise" and node.op.family != "reduction":
            return False
        for value in node.inputs:
            if math.prod(value.dims) == 1:
                continue
            base = self._plan.base(value)
            if value.dims != dims:
                return False
            maker = self._plan.maker(base)
            is_read = base in self.roots or maker is None or base in self._plan.roots
            if not is_read and (base.dims != dims or not self.reads_flat(maker, dims)):
                return False
        return True

    def _rows(self, sizes, index, columns, has_columns):
        if sizes:
            size = sizes[0]
            self.writer.loop(
                0,
                size,
                1,
                size,
                lambda variable: self._rows(
                    sizes[1:], [*index, self.writer.index(variable)], columns, has_columns
                ),
            )
            return
        self._registers.clear()
        passes = self._passes()
        for number in sorted(passes):
            singles, wholes = passes[number]
            for root in singles:
                self._single(root, tuple(index))
            if wholes:
                self._columns(wholes, tuple(index), columns, has_columns, passes, number)

    def _passes(self):
        """{number: (roots that are one number for the row, roots over its columns)}, in the order of their needs."""
        number_of, found = {}, {}
        for root in self._kernel.roots:
            single = self._is_single(root)
            number = 0
            for need in root.needs:
                if need.value in number_of:
                    number = max(number, number_of[need.value] + (1 if need.kind == "row" else 0))
            number_of[root.value] = number
            found.setdefault(number, ([], []))[0 if single else 1].append(root)
        self._number_of = number_of
        return found

    def _is_single(self, root):
        """Whether the root is one number for each row."""
        rows = self._kernel.rows
        return (
            root.kind == "map"
            and self._collapsed is None
            and any([each.kind == "row" for each in self._kernel.roots])
            and root.value.dims in (rows, (*rows, 1))
        )

    def _single(self, root, index):
        at = index if len(root.value.dims) == len(index) else (*index, 0)
        self._index = at
        number = self._computed(root.node, at)
        self._registers[root.value] = number
        if root.value in self._plan.stored:
            self.writer.store(number, self._pointer(root.value), self._place(root.value.dims, at))

    def _columns(self, roots, index, columns, has_columns, passes, number):
        """One pass over the columns: a loop over vectors, several at a time for reductions, then one for the rest."""
        writer = self.writer
        lanes = self._lanes
        reductions = [root for root in roots if root.kind == "row"]
        kept = {
            root.value for root in roots if root.kind == "map" and self._is_needed_later(root, passes, number)
        }
        for value in kept - set(self._scratch):
            if value not in self._plan.stored:
                self._scratch[value] = self._stack(value.dtype, columns)
        parts = []
        done = 0
        if lanes > 1 and columns >= lanes:
            if reductions and columns >= 2 * _INDEPENDENT * lanes:
                step = _INDEPENDENT * lanes
                done = columns // step * step
                parts.append((0, done, step, _INDEPENDENT, lanes))
            vectors = columns // lanes * lanes
            if vectors > done:
                parts.append((done, vectors, lanes, 1, lanes))
            done = vectors
        if columns > done:
            parts.append((done, columns, 1, 1, 1))
        slots = {}
        for root in reductions:
            kind, _ = self._reduction(root)
            begin = start_of(kind, root.value.dtype)
            widths = {(copies, count) for _, _, _, copies, count in parts}
            vectors = max([copies for copies, count in widths if count > 1], default=0)
            slots[root.value] = (
                [writer.slot(root.value.dtype, True, begin) for _ in range(vectors)],
                writer.slot(root.value.dtype, False, begin),
            )
        for start, stop, step, copies, count in parts:
            writer.lanes = count

            def body(variable, copies=copies, count=count):
                for copy in range(copies):
                    column = writer.index(variable) + copy * count if has_columns else None
                    self._index = (*index, column) if has_columns else index
                    if self._collapsed is not None:
                        self._index = FlatIndex(self._index)
                    for root in roots:
                        self._one(root, self._index, slots, copy, count)

            writer.loop(start, stop, step, columns, body, count)
        writer.lanes = lanes
        for root in reductions:
            kind, _ = self._reduction(root)
            vectors, single = slots[root.value]
            dtype = root.value.dtype
            total = writer.load_slot(single, dtype, False)
            if vectors:
                joined = writer.load_slot(vectors[0], dtype, True)
                for other in vectors[1:]:
                    joined = combine(writer, kind, joined, writer.load_slot(other, dtype, True))
                total = combine(writer, kind, across(writer, kind, joined), total)
            self._registers[root.value] = total
            if root.value in self._plan.stored:
                at = (
                    index
                    if len(root.value.dims) == len(index)
                    else (*index, *[0] * (len(root.value.dims) - len(index)))
                )
                writer.store(total, self._pointer(root.value), self._place(root.value.dims, at))

    def _one(self, root, index, slots, copy, count):
        """The root's element, or vector of elements, at this place."""
        writer = self.writer
        if root.kind == "row":
            kind, operand = self._reduction(root)
            number = writer.as_number(self.read(operand, index))
            vectors, single = slots[root.value]
            join_into(writer, kind, number, vectors[copy] if count > 1 else single, count > 1)
            return
        number = writer.as_number(self._computed(root.node, index), root.value.dtype)
        writer.remembered(("value", root.value, self._key(index)), lambda: number)
        if root.value in self._plan.stored:
            writer.store(number, self._pointer(root.value), self._flat_place(root.value.dims, index))
        elif root.value in self._scratch:
            column = index[-1] if index else Affine({}, 0, writer)
            writer.store(number, self._scratch[root.value], column)

    def _is_needed_later(self, root, passes, number):
        for later, (singles, wholes) in passes.items():
            if later > number and any([root in each.needs for each in (*singles, *wholes)]):
                return True
        return False

    def _stack(self, dtype, columns):
        from llvmlite import ir

        if columns * dtype.size > _SCRATCH:
            raise RowTooLongError
        entry = self.function.entry_basic_block
        at = ir.IRBuilder(entry)
        at.position_at_start(entry)
        block = at.alloca(ir.ArrayType(memory_type(dtype), columns))
        block.align = 64
        return at.bitcast(block, memory_type(dtype).as_pointer())

    def _fold(self, root):
        """A reduction over other axes than the last: the kept axes outside, the others inside."""
        kind, operand = self._reduction(root)
        source = operand.dims
        axes = root.node.params["axes"]
        kept = [axis for axis in range(len(source)) if axis not in axes]
        writer = self.writer
        lanes = self._lanes

        def outer(position, index):
            if position == len(kept):
                inner(index)
                return
            axis = kept[position]
            size = source[axis]
            last = position == len(kept) - 1 and axis == len(source) - 1
            parts = [(0, size, 1, 1)]
            if last and lanes > 1:
                vectors = size // lanes * lanes
                parts = [(0, vectors, lanes, lanes), (vectors, size, 1, 1)]
            for start, stop, step, count in parts:
                if start < stop:
                    writer.lanes = count
                    writer.loop(
                        start,
                        stop,
                        step,
                        size,
                        lambda variable, axis=axis: outer(
                            position + 1, {**index, axis: writer.index(variable)}
                        ),
                        count,
                    )
            writer.lanes = lanes

        def inner(index):
            dtype = root.value.dtype
            vector = writer.lane is not None
            address = writer.slot(dtype, vector, start_of(kind, dtype))

            def reduce(rest, index):
                if rest:
                    axis = rest[0]
                    writer.loop(
                        0,
                        source[axis],
                        1,
                        source[axis],
                        lambda variable: reduce(rest[1:], {**index, axis: writer.index(variable)}),
                    )
                    return
                number = writer.as_number(
                    self.read(operand, tuple([index[axis] for axis in range(len(source))]))
                )
                join_into(writer, kind, number, address, vector)

            reduce(list(axes), index)
            found = writer.load_slot(address, dtype, vector)
            dims = root.value.dims
            at = [index[axis] for axis in kept]
            if len(dims) != len(at):
                at = [index.get(axis, 0) for axis in range(len(source))]
            writer.store(found, self._pointer(root.value), self._place(dims, tuple(at)))

        outer(0, {})

    def _reduction(self, root):
        """(kind, operand value) of a reduction."""
        if root.value not in self._reduced:
            node = root.node
            kind, operand = node.op.lower_rule(_REDUCTION, (), node.inputs[0], **_all_params(node))
            self._reduced[root.value] = kind, operand
        return self._reduced[root.value]

    # Elements.

    def _key(self, index):
        """A key that is equal for equal places; None if one of the indices is computed."""
        key = [type(index) is FlatIndex]
        for each in index:
            if type(each) is int:
                key.append(each)
            elif type(each) is Affine:
                key.append(each.key())
            else:
                return None
        return tuple(key)

    def read(self, value, index):
        """The Number at a place of a value."""
        writer = self.writer
        if value.constant is not None and math.prod(value.dims) == 1:
            number = value.constant if not value.dims else value.constant.reshape(-1)[0]
            return writer.constant(number, value.dtype)
        base = self._plan.base(value)
        if base in self._registers:
            return self._registers[base]
        key = self._key(index)
        if key is None:
            return self._fetched(value, base, index)
        return writer.remembered(("value", value, key), lambda: self._fetched(value, base, index))

    def _fetched(self, value, base, index):
        writer = self.writer
        if base in self._scratch:
            column = index[-1] if index else Affine({}, 0, writer)
            return writer.load(self._scratch[base], base.dtype, column, pinned=True)
        maker = self._plan.maker(base)
        if base in self.roots:
            if value is base and not self._is_done(base):
                return self._computed(maker, index)
            return writer.load(
                self._pointer(base), base.dtype, self._flat_place(value.dims, index), pinned=True
            )
        if maker is None or base in self._plan.roots:
            return writer.load(self._pointer(base), base.dtype, self._flat_place(value.dims, index))
        if value is not base and type(index) is not FlatIndex:
            index = self._unflattened(self._flat_place(value.dims, index), base.dims)
            return self.read(base, index)
        return writer.as_number(self._computed(maker, index), value.dtype)

    def _is_done(self, base):
        """Whether a root of this kernel was computed in an earlier pass, or at this place already."""
        return base in self._plan.stored

    def _computed(self, node, index):
        """The element at a place of what a node gives, by the rule of its op."""
        op = node.op
        params = _all_params(node)
        if op.family == "elementwise":
            scalars = [self.read(each, self._broadcast(each.dims, index)) for each in node.inputs]
            return op.lower_rule(self.writer, *scalars, **params)
        operands = [Operand(self, each) for each in node.inputs]
        return op.lower_rule(self.writer, index, *operands, **params)

    def _broadcast(self, dims, index):
        """The place in an operand of shape `dims` that is read for the place `index` of an elementwise result."""
        if type(index) is FlatIndex:
            return index if math.prod(dims) != 1 else (0,) * len(dims)
        lead = len(index) - len(dims)
        return tuple([0 if size == 1 else place for size, place in zip(dims, index[lead:], strict=True)])

    def _place(self, dims, index):
        """The offset of an element in memory."""
        place = Affine({}, 0, self.writer)
        stride = 1
        for size, at in zip(reversed(dims), reversed(index), strict=True):
            place = place + at * stride if type(at) is int or type(at) is Affine else at * stride + place
            stride *= size
        return place

    def _flat_place(self, dims, index):
        """As _place, for an index over collapsed axes, too."""
        if type(index) is FlatIndex:
            full, kept = self._collapsed
            if math.prod(dims) == 1:
                return Affine({}, 0, self.writer)
            sizes = (*full[:kept], math.prod(full[kept:]))
            return self._place(sizes, index)
        return self._place(dims, index)

    def _unflattened(self, place, dims):
        index = []
        for size in reversed(dims):
            index.append(place % size)
            place = place // size
        index.reverse()
        return tuple(index)


class RowTooLongError(Exception):
    """A row does not fit on the stack: what it keeps between passes has to be stored."""


def _all_params(node):
    return {**node.op.defaults, **node.params}


__all__ = ["KernelWriter", "Number", "RowTooLongError", "register_type"]
