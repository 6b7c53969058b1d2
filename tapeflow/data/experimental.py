"""tf.data.experimental: names that TensorFlow keeps apart."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.data import experimental_names
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.csv_tables import make_csv_dataset
from tapeflow.data.databases import SqlDataset
from tapeflow.data.experimental_names import *
from tapeflow.data.optional import Optional
from tapeflow.data.options import (
    AutoShardPolicy,
    AutotuneAlgorithm,
    AutotuneOptions,
    DistributeOptions,
    ExternalStatePolicy,
    OptimizationOptions,
    ThreadingOptions,
)
from tapeflow.data.record_files import TFRecordWriter, make_batched_features_dataset, parse_example_dataset
from tapeflow.data.separated_values import CsvDataset
from tapeflow.data.sources import RandomDataset
from tapeflow.data.storage import load, save
from tapeflow.data.transformations import AUTOTUNE

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "AutoShardPolicy",
    "AutotuneAlgorithm",
    "AutotuneOptions",
    "CsvDataset",
    "DistributeOptions",
    "ExternalStatePolicy",
    "OptimizationOptions",
    "Optional",
    "RandomDataset",
    "SqlDataset",
    "TFRecordWriter",
    "ThreadingOptions",
    "make_batched_features_dataset",
    "make_csv_dataset",
    "parse_example_dataset",
    "load",
    "save",
    "snapshot",
]
__all__ += experimental_names.__all__


def snapshot(path, compression="AUTO", reader_func=None, shard_func=None):
    """For `dataset.apply`: see `tf.data.Dataset.snapshot`."""
    return lambda dataset: dataset.snapshot(path, compression, reader_func, shard_func)
