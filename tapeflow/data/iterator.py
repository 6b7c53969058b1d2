"""Iterators over data sets."""

import itertools
import json

import numpy

from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.dtypes import string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.data import in_traces
from tapeflow.data.draws import Draws, checked, here
from tapeflow.data.optional import Optional
from tapeflow.data.specs import ElementsSpec
from tapeflow.function.streams import Stream, mark
from tapeflow.state.trackable import Trackable


class IteratorSpec(ElementsSpec):
    """The description of an iterator: `element_spec`, that of its elements."""

    @property
    def value_type(self):
        """The class of what this describes."""
        return Iterator


_STATE = "ITERATOR_STATE"


class Iterator(Stream, Trackable):
    """Gives one element of a data set after the other.

    A checkpoint saves how many elements it has given, and the random numbers that they depend on. A restored one passes
    over as many: a generator is run again, a function is not called for elements that are not needed.

    >>> iterator = iter(tf.data.Dataset.range(2))
    >>> [int(x) for x in iterator]
    [0, 1]
    """

    def __init__(self, dataset):
        self._dataset, self._element_spec = dataset, dataset.element_spec
        self._begin(Draws(), 0)

    def _begin(self, draws, position):
        self._draws, self._position = draws, position
        drawing, here.draws = here.draws, draws
        try:
            self._elements = self._dataset._elements_after(position)
        finally:
            here.draws = drawing

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._element_spec

    def _serialize_to_tensors(self):
        if not self._position:  # random numbers are drawn for the first element, and must be known
            first = self.get_next_as_optional()
            self._position = 0
            self._elements = itertools.chain([first.get_value()] if first.has_value() else [], self._elements)
        made = json.dumps({"position": self._position, "draws": self._draws.as_lists()})
        return {_STATE: wrap(numpy.array(made.encode(), object), string)}

    def _restore_from_tensors(self, restored_tensors):
        try:
            found = json.loads(restored_tensors[_STATE].numpy())
            position = found["position"]
            if type(position) is not int or position < 0:
                raise ValueError(f"the number of elements is {position!r}")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidArgumentError(None, None, f"This is no state of an iterator: {error}") from None
        self._begin(Draws(checked(found.get("draws"))), position)

    @property
    def _type_spec(self):
        return IteratorSpec(self._element_spec)

    def _begin_in_trace(self):
        return in_traces.resume(self)

    def __iter__(self):
        return self

    def __next__(self):
        if state.interpreter is not None and in_traces.is_traced():
            return in_traces.resume(self).get_next()
        tapes, drawing = state.tapes, here.draws
        state.tapes, here.draws = (), self._draws
        try:
            element = next(self._elements)
        finally:
            state.tapes, here.draws = tapes, drawing
        if not self._position:
            mark(element, self._element_spec)
        self._position += 1
        return element

    next = __next__

    def get_next(self):
        """The next element; OutOfRangeError if there is none."""
        try:
            return self.__next__()
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None

    def get_next_as_optional(self):
        """The next element as an Optional, empty if there is none."""
        if state.interpreter is not None and in_traces.is_traced():
            return in_traces.optional_of(in_traces.resume(self))
        try:
            value = self.__next__()
        except StopIteration:
            return Optional.empty(self._element_spec)
        return Optional(value, self._element_spec, True)


class NumpyIterator:
    """Gives one element after the other, as NumPy arrays."""

    def __init__(self, dataset):
        self._iterator = iter(dataset)

    def __iter__(self):
        return self

    def __next__(self):
        return nest.map_structure(_as_numpy, next(self._iterator))


def _as_numpy(value):
    return value.numpy() if hasattr(value, "numpy") else value
