"""Optimizer: the parts that all optimizers of `tf.compat.v1.train` share."""

from tapeflow.autodiff.tape import Tape
from tapeflow.compat.graphs import derivatives
from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.compat.v1.variables import Variable, trainable_variables
from tapeflow.core.context import state
from tapeflow.core.dtypes import int32
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.creation import ones, zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.ops.layout import reshape
from tapeflow.ops.segment import unsorted_segment_sum
from tapeflow.ops.selection import select
from tapeflow.state.variable import Variable as EagerVariable

GATE_NONE, GATE_OP, GATE_GRAPH = 0, 1, 2


class Optimizer:
    """The base of the optimizers. `minimize(loss)` gives an operation that a session runs for each step.

    A subclass names its slots in `_slots`, a dict from the name of a slot to a function of (shape, dtype) that makes
    its first value, and says in `_step` what becomes of a variable and its slots.
    """

    GATE_NONE, GATE_OP, GATE_GRAPH = GATE_NONE, GATE_OP, GATE_GRAPH

    def __init__(self, use_locking, name):
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._name = name
        self._kept = {}  # (slot name, variable) -> variable
        self._shared = {}  # (name, graph) -> variable
        self._settings = {}

    def get_name(self):
        """The name of the optimizer."""
        return self._name

    # What subclasses say.

    _slots: dict = {}
    _shared_values: dict = {}

    def _step(self, g, value, slots, settings):
        """(new value, new slots) of a variable for its gradient; slots: a dict of tensors by their names."""
        raise NotImplementedError(f"{type(self).__name__} must define _step.")

    def _hyper(self):
        """The settings as a dict: numbers, tensors, or functions that give them."""
        return {}

    def _after_step(self):
        """Updates of shared variables after a step: pairs of a variable and its new value."""
        return []

    # What users call.

    def minimize(
        self,
        loss,
        global_step=None,
        var_list=None,
        gate_gradients=GATE_OP,
        aggregation_method=None,
        colocate_gradients_with_ops=False,
        name=None,
        grad_loss=None,
    ):
        """An operation that makes `loss` smaller by changing the variables; under eager execution `loss` is a function.

        global_step: a variable to count steps in; var_list: by default the trainable variables. Raises ValueError if
        the loss depends on none of the variables.
        """
        pairs = self.compute_gradients(loss, var_list, gate_gradients, aggregation_method, False, grad_loss)
        variables = [variable for g, variable in pairs if g is not None]
        if not variables:
            names = [str(variable) for _, variable in pairs]
            raise ValueError(
                f"No gradients provided for any variable, check your graph for ops that do not support gradients, "
                f"between variables {names} and loss {loss}."
            )
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self,
        loss,
        var_list=None,
        gate_gradients=GATE_OP,
        aggregation_method=None,
        colocate_gradients_with_ops=False,
        grad_loss=None,
    ):
        """A list of pairs (gradient, variable); the gradient is a tensor, IndexedSlices or None."""
        if gate_gradients not in (GATE_NONE, GATE_OP, GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH. "
                f"Not {gate_gradients}"
            )
        graph = state.interpreter
        if callable(loss) and not isinstance(loss, Tensor):
            if isinstance(graph, Graph):
                loss = loss()
            else:
                return self._eager_gradients(loss, var_list, grad_loss)
        if not isinstance(graph, Graph):
            raise RuntimeError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager execution is enabled."
            )
        variables = trainable_variables() if var_list is None else _listed(var_list)
        if not variables:
            raise ValueError("No variables to optimize.")
        found = derivatives.gradients(
            graph, [loss], variables, None if grad_loss is None else [grad_loss], "gradients"
        )
        return list(zip(found, variables, strict=True))

    def _eager_gradients(self, loss, var_list, grad_loss):
        with Tape(watch_accessed_variables=var_list is None) as tape:
            if var_list is not None:
                tape.watch(_listed(var_list))
            value = loss()
        variables = list(tape.watched_variables()) if var_list is None else _listed(var_list)
        found = tape.gradient(value, variables, grad_loss)
        return list(zip(found, variables, strict=True))

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        """An operation that changes the variables of pairs (gradient, variable), and counts the step."""
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError("No variables provided.")
        for g, variable in pairs:
            if g is not None and not isinstance(g, Tensor | IndexedSlices):
                try:
                    as_tensor(g)
                except TypeError as error:
                    raise TypeError(
                        f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {g}"
                    ) from error
            if not isinstance(variable, EagerVariable):
                raise TypeError(f"Variable must be a tf.Variable: {variable}")
        pairs = [(g, variable) for g, variable in pairs if g is not None]
        if not pairs:
            names = ([str(variable) for _, variable in grads_and_vars],)
            raise ValueError(f"No gradients provided for any variable: {names}.")
        self._make_slots([variable for _, variable in pairs])
        graph = state.interpreter
        if not isinstance(graph, Graph):
            self._apply_eagerly(pairs, global_step)
            return None
        with graph.name_scope(name or self._name) as scope:
            settings = {key: _tensor(value) for key, value in self._hyper().items()}
            updates = [self._update(graph, g, variable, settings) for g, variable in pairs]
            with graph.control_dependencies(updates):
                updates += [shared.assign(value).op for shared, value in self._after_step()]
            if global_step is None:
                train = graph.no_op(scope, updates)
            else:
                with graph.control_dependencies([graph.no_op("update", updates)]):
                    train = global_step.assign_add(1, name=scope, read_value=False)
                    train = train if train is not None else graph.no_op()
        collected = graph.get_collection_ref(GraphKeys.TRAIN_OP)
        if train not in collected:
            collected.append(train)
        return train

    def _update(self, graph, g, variable, settings):
        """The operation that changes one variable and its slots."""
        with graph.name_scope(f"update_{variable.op.name}"):
            names = list(self._slots)
            kept = [self._kept[name, variable] for name in names]
            value = graph.read_late(variable)
            slots = {name: graph.read_late(each) for name, each in zip(names, kept, strict=True)}
            after, changed = self._changed(g, value, slots, settings)
            operations = [
                each.assign(changed[name], read_value=False)
                for name, each in zip(names, kept, strict=True)
                if changed[name] is not slots[name]
            ]
            if variable.constraint is not None:
                after = variable.constraint(after)
            operations.append(variable.assign(after, read_value=False))
            return operations[0] if len(operations) == 1 else graph.no_op("group", operations)

    def _apply_eagerly(self, pairs, global_step):
        settings = {key: _tensor(value) for key, value in self._hyper().items()}
        for g, variable in pairs:
            names = list(self._slots)
            slots = {name: self._kept[name, variable.ref()].read_value() for name in names}
            after, changed = self._changed(g, variable.read_value(), slots, settings)
            for name in names:
                self._kept[name, variable.ref()].assign(changed[name])
            variable.assign(after if variable.constraint is None else variable.constraint(after))
        for shared, value in self._after_step():
            shared.assign(value)
        if global_step is not None:
            global_step.assign_add(1)

    def _changed(self, g, value, slots, settings):
        settings = {key: cast(each, value._dtype) for key, each in settings.items()}
        if not isinstance(g, IndexedSlices):
            return self._step(as_tensor(g), value, slots, settings)
        whole = densify(g)
        after, changed = self._step(whole, value, slots, settings)
        if not self._leaves_other_rows:
            return after, changed
        rows = _touched(g, value)
        kept = {name: select(rows, changed[name], slots[name]) for name in slots}
        return select(rows, after, value), kept

    _leaves_other_rows = False
    """Whether rows that a gradient by rows does not name stay as they are, slots included."""

    # Slots.

    def _make_slots(self, variables):
        graph = state.interpreter
        in_graph = isinstance(graph, Graph)
        for name, value in self._shared_values.items():
            key = name, graph if in_graph else None
            if key not in self._shared:
                self._shared[key] = Variable(getattr(self, value), name=name, trainable=False)
        for variable in variables:
            for name, first in self._slots.items():
                key = name, variable if in_graph else variable.ref()
                if key not in self._kept:
                    self._kept[key] = self._slot(variable, first, graph if in_graph else None)

    def _slot(self, variable, first, graph):
        def value():
            return first(self, variable.shape._dims, variable.dtype)

        if graph is None:
            return EagerVariable(value, trainable=False, name=f"{variable._name}/{self._name}")
        with graph.name_scope(""):
            return Variable(value, name=f"{variable.op.name}/{self._name}", trainable=False)

    def _shared_variable(self, name):
        graph = state.interpreter
        return self._shared[name, graph if isinstance(graph, Graph) else None]

    def get_slot(self, var, name):
        """The variable that the optimizer keeps beside `var` under this name; None if there is none."""
        return self._kept.get((name, var if hasattr(var, "graph") else var.ref()))

    def get_slot_names(self):
        """The names of the slots, sorted."""
        return sorted({name for name, _ in self._kept})

    def variables(self):
        """The variables of the optimizer itself."""
        graph = get_default_graph() if isinstance(state.interpreter, Graph) else None
        shared = [each for (_, owner), each in self._shared.items() if owner is graph]
        kept = [each for each in self._kept.values() if graph is None or each.graph is graph]
        return sorted([*shared, *kept], key=lambda variable: variable.name)


def _listed(variables):
    return list(variables) if isinstance(variables, list | tuple) else [variables]


def _tensor(value):
    return as_tensor(value() if callable(value) and not isinstance(value, Tensor) else value)


def _touched(g, value):
    """Which rows of `value` a gradient by rows names, to be broadcast against it."""
    indices = as_tensor(g.indices)
    counts = unsorted_segment_sum(ones(indices.dims, int32), indices, num_segments=value.dims[0])
    return reshape(counts > 0, dims=(value.dims[0],) + (1,) * (len(value.dims) - 1))


def zeros_slot(optimizer, dims, dtype):
    """A slot that begins with zeros."""
    return zeros(dims, dtype)


def ones_slot(optimizer, dims, dtype):
    """A slot that begins with ones."""
    return ones(dims, dtype)
