"""Data sets that pass elements on with an eye on those before: states, what came already, counts, errors."""

import numpy

from tapeflow.core import nest
from tapeflow.core.dtypes import int32, int64, string
from tapeflow.core.errors import FailedPreconditionError, InvalidArgumentError
from tapeflow.core.log import warn
from tapeflow.data import structure
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.functions import StateFunction
from tapeflow.data.transformations import FromOne


class ScanDataset(FromOne):
    """What a function of a state and each element gives beside the next state."""

    def __init__(self, source, initial_state, function):
        self._initial_state = structure.normalized(initial_state)
        self._step = StateFunction(function, self._initial_state, source.element_spec, _state, _wrong_state)
        spec = self._step.output_spec
        super().__init__(source, None if spec is None else spec[1])
        if spec is None:
            self._element_spec = None

    def _elements(self):
        state, step = self._initial_state, self._step
        for element in self._source._elements():
            result = step(state, element)
            state = step.checked(state, _state(result))
            yield result[1]

    def _places(self):
        return None


def _state(result):
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            "Invalid `scan_func`. `scan_func` should return a pair consisting of new state and the output value but "
            f"its return type is {result}."
        )
    return result[0]


def _wrong_state(old, new, what):
    return TypeError(
        f"Invalid `scan_func`. The element {what} for the new state must match the initial state. Expected {old}, got "
        f"{new}."
    )


class UniqueDataset(FromOne):
    """Each element that comes for the first time."""

    def __init__(self, source):
        specs = nest.flatten(source.element_spec)
        for each in specs:
            if each.dtype not in (int32, int64, string):
                raise TypeError(
                    f"`tf.data.Dataset.unique` does not support type {each.dtype} -- only `tf.int32`, `tf.int64`, "
                    "and `tf.string` are supported."
                )
        if len(specs) != 1:
            raise InvalidArgumentError(
                None, None, "UniqueDataset only supports inputs with a single component. [Op:UniqueDataset]"
            )
        super().__init__(source, size=UNKNOWN_CARDINALITY)

    def _elements(self):
        seen = set()
        for element in self._source._elements():
            (tensor,) = nest.flatten(element)
            array = numpy.asarray(tensor._array)
            key = (tensor.dims, tuple(array.ravel().tolist()))
            if key not in seen:
                seen.add(key)
                yield element

    def _places(self):
        return None


class AssertCardinalityDataset(FromOne):
    """The same elements, of which there must be so many."""

    def __init__(self, source, expected):
        super().__init__(source, size=count_of(expected))

    def _elements(self):
        count = 0
        for count, element in enumerate(self._source._elements(), 1):
            if count > self._size and self._size != INFINITE_CARDINALITY:
                raise self._wrong("at least ", count)
            yield element
        if count < self._size or self._size == INFINITE_CARDINALITY:
            raise self._wrong("only ", count)

    def _wrong(self, how, count):
        expected = "an infinite number of" if self._size == INFINITE_CARDINALITY else self._size
        plural, found = ("" if expected == 1 else "s"), "" if count == 1 else "s"
        return FailedPreconditionError(
            None,
            None,
            f"Input dataset was expected to contain {expected} element{plural} but contained {how}{count} "
            f"element{found}. [Op:IteratorGetNext]",
        )

    def _places(self):
        return None


class IgnoreErrorsDataset(FromOne):
    """The elements without those that cannot be computed."""

    def __init__(self, source, log_warning):
        self._log_warning = bool(log_warning)
        super().__init__(source, size=UNKNOWN_CARDINALITY)

    def _elements(self):
        elements = self._source._elements()
        while True:
            try:
                element = next(elements)
            except StopIteration:
                return
            except Exception as error:
                if self._log_warning:
                    warn("Error raised with error message %s", error)
                continue
            yield element

    def _places(self):
        return None


class CopyToDeviceDataset(FromOne):
    """The same elements: there is one device."""
