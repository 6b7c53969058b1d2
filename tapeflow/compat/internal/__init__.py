"""`tf.__internal__`: what TensorFlow shows to libraries built on it, Keras first of all."""

from tapeflow.compat.graphs.graph import Graph
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.compat.internal import distribute, eager_context, smart_cond, tf2, tracking, types
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.symbolic import SymbolicTensor

__all__ = [
    "CompositeTensor",
    "EagerTensor",
    "FuncGraph",
    "distribute",
    "eager_context",
    "smart_cond",
    "tf2",
    "tracking",
    "types",
]


class FuncGraph(Graph):
    """A graph that stays open, for trying a function on placeholders: `with FuncGraph(name).as_default(): ...`."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def value_of(self, tensor):
        """The graph's value for a tensor. A placeholder stands for one of another graph or of a trace around this."""
        if (
            not isinstance(tensor, SymbolicTensor)
            or tensor.tracer is self
            or tensor.value.constant is not None
        ):
            return super().value_of(tensor)
        found = self._captured.get(id(tensor.value))
        if found is None:
            stand_in = self.argument(tensor.dtype, tensor.shape._dims, tensor.value.name)
            found = self._captured[id(tensor.value)] = tensor.value, stand_in
        return found[1].value

    def read(self, variable):
        """The tensor that a variable is; one that was made eagerly counts as what it is now."""
        return super().read(variable) if isinstance(variable, GraphVariable) else variable._tensor._alias()

    def assign(self, variable, tensor):
        """Changes only variables of the graph: a trial on placeholders leaves the others as they are."""
        if isinstance(variable, GraphVariable):
            super().assign(variable, tensor)
