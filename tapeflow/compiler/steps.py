"""Nodes that are a step of their own in machine code instead of loops over elements: which, and who writes them.

An op says what it is by its fact `step`; the table says who writes that. A writer is a module, or an object, with
three functions:

    accepts(node)                 whether it can write the node; its dtypes are compiled, its sizes known, none is 0
    write(site, node, *addresses) writes it; the addresses are those of its inputs, then of its outputs
    flops(node)                   how many additions and multiplications it is
"""

from tapeflow.compiler import convolutions, filter_gradients, pooling, products

WRITERS = {"matrix product": products, **convolutions.WRITERS, **filter_gradients.WRITERS, **pooling.WRITERS}
"""{what an op is: who writes it}."""


class Site:
    """Where a step is written: the LLVM module, the Writer around it, the target."""

    __slots__ = ("_scratch", "module", "target", "writer")

    def __init__(self, module, writer, target, scratch):
        self.module = module
        self.writer = writer
        self.target = target
        self._scratch = scratch

    def scratch(self, size):
        """The address, an i8*, of so many bytes of memory, aligned to 64, which are the step's own while it runs.

        Steps may share them with others before and behind, so a step asks only once.
        """
        return self._scratch(self.writer, size)

    @property
    def builder(self):
        """The builder that writes on behind what has been written."""
        return self.writer.builder


def is_step(node):
    """Whether the node is written as a step of its own."""
    found = WRITERS.get(node.op.facts.get("step"))
    return found is not None and found.accepts(node)


def write(site, node, addresses):
    """Writes the step of a node."""
    WRITERS[node.op.facts["step"]].write(site, node, *addresses)


def flops(node):
    """The additions and multiplications of a step."""
    return WRITERS[node.op.facts["step"]].flops(node)
