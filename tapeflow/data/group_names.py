"""The methods of tf.data.Dataset that group elements, mix data sets or carry a state from element to element."""

from tapeflow.core.dtypes import int64
from tapeflow.core.operands import as_tensor
from tapeflow.data import bucketing, grouping, mixing, resampling, scanning, sources, sparse_batches


def window(self, size, shift=None, stride=1, drop_remainder=False, name=None):
    """Windows of `size` elements, each a data set; with nested elements, nests of data sets.

    A window begins `shift` elements (`size` unless given) after the one before and takes every `stride`-th element. The
    last ones may have fewer elements, unless they are dropped. InvalidArgumentError for numbers below 1.

    >>> windows = tf.data.Dataset.range(5).window(3, shift=2)
    >>> [[int(x) for x in each] for each in windows]
    [[0, 1, 2], [2, 3, 4], [4]]
    >>> [each.numpy().tolist() for each in windows.flat_map(lambda each: each.batch(3, drop_remainder=True))]
    [[0, 1, 2], [2, 3, 4]]
    """
    return grouping.WindowDataset(self, size, shift, stride, drop_remainder)


def interleave(
    self,
    map_func,
    cycle_length=None,
    block_length=None,
    num_parallel_calls=None,
    deterministic=None,
    name=None,
):
    """Elements of the data sets that `map_func` makes of each element, taken in turns.

    `cycle_length` data sets are open at a time (the number of processors unless given), and each gives `block_length`
    elements (1) in its turn; where one has ended, the next takes its place in the following round. The order is
    TensorFlow's, also with `num_parallel_calls`.

    >>> dataset = tf.data.Dataset.range(1, 4).interleave(
    ...     lambda x: tf.data.Dataset.from_tensors(x).repeat(3), cycle_length=2, block_length=2)
    >>> [int(x) for x in dataset]
    [1, 1, 2, 2, 1, 2, 3, 3, 3]
    """
    return mixing.InterleaveDataset(self, map_func, cycle_length, block_length, num_parallel_calls)


def scan(self, initial_state, scan_func, name=None):
    """What `scan_func(state, element)` gives beside the next state: it returns the pair (state, output).

    TypeError if it returns no pair or a state of another dtype than the initial one.

    >>> sums = tf.data.Dataset.range(4).scan(
    ...     tf.constant(0, tf.int64), lambda state, x: (state + x, state + x))
    >>> [int(x) for x in sums]
    [0, 1, 3, 6]
    """
    return scanning.ScanDataset(self, initial_state, scan_func)


def unique(self, name=None):
    """The elements without those that came before. TypeError unless they are of tf.int32, tf.int64 or tf.string.

    >>> [int(x) for x in tf.data.Dataset.from_tensor_slices([1, 37, 2, 37, 2, 1]).unique()]
    [1, 37, 2]
    """
    return scanning.UniqueDataset(self)


def ragged_batch(self, batch_size, drop_remainder=False, row_splits_dtype=int64, name=None):
    """Batches in which tensors of unknown shapes are rows of RaggedTensors; others are stacked as `batch` does.

    >>> rows = tf.data.Dataset.range(3).map(lambda n: tf.fill([n], n))
    >>> list(rows.ragged_batch(3))
    [<tf.RaggedTensor [[], [1], [2, 2]]>]
    """
    return grouping.RaggedBatchDataset(self, batch_size, drop_remainder, row_splits_dtype)


def group_by_window(self, key_func, reduce_func, window_size=None, window_size_func=None, name=None):
    """What `reduce_func(key, dataset)` makes of every `window_size` elements of one key: the elements of a data set.

    key_func: gives the key of an element, an int64 scalar. window_size_func: gives the window size for a key; it or
    `window_size` must be there, else ValueError. What is left at the end is reduced, too, in the order of the keys.

    >>> dataset = tf.data.Dataset.range(7).group_by_window(
    ...     lambda x: x % 2, lambda key, dataset: dataset.batch(3), window_size=3)
    >>> [x.numpy().tolist() for x in dataset]
    [[0, 2, 4], [1, 3, 5], [6]]
    """
    if (window_size is None) == (not window_size_func):
        raise ValueError(
            "Either the `window_size` argument or the `window_size_func` argument must be specified."
        )
    if window_size is not None:
        window_size = as_tensor(window_size, int64)

        def window_size_func(key):
            return window_size

    return grouping.GroupByWindowDataset(self, key_func, reduce_func, window_size_func)


def bucket_by_sequence_length(
    self,
    element_length_func,
    bucket_boundaries,
    bucket_batch_sizes,
    padded_shapes=None,
    padding_values=None,
    pad_to_bucket_boundary=False,
    no_padding=False,
    drop_remainder=False,
    name=None,
):
    """Padded batches of elements of like length.

    Bucket i holds lengths from bucket_boundaries[i - 1] up to, without, bucket_boundaries[i], and gives batches of
    bucket_batch_sizes[i]; there is one bucket more than boundaries, else ValueError. Sizes that are not known are
    padded to the longest of the batch, or with `pad_to_bucket_boundary` to the boundary minus 1.

    >>> rows = tf.data.Dataset.from_tensor_slices([1, 4, 2, 5]).map(lambda n: tf.fill([n], n))
    >>> buckets = rows.bucket_by_sequence_length(lambda row: tf.shape(row)[0], [3], [2, 2])
    >>> [x.numpy().tolist() for x in buckets]
    [[[1, 0], [2, 2]], [[4, 4, 4, 4, 0], [5, 5, 5, 5, 5]]]
    """
    if len(bucket_batch_sizes) != len(bucket_boundaries) + 1:
        raise ValueError(
            "`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but "
            f"`len(bucket_batch_sizes)={len(bucket_batch_sizes)}` and "
            f"`len(bucket_boundaries)={len(bucket_boundaries)}`."
        )
    return bucketing.bucketed(
        self,
        element_length_func,
        list(bucket_boundaries),
        list(bucket_batch_sizes),
        (padded_shapes, padding_values, drop_remainder),
        pad_to_bucket_boundary,
        no_padding,
    )


def rejection_resample(self, class_func, target_dist, initial_dist=None, seed=None, name=None):
    """Pairs (class, element), where elements are dropped at random until classes come as often as `target_dist` says.

    class_func: gives the class of an element, an integer scalar. initial_dist: how often classes come in this data set;
    estimated on the way unless given.

    >>> dataset = tf.data.Dataset.range(1000).rejection_resample(
    ...     lambda x: tf.cast(x % 2, tf.int32), target_dist=[0.9, 0.1], initial_dist=[0.5, 0.5], seed=1)
    >>> 0.85 < 1 - sum([int(c) for c, _ in dataset]) / len(list(dataset)) < 0.95
    True
    """
    return resampling.resampled(self, class_func, target_dist, initial_dist, seed)


def sample_from_datasets(
    datasets, weights=None, seed=None, stop_on_empty_dataset=False, rerandomize_each_iteration=None
):
    """Elements of data sets that are drawn at random, each with its weight.

    weights: floating numbers, one for each data set, or a data set of such vectors, one for each draw; equal ones
    unless given. Where a data set has ended, draws of it are passed over; with `stop_on_empty_dataset` the whole ends.

    >>> dataset = tf.data.Dataset.sample_from_datasets(
    ...     [tf.data.Dataset.range(3), tf.data.Dataset.range(10, 13)], weights=[0.5, 0.5], seed=1)
    >>> sorted([int(x) for x in dataset])
    [0, 1, 2, 10, 11, 12]
    """
    return mixing.sampled(datasets, weights, seed, stop_on_empty_dataset, rerandomize_each_iteration)


def choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset=True):
    """Elements of data sets, each from the one whose number `choice_dataset`, of int64 scalars, says.

    >>> datasets = [tf.data.Dataset.from_tensors(x).repeat() for x in (10, 20)]
    >>> choices = tf.data.Dataset.range(2).repeat(2)
    >>> [int(x) for x in tf.data.Dataset.choose_from_datasets(datasets, choices)]
    [10, 20, 10, 20]
    """
    return mixing.chosen(datasets, choice_dataset, stop_on_empty_dataset)


def rebatch(self, batch_size, drop_remainder=False, name=None):
    """The same rows in batches of another size, or of several sizes that take turns.

    >>> [x.numpy().tolist() for x in tf.data.Dataset.range(6).batch(4).rebatch([1, 2])]
    [[0], [1, 2], [3], [4, 5]]
    """
    return grouping.RebatchDataset(self, batch_size, drop_remainder)


def counter(start=0, step=1, dtype=int64, name=None):
    """start, start + step, ... without end.

    >>> [int(x) for x in tf.data.Dataset.counter(2, 3).take(3)]
    [2, 5, 8]
    """
    return sources.CountedDataset(start, step, dtype)


def ignore_errors(self, log_warning=False, name=None):
    """The elements without those whose computation raises an error; `log_warning` has the errors written to the log.

    >>> quotients = tf.data.Dataset.from_tensor_slices([1.0, 0.0, 4.0]).map(
    ...     lambda x: tf.debugging.check_numerics(1.0 / x, "not finite"))
    >>> [float(x) for x in quotients.ignore_errors()]
    [1.0, 0.25]
    """
    return scanning.IgnoreErrorsDataset(self, log_warning)


def sparse_batch(self, batch_size, row_shape, name=None):
    """Batches of tensors as SparseTensors [elements, *row_shape]; with a size of None the greatest of each batch.

    TypeError for elements that are no tensors; DataLossError for one that is larger than row_shape,
    InvalidArgumentError for one of another rank.

    >>> dataset = tf.data.Dataset.range(3).map(lambda x: tf.fill([x], x)).sparse_batch(2, [None])
    >>> [each.dense_shape.numpy().tolist() for each in dataset]
    [[2, 1], [1, 2]]
    """
    return sparse_batches.SparseBatchDataset(self, batch_size, row_shape)


METHODS = (
    window,
    interleave,
    scan,
    unique,
    ragged_batch,
    sparse_batch,
    group_by_window,
    bucket_by_sequence_length,
    rejection_resample,
    sample_from_datasets,
    choose_from_datasets,
    rebatch,
    counter,
    ignore_errors,
)
STATIC = {"sample_from_datasets", "choose_from_datasets", "counter"}
