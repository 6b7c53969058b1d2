import numpy as np

from tests.oracle.call import Call, normal

LENGTHS = [[2, 0, 3], [0], [5], [1, 1, 1, 1, 1]]


def ragged(tf, values, lengths=(2, 0, 3)):
    return tf.RaggedTensor.from_row_lengths(values, list(lengths))


def nested(tf, values):
    return tf.RaggedTensor.from_nested_row_lengths(values, [[2, 1], [2, 0, 3]])


def sparse(tf, values):
    return tf.SparseTensor([[0, 1], [1, 0], [2, 2]], values, [3, 4])


def of(name, function, *args, **kwargs):
    return Call(function, *args, name=name, **kwargs)


SPARSE_MATRIX = normal(3, 4) * np.array([[1, 0, 0, 1], [0, 0, 0, 0], [0, 1, 1, 0]], np.float32)

CALLS = [
    Call(
        "sparse.from_dense", SPARSE_MATRIX, grad=False, reason="TensorFlow has no gradient of a SparseTensor"
    ),
    Call("sparse.from_dense", np.array([0, 3, 0, 4])),
    Call("sparse.from_dense", np.zeros((2, 2), np.float32), grad=False, reason="a SparseTensor"),
    of("sparse.from_dense", lambda tf, x: tf.sparse.from_dense(x).values, SPARSE_MATRIX),
    of("sparse.to_dense", lambda tf, v: tf.sparse.to_dense(sparse(tf, v)), normal(3)),
    of("sparse.to_dense", lambda tf, v: tf.sparse.to_dense(sparse(tf, v), default_value=2.0), normal(3)),
    of("sparse.to_dense", lambda tf: tf.sparse.to_dense(tf.SparseTensor([[1]], ["a"], [3]))),
    of(
        "sparse.to_dense",
        lambda tf, v: tf.sparse.to_dense(tf.SparseTensor([[2], [0]], v, [3]), validate_indices=False),
        normal(2),
    ),
    of(
        "sparse.reorder",
        lambda tf, v: tf.sparse.reorder(tf.SparseTensor([[2], [0]], v, [3])).values,
        normal(2),
    ),
    of(
        "SparseTensor",
        lambda tf, v: (sparse(tf, v) * 2.0).values,
        normal(3),
        grad=False,
        reason="TensorFlow's gradient asks for a vector beside it",
    ),
    of("SparseTensor", lambda tf, v, d: (sparse(tf, v) * d).values, normal(3), normal(3, 4)),
    of("SparseTensor", lambda tf, v: sparse(tf, v).with_values(v * 3.0).values, normal(3)),
    of("RaggedTensor", lambda tf, v: ragged(tf, v).flat_values, normal(5)),
    *[
        of(
            "RaggedTensor.to_tensor",
            lambda tf, v, n=lengths: ragged(tf, v, n).to_tensor(),
            normal(sum(lengths)),
        )
        for lengths in LENGTHS
    ],
    of("RaggedTensor.to_tensor", lambda tf, v: ragged(tf, v).to_tensor(-1.0, shape=[None, 5]), normal(5)),
    of("RaggedTensor.to_tensor", lambda tf, v: ragged(tf, v).to_tensor(shape=[2, 1]), normal(5)),
    of("RaggedTensor.to_tensor", lambda tf, v: nested(tf, v).to_tensor(), normal(5)),
    of("RaggedTensor.to_tensor", lambda tf, v: ragged(tf, v).to_tensor(), normal(5, 2)),
    of(
        "RaggedTensor.from_row_splits", lambda tf, v: tf.RaggedTensor.from_row_splits(v, [0, 2, 5]), normal(5)
    ),
    of(
        "RaggedTensor.from_row_limits", lambda tf, v: tf.RaggedTensor.from_row_limits(v, [2, 2, 5]), normal(5)
    ),
    of(
        "RaggedTensor.from_row_starts", lambda tf, v: tf.RaggedTensor.from_row_starts(v, [0, 2, 2]), normal(5)
    ),
    of(
        "RaggedTensor.from_value_rowids",
        lambda tf, v: tf.RaggedTensor.from_value_rowids(v, [0, 0, 2, 2, 2], nrows=5),
        normal(5),
    ),
    of(
        "RaggedTensor.from_uniform_row_length",
        lambda tf, v: tf.RaggedTensor.from_uniform_row_length(v, 2),
        normal(6),
    ),
    of("RaggedTensor.from_tensor", lambda tf, x: tf.RaggedTensor.from_tensor(x), normal(2, 3)),
    of(
        "RaggedTensor.from_tensor", lambda tf, x: tf.RaggedTensor.from_tensor(x, lengths=[1, 3]), normal(2, 3)
    ),
    of(
        "RaggedTensor.from_tensor",
        lambda tf, x: tf.RaggedTensor.from_tensor(x, padding=0),
        np.array([[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 0, 0]]),
    ),
    of(
        "RaggedTensor.from_tensor",
        lambda tf, x: tf.RaggedTensor.from_tensor(x, padding=0, ragged_rank=2),
        np.array([[[1, 2], [3, 0]], [[3, 0], [0, 0]]]),
    ),
    of("RaggedTensor.row_lengths", lambda tf, v: nested(tf, v).row_lengths(axis=2), normal(5), grad=False),
    of("RaggedTensor.bounding_shape", lambda tf, v: nested(tf, v).bounding_shape(), normal(5), grad=False),
    of("RaggedTensor.value_rowids", lambda tf, v: ragged(tf, v).value_rowids(), normal(5), grad=False),
    of("RaggedTensor.merge_dims", lambda tf, v: nested(tf, v).merge_dims(0, 1), normal(5)),
    of("RaggedTensor.merge_dims", lambda tf, v: nested(tf, v).merge_dims(1, 2), normal(5)),
    of("RaggedTensor.merge_dims", lambda tf, v: nested(tf, v).merge_dims(0, 2), normal(5)),
    of("RaggedTensor.merge_dims", lambda tf, v: ragged(tf, v).merge_dims(1, 2), normal(5, 3)),
    *[
        of("RaggedTensor.getitem", lambda tf, v, key=key: ragged(tf, v)[key], normal(5))
        for key in (
            0,
            -1,
            slice(1, None),
            slice(None, None, 2),
            slice(None, None, -1),
            (2, 1),
            (slice(None), slice(1, None)),
            (slice(None), slice(None, -1)),
            (slice(None, 2), slice(None, None, -1)),
        )
    ],
    *[
        of("RaggedTensor.getitem", lambda tf, v, key=key: nested(tf, v)[key], normal(5))
        for key in (0, (0, 0), (1, 0, 2), (slice(None), slice(0, 1)), (slice(None), slice(None), slice(0, 1)))
    ],
    of("ragged.constant", lambda tf: tf.ragged.constant([[1, 2], [], [3]])),
    of("ragged.constant", lambda tf: tf.ragged.constant([[[1, 2], [3, 4]], []], ragged_rank=1)),
    of("ragged.constant", lambda tf: tf.ragged.constant([[], []])),
    of("ragged.constant", lambda tf: tf.ragged.constant([["a"], ["b", "c"]])),
    of(
        "ragged.constant",
        lambda tf: tf.ragged.constant([[1.5], [2]], dtype=tf.float64, row_splits_dtype=tf.int32),
    ),
    of("ragged.stack", lambda tf, a, b: tf.ragged.stack([a, b]), normal(2), normal(3)),
    of("ragged.stack", lambda tf, v: tf.ragged.stack([ragged(tf, v), ragged(tf, v)]), normal(5)),
    of("ragged.map_flat_values", lambda tf, v: tf.ragged.map_flat_values(tf.tanh, ragged(tf, v)), normal(5)),
    of("ragged.map_flat_values", lambda tf, v: ragged(tf, v) * 2.0 + ragged(tf, v), normal(5)),
    of(
        "RaggedTensor.to_sparse",
        lambda tf, v: ragged(tf, v).to_sparse(),
        normal(5),
        grad=False,
        reason="sparse",
    ),
    of(
        "RaggedTensor.to_sparse",
        lambda tf, v: nested(tf, v).to_sparse(),
        normal(5),
        grad=False,
        reason="sparse",
    ),
    of(
        "RaggedTensor.to_sparse",
        lambda tf, v: ragged(tf, v).to_sparse(),
        normal(5, 2),
        grad=False,
        reason="sparse",
    ),
    of(
        "RaggedTensor.from_sparse",
        lambda tf, v: tf.RaggedTensor.from_sparse(tf.SparseTensor([[0, 0], [0, 1], [2, 0]], v, [3, 2])),
        normal(3),
    ),
]
