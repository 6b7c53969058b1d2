"""Data sets that take elements from several others in turns: interleaved, chosen one by one, or drawn at random."""

import os

import numpy

from tapeflow.core import nest
from tapeflow.core.dtypes import float32, float64, int64
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import debug_mode, draws
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.functions import DatasetFunction
from tapeflow.data.sources import RandomDataset
from tapeflow.data.threads import made_ahead
from tapeflow.data.transformations import FromOne
from tapeflow.ops import philox
from tapeflow.ops.distributions import categorical

_BEST = -1  # tf.data.AUTOTUNE


class InterleaveDataset(FromOne):
    """Elements of the data sets that a function makes of each element, `cycle_length` data sets in turns."""

    def __init__(self, source, function, cycle_length, block_length, num_parallel_calls):
        cycle_length = _BEST if cycle_length is None else count_of(cycle_length)
        self._block_length = 1 if block_length is None else count_of(block_length)
        num_calls = None if num_parallel_calls is None else count_of(num_parallel_calls)
        if num_calls is not None:
            _check_parallel(num_calls, cycle_length)
        self._cycle_length = _best_cycle_length(num_calls) if cycle_length == _BEST else cycle_length
        for name, value in (("cycle_length", self._cycle_length), ("block_length", self._block_length)):
            if value < 1:
                raise InvalidArgumentError(
                    None, None, f"{name} must be greater than zero. [Op:InterleaveDataset]"
                )
        self._function = DatasetFunction(function, source.element_spec)
        self._is_parallel = num_calls is not None and not debug_mode.is_on()
        self._kind = "_ParallelInterleaveDataset" if num_calls is not None else "_InterleaveDataset"
        super().__init__(source, (), UNKNOWN_CARDINALITY)

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._function.spec_of_elements(self._elements)

    def _opened(self, element):
        """The elements of a data set; with parallel calls a thread of its own makes them ahead if they are slow."""
        elements = self._function(element)._elements()
        return made_ahead(elements, 2 * self._block_length, draws.child()) if self._is_parallel else elements

    def _elements(self):
        source = self._source._elements()
        cycle = [None] * self._cycle_length
        place = num_open = 0
        has_ended = False
        while num_open or not has_ended:
            if cycle[place] is None and not has_ended:
                element = next(source, _END)
                if element is _END:
                    has_ended = True
                    continue
                cycle[place] = self._opened(element)
                num_open += 1
            if cycle[place] is not None:
                for _ in range(self._block_length):
                    element = next(cycle[place], _END)
                    if element is _END:
                        cycle[place] = None
                        num_open -= 1
                        break
                    yield element
            place = (place + 1) % self._cycle_length

    def _places(self):
        return None


_END = object()


def _best_cycle_length(num_calls):
    """As many data sets as there are processors, or calls; with as many calls as are best, three threads for each."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if num_calls is None:
        return count
    return -(-count // 3) if num_calls == _BEST else min(num_calls, count)


def _check_parallel(num_parallel_calls, cycle_length):
    if num_parallel_calls != _BEST and num_parallel_calls < 1:
        raise InvalidArgumentError(
            None, None, "num_parallel_calls must be greater than zero. [Op:ParallelInterleaveDatasetV4]"
        )
    if cycle_length != _BEST and num_parallel_calls > cycle_length:
        raise InvalidArgumentError(
            None,
            None,
            "If `cycle_length` is set to a fixed value, `num_parallel_calls` must be either `tf.data.AUTOTUNE` or a "
            f"value less than or equal to `cycle_length`. However, `num_parallel_calls` is {num_parallel_calls} and "
            f"`cycle_length` is {cycle_length} [Op:ParallelInterleaveDatasetV4]",
        )


class DirectedInterleaveDataset(DatasetV2):
    """The next element of the data set whose number a data set of numbers says, again and again."""

    def __init__(self, choices, datasets, stop_on_empty_dataset):
        self._choices, self._sources = choices, datasets
        self._stops = bool(stop_on_empty_dataset)
        endless = INFINITE_CARDINALITY in [each._size for each in datasets]
        super().__init__(_common_spec(datasets), INFINITE_CARDINALITY if endless else UNKNOWN_CARDINALITY)

    def _elements(self):
        open_ = [each._elements() for each in self._sources]
        left = len(open_)
        for choice in self._choices._elements():
            place = int(choice)
            if not 0 <= place < len(open_):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Selector index out of range: {place} >= {len(open_)} [Op:IteratorGetNext]",
                )
            if open_[place] is None:
                continue
            element = next(open_[place], _END)
            if element is not _END:
                yield element
                continue
            open_[place] = None
            left -= 1
            if self._stops or not left:
                return


def _common_spec(datasets):
    first = datasets[0].element_spec
    spec = first
    for place, each in enumerate(datasets[1:], 1):
        try:
            nest.assert_same_structure(spec, each.element_spec, check_types=False)
            pairs = zip(nest.flatten(spec), nest.flatten(each.element_spec), strict=True)
            leaves = [a.most_specific_compatible_type(b) for a, b in pairs]
        except (TypeError, ValueError) as error:
            raise TypeError(
                "Invalid `datasets`. `datasets` must have compatible element specs.\n Dataset 0 "
                f"element_spec={first}.\nDataset {place} element_spec={each.element_spec}."
            ) from error
        spec = nest.pack_sequence_as(spec, leaves)
    return spec


class DrawnNumbers(DatasetV2):
    """Numbers of data sets, drawn with weights: [n] log-weights, or a data set of such vectors.

    Pairs of random numbers are the seeds of the draws, as in TensorFlow, so that the same seeds give the same numbers.
    """

    def __init__(self, log_weights, seed, rerandomize_each_iteration):
        self._log_weights = log_weights
        self._seeds = RandomDataset(seed, rerandomize_each_iteration)
        size = log_weights._size if isinstance(log_weights, DatasetV2) else INFINITE_CARDINALITY
        super().__init__(TensorSpec([], int64), size)

    def _elements(self):
        numbers = self._seeds._numbers()
        pairs = zip(numbers, numbers, strict=False)
        if isinstance(self._log_weights, DatasetV2):
            for element, seeds in zip(self._log_weights._elements(), pairs, strict=False):
                yield _drawn(_log(as_tensor(_only(element))), seeds)
        else:
            for seeds in pairs:
                yield _drawn(self._log_weights, seeds)


def _log(weights):
    with numpy.errstate(divide="ignore"):
        return numpy.log(weights._array)


def _only(element):
    leaves = nest.flatten(element)
    return leaves[0] if len(leaves) == 1 else leaves


def _drawn(log_weights, seeds):
    rows = numpy.atleast_2d(log_weights)
    return wrap(categorical(*philox.scramble(seeds), rows, 1, numpy.dtype(numpy.int64))[0, 0], int64)


def sampled(datasets, weights, seed, stop_on_empty_dataset, rerandomize_each_iteration):
    """See `tf.data.Dataset.sample_from_datasets`."""
    if not datasets:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    if not isinstance(weights, DatasetV2):
        if weights is None:
            logits = numpy.ones(len(datasets), numpy.float32)
        else:
            datasets, weights = _checked_weights(datasets, weights)
            logits = _log(weights)
        if len(datasets) == 1:
            return datasets[0]
        weights = logits
    numbers = DrawnNumbers(weights, seed, rerandomize_each_iteration)
    return DirectedInterleaveDataset(numbers, list(datasets), stop_on_empty_dataset)


def _checked_weights(datasets, weights):
    """The data sets that can be drawn at all, and the tensor of their weights."""
    if isinstance(weights, Tensor):
        if not weights.shape.is_compatible_with([len(datasets)]):
            raise ValueError(
                "Invalid `weights`. The shape of `weights` should be compatible with `[len(datasets)]` but is "
                f"{weights.shape}."
            )
    elif len(datasets) != len(weights):
        raise ValueError(
            "Invalid `weights`. `weights` should have the same length as `datasets` but got "
            f"`len(weights)={len(weights)}` vs. `len(datasets)={len(datasets)}`."
        )
    else:
        kept = [(each, weight) for each, weight in zip(datasets, weights, strict=True) if weight > 0]
        if kept:
            datasets, weights = ([each[place] for each in kept] for place in (0, 1))
        else:
            datasets, weights = [datasets[0].take(0)], [1.0]
    weights = as_tensor(weights)
    if weights._dtype not in (float32, float64):
        raise TypeError(
            "Invalid `weights`. `weights` type must be either `tf.float32` or `tf.float64` but is "
            f"{weights.dtype}."
        )
    return datasets, weights


def chosen(datasets, choice_dataset, stop_on_empty_dataset):
    """See `tf.data.Dataset.choose_from_datasets`."""
    if not datasets:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    if not isinstance(choice_dataset, DatasetV2):
        raise TypeError(
            "Invalid `choice_dataset`. `choice_dataset` should be a `tf.data.Dataset` but is "
            f"{type(choice_dataset)}."
        )
    spec = choice_dataset.element_spec
    if not (isinstance(spec, TensorSpec) and spec.is_compatible_with(TensorSpec([], int64))):
        raise TypeError(
            "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` tensors but are "
            f"{spec}."
        )
    return DirectedInterleaveDataset(choice_dataset, list(datasets), stop_on_empty_dataset)
