"""Where elements come from: tensors, ranges, generators."""

import itertools
import traceback

import numpy

from tapeflow.batching.encoders import encoded
from tapeflow.core import nest
from tapeflow.core.context import outside_iterators
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import as_dtype, int64
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OpError, UnknownError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import structure
from tapeflow.data.arguments import Description, count_of
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.seeds import Seeds, random_words
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.layout import shape_of


def _known(element):
    """The element with eager tensors in the place of those of a program that are known when it is traced."""
    return nest.map_structure(_known_leaf, element)


def _known_leaf(value):
    if type(value) is not SymbolicTensor or isinstance(value.tracer, Description):
        return value
    try:
        return value.tracer.known(value)
    except ValueError:  # it depends on an argument: see `late.py`
        return value


class TensorDataset(DatasetV2):
    """One element."""

    def __init__(self, tensors):
        self._element = _known(structure.normalized(tensors))
        super().__init__(structure.spec_of(self._element), 1)

    def _elements(self):
        yield self._element


class ListedDataset(DatasetV2):
    """Elements that are there already, such as those of a window or a group."""

    def __init__(self, elements, element_spec):
        self._listed = elements
        super().__init__(element_spec, len(elements))

    def _elements(self):
        return iter(self._listed)


def listed(elements):
    """The data set of a list of nests of tensors. ValueError for other things and for nests that differ."""
    if not isinstance(elements, list) or not elements:
        raise ValueError(
            f"Invalid `elements`. `elements` should be a list that is not empty; got {type(elements).__name__}. "
            "`tf.data.Dataset.range(0)` has no elements."
        )
    found = [_known(structure.normalized(each)) for each in elements]
    specs = [structure.spec_of(each) for each in found]
    for each in specs[1:]:
        nest.assert_same_structure(specs[0], each)
    columns = zip(*map(nest.flatten, specs), strict=True)
    joined = [first.most_specific_common_supertype(others) for first, *others in columns]
    if None in joined:
        raise TypeError(f"Elements of the list have different dtypes or ranks: {specs}")
    return ListedDataset(found, nest.pack_sequence_as(specs[0], joined))


class TensorSliceDataset(DatasetV2):
    """The rows of tensors, side by side."""

    def __init__(self, tensors):
        self._whole = _known(structure.normalized(tensors))
        whole_specs = structure.spec_of(self._whole)
        leaves = nest.flatten(self._whole)
        if not leaves or all([each is None for each in leaves]):
            raise ValueError("Invalid `element`. `element` should not be empty.")
        parts = encoded(whole_specs, self._whole, minimum_rank=1)
        sizes = [_num_rows(each) for each in parts if each is not None]
        if len(set(sizes)) > 1:
            raise ValueError(
                f"Dimensions {sizes[0]} and {next(s for s in sizes if s != sizes[0])} are not compatible"
            )
        self._dense = all([isinstance(each, Tensor) for each in leaves])
        super().__init__(nest.map_structure(structure.without_leading, whole_specs), sizes[0])

    def _elements(self):
        specs = nest.flatten(structure.spec_of(self._whole))
        columns = [
            structure.rows_of(leaf, spec) for leaf, spec in zip(nest.flatten(self._whole), specs, strict=True)
        ]
        columns = [itertools.repeat(None) if each is None else each for each in columns]
        rows = zip(*columns, strict=False)
        return map(structure.packing(self._element_spec), rows)

    def _places(self):
        return iter([numpy.arange(self._size)]) if self._dense else None

    def _rows(self, places):
        first, last = int(places[0]), int(places[-1])
        if last - first == len(places) - 1 and numpy.array_equal(places, numpy.arange(first, last + 1)):
            return nest.map_structure(
                lambda each: wrap(each._array[first : last + 1], each._dtype), self._whole
            )
        return nest.map_structure(lambda each: wrap(each._array[places], each._dtype), self._whole)


def _num_rows(value):
    if value.shape.rank == 0:
        raise ValueError(
            "Unbatching a tensor is only supported for rank >= 1: `from_tensor_slices` takes tensors with rows; "
            f"got {value!r}."
        )
    if value.shape[0] is not None:
        return int(value.shape[0])
    return count_of(value.nrows() if hasattr(value, "nrows") else shape_of(value, dtype=int64)[0])


class RangeDataset(DatasetV2):
    """start, start + step, ... before stop."""

    def __init__(self, *limits, output_type=int64, name=None):
        if not 1 <= len(limits) <= 3:
            raise ValueError(f"Invalid `args`. The length of `args` should be between 1 and 3; got {limits}")
        limits = [count_of(each) for each in limits]
        if len(limits) == 3 and limits[2] == 0:
            raise InvalidArgumentError(None, None, "step must be a non-zero integer. [Op:RangeDataset]")
        self._range = range(*limits)
        self._dtype = as_dtype(output_type)
        super().__init__(TensorSpec([], self._dtype), len(self._range))

    def _elements(self):
        kind = self._dtype.array_dtype.type
        for each in self._range:
            yield wrap(kind(each), self._dtype)

    def _places(self):
        yield numpy.arange(len(self._range))

    def _rows(self, places):
        found = places * self._range.step + self._range.start
        return wrap(found.astype(self._dtype.array_dtype), self._dtype)


class GeneratorDataset(DatasetV2):
    """What a function's generator yields."""

    _kind = "_FlatMapDataset"

    def __init__(self, generator, output_signature, arguments):
        if not callable(generator):
            raise TypeError("`generator` must be a Python callable.")
        self._generator, self._arguments = generator, arguments
        super().__init__(output_signature, UNKNOWN_CARDINALITY)

    def _elements(self):
        values = iter(_told(self._generator, *self._arguments))
        while True:
            value = _told(next, values, _END)
            if value is _END:
                return
            yield self._checked(value)

    def _checked(self, value):
        if isinstance(value, list) and isinstance(self._element_spec, tuple):
            value = tuple(value)
        try:
            element = structure.normalized(value, self._element_spec)
            nest.assert_same_structure(element, self._element_spec, check_types=False)
        except (TypeError, ValueError, KeyError) as error:
            raise InvalidArgumentError(
                None,
                None,
                f"TypeError: `generator` yielded an element that did not match the expected structure. The expected "
                f"structure was {self._element_spec}, but the yielded element was {value!r}. [Op:IteratorGetNext]",
            ) from error
        for leaf, spec in zip(nest.flatten(element), nest.flatten(self._element_spec), strict=True):
            if not spec.is_compatible_with(leaf):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"TypeError: `generator` yielded an element of shape {leaf.shape} and dtype {leaf.dtype.name} "
                    f"where an element of {spec} was expected. [Op:IteratorGetNext]",
                )
        return element


_END = object()


def _told(function, *arguments):
    """The result of the user's Python; what it raises arrives as TensorFlow's class, with its own traceback."""
    try:
        with outside_iterators():
            return function(*arguments)
    except (OpError, StopIteration, GeneratorExit):
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        kind = InvalidArgumentError if isinstance(error, (TypeError, ValueError)) else UnknownError
        raise kind(None, None, f"{type(error).__name__}: {error}\n{text} [Op:IteratorGetNext]") from error


class RandomDataset(DatasetV2):
    """Random numbers of 32 bits without end, as int64; for a seed those of TensorFlow."""

    def __init__(self, seed=None, rerandomize_each_iteration=False):
        self._seeds = Seeds(seed, bool(rerandomize_each_iteration))
        super().__init__(TensorSpec([], int64), INFINITE_CARDINALITY)

    def _elements(self):
        return (wrap(numpy.int64(each), int64) for each in self._numbers())

    def _numbers(self):
        """The numbers as ints."""
        return random_words(*self._seeds.following())


class CountedDataset(DatasetV2):
    """start, start + step, ... without end."""

    _kind = "_ScanDataset"

    def __init__(self, start, step, dtype):
        self._dtype = as_dtype(dtype)
        for each in (start, step):
            as_tensor(each, self._dtype)
        self._start, self._step = (array_from_value(each, self._dtype)[()] for each in (start, step))
        super().__init__(TensorSpec([], self._dtype), INFINITE_CARDINALITY)

    def _elements(self):
        number = self._start
        while True:
            yield wrap(number, self._dtype)
            number = number + self._step
