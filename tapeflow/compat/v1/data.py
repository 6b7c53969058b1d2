"""tf.compat.v1.data: data sets with TensorFlow 1's methods, and iterators whose elements are tensors of a graph."""

import functools
import inspect

from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.errors import FailedPreconditionError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    DatasetSpec,
    FixedLengthRecordDataset,
    NumpyIterator,
    Options,
    TextLineDataset,
    TFRecordDataset,
    ThreadingOptions,
    experimental,
    in_traces,
)
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.transformations import FromOne

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "Iterator",
    "NumpyIterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "ThreadingOptions",
    "experimental",
    "get_output_classes",
    "get_output_shapes",
    "get_output_types",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]


def _builds_graph():
    """Whether calls of this thread become operations of a graph for sessions."""
    return getattr(state.interpreter, "is_open", False)


class _Described:
    """What TensorFlow 1 asks of data sets and iterators."""

    @property
    def output_types(self):
        """The nest of dtypes of the elements."""
        return get_output_types(self)

    @property
    def output_shapes(self):
        """The nest of shapes of the elements."""
        return get_output_shapes(self)

    @property
    def output_classes(self):
        """The nest of classes of the elements."""
        return get_output_classes(self)


class Dataset(_Described, FromOne):
    """A data set with TensorFlow 1's methods beside those of `tf.data.Dataset`.

    >>> int(tf.compat.v1.data.Dataset.range(3).map(lambda x: x + 1).make_one_shot_iterator().get_next())
    1
    """

    def __init__(self, source):
        super().__init__(source, ())

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._source.element_spec

    def make_one_shot_iterator(self):
        """See `tf.compat.v1.data.make_one_shot_iterator`."""
        return make_one_shot_iterator(self)

    def make_initializable_iterator(self, shared_name=None):
        """See `tf.compat.v1.data.make_initializable_iterator`."""
        return make_initializable_iterator(self, shared_name)


def _giving_own(function):
    """The function with data sets of this module as results."""

    @functools.wraps(function)
    def called(*arguments, **keywords):
        result = function(*arguments, **keywords)
        return Dataset(result) if isinstance(result, DatasetV2) and type(result) is not Dataset else result

    return called


for _name in [each for each in dir(DatasetV2) if not each.startswith("_") and each not in vars(Dataset)]:
    _member = inspect.getattr_static(DatasetV2, _name)
    if isinstance(_member, staticmethod):
        setattr(Dataset, _name, staticmethod(_giving_own(_member.__func__)))
    elif inspect.isfunction(_member):
        setattr(Dataset, _name, _giving_own(_member))


class Iterator(_Described):
    """Gives the elements of a data set to a graph: its tensors are other ones in each run of a session.

    Where it is, all sessions share. dataset: None for one whose initializers say which.
    """

    def __init__(self, dataset, element_spec, needs_initializer):
        self._dataset, self.element_spec = dataset, element_spec
        self._needs_initializer = needs_initializer
        self._elements = None
        self._initializer = (
            self.make_initializer(dataset) if dataset is not None and needs_initializer else None
        )

    @staticmethod
    def from_structure(output_types, output_shapes=None, shared_name=None, output_classes=None):
        """An iterator for all data sets whose elements have these dtypes and shapes; see `make_initializer`."""
        types = nest.flatten(output_types)
        shapes = [None] * len(types) if output_shapes is None else _flat_up_to(output_types, output_shapes)
        specs = [TensorSpec(shape, dtype) for shape, dtype in zip(shapes, types, strict=True)]
        return Iterator(None, nest.pack_sequence_as(output_types, specs), True)

    @property
    def initializer(self):
        """The operation that has it begin anew. ValueError if it needs none."""
        if self._initializer is None:
            raise ValueError("The iterator does not have an initializer.")
        return self._initializer

    def make_initializer(self, dataset, name=None):
        """The operation that has it begin with this data set."""
        return start_iterator(iterator=self, dataset=dataset).op

    def get_next(self, name=None):
        """The next element, tensors of the graph. In a run after the last one they raise OutOfRangeError."""
        return in_traces.resume(self).get_next()

    def start(self, dataset):
        """Begins anew."""
        self._elements = iter(dataset)

    def __next__(self):
        if self._elements is None:
            if self._needs_initializer:
                raise FailedPreconditionError(
                    None,
                    None,
                    "GetNext() failed because the iterator has not been initialized. Ensure that you have run the "
                    "initializer operation for this iterator before getting the next element.",
                )
            self.start(self._dataset)
        return next(self._elements)


def _flat_up_to(structure, nested):
    if not nest.is_nested(structure):
        return [nested]
    keys = sorted(structure) if isinstance(structure, dict) else range(len(structure))
    return [each for key in keys for each in _flat_up_to(structure[key], nested[key])]


@op("InitializeIterator", effect=True, calls_python=True)
def start_iterator(xp, *, iterator, dataset):
    """Has an iterator begin with a data set."""
    iterator.start(dataset)
    return xp.bool_(True)


start_iterator.spec(lambda iterator, dataset: TensorSpec([], "bool"))
no_gradient(start_iterator)


def make_one_shot_iterator(dataset):
    """An iterator that begins by itself: in a graph an Iterator of this module, else `iter(dataset)`.

    >>> iterator = tf.compat.v1.data.make_one_shot_iterator(tf.data.Dataset.range(2))
    >>> int(iterator.get_next()), int(iterator.get_next())
    (0, 1)
    """
    return Iterator(dataset, dataset.element_spec, False) if _builds_graph() else iter(dataset)


def make_initializable_iterator(dataset, shared_name=None):
    """An iterator in a graph that begins, again and again, when its `initializer` is run. RuntimeError outside.

    >>> with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    ...     iterator = tf.compat.v1.data.make_initializable_iterator(tf.data.Dataset.range(3))
    ...     element = iterator.get_next()
    ...     session.run(iterator.initializer)
    ...     session.run(element), session.run(element)
    (np.int64(0), np.int64(1))
    """
    if not _builds_graph():
        raise RuntimeError(
            "`make_initializable_iterator()` is not supported in eager mode. Use Python-style iteration instead."
        )
    return Iterator(dataset, dataset.element_spec, True)


def get_output_types(dataset_or_iterator):
    """The nest of dtypes of the elements.

    >>> tf.compat.v1.data.get_output_types(tf.data.Dataset.range(3))
    tf.int64
    """
    return nest.map_structure(lambda each: each.dtype, dataset_or_iterator.element_spec)


def get_output_shapes(dataset_or_iterator):
    """The nest of shapes of the elements."""
    return nest.map_structure(lambda each: each.shape, dataset_or_iterator.element_spec)


def get_output_classes(dataset_or_iterator):
    """The nest of classes of the elements."""
    return nest.map_structure(
        lambda each: Tensor if isinstance(each, TensorSpec) else each.value_type,
        dataset_or_iterator.element_spec,
    )
