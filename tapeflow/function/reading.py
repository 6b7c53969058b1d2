"""Functions of streams: the elements that such a function takes are taken first, then a program for them runs.

Nobody can tell the difference as long as the function does nothing else before that could be seen, and takes as many
each time. What a trace finds to be otherwise runs as the Python that it is.
"""

from tapeflow.core import nest
from tapeflow.core.errors import OutOfRangeError
from tapeflow.core.spec import TensorSpec
from tapeflow.graph.tracing import current

_MOST_ELEMENTS = 16
"""A function that takes more of a stream runs as Python."""


NOT_NOW = object()
"""In the place of a Reader: the streams have too few elements left to trace the function for them."""


class NotReadableError(Exception):
    """A traced function takes elements where they cannot be taken beforehand."""


class Reader:
    """Calls the program of a function of streams whose elements are of one kind."""

    def __init__(self, element_specs, counts, concrete, wrap):
        self._counts = counts
        self._leaves_of = [_leaves_of(each) for each in element_specs]
        self._concrete = concrete
        self._wrap = (
            wrap  # a function that makes the result of what the program gives; None: it is the result
        )

    def __call__(self, streams):
        """The result of the function. OutOfRangeError if a stream ends."""
        tensors = []
        for stream, count, leaves_of in zip(streams, self._counts, self._leaves_of, strict=True):
            for _ in range(count):
                tensors += leaves_of(stream.get_next())
        found = self._concrete.call_tensors(tensors)
        return found if self._wrap is None else self._wrap(found)


def reader_for(function, streams, concrete_for):
    """The Reader of a Python function, made by tracing it; None if it must run as Python, NOT_NOW if that cannot be
    told yet. No element is lost.

    concrete_for(flat_function, specs, tensors): the ConcreteFunction of a function of tensors.
    """
    specs = tuple([each.element_spec for each in streams])
    counts = [1] * len(streams)
    while True:
        trial = _Trial(function, streams, counts)
        tensors = _first_tensors(streams, counts)
        if tensors is None:
            return NOT_NOW
        try:
            concrete = concrete_for(trial, trial.specs, tensors)
        except (NotReadableError, NotImplementedError):
            concrete = None
        if trial.is_refused:
            return None
        if trial.taken == counts:
            return None if concrete is None else Reader(specs, counts, concrete, trial.wrap)
        counts = trial.taken


def _first_tensors(streams, counts):
    """The tensors of so many elements of each stream, which goes on with them; None if there are not so many."""
    tensors, has_ended = [], False
    for stream, count in zip(streams, counts, strict=True):
        elements = []
        try:
            for _ in range(count):
                elements.append(stream.get_next())
        except OutOfRangeError:
            has_ended = True
        stream.put_back(elements)
        tensors += nest.flatten(elements, expand_composites=True)
    return None if has_ended else tensors


class _Trial:
    """The function as one of the tensors of so many elements: what is traced."""

    def __init__(self, function, streams, counts):
        self._function, self._streams, self._counts = function, streams, counts
        self._elements_like = [
            [each.element_spec] * count for each, count in zip(streams, counts, strict=True)
        ]
        self.specs = [
            TensorSpec(each.shape, each.dtype)
            for each in nest.flatten(self._elements_like, expand_composites=True)
        ]
        self.is_refused = False
        self.taken = list(counts)
        self.wrap = None
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, *tensors):
        elements = nest.pack_sequence_as(self._elements_like, list(tensors), expand_composites=True)
        self._tracer = current()
        self.taken = [0] * len(elements)
        stand_ins = [
            stream.stand_in(self._taker(place, each))
            for place, (stream, each) in enumerate(zip(self._streams, elements, strict=True))
        ]
        result = self._function(*stand_ins)
        if not hasattr(result, "_unwrapped"):
            return result
        found = result._unwrapped()  # of an Optional, which no program can have as a result
        if found is None:
            self.is_refused = True
            raise NotReadableError("What comes may be nothing.")
        result, self.wrap = found
        return result

    def _taker(self, place, elements):
        """The function that gives the next element of a stream while the function is traced."""

        def take(can_be_known=True):
            tracer = current()
            if (
                not can_be_known
                or self.taken[place] == _MOST_ELEMENTS
                or tracer is not self._tracer
                or tracer.has_done_something()
            ):
                self.is_refused = True
                raise NotReadableError("Elements are taken where they cannot be taken beforehand.")
            self.taken[place] += 1
            if self.taken[place] > len(elements):
                raise NotReadableError("More elements are taken than were traced for.")
            return elements[self.taken[place] - 1]

        return take


def _leaves_of(spec):
    """The function from an element to its tensors."""
    if isinstance(spec, TensorSpec):
        return lambda element: (element,)
    if type(spec) is tuple and all([isinstance(each, TensorSpec) for each in spec]):
        return lambda element: element
    return lambda element: nest.flatten(element, expand_composites=True)
