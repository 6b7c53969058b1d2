"""tf.data.experimental: names that TensorFlow keeps apart."""

import enum

from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.csv_tables import make_csv_dataset
from tapeflow.data.databases import SqlDataset
from tapeflow.data.record_files import TFRecordWriter, make_batched_features_dataset, parse_example_dataset
from tapeflow.data.separated_values import CsvDataset

__all__ = [
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "AutoShardPolicy",
    "CsvDataset",
    "ExternalStatePolicy",
    "SqlDataset",
    "TFRecordWriter",
    "cardinality",
    "make_batched_features_dataset",
    "make_csv_dataset",
    "parse_example_dataset",
]


class AutoShardPolicy(enum.IntEnum):
    """How a pipeline is cut for several workers."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What is done about state outside of a pipeline when it is saved."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


def cardinality(dataset):
    """The number of elements, an int64 scalar; -1: infinitely many, -2: not known.

    >>> int(tf.data.experimental.cardinality(tf.data.Dataset.range(3)))
    3
    """
    return dataset.cardinality()
