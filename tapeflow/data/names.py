"""The methods of tf.data.Dataset that make data sets, with TensorFlow's names and arguments."""

from tapeflow.core import nest
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.spec import TensorSpec
from tapeflow.data import batches, group_names, shuffling, sources, storage, transformations
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.listing import list_files


def from_tensors(tensors, name=None):
    """A data set of one element, the nest of tensors `tensors`.

    >>> len(tf.data.Dataset.from_tensors([1, 2, 3]))
    1
    """
    return sources.TensorDataset(tensors)


def from_tensor_slices(tensors, name=None):
    """A data set of the rows of a nest of tensors that have equally many. A list is a tensor, a tuple is not.

    >>> [(int(x), int(y)) for x, y in tf.data.Dataset.from_tensor_slices(([1, 2], [3, 4]))]
    [(1, 3), (2, 4)]
    """
    return sources.TensorSliceDataset(tensors)


def from_generator(
    generator, output_types=None, output_shapes=None, args=None, output_signature=None, name=None
):
    """A data set of what the generator that `generator(*args)` returns yields.

    output_signature: the nest of TypeSpecs of the elements; or output_types and output_shapes, nests of dtypes and
    shapes. What the generator raises arrives with its traceback: InvalidArgumentError for ValueError and TypeError,
    else UnknownError.

    >>> dataset = tf.data.Dataset.from_generator(lambda: iter([1, 2]), output_signature=tf.TensorSpec([], tf.int32))
    >>> [int(x) for x in dataset]
    [1, 2]
    """
    if output_signature is None:
        if output_types is None:
            raise TypeError("Either `output_signature` or `output_types` must be specified.")
        if output_shapes is None:
            output_signature = nest.map_structure(lambda each: TensorSpec(None, as_dtype(each)), output_types)
        else:
            shapes = batches._flat_up_to(output_types, output_shapes)
            leaves = nest.flatten(output_types)
            output_signature = nest.pack_sequence_as(
                output_types,
                [TensorSpec(shape, as_dtype(each)) for shape, each in zip(shapes, leaves, strict=True)],
            )
    elif output_types is not None or output_shapes is not None:
        raise TypeError(
            "`output_types` and `output_shapes` must not be specified when `output_signature` is."
        )
    return sources.GeneratorDataset(generator, output_signature, tuple(args or ()))


def range_(*args, output_type=None, name=None, **kwargs):
    """start, start + step, ... before stop, of `output_type` (tf.int64 unless given); arguments as of Python's range.

    >>> [int(x) for x in tf.data.Dataset.range(1, 6, 2)]
    [1, 3, 5]
    """
    return sources.RangeDataset(*args, **({} if output_type is None else {"output_type": output_type}))


def zip_(*args, datasets=None, name=None):
    """A data set of the elements of several data sets side by side, until one ends.

    >>> a, b = tf.data.Dataset.range(2), tf.data.Dataset.range(5, 9)
    >>> [(int(x), int(y)) for x, y in tf.data.Dataset.zip((a, b))]
    [(0, 5), (1, 6)]
    """
    if not args and datasets is None:
        raise TypeError("Must pass at least one dataset to `zip`.")
    if datasets is None:
        datasets = args[0] if len(args) == 1 else args
    return transformations.ZipDataset(datasets)


def random(seed=None, rerandomize_each_iteration=None, name=None):
    """Random int64 numbers from 0 up to 2**32 without end; other ones in each round with `rerandomize_each_iteration`.

    >>> tf.random.set_seed(1)
    >>> [int(x) for x in tf.data.Dataset.random(seed=4).take(2)]
    [3140572256, 1890473413]
    """
    return sources.RandomDataset(seed, rerandomize_each_iteration)


def map_(
    self,
    map_func,
    num_parallel_calls=None,
    deterministic=None,
    synchronous=None,
    use_unbounded_threadpool=False,
    name=None,
):
    """A data set of what `map_func` makes of each element; it is traced, and gets the parts of a tuple as arguments.

    num_parallel_calls: for how many elements at once threads call it if it is slow, as one is that waits or decodes
    pictures; deterministic=False: results may come in another order then.

    >>> [int(x) for x in tf.data.Dataset.range(3).map(lambda x: x + 1)]
    [1, 2, 3]
    """
    return transformations.MapDataset(self, map_func, num_parallel_calls, deterministic)


def batch(self, batch_size, drop_remainder=False, num_parallel_calls=None, deterministic=None, name=None):
    """A data set of `batch_size` consecutive elements each, stacked; the last may have fewer, unless it is dropped.

    >>> [x.numpy().tolist() for x in tf.data.Dataset.range(3).batch(2)]
    [[0, 1], [2]]
    """
    return batches.BatchDataset(self, batch_size, drop_remainder)


def padded_batch(self, batch_size, padded_shapes=None, padding_values=None, drop_remainder=False, name=None):
    """Like `batch`, for tensors of different shapes: padded to the longest of the batch, or to `padded_shapes`.

    >>> rows = tf.data.Dataset.range(1, 4).map(lambda n: tf.fill([n], n))
    >>> next(iter(rows.padded_batch(3))).numpy().tolist()
    [[1, 0, 0], [2, 2, 0], [3, 3, 3]]
    """
    return batches.PaddedBatchDataset(self, batch_size, padded_shapes, padding_values, drop_remainder)


def unbatch(self, name=None):
    """A data set of the rows of each element.

    >>> [int(x) for x in tf.data.Dataset.range(3).batch(2).unbatch()]
    [0, 1, 2]
    """
    return batches.UnbatchDataset(self)


def shuffle(self, buffer_size, seed=None, reshuffle_each_iteration=None, name=None):
    """The elements in random order, each drawn from the next `buffer_size` ones; in another order each time unless
    `reshuffle_each_iteration` is False. For a seed, here or by `tf.random.set_seed`, the order is TensorFlow's.

    >>> sorted([int(x) for x in tf.data.Dataset.range(4).shuffle(4)])
    [0, 1, 2, 3]
    """
    return shuffling.ShuffleDataset(self, buffer_size, seed, reshuffle_each_iteration)


def repeat(self, count=None, name=None):
    """The elements `count` times; for ever if it is None or -1.

    >>> [int(x) for x in tf.data.Dataset.range(2).repeat(2)]
    [0, 1, 0, 1]
    """
    return transformations.RepeatDataset(self, count)


def take(self, count, name=None):
    """The first `count` elements, -1 for all.

    >>> [int(x) for x in tf.data.Dataset.range(9).take(2)]
    [0, 1]
    """
    return transformations.TakeDataset(self, count)


def skip(self, count, name=None):
    """All but the first `count` elements.

    >>> [int(x) for x in tf.data.Dataset.range(4).skip(2)]
    [2, 3]
    """
    return transformations.SkipDataset(self, count)


def shard(self, num_shards, index, name=None):
    """Every `num_shards`-th element, from number `index` on.

    >>> [int(x) for x in tf.data.Dataset.range(5).shard(2, 1)]
    [1, 3]
    """
    return transformations.ShardDataset(self, num_shards, index)


def concatenate(self, dataset, name=None):
    """The elements of this data set, then those of `dataset`. TypeError if they are of other kinds."""
    return transformations.ConcatenateDataset(self, dataset)


def filter_(self, predicate, name=None):
    """The elements for which `predicate` gives True.

    >>> [int(x) for x in tf.data.Dataset.range(4).filter(lambda x: x % 2 == 0)]
    [0, 2]
    """
    return transformations.FilterDataset(self, predicate)


def take_while(self, predicate, name=None):
    """The elements before the first for which `predicate` gives False."""
    return transformations.TakeWhileDataset(self, predicate)


def flat_map(self, map_func, name=None):
    """The elements of the data sets that `map_func` makes of each element, one data set after the other.

    >>> [int(x) for x in tf.data.Dataset.range(3).flat_map(lambda n: tf.data.Dataset.range(n))]
    [0, 0, 1]
    """
    return transformations.FlatMapDataset(self, map_func)


def enumerate_(self, start=0, name=None):
    """Pairs of a number, from `start` on, and an element.

    >>> [(int(n), int(x)) for n, x in tf.data.Dataset.range(5, 7).enumerate()]
    [(0, 5), (1, 6)]
    """
    return transformations.EnumerateDataset(self, start)


def cache(self, filename="", name=None):
    """The same elements, kept in memory, or in a file, once all of them have been computed.

    filename: the path of the file without its ending; whoever finds it reads it, also another program. NotFoundError if
    there is no such folder, InvalidArgumentError if the file holds elements of another kind, DataLossError if it is
    damaged.

    >>> dataset = tf.data.Dataset.range(3).cache()
    >>> [int(x) for x in dataset], [int(x) for x in dataset]
    ([0, 1, 2], [0, 1, 2])
    """
    if isinstance(filename, str | bytes) and not filename:
        return transformations.CacheDataset(self)
    return storage.FileCacheDataset(self, filename)


def prefetch(self, buffer_size, name=None):
    """The same elements, of which up to `buffer_size` are made ahead by a thread if making them is slow.

    >>> [int(x) for x in tf.data.Dataset.range(3).prefetch(1)]
    [0, 1, 2]
    """
    return transformations.PrefetchDataset(self, buffer_size)


def with_options(self, options, name=None):
    """The same elements, with Options."""
    return transformations.OptionsDataset(self, options)


_STATIC = {
    "list_files",
    "load",
    "from_tensors",
    "from_tensor_slices",
    "from_generator",
    "range",
    "zip",
    "random",
}


def install():
    """Gives DatasetV2 its methods: they lie here, above the classes that they make."""
    for function in (
        list_files,
        storage.load,
        storage.save,
        storage.snapshot,
        from_tensors,
        from_tensor_slices,
        from_generator,
        range_,
        zip_,
        random,
        map_,
        batch,
        padded_batch,
        unbatch,
        shuffle,
        repeat,
        take,
        skip,
        shard,
        concatenate,
        filter_,
        take_while,
        flat_map,
        enumerate_,
        cache,
        prefetch,
        with_options,
        *group_names.METHODS,
    ):
        name = function.__name__.rstrip("_")
        function.__name__ = name
        function.__qualname__ = f"DatasetV2.{name}"
        setattr(DatasetV2, name, staticmethod(function) if name in _STATIC else function)
