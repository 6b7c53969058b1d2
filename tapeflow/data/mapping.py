"""Functions of elements: traced like a `tf.function`, with AutoGraph, and called as programs."""

import copy

from tapeflow.core import nest
from tapeflow.core.context import interpreting, listening, state
from tapeflow.core.eager import wrap
from tapeflow.core.size import NEEDS_SIZES
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import debug_mode, structure
from tapeflow.data.late import Prepared, prepared, with_captures
from tapeflow.data.specs import is_made_of_tensors
from tapeflow.function import function as functions
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.function import Options
from tapeflow.graph.autograph import convert
from tapeflow.graph.tracing import Tracer


class ElementFunction(Prepared):
    """A user's function of the elements of a data set. A tuple is passed as several arguments, as TensorFlow does.

    output_spec: the nest of TypeSpecs of what it returns; None if it cannot be traced. call(element): what it returns.
    """

    def __init__(self, function, element_spec):
        if not callable(function):
            raise ValueError(
                f"Argument `func` must be a callable. Received func={function!r} (of type {type(function)})"
            )
        known = prepared(function)
        if isinstance(known, ElementFunction):
            vars(self).update(vars(known))
            return
        self._function, self._element_spec = function, element_spec
        self._program = None
        self._eager = debug_mode.runs_python()
        if not self._eager and is_made_of_tensors(element_spec):
            self._trace()
        if self._program is None:
            self._converted = convert(function)
            self.output_spec = None
        self.call = self._quickest()

    def _trace(self):
        name = getattr(self._function, "__name__", type(self._function).__name__)
        returned = []

        def flat(*tensors):
            element = nest.pack_sequence_as(self._element_spec, list(tensors), expand_composites=True)
            result = structure.normalized(_call(convert(self._function), element))
            if not all([isinstance(each, Tensor | CompositeTensor) for each in nest.flatten(result)]):
                raise _NotTraceableError
            returned[:] = [nest.map_structure(lambda each: each._type_spec, result)]
            leaves = nest.flatten(result, expand_composites=True)
            if any([not hasattr(each, "dims") for each in leaves]):
                raise _NotTraceableError
            return leaves

        traced = functions.Function(flat, None, Options(name, None, False, False, {}))
        specs = nest.flatten(self._element_spec, expand_composites=True)
        try:
            # Tensors of a function that is traced around this one can be captured.
            with interpreting(state.interpreter if isinstance(state.interpreter, Tracer) else None):
                concrete = traced.get_concrete_function(*specs)
        except (_NotTraceableError, NotImplementedError, *NEEDS_SIZES):
            return  # what has other parts than tensors, or needs to know sizes, is run element by element
        self._program, self._pack = concrete, nest.packer(returned[0], expand_composites=True)
        self.output_spec = returned[0]
        if all([isinstance(each, TensorSpec) for each in nest.flatten(returned[0])]):
            shapes = concrete.structured_outputs
            self.output_spec = nest.pack_sequence_as(
                returned[0], [TensorSpec(each.shape, each.dtype) for each in shapes]
            )

    def __call__(self, element):
        return self.call(element)

    def _traced_callee(self):
        return self._program._callee if type(self._program) is ConcreteFunction else None

    def with_captures(self, found):
        """The same with eager tensors in the place of those, which `found` has for values."""
        if not self.symbolic_captures():
            return self
        made = copy.copy(self)
        made._program = copy.copy(self._program)
        made._program._callee = with_captures(self._program._callee, found)
        made.call = made._quickest()
        return made

    def _call_program(self, element):
        found = self._program.call_tensors(nest.flatten(element, expand_composites=True))
        return self._pack(iter(found))

    def _call_python(self, element):
        return structure.normalized(_call(self._converted, element))

    def _quickest(self):
        """The function of an element that does the least around the program."""
        if self._program is None:
            return self._call_python
        arrays_of = _arrays_of(self._element_spec)
        is_plain = all([isinstance(each, TensorSpec) for each in nest.flatten(self.output_spec)])
        if arrays_of is None or not is_plain or type(self._program) is not ConcreteFunction:
            return self._call_program
        return _quick(self._program._callee, arrays_of, self.output_spec, self._call_program)


class _NotTraceableError(Exception):
    """The function returned something that is not made of tensors alone."""


def _arrays_of(spec):
    """A function that gives the list of an element's arrays; None if there is more in it than tuples of tensors."""
    if isinstance(spec, TensorSpec):
        return lambda element: [element._array]
    if type(spec) is not tuple:
        return None
    if all([isinstance(each, TensorSpec) for each in spec]):
        return lambda element: [each._array for each in element]
    parts = [_arrays_of(each) for each in spec]
    if None in parts:
        return None
    return lambda element: [array for part, each in zip(parts, element, strict=True) for array in part(each)]


def _quick(callee, arrays_of, output_spec, call):
    """A function of elements that calls a program without looking for nests in them.

    call: the function for calls that somebody listens to.
    """
    run, dtypes = callee.pure(), callee.dtypes
    if run is None:
        return call
    if isinstance(output_spec, TensorSpec):
        only = dtypes[0]
        return lambda element: call(element) if listening else wrap(run(arrays_of(element))[0], only)
    pack = nest.packer(output_spec)

    def quick(element):
        if listening:
            return call(element)
        return pack(map(wrap, run(arrays_of(element)), dtypes))

    return quick


def _call(function, element):
    found = function(*element) if isinstance(element, tuple) else function(element)
    return tuple(found) if isinstance(found, list) else found  # as several results of a Python function come


def call_once(function, element):
    """What a function returns for an element, run as Python: for functions that return data sets."""
    return _call(function, element)
