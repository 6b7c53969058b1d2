"""Programs that take elements of data sets: what lies between the elements is a program of its own.

How large an element is shows when it is there, and the compiler wants to know it. So the graph is cut wherever an
element is taken, and so are the bodies of loops in which that happens; the parts are compiled for the sizes that come,
like any program. What a loop carries from trip to trip, the variables above all, a part writes where it was.
"""

from tapeflow.core.op import op
from tapeflow.core.rest import Rest, settle
from tapeflow.function.any_rank import program_for
from tapeflow.graph.call import call
from tapeflow.graph.execute import run
from tapeflow.graph.graph import Graph, Node, graphs_in, takes
from tapeflow.graph.simplify import alive, params_of, values_in_params, with_inputs

_FEW = 8
"""So few nodes without axes are called one by one."""


def program_of(graph, jit_compile=None, aliases=None):
    """What runs a graph: a Program, or Parts."""
    return (Parts if graph.takes else program_for)(graph, jit_compile, aliases)


class Parts:
    """Runs one graph that takes elements of data sets, as `Program` does."""

    asks_for_ranks = False

    def __init__(self, graph, jit_compile=None, aliases=None):
        self.graph = graph
        self.name = graph.name
        self.jit_compile = jit_compile
        self.aliases = aliases or {}
        self._parts = []
        self._cut = _Cut(graph, self.aliases, self._part).graph
        self._written = None  # the variables of the Rest that parts may leave to a worker, while they run

    def _part(self, graph, aliases):
        self._parts.append(_Part(program_for(graph, self.jit_compile, aliases), aliases, self))
        return self._parts[-1]

    def rest(self):
        """What a part may leave to a worker; None if nothing."""
        return None if self._written is None else Rest(self._written)

    def run(self, arrays, rest=None):
        """The tuple of arrays of the outputs. Parts may leave something to a worker, which is done at the end."""
        self._written = None if rest is None else rest.variables
        try:
            return run(self._cut, arrays)
        finally:
            self._written = None
            settle()

    def derived(self, graph):
        """What runs a graph that was made from this one's."""
        found = graph.derived.get("program")
        if found is None:
            found = graph.derived["program"] = program_of(graph, self.jit_compile)
        return found

    def table(self, shapes=None, arrays=None):
        """The parts that are compiled, as text; without times, since elements would be taken for that."""
        found = [each.program.table_of_compiled() for each in self._parts]
        return (
            "\n".join([each for each in found if each]) or "No part is compiled yet: call the function first."
        )


class _Cut:
    """A graph cut where elements are taken.

    graph: the same, with its parts as calls. in_place: {position of an output: position of an input}, those of
    `aliases` where a part writes the output into the array of the input; whoever runs it gives those arrays away.
    """

    def __init__(self, graph, aliases, make_part):
        self._make_part = make_part
        self._source = graph
        self._aliases = aliases
        self._last = _last_uses(graph)
        self._found = {}  # value -> what stands for it
        self._nodes = []
        self.in_place = {}
        self._leaked = set()  # inputs that a choice or a loop has got: what it gives may be the same array
        waiting = []
        for position, node in enumerate(graph.nodes):
            if takes(node):
                self._part(waiting, position)
                self._keep(node, position)
                waiting = []
            else:
                waiting.append(node)
        self._part(waiting, len(graph.nodes))
        outputs = [self._found.get(value, value) for value in graph.outputs]
        self.graph = Graph(graph.name, graph.inputs, self._nodes, outputs)

    def _add(self, node, outputs):
        self._nodes.append(node)
        self._found.update(zip(outputs, node.outputs, strict=True))

    def _with_found(self, node):
        inputs = tuple([self._found.get(value, value) for value in node.inputs])
        return with_inputs(node, inputs, params_of(node, self._found))

    def _part(self, nodes, end):
        """Adds the nodes, which stand before the position `end`, as one call."""
        if len(nodes) <= _FEW and all([_is_number(node) for node in nodes]):
            for node in nodes:
                self._add(self._with_found(node), node.outputs)
            return
        outputs = [value for node in nodes for value in node.outputs if self._last.get(value, -1) >= end]
        nodes = alive(nodes, outputs)
        if not nodes:
            return
        inputs = dict.fromkeys(
            [value for node in nodes for value in (*node.inputs, *values_in_params(node.params))]
        )
        inputs = [value for value in inputs if value.constant is None and value.node not in nodes]
        aliases = {}
        for place, source in self._aliases.items():
            value, held = self._source.outputs[place], self._source.inputs[source]
            if (
                value in outputs
                and value.dims
                and self._source.outputs.count(value) == 1
                and self._last.get(held, -1) < end
                and held not in self._leaked
            ):
                if held not in inputs:
                    inputs.append(held)
                aliases[outputs.index(value)] = inputs.index(held)
                self.in_place[place] = source
        part = self._make_part(Graph(self._source.name, inputs, nodes, outputs), aliases)
        specs = [(value.dtype, value.dims) for value in outputs]
        given = tuple([self._found.get(value, value) for value in inputs])
        self._add(Node(call, given, {"program": part}, specs, self._source.name, None, True), outputs)

    def _keep(self, node, position):
        """Adds a node that takes elements."""
        outputs, before = node.outputs, node.inputs
        node = self._with_found(node)
        if "body" in node.params:
            node = self._loop(node, position)
            self._leaked.update(before)
        elif graphs_in(node.params):
            branches = tuple([_Cut(each, {}, self._make_part).graph for each in node.params["branches"]])
            node = with_inputs(node, node.inputs, {**node.params, "branches": branches})
            self._leaked.update(before)
        self._add(node, outputs)

    def _loop(self, node, position):
        """The loop with body and condition cut; it owns the arrays in which its body writes."""
        params = dict(node.params)
        body, condition = params["body"], params["condition"]
        places = {place: place for place in range(params["num_carried"]) if body.inputs[place].dims}
        cut = _Cut(body, places, self._make_part)
        params["body"] = cut.graph
        if condition is not None:
            params["condition"] = _Cut(condition, {}, self._make_part).graph
        inputs = list(node.inputs)
        given = {self._source.inputs[each] for each in self._aliases.values()} - self._leaked
        for place in cut.in_place:
            value = inputs[place]
            if not (value in given and inputs.count(value) == 1 and self._last.get(value, -1) <= position):
                own = Node(_own, (value,), {}, [(value.dtype, value.dims)])
                self._nodes.append(own)
                inputs[place] = own.outputs[0]
        return with_inputs(node, tuple(inputs), params)


class _Part:
    """A part of a graph: what `PartitionedCall` calls. aliases: as of a Program."""

    def __init__(self, program, aliases, owner):
        self.program = program
        self._aliases = aliases
        self._owner = owner

    def run(self, arrays):
        """The arrays of the outputs, none of which shows what another array of the program holds."""
        settle()
        results = list(self.program.run(arrays, self._owner.rest() if self._aliases else None))
        taken = {id(each) for each in arrays}
        for position, array in enumerate(results):
            place = self._aliases.get(position)
            if not array.ndim or (place is not None and array is arrays[place]):
                continue
            if array.base is not None or id(array) in taken:  # it may be written over later
                array = results[position] = array.copy()
            taken.add(id(array))
        return results


@op("OwnCopy")
def _own(xp, value):
    """The elements in an array that is nobody else's."""
    settle()
    return xp.array(value)


def _is_number(node):
    return not graphs_in(node.params) and not any(
        [value.dims or value.dims is None for value in node.outputs]
    )


def _last_uses(graph):
    """{value: the position of the last node that reads it; that after all nodes for results}."""
    found = {}
    for position, node in enumerate(graph.nodes):
        for value in (*node.inputs, *values_in_params(node.params)):
            found[value] = position
    for value in graph.outputs:
        found[value] = len(graph.nodes)
    return found
