"""Functions whose programs come from a file: concrete ones for one signature each, and those that choose among them."""

import inspect

from tapeflow.core import nest
from tapeflow.core.errors import OpError
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import UnknownSizeError
from tapeflow.core.spec import TensorSpec
from tapeflow.function.call import callee_of
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.function import Function, Options
from tapeflow.function.generic import GenericFunction
from tapeflow.function.signature import Signature, may_serve
from tapeflow.function.trace import Trace
from tapeflow.graph.tracing import current
from tapeflow.state.trackable import Trackable
from tapeflow.state.variable import Variable


class _Parameters:
    """Stands for the Python function that is gone: it has a name and a signature."""

    def __init__(self, name, signature):
        self.__name__ = name
        self.__signature__ = signature

    def __call__(self, *args, **kwargs):
        raise NotImplementedError(
            f"The Python code of {self.__name__} has not been saved, only its programs."
        )


def restored_signature(name, parameters, input_signature):
    """The Signature of a function. parameters: (name, kind, whether there is a default, default) of each."""
    found = []
    for called, kind, has_default, default in parameters:
        default = default if has_default else inspect.Parameter.empty
        found.append(inspect.Parameter(called, inspect._ParameterKind(kind), default=default))
    return Signature(_Parameters(name, inspect.Signature(found)), input_signature)


class RestoredConcreteFunction(ConcreteFunction):
    """A ConcreteFunction of a graph that is there already.

    captures: tensors and variables for the inputs after the arguments; updates: (variable, number of the output);
    args, kwargs: the arguments of the trace, with TensorSpecs in place of tensors; outputs: the structure of the
    result. ValueError if these do not fit the graph.
    """

    def __init__(self, name, graph, captures, updates, signature, args, kwargs, outputs):
        self._signature = signature
        self._arguments = signature.arguments(tuple(args), kwargs)
        self._specs = self._arguments.specs
        self._arguments.let_go()
        self._name = name
        self._outputs = outputs
        self._jit_compile = None
        self._pack = nest.packer(outputs, expand_composites=True)
        self._trace = _trace(name, graph, len(self._specs), captures, updates)
        self._check(nest.flatten(outputs, expand_composites=True))
        self._callee = callee_of(self._trace)

    def _check(self, outputs):
        graph = self._trace.graph
        expected = [each for each in outputs if each is not None]
        if not all([isinstance(each, TensorSpec) for each in expected]):
            raise ValueError(f"results of the function {self._name} that are no tensors")
        self._trace.num_results = len(expected)
        if len(graph.inputs) != len(self._specs) + len(self._trace.captures):
            raise ValueError(
                f"a program with {len(graph.inputs)} inputs for {len(self._specs)} arguments and "
                f"{len(self._trace.captures)} captured values"
            )
        if len(graph.outputs) != len(expected) + len(self._trace.updates):
            raise ValueError(f"a program with {len(graph.outputs)} outputs for {len(expected)} results")
        given = [*self._specs, *self._trace.captures, *expected, *[each for each, _ in self._trace.updates]]
        values = [*graph.inputs, *graph.outputs]
        for spec, value in zip(given, values, strict=True):
            if spec.dtype is not value.dtype or not _fits(spec.shape, value.dims):
                raise ValueError(f"the value {value!r} in the place of {spec!r}")
        places = sorted([place for _, place in self._trace.updates])
        if places != list(range(len(expected), len(graph.outputs))):
            raise ValueError("assignments of results that are not there")


def _fits(shape, dims):
    if shape.rank is None or dims is None:
        return True
    return len(dims) == shape.rank and all(
        [
            type(size) is not int or known is None or size == known
            for known, size in zip(shape, dims, strict=True)
        ]
    )


def _trace(name, graph, num_arguments, captures, updates):
    found = object.__new__(Trace)
    found.name = name
    found.num_arguments = num_arguments
    found.num_results = len(graph.outputs) - len(updates)
    found.captures = list(captures)
    found.variables = [each for each in captures if isinstance(each, Variable)]
    found.created = []
    found.graph = graph
    found.updates = list(updates)
    return found


class RestoredFunction(GenericFunction, Trackable):
    """A function that has been loaded: it calls the program among `concrete_functions` that fits the arguments."""

    def __init__(self, name, signature, concrete_functions):
        self.__name__ = name
        self._signature = signature
        self.concrete_functions = list(concrete_functions)

    def __call__(self, *args, **kwargs):
        concrete, tensors = self._fitting(args, kwargs)
        return concrete.call_tensors(tensors)

    def _fitting(self, args, kwargs):
        """The concrete function for a call, and the tensors of the call."""
        if not self.concrete_functions:
            raise ValueError("Found zero restored functions for caller function.")
        try:
            bound = self._signature.bind(args, kwargs)
        except TypeError:
            bound = None
        if bound is not None:
            arguments = self._signature.arguments(*bound)
            for each in self.concrete_functions:
                if _serves(each, arguments):
                    return each, arguments.tensors
            for each in self.concrete_functions:  # lists and numbers may be meant as tensors
                arguments = self._converted(each, bound)
                if arguments is not None and _serves(each, arguments):
                    return each, arguments.tensors
        options = "\n\n".join(
            [
                f"Option {k + 1}:\n{each.pretty_printed_signature()}"
                for k, each in enumerate(self.concrete_functions)
            ]
        )
        raise ValueError(
            "Could not find matching concrete function to call loaded from the SavedModel. Got:\n  Positional "
            f"arguments ({len(args)} total): {args}\n  Keyword arguments: {kwargs}\n\n Expected these arguments to "
            f"match one of the following {len(self.concrete_functions)} option(s):\n\n{options}"
        )

    def _converted(self, concrete, bound):
        """The arguments with tensors where the program takes some; None if that cannot be."""
        traced, keywords = concrete._arguments.assembled(concrete._specs)
        args, kwargs = bound
        if len(traced) != len(args) or keywords.keys() != kwargs.keys():
            return None
        try:
            return self._signature.arguments(
                tuple([_as_traced(*each) for each in zip(args, traced, strict=True)]),
                {key: _as_traced(each, keywords[key]) for key, each in kwargs.items()},
            )
        except (TypeError, ValueError, OpError):
            return None

    def get_concrete_function(self, *args, **kwargs):
        """The concrete function for arguments like these; without any, the only one that there is."""
        if not args and not kwargs and len(self.concrete_functions) == 1:
            return self.concrete_functions[0]
        return self._fitting(args, kwargs)[0]

    @property
    def input_signature(self):
        """The input signature that was given to tf.function, or None."""
        return self._signature.input_signature

    @property
    def function_spec(self):
        """The signature that calls are bound to."""
        return self._signature

    def _list_all_concrete_functions(self):
        return self.concrete_functions

    _list_all_concrete_functions_for_serialization = _list_all_concrete_functions

    def _trackable_children(self, save_type="checkpoint", **kwargs):
        if save_type == "checkpoint":
            return {}
        return {f"trace_{k}": each for k, each in enumerate(self.concrete_functions)}

    def __repr__(self):
        return f"<restored function {self.__name__}{self._signature}>"


def _as_traced(value, traced):
    if isinstance(traced, TensorSpec):
        return value if isinstance(value, TensorSpec) else as_tensor(value, traced.dtype)
    if nest.is_nested(traced):
        return nest.map_structure(_as_traced, value, nest.pack_sequence_as(value, nest.flatten(traced)))
    return value


def _serves(concrete, arguments):
    """Whether the program is for arguments like these: Python values equal, tensors of its dtypes and shapes."""
    mine, theirs = concrete._arguments.leaves, arguments.leaves
    if len(mine) != len(theirs) or len(concrete._specs) != len(arguments.specs):
        return False
    for (_, known), (_, given) in zip(mine, theirs, strict=True):
        if not may_serve(known, given):
            return False
    return all(
        [
            spec.dtype is given.dtype and spec.shape.is_compatible_with(given.shape)
            for spec, given in zip(concrete._specs, arguments.specs, strict=True)
        ]
    )


class DeferredConcreteFunction(ConcreteFunction):
    """A ConcreteFunction of a Python function of tensors that is traced when it is first called.

    One that cannot be traced, since sizes depend on elements, runs as Python.

    function takes the flat tensors of the arguments and returns those of the results; captures: the tensors and
    variables that it takes from elsewhere; the other arguments are those of RestoredConcreteFunction.
    """

    def __init__(self, name, function, captures, signature, args, kwargs, outputs):
        self._signature = signature
        self._arguments = signature.arguments(tuple(args), kwargs)
        self._specs = self._arguments.specs
        self._arguments.let_go()
        self._name = name
        self._outputs = outputs
        self._jit_compile = None
        self._pack = nest.packer(outputs, expand_composites=True)
        self._captures = captures
        specs = tuple([TensorSpec(each.shape, each.dtype) for each in self._specs])
        self._function = Function(function, specs, Options(name, None, False, None, None))
        self._run = None

    def _callee(self, tensors):
        if self._run is not None:
            return self._run(tensors)
        try:
            run = self._function._concrete(tensors, {})[0].call_tensors
        except (NotImplementedError, UnknownSizeError):
            if current() is not None:
                raise
            run = self._run_as_python
        found = run(tensors)
        self._run = run
        return found

    def _run_as_python(self, tensors):
        return self._function.python_function(*tensors)

    @property
    def _trace(self):
        return self._function.get_concrete_function()._trace

    @property
    def captured_inputs(self):
        """What the program takes from outside besides its arguments: tensors and variables."""
        return list(self._captures)

    @property
    def variables(self):
        """The variables that the program reads or assigns."""
        return tuple([each for each in self._captures if isinstance(each, Variable)])

    @property
    def trainable_variables(self):
        """Those of the variables that are trainable."""
        return tuple([each for each in self.variables if each.trainable])
