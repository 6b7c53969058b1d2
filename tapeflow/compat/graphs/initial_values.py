"""Initial values that are made of other variables."""

from tapeflow.compat.graphs.statements import HANDLE, READ
from tapeflow.graph.symbolic import SymbolicTensor


def with_fallbacks(graph, tensor):
    """The tensor as it is when variables without a value count as their initial values.

    So initializers can run in one go, in any order, though one is computed from another variable.
    """
    made = {}

    def rebuilt(value):
        node = value.node
        if node is None:
            return value
        if node.op is READ or node.op is HANDLE:
            return node.params["variable"].initialized_value().value
        if node not in made:
            inputs = tuple([rebuilt(each) for each in node.inputs])
            if all([before is after for before, after in zip(node.inputs, inputs, strict=True)]):
                made[node] = node.outputs
            else:
                specs = [(each.dtype, each.dims) for each in node.outputs]
                results = graph.add(node.op, inputs, node.params, specs if node.several else specs[0])
                made[node] = [each.value for each in (results if node.several else [results])]
        return made[node][value.index]

    return SymbolicTensor(rebuilt(tensor.value), graph)
