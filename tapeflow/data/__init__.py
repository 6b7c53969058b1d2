"""tf.data: pipelines that make batches of examples."""

from tapeflow.data import experimental
from tapeflow.data import names as _names
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetSpec, DatasetV2
from tapeflow.data.iterator import Iterator, IteratorSpec, NumpyIterator
from tapeflow.data.optional import Optional, OptionalSpec
from tapeflow.data.options import Options, ThreadingOptions
from tapeflow.data.readers import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from tapeflow.data.transformations import AUTOTUNE

_names.install()

Dataset = DatasetV2

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "Iterator",
    "IteratorSpec",
    "NumpyIterator",
    "Optional",
    "OptionalSpec",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "ThreadingOptions",
    "experimental",
]
