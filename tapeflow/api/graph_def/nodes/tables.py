"""Nodes of lookup tables. What stands for one among the inputs is the table itself."""

import numpy

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op


@node_op(
    "HashTableV2", "MutableHashTableV2", "AnonymousHashTable", "AnonymousMutableHashTable", is_pure=False
)
def _table(node):
    """A table to be filled. What it gives for keys that are not there comes with each look-up."""
    dtype = node.dtype("value_dtype")
    default = "" if dtype is tf.string else numpy.zeros((), dtype.as_numpy_dtype)
    return tf.lookup.experimental.MutableHashTable(node.dtype("key_dtype"), dtype, default)


@node_op("LookupTableFindV2", is_pure=False)
def _find(node, table, keys, default):
    return table.lookup(keys, default)


@node_op("LookupTableImportV2", is_pure=False)
def _import(node, table, keys, values):
    table._restore_from_tensors({"table-keys": keys, "table-values": values})


@node_op("LookupTableInsertV2", is_pure=False)
def _insert(node, table, keys, values):
    table.insert(keys, values)


@node_op("LookupTableRemoveV2", is_pure=False)
def _remove(node, table, keys):
    table.remove(keys)


@node_op("LookupTableSizeV2", is_pure=False)
def _size(node, table):
    return table.size()


@node_op("LookupTableExportV2", outputs=("keys", "values"), is_pure=False)
def _export(node, table):
    return table.export()


@node_op("InitializeTableV2", is_pure=False)
def _initialize(node, table, keys, values):
    table.insert(keys, values)


@node_op("InitializeTableFromTextFileV2", is_pure=False)
def _initialize_from_file(node, table, path):
    node.library.check_file(path)
    size = node.integer("vocab_size", -1)
    source = tf.lookup.TextFileInitializer(
        path,
        table.key_dtype,
        node.integer("key_index"),
        table.value_dtype,
        node.integer("value_index"),
        None if size < 0 else size,
        node.text("delimiter", "\t"),
        value_index_offset=node.integer("offset"),
    )
    source.initialize(table)
