"""Iterators over data sets."""

import json

import numpy

from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.dtypes import string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import EagerTensor
from tapeflow.data import in_traces
from tapeflow.data.draws import Draws, checked
from tapeflow.data.optional import Optional
from tapeflow.data.specs import ElementsSpec, is_made_of_tensors
from tapeflow.function.streams import Readable, mark
from tapeflow.state.trackable import Trackable


class IteratorSpec(ElementsSpec):
    """The description of an iterator: `element_spec`, that of its elements."""

    @property
    def value_type(self):
        """The class of what this describes."""
        return Iterator

    @property
    def _component_specs(self):
        return in_traces.HANDLE

    def _from_components(self, components):
        if type(components) is EagerTensor:
            return in_traces.held(components._array)
        if isinstance(components, TensorSpec):
            return self
        return _Traced(self._element_spec, components)


_MOST_ELEMENTS = 1000
"""A function that takes more of an iterator, one by one, while it is traced, runs as Python."""

_STATE = "ITERATOR_STATE"


class Iterator(Readable, Trackable, CompositeTensor):
    """Gives one element of a data set after the other.

    A traced function gets it by a handle, a tensor that holds it, and takes the elements when its program runs.

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
        self._ahead = []  # elements that were taken and put back
        drawing, state.draws = state.draws, draws
        try:
            self._elements = self._dataset._elements_after(position)
        finally:
            state.draws = drawing

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._element_spec

    def _serialize_to_tensors(self):
        return {_STATE: self._save()}

    def _restore_from_tensors(self, restored_tensors):
        self._restore(restored_tensors[_STATE])

    def _save(self):
        """The state, a string scalar."""
        if not self._position:  # random numbers are drawn for the first element, and must be known
            first = self.get_next_as_optional()
            self.put_back([first.get_value()] if first.has_value() else [])
        made = json.dumps({"position": self._position, "draws": self._draws.as_lists()})
        return wrap(numpy.array(made.encode(), object), string)

    def _restore(self, state):
        """Goes to the place that `_save` told. InvalidArgumentError for other states."""
        state = as_tensor(state, string)
        try:
            found = json.loads(state.numpy())
            position = found["position"]
            if type(position) is not int or position < 0:
                raise ValueError(f"the number of elements is {position!r}")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidArgumentError(None, None, f"This is no state of an iterator: {error}") from None
        self._begin(Draws(checked(found.get("draws"))), position)

    @property
    def _type_spec(self):
        return IteratorSpec(self._element_spec)

    def _to_components(self):
        return in_traces.handle_of(self)

    def _begin_in_trace(self):
        return in_traces.resume(self)

    def __iter__(self):
        return self

    def __next__(self):
        if state.interpreter is not None and in_traces.is_traced():
            return in_traces.resume(self).get_next()
        if self._ahead:
            self._position += 1
            return self._ahead.pop(0)
        tapes, drawing = state.tapes, state.draws
        state.draws = self._draws
        if tapes:
            state.tapes = ()
        try:
            element = next(self._elements)
        finally:
            state.draws = drawing
            if tapes:
                state.tapes = tapes
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

    @property
    def can_be_read(self):
        """As of Readable."""
        return is_made_of_tensors(self._element_spec)

    def put_back(self, elements):
        """As of Readable."""
        self._ahead = [*elements, *self._ahead]
        self._position -= len(elements)

    def has_next(self):
        """Whether there is another element; it is made, and kept."""
        if not self._ahead:
            try:
                self.put_back([self.__next__()])
            except StopIteration:
                return False
        return True

    def stand_in(self, take):
        """As of Readable."""
        return _StandIn(self._element_spec, take)


class _StandIn(Iterator):
    """What a function gets for an Iterator while it is traced."""

    def __init__(self, element_spec, take):
        self._element_spec, self._take = element_spec, take

    def __next__(self):
        return self._take()

    get_next = next = __next__

    def _refuse(self, *args):
        return self._take(False)

    get_next_as_optional = _begin_in_trace = _to_components = _save = _restore = put_back = stand_in = _refuse


class _Traced(Iterator):
    """What a function gets for an Iterator that its program takes elements of."""

    def __init__(self, element_spec, handle):
        self._element_spec, self._handle = element_spec, handle
        self._source = in_traces.Source(handle, element_spec)
        self._count = 0

    def __next__(self):
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise NotImplementedError(
                "A loop over an iterator that AutoGraph has not converted takes no end."
            )
        return self._source.get_next()

    get_next = next = __next__

    def get_next_as_optional(self):
        """As of Iterator."""
        return in_traces.optional_of(self._source)

    def _to_components(self):
        return self._handle

    def _begin_in_trace(self):
        return self._source

    def _refuse(self, *args):
        raise NotImplementedError(
            "The state of an iterator cannot be saved or changed inside a traced function."
        )

    has_next = _save = _restore = put_back = stand_in = _refuse


class NumpyIterator(Trackable):
    """Gives one element after the other, as NumPy arrays. A checkpoint saves where it is, as it does for an Iterator.

    >>> iterator = tf.data.Dataset.range(5).as_numpy_iterator()
    >>> state = iterator.save()
    >>> next(iterator), next(iterator)
    (np.int64(0), np.int64(1))
    >>> iterator.restore(state)
    >>> next(iterator)
    np.int64(0)
    """

    def __init__(self, dataset):
        self._iterator = iter(dataset)

    def save(self):
        """Where the iterator is, a string scalar for `restore`."""
        return self._iterator._save()

    def restore(self, state):
        """Goes to where the iterator that gave `state`, or one over an equal data set, was. InvalidArgumentError for
        what is no state.
        """
        self._iterator._restore(state)

    def _serialize_to_tensors(self):
        return self._iterator._serialize_to_tensors()

    def _restore_from_tensors(self, restored_tensors):
        self._iterator._restore_from_tensors(restored_tensors)

    def __repr__(self):
        return f"NumpyIterator(iterator={self._iterator!r})"

    def __iter__(self):
        return self

    def __next__(self):
        return nest.map_structure(_as_numpy, next(self._iterator))

    next = __next__


def _as_numpy(value):
    return value.numpy() if hasattr(value, "numpy") else value
