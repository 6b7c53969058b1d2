"""What a graph does not need: nodes that nobody reads, the same call twice."""

from tapeflow.core.dtypes import string
from tapeflow.core.size import axis_of, element_of, has_sizes, symbols_in, with_sizes
from tapeflow.graph.graph import Graph, Node


def values_in_params(params):
    """The values whose sizes or elements stand in the parameters of a node."""
    found = []
    for param in params.values():
        _collect(param, found)
    return found


def _collect(param, found):
    kind = type(param)
    if kind is tuple or kind is list:
        for each in param:
            _collect(each, found)
    elif kind is dict:
        for each in param.values():
            _collect(each, found)
    elif has_sizes(param):
        found += [symbol.arguments[0] for symbol in symbols_in(param)]


def alive(nodes, outputs, effects=True):
    """Those of the nodes that the outputs need or, with `effects`, that have effects, in their order."""
    needed = set(outputs)
    kept = []
    for node in reversed(nodes):
        if (effects and node.effect) or any([value in needed for value in node.outputs]):
            kept.append(node)
            needed.update(node.inputs)
            needed.update(values_in_params(node.params))
    kept.reverse()
    return kept


def without_dead_nodes(graph):
    """The graph without what nobody reads; the inputs stay."""
    return Graph(graph.name, graph.inputs, alive(graph.nodes, graph.outputs), graph.outputs)


def simplified(graph):
    """The graph with equal calls of equal values made once, and without what nobody reads."""
    known, replaced, nodes = {}, {}, []
    for node in graph.nodes:
        inputs = tuple([replaced.get(value, value) for value in node.inputs])
        params = params_of(node, replaced)
        original = node
        if inputs != node.inputs or params is not node.params:
            node = with_inputs(node, inputs, params)
            replaced.update(zip(original.outputs, node.outputs, strict=True))
        key = None if node.effect else _key(node)
        if key is not None and key in known:
            replaced.update(zip(original.outputs, known[key].outputs, strict=True))
            continue
        if key is not None:
            known[key] = node
        nodes.append(node)
    outputs = [replaced.get(value, value) for value in graph.outputs]
    return Graph(graph.name, graph.inputs, alive(nodes, outputs), outputs)


def params_of(node, replaced):
    """The parameters of a node, with the sizes of the values that stand in the place of others."""
    if not any([value in replaced for value in values_in_params(node.params)]):
        return node.params

    def lookup(symbol):
        value, position = symbol.arguments
        value = replaced.get(value, value)
        return axis_of(value, position) if symbol.kind == "axis" else element_of(value, position)

    return {name: with_sizes(param, lookup) for name, param in node.params.items()}


def with_inputs(node, inputs, params=None):
    """The same call of other values of the same shapes."""
    specs = [(value.dtype, value.dims) for value in node.outputs]
    params = node.params if params is None else params
    return Node(node.op, inputs, params, specs, node.name, node.location, node.several)


def _key(node):
    """What is equal for calls that give the same; None if that cannot be said."""
    try:
        key = (
            node.op,
            tuple([_identity(value) for value in node.inputs]),
            tuple([(name, type(value), value) for name, value in sorted(node.params.items())]),
        )
        hash(key)
    except TypeError:  # a parameter without a hash
        return None
    return key


def _identity(value):
    """Constants without axes are equal if their numbers are."""
    if value.constant is None or value.dims or value.dtype is string:
        return value
    return value.dtype, value.constant.tobytes()
