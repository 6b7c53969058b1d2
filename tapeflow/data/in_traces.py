"""Data sets and iterators in a program: ops that take elements when it runs.

A handle is a scalar that holds a `_Reader`, Python's own iterator and the element that a loop has asked after. Loops
of converted functions (`graph/autograph/loops.py`) ask what `begin` returns.
"""

import numpy

from tapeflow.core import nest
from tapeflow.core.context import interpreting, state
from tapeflow.core.dtypes import string, variant
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.data.arguments import Description
from tapeflow.data.optional import Optional
from tapeflow.data.specs import ElementsSpec
from tapeflow.graph.tracing import Tracer

_MOST_CALLS = 100_000


def is_traced():
    """Whether a function is traced; NotImplementedError while one is vectorized."""
    if state.interpreter is None:
        return False
    if not isinstance(state.interpreter, Tracer) or isinstance(state.interpreter, Description):
        raise NotImplementedError(
            "Elements of a data set cannot be taken here: there is no program that takes them."
        )
    return True


class _Reader:
    """What a handle holds."""

    def __init__(self, iterator):
        self._iterator = iterator
        self._ahead = []

    def has_next(self):
        """Whether there is another element; it is made, and kept for `take`."""
        if not self._ahead:
            try:
                self._ahead.append(next(self._iterator))
            except StopIteration:
                return False
        return True

    def take(self):
        """The next element. OutOfRangeError if there is none."""
        if not self.has_next():
            raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]")
        return self._ahead.pop()


def _held(handle):
    return numpy.asarray(handle)[()]


@op("MakeIterator", effect=True, calls_python=True)
def make_iterator(xp, *, dataset):
    """A handle of a new iterator over a data set."""
    return _boxed(_Reader(iter(dataset)))


@op("IteratorHandle", effect=True, calls_python=True)
def iterator_handle(xp, *, iterator):
    """A handle of an iterator that is there."""
    return _boxed(_Reader(iterator))


def _boxed(value):
    box = numpy.empty((), object)
    box[()] = value
    return box


@op("IteratorHasNext", effect=True, calls_python=True)
def has_next(xp, handle):
    """Whether there is another element."""
    return numpy.bool_(_held(handle).has_next())


@op("IteratorGetNext", effect=True, calls_python=True)
def get_next(xp, handle, *, element_spec):
    """The tensors of the next element. OutOfRangeError if there is none."""
    return _arrays(_held(handle).take(), element_spec)


@op("IteratorGetNextAsOptional", effect=True, calls_python=True)
def get_next_as_optional(xp, handle, *, element_spec):
    """Whether there is another element, and its tensors: of size 0 where nothing else is known, if there is none."""
    reader = _held(handle)
    if reader.has_next():
        return (numpy.bool_(True), *_arrays(reader.take(), element_spec))
    return (numpy.bool_(False), *[_filler(each) for each in _specs(element_spec)])


def _specs(element_spec):
    return nest.flatten(element_spec, expand_composites=True)


def _arrays(element, element_spec):
    leaves = nest.flatten(element, expand_composites=True)
    for leaf, spec in zip(leaves, _specs(element_spec), strict=True):
        if leaf._dtype is not spec.dtype or not spec.shape.is_compatible_with(leaf.dims):
            raise InvalidArgumentError(
                None,
                None,
                f"An element of {leaf.dtype.name}{list(leaf.dims)} came where {spec} was expected: the function was "
                "traced for the first element of a data set that does not say of what kind its elements are. "
                "[Op:IteratorGetNext]",
            )
    return tuple([each._array for each in leaves])


def _filler(spec):
    dims = tuple([size or 0 for size in spec.dims or ()])
    found = numpy.full(dims, b"" if spec.dtype is string else 0, spec.dtype.array_dtype)
    return found if spec.dtype is string else found[()]


make_iterator.spec(lambda dataset: TensorSpec([], variant))
iterator_handle.spec(lambda iterator: TensorSpec([], variant))
has_next.spec(lambda handle: TensorSpec([], "bool"))
get_next.spec(lambda handle, element_spec: tuple(_specs(element_spec)))
get_next_as_optional.spec(lambda handle, element_spec: (TensorSpec([], "bool"), *_specs(element_spec)))
for _each in (make_iterator, iterator_handle, has_next, get_next, get_next_as_optional):
    no_gradient(_each)


class Source:
    """A handle in a program that is traced, and what its elements are."""

    def __init__(self, handle, element_spec):
        self._handle, self._element_spec = handle, element_spec

    def has_next(self):
        """Whether there is another element, a bool scalar of the program."""
        return has_next(self._handle)

    def get_next(self):
        """The next element."""
        return self._packed(get_next(self._handle, element_spec=self._element_spec))

    def next_or_filler(self):
        """(whether there was another element, it or a filler)."""
        present, *leaves = get_next_as_optional(self._handle, element_spec=self._element_spec)
        return present, self._packed(leaves)

    def _packed(self, leaves):
        return nest.pack_sequence_as(self._element_spec, list(leaves), expand_composites=True)


def begin(dataset):
    """The Source of a new iterator over a data set."""
    with interpreting(None):  # the first element may have to tell
        element_spec = dataset.element_spec
    _check(element_spec)
    return Source(make_iterator(dataset=dataset), element_spec)


def resume(iterator):
    """The Source of an iterator that is there."""
    _check(iterator.element_spec)
    return Source(iterator_handle(iterator=iterator), iterator.element_spec)


def _check(element_spec):
    for each in nest.flatten(element_spec):
        if isinstance(each, ElementsSpec):
            raise NotImplementedError(
                "Elements that are data sets cannot be taken inside a traced function. Give the outer data set to the "
                "function as an argument: it runs as Python then."
            )


class TracedIterator:
    """What `iter(dataset)` is while a function is traced: its elements are taken when the program runs."""

    def __init__(self, dataset):
        self._source = begin(dataset)
        self.element_spec = self._source._element_spec
        self._count = 0

    def _begin_in_trace(self):
        return self._source

    def __iter__(self):
        return self

    def __next__(self):
        self._count += 1
        if self._count > _MOST_CALLS:
            raise RuntimeError(
                "A loop over a data set does not end while a function is traced: AutoGraph must convert what contains "
                "it (autograph=True, and not under tf.autograph.experimental.do_not_convert)."
            )
        return self._source.get_next()

    get_next = __next__

    def get_next_as_optional(self):
        """The next element as an Optional, empty if there is none."""
        return optional_of(self._source)


def optional_of(source):
    """The next element of a Source as an Optional."""
    present, value = source.next_or_filler()
    return Optional(value, source._element_spec, present)
