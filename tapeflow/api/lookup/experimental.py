"""tf.lookup.experimental: tables that change."""

from tapeflow.api.lookup.mutable import DenseHashTable, MutableHashTable

__all__ = ["DenseHashTable", "MutableHashTable"]
