"""Placeholders without shapes, and sparse ones: what is known of calls on them, and what sessions make of them."""

import importlib

import numpy as np

from tests.compat.case import case, ran, refused

MATRIX = [[1.0, 2.0], [3.0, 4.0]]
PLACES = ([[0, 1], [1, 0]], [1.0, 2.0], [2, 3])


@case
def functions_of_the_newer_kind_take_unknown_ranks(tf):
    x = tf.placeholder(tf.float32)
    newer = importlib.import_module(
        tf.__name__.partition(".")[0] if "tapeflow" in tf.__name__ else "tensorflow"
    )
    found = [
        newer.reduce_sum(x * 2.0, axis=-1),
        newer.reshape(newer.math.sqrt(x), newer.shape(x)),
        newer.transpose(x),
        x[..., 0],
        newer.linalg.norm(x, axis=-1),
        newer.zeros(newer.shape(x)),
        newer.stack([x, x]),
    ]
    yield [str(each.shape) for each in found]
    yield ran(tf, found, {x: MATRIX})
    yield ran(tf, found, {x: [1.0, 4.0]})


@case
def sparse_placeholders(tf):
    any_rank = tf.sparse_placeholder(tf.float32, name="any")
    rows = tf.sparse_placeholder(tf.float32, shape=[None, 3])
    whole = tf.sparse_placeholder(tf.int32, shape=[2, 3], name="whole")
    for each in (any_rank, rows, whole):
        parts = (each.indices, each.values, each.dense_shape)
        yield str(each.shape), each.dtype.name, [str(part.shape) for part in parts]
    yield [part.name for part in (any_rank.indices, any_rank.values, any_rank.dense_shape)]
    dense = tf.sparse.to_dense(any_rank)
    product = tf.sparse.sparse_dense_matmul(rows, tf.ones([3, 1]))
    yield str(dense.shape), str(product.shape)
    yield ran(tf, dense, {any_rank: PLACES})
    yield ran(tf, dense, {any_rank: tf.SparseTensorValue(np.array([[1]]), np.array([2.0]), np.array([3]))})
    yield ran(tf, [product, rows], {rows: PLACES})
    yield ran(tf, tf.sparse.to_dense(whole), {whole: ([[0, 1], [1, 0]], [1, 2])})
    yield ran(tf, [dense, product], {any_rank: PLACES, rows: PLACES})
    yield refused(lambda: ran(tf, dense), "You must feed a value for placeholder tensor")
    yield refused(lambda: ran(tf, dense, {any_rank: 1.0}))[0] in ("ValueError", "TypeError")


@case
def gradients_of_sparse_placeholders(tf):
    rows = tf.sparse_placeholder(tf.float32, shape=[None, 3])
    weights = tf.placeholder(tf.float32, [3, 1])
    product = tf.reduce_sum(tf.sparse.sparse_dense_matmul(rows, weights) ** 2)
    found = tf.gradients(product, [weights, rows.values])
    yield ran(
        tf, [tf.convert_to_tensor(each) for each in found], {rows: PLACES, weights: [[1.0], [2.0], [3.0]]}
    )
