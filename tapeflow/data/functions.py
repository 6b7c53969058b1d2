"""Functions of elements that return data sets, and functions that carry a state from element to element."""

import copy

import numpy

from tapeflow.core import nest
from tapeflow.core.dtypes import int64
from tapeflow.core.eager import wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import debug_mode, structure
from tapeflow.data.arguments import Description
from tapeflow.data.dataset import DatasetSpec, DatasetV2
from tapeflow.data.late import Late, Prepared, prepared, with_captures
from tapeflow.data.mapping import ElementFunction, call_once
from tapeflow.data.sources import ListedDataset
from tapeflow.function.call import callee_of
from tapeflow.function.trace import Trace

KEY = TensorSpec([], int64)
"""What the keys of groups are."""


class DatasetFunction(Prepared):
    """A user's function of elements that returns a data set.

    It is traced once, and for each element the data set that it has described is made anew. A function that asks for
    values runs as Python.

    output_spec: the nest of TypeSpecs of the elements of what it returns; None if that shows at the first call only.
    """

    def __init__(self, function, element_spec, name="map_func", is_traced=True):
        if not callable(function):
            raise ValueError(
                f"Argument `func` must be a callable. Received func={function!r} (of type {type(function)})"
            )
        known = prepared(function)
        if isinstance(known, DatasetFunction):
            vars(self).update(vars(known))
            return
        self._function, self._name = function, name
        self.output_spec = None
        self._late = self._callee = None
        self._is_traced = is_traced and not debug_mode.runs_python()
        self._describe(element_spec)

    def _describe(self, element_spec):
        """Tries the function on tensors without elements: most say so of what kind their data sets are."""
        scratch = Description("description")
        try:
            with scratch.tracing():
                example = nest.map_structure(lambda spec: _stand_in(spec, scratch), element_spec)
                found = call_once(self._function, example)
                if isinstance(found, DatasetV2):
                    self.output_spec = found.element_spec
        except Exception:
            return  # the function asks for values: what it returns for the first element will say
        self._check(found)
        if self._is_traced:
            self._prepare(scratch, example, found)

    def _prepare(self, scratch, example, found):
        """Makes a program of what the function has computed, if the data set can be made again."""
        try:
            late = Late(found)
        except NotImplementedError:
            return
        with scratch.tracing():
            for each in late.tensors:
                scratch.value_of(each)  # those of a trace around this one are captured
            trace = Trace(scratch, late.tensors)
        self._late, self._callee = late, callee_of(trace)
        self._stand_ins = [each for each in nest.flatten(example) if isinstance(each, DatasetV2)]

    def _traced_callee(self):
        return self._callee

    def with_captures(self, found):
        """The same with eager tensors in the place of those, which `found` has for values."""
        if not self.symbolic_captures():
            return self
        made = copy.copy(self)
        made._callee = with_captures(self._callee, found)
        return made

    def spec_of_elements(self, elements):
        """`output_spec`, for which `elements()` are begun if need be; `()` if there are none."""
        if self.output_spec is None:
            for _ in elements():
                break
        return () if self.output_spec is None else self.output_spec

    def _check(self, found):
        if not isinstance(found, DatasetV2):
            if self._name == "reduce_func":
                kind = getattr(found, "_type_spec", type(found))
                raise TypeError(
                    "Invalid `reduce_func`. `reduce_func` must return a single `tf.data.Dataset` object but its return "
                    f"type is {kind}."
                )
            raise TypeError(
                f"Invalid `{self._name}`. `{self._name}` must return a `Dataset` object. Got {type(found)}."
            )

    def __call__(self, element):
        if self._late is not None:
            leaves = nest.flatten(element, expand_composites=True)
            given = [each for each in leaves if isinstance(each, DatasetV2)]
            tensors = self._callee([each for each in leaves if isinstance(each, Tensor)])
            return self._late.made(tensors, zip(self._stand_ins, given, strict=True))
        found = call_once(self._function, element)
        self._check(found)
        if self.output_spec is None:
            self.output_spec = found.element_spec
        return found


def _stand_in(spec, tracer):
    if isinstance(spec, DatasetSpec):
        return ListedDataset([], spec.element_spec)
    if isinstance(spec, TensorSpec):
        return tracer.argument(spec.dtype, spec.dims)
    return nest.map_structure(
        lambda each: tracer.argument(each.dtype, each.dims), spec, expand_composites=True
    )


class StateFunction:
    """A user's function of a state and an element, traced for a state of shapes that it keeps.

    state_spec, output_spec: what it takes as the state, and what it returns; None if it cannot be traced.
    split(result): the new state in what the function returns.
    """

    def __init__(self, function, initial_state, element_spec, split, wrong):
        self._split, self._wrong = split, wrong
        self.state_spec = structure.spec_of(initial_state)
        while True:
            self._function = ElementFunction(function, (self.state_spec, element_spec))
            self.output_spec = self._function.output_spec
            if self.output_spec is None:
                return
            wider = self._joined(self.state_spec, split(self.output_spec))
            if wider == nest.flatten(self.state_spec):
                return
            self.state_spec = nest.pack_sequence_as(self.state_spec, wider)

    def _joined(self, old, new):
        """The leaves of the narrowest spec that both states have; what `wrong` raises if there is none."""
        mine, theirs = nest.flatten(old), nest.flatten(new)
        if len(mine) != len(theirs):
            raise self._wrong(old, new, "structure")
        for a, b in zip(mine, theirs, strict=True):
            if getattr(a, "dtype", None) is not getattr(b, "dtype", None):
                raise self._wrong(_dtypes(old), _dtypes(new), "types")
        return [a.most_specific_compatible_type(b) for a, b in zip(mine, theirs, strict=True)]

    def functions_of_elements(self):
        """The functions in this that are traced."""
        return [self._function]

    def __call__(self, state, element):
        """What the function returns; its state in the structure that the state had."""
        return self._function((state, element))

    def checked(self, state, new):
        """The new state of a function that runs as Python, if it is of the old one's kind."""
        if self.output_spec is None:
            self._joined(structure.spec_of(state), structure.spec_of(new))
        return new


def _dtypes(spec):
    return nest.map_structure(lambda each: getattr(each, "dtype", each), spec)


def scalar_function(function, element_spec, name, convert=True):
    """An ElementFunction that gives an int64 scalar; ValueError if the function gives another kind of tensor.

    convert: whether Python numbers become int64.
    """

    def called(*arguments):
        result = function(*arguments)
        return as_tensor(result, int64) if convert else result

    found = ElementFunction(called, element_spec)
    spec = found.output_spec
    if spec is not None and not (isinstance(spec, TensorSpec) and spec.is_compatible_with(KEY)):
        if convert:
            raise ValueError(
                f"Invalid `{name}`. `{name}` must return a single `tf.int64` scalar tensor but its return type is "
                f"{spec}."
            )
        raise ValueError(
            f"Invalid `{name}`. Expected `{name}` to return a scalar tf.int64 tensor, but instead `{name}` has output "
            f"types={_dtypes(spec)} and shapes={nest.map_structure(lambda each: each.shape, spec)}."
        )
    return found


def key_tensor(key):
    """An int as the tensor that a function of keys gets."""
    return wrap(numpy.int64(key), int64)
