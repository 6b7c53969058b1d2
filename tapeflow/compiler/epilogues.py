"""What a step does to its result before it stores it: cheap elementwise ops behind it, a bias and an activation say.

If one kernel alone reads a step's result, element by element, and gives one value of the same shape, then the step
takes over what the kernel does, if its writer says that it can (`takes_epilogue(node)`). The result itself is never
in memory.
"""

import math

from tapeflow.compiler.native import reads_of
from tapeflow.compiler.partial_vectors import load_vector, spread
from tapeflow.compiler.places import at
from tapeflow.compiler.plan import Step, is_function
from tapeflow.compiler.steps import writer_of
from tapeflow.compiler.writer import Number, Writer

_MOST = 6
"""How many ops a step takes over."""


class Epilogue:
    """The nodes of a kernel whose element is computed from those at the same place; value: what it gives.

    operands: the values in memory that it reads beside the step's result: of the result's shape, one number for each
    channel, or a single number.
    """

    def __init__(self, source, nodes, operands, value):
        self.source, self.nodes, self.operands, self.value = source, nodes, operands, value

    @property
    def likeness(self):
        """Equal for epilogues that do the same."""
        numbers = {self.source: 0}
        for each in self.operands:
            numbers[each] = len(numbers)
        found = [[(each.dims, each.dtype.name) for each in self.operands]]
        for node in self.nodes:
            inputs = [numbers.get(each, repr(each.constant)) for each in node.inputs]
            found.append((node.op.type_name, inputs, sorted(node.params.items())))
            numbers[node.outputs[0]] = len(numbers)
        return repr(found)

    def apply(self, builder, target, vector, channel, used, operands, move):
        """The vector that is stored instead of a vector of the result.

        channel: the number of its first channel. used: how many of its lanes are, see `partial_vectors`. operands: the
        addresses of the operands. move(operand): the address in one of the result's shape.
        """
        from llvmlite import ir

        writer = Writer(builder, target, vector.type.count)
        first = ir.Constant(ir.IntType(32), 0)

        def number(value, dtype):
            """A vector of one lane is a number for the writer."""
            if writer.lanes > 1:
                return Number(value, dtype, 0, True, writer)
            return Number(builder.extract_element(value, first), dtype, 0, False, writer)

        found = {self.source: number(vector, self.source.dtype)}
        for value, address in zip(self.operands, operands, strict=True):
            if value.dims == self.value.dims:
                loaded = load_vector(builder, move(address), writer.lanes, used)
            elif math.prod(value.dims) == 1:
                loaded = spread(builder, builder.load(address), writer.lanes)
            else:
                loaded = load_vector(builder, at(builder, address, channel), writer.lanes, used)
            found[value] = number(loaded, value.dtype)
        for node in self.nodes:
            inputs = []
            for each in node.inputs:
                if each in found:
                    inputs.append(found[each])
                else:
                    inputs.append(writer.constant(each.constant.reshape(-1)[0], each.dtype))
            result = node.op.lower_rule(writer, *inputs, **{**node.op.defaults, **node.params})
            found[node.outputs[0]] = writer.as_number(result, node.outputs[0].dtype)
        result = writer.spread(found[self.value]).value
        return result if writer.lanes > 1 else builder.insert_element(vector, result, first)


def attach(plan):
    """Lets the steps of a plan take over what kernels do with their results."""
    readers = {}
    for step in plan.steps:
        for value in reads_of(plan, step):
            readers.setdefault(value, []).append(step)
    outputs = {plan.base(value) for value in plan.graph.outputs}
    taken = {}
    for step in plan.steps:
        if step.kind != "native" or len(readers.get(step.node.outputs[0], ())) != 1:
            continue
        takes = getattr(writer_of(step.node), "takes_epilogue", None)
        if step.node.outputs[0] in outputs or takes is None or not takes(step.node):
            continue
        (reader,) = readers[step.node.outputs[0]]
        epilogue = _epilogue(plan, step.node.outputs[0], reader) if reader.kind == "kernel" else None
        if epilogue is not None and reader not in taken:
            taken[reader] = Step("native", step.node, epilogue=epilogue)
            taken[step] = None
    plan.steps = [taken.get(step, step) for step in plan.steps if taken.get(step, step) is not None]
    return plan


def _epilogue(plan, source, step):
    """What the kernel of a step does with the elements of `source`; None if it is not that simple."""
    roots = step.kernel.roots
    if len(roots) != 1 or roots[0].kind != "map" or roots[0].value.dims != source.dims:
        return None
    nodes, operands = [], []

    def visit(value):
        """Whether the value, in the kernel, is made of what an epilogue can read."""
        if value is source or value in operands or value in [node.outputs[0] for node in nodes]:
            return True
        if value.constant is not None and math.prod(value.dims) == 1:
            return True
        node, base = plan.maker(value), plan.base(value)
        if base is source:
            return False
        if node is not None and (base not in plan.roots or value is roots[0].value):
            if base is not value:
                return False
            simple = (
                node.op.family == "elementwise" and value.dims == source.dims and not is_function(node.op)
            )
            if not simple or not all([visit(each) for each in node.inputs]):
                return False
            nodes.append(node)
            return True
        operands.append(value)
        return value.dtype is source.dtype and (
            value.dims == source.dims
            or math.prod(value.dims) == 1
            or (value.dims[-1:] == source.dims[-1:] and math.prod(value.dims[:-1]) == 1)
        )

    if not visit(roots[0].value) or len(nodes) > _MOST or roots[0].value.dtype is not source.dtype:
        return None
    return Epilogue(source, nodes, operands, roots[0].value)
