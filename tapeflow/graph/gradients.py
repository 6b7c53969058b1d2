"""`tf.gradients` and `tf.hessians` inside a trace: the part of the program between sources and targets is traced again
under a tape. What it computes a second time is found and left out later (`simplify.py`).
"""

from tapeflow.autodiff.tape import Tape
from tapeflow.batching.jacobian import jacobian
from tapeflow.graph.graph import Graph
from tapeflow.graph.replay import replay
from tapeflow.graph.simplify import alive, values_in_params
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.indexed_slices import IndexedSlices, densify


class Between:
    """The part of a program that leads from `sources` to `targets`, not by way of the tensors `stopped`.

    Raises NotImplementedError if it has effects, which must not happen a second time.
    """

    def __init__(self, tracer, targets, sources, stopped=()):
        self._tracer = tracer
        ends = [tracer.value_of(each) for each in targets]
        starts = [tracer.value_of(each) for each in sources]
        cut = {tracer.value_of(each) for each in stopped}
        behind, nodes = set(starts), []
        for node in tracer.nodes:
            if any([value in behind for value in node.inputs]) and not cut.intersection(node.outputs):
                behind.update(node.outputs)
                nodes.append(node)
        outputs = [*ends, *starts]
        nodes = [node for node in alive(nodes, outputs) if not cut.issuperset(node.outputs) or node.effect]
        for node in nodes:
            if node.effect and any([value in behind for value in node.outputs]):
                raise NotImplementedError(
                    f"{node.op.type_name} has effects, so gradients cannot be taken through it once it is traced: "
                    "use tf.GradientTape around it."
                )
        made = {value for node in nodes for value in node.outputs}
        read = [value for node in nodes for value in (*node.inputs, *values_in_params(node.params))]
        inputs = [
            each
            for each in dict.fromkeys([*read, *outputs])
            if each not in made and (each.constant is None or each in starts)
        ]
        self._graph = Graph("between", inputs, nodes, outputs)
        self._count = len(ends)
        self._free = [each for each in starts if each in set(inputs)]

    def run(self, tapes):
        """(targets, sources) of another run of the part, which the tapes watch from the sources on."""
        tensors = [SymbolicTensor(value, self._tracer) for value in self._graph.inputs]
        for value, tensor in zip(self._graph.inputs, tensors, strict=True):
            if value in self._free:
                for tape in tapes:
                    tape.watch(tensor)
        found = replay(self._graph, tensors)
        return found[: self._count], found[self._count :]


def gradients(tracer, targets, sources, cotangents, stopped):
    """The sum of the targets' gradients with respect to each source: a Tensor, IndexedSlices or None."""
    part = Between(tracer, targets, sources, stopped)
    tape = Tape(watch_accessed_variables=False)
    with tape:
        ends, starts = part.run([tape])
    return tape.take_gradients(ends, starts, cotangents)


def hessian(tracer, targets, source):
    """The derivatives, with respect to a source, of the gradient of the sum of the targets with respect to it."""
    part = Between(tracer, targets, [source])
    outer, inner = [Tape(watch_accessed_variables=False) for _ in range(2)]
    with outer:
        with inner:
            ends, starts = part.run([outer, inner])
        (slope,) = inner.take_gradients(ends, starts, [None] * len(ends))
    if slope is None:
        return None
    return jacobian(outer, densify(slope) if isinstance(slope, IndexedSlices) else slope, starts[0])
