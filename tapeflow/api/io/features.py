"""Descriptions of the features of Examples: which keys hold what, and what tensors are made of it."""

from collections import namedtuple

from tapeflow.api.arrays import concat, expand_dims, repeat, reshape, shape
from tapeflow.api.math import cumsum, maximum, unsorted_segment_max
from tapeflow.api.ragged import RaggedTensor
from tapeflow.api.sparse import SparseTensor, reorder
from tapeflow.core import dtypes
from tapeflow.core.operands import as_tensor


class FixedLenFeature(namedtuple("FixedLenFeature", "shape dtype default_value", defaults=[None])):
    """A feature of a known shape; without `default_value` every example must have it."""


class FixedLenSequenceFeature(
    namedtuple("FixedLenSequenceFeature", "shape dtype allow_missing default_value", defaults=[False, None])
):
    """A feature of any number of elements of a shape; shorter ones are filled up. In Examples `allow_missing` must be
    True; in SequenceExamples it says whether the list of features may be missing.
    """


class VarLenFeature(namedtuple("VarLenFeature", "dtype")):
    """A feature of any number of elements, read into a SparseTensor."""


class SparseFeature(
    namedtuple("SparseFeature", "index_key value_key dtype size already_sorted", defaults=[False])
):
    """A sparse tensor in several features: its values lie under `value_key`, their coordinates under `index_key`, a key
    or one for each axis.

    size: the number of places, one for each index key; already_sorted: whether the coordinates ascend.

    >>> feature = tf.io.SparseFeature(["x", "y"], "value", tf.float32, size=[3, 4])
    >>> feature.value_key
    'value'
    """


class RaggedFeature(
    namedtuple(
        "RaggedFeature",
        "dtype value_key partitions row_splits_dtype validate",
        defaults=[None, (), dtypes.int32, False],
    )
):
    """A feature of any number of elements, read into a RaggedTensor.

    value_key: the key of the elements, if it is not that of the feature. partitions: how they are cut into rows, the
    outermost first: `RaggedFeature.RowSplits(key)`, `RowLengths`, `RowStarts`, `RowLimits` or `ValueRowIds` of the key
    of another feature, or `UniformRowLength(length)`. validate: whether the rows are checked.

    >>> tf.io.RaggedFeature(tf.int64, "value", [tf.io.RaggedFeature.RowLengths("length")]).partitions
    (RowLengths(key='length'),)
    """

    RowSplits = namedtuple("RowSplits", "key")
    RowLengths = namedtuple("RowLengths", "key")
    RowStarts = namedtuple("RowStarts", "key")
    RowLimits = namedtuple("RowLimits", "key")
    ValueRowIds = namedtuple("ValueRowIds", "key")
    UniformRowLength = namedtuple("UniformRowLength", "length")

    def __new__(cls, dtype, value_key=None, partitions=(), row_splits_dtype=dtypes.int32, validate=False):
        """TypeError for partitions of another kind."""
        for each in partitions:
            if not isinstance(each, _PARTITIONS):
                raise TypeError(
                    "Argument `partitions` must be made of RaggedFeature.RowSplits, RowLengths, RowStarts, RowLimits, "
                    f"ValueRowIds or UniformRowLength; got {each!r}."
                )
        return super().__new__(cls, dtype, value_key, tuple(partitions), row_splits_dtype, validate)


_PARTITIONS = (
    RaggedFeature.RowSplits,
    RaggedFeature.RowLengths,
    RaggedFeature.RowStarts,
    RaggedFeature.RowLimits,
    RaggedFeature.ValueRowIds,
    RaggedFeature.UniformRowLength,
)


def plain_features(key, feature):
    """The pairs (key, feature) of what a feature is made of: such that each is read from one key."""
    if isinstance(feature, SparseFeature):
        for name in ("index_key", "value_key", "dtype", "size"):
            if not getattr(feature, name):
                raise ValueError(f"Missing {name} for SparseFeature {feature}.")
        indices = [(each, VarLenFeature(dtypes.int64)) for each in _index_keys(feature)]
        return [*indices, (feature.value_key, VarLenFeature(feature.dtype))]
    if isinstance(feature, RaggedFeature):
        keys = [
            each.key for each in feature.partitions if not isinstance(each, RaggedFeature.UniformRowLength)
        ]
        whole = feature.value_key or key
        return [
            (whole, RaggedFeature(feature.dtype)),
            *[(each, RaggedFeature(dtypes.int64)) for each in keys],
        ]
    return [(key, feature)]


def _index_keys(feature):
    return [feature.index_key] if isinstance(feature.index_key, str) else list(feature.index_key)


def assembled(key, feature, found):
    """The value of a feature. found: function of a key and of what `plain_features` says of it."""
    if isinstance(feature, SparseFeature):
        return _sparse(feature, found)
    if isinstance(feature, RaggedFeature):
        return _ragged(key, feature, found)
    return found(key, feature)


def _sparse(feature, found):
    values = found(feature.value_key, VarLenFeature(feature.dtype))
    indices = [found(each, VarLenFeature(dtypes.int64)) for each in _index_keys(feature)]
    if isinstance(feature.index_key, str):
        sizes = [feature.size]
    elif isinstance(feature.size, list | tuple):
        sizes = list(feature.size)
    else:
        raise TypeError(f"vocab_size has to be a list of Tensors or Python ints. Found {type(feature.size)}")
    if len(sizes) != len(indices):
        raise ValueError(f"SparseFeature {feature} needs one size for each index key.")
    for each in indices:
        if None not in (each.values.dims, values.values.dims) and each.values.dims != values.values.dims:
            raise ValueError(
                f"Dimensions {each.values.dims[0]} and {values.values.dims[0]} are not compatible: as many coordinates "
                f"as values are needed for {feature}"
            )
    outer = values.indices[:, :-1]
    columns = [expand_dims(each.values, 1) for each in indices]
    dims = concat([values.dense_shape[:-1], as_tensor(sizes, dtypes.int64)], 0)
    result = SparseTensor(concat([outer, *columns], 1), values.values, dims)
    return result if feature.already_sorted else reorder(result)


def _ragged(key, feature, found):
    values = found(feature.value_key or key, RaggedFeature(feature.dtype))

    def partition_of(partition):
        return found(partition.key, RaggedFeature(dtypes.int64))

    validate = bool(feature.validate)
    if not isinstance(values, RaggedTensor):  # those of a single Example
        for each in reversed(feature.partitions):
            values = _cut(values, each, partition_of, validate)
    else:
        outer = None
        if (
            values.ragged_rank > 1
        ):  # time steps of SequenceExamples: examples and steps are one axis meanwhile
            outer, values = values.row_splits, values.values
        for each in reversed(feature.partitions):
            values = _cut_each(values, each, partition_of, validate, outer is not None)
        if outer is not None:
            values = RaggedTensor.from_row_splits(values, outer, validate=False)
    if isinstance(values, RaggedTensor):
        return values.with_row_splits_dtype(feature.row_splits_dtype)
    return values


def _cut(values, partition, partition_of, validate):
    """Values cut into rows."""
    if isinstance(partition, RaggedFeature.UniformRowLength):
        if isinstance(values, RaggedTensor):
            return RaggedTensor.from_uniform_row_length(values, partition.length, validate=validate)
        return reshape(values, concat([[-1, partition.length], shape(values)[1:]], 0))
    rows = partition_of(partition)
    make = {
        "RowSplits": RaggedTensor.from_row_splits,
        "RowLengths": RaggedTensor.from_row_lengths,
        "RowStarts": RaggedTensor.from_row_starts,
        "RowLimits": RaggedTensor.from_row_limits,
        "ValueRowIds": RaggedTensor.from_value_rowids,
    }[type(partition).__name__]
    return make(values, rows, validate=validate)


def _cut_each(ragged, partition, partition_of, validate, has_steps):
    """The rows of a ragged tensor, each cut into rows of its own."""
    if isinstance(partition, RaggedFeature.UniformRowLength):
        cut = _cut(ragged.values, partition, None, validate)
        return RaggedTensor.from_row_splits(cut, ragged.row_splits // partition.length, validate=validate)
    rows = partition_of(partition)
    if has_steps:
        rows = rows.values
    kind = type(partition).__name__
    if kind == "RowLengths":
        return rows.with_values(RaggedTensor.from_row_lengths(ragged.values, rows.values, validate=validate))
    if kind == "ValueRowIds":
        return _cut_by_rows_of_values(ragged, rows, validate)
    if kind == "RowSplits":
        rows = rows[:, 1:]
    places = rows.values + repeat(ragged.row_starts(), rows.row_lengths())
    make = RaggedTensor.from_row_starts if kind == "RowStarts" else RaggedTensor.from_row_limits
    return rows.with_values(make(ragged.values, places, validate=validate))


def _cut_by_rows_of_values(ragged, rows, validate):
    # One more than the number of the last row of each example; 0 where there are no values.
    num_rows = maximum(unsorted_segment_max(rows.values + 1, rows.value_rowids(), rows.nrows()), 0)
    places = rows.values + repeat(cumsum(num_rows, exclusive=True), rows.row_lengths())
    cut = RaggedTensor.from_value_rowids(ragged.values, places, validate=validate)
    return RaggedTensor.from_row_lengths(cut, num_rows, validate=validate)
