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


def _edits(tf, hypothesis, truth, **kwargs):
    """Edit distances between places and values, each for a shape."""
    return tf.edit_distance(*[tf.SparseTensor(*each) for each in (hypothesis, truth)], **kwargs)


_WORDS = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 1]], ["a", "b", "c", "d", "e"], [2, 2, 3]
_TRUE = [[0, 0, 0], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 1, 0]], ["a", "c", "d", "e", "f"], [3, 2, 3]
_NUMBERS = [[0, 0], [0, 1], [0, 2], [0, 3]], [1, 2, 3, 4], [1, 4]

CALLS = [
    *[_of("edit_distance", _edits, _WORDS, _TRUE, normalize=normalize) for normalize in (True, False)],
    _of("edit_distance", _edits, _NUMBERS, ([[0, 0], [0, 1], [0, 2]], [2, 4, 3], [1, 3])),
    _of(
        "edit_distance",
        lambda tf, x: tf.edit_distance(tf.sparse.from_dense(x), tf.sparse.from_dense(x[::-1])),
        normal(4, 7).round(),
    ),
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

BAD_CALLS = [
    _of("edit_distance", _edits, _WORDS, _NUMBERS),
    _of("edit_distance", _edits, ([[0]], [1], [3]), ([[0]], [1], [3])),
    _of("edit_distance", _edits, _WORDS, ([[0, 0, 0]], [1], [2, 2, 3])),
    Call("edit_distance", normal(2, 3), normal(2, 3)),
]
