"""Data sets and iterators in a program: ops that take elements when it runs.

A handle is a scalar that holds an Iterator. Loops of converted functions (`graph/autograph/loops.py`) ask what `begin`
returns.
"""

import numpy

from tapeflow.core import nest
from tapeflow.core.context import interpreting, state
from tapeflow.core.dtypes import variant
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.data.arguments import Description
from tapeflow.data.late import late_of
from tapeflow.data.optional import Optional, filler
from tapeflow.graph.notes import note_now
from tapeflow.graph.tracing import Tracer, current

_MOST_CALLS = 100_000
HANDLE = TensorSpec([], variant)
"""What the tensors are that hold iterators, and data sets that are elements."""


def is_traced():
    """Whether a function is traced; NotImplementedError while one is vectorized."""
    if state.interpreter is None:
        return False
    if not isinstance(state.interpreter, Tracer) or isinstance(state.interpreter, Description):
        raise NotImplementedError(
            "Elements of a data set cannot be taken here: there is no program that takes them."
        )
    return True


def held(handle):
    """What a handle holds."""
    return numpy.asarray(handle)[()]


def handle_of(value):
    """A handle of an Iterator or a data set, an eager tensor."""
    return wrap(_boxed(value), variant)


@op("MakeIterator", effect=True, calls_python=True, takes=True)
def make_iterator(xp, *, dataset):
    """A handle of a new iterator over a data set."""
    return _boxed(iter(dataset))


@op("MakeLateIterator", effect=True, calls_python=True, takes=True, any_rank=True)
def make_late_iterator(xp, *values, late):
    """A handle of a new iterator over a data set that is made of what the program has computed."""
    return _boxed(
        iter(late.made([wrap(each, of.dtype) for each, of in zip(values, late.tensors, strict=True)]))
    )


@op("IteratorHandle", effect=True, calls_python=True, takes=True)
def iterator_handle(xp, *, iterator):
    """A handle of an iterator that is there."""
    return _boxed(iterator)


def _boxed(value):
    box = numpy.empty((), object)
    box[()] = value
    return box


@op("IteratorHasNext", effect=True, calls_python=True, takes=True)
def has_next(xp, handle):
    """Whether there is another element."""
    return numpy.bool_(held(handle).has_next())


@op("IteratorGetNext", effect=True, calls_python=True, takes=True)
def get_next(xp, handle, *, specs):
    """The tensors of the next element. OutOfRangeError if there is none."""
    try:
        element = held(handle).__next__()
    except StopIteration:
        raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None
    return _arrays(element, specs)


@op("IteratorGetNextAsOptional", effect=True, calls_python=True, takes=True)
def get_next_as_optional(xp, handle, *, specs):
    """Whether there is another element, and its tensors: of size 0 where nothing else is known, if there is none."""
    try:
        element = held(handle).__next__()
    except StopIteration:
        return (numpy.bool_(False), *[filler(each) for each in specs])
    return (numpy.bool_(True), *_arrays(element, specs))


def _arrays(element, specs):
    if type(element) is not tuple or not all([type(each) is EagerTensor for each in element]):
        element = [_leaf(each) for each in nest.flatten(element, expand_composites=True) if each is not None]
    for leaf, spec in zip(element, specs, strict=True):
        if leaf._dtype is not spec._dtype or not _fits(leaf._array.shape, spec._shape._dims):
            raise InvalidArgumentError(
                None,
                None,
                f"An element of {leaf.dtype.name}{list(leaf.dims)} came where {spec} was expected: the function was "
                "traced for the first element of a data set that does not say of what kind its elements are. "
                "[Op:IteratorGetNext]",
            )
    return tuple([each._array for each in element])


def _fits(shape, dims):
    """Whether a shape has the sizes of `dims` that are known."""
    if dims is None:
        return True
    if len(shape) != len(dims):
        return False
    for size, known in zip(shape, dims, strict=True):
        if known is not None and size != known:
            return False
    return True


def _leaf(value):
    return value if isinstance(value, Tensor) else handle_of(value)


make_iterator.spec(lambda dataset: HANDLE)
make_late_iterator.spec(lambda *values, late: HANDLE)
iterator_handle.spec(lambda iterator: HANDLE)
has_next.spec(lambda handle: TensorSpec([], "bool"))
get_next.spec(lambda handle, specs: specs)
get_next_as_optional.spec(lambda handle, specs: (TensorSpec([], "bool"), *specs))
for _each in (make_iterator, make_late_iterator, iterator_handle, has_next, get_next, get_next_as_optional):
    no_gradient(_each)


class Source:
    """A handle in a program that is traced, and what its elements are. is_new: whether the iterator is, too."""

    def __init__(self, handle, element_spec, is_new=False):
        self._handle, self._element_spec, self.is_new = handle, element_spec, is_new
        self._specs = tuple(nest.flatten(element_spec, expand_composites=True))

    def has_next(self):
        """Whether there is another element, a bool scalar of the program."""
        note_now(current())
        return has_next(self._handle)

    def get_next(self):
        """The next element."""
        note_now(current())
        return self._packed(get_next(self._handle, specs=self._specs))

    def next_orfiller(self):
        """(whether there was another element, it or a filler)."""
        note_now(current())
        present, *leaves = get_next_as_optional(self._handle, specs=self._specs)
        return present, self._packed(leaves)

    def _packed(self, leaves):
        return nest.pack_sequence_as(self._element_spec, list(leaves), expand_composites=True)


def begin(dataset):
    """The Source of a new iterator over a data set."""
    with interpreting(None):  # the first element may have to tell
        element_spec = dataset.element_spec
    late = late_of(dataset)
    if late is not None:
        return Source(make_late_iterator(*late.tensors, late=late), element_spec, is_new=True)
    return Source(make_iterator(dataset=dataset), element_spec, is_new=True)


def resume(iterator):
    """The Source of an iterator that is there."""
    return Source(iterator_handle(iterator=iterator), iterator.element_spec)


class TracedIterator:
    """What `iter(dataset)` is while a function is traced: its elements are taken when the program runs."""

    def __init__(self, source):
        self._source = source
        self.element_spec = source._element_spec
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
    present, value = source.next_orfiller()
    return Optional(value, source._element_spec, present)
