"""What a loop has asked holds in its body: choices there that ask the same again are no choices.

Such is a body that is written as `if there is another element: ...` in a loop as long as there is one. Without the
choice what the loop carries can be changed in place.
"""

from tapeflow.core.operands import as_tensor
from tapeflow.graph.control_flow import case
from tapeflow.graph.graph import graphs_in
from tapeflow.graph.replay import constant_tensor, derive, replay_node
from tapeflow.graph.simplify import without_dead_nodes
from tapeflow.ops.casting import cast_to
from tapeflow.ops.comparison import logical_and
from tapeflow.ops.effects import assert_that


def assuming(condition, body, num_carried, num_sliced):
    """The body without choices that the condition has made. condition: (*carried, *captured) -> (bool,)."""
    places = [place + (num_sliced if place >= num_carried else 0) for place in range(len(condition.inputs))]
    facts = _Facts(condition, [body.inputs[place] for place in places])
    if not any([node.op is case and facts.choose(node.inputs[0]) for node in body.nodes]):
        return body

    def program(tensors, _):
        facts = _Facts(condition, [tensors[place].value for place in places])
        inputs = [as_tensor(True) if facts.hold(each.value) else each for each in tensors]
        return _replay(body, inputs, facts)

    return without_dead_nodes(derive(body, "assuming", program))


def _replay(graph, tensors, facts):
    """The tensors of the graph's outputs, with the choices made of which the facts say how they turn out."""
    found = dict(zip(graph.inputs, tensors, strict=True))

    def tensor(value):
        return found[value] if value in found else constant_tensor(value, found)

    for node in graph.nodes:
        first = tensor(node.inputs[0]) if node.op in (case, assert_that) else None
        if node.op is case and facts.choose(first.value):
            results = _replay(node.params["branches"][1], [tensor(each) for each in node.inputs[1:]], facts)
            found.update(zip(node.outputs, results, strict=True))
        elif node.op is assert_that and facts.hold(first.value):
            found[node.outputs[0]] = first
        else:
            replay_node(node, found)
    return [tensor(value) for value in graph.outputs]


class _Facts:
    """What is known to hold. inputs: the values in the place of the condition's."""

    def __init__(self, condition, inputs):
        self._places = dict(zip(condition.inputs, inputs, strict=True))
        self._known = set()
        waiting = [condition.outputs[0]]
        while waiting:
            value = waiting.pop()
            self._known.add(self._key(value))
            if value.node is not None and value.node.op is logical_and:
                waiting += value.node.inputs

    def _key(self, value):
        """What is equal for values that are the same number."""
        node = value.node
        if node is None or node.effect or graphs_in(node.params):
            if value.constant is not None and not value.dims:
                return value.dtype, value.constant.tobytes()
            return id(self._places.get(value, value))
        params = tuple([(name, repr(each)) for name, each in sorted(node.params.items())])
        return node.op, value.index, params, tuple([self._key(each) for each in node.inputs])

    def hold(self, value):
        """Whether a truth value is known to be true."""
        if value.dims != () or not value.dtype.is_bool:
            return False
        if value.constant is not None:
            return bool(value.constant)
        if self._key(value) in self._known:
            return True
        node = value.node
        return node is not None and node.op is logical_and and all([self.hold(each) for each in node.inputs])

    def choose(self, index):
        """Whether the number of a branch is known to be 1: the first of two is that for what does not hold."""
        if index.constant is not None:
            return int(index.constant) == 1
        return index.node is not None and index.node.op is cast_to and self.hold(index.node.inputs[0])
