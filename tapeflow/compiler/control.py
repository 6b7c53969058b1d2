"""Loops and choices in machine code: programs within are planned like any other, and written where they run.

What a loop carries lies in two blocks of memory, of which one is read and the other written, in turns. Slices are
read, and stacked results written, where they lie. A loop whose number of trips is only known at run time and that
stacks results, or a program in which something has to be called, stays a call.
"""

import math

from tapeflow.compiler.types import COMPILED
from tapeflow.graph.graph import graphs_in


def is_native(node, prepare):
    """Whether a node with programs in it can be machine code. prepare(graph) plans a program."""
    graphs = graphs_in(node.params)
    values = (*node.inputs, *node.outputs)
    if not graphs or node.effect or not ("body" in node.params or "branches" in node.params):
        return False
    if any([each.dtype not in COMPILED or not _is_known(each.dims) for each in values]):
        return False
    if "body" in node.params and _trips(node) is None and len(node.outputs) > node.params["num_carried"]:
        return False
    for graph in graphs:
        if any([not _is_known(value.dims) for value in (*graph.inputs, *graph.outputs)]):
            return False
        plan = sub_plan(graph, prepare)
        if any([step.kind == "call" for step in plan.steps]):
            return False
    return True


def _is_known(dims):
    return dims is not None and all([type(size) is int and size > 0 for size in dims])


def sub_plan(graph, prepare):
    """The plan of a program within another, made once."""
    found = graph.derived.get("plan")
    if found is None:
        found = graph.derived["plan"] = prepare(graph)
    return found


def _trips(node):
    """The number of trips, if it is known."""
    params = node.params
    if params["num_sliced"]:
        return node.inputs[params["num_carried"]].dims[0]
    return params["trips"] if type(params["trips"]) is int else None


def constants_within(node, prepare):
    """The constants with axes in the programs of a node: they have to be in memory."""
    found = []
    for graph in graphs_in(node.params):
        plan = sub_plan(graph, prepare)
        for step in plan.steps:
            from tapeflow.compiler.native import reads_of

            found += [value for value in reads_of(plan, step) if value.constant is not None]
            if step.kind == "control":
                found += constants_within(step.node, prepare)
        found += [plan.base(value) for value in plan.graph.outputs if plan.base(value).constant is not None]
    return found


def size_of(value):
    """The bytes of a value in memory, rounded up to whole cache lines."""
    return -(-math.prod(value.dims) * value.dtype.size // 64) * 64


class ControlWriter:
    """Writes the control flow nodes of a segment. `segment` writes the steps within them."""

    def __init__(self, segment, prepare):
        self._segment = segment
        self._prepare = prepare

    def write(self, writer, node, address_of):
        """Writes a node; address_of(value) is where a value of the program around it lies."""
        if "body" in node.params:
            self._loop(writer, node, address_of)
        else:
            self._case(writer, node, address_of)

    def _program(self, writer, graph, inputs, outputs):
        """Writes a program whose inputs lie at these addresses and whose results go to those."""
        plan = sub_plan(graph, self._prepare)
        addresses = dict(zip(plan.graph.inputs, inputs, strict=True))
        placed = {}
        for value, address in zip(plan.graph.outputs, outputs, strict=True):
            base = plan.base(value)
            if base.constant is None and base not in addresses and base not in placed:
                placed[base] = address
        self._segment.steps_of(writer, plan, plan.steps, addresses, placed)
        for value, address in zip(plan.graph.outputs, outputs, strict=True):
            base = plan.base(value)
            if placed.get(base) is not address:
                self._segment.copy(writer, address, self._segment.find(addresses, placed, base), value)

    def _loop(self, writer, node, address_of):
        from llvmlite import ir

        params = node.params
        num_carried, num_sliced = params["num_carried"], params["num_sliced"]
        carried = node.inputs[:num_carried]
        sliced = node.inputs[num_carried : num_carried + num_sliced]
        captured = [address_of(value) for value in node.inputs[num_carried + num_sliced :]]
        body, condition = params["body"], params["condition"]
        segment, i64 = self._segment, ir.IntType(64)
        blocks = [[segment.reserve(writer, value) for value in carried] for _ in range(2)]
        for value, block in zip(carried, blocks[0], strict=True):
            segment.copy(writer, block, address_of(value), value)
        pointers = [[writer.variable(each) for each in block] for block in blocks]
        counter = writer.variable(ir.Constant(i64, 0))
        limit = _trips(node)

        def goes_on():
            now = writer.builder.load(counter)
            tests = []
            if limit is not None:
                tests.append(writer.builder.icmp_signed("<", now, ir.Constant(i64, limit)))
            if condition is not None:
                answer = segment.reserve(writer, condition.outputs[0])
                current = [writer.builder.load(each) for each in pointers[0]]
                self._program(writer, condition, [*current, *captured], [answer])
                tests.append(writer.builder.trunc(writer.builder.load(answer), ir.IntType(1)))
            return tests[0] if len(tests) == 1 else writer.builder.and_(*tests)

        def trip():
            now = writer.builder.load(counter)
            place = now
            if params["reverse"]:
                place = writer.builder.sub(ir.Constant(i64, limit - 1), now)
            current = [writer.builder.load(each) for each in pointers[0]]
            following = [writer.builder.load(each) for each in pointers[1]]
            slices = [self._row(writer, address_of(value), value, place) for value in sliced]
            rows = [
                self._row(writer, address_of(value), value, place) for value in node.outputs[num_carried:]
            ]
            self._program(writer, body, [*current, *slices, *captured], [*following, *rows])
            for first, second, a, b in zip(*pointers, current, following, strict=True):
                writer.builder.store(b, first)
                writer.builder.store(a, second)
            writer.builder.store(writer.builder.add(now, ir.Constant(i64, 1)), counter)

        writer.repeat(goes_on, trip)
        for value, pointer in zip(node.outputs[:num_carried], pointers[0], strict=True):
            segment.copy(writer, address_of(value), writer.builder.load(pointer), value)

    def _row(self, writer, address, value, place):
        """The address of row number `place` of a value."""
        from llvmlite import ir

        size = math.prod(value.dims[1:])
        offset = writer.builder.mul(place, ir.Constant(place.type, size))
        return writer.builder.gep(address, [offset], inbounds=True)

    def _case(self, writer, node, address_of):
        from llvmlite import ir

        branches = node.params["branches"]
        index = writer.builder.load(address_of(node.inputs[0]))
        operands = [address_of(value) for value in node.inputs[1:]]
        results = [address_of(value) for value in node.outputs]
        function = writer.builder.function
        blocks = [function.append_basic_block("branch") for _ in branches]
        end = function.append_basic_block("joined")
        switch = writer.builder.switch(index, blocks[-1])
        for position, block in enumerate(blocks[:-1]):
            switch.add_case(ir.Constant(index.type, position), block)
        for block, branch in zip(blocks, branches, strict=True):
            writer.enter(block)
            self._program(writer, branch, operands, results)
            writer.builder.branch(end)
        writer.enter(end)
