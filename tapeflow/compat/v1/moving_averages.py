"""Moving averages of variables."""

from tapeflow.api.train import moving_averages as averages
from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.compat.v1.variables import Variable, moving_average_variables, trainable_variables
from tapeflow.core.context import state
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.creation import zeros

__all__ = ["ExponentialMovingAverage"]


class ExponentialMovingAverage(averages.ExponentialMovingAverage):
    """Keeps moving averages of variables and, in graphs, of tensors: see `tf.train.ExponentialMovingAverage`."""

    def __init__(self, decay, num_updates=None, zero_debias=False, name="ExponentialMovingAverage"):
        if zero_debias:
            raise NotImplementedError("zero_debias is not there.")
        super().__init__(decay, num_updates, zero_debias, name)

    def apply(self, var_list=None):
        """An operation that brings the averages of variables and tensors up to date; by default of what is trained."""
        variables = trainable_variables() if var_list is None else list(var_list)
        graph = _graph()
        for variable in variables:
            is_new = variable.ref() not in self._averages
            self._follow(variable)
            if graph is not None and is_new:
                graph.add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, variable)
        if graph is None:
            self._update(variables)
            return None
        with graph.name_scope(self._name) as scope:
            return graph.no_op(scope, [each.op for each in self._update(variables)])

    def _shadow(self, variable):
        name = self.average_name(variable)
        graph = _graph()
        if graph is None:
            return Variable(as_tensor(variable), trainable=False, name=name)
        with graph.name_scope(""):
            if isinstance(variable, Tensor):  # it has no first value: its average begins with zeros
                return Variable(zeros(variable.shape.as_list(), variable.dtype), trainable=False, name=name)
            return Variable(variable.initialized_value(), trainable=False, name=name)

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


def _graph():
    """The graph that is being built, or None."""
    return state.interpreter if isinstance(state.interpreter, Graph) else None
