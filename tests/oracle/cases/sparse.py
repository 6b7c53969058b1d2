"""tf.sparse and tf.sets: the same calls on the same places."""

import numpy as np

from tests.oracle.call import Call, normal

PLACES = [[0, 1], [1, 0], [2, 2]]
OTHERS = [[0, 1], [0, 3], [2, 2]]


def _of(name, function, *args, **kwargs):
    return Call(function, *args, name=name, **kwargs)


def _dense(tf, sparse):
    return tf.sparse.to_dense(sparse)


def _first(tf, values):
    return tf.SparseTensor(PLACES, values, [3, 4])


def _second(tf, values):
    return tf.SparseTensor(OTHERS, values, [3, 4])


ROWS = np.array([[1, 1], [3, 0]])
WORDS = np.array([[b"a", b"b"], [b"c", b"d"]], object)

CALLS = [
    _of(
        "sparse.add",
        lambda tf, a, b: _dense(tf, tf.sparse.add(_first(tf, a), _second(tf, b))),
        normal(3),
        normal(3),
    ),
    _of("sparse.add", lambda tf, a, b: tf.sparse.add(_first(tf, a), b), normal(3), normal(3, 4)),
    _of(
        "sparse.sparse_dense_matmul",
        lambda tf, a, b: tf.sparse.sparse_dense_matmul(_first(tf, a), b),
        normal(3),
        normal(4, 2),
    ),
    _of("sparse.reduce_sum", lambda tf, a: tf.sparse.reduce_sum(_first(tf, a), axis=1), normal(3)),
    _of("sparse.cross_hashed", lambda tf, x, y: tf.sparse.cross_hashed([x, y], 1000).values, WORDS, ROWS),
    _of("sparse.cross", lambda tf, x, y: tf.sparse.cross([x, y]).values, WORDS, ROWS),
    _of("sets.intersection", lambda tf, x: tf.sets.intersection(x, x + 1).values, ROWS),
    _of("sets.union", lambda tf, x: tf.sets.union(x, x + 1).indices, ROWS),
]
