"""Variables in TensorFlow 1's manner: made in a graph, initialized by an operation, listed in collections."""

from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.graphs.statements import IS_INITIALIZED
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.core.context import state
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import string
from tapeflow.core.operands import as_tensor
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.layout import stack
from tapeflow.ops.masking import boolean_mask
from tapeflow.state.variable import Variable as EagerVariable

__all__ = [
    "Variable",
    "all_variables",
    "assert_variables_initialized",
    "assign",
    "assign_add",
    "assign_sub",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "is_variable_initialized",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "report_uninitialized_variables",
    "trainable_variables",
    "variables_initializer",
]


class _VariableKind(type):
    def __call__(
        cls,
        initial_value=None,
        trainable=None,
        collections=None,
        validate_shape=True,
        caching_device=None,
        name=None,
        variable_def=None,
        dtype=None,
        expected_shape=None,
        import_scope=None,
        constraint=None,
        use_resource=None,
        synchronization=None,
        aggregation=None,
        shape=None,
    ):
        options = {
            "trainable": trainable,
            "validate_shape": validate_shape,
            "name": name,
            "variable_def": variable_def,
            "dtype": dtype,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
            "shape": shape if shape is not None else expected_shape,
        }
        if type(state.interpreter) is Graph:
            return GraphVariable(initial_value, collections=collections, **options)
        return EagerVariable(initial_value, **options)

    def __instancecheck__(cls, instance):
        return isinstance(instance, EagerVariable)

    def __subclasscheck__(cls, subclass):
        return issubclass(subclass, EagerVariable)


class Variable(metaclass=_VariableKind):
    """A variable; in a graph it has a value once a session has run its `initializer`.

    initial_value: what can be converted to a tensor, or a function of no arguments that gives it; collections:
    the keys of the collections that list it, by default those of the global and of the trainable variables. The
    other arguments are those of `tf.Variable`.

    >>> with tf.Graph().as_default():
    ...     v = tf.compat.v1.Variable([1.0, 2.0], name="v")
    ...     with tf.compat.v1.Session() as session:
    ...         session.run(v.initializer)
    ...         session.run(v)
    array([1., 2.], dtype=float32)
    """


def global_variables(scope=None):
    """The variables of the default graph; with `scope`, those whose names begin with a match of it."""
    return get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


all_variables = global_variables


def local_variables(scope=None):
    """The local variables of the default graph."""
    return get_default_graph().get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope=None):
    """The variables in the collection MODEL_VARIABLES."""
    return get_default_graph().get_collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope=None):
    """The trainable variables of the default graph."""
    return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope=None):
    """The variables of which moving averages are kept."""
    return get_default_graph().get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def variables_initializer(var_list, name="init"):
    """An operation that gives all these variables their initial values; None under eager execution."""
    graph = state.interpreter
    if type(graph) is not Graph:
        return None
    return graph.no_op(name, [each.initializer for each in var_list])


def global_variables_initializer():
    """An operation that initializes the global variables that there are now."""
    return variables_initializer(global_variables(), "init")


def local_variables_initializer():
    """An operation that initializes the local variables that there are now."""
    return variables_initializer(local_variables(), "init")


initialize_variables = variables_initializer
initialize_all_variables = global_variables_initializer
initialize_local_variables = local_variables_initializer


def is_variable_initialized(variable):
    """Whether the variable has a value, a bool tensor."""
    return variable.is_initialized()


def report_uninitialized_variables(var_list=None, name="report_uninitialized_variables"):
    """The names of the variables without a value, a tensor of strings; by default of all variables."""
    graph = get_default_graph()
    variables = global_variables() + local_variables() if var_list is None else list(var_list)
    if not variables:
        return as_tensor([], string)
    with graph.name_scope(name):
        node = graph.statement(
            IS_INITIALIZED, (), [(boolean, ())] * len(variables), variables=tuple(variables)
        )
        ready = stack(*[SymbolicTensor(each, graph) for each in node.outputs], axis=0)
        return boolean_mask(as_tensor([each.op.name for each in variables]), ~ready, 0)


def assert_variables_initialized(var_list=None):
    """Not there: NotImplementedError. `report_uninitialized_variables` tells which have no value."""
    raise NotImplementedError("Use tf.compat.v1.report_uninitialized_variables.")


def assign(ref, value, validate_shape=None, use_locking=None, name=None):
    """An operation that gives the variable a value; as a tensor, it is the value afterwards."""
    return ref.assign(value, use_locking=use_locking, name=name)


def assign_add(ref, value, use_locking=None, name=None):
    """An operation that adds to the variable; as a tensor, it is the value afterwards."""
    return ref.assign_add(value, use_locking=use_locking, name=name)


def assign_sub(ref, value, use_locking=None, name=None):
    """An operation that subtracts from the variable; as a tensor, it is the value afterwards."""
    return ref.assign_sub(value, use_locking=use_locking, name=name)
