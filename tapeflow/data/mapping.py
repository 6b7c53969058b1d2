"""Functions of elements: traced like a `tf.function`, with AutoGraph, and called as programs."""

from tapeflow.core import nest
from tapeflow.core.context import interpreting, listening
from tapeflow.core.eager import wrap
from tapeflow.core.size import NEEDS_SIZES
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import structure
from tapeflow.function import function as functions
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.function import Options
from tapeflow.graph.autograph import convert


class ElementFunction:
    """A user's function of the elements of a data set. A tuple is passed as several arguments, as TensorFlow does.

    output_spec: the nest of TypeSpecs of what it returns; None if it cannot be traced. call(element): what it returns.
    """

    def __init__(self, function, element_spec):
        if not callable(function):
            raise ValueError(
                f"Argument `func` must be a callable. Received func={function!r} (of type {type(function)})"
            )
        self._function, self._element_spec = function, element_spec
        self._program = None
        self._eager = functions.functions_run_eagerly()
        if not self._eager and all([_is_made_of_tensors(each) for each in nest.flatten(element_spec)]):
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
            with interpreting(None):
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

    def _call_program(self, element):
        found = self._program.call_tensors(nest.flatten(element, expand_composites=True))
        return self._pack(iter(found))

    def _call_python(self, element):
        return structure.normalized(_call(self._converted, element))

    def _quickest(self):
        """The function of an element that does the least around the program."""
        if self._program is None:
            return self._call_python
        takes, gives = _kind(self._element_spec), _kind(self.output_spec)
        if takes is None or gives is None or type(self._program) is not ConcreteFunction:
            return self._call_program
        return _quick(self._program._callee, takes is tuple, gives is tuple)


class _NotTraceableError(Exception):
    """The function returned something that is not made of tensors alone."""


def _kind(spec):
    """Tensor or tuple, if elements are tensors or plain tuples of them; else None."""
    if isinstance(spec, TensorSpec):
        return Tensor
    if type(spec) is tuple and spec and all([isinstance(each, TensorSpec) for each in spec]):
        return tuple
    return None


def _quick(callee, takes_tuple, gives_tuple):
    """A function of elements that calls a program without looking for nests in them."""
    run, dtypes = callee.pure(), callee.dtypes
    first = dtypes[0]

    def call(element):
        found = callee(list(element) if takes_tuple else [element])
        return tuple(found) if gives_tuple else found[0]

    def from_one_to_one(element):
        if listening:
            return call(element)
        return wrap(run([element._array])[0], first)

    def of_arrays(element):
        if listening:
            return call(element)
        found = run([each._array for each in element] if takes_tuple else [element._array])
        if not gives_tuple:
            return wrap(found[0], first)
        return tuple([wrap(array, dtype) for array, dtype in zip(found, dtypes, strict=True)])

    if run is None:
        return call
    return of_arrays if takes_tuple or gives_tuple else from_one_to_one


def _is_made_of_tensors(spec):
    """Whether values of a spec are tensors, or composite tensors, which can be taken apart."""
    return isinstance(spec, TensorSpec) or issubclass(spec.value_type, CompositeTensor | Tensor)


def _call(function, element):
    found = function(*element) if isinstance(element, tuple) else function(element)
    return tuple(found) if isinstance(found, list) else found  # as several results of a Python function come


def call_once(function, element):
    """What a function returns for an element, run as Python: for functions that return data sets."""
    return _call(function, element)
