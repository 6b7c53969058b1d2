"""Programs over any number of rows: what is written for a few of them, repeated natively by all threads.

A program whose rows do not depend on each other is compiled for a block of them. A loop in machine code runs it over
as many rows as come; the last block begins early enough to be full, so that some rows may be computed twice and come
out alike. Blocks are shared among threads (`compiler/threads.py`). What a row gives depends neither on where
it stands nor on who computes it. Numbers below the least normal one are kept, as NumPy keeps them.
"""

import math

import numpy

from tapeflow.compiler import threads
from tapeflow.compiler.load import Callable, Code
from tapeflow.compiler.native import Segment
from tapeflow.compiler.pipeline import prepare
from tapeflow.compiler.target import host

_PIECE = 1 << 14
"""How many elements a thread should have to do at least."""
_ARENA = 1 << 18
"""The largest memory, in bytes, that a block may need on the stack of a thread."""
_NAME = "rows"


class NotRowsError(Exception):
    """The program is not one that can be repeated natively."""


class RowProgram(Segment):
    """Repeats a graph that was made for `rows` rows.

    with_rows: for each input of the graph whether it has rows; the others are the same for all of them. Every output
    has rows. run(num_rows, inputs, outputs) is True when it has run, and False when an array is not of the right
    dtype, not contiguous, or when a requirement of an op does not hold. Raises NotRowsError for programs that need
    more than loops, and as the compiler does.
    """

    def __init__(self, graph, rows, with_rows):
        plan = prepare(graph)
        graph = plan.graph
        outputs = [plan.base(value) for value in graph.outputs]
        if any([step.kind == "call" or step.kind == "control" for step in plan.steps]):
            raise NotRowsError("it calls what is not compiled")
        if len(set(outputs)) != len(outputs) or not set(outputs) <= set(plan.roots):
            raise NotRowsError("a result is not computed by a loop")
        self.rows = rows
        self._graph = graph
        self._with_rows = {value for value, has in zip(graph.inputs, with_rows, strict=True) if has} | set(
            outputs
        )
        super().__init__(plan, plan.steps, set(outputs), {}, host(), graph.name, prepare)
        places = {value: position for position, value in enumerate(graph.inputs)}
        if any([value not in places and value.constant is None for value in self.inputs]):
            raise NotRowsError("a view of an input is read")
        self._order = [places.get(value) for value in self.inputs]
        self._constants_read = [value.constant for value in self.inputs]
        self._outputs_order = [outputs.index(value) for value in self.outputs]
        self.is_plain = self._order == list(range(len(graph.inputs))) and self._outputs_order == list(
            range(len(outputs))
        )

    def run(self, num_rows, inputs, outputs):
        """See the class."""
        if not self.is_plain:
            inputs = [
                inputs[place] if place is not None else numpy.ascontiguousarray(constant)
                for place, constant in zip(self._order, self._constants_read, strict=True)
            ]
            outputs = [outputs[place] for place in self._outputs_order]
        try:
            flag = self._flags.pop()
        except IndexError:
            flag = numpy.zeros(1, numpy.int32)
        if not self.call(*inputs, *outputs, flag, numpy.int64(num_rows)) or flag[0]:
            return False
        self._flags.append(flag)
        return True

    def _write(self):
        return super()._write() + self._driver()

    def _load(self):
        arguments = []
        for value in self.inputs:
            is_scalar = value.constant is None and not value.dims
            shape = None if value.constant is None else value.dims
            arguments.append((value.dtype.array_dtype, () if is_scalar else shape, is_scalar))
        arguments += [(value.dtype.array_dtype, None, False) for value in self.outputs]
        arguments.append((numpy.dtype(numpy.int32), (1,), False))
        arguments.append((numpy.dtype(numpy.int64), (), True))
        self._callable = Callable(Code(self.text, _NAME, before=threads.provide), arguments)
        self.call = self._callable.call
        self.explain = self._callable.explain
        self._flags = []  # one for each thread that calls at a time

    def _driver(self):
        """The text of the loop over blocks."""
        if self.arena_bytes > _ARENA:
            raise NotRowsError("a block needs too much memory")
        values = [*self.inputs, *self.outputs]
        count = len(values)
        load, advance, elements = [], [], 1
        for position, value in enumerate(values):
            stride = 0
            if value in self._with_rows:
                elements = max(elements, math.prod(value.dims))
                stride = math.prod(value.dims) // self.rows * value.dtype.size
            load.append(f"  %slot{position} = getelementptr ptr, ptr %table, i64 {position}")
            load.append(f"  %base{position} = load ptr, ptr %slot{position}")
            load.append(f"  %place{position} = getelementptr ptr, ptr %local, i64 {position}")
            if not stride:
                load.append(f"  store ptr %base{position}, ptr %place{position}")
                continue
            advance.append(f"  %offset{position} = mul i64 %start, {stride}")
            advance.append(f"  %at{position} = getelementptr i8, ptr %base{position}, i64 %offset{position}")
            advance.append(f"  store ptr %at{position}, ptr %place{position}")
        declared = str(self._module)
        is_x86 = self._target.is_x86
        declarations = (
            [] if "@tapeflow_parallel" in declared or '@"tapeflow_parallel"' in declared else [_PARALLEL]
        )
        if is_x86 and "mxcsr" not in declared:
            declarations.append(_MODE)
        return _DRIVER.format(
            declarations="\n".join(declarations),
            enter=_ENTER if is_x86 else "",
            leave=_LEAVE if is_x86 else "",
            count=count,
            with_arena=count + 2,
            after=count + 1,
            rows=self.rows,
            short=self.rows - 1,
            grain=max(1, _PIECE // elements),
            arena=self.arena_bytes,
            load="\n".join(load),
            advance="\n".join(advance),
        )


_PARALLEL = "declare void @tapeflow_parallel(ptr, ptr, i64, i64)"
_MODE = """declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)"""
_ENTER = """
  %before = alloca i32
  %during = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %before)
  %mode = load i32, ptr %before
  %exact = and i32 %mode, -32833
  store i32 %exact, ptr %during
  call void @llvm.x86.sse.ldmxcsr(ptr %during)"""
_LEAVE = "call void @llvm.x86.sse.ldmxcsr(ptr %before)"
_DRIVER = """
{declarations}

define void @rows(ptr %table) {{
entry:
  {enter}
  %context = alloca [2 x ptr]
  %size_slot = getelementptr ptr, ptr %table, i64 {after}
  %size_address = load ptr, ptr %size_slot
  %size = load i64, ptr %size_address
  store ptr %table, ptr %context
  %second = getelementptr ptr, ptr %context, i64 1
  store i64 %size, ptr %second
  %more = add i64 %size, {short}
  %blocks = udiv i64 %more, {rows}
  call void @tapeflow_parallel(ptr @some_blocks, ptr %context, i64 %blocks, i64 {grain})
  {leave}
  ret void
}}

define internal void @some_blocks(ptr %context, i64 %begin, i64 %end) {{
entry:
  %table = load ptr, ptr %context
  %second = getelementptr ptr, ptr %context, i64 1
  %size = load i64, ptr %second
  %last = sub i64 %size, {rows}
  %local = alloca [{with_arena} x ptr], align 16
  %arena = alloca [{arena} x i8], align 64
{load}
  %flag_slot = getelementptr ptr, ptr %table, i64 {count}
  %flag = load ptr, ptr %flag_slot
  %arena_place = getelementptr ptr, ptr %local, i64 {count}
  store ptr %arena, ptr %arena_place
  %flag_place = getelementptr ptr, ptr %local, i64 {after}
  store ptr %flag, ptr %flag_place
  br label %next

next:
  %block = phi i64 [ %begin, %entry ], [ %following, %run ]
  %going = icmp slt i64 %block, %end
  br i1 %going, label %run, label %done

run:
  %wanted = mul i64 %block, {rows}
  %over = icmp sgt i64 %wanted, %last
  %start = select i1 %over, i64 %last, i64 %wanted
{advance}
  call void @entry(ptr %local)
  %following = add i64 %block, 1
  br label %next

done:
  ret void
}}
"""
