"""Data sets made of others: element by element, or, where elements are rows, by whole arrays of places."""

import itertools

import numpy

from tapeflow.core import nest
from tapeflow.core.dtypes import int64
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.spec import TensorSpec
from tapeflow.data import cardinality, debug_mode, draws, structure
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.functions import DatasetFunction
from tapeflow.data.mapping import ElementFunction
from tapeflow.data.options import Options
from tapeflow.data.threads import made_ahead, mapped

AUTOTUNE = -1
"""As a number of parallel calls or of elements to prefetch: whatever is best."""
_SIZE_AHEAD = 8
"""How many elements are made ahead where nobody says."""
_MOST_CALLS = 16
"""How many elements a function is called for at once where nobody says: more than there are processors, as it waits."""


class FromOne(DatasetV2):
    """A data set made of another one, whose elements it passes on unless a subclass says otherwise."""

    def __init__(self, source, element_spec=None, size=None):
        super().__init__(
            source.element_spec if element_spec is None else element_spec,
            source._size if size is None else size,
            source._options,
        )
        self._source = source

    def _elements(self):
        return self._source._elements()

    def _places(self):
        return self._source._places()

    def _rows(self, places):
        return self._source._rows(places)


class OptionsDataset(FromOne):
    """The same elements, with options."""

    def __init__(self, source, options):
        if not isinstance(options, Options):
            raise TypeError(f"`with_options` takes tf.data.Options; got {type(options)}: {options!r}")
        super().__init__(source)
        self._options = source._options.merge(options)

    def _elements_after(self, count):
        return self._source._elements_after(count)


class PrefetchDataset(FromOne):
    """The same elements, of which `buffer_size` are made ahead by another thread if they are slow to make."""

    def __init__(self, source, buffer_size=None):
        super().__init__(source)
        self._buffer_size = AUTOTUNE if buffer_size is None else count_of(buffer_size)
        if self._buffer_size < AUTOTUNE:
            raise InvalidArgumentError(
                None,
                None,
                "buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning; got "
                f"{buffer_size}. [Op:PrefetchDataset]",
            )

    def _elements(self):
        return self._ahead(self._source._elements())

    def _elements_after(self, count):
        return self._ahead(self._source._elements_after(count))

    def _ahead(self, elements):
        size = _SIZE_AHEAD if self._buffer_size == AUTOTUNE else self._buffer_size
        return made_ahead(elements, size, draws.child()) if size and not debug_mode.is_on() else elements


class OfPlaces(FromOne):
    """Some elements, perhaps in another order: `_chosen` makes its arrays of places of those of the source."""

    def _chosen(self, places):
        raise NotImplementedError(f"{type(self).__name__} must define _chosen().")

    def _chosen_elements(self, elements):
        """The same for elements that are no rows."""
        raise NotImplementedError(f"{type(self).__name__} must define _chosen_elements().")

    def _places(self):
        places = self._source._places()
        return None if places is None else self._chosen(places)

    def _elements(self):
        return self._chosen_elements(self._source._elements())


class TakeDataset(OfPlaces):
    """The first `count` elements."""

    def __init__(self, source, count):
        self._count = count_of(count)
        super().__init__(source, size=cardinality.taken(source._size, self._count))

    def _chosen(self, places):
        left = self._count
        for each in places:
            if left < 0:
                yield each
                continue
            if not left:
                return
            each = each[:left]
            left -= len(each)
            yield each

    def _chosen_elements(self, elements):
        return elements if self._count < 0 else itertools.islice(elements, self._count)


class SkipDataset(OfPlaces):
    """All but the first `count` elements."""

    def __init__(self, source, count):
        self._count = count_of(count)
        super().__init__(source, size=cardinality.skipped(source._size, self._count))

    def _chosen(self, places):
        left = self._count
        if left < 0:
            return
        for each in places:
            if left < len(each):
                yield each[left:]
            left = max(left - len(each), 0)

    def _chosen_elements(self, elements):
        return iter(()) if self._count < 0 else itertools.islice(elements, self._count, None)


class ShardDataset(OfPlaces):
    """Every `num_shards`-th element, from number `index` on."""

    def __init__(self, source, num_shards, index):
        self._num_shards, self._index = count_of(num_shards), count_of(index)
        if self._num_shards < 1:
            raise InvalidArgumentError(None, None, f"num_shards must be >= 1 (currently {num_shards}).")
        if not 0 <= self._index < self._num_shards:
            raise InvalidArgumentError(
                None, None, f"index must be >= 0 and less than num_shards: got {index} of {num_shards}."
            )
        size = source._size
        if size >= 0:
            size = len(range(self._index, size, self._num_shards))
        super().__init__(source, size=size)

    def _chosen(self, places):
        first = self._index
        for each in places:
            yield each[first :: self._num_shards]
            first = (first - len(each)) % self._num_shards

    def _chosen_elements(self, elements):
        return itertools.islice(elements, self._index, None, self._num_shards)


class RepeatDataset(FromOne):
    """The elements again and again."""

    def __init__(self, source, count):
        self._count = -1 if count is None else count_of(count)
        super().__init__(source, size=cardinality.repeated(source._size, self._count))

    def _rounds(self):
        return itertools.count() if self._count < 0 else range(self._count)

    def _elements(self):
        for _ in self._rounds():
            is_empty = True
            for element in self._source._elements():
                is_empty = False
                yield element
            if is_empty:
                return

    def _places(self):
        places = self._source._places()
        return None if places is None else self._repeated(places)

    def _repeated(self, places):
        for number in self._rounds():
            is_empty = True
            for each in places if number == 0 else self._source._places():
                is_empty = is_empty and not len(each)
                yield each
            if is_empty:
                return


class ConcatenateDataset(DatasetV2):
    """The elements of one data set after those of another."""

    def __init__(self, first, second):
        nest.assert_same_structure(first.element_spec, second.element_spec, check_types=False)
        try:
            specs = [
                a.most_specific_compatible_type(b)
                for a, b in zip(
                    nest.flatten(first.element_spec), nest.flatten(second.element_spec), strict=True
                )
            ]
        except ValueError as error:
            raise TypeError(
                f"Incompatible types of input datasets: {first.element_spec} vs. {second.element_spec}."
            ) from error
        super().__init__(
            nest.pack_sequence_as(first.element_spec, specs), cardinality.added(first._size, second._size)
        )
        self._first, self._second = first, second

    def _elements(self):
        yield from self._first._elements()
        yield from self._second._elements()


class ZipDataset(DatasetV2):
    """The elements of several data sets side by side."""

    def __init__(self, datasets):
        sources = nest.flatten(datasets)
        for each in sources:
            if not isinstance(each, DatasetV2):
                raise TypeError(
                    f"Invalid input to `zip`: a nest of data sets is expected, got {type(each)}: {each!r}."
                )
        self._structure, self._sources = datasets, sources
        super().__init__(
            nest.pack_sequence_as(datasets, [each.element_spec for each in sources]),
            cardinality.shortest([each._size for each in sources]),
        )

    def _elements(self):
        rows = zip(*[each._elements() for each in self._sources], strict=False)
        if type(self._structure) is tuple and len(self._structure) == len(self._sources):
            return rows
        pack = nest.packer(self._structure)
        return (pack(iter(parts)) for parts in rows)


class MapDataset(FromOne):
    """What a function makes of each element."""

    def __init__(self, source, function, num_parallel_calls=None, deterministic=None):
        self._function = ElementFunction(function, source.element_spec)
        super().__init__(source, self._function.output_spec)
        self._in_order = deterministic is None or bool(deterministic)
        self._num_calls = 1 if num_parallel_calls is None else count_of(num_parallel_calls)
        self._kind = "_MapDataset" if num_parallel_calls is None else "_ParallelMapDataset"
        if self._num_calls < 1 and self._num_calls != AUTOTUNE:
            raise InvalidArgumentError(
                None,
                None,
                f"num_parallel_calls must be greater than zero; got {num_parallel_calls}. "
                "[Op:ParallelMapDatasetV2]",
            )

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements: of a function that cannot be traced, that of the first element."""
        if self._function.output_spec is None:
            for element in self._elements():  # an iterator would ask for the spec
                return structure.spec_of(element)
        return self._function.output_spec

    def _elements(self):
        return self._mapped(self._source._elements())

    def _elements_after(self, count):
        return self._mapped(self._source._elements_after(count))

    def _mapped(self, elements):
        if self._num_calls == 1 or debug_mode.is_on():
            return map(self._function.call, elements)  # it goes on after an error, as ignore_errors wants
        count = _MOST_CALLS if self._num_calls == AUTOTUNE else self._num_calls
        return mapped(self._function.call, elements, count, self._in_order)

    def _places(self):
        return None


class FilterDataset(FromOne):
    """The elements for which a function says yes."""

    def __init__(self, source, predicate):
        self._predicate = ElementFunction(predicate, source.element_spec)
        size = UNKNOWN_CARDINALITY
        super().__init__(source, size=size)
        spec = self._predicate.output_spec
        if spec is not None and not (isinstance(spec, TensorSpec) and spec.dtype.name == "bool"):
            raise ValueError(f"Invalid `predicate`. `predicate` must return a `tf.bool` scalar; got {spec}.")

    def _elements(self):
        predicate = self._predicate.call
        for element in self._source._elements():
            if predicate(element):
                yield element

    def _places(self):
        return None


class TakeWhileDataset(FilterDataset):
    """The elements before the first for which a function says no."""

    def _elements(self):
        return itertools.takewhile(self._predicate.call, self._source._elements())


class FlatMapDataset(FromOne):
    """The elements of the data sets that a function makes of each element, one after the other."""

    def __init__(self, source, function):
        self._function = DatasetFunction(function, source.element_spec)
        super().__init__(source, (), UNKNOWN_CARDINALITY)

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements of the data sets that the function makes."""
        return self._function.spec_of_elements(self._elements)

    def _elements(self):
        for element in self._source._elements():
            yield from self._function(element)._elements()

    def _places(self):
        return None


class EnumerateDataset(FromOne):
    """Pairs of a number, from `start` on, and an element."""

    _kind = "_ZipDataset"

    def __init__(self, source, start):
        self._start = count_of(start)
        super().__init__(source, (TensorSpec([], int64), source.element_spec))

    def _elements(self):
        for number, element in enumerate(self._source._elements(), self._start):
            yield wrap(numpy.int64(number), int64), element

    def _places(self):
        return None


class CacheDataset(FromOne):
    """The same elements in one order, kept in memory: their places where they are rows, else the elements themselves,
    once they have been gone through to the end.
    """

    _kind = "CacheDataset"

    def __init__(self, source):
        super().__init__(source)
        self._kept = self._kept_places = None
        self._draws = None  # what was drawn for what is kept

    def _elements(self):
        places = self._places()
        return self._kept_elements() if places is None else self._single_rows(places)

    def _kept_elements(self):
        if self._kept is not None:
            draws.child(self._draws)
            yield from self._kept
            return
        found, drawn = [], draws.child()
        for element in draws.writing_to(drawn, self._source._elements()):
            found.append(element)
            yield element
        self._kept, self._draws = found, drawn

    def _single_rows(self, places):
        specs = nest.flatten(
            nest.map_structure(lambda each: structure.leading(each, None), self.element_spec)
        )
        for each in places:
            if not len(each):
                continue
            rows = self._rows(each)
            columns = [structure.rows_of(a, b) for a, b in zip(nest.flatten(rows), specs, strict=True)]
            for row in zip(*columns, strict=True):
                yield nest.pack_sequence_as(rows, list(row))

    def _places(self):
        if self._kept_places is not None:
            draws.child(self._draws)
            return iter(self._kept_places)
        places = self._source._places()
        return None if places is None else self._keeping(places)

    def _keeping(self, places):
        found, drawn = [], draws.child()  # a shuffle before the cache is drawn once only
        for each in draws.writing_to(drawn, places):
            found.append(each)
            yield each
        self._kept_places, self._draws = found, drawn
