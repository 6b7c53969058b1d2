"""Nodes that are a step of their own in machine code instead of loops over elements: which, and who writes them.

An op says what it is by its fact `step`; the table says who writes that: the first writer that accepts the node. A
writer is a module, or an object, with three functions:

    accepts(node)                 whether it can write the node; its dtypes are compiled, its sizes known, none is 0
    write(site, node, *addresses) writes it; the addresses are those of its inputs, then of its outputs
    flops(node)                   how many additions and multiplications it is
    takes_epilogue(node)          if there is one: whether the step may take over what is done with its result
    begin(node)                   if there is one: has what `write` will need made by another thread
"""

import hashlib

from tapeflow.compiler import convolutions, depthwise, filter_gradients, pooling, products

_MATRICES = {"matrix product": products}
WRITERS = {}
"""{what an op is: who might write it, a list}."""
for _writers in (
    _MATRICES,
    convolutions.WRITERS,
    filter_gradients.WRITERS,
    depthwise.WRITERS,
    pooling.WRITERS,
):
    for _name, _writer in _writers.items():
        WRITERS.setdefault(_name, []).append(_writer)


class Site:
    """Where a step is written: the LLVM module, the Writer around it, the target.

    name: equal for steps that are alike in all but the addresses: their functions are written once.
    """

    __slots__ = ("_count", "_scratch", "epilogue", "module", "name", "operands", "target", "writer")

    def __init__(self, module, writer, target, scratch, epilogue=None, operands=()):
        self.module = module
        self.writer = writer
        self.target = target
        self._scratch = scratch
        self._count = 0
        self.epilogue = epilogue  # see `epilogues`; None for none
        self.operands = list(operands)  # the addresses of what it reads
        self.name = None

    def next_name(self):
        """The name of the step's next function."""
        self._count += 1
        return f"{self.name}.{self._count}"

    def scratch(self, size):
        """The address, an i8*, of so many bytes of memory, aligned to 64, which are the step's own while it runs.

        Steps may share them with others before and behind, so a step asks only once.
        """
        return self._scratch(self.writer, size)

    def finisher(self, builder, result, operands):
        """What is done to a vector before it is stored: a function of (vector, its address, its channel, used lanes).

        result, operands: addresses in the function where the builder stands, at the beginning. `used` is None for all
        lanes, see `partial_vectors`.
        """
        from llvmlite import ir

        if self.epilogue is None:
            return lambda vector, address, channel, used: vector
        i64, i8 = ir.IntType(64), ir.IntType(8).as_pointer()
        start = builder.ptrtoint(result, i64)

        def finish(vector, address, channel, used):
            distance = builder.sub(builder.ptrtoint(address, i64), start)

            def move(operand):
                return builder.bitcast(builder.gep(builder.bitcast(operand, i8), [distance]), operand.type)

            return self.epilogue.apply(builder, self.target, vector, channel, used, operands, move)

        return finish

    @property
    def builder(self):
        """The builder that writes on behind what has been written."""
        return self.writer.builder


def writer_of(node):
    """Who writes a node as a step of its own; None for nobody."""
    candidates = WRITERS.get(node.op.facts.get("step"), ())
    return next((each for each in candidates if each.accepts(node)), None)


def is_step(node):
    """Whether the node is written as a step of its own."""
    return writer_of(node) is not None


def begin(graph):
    """Has what the steps of a graph need made by other threads, while the graph is planned."""
    for node in graph.nodes:
        values = (*node.inputs, *node.outputs)
        if "step" not in node.op.facts or not all([_is_known(each.dims) for each in values]):
            continue
        writer = writer_of(node)
        if hasattr(writer, "begin"):
            writer.begin(node)


def _is_known(dims):
    return dims is not None and all([type(size) is int and size > 0 for size in dims])


def write(site, node, addresses):
    """Writes the step of a node."""
    values = [(value.dtype.name, value.dims) for value in (*node.inputs, *node.outputs)]
    told = repr((values, sorted(node.params.items()), site.epilogue and site.epilogue.likeness))
    site.name = f"{node.op.type_name}.{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    writer_of(node).write(site, node, *addresses)


def flops(node):
    """The additions and multiplications of a step."""
    return writer_of(node).flops(node)
