"""Data sets that put elements together: windows, groups of one key, batches of other sizes, ragged batches."""

import itertools

import numpy

from tapeflow.core import nest
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.spec import TensorSpec, ragged
from tapeflow.data import cardinality, structure
from tapeflow.data.arguments import count_of
from tapeflow.data.batches import BatchDataset
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetSpec
from tapeflow.data.functions import KEY, DatasetFunction, StateFunction, key_tensor, scalar_function
from tapeflow.data.mapping import ElementFunction
from tapeflow.data.sources import ListedDataset
from tapeflow.data.transformations import FromOne


class WindowDataset(FromOne):
    """Windows of elements, each part of an element as a data set of its own."""

    def __init__(self, source, size, shift, stride, drop_remainder):
        counts = {}
        for name, value in (("size", size), ("shift", size if shift is None else shift), ("stride", stride)):
            counts[name] = count_of(value)
            if counts[name] < 1:
                raise InvalidArgumentError(
                    None, None, f"Window {name} must be greater than zero. [Op:WindowDataset]"
                )
        self._shift, self._stride = counts["shift"], counts["stride"]
        self._span = (counts["size"] - 1) * self._stride + 1
        self._drop_remainder = bool(drop_remainder)
        self._parts = nest.flatten(source.element_spec)
        self._flat = structure.flattening(source.element_spec)
        self._packed = structure.packing(source.element_spec)
        count = cardinality.windows(source._size, self._span, self._shift, self._drop_remainder)
        super().__init__(source, nest.map_structure(DatasetSpec, source.element_spec), count)

    def _elements(self):
        elements = self._source._elements()
        held = []
        while True:
            held += itertools.islice(elements, self._span - len(held))
            if not held or (self._drop_remainder and len(held) < self._span):
                return
            yield self._window(held[:: self._stride])
            skipped = self._shift - len(held)
            del held[: self._shift]
            if skipped > 0:
                next(itertools.islice(elements, skipped - 1, None), None)

    def _window(self, elements):
        columns = zip(*map(self._flat, elements), strict=True)
        parts = [ListedDataset(list(column), spec) for column, spec in zip(columns, self._parts, strict=True)]
        return self._packed(tuple(parts))

    def _places(self):
        return None


class GroupByWindowDataset(FromOne):
    """What a function makes of every so many elements of one key."""

    _is_traced = True  # the function that makes a data set of a group

    def __init__(self, source, key_function, reduce_function, window_size_function):
        self._key = scalar_function(key_function, source.element_spec, "key_func")
        self._window_size = scalar_function(window_size_function, KEY, "window_size_func")
        self._reduce = DatasetFunction(
            reduce_function, (KEY, DatasetSpec(source.element_spec)), "reduce_func", self._is_traced
        )
        super().__init__(source, (), UNKNOWN_CARDINALITY)

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._reduce.spec_of_elements(self._elements)

    def _elements(self):
        groups, sizes = {}, {}
        for element in self._source._elements():
            key = self._key_of(element)
            if key not in groups:
                groups[key], sizes[key] = [], self._size_of(key)
            group = groups[key]
            group.append(element)
            if len(group) == sizes[key]:
                del groups[key]
                yield from self._reduced(key, group)
        for key in sorted(groups):
            yield from self._reduced(key, groups[key])

    def _key_of(self, element):
        return int(self._key(element))

    def _size_of(self, key):
        size = int(self._window_size(key_tensor(key)))
        if size < 1:
            raise InvalidArgumentError(
                None, None, f"Window size must be greater than zero, but got {size}. [Op:IteratorGetNext]"
            )
        return size

    def _reduced(self, key, group):
        return self._reduce((key_tensor(key), ListedDataset(group, self._source.element_spec)))._elements()

    def _places(self):
        return None


class Reducer:
    """How the elements of a group become one: `state = init_func(key)`, then `state = reduce_func(state, element)` for
    each, and `finalize_func(state)` at the end.

    >>> reducer = tf.data.experimental.Reducer(lambda key: key, lambda state, x: state + x, lambda state: state)
    >>> sums = tf.data.Dataset.range(4).apply(tf.data.experimental.group_by_reducer(lambda x: x % 2, reducer))
    >>> [int(x) for x in sums]
    [2, 5]
    """

    def __init__(self, init_func, reduce_func, finalize_func):
        self._functions = init_func, reduce_func, finalize_func

    @property
    def init_func(self):
        """The function of a key that gives the first state."""
        return self._functions[0]

    @property
    def reduce_func(self):
        """The function of a state and an element that gives the next state."""
        return self._functions[1]

    @property
    def finalize_func(self):
        """The function of the last state that gives what becomes of the group."""
        return self._functions[2]


class GroupByReducerDataset(FromOne):
    """One element for each key: what a Reducer makes of the elements of that key."""

    def __init__(self, source, key_function, reducer):
        self._key = scalar_function(key_function, source.element_spec, "key_func", convert=False)
        self._begin = ElementFunction(reducer.init_func, KEY)
        self._step = StateFunction(
            reducer.reduce_func,
            self._begin(key_tensor(0)),
            source.element_spec,
            lambda result: result,
            _wrong_state,
        )
        self._finish = ElementFunction(reducer.finalize_func, self._step.state_spec)
        super().__init__(source, self._finish.output_spec, UNKNOWN_CARDINALITY)

    def _elements(self):
        states = {}
        for element in self._source._elements():
            key = int(self._key(element))
            if key not in states:
                states[key] = self._begin(key_tensor(key))
            states[key] = self._step.checked(states[key], self._step(states[key], element))
        for key in sorted(states):
            yield self._finish(states[key])

    def _places(self):
        return None


def _wrong_state(old, new, what):
    return TypeError(
        f"Invalid `reducer`. The element {what} for the new state {new} do not match the element {what} of the old "
        f"state {old}."
    )


class RebatchDataset(FromOne):
    """The rows of batches in batches of other sizes, which take turns."""

    def __init__(self, source, batch_sizes, drop_remainder):
        sizes = array_from_value(getattr(batch_sizes, "numpy", lambda: batch_sizes)(), int64)
        if numpy.ndim(sizes) > 1:
            raise ValueError(
                "Invalid `batch_sizes`. Expected `batch_sizes` to be a scalar or a vector. Received `batch_sizes` of "
                f"rank {numpy.ndim(sizes)}."
            )
        self._sizes = [int(each) for each in numpy.atleast_1d(sizes)]
        if not self._sizes or min(self._sizes) < 1:
            raise InvalidArgumentError(
                None, None, f"Batch sizes must be greater than zero, but got {batch_sizes}."
            )
        self._drop_remainder = bool(drop_remainder)
        size = self._sizes[0] if len(set(self._sizes)) == 1 else None
        if size is not None and self._may_be_partial(source.element_spec, size):
            size = None
        spec = nest.map_structure(
            lambda each: structure.leading(structure.without_leading(each), size), source.element_spec
        )
        super().__init__(source, spec, UNKNOWN_CARDINALITY)

    def _may_be_partial(self, specs, size):
        if self._drop_remainder:
            return False
        found = []
        for each in nest.flatten(specs):
            dims = each.shape._dims if hasattr(each, "shape") else None
            if dims == ():
                raise ValueError(
                    "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset with scalar "
                    "elements. Fix the issue by adding the `batch` transformation to the dataset."
                )
            if dims is not None and dims[0] is not None:
                found.append(dims[0])
        if len(set(found)) > 1:
            raise ValueError(
                f"Invalid `input_dataset.` The batch dimension of component 0 is {found[0]}, while the batch dimension "
                f"of component i is [{' '.join([str(each) for each in found])}]."
            )
        return not found or found[0] % size != 0

    def _elements(self):
        specs = nest.flatten(self._source.element_spec)
        rows, turns = [], itertools.cycle(self._sizes)
        size = next(turns)
        for element in self._source._elements():
            columns = [structure.rows_of(a, b) for a, b in zip(nest.flatten(element), specs, strict=True)]
            rows += zip(*columns, strict=True)
            while len(rows) >= size:
                yield self._stacked(element, rows[:size])
                del rows[:size]
                size = next(turns)
        if rows and not self._drop_remainder:
            yield self._stacked(element, rows)

    def _stacked(self, like, rows):
        specs = [structure.without_leading(each) for each in nest.flatten(self._source.element_spec)]
        columns = zip(*rows, strict=True)
        leaves = [structure.stacked(list(column), spec) for column, spec in zip(columns, specs, strict=True)]
        return nest.pack_sequence_as(like, leaves)

    def _places(self):
        return None


class RaggedBatchDataset(BatchDataset):
    """Consecutive elements; tensors whose shapes are not known become ragged tensors."""

    def __init__(self, source, batch_size, drop_remainder, row_splits_dtype):
        self._row_splits_dtype = row_splits_dtype
        super().__init__(source, batch_size, drop_remainder)

    def _row_specs(self, source):
        return nest.map_structure(self._row_spec, source.element_spec)

    def _row_spec(self, spec):
        if not isinstance(spec, TensorSpec) or not spec.shape.rank or spec.shape.is_fully_defined():
            return spec
        return ragged.spec(spec, self._row_splits_dtype)
