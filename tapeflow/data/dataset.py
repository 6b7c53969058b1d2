"""DatasetV2: what all data sets have in common, and the names that make others of them."""

import itertools

import numpy

from tapeflow.core.context import state
from tapeflow.core.dtypes import int64
from tapeflow.core.eager import wrap
from tapeflow.core.shapes import as_shape
from tapeflow.data import in_traces, structure
from tapeflow.data.iterator import Iterator, NumpyIterator
from tapeflow.data.late import late_of
from tapeflow.data.options import Options
from tapeflow.data.specs import ElementsSpec
from tapeflow.function.streams import Source

_NOTHING_SAID = Options()


class DatasetSpec(ElementsSpec):
    """The description of a data set: `element_spec`, that of its elements.

    >>> tf.data.DatasetSpec.from_value(tf.data.Dataset.range(3)).element_spec
    TensorSpec(shape=(), dtype=tf.int64, name=None)
    """

    __slots__ = ("_dataset_shape",)

    def __init__(self, element_spec, dataset_shape=()):
        super().__init__(element_spec)
        self._dataset_shape = as_shape(dataset_shape)

    def _serialize(self):
        return self._element_spec, self._dataset_shape

    @property
    def value_type(self):
        """The class of what this describes."""
        return DatasetV2

    @property
    def _component_specs(self):
        return in_traces.HANDLE

    def _from_components(self, components):
        from tapeflow.data.handled import HandledDataset  # which is a data set itself

        return HandledDataset(components, self._element_spec)


class DatasetV2(Source):
    """A sequence of elements, nests of tensors, that can be gone through again and again.

    >>> dataset = tf.data.Dataset.from_tensor_slices([1, 2, 3]).map(lambda x: x * x)
    >>> [int(x) for x in dataset]
    [1, 4, 9]
    """

    # Keras tells data sets by the names of their class and its module.
    __module__ = "tensorflow.python.data.ops.dataset_ops"

    def __new__(cls, *args, **kwargs):
        """Remembers how it is made, while a function is traced: `late.py` makes it again."""
        made = super().__new__(cls)
        if state.interpreter is not None:
            made._made_with = args, kwargs
        return made

    def __init__(self, element_spec, size, options=None):
        self._element_spec, self._size = element_spec, size
        self._options = _NOTHING_SAID if options is None else options

    # What a kind of data set defines.

    def _elements(self):
        """A generator of the elements."""
        raise NotImplementedError(f"{type(self).__name__} must define _elements().")

    def _elements_after(self, count):
        """The elements but for the first `count`, whose values nobody needs."""
        return itertools.islice(self._elements(), count, None) if count else self._elements()

    def _places(self):
        """A generator of arrays of places, for data sets whose elements are rows; else None."""
        return None

    def _rows(self, places):
        """The elements at an array of places, stacked."""
        raise NotImplementedError(f"{type(self).__name__} has no rows.")

    # What users ask.

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements.

        >>> tf.data.Dataset.range(3).batch(2).element_spec
        TensorSpec(shape=(None,), dtype=tf.int64, name=None)
        """
        if (
            self._element_spec is None
        ):  # that of a function which cannot be traced is that of the first element
            for element in self._elements():
                self._element_spec = structure.spec_of(element)
                break
        return self._element_spec

    def __iter__(self):
        if state.interpreter is not None and in_traces.is_traced():
            if getattr(state.interpreter, "is_open", False):
                raise RuntimeError(
                    "`tf.data.Dataset` only supports Python-style iteration in eager mode or within tf.function."
                )
            return in_traces.TracedIterator(in_traces.begin(self))
        return Iterator(self)

    def _begin_in_trace(self):
        return in_traces.begin(self)

    def as_numpy_iterator(self):
        """An iterator over the elements as NumPy arrays.

        >>> list(tf.data.Dataset.range(2).as_numpy_iterator())
        [np.int64(0), np.int64(1)]
        """
        return NumpyIterator(self)

    def cardinality(self, name=None):
        """The number of elements, an int64 scalar; -1: infinitely many, -2: not known.

        >>> int(tf.data.Dataset.range(10).batch(4).cardinality())
        3
        """
        self._check_known()
        return wrap(numpy.int64(self._size), int64)

    def _check_known(self):
        if late_of(self) is not None:
            raise NotImplementedError(
                "The number of elements of a data set of tensors that are computed in a traced function is not known "
                "while it is traced."
            )

    def __len__(self):
        self._check_known()
        if self._size == -1:
            raise TypeError("The dataset is infinite.")
        if self._size == -2:
            raise TypeError("The dataset length is unknown.")
        return self._size

    def __bool__(self):
        return True

    def options(self):
        """The Options that are in force."""
        return _NOTHING_SAID.merge(self._options)

    def apply(self, transformation_func):
        """What a function of data sets makes of this one. TypeError if that is no data set."""
        result = transformation_func(self)
        if not isinstance(result, DatasetV2):
            raise TypeError(
                f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(result)}."
            )
        return result

    def reduce(self, initial_state, reduce_func, name=None):
        """The state after `reduce_func(state, element)` for every element.

        TypeError if it gives another dtype than the state has.

        >>> int(tf.data.Dataset.range(4).reduce(tf.constant(0, tf.int64), lambda total, x: total + x))
        6
        """
        from tapeflow.data.reduction import reduced  # which makes data sets itself

        return reduced(self, initial_state, reduce_func)

    def get_single_element(self, name=None):
        """The only element. InvalidArgumentError if there are none or several."""
        from tapeflow.core.errors import InvalidArgumentError

        found = [element for element, _ in zip(self, range(2), strict=False)]
        if len(found) != 1:
            how = "empty" if not found else "had more than one element"
            raise InvalidArgumentError(None, None, f"Dataset was {how}. [Op:DatasetToSingleElement]")
        return found[0]

    def __repr__(self):
        kind = type(self).__name__.strip("_")
        return f"<{kind} element_spec={self.element_spec!r}>"

    @property
    def _type_spec(self):
        return DatasetSpec(self.element_spec)
