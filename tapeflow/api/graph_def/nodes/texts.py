"""Nodes of strings, and of the ragged tensors that they are taken apart into."""

import numpy

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors

of_tensors({"StringStrip": tf.strings.strip})


@node_op("StringLower", "StringUpper")
def _cased(node, x):
    function = tf.strings.lower if node.op == "StringLower" else tf.strings.upper
    return function(x, node.text("encoding"))


@node_op("StringLength")
def _length(node, x):
    return tf.strings.length(x, node.text("unit", "BYTE"))


@node_op("Substr")
def _substr(node, x, position, length):
    return tf.strings.substr(x, position, length, node.text("unit", "BYTE"))


@node_op("RegexReplace", "StaticRegexReplace")
def _replaced(node, x, *given):
    pattern, rewrite = given or (node.text("pattern"), node.text("rewrite"))
    if given:
        pattern, rewrite = [_known_text(each) for each in given]
    return tf.strings.regex_replace(x, pattern, rewrite, node.flag("replace_global", True))


def _known_text(tensor):
    found = tf.get_static_value(tensor)
    if found is None:
        raise NotImplementedError("A pattern or separator must be a constant of the graph.")
    return numpy.asarray(found, object).item().decode()


@node_op("StaticRegexFullMatch")
def _full_match(node, x):
    return tf.strings.regex_full_match(x, node.text("pattern"))


@node_op("StringJoin")
def _join(node, *inputs):
    return tf.strings.join(list(inputs), node.text("separator"))


@node_op("ReduceJoin")
def _reduce_join(node, x, axes):
    return tf.strings.reduce_join(x, axes, node.flag("keep_dims"), node.text("separator"))


@node_op("StringToNumber")
def _number(node, x):
    return tf.strings.to_number(x, node.dtype("out_type", tf.float32.as_datatype_enum))


@node_op("AsString")
def _as_string(node, x):
    return tf.as_string(
        x,
        node.integer("precision", -1),
        node.flag("scientific"),
        node.flag("shortest"),
        node.integer("width", -1),
        node.text("fill"),
    )


@node_op("StringToHashBucketFast", "StringToHashBucket")
def _hash(node, x):
    fast = node.op.endswith("Fast")
    function = tf.strings.to_hash_bucket_fast if fast else tf.strings.to_hash_bucket
    return function(x, node.integer("num_buckets"))


@node_op("StringToHashBucketStrong")
def _strong_hash(node, x):
    return tf.strings.to_hash_bucket_strong(x, node.integer("num_buckets"), node.integers("key"))


@node_op("StringSplitV2", outputs=("indices", "values", "shape"))
def _split(node, x, separator):
    """The pieces as a sparse matrix."""
    found = tf.strings.split(x, _known_text(separator) or None, node.integer("maxsplit", -1)).to_sparse()
    return found.indices, found.values, found.dense_shape


@node_op("UnicodeDecode", outputs=("row_splits", "char_values"))
def _decode(node, x):
    found = tf.strings.unicode_decode(
        x,
        node.text("input_encoding"),
        node.text("errors", "replace"),
        node.integer("replacement_char", 65533),
        node.flag("replace_control_characters"),
    )
    return tf.cast(found.row_splits, node.dtype("Tsplits", tf.int64.as_datatype_enum)), found.flat_values


@node_op("StringNGrams", outputs=("ngrams", "ngrams_splits"))
def _ngrams(node, x, splits):
    found = tf.strings.ngrams(
        tf.RaggedTensor.from_row_splits(x, splits),
        tuple(node.integers("ngram_widths")),
        node.text("separator"),
        (node.text("left_pad"), node.text("right_pad")),
        node.integer("pad_width"),
        node.flag("preserve_short_sequences"),
    )
    return found.flat_values, tf.cast(found.row_splits, splits.dtype)


@node_op("RaggedRange", outputs=("rt_nested_splits", "rt_dense_values"))
def _ragged_range(node, starts, limits, deltas):
    dtype = node.dtype("Tsplits", tf.int64.as_datatype_enum)
    found = tf.ragged.range(starts, limits, deltas, row_splits_dtype=dtype)
    return found.row_splits, found.flat_values


@node_op("RaggedTensorToTensor")
def _dense(node, shape, values, default, *rows):
    """Ragged rows as a tensor; what says where they begin is of a type for each axis."""
    types = [each.decode() for each in node.texts("row_partition_types")]
    rows = list(rows)
    first_size = rows.pop(0) if types[0] == "FIRST_DIM_SIZE" else None
    if first_size is not None:
        types = types[1:]
    for place in reversed(range(len(types))):
        if types[place] == "ROW_SPLITS":
            values = tf.RaggedTensor.from_row_splits(values, rows[place], validate=False)
        else:
            count = (
                first_size
                if place == 0
                else tf.cast(_number_of_rows(types[place - 1], rows[place - 1]), tf.int64)
            )
            values = tf.RaggedTensor.from_value_rowids(values, rows[place], count, validate=False)
    sizes = tf.get_static_value(shape)
    if sizes is None:
        raise NotImplementedError(f"{node} makes a tensor of a shape that is computed, which is not read.")
    known = [None if size < 0 else size for size in sizes.tolist()] if sizes.ndim else None
    return values.to_tensor(default, shape=known)


def _number_of_rows(kind, row):
    return row[-1] if kind == "ROW_SPLITS" else tf.size(row)


@node_op("SparseToDense")
def _sparse_to_dense(node, indices, shape, values, default):
    indices = tf.reshape(tf.cast(indices, tf.int64), [-1, shape.shape[0]])
    values = tf.broadcast_to(values, tf.shape(indices)[:1])
    found = tf.SparseTensor(indices, values, tf.cast(shape, tf.int64))
    return tf.sparse.to_dense(found, default, validate_indices=node.flag("validate_indices", True))
