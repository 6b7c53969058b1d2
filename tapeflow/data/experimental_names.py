"""tf.data.experimental: transformations as functions to `apply`, and those that TensorFlow has only here."""

from collections.abc import Mapping

import numpy

from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.dtypes import int64, string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import OutOfRangeError, UnimplementedError
from tapeflow.data import debug_mode, grouping, mixing, scanning, sources
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.grouping import Reducer

__all__ = [
    "Counter",
    "Reducer",
    "assert_cardinality",
    "at",
    "bucket_by_sequence_length",
    "cardinality",
    "choose_from_datasets",
    "copy_to_device",
    "dense_to_ragged_batch",
    "dense_to_sparse_batch",
    "enable_debug_mode",
    "enumerate_dataset",
    "from_list",
    "get_next_as_optional",
    "get_single_element",
    "get_structure",
    "group_by_reducer",
    "group_by_window",
    "ignore_errors",
    "map_and_batch",
    "pad_to_cardinality",
    "parallel_interleave",
    "prefetch_to_device",
    "rejection_resample",
    "sample_from_datasets",
    "scan",
    "shuffle_and_repeat",
    "take_while",
    "unbatch",
    "unique",
]


def assert_cardinality(expected_cardinality):
    """A transformation that says how many elements a data set has.

    FailedPreconditionError when it is gone through and has another number.

    >>> dataset = tf.data.Dataset.range(4).filter(lambda x: True)
    >>> len(dataset.apply(tf.data.experimental.assert_cardinality(4)))
    4
    """
    return lambda dataset: scanning.AssertCardinalityDataset(dataset, expected_cardinality)


def at(dataset, index):
    """The element at a place, from 0 on. OutOfRangeError beyond the last; UnimplementedError for an unknown number.

    The elements before are passed over, which takes its time where they must be made.

    >>> int(tf.data.experimental.at(tf.data.Dataset.range(5, 8), 2))
    7
    """
    place = count_of(index)
    size = dataset._size
    if size == UNKNOWN_CARDINALITY:
        raise UnimplementedError(
            None,
            None,
            f"Random access is not implemented for a data set of an unknown number of elements: {dataset}",
        )
    if place < 0 or (size != INFINITE_CARDINALITY and place >= size):
        raise OutOfRangeError(None, None, f"Index {place} is out of range [0, {size}) [Op:GetElementAtIndex]")
    return next(iter(dataset._elements_after(place)))


def cardinality(dataset):
    """The number of elements, an int64 scalar; -1: infinitely many, -2: not known.

    >>> int(tf.data.experimental.cardinality(tf.data.Dataset.range(3)))
    3
    """
    return dataset.cardinality()


def Counter(start=0, step=1, dtype=int64):
    """See `tf.data.Dataset.counter`."""
    return sources.CountedDataset(start, step, dtype)


def group_by_reducer(key_func, reducer):
    """A transformation that makes one element of all elements of a key, in the order of the keys.

    key_func: gives the key of an element, an int64 scalar, else ValueError. reducer: a `tf.data.experimental.Reducer`.
    """
    return lambda dataset: grouping.GroupByReducerDataset(dataset, key_func, reducer)


def get_single_element(dataset):
    """The only element. InvalidArgumentError if there are none or several; TypeError for what is no data set.

    >>> int(tf.data.experimental.get_single_element(tf.data.Dataset.from_tensors(3)))
    3
    """
    if not isinstance(dataset, DatasetV2):
        raise TypeError(f"Invalid `dataset`. Expected a `tf.data.Dataset` object but got {type(dataset)}.")
    return dataset.get_single_element()


def get_next_as_optional(iterator):
    """The next element of an iterator as an Optional, empty if there is none."""
    return iterator.get_next_as_optional()


def get_structure(dataset_or_iterator):
    """The nest of TypeSpecs of the elements. TypeError for what has no elements.

    >>> tf.data.experimental.get_structure(tf.data.Dataset.range(3))
    TensorSpec(shape=(), dtype=tf.int64, name=None)
    """
    try:
        return dataset_or_iterator.element_spec
    except AttributeError:
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or tf.data.Iterator "
            f"object, but got {type(dataset_or_iterator)}."
        ) from None


def choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset=False):
    """See `tf.data.Dataset.choose_from_datasets`; it goes on after the end of one data set by default."""
    return mixing.chosen(datasets, choice_dataset, stop_on_empty_dataset)


def sample_from_datasets(datasets, weights=None, seed=None, stop_on_empty_dataset=False):
    """See `tf.data.Dataset.sample_from_datasets`."""
    return mixing.sampled(datasets, weights, seed, stop_on_empty_dataset, None)


def copy_to_device(target_device, source_device="/cpu:0"):
    """A transformation that gives the same elements: there is one device."""
    return scanning.CopyToDeviceDataset


def prefetch_to_device(device, buffer_size=None):
    """A transformation that prefetches: there is one device."""
    return lambda dataset: dataset.prefetch(-1 if buffer_size is None else buffer_size)


def dense_to_ragged_batch(batch_size, drop_remainder=False, row_splits_dtype=int64):
    """A transformation: see `tf.data.Dataset.ragged_batch`."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


def dense_to_sparse_batch(batch_size, row_shape):
    """A transformation: see `tf.data.Dataset.sparse_batch`."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


def from_list(elements, name=None):
    """A data set of the elements of a list, nests of tensors of one structure, whose shapes may differ.

    >>> [x.numpy().tolist() for x in tf.data.experimental.from_list([[1], [2, 3]])]
    [[1], [2, 3]]
    """
    return sources.listed(elements)


def pad_to_cardinality(cardinality, mask_key="valid"):
    """A transformation that adds elements of zeros until there are as many as said, and a bool under `mask_key`: True
    for those that were there.

    ValueError for elements that are no dicts, for an unknown number of elements, and for too many.

    >>> dataset = tf.data.Dataset.from_tensor_slices({"a": [1, 2]})
    >>> [bool(x["valid"]) for x in dataset.apply(tf.data.experimental.pad_to_cardinality(3))]
    [True, True, False]
    """

    def padded(dataset):
        size = int(dataset.cardinality())
        if size < 0:
            raise ValueError(
                f"The dataset passed into `pad_to_cardinality` must have a known cardinalty, but has cardinality {size}"
            )
        if size > cardinality:
            raise ValueError(
                "The dataset passed into `pad_to_cardinality` must have a cardinalty less than the target cardinality "
                f"({cardinality}), but has cardinality {size}"
            )
        if not isinstance(dataset.element_spec, Mapping):
            raise ValueError("`pad_to_cardinality` requires its input dataset to be a dictionary.")
        marked = dataset.map(lambda element: {**element, mask_key: True})
        filler = nest.map_structure(_zeros, marked.element_spec)
        return marked.concatenate(sources.TensorDataset(filler).repeat(cardinality - size))

    return padded


def _zeros(spec):
    zero = numpy.zeros(spec.shape.as_list(), spec.dtype.array_dtype)
    if spec.dtype is string:
        zero[...] = b""
    return wrap(zero if spec.shape.rank or spec.dtype is string else zero[()], spec.dtype)


def enable_debug_mode():
    """From now on functions of elements run as the Python that they are, one element after the other in one thread.

    For data sets that are made afterwards. ValueError inside a `tf.function`.
    """
    if state.interpreter is not None:
        raise ValueError("`enable_debug_mode() is only supported in eager mode.")
    debug_mode.enable()


def ignore_errors(log_warning=False):
    """A transformation: see `tf.data.Dataset.ignore_errors`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def unique():
    """A transformation: see `tf.data.Dataset.unique`."""
    return lambda dataset: dataset.unique()


def scan(initial_state, scan_func):
    """A transformation: see `tf.data.Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def rejection_resample(class_func, target_dist, initial_dist=None, seed=None):
    """A transformation: see `tf.data.Dataset.rejection_resample`."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


def bucket_by_sequence_length(
    element_length_func,
    bucket_boundaries,
    bucket_batch_sizes,
    padded_shapes=None,
    padding_values=None,
    pad_to_bucket_boundary=False,
    no_padding=False,
    drop_remainder=False,
):
    """A transformation: see `tf.data.Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes,
        padding_values,
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


def group_by_window(key_func, reduce_func, window_size=None, window_size_func=None):
    """A transformation: see `tf.data.Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(key_func, reduce_func, window_size, window_size_func)


def enumerate_dataset(start=0):
    """A transformation: see `tf.data.Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


def map_and_batch(
    map_func, batch_size, num_parallel_batches=None, drop_remainder=False, num_parallel_calls=None
):
    """A transformation: `map` and then `batch`."""
    return lambda dataset: dataset.map(map_func).batch(batch_size, drop_remainder)


def parallel_interleave(
    map_func,
    cycle_length,
    block_length=1,
    sloppy=False,
    buffer_output_elements=None,
    prefetch_input_elements=None,
):
    """A transformation: see `tf.data.Dataset.interleave`."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def shuffle_and_repeat(buffer_size, count=None, seed=None):
    """A transformation: `shuffle` and then `repeat`."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def take_while(predicate):
    """A transformation: see `tf.data.Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


def unbatch():
    """A transformation: see `tf.data.Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()
