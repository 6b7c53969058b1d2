"""Ops that say how they come about from simpler ones are replaced by those, so that they can be fused."""

from tapeflow.core.size import has_sizes
from tapeflow.graph.graph import Graph
from tapeflow.graph.replay import replay
from tapeflow.graph.simplify import alive
from tapeflow.graph.tracing import Tracer, has_sizes_anywhere


class _Expander(Tracer):
    """Writes down what the `expand` rules of ops call instead of the ops themselves."""

    def __call__(self, op, inputs, params):
        rule = op.expand_rule
        if rule is not None and not _has_unknown_sizes(inputs, params):
            result = rule(*inputs, **{**op.defaults, **params})
            if result is not None:
                return result
        return super().__call__(op, inputs, params)


def _has_unknown_sizes(inputs, params):
    return has_sizes_anywhere(params) or any([each.dims is None or has_sizes(each.dims) for each in inputs])


def expanded(graph):
    """The graph with every op that has an `expand` rule, if the rule applies, replaced by what the rule calls."""
    tracer = _Expander(graph.name)
    with tracer.tracing():
        arguments = [tracer.argument(value.dtype, value.dims, value.name) for value in graph.inputs]
        result = tracer.finish(replay(graph, arguments))
    return Graph(result.name, result.inputs, alive(result.nodes, result.outputs), result.outputs)
