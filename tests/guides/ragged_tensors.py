"""Ragged tensors: construction, printing, conversion."""

from tests.guides.program import attempt


def from_lists(tf):
    digits = tf.ragged.constant([[3, 1, 4, 1], [], [5, 9, 2], [6], []])
    words = tf.ragged.constant([["So", "long"], ["thanks", "for", "all", "the", "fish"]])
    print(digits)
    print(words)
    print(
        repr(digits),
        digits.shape,
        digits.dtype,
        digits.ragged_rank,
        digits.bounding_shape(),
        digits.row_lengths(),
    )
    print(tf.ragged.constant([["She", "turned", "me", "into", "a", "newt."], ["A", "newt?"], ["Well,", "I"]]))
    print(tf.ragged.constant([[["I", "have"], ["a"]], [["cat"]]]), tf.ragged.constant([[1.0], [2.5, 3]]))
    attempt(lambda: tf.ragged.constant(["one", ["two"]]))
    attempt(
        lambda: tf.ragged.constant(["A", ["B", "C"]]), "all scalar values must have the same nesting depth"
    )


def from_row_partitions(tf):
    print(tf.RaggedTensor.from_value_rowids(values=[3, 1, 4, 1, 5, 9, 2], value_rowids=[0, 0, 0, 0, 2, 2, 3]))
    print(tf.RaggedTensor.from_row_lengths(values=[3, 1, 4, 1, 5, 9, 2], row_lengths=[4, 0, 2, 1]))
    print(tf.RaggedTensor.from_row_splits(values=[3, 1, 4, 1, 5, 9, 2], row_splits=[0, 4, 4, 6, 7]))
    print(
        tf.RaggedTensor.from_row_starts([3, 1, 4], [0, 1, 1]),
        tf.RaggedTensor.from_row_limits([3, 1, 4], [1, 1, 3]),
    )
    print(tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4], 2))
    attempt(lambda: tf.RaggedTensor.from_row_splits([3, 1], [0, 3]))
    attempt(lambda: tf.RaggedTensor.from_row_lengths([3, 1], [1]))


def nested_partitions(tf):
    rt = tf.RaggedTensor.from_nested_row_splits([1, 2, 3, 4, 5], [[0, 2, 2, 3], [0, 1, 3, 5]])
    print(rt, rt.ragged_rank, rt.values, rt.flat_values, rt.nested_row_splits, rt.nested_row_lengths())
    inner = tf.RaggedTensor.from_row_splits(values=tf.ones([4, 2]), row_splits=[0, 1, 4])
    print(inner, inner.shape, inner.ragged_rank, inner.flat_values.shape)
    print(tf.RaggedTensor.from_nested_row_lengths([1, 2, 3], [[2, 1], [1, 1, 1]]))


def uniform_inner_dimensions(tf):
    rt = tf.ragged.constant([[[1, 2]], [], [[3, 4], [5, 6]]], ragged_rank=1)
    print(rt.shape, rt.values.shape, rt)
    print(tf.ragged.constant([[[1, 2]], [], [[3, 4], [5, 6]]]).shape)


def parts(tf):
    digits = tf.ragged.constant([[3, 1, 4, 1], [], [5, 9, 2], [6], []])
    print(digits.values, digits.row_splits, digits.value_rowids(), digits.row_starts(), digits.row_limits())
    print(digits.nrows(), digits.bounding_shape(axis=1), digits.to_list(), digits.numpy())
    print(digits[0], digits[1], digits[-2], digits[1:3], digits[:, :2], digits[:, -2:], digits[0][1])
    for row in digits:
        print(row)


def to_and_from_tensors(tf):
    ragged = tf.ragged.constant([["Hi"], ["Welcome", "to", "the", "fair"], ["Have", "fun"]])
    print(ragged.to_tensor(default_value="", shape=[None, 10]))
    print(ragged.to_tensor("?"))
    numbers = tf.constant([[1, 3, -1, -1], [2, -1, -1, -1], [4, 5, 8, 9]])
    print(tf.RaggedTensor.from_tensor(numbers, padding=-1))
    print(tf.RaggedTensor.from_tensor(numbers, lengths=[2, 1, 4]))
    print(tf.RaggedTensor.from_tensor(numbers))
    attempt(lambda: tf.RaggedTensor.from_tensor(tf.constant([1, 2])))


def to_and_from_sparse(tf):
    ragged = tf.ragged.constant([[1], [], [2, 3]])
    print(ragged.to_sparse())
    sparse = tf.SparseTensor(indices=[[0, 0], [2, 0], [2, 1]], values=["a", "b", "c"], dense_shape=[3, 3])
    print(tf.RaggedTensor.from_sparse(sparse))
    back = tf.RaggedTensor.from_sparse(ragged.to_sparse())
    print(back, back.row_splits)


def operators(tf):
    x = tf.ragged.constant([[1, 2], [3], [4, 5, 6]])
    y = tf.ragged.constant([[1, 1], [2], [3, 3, 3]])
    print(x + y, x + 3, x * x, -x, x > 2, x == y, 2 * x - y)
    attempt(lambda: x + tf.ragged.constant([[1], [1], [1]]))


def mapping_flat_values(tf):
    rt = tf.ragged.constant([[1, 2, 3], [], [4]])
    print(tf.ragged.map_flat_values(lambda v: v * 10, rt), rt.with_values(tf.constant(["a", "b", "c", "d"])))
    print(rt.with_flat_values(tf.cast(rt.flat_values, tf.float32)))


def specs_and_shapes(tf):
    rt = tf.ragged.constant([[1, 2], [3]])
    print(tf.RaggedTensorSpec([2, None], tf.int32), tf.RaggedTensorSpec.from_value(rt), rt.shape.as_list())
    print(isinstance(rt, tf.RaggedTensor), tf.is_tensor(rt), rt.consumers if False else "")


def splitting_text(tf):
    sentences = tf.constant(["the quick fox", "jumps", ""])
    words = tf.strings.split(sentences)
    print(words, words.row_lengths(), words.to_tensor(), tf.strings.bytes_split(["ab", "c"]))
    print(tf.strings.unicode_decode(["ab", "é"], "UTF-8"))


def shapes_with_rows(tf):
    kind, rows = tf.experimental.DynamicRaggedShape, tf.experimental.RowPartition
    shape = tf.shape(tf.ragged.constant([[1], [2, 3, 4], [], [5, 6]]))
    deep = kind([rows.from_row_lengths([5, 3, 2])], [10, 8])
    print(shape, deep, deep.inner_shape, deep.static_lengths(ragged_lengths=False), deep.rank)
    print(shape[:1], shape[:2], deep[:2], deep[:3], deep[2], shape[0], deep.is_uniform(1), deep.is_uniform(2))
    attempt(lambda: shape[1], "Index 1 is not uniform")
    attempt(lambda: shape[1:], "All relevant dimensions must be uniform")
    attempt(lambda: shape[5], "Index is too big: 5>=2")
    attempt(lambda: shape["a"], "Argument is not an int or a slice")
    attempt(lambda: shape[::2], "Cannot stride through a shape")
    attempt(lambda: deep.is_uniform(3), "Expected axis=3 < rank=3")
    print(
        kind.from_lengths([4, (2, 1, 0, 8), 12]),
        kind.from_lengths([2, 3, 4]),
        kind.from_lengths([2, 3, 4], 1),
    )
    print(kind.from_lengths([2, (1, 2), 2, (1, 2, 3, 4, 5, 6)]), kind.from_lengths([]))
    print(kind.from_row_partitions([rows.from_row_lengths([2, 1]), rows.from_row_lengths([1, 2, 3])]))
    for lengths in ([(1, 2)], [3, (1, 2)], 3, [2, "a"], [2, None]):
        attempt(lambda lengths=lengths: kind.from_lengths(lengths))
    print(
        tf.zeros(shape), tf.ones(shape, tf.int32), tf.fill(shape, "x"), tf.reshape([1, 2, 3, 4, 5, 6], shape)
    )
    print(tf.broadcast_to(3, shape), tf.broadcast_to([[1], [2], [3], [4]], shape))
    attempt(lambda: tf.broadcast_to([1, 2], shape))
    print(tf.broadcast_dynamic_shape(shape, tf.shape([[1], [2], [3], [4]])))
    print(
        kind.from_tensor(tf.zeros([2, 3])),
        tf.is_tensor(shape),
        tf.function(lambda x: tf.shape(x))(tf.ones(shape)),
    )
    print(tf.function(lambda x: tf.zeros(tf.shape(x)))(tf.ones(shape)))
