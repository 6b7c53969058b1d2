"""Iterators over data sets."""

from tapeflow.core import nest
from tapeflow.core.context import recording_suspended, state
from tapeflow.core.errors import OutOfRangeError
from tapeflow.data.optional import Optional
from tapeflow.data.specs import ElementsSpec
from tapeflow.function.streams import Stream


def check_outside_of_traces():
    """NotImplementedError while a function is traced: what it took would be the same in every call."""
    if state.interpreter is not None:
        raise NotImplementedError(
            "Taking elements of a data set inside a traced function is not here. Pass the data set or the iterator as "
            "an argument (the function then runs as Python), or take the elements outside and call the function with "
            "them."
        )


class IteratorSpec(ElementsSpec):
    """The description of an iterator: `element_spec`, that of its elements."""

    @property
    def value_type(self):
        """The class of what this describes."""
        return Iterator


class Iterator(Stream):
    """Gives one element of a data set after the other.

    >>> iterator = iter(tf.data.Dataset.range(2))
    >>> [int(x) for x in iterator]
    [0, 1]
    """

    def __init__(self, elements, element_spec):
        self._elements, self._element_spec = elements, element_spec

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._element_spec

    @property
    def _type_spec(self):
        return IteratorSpec(self._element_spec)

    def __iter__(self):
        return self

    def __next__(self):
        check_outside_of_traces()
        with recording_suspended():
            return next(self._elements)

    def get_next(self):
        """The next element; OutOfRangeError if there is none."""
        try:
            return self.__next__()
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None

    def get_next_as_optional(self):
        """The next element as an Optional, empty if there is none."""
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
