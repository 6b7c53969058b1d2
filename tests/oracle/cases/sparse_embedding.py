"""Embeddings of rows of ids."""

import numpy as np

from tests.oracle.call import Call, normal, uniform

PLACES = [[0, 0], [0, 2], [1, 1], [3, 0], [3, 1]]
DEEP = [[0, 0, 0], [0, 1, 2], [1, 1, 1], [1, 1, 2], [2, 0, 0]]


def _lookup(tf, table, ids, weights, name, places, dims, **options):
    sparse = tf.SparseTensor(places, ids, dims)
    weights = None if weights is None else tf.SparseTensor(places, weights, dims)
    return getattr(tf.nn, name)(table, sparse, weights, **options)


def _call(name, ids, weights, places=PLACES, dims=(4, 3), **options):
    arguments = normal(5, 2), np.array(ids, "int64"), weights, name, places, dims
    return Call(_lookup, *arguments, name=f"nn.{name}", rtol=1e-5, **options)


CALLS = [
    *[
        _call("embedding_lookup_sparse", [0, 4, 2, 2, 1], weights, combiner=combiner)
        for combiner in ("sum", "mean", "sqrtn")
        for weights in (None, uniform(5) + 0.1)
    ],
    *[
        _call(
            "safe_embedding_lookup_sparse", [0, -1, 2, 2, 1], weights, combiner=combiner, default_id=default
        )
        for combiner in ("sum", "mean", "sqrtn")
        for weights in (None, uniform(5) + 0.1)
        for default in (None, 3)
    ],
    _call("safe_embedding_lookup_sparse", [0, -1, 2, 2, 1], None, DEEP, (3, 2, 4)),
]

BAD_CALLS = [
    _call("embedding_lookup_sparse", [0, 4, 2, 2, 1], None, combiner="max"),
    Call("nn.embedding_lookup_sparse", normal(5, 2), np.array([1, 2]), None),
]
