"""ConcreteFunction: a function traced for one signature."""

from tapeflow.core import nest
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor
from tapeflow.function.call import callee_of
from tapeflow.function.signature import may_serve
from tapeflow.function.trace import trace_callable
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import current
from tapeflow.graph.view import FinishedGraph
from tapeflow.state.trackable import Trackable
from tapeflow.state.variable import Variable


class ConcreteFunction(Trackable):
    """What tf.function traces for one signature: a callable of tensors of that signature.

    It can be called with the arguments that it was traced for, Python values among them left out or equal, or with its
    tensors in order. Raises TypeError for other arguments and InvalidArgumentError for tensors of other dtypes.
    """

    def __init__(self, function, arguments, specs, signature, options, on_create=None):
        self._signature = signature
        self._arguments = arguments
        self._specs = specs
        self._name = options.name
        self._outputs = None

        def flat(*tensors):
            args, kwargs = arguments.assembled(tensors)
            result = function(*args, **kwargs)
            outputs = nest.map_structure(_checked(function, result), result)
            leaves = nest.flatten(outputs, expand_composites=True)
            self._outputs = nest.map_structure(_described, outputs)
            return [each for each in leaves if each is not None]

        self._trace = trace_callable(flat, specs, options.name, on_create)
        self._callee = callee_of(self._trace, options.jit_compile)
        self._jit_compile = options.jit_compile
        self._pack = nest.packer(self._outputs, expand_composites=True)

    def call_tensors(self, tensors):
        """The structured result for the list of argument tensors."""
        return self._pack(iter(self._callee(tensors)))

    def __call__(self, *args, **kwargs):
        return self.call_tensors(self._tensors_of(args, kwargs))

    def _tensors_of(self, args, kwargs):
        """The tensors of a call: by the signature of the function, else simply in order."""
        try:
            bound = self._signature.arguments(*self._signature.bind(*self._completed(args, kwargs)))
            tensors = bound.tensors
            if len(tensors) != len(self._specs):
                raise TypeError(f"it was traced with {len(self._specs)} tensors, and {len(tensors)} came")
            for (path, mine), (_, theirs) in zip(self._arguments.leaves, bound.leaves, strict=False):
                if not may_serve(mine, theirs):
                    mine, theirs = [
                        each[0 if isinstance(each[0], TypeSpec) else -1] for each in (mine, theirs)
                    ]
                    raise TypeError(f"`{path}` is {theirs!r}; it was traced for {mine!r}")
        except TypeError as error:
            tensors = list(args)
            if (
                kwargs
                or len(tensors) != len(self._specs)
                or not all([isinstance(each, Tensor) for each in tensors])
            ):
                raise TypeError(
                    f"The concrete function {self._name} cannot be called like this: {error}. Received args: "
                    f"{args} and kwargs: {kwargs} for signature: {self.pretty_printed_signature()}"
                ) from None
        return [
            self._fitting(each, spec, place)
            for place, (each, spec) in enumerate(zip(tensors, self._specs, strict=True))
        ]

    def _completed(self, args, kwargs):
        """The arguments of a call, with the Python values that the trace knows filled in."""
        traced, keywords = self._arguments.assembled(self._specs)
        names = self._signature.names(len(traced))
        found, by_name = list(args), {}
        for name, value in list(zip(names, traced, strict=True))[len(args) :]:
            if name in kwargs:
                found.append(kwargs[name])
            elif isinstance(value, TensorSpec | Tensor):
                break
            else:
                found.append(value)
        for name, value in keywords.items():
            if name in kwargs:
                by_name[name] = kwargs[name]
            elif isinstance(value, TensorSpec | Tensor):
                raise TypeError(f"missing a required argument: {name!r}")
            else:
                by_name[name] = value
        unknown = [name for name in kwargs if name not in names and name not in keywords]
        if unknown:
            raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}")
        return tuple(found), by_name

    def _fitting(self, tensor, spec, place):
        tensor = as_tensor(tensor)
        if tensor._dtype is not spec.dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"cannot compute {self._name} as input #{place}(zero-based) was expected to be a {spec.dtype.name} "
                f"tensor but is a {tensor._dtype.name} tensor [Op:{self._name}]",
            )
        if not spec.shape.is_compatible_with(tensor.shape):
            raise InvalidArgumentError(
                None,
                None,
                f"cannot compute {self._name} as input #{place}(zero-based) was expected to have shape {spec.shape} "
                f"but has shape {tensor.shape} [Op:{self._name}]",
            )
        return tensor

    # What it is.

    @property
    def name(self):
        """The name of the function, as bytes."""
        return f"__inference_{self._name}".encode()

    @property
    def __name__(self):
        return self._name

    @property
    def structured_input_signature(self):
        """(args, kwargs) of the trace, with TensorSpecs in place of tensors."""
        args, kwargs = self._arguments.assembled(self._specs)
        return tuple(args), kwargs

    @property
    def structured_outputs(self):
        """The structure of the result with TensorSpecs in place of tensors."""
        return self._outputs

    @property
    def output_shapes(self):
        """The structure of the result with TensorShapes in place of tensors."""
        return nest.map_structure(lambda each: getattr(each, "shape", each), self._outputs)

    @property
    def output_dtypes(self):
        """The structure of the result with DTypes in place of tensors."""
        return nest.map_structure(lambda each: getattr(each, "dtype", each), self._outputs)

    @property
    def graph(self):
        """The program, to be looked at."""
        return FinishedGraph(self._trace)

    @property
    def inputs(self):
        """The symbolic tensors of arguments and captures."""
        return self.graph.inputs

    @property
    def outputs(self):
        """The symbolic tensors of the results."""
        return self.graph.outputs

    @property
    def captured_inputs(self):
        """What the program takes from outside besides its arguments: tensors and variables."""
        return list(self._trace.captures)

    @property
    def variables(self):
        """The variables that the program reads or assigns."""
        return tuple(self._trace.variables)

    @property
    def trainable_variables(self):
        """Those of the variables that are trainable."""
        return tuple([each for each in self._trace.variables if each.trainable])

    def explain(self, tensors=None):
        """The compiled program as a table: each step with its ops, shape, bytes and operations.

        tensors: the argument tensors; the table then shows each step's share of the time on them.
        """
        return self._callee.explain(tensors)

    def pretty_printed_signature(self, verbose=True):
        """The parameters with what they were traced for, and the type of the result."""
        args, kwargs = self._arguments.assembled(self._specs)
        names = self._signature.names(len(args))
        lines = [
            f"  {name} (POSITIONAL_OR_KEYWORD): {_shown(each)}"
            for name, each in zip(names, args, strict=True)
        ]
        lines += [f"  {name} (KEYWORD_ONLY): {_shown(each)}" for name, each in kwargs.items()]
        captures = [f"  {id(each)}: {_shown(each)}" for each in self._trace.captures]
        return "\n".join(
            [
                "Input Parameters:",
                *(lines or ["  None"]),
                "Output Type:",
                f"  {_shown(self._outputs)}",
                "Captures:",
            ]
            + (captures or ["  None"])
        )

    def __repr__(self):
        return f"<ConcreteFunction {self._name}{self._signature} at {id(self):#x}>"

    def __str__(self):
        return f"ConcreteFunction {self.pretty_printed_signature()}"


def _shown(value):
    if isinstance(value, TensorSpec):
        return f"TensorSpec(shape={value.shape}, dtype={value.dtype!r}, name=None)"
    if isinstance(value, Tensor | Variable):
        return f"TensorSpec(shape={value.shape}, dtype={value.dtype!r}, name=None)"
    if nest.is_nested(value):
        return repr(nest.map_structure(_Bare, value))
    return f"Literal[{value}]" if isinstance(value, int | float | str | bool) else repr(value)


class _Bare:
    """Shows what it holds without quotes."""

    def __init__(self, value):
        self._value = value

    def __repr__(self):
        return _shown(self._value)


def _checked(function, result):
    """The function that makes a leaf of a result a tensor; TypeError for what is none."""

    def leaf(value):
        if value is None or isinstance(value, CompositeTensor):
            return value
        try:
            tensor = as_tensor(value)
        except (TypeError, ValueError):
            name = type(value).__name__
            raise TypeError(
                "To be compatible with tf.function, Python functions must return zero or more Tensors or "
                f"ExtensionTypes or None values; in compilation of {function}, found return value of type {name}, "
                "which is not a Tensor or ExtensionType."
            ) from None
        current().value_of(tensor)
        return tensor

    return leaf


def _described(value):
    if isinstance(value, SymbolicTensor | Tensor):
        return TensorSpec(value.shape, value.dtype)
    return value._type_spec if isinstance(value, CompositeTensor) else value
