"""Moving averages of variables."""

from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.compat.v1.variables import Variable, moving_average_variables, trainable_variables
from tapeflow.core.context import state
from tapeflow.core.dtypes import float16, float32, float64
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import minimum
from tapeflow.ops.casting import cast
from tapeflow.ops.creation import zeros

__all__ = ["ExponentialMovingAverage"]


class ExponentialMovingAverage:
    """Keeps moving averages of variables: shadow = decay * shadow + (1 - decay) * variable.

    num_updates: a number of updates, with which the decay is at most (1 + num_updates) / (10 + num_updates).
    """

    def __init__(self, decay, num_updates=None, zero_debias=False, name="ExponentialMovingAverage"):
        if zero_debias:
            raise NotImplementedError("zero_debias is not there.")
        self._decay = decay
        self._num_updates = num_updates
        self._name = name
        self._averages = {}

    @property
    def name(self):
        """The name of the averages."""
        return self._name

    def apply(self, var_list=None):
        """An operation that brings the averages of variables and tensors up to date; by default of what is trained."""
        variables = trainable_variables() if var_list is None else list(var_list)
        graph = state.interpreter
        in_graph = isinstance(graph, Graph)
        for variable in variables:
            if variable.dtype not in (float16, float32, float64):
                raise TypeError(f"The variables must be half, float, or double: {variable.name}")
            if variable.ref() not in self._averages:
                self._averages[variable.ref()] = self._shadow(variable, graph if in_graph else None)
                if in_graph:
                    graph.add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, variable)
        if not in_graph:
            self._update(variables)
            return None
        with graph.name_scope(self._name) as scope:
            return graph.no_op(scope, [each.op for each in self._update(variables)])

    def _shadow(self, variable, graph):
        name = self.average_name(variable)
        if graph is None:
            return Variable(as_tensor(variable), trainable=False, name=name)
        with graph.name_scope(""):
            if isinstance(variable, Tensor):  # it has no first value: its average begins with zeros
                return Variable(zeros(variable.shape.as_list(), variable.dtype), trainable=False, name=name)
            return Variable(variable.initialized_value(), trainable=False, name=name)

    def _update(self, variables):
        decay = as_tensor(self._decay, float32)
        if self._num_updates is not None:
            count = cast(as_tensor(self._num_updates), float32)
            decay = minimum(decay, (1.0 + count) / (10.0 + count))
        updates = []
        for variable in variables:
            shadow = self._averages[variable.ref()]
            updates.append(
                shadow.assign_sub(
                    (shadow - variable) * cast(1.0 - decay, shadow.dtype), name="AssignMovingAvg"
                )
            )
        return updates

    def average(self, var):
        """The variable that holds the average of `var`, or None."""
        return self._averages.get(var.ref())

    def average_name(self, var):
        """The name of the variable that holds the average of `var`."""
        return f"{var.op.name if hasattr(var, 'graph') else var._name}/{self._name}"

    def variables_to_restore(self, moving_avg_variables=None):
        """A dict from names to variables: averages go by their own names, and take the place of what they follow."""
        found = moving_average_variables() if moving_avg_variables is None else list(moving_avg_variables)
        names = {self.average_name(each): each for each in found}
        followed = {each.op.name for each in found} | set(names)
        for each in get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES):
            if each.op.name not in followed:
                names[each.op.name] = each
        return names
