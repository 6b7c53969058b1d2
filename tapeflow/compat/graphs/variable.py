"""Variables of graphs: what they are lies with each session, and reading and assigning are operations."""

from tapeflow.compat.graphs.initial_values import with_fallbacks
from tapeflow.compat.graphs.statements import ASSIGN, ASSIGN_ADD, ASSIGN_SUB, HANDLE, IS_INITIALIZED, READ
from tapeflow.core.context import state
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.part_updates import updated
from tapeflow.state.options import checked_options
from tapeflow.state.variable import Variable

GLOBAL_VARIABLES = "variables"
TRAINABLE_VARIABLES = "trainable_variables"
LOCAL_VARIABLES = "local_variables"


class GraphVariable(Variable):
    """A variable of a graph. In operators and functions it is what it is when they run.

    The arguments are those of `tf.Variable`; collections: the keys under which the graph lists the variable,
    by default those of all global variables and, if it is trainable, of the trainable ones.
    """

    def __init__(
        self,
        initial_value=None,
        trainable=None,
        validate_shape=True,
        caching_device=None,
        name=None,
        variable_def=None,
        dtype=None,
        import_scope=None,
        constraint=None,
        synchronization=None,
        aggregation=None,
        shape=None,
        experimental_enable_variable_lifting=True,
        collections=None,
    ):
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a "
                "`variable_def`. You provided neither."
            )
        if collections is not None and not isinstance(collections, list | tuple | set):
            raise ValueError(
                f"collections argument to Variable constructor must be a list: got {collections!r}"
            )
        if constraint is not None and not callable(constraint):
            raise ValueError(
                f"Argument `constraint` must be None or a callable. Got a {type(constraint)}: {constraint!r}"
            )
        graph = state.interpreter
        self.graph = graph
        self._synchronization, self._aggregation, self._trainable = checked_options(
            synchronization, aggregation, trainable, name
        )
        self._constraint = constraint
        dtype = None if dtype is None else as_dtype(dtype)
        with graph.control_dependencies(None), graph.name_scope(name or "Variable") as scope:
            with graph.name_scope("Initializer"):
                made = initial_value() if callable(initial_value) else initial_value
                value = as_tensor(made, dtype)
            if shape is not None and not as_shape(shape).is_compatible_with(value.shape):
                raise ValueError(
                    f"In this `tf.Variable` creation, the initial value's shape ({value.shape}) is not compatible "
                    f"with the explicitly supplied `shape` argument ({shape})."
                )
            self._shape = value.shape if shape is None else as_shape(shape)
            if not validate_shape:
                self._shape = as_shape(None)
            if self._shape.rank is None and validate_shape and shape is None:
                raise ValueError(f"initial_value must have a shape specified: {value!r}")
            self._name = scope[:-1]
            self.spec = value._dtype, self._shape._dims
            node = graph.statement(HANDLE, (), [self.spec], scope, variable=self)
            self._tensor = SymbolicTensor(node.outputs[0], graph)
            self._initial_value = value
            self._first_value = with_fallbacks(graph, value)  # without reading what has no value
            self._initializer = graph.assignment(ASSIGN, self, self._first_value, "Assign")
        self._start(self._tensor)
        keys = [GLOBAL_VARIABLES] if collections is None else list(collections)
        if self._trainable and TRAINABLE_VARIABLES not in keys:
            keys.append(TRAINABLE_VARIABLES)
        graph.add_to_collections(keys, self)

    # What it is.

    @property
    def initializer(self):
        """The operation that gives the variable its initial value."""
        return self.graph.operation_of(self._initializer)

    @property
    def initial_value(self):
        """The tensor that it is given first."""
        return self._initial_value

    @property
    def op(self):
        """The operation that stands for the variable."""
        return self.graph.operation_of(self._tensor.value.node)

    def initialized_value(self):
        """The value, or the initial one as long as there is none."""
        node = self.graph.statement(
            READ, (), [self.spec], variable=self, late=True, fallback=self._first_value.value
        )
        return SymbolicTensor(node.outputs[0], self.graph)

    def is_initialized(self, name=None):
        """Whether it has a value in the session, a bool tensor."""
        node = self.graph.statement(IS_INITIALIZED, (), [(boolean, ())], name, variables=(self,))
        return SymbolicTensor(node.outputs[0], self.graph)

    def graph_element(self):
        """The tensor that a session gives for the variable."""
        return self._tensor

    def run_element(self):
        """What operations wait for that wait for the variable: nothing but that it is there."""
        return self._tensor.value.node

    def eval(self, session=None):
        """The value in the session, or in the default one."""
        return self._tensor.eval(session=session)

    def load(self, value, session=None):
        """Gives the variable a value in the session, or in the default one."""
        session = self.graph._session(session, "load a value", "load")
        session.run(self.initializer, {self.graph.operation_of(self._initializer).inputs[0]: value})

    def numpy(self):
        """Only sessions know values: NotImplementedError."""
        raise NotImplementedError("numpy() is only available when eager execution is enabled.")

    def __array__(self, dtype=None, copy=None):
        return self._tensor.__array__(dtype, copy)

    def _holder(self):
        read = getattr(state.interpreter, "read", None)
        return self._tensor if read is None else read(self)

    # Assigning.

    def assign(self, value, use_locking=None, name=None, read_value=True):
        """An operation that gives the variable a value; as a tensor, it is the value afterwards."""
        return self._assignment(ASSIGN, super().assign, value, use_locking, name, read_value)

    def assign_add(self, delta, use_locking=None, name=None, read_value=True):
        """An operation that adds `delta` to the variable; as a tensor, it is the value afterwards."""
        return self._assignment(ASSIGN_ADD, super().assign_add, delta, use_locking, name, read_value)

    def assign_sub(self, delta, use_locking=None, name=None, read_value=True):
        """An operation that subtracts `delta` from the variable; as a tensor, it is the value afterwards."""
        return self._assignment(ASSIGN_SUB, super().assign_sub, delta, use_locking, name, read_value)

    def _assignment(self, kind, inside, value, use_locking, name, read_value):
        if state.interpreter is not self.graph:  # in a branch, or in a function that the graph calls
            return inside(value, use_locking, name, read_value)
        value = as_tensor(value, self.dtype)
        if not self._shape.is_compatible_with(value.shape):
            raise ValueError(
                f"Cannot assign value to variable '{self.name}': Shape mismatch. The variable shape {self._shape}, "
                f"and the assigned value shape {value.shape} are incompatible."
            )
        node = self.graph.assignment(kind, self, value, name)
        return Assigned(self, node) if read_value else self.graph.operation_of(node)

    def _change(self, update, *operands, index=None):
        return self.assign(updated(as_tensor(self), *operands, update=update, index=index))

    # Python's protocols.

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other

    def __ne__(self, other):
        return self is not other

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        raise NotImplementedError("A variable of a graph cannot be copied.")

    def __reduce__(self):
        raise TypeError("A variable of a graph cannot be pickled: its value lies with the sessions.")

    def __repr__(self):
        return f"<tf.Variable '{self.name}' shape={self._shape} dtype={self.dtype.name}>"


class Assigned(GraphVariable):
    """What an assignment gives: an operation to run and, as a tensor or a variable, the variable after it."""

    def __new__(cls, *args):
        return object.__new__(cls)

    def __init__(self, variable, node):
        self.__dict__.update(variable.__dict__)
        self._variable = variable
        self._node = node
        self._after = SymbolicTensor(node.outputs[0], self.graph)

    op = property(lambda self: self.graph.operation_of(self._node), doc="The operation that assigns.")

    def graph_element(self):
        """The tensor that a session gives: the value after the assignment."""
        return self._after

    def run_element(self):
        """The assignment."""
        return self._node

    def _holder(self):
        return self._after

    def eval(self, session=None):
        """The value after the assignment."""
        return self._after.eval(session=session)

    def run(self, feed_dict=None, session=None):
        """Runs the assignment in the session, or in the default one."""
        self.op.run(feed_dict, session)

    def _assignment(self, kind, inside, value, use_locking, name, read_value):
        with self.graph.control_dependencies([self]):
            return self._variable._assignment(kind, inside, value, use_locking, name, read_value)

    def __hash__(self):
        return id(self._node)

    def __eq__(self, other):
        return isinstance(other, Assigned) and other._node is self._node

    def __ne__(self, other):
        return not self == other
