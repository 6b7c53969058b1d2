"""Arguments that give other values each time, such as iterators over data sets."""

from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import EagerTensor

_SHAPE = "_shape_in_stream"


class Stream:
    """What a function takes values from while it runs, such as an iterator over a data set.

    What it gives next is not known when a function is traced, so that a `tf.function` that is called with one runs as
    Python; unless it is a Readable.
    """


class Readable(Stream):
    """A Stream that says what its elements are like: `element_spec`, `get_next()`.

    They are taken before a program runs (`reading.py`), or by the program: then it gets a handle, the component of the
    CompositeTensor that a Readable is.
    """

    @property
    def can_be_read(self):
        """Whether its elements are made of tensors alone."""
        raise NotImplementedError(f"{type(self).__name__} must define can_be_read.")

    def put_back(self, elements):
        """The next elements to give are these."""
        raise NotImplementedError(f"{type(self).__name__} must define put_back().")

    def stand_in(self, take):
        """What a function gets in place of this while it is traced: `take()` gives an element, `take(False)` says
        that something is asked that only the stream knows.
        """
        raise NotImplementedError(f"{type(self).__name__} must define stand_in().")


def is_readable(value):
    """Whether an argument of a call is a Readable whose elements a program can have."""
    return isinstance(value, Readable) and value.can_be_read


class Source:
    """What a traced loop takes values from, such as a data set. Functions are traced for each one that they get."""


MOST_SOURCES = 4
"""For so many a function keeps its traces, which keep the sources."""


def source_among(arguments):
    """Whether one of the arguments that a function is traced for is a Source."""
    return any([isinstance(reference(), Source) for reference in arguments.watched])


def among(args, kwargs):
    """Whether one of the arguments of a call is a Stream."""
    return any([isinstance(each, Stream) for each in args]) or (
        bool(kwargs) and any([isinstance(each, Stream) for each in kwargs.values()])
    )


def without_handle(args, kwargs):
    """Whether one of the arguments of a call is a Stream that no program can take elements of."""
    return any(
        [isinstance(each, Stream) and not isinstance(each, Readable) for each in (*args, *kwargs.values())]
    )


def mark(element, element_spec):
    """Has the tensors of a stream's first element know what the shapes of the others may be.

    Variables are made in the first trace of a function, and what makes them may look at the shapes that it has: the
    size of a batch is not to be taken for granted then because the first batch has it.
    """
    for leaf, spec in zip(nest.flatten(element), nest.flatten(element_spec), strict=False):
        if isinstance(leaf, CompositeTensor):
            mark(leaf._to_components(), spec._component_specs)
        elif type(leaf) is EagerTensor and not spec.shape.is_fully_defined() and spec.shape.rank is not None:
            setattr(leaf, _SHAPE, spec.shape)


def wide(arguments, specs):
    """The specs, wider for tensors that a stream gave; None if there are none."""
    found = [
        TensorSpec(getattr(tensor, _SHAPE, spec.shape), spec.dtype, spec.name)
        for tensor, spec in zip(arguments.tensors, specs, strict=True)
    ]
    return found if any([a.shape._dims != b.shape._dims for a, b in zip(found, specs, strict=True)]) else None
