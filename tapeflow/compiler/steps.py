"""Nodes that are a step of their own in machine code instead of loops over elements: which, and who writes them.

An op says what it is by its fact `step`; the table says who writes that: the first writer that accepts the node. A
writer is a module, or an object, with three functions:

    accepts(node)                 whether it can write the node; its dtypes are compiled, its sizes known, none is 0
    write(site, node, *addresses) writes it; the addresses are those of its inputs, then of its outputs
    flops(node)                   how many additions and multiplications it is
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

    __slots__ = ("_count", "_scratch", "module", "name", "target", "writer")

    def __init__(self, module, writer, target, scratch):
        self.module = module
        self.writer = writer
        self.target = target
        self._scratch = scratch
        self._count = 0
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


def write(site, node, addresses):
    """Writes the step of a node."""
    values = [(value.dtype.name, value.dims) for value in (*node.inputs, *node.outputs)]
    told = repr((values, sorted(node.params.items())))
    site.name = f"{node.op.type_name}.{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    writer_of(node).write(site, node, *addresses)


def flops(node):
    """The additions and multiplications of a step."""
    return writer_of(node).flops(node)
