"""Graph: a tracer that stays open. What is written down in it runs when a session is asked for results.

Calls become nodes as in any trace. Placeholders are its arguments. Unlike in a traced function, variables are
not functionalized here: reading and assigning are nodes of their own, and nodes may have to wait for others
(`controls`). When a session runs a part of the graph, that part is traced once more, and becomes a program
like any other (`graphs/part.py`).
"""

import contextlib

from tapeflow.compat.graphs.default import get_default_session, graph_for_all_threads, graph_in_force
from tapeflow.compat.graphs.derivatives import gradients
from tapeflow.compat.graphs.lookup import Lookup
from tapeflow.compat.graphs.names import Names
from tapeflow.compat.graphs.operations import Operation
from tapeflow.compat.graphs.statements import ASSIGN, NO_OP, READ
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.core.context import ThreadState, state
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.eager import evaluate, wrap
from tapeflow.core.size import axis_of
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.graph import Node, Value
from tapeflow.graph.inference import infer
from tapeflow.graph.replay import replay
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer, current, eager_stand_in, is_foldable, user_location
from tapeflow.ops.selection import identity
from tapeflow.state.variable import Variable

_OPERATORS = {
    "AddV2": "add",
    "Sub": "sub",
    "Mul": "mul",
    "RealDiv": "truediv",
    "FloorDiv": "floordiv",
    "FloorMod": "mod",
    "Pow": "pow",
    "MatMul": "matmul",
    "BatchMatMulV2": "matmul",
    "StridedSlice": "strided_slice",
    "LogicalAnd": "and",
    "LogicalOr": "or",
}
"""What operations are called that are made by an operator, and by no function that has a name to give."""


class Graph(Lookup, Tracer):
    """A program in the making, parts of which sessions run.

    >>> graph = tf.Graph()
    >>> with graph.as_default():
    ...     x = tf.compat.v1.placeholder(tf.float32, [], name="x")
    ...     y = x * 2.0
    >>> with tf.compat.v1.Session(graph=graph) as session:
    ...     session.run(y, feed_dict={x: 3.0})
    np.float32(6.0)
    """

    building_function = False
    is_open = True
    variable_class = GraphVariable

    def __init__(self):
        super().__init__("graph")
        self.outer = None
        self.active = True
        self.names = Names()
        self.controls = {}  # a node, or the value of a placeholder or constant -> what must run before it
        self.followers = {}  # a node -> nodes that run whenever it does
        self.places = {}  # node -> its place in the order of making
        self.graph_variables = []
        self.seed = None
        self.finalized = False
        self.scopes = None  # the variable scopes, as `variable_scope.py` keeps them
        self._waiting_for = ()
        self._named = {}
        self._collections = {}
        self._reads = {}
        self._num_constants = 0
        self._unfeedable = set()

    # Calls become nodes.

    def __call__(self, op, inputs, params):
        values = tuple([self.value_of(tensor) for tensor in inputs])
        specs = infer(op, values, params)
        result = self.add(op, values, params, specs)
        if type(result) is SymbolicTensor and is_foldable(op, values, params):
            known = evaluate(op, [eager_stand_in(value) for value in values], params)
            if type(known) is EagerTensor:
                result.value.constant = known._array
        return result

    def add(self, op, values, params, specs, name=None):
        """Appends a node; returns its result, or a tuple of them."""
        self.check_open()
        several = type(specs) is list
        name = self.names.unique(name or _OPERATORS.get(op.type_name, op.type_name))
        node = Node(op, values, params, specs if several else [specs], name, user_location(), several)
        for output in node.outputs:
            if output.dims is None:
                self.meet_unknown_rank()
            else:
                output.dims = tuple(
                    [axis_of(output, k) if size is None else size for k, size in enumerate(output.dims)]
                )
        self.places[node] = len(self.nodes)
        self.nodes.append(node)
        self._named[name] = node
        if self._waiting_for:
            self.controls[node] = self._waiting_for
        tensors = tuple([SymbolicTensor(output, self) for output in node.outputs])
        return tensors if several else tensors[0]

    def statement(self, kind, values=(), specs=None, name=None, **params):
        """Appends a node that is no call of an op; returns the node."""
        specs = [(boolean, ())] if specs is None else specs
        self.add(kind, tuple(values), params, specs, name or kind.type_name)
        return self.nodes[-1]

    def value_of(self, tensor):
        """The graph's value for a tensor; eager ones become constants."""
        if isinstance(tensor, SymbolicTensor):
            if tensor.tracer is self:
                return tensor.value
            if isinstance(tensor.tracer, Graph):
                raise ValueError(
                    f"{tensor!r} must be from the same graph as the operation that takes it (graphs are "
                    f"{tensor.tracer!r} and {self!r})."
                )
            if tensor.value.constant is not None:
                return tensor.value
            raise self.out_of_scope(tensor)
        found = self._captured.get(id(tensor))
        if found is None:
            found = self._captured[id(tensor)] = tensor, self.constant(tensor._array, tensor._dtype)
        return found[1].value

    capture = None  # nothing comes from outside

    def constant(self, array, dtype):
        """A tensor of known elements. It gets a name when somebody asks for it."""
        self.check_open()
        self._num_constants += 1
        return SymbolicTensor(Value(dtype, array.shape, constant=array), self)

    def _input(self, dtype, dims, name):
        self.check_open()
        tensor = super()._input(dtype, dims, name)
        self._named[tensor.value.name] = tensor.value
        if self._waiting_for:
            self.controls[tensor.value] = self._waiting_for
        return tensor

    def check_open(self):
        """RuntimeError if the graph has been finalized."""
        if self.finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")

    def finalize(self):
        """Makes the graph read-only: from now on adding to it is a RuntimeError."""
        self.finalized = True

    # Variables.

    def read(self, variable):
        """The tensor that a variable is where it is used now."""
        if not isinstance(variable, GraphVariable):
            raise NotImplementedError(
                f"{variable.name} was made while eager execution was on; it cannot be used in a graph. Make the "
                "variable in the graph."
            )
        if variable.graph is not self:
            raise ValueError(f"{variable!r} must be from the same graph as the operation that reads it.")
        key = variable, self._waiting_for
        found = self._reads.get(key)
        if found is None:
            node = self.statement(READ, (), [variable.spec], variable=variable, late=False, fallback=None)
            found = self._reads[key] = SymbolicTensor(node.outputs[0], self)
        return found

    def read_late(self, variable):
        """The tensor that a variable is when what was made before this has run."""
        node = self.statement(READ, (), [variable.spec], variable=variable, late=True, fallback=None)
        return SymbolicTensor(node.outputs[0], self)

    def assignment(self, kind, variable, tensor, name=None):
        """The node that assigns, adds or subtracts a tensor."""
        return self.statement(kind, [self.value_of(tensor)], [variable.spec], name, variable=variable)

    def assign(self, variable, tensor):
        """Called when control flow assigns: the variable changes whenever that runs."""
        self.follow([tensor.value.node], self.assignment(ASSIGN, variable, tensor))

    def follow(self, nodes, follower):
        """Has a node run whenever one of the others does."""
        for each in nodes:
            if each is not None:
                self.followers.setdefault(each, []).append(follower)

    def call(self, trace, tensors):
        """The results of a traced function; when one of them is computed, everything that it does is done."""
        start = len(self.nodes)
        changed = {id(variable) for variable, _ in trace.updates}
        captured = []
        for each in trace.captures:
            if isinstance(each, Variable):
                each = self.read_late(each) if id(each) in changed else each._now()
            captured.append(each)
        results = replay(trace.graph, [*tensors, *captured])
        effects = [node for node in self.nodes[start:] if node.effect]
        given = [identity(each) for each in results[: trace.num_results]]
        for variable, output in trace.updates:
            effects.append(self.assignment(ASSIGN, variable, results[output]))
        for each in effects:
            self.follow([tensor.value.node for tensor in given], each)
        return given

    def with_shape(self, tensor, dims):
        """The value of a tensor whose shape the user knows better."""
        value = tensor.value
        before = value.dims or (None,) * len(dims)
        value.dims = tuple(
            [
                size if size is not None else axis_of(value, axis) if known is None else known
                for axis, (size, known) in enumerate(zip(dims, before, strict=True))
            ]
        )
        return value

    def gradients(self, ys, xs, **options):
        """See `graphs/derivatives.py`."""
        return gradients(self, ys, xs, **options)

    def group(self, inputs, name=None):
        """An operation that has run when all the inputs, a nest without None, have."""
        for each in inputs:
            if not hasattr(each, "graph"):
                raise TypeError(
                    f"'inputs' should be zero or more (nested) Tensors. Received '{each}' with type '{type(each)}'."
                )
        return self.no_op(name or "group_deps", inputs)

    def variable_made(self, variable):
        """Called for each variable that is made in the graph."""
        self.graph_variables.append(variable)

    def known(self, tensor):
        """The eager tensor that a tensor is, if its elements are known."""
        if not isinstance(tensor, SymbolicTensor):
            return tensor
        if tensor.value.constant is None:
            raise ValueError(f"The elements of {tensor!r} are known to sessions only.")
        return wrap(tensor.value.constant, tensor.value.dtype)

    def device(self, device_name_or_function):
        """Context manager that changes nothing: there is one device."""
        return contextlib.nullcontext()

    def colocate_with(self, op, ignore_existing=False):
        """Context manager that changes nothing: there is one device."""
        return contextlib.nullcontext()

    # Order.

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs):
        """Context manager: operations made inside run after `control_inputs`; None: after nothing from outside."""
        outer = self._waiting_for
        if control_inputs is None:
            self._waiting_for = ()
        else:
            found = [self.element(self._called(each)) for each in control_inputs]
            self._waiting_for = (*outer, *[each for each in found if each not in outer])
        try:
            yield
        finally:
            self._waiting_for = outer

    @staticmethod
    def _called(control_input):
        plain = callable(control_input) and not hasattr(control_input, "_dtype")
        return control_input() if plain and not isinstance(control_input, Operation) else control_input

    def no_op(self, name=None, after=()):
        """An operation that does nothing, when others have run."""
        with self.control_dependencies(after):
            return self.operation_of(self.statement(NO_OP, name=name))

    @property
    def is_waiting(self):
        """Whether operations that are made now must wait for others."""
        return bool(self._waiting_for)

    # Names.

    def unique_name(self, name, mark_as_used=True):
        """`name` within the current scope, with a number if it is taken."""
        return self.names.unique(name, mark_as_used)

    def name_scope(self, name):
        """Context manager: names made inside begin with `name`; gives the scope with a slash."""
        return self.names.within(name)

    def get_name_scope(self):
        """The current name scope, without a slash at the end."""
        return self.names.scope

    def name_of(self, value):
        """The name of the operation that gives a value."""
        named = value if value.node is None else value.node
        if named.name is None:
            self.rename(named, self.names.unique("Const"))
        return named.name

    def rename(self, named, name):
        """Gives a node, or a value without one, a name that `unique_name` has found."""
        if named.name is not None and self._named.get(named.name) is named:
            del self._named[named.name]
        named.name = name
        self._named[name] = named

    # Running.

    @property
    def graph_view(self):
        """What users see as the graph of a tensor: the graph itself."""
        return self

    def operation(self, value):
        """What users see as the operation behind a tensor."""
        return Operation(self, value)

    def operation_of(self, named):
        """The operation that a node is, or a value without one."""
        if not isinstance(named, Node):
            return Operation(self, named)
        return Operation(self, named.outputs[0] if named.outputs else Value(boolean, (), named))

    @staticmethod
    def gives_nothing(node):
        """Whether a node has no result that users could ask for."""
        return node.op is NO_OP or not node.outputs

    def run(self, tensor, feed_dict, session):
        """What `Tensor.eval` gives."""
        return self._session(session, "evaluate tensor", "eval").run(tensor, feed_dict)

    def run_operation(self, operation, feed_dict, session):
        """What `Operation.run` does."""
        self._session(session, "execute operation", "run").run(operation, feed_dict)

    def _session(self, session, what, method):
        given = session
        session = get_default_session() if session is None else session
        if session is None:
            raise ValueError(
                f"Cannot {what} using `{method}()`: No default session is registered. Use `with "
                f"sess.as_default()` or pass an explicit session to `{method}(session=sess)`"
            )
        if session.graph is not self:
            which = "the default session" if given is None else "the given session"
            raise ValueError(
                f"Cannot use {which} to {what}: its graph is different from the session's graph. Pass an explicit "
                f"session to `{method}(session=sess)`."
            )
        return session

    def as_default(self):
        """Context manager: calls of this thread become operations of this graph."""
        return graph_in_force(self)

    def _owns(self, value):
        return True

    def __repr__(self):
        return f"<tapeflow.Graph with {len(self.nodes)} operations>"

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__


class _Default:
    """The graph that calls go to when no other is in force and eager execution is off."""

    graph = None


def get_default_graph():
    """The graph that operations are added to now; under eager execution, that which would be used without it."""
    tracer = current()
    if tracer is not None:
        return tracer.graph_view
    if _Default.graph is None:
        _Default.graph = Graph()
    return _Default.graph


def reset_default_graph():
    """Begins with an empty default graph. Raises AssertionError inside the `with` block of a graph or session."""
    if state.interpreter is not ThreadState.interpreter:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, exit the "
            "nesting and create a new graph."
        )
    _Default.graph = Graph()
    if ThreadState.interpreter is not None:
        graph_for_all_threads(_Default.graph)


def disable_eager_execution():
    """From now on calls become operations of the default graph, which sessions run. To be called at the start."""
    if ThreadState.interpreter is None:
        graph_for_all_threads(get_default_graph())


def enable_eager_execution(config=None, device_policy=None, execution_mode=None):
    """From now on calls give their results at once."""
    if ThreadState.interpreter is not None:
        graph_for_all_threads(None)
