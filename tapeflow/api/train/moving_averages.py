"""Moving averages of variables."""

from tapeflow.api.context import init_scope
from tapeflow.core.dtypes import bfloat16, float16, float32, float64
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import minimum
from tapeflow.ops.casting import cast
from tapeflow.state.variable import Variable


class ExponentialMovingAverage:
    """Keeps moving averages of variables: average = decay * average + (1 - decay) * variable.

    num_updates: a number of updates, with which the decay is at most (1 + num_updates) / (10 + num_updates).
    zero_debias: for averages of tensors, which are there in graphs of TensorFlow 1 only; it changes nothing here.

    >>> v = tf.Variable(1.0)
    >>> averages = tf.train.ExponentialMovingAverage(0.5)
    >>> averages.apply([v])
    >>> _ = v.assign(3.0)
    >>> averages.apply([v])
    >>> averages.average(v).numpy().item()
    2.0
    """

    def __init__(self, decay, num_updates=None, zero_debias=False, name="ExponentialMovingAverage"):
        self._decay = decay
        self._num_updates = num_updates
        self._name = name
        self._averages = {}

    @property
    def name(self):
        """The name of the averages."""
        return self._name

    def apply(self, var_list=None):
        """Brings the averages of these variables up to date; a new one begins with the variable's value.

        TypeError for what is no variable of floating numbers.
        """
        variables = [] if var_list is None else list(var_list)
        for each in variables:
            if isinstance(each, Tensor):
                raise TypeError(
                    "ExponentialMovingAverage follows variables, not tensors, outside of graphs of TensorFlow 1."
                )
            self._follow(each)
        self._update(variables)

    def _follow(self, variable):
        """Makes an average for a variable that has none."""
        if variable.dtype not in (bfloat16, float16, float32, float64):
            raise TypeError(f"The variables must be half, float, or double: {variable.name}")
        if variable.ref() not in self._averages:
            self._averages[variable.ref()] = self._shadow(variable)

    def _shadow(self, variable):
        with init_scope():
            return Variable(
                as_tensor(variable), trainable=False, name=f"{variable.name.partition(':')[0]}/{self._name}"
            )

    def _update(self, variables):
        decay = as_tensor(self._decay, float32)
        if self._num_updates is not None:
            count = cast(as_tensor(self._num_updates), float32)
            decay = minimum(decay, (1.0 + count) / (10.0 + count))
        updates = []
        for variable in variables:
            shadow = self._averages[variable.ref()]
            change = (shadow - variable) * cast(1.0 - decay, shadow.dtype)
            updates.append(shadow.assign_sub(change, name="AssignMovingAvg"))
        return updates

    def average(self, var):
        """The variable that holds the average of `var`, or None."""
        return self._averages.get(var.ref())
