"""Programs made from programs: their pullback, their linearization, their tangents, their batches.

All of them are traced from `replay` under a tape, a forward accumulator or a vectorizer, and kept with the
graph.
"""

from tapeflow.autodiff.forward import ForwardAccumulator
from tapeflow.autodiff.tape import Tape
from tapeflow.batching.vectorize import vectorize
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX, int64
from tapeflow.core.size import Size, element_of, has_sizes, symbols_in, visible, with_sizes
from tapeflow.graph.graph import Graph, Node
from tapeflow.graph.replay import derive, replay
from tapeflow.graph.simplify import alive, values_in_params
from tapeflow.graph.tracing import Tracer, size_value
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify


def kept_with(graph, key, make):
    """What `make()` gave when it was first asked for under this key."""
    found = graph.derived.get(key)
    if found is None:
        found = graph.derived[key] = make()
    return found


def floating(values):
    """The positions of the values that have derivatives."""
    return [position for position, value in enumerate(values) if value.dtype in FLOATS_AND_COMPLEX]


def pull_back(graph, tensors, cotangents):
    """(outputs, cotangents of the floating inputs, None for one that nothing depends on), by a tape of its own."""
    tape = Tape(watch_accessed_variables=False)
    sources = [tensors[position] for position in floating(graph.inputs)]
    with tape:
        tape.watch(sources)
        outputs = replay(graph, tensors, renews_streams=True)
    targets = [outputs[position] for position in floating(graph.outputs)]
    given = [(target, g) for target, g in zip(targets, cotangents, strict=True) if g is not None]
    if not given or not sources:
        return outputs, [None] * len(sources)
    found = tape.take_gradients([target for target, _ in given], sources, [g for _, g in given])
    return outputs, [densify(g) if isinstance(g, IndexedSlices) else g for g in found]


class Pullback:
    """The program (inputs, cotangents of the floating outputs) -> cotangents of the inputs at `connected`."""

    def __init__(self, graph, wanted=None):
        self.connected = []

        def program(tensors, cotangents):
            _, found = pull_back(graph, tensors, cotangents)
            sources = floating(graph.inputs)
            results = []
            for position, g in zip(sources, found, strict=True):
                if g is None and wanted is not None and position in wanted:
                    g = zeros(tensors[position].dims, tensors[position]._dtype)
                if g is not None and (wanted is None or position in wanted):
                    self.connected.append(position)
                    results.append(g)
            return results

        extra = [graph.outputs[position] for position in floating(graph.outputs)]
        self.graph = derive(graph, "pullback", program, extra)


def pullback(graph, wanted=None):
    """The Pullback of the graph; with `wanted`, cotangents of just those inputs, zeros where nothing depends on one."""
    key = "pullback", None if wanted is None else tuple(wanted)
    return kept_with(graph, key, lambda: Pullback(graph, wanted))


class Linearization:
    """A program cut in two: forward gives the outputs and what the way back needs, backward takes just that.

    forward: the graph (inputs) -> (outputs, residuals); backward: (residuals, cotangents of the floating
    outputs) -> cotangents of the inputs at `connected`. from_inputs: for each residual the position of the
    input that it is, else None; only the others are outputs of forward.
    """

    def __init__(self, graph, carried=None):
        self.connected = []
        num_outputs = len(graph.outputs)

        def program(tensors, cotangents):
            outputs, found = pull_back(graph, tensors, cotangents)
            results = []
            for position, g in zip(floating(graph.inputs), found, strict=True):
                if g is not None:
                    self.connected.append(position)
                    results.append(g)
            return [*outputs, *results]

        extra = [graph.outputs[position] for position in floating(graph.outputs)]
        joint = derive(graph, "linearized", program, extra)
        count = len(graph.inputs)
        arguments, cotangents = joint.inputs[:count], joint.inputs[count:]
        behind = set(cotangents)  # what depends on a cotangent
        first, second = [], []
        for node in joint.nodes:
            if any([value in behind for value in _reads(node)]):
                behind.update(node.outputs)
                second.append(node)
            else:
                first.append(node)
        _read_originals(joint)
        varying = set() if carried is None else _of_varying_shape(graph, joint, carried)
        second, joint.outputs[num_outputs:] = _made_afresh(
            first, second, joint.outputs[num_outputs:], varying
        )
        second = alive(second, joint.outputs[num_outputs:])
        first += _scalars_for_sizes(second, cotangents)
        inside = {value for node in second for value in node.outputs}
        residuals = []
        for value in [*[value for node in second for value in _reads(node)], *joint.outputs[num_outputs:]]:
            if (
                value.constant is None
                and value not in inside
                and value not in cotangents
                and value not in residuals
            ):
                residuals.append(value)
        self.from_inputs = [arguments.index(value) if value in arguments else None for value in residuals]
        kept = [value for value, place in zip(residuals, self.from_inputs, strict=True) if place is None]
        self.num_kept = len(kept)
        outputs = [*joint.outputs[:num_outputs], *kept]
        self.forward = Graph(f"{graph.name}_forward", arguments, alive(first, outputs), outputs)
        self.forward.derived["linearization"] = self
        self.forward.derived["num_outputs"] = num_outputs
        self.backward = Graph(
            f"{graph.name}_backward", [*residuals, *cotangents], second, joint.outputs[num_outputs:]
        )


def _read_originals(graph):
    """Lets nodes read an input itself where they read it by way of ops that only hand it on."""
    original = {}
    for node in graph.nodes:
        node.inputs = tuple([original.get(value, value) for value in node.inputs])
        if node.op.facts.get("same_elements") and node.inputs[0].dims == node.outputs[0].dims:
            original[node.outputs[0]] = node.inputs[0]


def wanted_part(graph, places):
    """The program that gives only the outputs at `places`."""
    key = "wanted", tuple(places)

    def make():
        outputs = [graph.outputs[place] for place in places]
        return Graph(graph.name, graph.inputs, alive(graph.nodes, outputs), outputs)

    return graph if len(places) == len(graph.outputs) else kept_with(graph, key, make)


def _of_varying_shape(graph, joint, carried):
    """The values of a loop's body whose shape may differ between iterations: they cannot be stacked."""
    stable = set()
    for place, (before, value) in enumerate(zip(graph.inputs, joint.inputs, strict=False)):
        for axis, size in enumerate(value.dims):
            stays = place >= carried or graph.outputs[place].dims[axis] == before.dims[axis]
            if type(size) is Size and stays:
                stable.add(size)
    found = set()
    for node in joint.nodes:
        for value in node.outputs:
            for size in value.dims or ():
                if type(size) is Size and not all([_alone(each) in stable for each in symbols_in(size)]):
                    found.add(value)
    return found


def _alone(symbol):
    return Size((((symbol,), 1),))


def _made_afresh(first, second, outputs, varying):
    """The nodes `second` and the outputs, with what is made of constants alone made once more instead of being kept."""
    makers = {}
    for node in first:
        of_constants = all([value.constant is not None or value in makers for value in node.inputs])
        if not node.effect and (of_constants or any([value in varying for value in node.outputs])):
            makers.update(dict.fromkeys(node.outputs, node))
    clones, nodes = {}, []

    def local(value):
        if value not in clones and value in makers:
            maker = makers[value]
            inputs = tuple([local(each) for each in maker.inputs])
            specs = [(each.dtype, each.dims) for each in maker.outputs]
            clone = Node(maker.op, inputs, maker.params, specs, maker.name, maker.location, maker.several)
            nodes.append(clone)
            clones.update(zip(maker.outputs, clone.outputs, strict=True))
        return clones.get(value, value)

    for node in second:
        node.inputs = tuple([local(value) for value in node.inputs])
        nodes.append(node)
    return nodes, [local(value) for value in outputs]


def _scalars_for_sizes(nodes, given):
    """Nodes that give, as scalars, the sizes which `nodes` know from values made before them; `given` are there.

    The parameters of `nodes` are changed to name those scalars: so that a size is kept, not an array for its shape.
    """
    inside = {*given, *[value for node in nodes for value in node.outputs]}
    made = {}

    def lookup(symbol):
        value = symbol.arguments[0]
        size = Size((((symbol,), 1),))
        if value in inside:
            return size
        node = made.get(size)
        if node is None:
            node = made[size] = Node(size_value, (), {"size": size, "dtype": int64}, [(int64, ())])
        return element_of(node.outputs[0], None)

    for node in nodes:
        if any([has_sizes(each) for each in node.params.values()]):
            node.params = {key: with_sizes(each, lookup) for key, each in node.params.items()}
    return list(made.values())


def linearization(graph, carried=None):
    """The Linearization of the graph; of the body of a loop, say how many of its inputs are carried."""
    return kept_with(graph, "linearize", lambda: Linearization(graph, carried))


def _reads(node):
    """The values that a node reads, those whose sizes its parameters name included."""
    return [*node.inputs, *values_in_params(node.params)]


def tangent_program(graph):
    """The graph (inputs, tangents of the floating inputs) -> (outputs, tangents of the floating outputs)."""

    def program(tensors, tangents):
        primals = [tensors[position] for position in floating(graph.inputs)]
        with ForwardAccumulator(primals, tangents) as accumulator:
            outputs = replay(graph, tensors)
        targets = [outputs[position] for position in floating(graph.outputs)]
        pushed = [accumulator.jvp(target) for target in targets]
        filled = [
            zeros(target.dims, target._dtype) if each is None else each
            for target, each in zip(targets, pushed, strict=True)
        ]
        return [*outputs, *filled]

    extra = [graph.inputs[position] for position in floating(graph.inputs)]
    return kept_with(graph, "tangents", lambda: derive(graph, "tangents", program, extra))


def batched_program(graph, size):
    """The graph on inputs with one more leading axis, of length `size`, each."""

    def make():

        tracer = Tracer(f"{graph.name}_batched")
        with tracer.tracing():
            arguments = [
                tracer.argument(value.dtype, (size, *visible(value.dims)), value.name)
                for value in graph.inputs
            ]
            results = vectorize(lambda examples: tuple(replay(graph, examples)), arguments, size)
            return tracer.finish(results)

    return kept_with(graph, ("batched", size), make)
