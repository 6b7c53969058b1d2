"""What a graph does not need: nodes that nobody reads, the same call twice."""

from tapeflow.core.size import has_sizes, symbols_in
from tapeflow.graph.graph import Graph


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
    elif has_sizes(param):
        found += [symbol.arguments[0] for symbol in symbols_in(param)]


def alive(nodes, outputs):
    """Those of the nodes that the outputs need or that have effects, in their order."""
    needed = set(outputs)
    kept = []
    for node in reversed(nodes):
        if node.effect or any([value in needed for value in node.outputs]):
            kept.append(node)
            needed.update(node.inputs)
            needed.update(values_in_params(node.params))
    kept.reverse()
    return kept


def without_dead_nodes(graph):
    """The graph without what nobody reads; the inputs stay."""
    return Graph(graph.name, graph.inputs, alive(graph.nodes, graph.outputs), graph.outputs)
