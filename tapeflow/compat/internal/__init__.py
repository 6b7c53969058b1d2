"""`tf.__internal__`: what TensorFlow shows to libraries built on it, Keras first of all."""

from tapeflow.compat.graphs.graph import Graph
from tapeflow.compat.graphs.session import Session
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.compat.internal import distribute, eager_context, smart_cond, tf2, tracking, types
from tapeflow.core.context import interpreting
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.state.variable import Variable

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
    """A graph that stays open, for trying a function on placeholders: `with FuncGraph(name).as_default(): ...`.

    Variables that are made in it outlive the trial: they are made eagerly, as layers expect that make them when built.
    """

    variable_class = Variable

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

    def known(self, tensor):
        """The eager tensor that a tensor is, computed now; ValueError if it depends on a placeholder."""
        if not isinstance(tensor, SymbolicTensor) or tensor.value.constant is not None:
            return super().known(tensor)
        try:
            with interpreting(None):
                return as_tensor(Session(graph=self).run(tensor), tensor.dtype)
        except InvalidArgumentError as error:
            raise ValueError(
                f"The initial value of a variable depends on a placeholder: {tensor!r}. Give a value that is known, or "
                "a function that makes it."
            ) from error

    def variable_made(self, variable):
        """Lists only variables of the graph."""
        if isinstance(variable, GraphVariable):
            super().variable_made(variable)

    def read(self, variable):
        """The tensor that a variable is; one that was made eagerly counts as what it is now."""
        return super().read(variable) if isinstance(variable, GraphVariable) else variable._tensor._alias()

    def assign(self, variable, tensor):
        """Changes only variables of the graph: a trial on placeholders leaves the others as they are."""
        if isinstance(variable, GraphVariable):
            super().assign(variable, tensor)
