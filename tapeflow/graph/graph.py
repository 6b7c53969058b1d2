"""Programs as data: a `Graph` is a straight list of nodes in single-assignment form.

A `Value` is what a node, an input or a constant gives; it knows its dtype and its sizes, of which some may be
unknown (`graph/size.py`). A `Node` is the call of one op. Nodes stand in the order in which they were traced,
which is an order in which they can run, and which those with effects must keep. Control flow has no edges of
its own: `Case` and `Loop` are ops whose parameters are graphs (`graph/control_flow.py`).
"""

from tapeflow.core.shapes import bracketed
from tapeflow.core.size import Size, axis_of


class Value:
    """One tensor of a program. `node` made it, as its result number `index`; inputs and constants have no node."""

    __slots__ = ("constant", "dims", "dtype", "index", "late", "name", "node")

    def __init__(self, dtype, dims, node=None, index=0, constant=None, name=None):
        self.dtype = dtype
        self.dims = dims  # a tuple of ints and of Sizes
        self.node = node
        self.index = index
        self.constant = constant  # an array or NumPy scalar, if the elements are known
        self.name = name
        self.late = None  # a LateShape, while the shape of the rows is not known

    def __repr__(self):
        return f"<Value {self.name or ''}: {self.dtype.name}{bracketed(self.dims)}>"


class LateShape:
    """The rows of a TensorArray whose shape nobody has said: that of the first one that is written.

    tracer: where the array was made; values: all the values, in the program and in the branches and bodies in it, that
    stand for the array until then.
    """

    __slots__ = ("tracer", "values")

    def __init__(self, tracer):
        self.tracer = tracer
        self.values = []

    def add(self, value):
        """Marks a value as one of them."""
        value.late = self
        self.values.append(value)

    def settle(self, dims):
        """The rows have the shape `dims`, ints and Sizes that are known where the array was made."""
        for value in self.values:
            value.late = None
            node = value.node
            if (
                node is None
            ):  # an argument or what stands for the array inside of a branch has sizes of its own
                sizes = [
                    axis_of(value, axis) if type(size) is Size else size for axis, size in enumerate(dims, 1)
                ]
                value.dims = (value.dims[0], *sizes)
            else:
                value.dims = (value.dims[0], *dims)
            if node is not None and "dims" in node.params:  # it makes the zeros that the array begins with
                node.params["dims"] = (*node.params["dims"][:1], *dims)


class Node:
    """The call of `op` on the values `inputs` with `params`; `outputs` is a tuple of values, also for one result."""

    __slots__ = ("inputs", "location", "name", "op", "outputs", "params", "several")

    def __init__(self, op, inputs, params, specs, name=None, location=None, several=None):
        self.op = op
        self.inputs = inputs
        self.params = params
        self.name = name
        self.location = location  # (file, line, function) of the user's code that made the call
        self.several = len(specs) != 1 if several is None else several  # whether the kernel gives a tuple
        self.outputs = tuple([Value(dtype, dims, self, index) for index, (dtype, dims) in enumerate(specs)])

    @property
    def effect(self):
        """Whether the call must happen, once and in its turn, even if nobody reads its results."""
        return has_effect(self.op, self.params)

    def __repr__(self):
        return f"<Node {self.op.type_name}>"


class Graph:
    """A program: `outputs` from `inputs`, by way of `nodes`."""

    __slots__ = ("__weakref__", "derived", "inputs", "name", "nodes", "outputs")

    def __init__(self, name, inputs, nodes, outputs):
        self.name = name
        self.inputs = list(inputs)
        self.nodes = list(nodes)
        self.outputs = list(outputs)
        self.derived = {}  # what others have worked out from this graph and want to keep with it

    def subgraphs(self):
        """The graphs in the parameters of the nodes, not those within them."""
        return [graph for node in self.nodes for graph in graphs_in(node.params)]

    @property
    def effect(self):
        """Whether running the program does anything besides giving its outputs."""
        return any(node.effect for node in self.nodes)

    @property
    def takes(self):
        """Whether running the program takes elements of a data set."""
        found = self.derived.get("takes")
        if found is None:
            found = self.derived["takes"] = any([takes(node) for node in self.nodes])
        return found

    def __repr__(self):
        return f"<Graph {self.name}: {len(self.inputs)} inputs, {len(self.nodes)} nodes, {len(self.outputs)} outputs>"


def takes(node):
    """Whether a call takes elements of a data set, or is a choice or a loop in which that happens."""
    return bool(node.op.facts.get("takes")) or any([graph.takes for graph in graphs_in(node.params)])


def graphs_in(params):
    """The graphs among the parameters of a node."""
    found = []
    for value in params.values():
        if isinstance(value, Graph):
            found.append(value)
        elif type(value) is tuple:
            found += [each for each in value if isinstance(each, Graph)]
    return found


def has_effect(op, params):
    """Whether a call of `op` must be kept and stay in its place."""
    facts = op.facts
    return bool(facts.get("stateful") or facts.get("effect")) or any(
        graph.effect for graph in graphs_in(params)
    )
