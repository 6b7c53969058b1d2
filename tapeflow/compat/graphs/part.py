"""The part of a graph that some fetches need, traced as a program of its own.

The nodes that the fetches need, given what is fed, are called again under an ordinary tracer, in the order in
which they were made, which no edge of the graph runs against. There variables are functionalized as in any
trace: assignments change what a variable is from there on. A read that waits for nothing sees the value at
the beginning. Gradients are taken there, too, by a tape that records what comes before them. What comes of
it is a pure program, and takes the same tiers as a traced function.
"""

from tapeflow.autodiff.tape import Tape
from tapeflow.compat.graphs.statements import (
    ASSIGN,
    ASSIGN_ADD,
    ASSIGN_SUB,
    DEFAULT,
    GRADIENTS,
    HANDLE,
    IS_INITIALIZED,
    NO_OP,
    READ,
)
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.core import size as sizes
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.graph import custom  # noqa: F401 (it teaches tracers about custom gradients)
from tapeflow.graph.graph import Graph, Node
from tapeflow.graph.replay import invoke
from tapeflow.graph.simplify import alive, values_in_params
from tapeflow.graph.tracing import Tracer, current, has_sizes_anywhere
from tapeflow.ops.casting import cast
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.ops.layout import ensure_shape
from tapeflow.ops.selection import identity


def needed_nodes(graph, fetched, fed):
    """The nodes that must run for what is fetched (nodes and values), in their order; what is fed needs nothing."""
    fed = set(fed)
    found = set()
    seen = set()
    waiting = list(fetched)
    while waiting:
        each = waiting.pop()
        if isinstance(each, Node):
            if each in found:
                continue
            found.add(each)
            waiting += each.inputs
            waiting += values_in_params(each.params)
            waiting += graph.controls.get(each, ())
            waiting += graph.followers.get(each, ())
            fallback = each.params.get("fallback") if each.op is READ else None
            if fallback is not None:
                waiting.append(fallback)
        elif each not in seen:
            seen.add(each)
            if each in fed:
                continue
            if each.node is not None:
                waiting.append(each.node)
            else:
                waiting += graph.controls.get(each, ())
                if each.constant is None:
                    raise _not_fed(each)
    return sorted(found, key=graph.places.__getitem__)


def _not_fed(value):
    shape = "" if value.dims is None else f" and shape {_bracketed(value.dims)}"
    return InvalidArgumentError(
        None,
        None,
        f"You must feed a value for placeholder tensor '{value.name}' with dtype {value.dtype.name}{shape}\n"
        f"\t [[{{{{node {value.name}}}}}]]",
    )


def _bracketed(dims):
    shown = ["?" if each is None else str(each) for each in sizes.visible(dims)]
    return f"[{','.join(shown)}]"


class Part:
    """What the session runs for some fetches and feeds.

    graph: the program. Its inputs are those of the `fed` values, then those of `read`, the variables whose
    values it needs, then, if `asked` names variables, one bool for each: whether it has a value. Its outputs
    are the fetched values, then the new values of the variables `written`. uncertain: the variables that are
    read with a fallback.
    """

    def __init__(self, graph, fetched, fed, dims, initialized, own_seeds):
        self._begin(initialized, own_seeds)
        nodes = needed_nodes(graph, fetched, fed)
        self.uncertain = {
            node.params["variable"]
            for node in nodes
            if node.op is READ and node.params["fallback"] is not None
        }
        self._nodes = nodes
        self._tracer = Tracer("session_run")
        self._tracer.meets_unknown_ranks = False  # whatever the graph knew
        with self._tracer.tracing():
            for value, known in zip(fed, dims, strict=True):
                self._found[value] = self._tracer.argument(value.dtype, known, value.name)
            try:
                self._start_tapes(graph, nodes)
                self._call_again(nodes, fed)
                results = [self.tensor(each) for each in fetched if not isinstance(each, Node)]
            finally:
                self._stop_tapes()
            for each in results:
                self._tracer.value_of(each)
        self._assemble(results, [self._found[value].value for value in fed])

    def _begin(self, initialized, own_seeds):
        self._found = {}
        self._tapes = {}
        self._initialized = initialized
        self._own_seeds = own_seeds
        self._asked = {}
        self.only_updated = set()  # the variables that are added to, and not read before

    def _stop_tapes(self):
        for tape in self._tapes.values():
            tape.__exit__(None, None, None)

    def _call_again(self, nodes, fed):
        for value in fed:
            self._watch(value)
        fed = set(fed)
        for node in nodes:
            if node.op in _ALWAYS or not node.outputs or not all([each in fed for each in node.outputs]):
                self._run(node)

    def _assemble(self, results, arguments):
        tracer = self._tracer
        states = list(tracer.variables.values())
        assigned = [each for each in states if each.assigned]
        whole = tracer.finish([*results, *[each.current for each in assigned]])
        nodes = alive(whole.nodes, whole.outputs)
        used = set(whole.outputs)
        for node in nodes:
            used.update(node.inputs)
            used.update(values_in_params(node.params))
        read = [each for each in states if each.initial.value in used]
        self.read = [each.variable for each in read]
        self.asked = [variable for variable, argument in self._asked.items() if argument.value in used]
        inputs = [
            *arguments,
            *[each.initial.value for each in read],
            *[self._asked[variable].value for variable in self.asked],
        ]
        self.graph = Graph(whole.name, inputs, nodes, whole.outputs)
        self.written = [each.variable for each in assigned]
        self.num_results = len(results)
        places = {variable: len(arguments) + place for place, variable in enumerate(self.read)}
        self.places = [places.get(each) for each in self.written]
        self._found = self._tapes = None

    # Values.

    def tensor(self, value):
        """The tensor that a value of the open graph has become."""
        found = self._found.get(value)
        if found is None:
            found = self._found[value] = self._tracer.constant(value.constant, value.dtype)
            self._watch(value)
        return found

    def _put(self, node, tensors):
        for value, tensor in zip(node.outputs, tensors, strict=False):
            if value not in self._found:  # what is fed stays as it was fed
                if tensor.dims is None and value.dims is not None:
                    tensor = ensure_shape(tensor, dims=sizes.visible(value.dims))
                self._found[value] = tensor
                self._watch(value)

    def _run(self, node):
        rule = _RULES.get(node.op)
        if rule is not None:
            rule(self, node)
            return
        params = node.params
        if has_sizes_anywhere(params):
            params = {key: sizes.with_sizes(each, self._size) for key, each in params.items()}
        if "seeds" in params:
            params = {**params, "seeds": self._own_seeds(node, params["seeds"])}
        result = invoke(node.op, [self.tensor(value) for value in node.inputs], params)
        self._put(node, result if node.several else [result])

    def _size(self, symbol):
        """What a size of the open graph is here."""
        value, position = symbol.arguments
        if value not in self._found and value.node is None and value.constant is None:
            return sizes.Size((((symbol,), 1),))  # of a program around this one
        tensor = self.tensor(value)
        if symbol.kind == "axis":
            return tensor.dims[position]
        tracer = current()
        return tracer.number_of(tensor) if position is None else tracer.dims_of(tensor)[position]

    # Variables.

    def _state(self, variable):
        tracer = self._tracer
        is_first = id(variable) not in tracer.variables
        tensor = tracer.read(variable)
        if is_first:
            self._watch_tensor(variable, tensor)
        return tracer.variables[id(variable)]

    def _handle(self, node):
        self.only_updated.discard(node.params["variable"])
        self._put(node, [self._state(node.params["variable"]).initial])

    def _read(self, node):
        variable, late, fallback = [node.params[key] for key in ("variable", "late", "fallback")]
        state = self._state(variable)
        self.only_updated.discard(variable)
        if fallback is not None and not state.assigned and not self._initialized(variable):
            self._put(node, [self.tensor(fallback)])
        else:
            waits = late or node in self._waiting
            self._put(node, [state.current if waits else state.initial])

    def _assign(self, node):
        variable = node.params["variable"]
        value = self.tensor(node.inputs[0])
        if node.op is not ASSIGN and id(variable) not in self._tracer.variables:
            self.only_updated.add(variable)
        state = self._state(variable)
        if node.op is ASSIGN_ADD:
            value = state.current + value
        elif node.op is ASSIGN_SUB:
            value = state.current - value
        self._tracer.assign(variable, value)
        self._put(node, [self._state(variable).current])

    def _is_initialized(self, node):
        results = []
        for variable in node.params["variables"]:
            state = self._tracer.variables.get(id(variable))
            if state is not None and state.assigned:
                results.append(self._tracer.constant(_TRUE, boolean))
                continue
            if variable not in self._asked:
                self._asked[variable] = self._tracer.argument(boolean, ())
            results.append(self._asked[variable])
        self._put(node, results)

    # Gradients.

    def _start_tapes(self, graph, nodes):
        """A tape for each node that takes gradients; it watches their sources as they come into being."""
        self._sources = {}
        self._waiting = {node for node in nodes if node.op is READ and graph.controls.get(node)}
        for node in nodes:
            if node.op is GRADIENTS and not node.params["stopped"]:
                tape = self._tapes[node] = Tape(watch_accessed_variables=False)
                tape.__enter__()
                for source in node.params["sources"]:
                    self._sources.setdefault(source, []).append(tape)

    def _watch(self, value):
        self._watch_tensor(value, self._found[value])

    def _watch_tensor(self, source, tensor):
        for tape in self._sources.get(source, ()):
            if tape._recording and tensor is not None and tensor._dtype in FLOATS_AND_COMPLEX:
                tape.watch(tensor)

    def _gradients(self, node):
        params = node.params
        count = params["num_targets"]
        targets = node.inputs[:count]
        weights = iter(node.inputs[count:])
        cotangents = [self.tensor(next(weights)) if given else None for given in params["weighted"]]
        sources = [self._source(each) for each in params["sources"]]
        if params["stopped"]:
            found = self._stopped_gradients(node, targets, cotangents)
        else:
            tape = self._tapes.pop(node)
            tape.open_for_gradient()
            found = tape.take_gradients([self.tensor(value) for value in targets], sources, cotangents)
        if params["report"] is not None:
            params["report"][:] = [kind_of(g) for g in found]
            return
        results = []
        for g, source, kind in zip(found, sources, params["kinds"], strict=True):
            if kind is not None:
                results += as_kind(g, source, kind)
        self._put(node, results)

    def _stopped_gradients(self, node, targets, cotangents):
        """Gradients that do not go through the values `stopped`: what lies between is called once more, on a tape."""
        params = node.params
        stopped, sources = set(params["stopped"]), params["sources"]
        again = {}
        with Tape(watch_accessed_variables=False) as tape:
            leaves = {}
            for source in sources:
                leaf = leaves[source] = self._source(source)._alias()
                tape.watch(leaf)
                again[source] = leaf
            for each in self._nodes[: self._nodes.index(node)]:
                if each.op is HANDLE or each.op is READ:
                    leaf = leaves.get(each.params["variable"])
                    if leaf is not None and each.outputs[0] not in stopped:
                        again[each.outputs[0]] = leaf
                    continue
                if (
                    each.effect
                    or each.op in _UNDERIVABLE
                    or not any([value in again for value in each.inputs])
                ):
                    continue
                if all([value in stopped for value in each.outputs]):
                    continue
                outer = {value: self._found.pop(value) for value in each.outputs}
                inner = {value: self._found[value] for value in each.inputs if value in self._found}
                self._found.update({value: again[value] for value in each.inputs if value in again})
                self._run(each)
                again.update({value: self._found[value] for value in each.outputs if value not in stopped})
                self._found.update({**outer, **inner})
                for value in each.outputs:
                    if value in leaves and value not in stopped:
                        leaves[value] = again[value]
                        tape.watch(again[value])
        tape.open_for_gradient()
        targets = [again[value] if value in again else self.tensor(value) for value in targets]
        return tape.take_gradients(targets, [leaves[source] for source in sources], cotangents)

    def _source(self, source):
        return self._state(source).initial if isinstance(source, GraphVariable) else self.tensor(source)

    # The rest.

    def _default(self, node):
        self._put(node, [identity(self.tensor(node.inputs[0]))])


def kind_of(g):
    """What a gradient is: None, WHOLE, or ROWS with the dtype of their numbers."""
    if isinstance(g, IndexedSlices):
        return ROWS, g.indices.dtype
    return None if g is None else WHOLE


def as_kind(g, source, kind):
    """A gradient as the tensors that its node gives: rows and their numbers if the kind is ROWS."""
    if kind is not WHOLE:
        return [g.values, cast(g.indices, kind[1])]
    if g is None:
        return [source * 0]
    return [densify(g) if isinstance(g, IndexedSlices) else g]


WHOLE, ROWS = "whole", "rows"
_TRUE = boolean.array_dtype.type(True)
_UNDERIVABLE = {GRADIENTS, IS_INITIALIZED, NO_OP, ASSIGN, ASSIGN_ADD, ASSIGN_SUB}
_ALWAYS = {ASSIGN, ASSIGN_ADD, ASSIGN_SUB}
_RULES = {
    HANDLE: Part._handle,
    READ: Part._read,
    ASSIGN: Part._assign,
    ASSIGN_ADD: Part._assign,
    ASSIGN_SUB: Part._assign,
    IS_INITIALIZED: Part._is_initialized,
    NO_OP: lambda part, node: None,
    DEFAULT: Part._default,
    GRADIENTS: Part._gradients,
}
