"""The batch size of a data set, told by how it was made: what has to be known to cut batches for several processes."""

from tapeflow.core import nest
from tapeflow.core.dtypes import int64
from tapeflow.core.operands import as_tensor
from tapeflow.data import shuffling, transformations
from tapeflow.data.batches import BatchDataset
from tapeflow.data.scanning import AssertCardinalityDataset

_UNKNOWN = -1
_SAME_ELEMENTS = (
    AssertCardinalityDataset,
    transformations.CacheDataset,
    transformations.FilterDataset,
    transformations.OptionsDataset,
    transformations.PrefetchDataset,
    transformations.RepeatDataset,
    transformations.ShardDataset,
    shuffling.ShuffleDataset,
    transformations.SkipDataset,
    transformations.TakeDataset,
)
"""Data sets whose elements are elements of their source."""


def compute_batch_size(dataset):
    """The number of examples in a whole batch of a data set: a scalar int64 tensor, -1 if it cannot be told.

    It is the size of the leading axis where the specs of all parts of an element say the same, else what the last
    `batch` took that nothing after it undid.

    >>> int(compute_batch_size(tf.data.Dataset.range(10).batch(4).prefetch(1)))
    4
    >>> int(compute_batch_size(tf.data.Dataset.range(10)))
    -1
    """
    return as_tensor(_batch_size(dataset), int64)


def _batch_size(dataset):
    sizes = [_leading_size(spec) for spec in nest.flatten(dataset.element_spec)]
    if sizes and None not in sizes:
        return _common(sizes)
    if isinstance(dataset, BatchDataset):
        return dataset._batch_size
    if isinstance(dataset, transformations.ZipDataset):
        return _common([_batch_size(each) for each in dataset._sources])
    if isinstance(dataset, transformations.ConcatenateDataset):
        return _common([_batch_size(dataset._first), _batch_size(dataset._second)])
    if type(dataset) in _SAME_ELEMENTS:
        return _batch_size(dataset._source)
    return _UNKNOWN


def _common(sizes):
    return sizes[0] if len(set(sizes)) == 1 else _UNKNOWN


def _leading_size(spec):
    """None where it is not known; -1 for what has no axes."""
    shape = getattr(spec, "shape", None)
    if shape is None or shape.rank is None:
        return None
    return shape[0] if shape.rank else _UNKNOWN
