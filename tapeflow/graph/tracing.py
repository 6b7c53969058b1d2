"""Tracing: running a function once on tensors without elements, to write down what it calls.

A `Tracer` is the interpreter of the thread while it traces. Calls become nodes; what comes from outside
becomes an input: eager tensors, tensors of a trace around this one, and variables. Variables are
functionalized: the first read makes an input, an assignment only changes what the variable is from there on,
and what it is at the end is handed back to whoever runs the program. A branch or a loop body is traced by a
tracer of its own inside that of the program around it; what it reads and assigns there becomes operands and
results of the control flow op.
"""

import sys
from collections.abc import Callable

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core import size as sizes
from tapeflow.core.context import start_listening, state, stop_listening
from tapeflow.core.eager import evaluate, wrap
from tapeflow.core.errors import InaccessibleTensorError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.size import Size, axis_of, element_of, has_sizes
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.elements import element
from tapeflow.graph.graph import Graph, Node, Value, graphs_in, has_effect
from tapeflow.graph.inference import infer
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops import random_state
from tapeflow.ops.layout import ensure_shape

_PACKAGE = __file__.rpartition("graph")[0]
_FOLDED = 256
"""Integer constants of up to this many elements are computed while tracing: shapes are made of them."""


class Tracer:
    """Writes down the calls of one program, or of one branch or body in it (then `parent` is the tracer around it)."""

    is_open = False  # whether it stays open, and sessions run parts of what is written down

    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.outer = state.interpreter  # whose tensors may be used here
        self.active = False
        self.inputs = []
        self.nodes = []
        self.bindings = []  # for each captured input: the tensor or variable outside
        self.variables = {}  # id -> VariableState
        self.created = []  # variables made while tracing
        self.on_create = None  # called with each variable that is made
        self._captured = {}  # id of a tensor outside -> (that tensor, its stand-in here)
        self._names = {}
        self._num_arguments = 0
        self.location = None  # that of the nodes to come, of those that a replay makes again
        self.arguments_outside = {}  # of a body: the dims that the values of its arguments begin with
        self.meets_unknown_ranks = getattr(self.outer, "meets_unknown_ranks", False)
        self.seed = self.outer.seed if hasattr(self.outer, "seed") else random_state.global_seed()
        self._num_unseeded = 0

    # The interpreter.

    def __call__(self, op, inputs, params):
        values = tuple([self.value_of(tensor) for tensor in inputs])
        if has_sizes_anywhere(params):
            params = self._localized(params)
        specs = infer(op, values, params)
        if is_foldable(op, values, params):
            result = evaluate(op, [eager_stand_in(value) for value in values], params)
            if type(result) is EagerTensor:
                return self.constant(result._array, result._dtype)
        return self.add(op, values, params, specs)

    def add(self, op, values, params, specs):
        """Appends the node of a call; returns its result, or a tuple of them."""
        several = type(specs) is list
        specs = specs if several else [specs]
        location = self.location or user_location()
        node = Node(op, values, params, specs, self.unique_name(op.type_name), location, several)
        for output in node.outputs:
            if output.dims is None:
                self.meet_unknown_rank()
                continue
            output.dims = tuple(
                [axis_of(output, k) if size is None else size for k, size in enumerate(output.dims)]
            )
        self.nodes.append(node)
        tensors = tuple([SymbolicTensor(output, self) for output in node.outputs])
        return tensors if several else tensors[0]

    def constant(self, array, dtype):
        """A tensor of known elements."""
        return SymbolicTensor(Value(dtype, array.shape, constant=array, name=self.unique_name("Const")), self)

    def operation_seeds(self, op_seed):
        """(seed, seed2) of a random op that is called now; (None, None) asks for numbers that cannot be repeated."""
        seeds = random_state.own_seeds(self.seed, op_seed, self._num_unseeded)
        if self.seed is not None and op_seed is None:
            self._num_unseeded += 1
        return seeds

    def argument(self, dtype, dims, name=None):
        """A new input that is an argument of the program. Sizes that are None become unknown ones."""
        tensor = self._input(dtype, dims, name)
        self._num_arguments += 1
        return tensor

    def _input(self, dtype, dims, name):
        value = Value(dtype, (), name=self.unique_name(name or "Placeholder"))
        if dims is None:
            value.dims = None
            self.meet_unknown_rank()
        else:
            value.dims = tuple([axis_of(value, k) if size is None else size for k, size in enumerate(dims)])
        self.inputs.append(value)
        return SymbolicTensor(value, self)

    def meet_unknown_rank(self):
        """Called for a value of which not even the number of axes is known."""
        if not self.meets_unknown_ranks:
            self.meets_unknown_ranks = True
            public_functions.wait_for_ranks()

    # What comes from outside.

    def value_of(self, tensor):
        """The program's value for a tensor; one from outside is captured."""
        if type(tensor) is SymbolicTensor:
            if tensor.tracer is self:
                return tensor.value
            if tensor.value.constant is not None:
                return tensor.value
        return self.capture(tensor).value

    def capture(self, tensor):
        """The stand-in here of a tensor from outside."""
        found = self._captured.get(id(tensor))
        if found is not None:
            return found[1]
        if type(tensor) is SymbolicTensor:
            self._check_in_scope(tensor)
            for known, stand_in in self._captured.values():
                if type(known) is SymbolicTensor and known.value is tensor.value:
                    return stand_in
        elif type(tensor) is not EagerTensor:
            raise NotImplementedError(
                f"A {type(tensor).__name__} cannot be used inside a traced function: {tensor!r}. Trace the "
                "function inside tf.vectorized_map, or pass the tensor as an argument."
            )
        stand_in = self._input(tensor._dtype, tensor.dims, "capture")
        if type(tensor) is SymbolicTensor and tensor.value.late is not None:
            tensor.value.late.add(stand_in.value)
        self._captured[id(tensor)] = tensor, stand_in
        self.bindings.append(tensor)
        return stand_in

    def _check_in_scope(self, tensor):
        outer = self.outer
        while outer is not None:
            if outer is tensor.tracer:
                return
            outer = getattr(outer, "outer", None) or getattr(outer, "_outer", None)
        raise self.out_of_scope(tensor)

    def out_of_scope(self, tensor):
        """The error for a tensor that outlived its trace."""
        node = tensor.value.node
        where = ""
        if node is not None and node.location is not None:
            file, line, function = node.location
            where = f' It was made in "{file}", line {line}, in {function}.'
        return InaccessibleTensorError(
            f"{tensor!r} is out of scope and cannot be used here. Use return values, explicit Python locals or "
            f"TensorFlow collections to access it.{where} The tensor belongs to the traced function "
            f"{tensor.tracer.name!r}, outside of which it has no value; return it from there."
        )

    def tensor_of_size(self, size, dtype):
        """A scalar tensor of an unknown size."""
        return self(size_value, (), {"size": size, "dtype": dtype or types.int32})

    def dims_of(self, tensor):
        """The sizes that an integer vector stands for: a tuple of ints and Sizes; None if its length is unknown."""
        value = self.value_of(tensor)
        if value.constant is not None:
            return tuple([int(each) for each in numpy.asarray(value.constant).ravel()])
        if not value.dims:
            return (self.number_of(tensor),)
        (length,) = value.dims
        if type(length) is Size:
            return None
        return tuple([element(value, position) for position in range(length)])

    def number_of(self, tensor):
        """The number that an integer scalar stands for: an int or a Size."""
        value = self.value_of(tensor)
        if value.constant is not None:
            return int(value.constant)
        return element(value, None)

    def with_shape(self, tensor, dims):
        """The program's value for a tensor whose shape is known from elsewhere; checked when the program runs."""
        return self(ensure_shape, (tensor,), {"dims": dims}).value

    # Variables.

    def read(self, variable):
        """The tensor that a variable is at this point of the program."""
        found = self.variables.get(id(variable))
        if found is None:
            found = self._first_read(variable)
        return found.current

    def _first_read(self, variable):
        if self.parent is not None:
            outside = self.parent.read(variable)
            stand_in = self._input(outside._dtype, outside.dims, variable._name)
        else:
            outside = variable
            dims = (
                variable._tensor.dims
                if None not in (variable._shape._dims or (None,))
                else variable._shape._dims
            )
            if dims is None:
                dims = (None,) * len(variable._tensor.dims)
            stand_in = self._input(variable.dtype, dims, variable._name)
        self.bindings.append(outside)
        found = self.variables[id(variable)] = VariableState(variable, stand_in)
        return found

    def assign(self, variable, tensor):
        """From here on the variable is `tensor`."""
        found = self.variables.get(id(variable)) or self._first_read(variable)
        value = self.value_of(tensor)
        alias = SymbolicTensor(value, self)
        alias._record = found.current._record  # it stands for the variable, whatever its value
        found.current = alias
        found.assigned = True

    def has_done_something(self):
        """Whether the program has, up to here, assigned a variable or had another effect."""
        return any([each.assigned for each in self.variables.values()]) or any(
            [node.effect for node in self.nodes]
        )

    def variable_made(self, variable):
        """Called for each variable that is made while tracing."""
        self.created.append(variable)
        if self.on_create is not None:
            self.on_create(variable)
        elif self.parent is not None:
            self.parent.variable_made(variable)

    def known(self, tensor):
        """The eager tensor that a tensor is, if it depends on no argument; ValueError if it does."""
        if type(tensor) is not SymbolicTensor:
            return tensor
        value = tensor.value
        if value.constant is not None:
            return wrap(value.constant, value.dtype)
        return self._computed(value, tensor)

    def _computed(self, value, tensor):
        from tapeflow.graph.execute import run
        from tapeflow.graph.simplify import alive

        nodes = alive(self.nodes, [value], effects=False)  # numbers may be drawn for it
        captured = self.inputs[self._num_arguments :]
        needed = {each for node in nodes for each in node.inputs} - {
            each for node in nodes for each in node.outputs
        }
        if value in self.inputs or any([each in self.inputs[: self._num_arguments] for each in needed]):
            raise ValueError(
                f"The initial value of a variable depends on an argument of the traced function: {tensor!r}. Give a "
                "value that is known when the function is traced, or a function that makes it."
            )
        arrays = [each._array if type(each) is EagerTensor else each._tensor._array for each in self.bindings]
        return wrap(run(Graph("initial_value", captured, nodes, [value]), arrays)[0], value.dtype)

    # Names.

    def unique_name(self, name):
        """`name`, with a number if it is taken."""
        count = self._names.get(name, 0)
        self._names[name] = count + 1
        return f"{name}_{count}" if count else name

    def name_of(self, value):
        """The name of the operation that gives a value."""
        return value.node.name if value.node is not None else value.name

    @property
    def graph_view(self):
        """What users see as the graph of a tensor."""
        from tapeflow.graph.view import GraphView

        return GraphView(self)

    def operation(self, value):
        """What users see as the operation behind a tensor."""
        from tapeflow.graph.view import Operation

        return Operation(self, value)

    def run(self, tensor, feed_dict, session):
        """Only graphs of TensorFlow 1's kind can be run in sessions."""
        raise NotImplementedError("eval is not supported inside a tf.function: return the tensor from it.")

    # The end.

    def tracing(self):
        """Context manager: the calls of this thread are written down here."""
        return _Tracing(self)

    def finish(self, outputs):
        """The Graph with these tensors as outputs."""
        results = [self.value_of(each) for each in outputs]
        graph = Graph(self.name, self.inputs, self.nodes, results)
        return graph

    def _localized(self, params):
        """The params with all sizes in terms of values of this program."""

        def lookup(symbol):
            value, position = symbol.arguments
            if self._owns(value):
                return Size((((symbol,), 1),))
            return self._foreign(symbol, value, position)

        return {key: sizes.with_sizes(each, lookup) for key, each in params.items()}

    def _owns(self, value):
        tracer = self
        if tracer.parent is None and not isinstance(tracer.outer, Tracer):
            return True
        return value in self._local_values()

    def _local_values(self):
        # Only branches and nested functions ask, and seldom.
        found = set(self.inputs)
        for node in self.nodes:
            found.update(node.outputs)
        return found

    def _foreign(self, symbol, value, position):
        """A size of the program around this one: that of the same value here."""
        symbolic = Size((((symbol,), 1),))
        if symbol.kind == "axis":
            for each in self.inputs:
                for axis, size in enumerate(each.dims or ()):
                    if size == symbolic:
                        return axis_of(each, axis)
        tracer = self.outer
        while isinstance(tracer, Tracer) and value not in tracer._local_values():
            tracer = tracer.outer
        if not isinstance(tracer, Tracer):
            raise sizes.UnknownSizeError(f"{symbolic!r} is not known in {self.name}.")
        local = self.capture(SymbolicTensor(value, tracer)).value
        return axis_of(local, position) if symbol.kind == "axis" else element_of(local, position)


class VariableState:
    """What is known of a variable at one point of a trace."""

    __slots__ = ("assigned", "current", "initial", "noted", "variable")

    def __init__(self, variable, initial):
        self.variable = variable
        self.initial = initial  # its stand-in at the beginning of the program
        self.current = initial
        self.noted = None  # what it was when that was noted last, see `notes.py`
        self.assigned = False


class _Tracing:
    """See Tracer.tracing."""

    def __init__(self, tracer):
        self._tracer = tracer

    def __enter__(self):
        start_listening(self)
        self._before = state.interpreter, state.tapes, state.listeners, state.only_tapes
        state.interpreter, state.tapes, state.listeners, state.only_tapes = self._tracer, (), (), False
        self._tracer.active = True
        return self._tracer

    def __exit__(self, *exception):
        self._tracer.active = False
        state.interpreter, state.tapes, state.listeners, state.only_tapes = self._before
        stop_listening()


def trace(function, specs, name="function"):
    """The Graph of `function`, called with a tensor for each (dtype, dims) of `specs`; it returns tensors, or one.

    For programs that need nothing from outside: those of rules. What comes from outside is a ValueError.
    """
    tracer = Tracer(name)
    with tracer.tracing():
        result = function(*[tracer.argument(dtype, dims) for dtype, dims in specs])
        graph = tracer.finish(result if isinstance(result, tuple | list) else (result,))
    if tracer.bindings:
        raise ValueError(f"The program {name} takes {len(tracer.bindings)} tensors from outside.")
    return graph


class _PublicFunctions:
    """Those that ask for ranks; `api`, a layer above, provides what lets them wait (`graph/deferred.py`)."""

    __slots__ = ("wait_for_ranks",)
    wait_for_ranks: Callable


public_functions = _PublicFunctions()


def current():
    """The tracer of this thread, also from within a vectorizer; None if nothing is traced."""
    interpreter = state.interpreter
    while interpreter is not None and not isinstance(interpreter, Tracer):
        interpreter = interpreter._outer
    return interpreter


def user_location():
    """(file, line, function) of the innermost call that was made outside of this package; None if there is none."""
    frame = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if not code.co_filename.startswith(_PACKAGE) and not code.co_filename.startswith("<"):
            return code.co_filename, frame.f_lineno, code.co_name
        frame = frame.f_back
    return None


# Parameters.


def has_sizes_anywhere(params):
    """Whether a size stands in one of the parameters."""
    for value in params.values():
        if has_sizes(value):
            return True
    return False


# Constants.


def is_foldable(op, values, params):
    """Whether the call is one of small integers that are known."""
    for value in values:
        dtype = value.dtype
        if (
            value.constant is None
            or not (dtype.is_integer or dtype.is_bool)
            or numpy.size(value.constant) > _FOLDED
        ):
            return _is_static_shape(op, values)
    return bool(values) and not (has_effect(op, params) or graphs_in(params) or has_sizes_anywhere(params))


def _is_static_shape(op, values):
    """Whether the call asks for a shape that is known."""
    if not op.facts.get("asks_shape"):
        return False
    dims = values[0].dims
    return dims is not None and not has_sizes(dims)


def eager_stand_in(value):
    """The eager tensor that a known value is; of a value of which only the shape is asked for, some tensor of it."""
    if value.constant is None:  # only its shape is asked for
        return wrap(numpy.broadcast_to(numpy.zeros((), value.dtype.array_dtype), value.dims), value.dtype)
    return wrap(value.constant, value.dtype)


@op("SizeValue", asks_shape=True)
def size_value(xp, *, size, dtype):
    """The number that a size is."""
    return dtype.array_dtype.type(size)


size_value.spec(lambda size, dtype: TensorSpec([], dtype))
no_gradient(size_value)


def sizes_among(inputs):
    """The positions of those inputs that another program made as the number of one of its sizes."""
    return [
        place for place, value in enumerate(inputs) if value.node is not None and value.node.op is size_value
    ]


def _tensor_of(size, dtype):
    tracer = current()
    if tracer is None:
        raise sizes.UnknownSizeError(f"The size {size!r} has a number only where a program is traced.")
    return tracer.tensor_of_size(size, dtype)


sizes.tensor_of = _tensor_of
