"""Building graphs: placeholders, order, names, gradients; and turning eager execution off and on."""

import contextlib

from tapeflow.api import context
from tapeflow.api.gradients import gradients as ordinary_gradients
from tapeflow.api.sparse import SparseTensor
from tapeflow.compat.graphs.calls import called
from tapeflow.compat.graphs.default import get_default_session
from tapeflow.compat.graphs.graph import (
    Graph,
    disable_eager_execution,
    enable_eager_execution,
    get_default_graph,
    reset_default_graph,
)
from tapeflow.compat.graphs.operations import Operation
from tapeflow.compat.graphs.session import InteractiveSession, Session
from tapeflow.compat.graphs.statements import DEFAULT
from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.dtypes import as_dtype, int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.random_state import set_seed
from tapeflow.ops.selection import identity

__all__ = [
    "Graph",
    "InteractiveSession",
    "Operation",
    "Session",
    "colocate_with",
    "control_dependencies",
    "control_flow_v2_enabled",
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "enable_control_flow_v2",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_tensor_equality",
    "enable_v2_behavior",
    "enable_v2_tensorshape",
    "executing_eagerly",
    "executing_eagerly_outside_functions",
    "get_default_graph",
    "get_default_session",
    "gradients",
    "group",
    "name_scope",
    "initialize_all_tables",
    "no_op",
    "op_scope",
    "placeholder",
    "placeholder_with_default",
    "reset_default_graph",
    "resource_variables_enabled",
    "set_random_seed",
    "sparse_placeholder",
    "tables_initializer",
    "tuple",
]

executing_eagerly = context.executing_eagerly
_tuple = tuple


def executing_eagerly_outside_functions():
    """Whether calls outside of traced functions give their results at once."""
    interpreter = state.interpreter
    while getattr(interpreter, "outer", None) is not None:
        interpreter = interpreter.outer
    return not isinstance(interpreter, Graph)


def _graph(what):
    """The graph that is being built; RuntimeError under eager execution."""
    graph = state.interpreter
    if not isinstance(graph, Graph):
        raise RuntimeError(f"{what} is not compatible with eager execution.")
    return graph


def placeholder(dtype, shape=None, name=None):
    """A tensor that gets its value when a session runs, by `feed_dict`. RuntimeError under eager execution.

    shape: what the value must have; None, as a whole or for an axis, says nothing.

    >>> with tf.Graph().as_default():
    ...     x = tf.compat.v1.placeholder(tf.float32, [None, 2], name="x")
    >>> x
    <tf.Tensor 'x:0' shape=(None, 2) dtype=float32>
    """
    graph = _graph("tf.placeholder()")
    return graph.argument(as_dtype(dtype), as_shape(shape)._dims, name)


def placeholder_with_default(input, shape, name=None):
    """`input`, unless a session is fed another value of this shape for it."""
    graph = state.interpreter
    if not isinstance(graph, Graph):
        return identity(as_tensor(input))
    tensor = as_tensor(input)
    shape = as_shape(shape)
    if not shape.is_compatible_with(tensor.shape):
        raise ValueError(f"The default has shape {tensor.shape}, which the shape {shape} does not allow.")
    node = graph.statement(DEFAULT, [graph.value_of(tensor)], [(tensor._dtype, shape._dims)], name)
    return SymbolicTensor(node.outputs[0], graph)


def sparse_placeholder(dtype, shape=None, name=None):
    """A sparse tensor that gets its value when a session runs. RuntimeError under eager execution.

    shape: what the value must have; None, as a whole or for an axis, says nothing. What is fed is a SparseTensorValue
    or a tuple of indices, values and shape, which may be left out if `shape` says it.

    >>> with tf.Graph().as_default():
    ...     x = tf.compat.v1.sparse_placeholder(tf.float32, name="x")
    ...     y = tf.sparse.reduce_sum(x)
    ...     with tf.compat.v1.Session() as session:
    ...         session.run(y, feed_dict={x: ([[0, 1], [1, 0]], [1.0, 2.0], [2, 2])})
    np.float32(3.0)
    """
    graph = _graph("`sparse_placeholder`")
    known = as_shape(shape)
    rank = known.rank

    def part(dtype, dims, what):
        return graph.argument(dtype, dims, None if name is None else f"{name}/{what}")

    if rank is None:
        graph.meet_unknown_rank()
        dense_shape = part(int64, (None,), "shape")
    else:
        sizes = as_tensor([-1 if size is None else size for size in known], int64)
        dense_shape = placeholder_with_default(
            sizes, [rank], None if name is None else f"{name}/shape_default"
        )
    values = part(as_dtype(dtype), (None,), "values")
    found = SparseTensor(part(int64, (None, rank), "indices"), values, dense_shape)
    found.set_shape(known)
    return found


def control_dependencies(control_inputs):
    """Context manager: operations made inside run after `control_inputs` (None: after nothing from outside)."""
    graph = state.interpreter
    if isinstance(graph, Graph):
        return graph.control_dependencies(control_inputs)
    return context.control_dependencies(control_inputs)


def no_op(name=None):
    """An operation that does nothing; under eager execution there is none: None."""
    graph = state.interpreter
    return graph.no_op(name) if isinstance(graph, Graph) else None


def group(*inputs, **kwargs):
    """An operation that has run when all `inputs` have; under eager execution there is none: None."""
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError("Unknown keyword arguments: " + ", ".join(kwargs))
    graph = state.interpreter
    if not isinstance(graph, Graph):
        return None
    return graph.group(
        [each for each in nest.flatten(inputs, expand_composites=True) if each is not None], name
    )


def tuple(tensors, name=None, control_inputs=None):
    """The tensors, none of which is there before all of them are. None stays None."""
    graph = state.interpreter
    if not isinstance(graph, Graph):
        return list(tensors)
    with graph.name_scope(name or "tuple"):
        after = [each for each in tensors if each is not None]
        if not after:
            raise ValueError(f"`tensors` must have at least one Tensor. Received: {tensors}.")
        gate = graph.no_op("group_deps", [*after, *(control_inputs or [])])
        with graph.control_dependencies([gate]):
            return [
                None if each is None else each if isinstance(each, Operation) else _waiting(graph, each)
                for each in tensors
            ]


def _waiting(graph, tensor):
    """The tensor when what is waited for has run."""
    return called(graph, identity, (as_tensor(tensor),), {}, "control_dependency")


class name_scope(contextlib.AbstractContextManager):
    """Context manager: names of operations made inside begin with the scope. `as` gives the scope with a slash.

    name: the scope, made unique in the graph; one that ends in "/" is entered as it is. default_name: the name
    if `name` is None. values: not needed.

    >>> with tf.Graph().as_default():
    ...     with tf.compat.v1.name_scope("a"), tf.compat.v1.name_scope("b"):
    ...         x = tf.compat.v1.placeholder(tf.float32, name="x")
    >>> x.name
    'a/b/x:0'
    """

    def __init__(self, name, default_name=None, values=None):
        if not (default_name is None or isinstance(default_name, str)):
            raise TypeError(
                f"`default_name` type ({type(default_name)}) is not a string type. You likely meant to pass this "
                "into the `values` kwarg."
            )
        self._given = name
        self._name = default_name if name is None else name
        self._values = values
        self._inner = []

    @property
    def name(self):
        """The name that was given."""
        return self._name

    def __enter__(self):
        if self._name is None and self._values is not None:
            raise ValueError(
                f"At least one of name ({self._given}) and default_name (None) must be provided."
            )
        graph = state.interpreter
        if isinstance(graph, Graph):
            inner = graph.name_scope(self._name)
        else:
            inner = context.name_scope(self._name or "")
        self._inner.append(inner)
        return inner.__enter__()

    def __exit__(self, *exception):
        return self._inner.pop().__exit__(*exception)


def gradients(
    ys,
    xs,
    grad_ys=None,
    name="gradients",
    colocate_gradients_with_ops=False,
    gate_gradients=False,
    aggregation_method=None,
    stop_gradients=None,
    unconnected_gradients="none",
):
    """A list with the gradient of the sum of `ys` with respect to each of `xs`; None for what they do not depend on.

    ys, xs: a tensor or variable, or a list of them. grad_ys: weights of `ys`, ones by default. stop_gradients: tensors
    that count as constants. unconnected_gradients: "none", or "zero" for zeros in place of None. RuntimeError under
    eager execution.

    >>> with tf.Graph().as_default():
    ...     x = tf.constant(3.0)
    ...     (g,) = tf.compat.v1.gradients(x * x, [x])
    ...     tf.compat.v1.Session().run(g)
    np.float32(6.0)
    """
    return ordinary_gradients(
        ys,
        xs,
        grad_ys,
        name,
        stop_gradients=stop_gradients,
        unconnected_gradients=unconnected_gradients,
    )


def set_random_seed(seed):
    """The seed of the default graph; under eager execution that of `tf.random.set_seed`."""
    graph = state.interpreter
    if isinstance(graph, Graph):
        graph.seed = seed
    else:
        set_seed(seed)


def disable_v2_behavior():
    """From now on everything is as in TensorFlow 1: calls become operations of the default graph."""
    disable_eager_execution()


def enable_v2_behavior():
    """From now on everything is as in TensorFlow 2: calls give their results at once."""
    enable_eager_execution()


def resource_variables_enabled():
    """Whether all variables are resource variables: always."""
    return True


def control_flow_v2_enabled():
    """Whether control flow is made of functions: always."""
    return True


def colocate_with(op, ignore_existing=False):
    """Context manager that changes nothing: there is one device."""
    return contextlib.nullcontext()


def tables_initializer(name="init_all_tables"):
    """An operation that initializes tables: none, as there are none."""
    return no_op(name)


initialize_all_tables = tables_initializer


def op_scope(values, name, default_name=None):
    """The older order of the arguments of `name_scope`."""
    return name_scope(name, default_name, values)


def _settled(name, what):
    def switch():
        pass

    switch.__name__ = switch.__qualname__ = name
    switch.__doc__ = f"Changes nothing: {what}"
    return switch


enable_resource_variables = _settled("enable_resource_variables", "all variables are such.")
disable_resource_variables = _settled(
    "disable_resource_variables", "assignments return what can be run anyway."
)
enable_control_flow_v2 = _settled("enable_control_flow_v2", "there is one kind of control flow.")
disable_control_flow_v2 = _settled("disable_control_flow_v2", "there is one kind of control flow.")
enable_tensor_equality = _settled(
    "enable_tensor_equality", "in graphs `==` asks whether tensors are the same."
)
disable_tensor_equality = _settled(
    "disable_tensor_equality", "in graphs `==` asks whether tensors are the same."
)
enable_v2_tensorshape = _settled("enable_v2_tensorshape", "shapes hold ints and None.")
disable_v2_tensorshape = _settled("disable_v2_tensorshape", "shapes hold ints and None.")
