"""Nodes that draw random numbers: from seeds the same as TensorFlow's, otherwise others."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op
from tapeflow.core.arguments import shape_dims
from tapeflow.ops import random

_FLOAT, _INT64 = tf.float32.as_datatype_enum, tf.int64.as_datatype_enum
_PHILOX = 1


def _seed(node):
    return node.integer("seed") or node.integer("seed2") or None


@node_op("RandomUniform", is_pure=False)
def _uniform(node, shape):
    return tf.random.uniform(shape, dtype=node.dtype("dtype"), seed=_seed(node))


@node_op("RandomUniformInt", is_pure=False)
def _integers(node, shape, least, limit):
    return tf.random.uniform(shape, least, limit, least.dtype, _seed(node))


@node_op("RandomStandardNormal", is_pure=False)
def _normal(node, shape):
    return tf.random.normal(shape, dtype=node.dtype("dtype"), seed=_seed(node))


@node_op("TruncatedNormal", is_pure=False)
def _truncated_normal(node, shape):
    return tf.random.truncated_normal(shape, dtype=node.dtype("dtype"), seed=_seed(node))


@node_op("RandomShuffle", is_pure=False)
def _shuffle(node, x):
    return tf.random.shuffle(x, _seed(node))


@node_op("Multinomial", is_pure=False)
def _categorical(node, logits, count):
    return tf.random.categorical(logits, count, node.dtype("output_dtype", _INT64), _seed(node))


_BY_SEED = {
    "StatelessRandomNormal": tf.random.stateless_normal,
    "StatelessRandomUniform": tf.random.stateless_uniform,
    "StatelessTruncatedNormal": tf.random.stateless_truncated_normal,
}


@node_op(*_BY_SEED)
def _from_seed(node, shape, seed):
    return _BY_SEED[node.op](shape, seed, dtype=node.dtype("dtype", _FLOAT))


@node_op("StatelessRandomUniformInt")
def _integers_from_seed(node, shape, seed, least, limit):
    return tf.random.stateless_uniform(shape, seed, least, limit, least.dtype)


@node_op("StatelessMultinomial")
def _categorical_from_seed(node, logits, count, seed):
    return tf.random.stateless_categorical(logits, count, seed, node.dtype("output_dtype", _INT64))


@node_op("StatelessRandomGetAlg")
def _algorithm(node):
    return tf.constant(_PHILOX)


@node_op("StatelessRandomGetKeyCounter", outputs=("key", "counter"))
def _key_and_counter(node, seed):
    return tuple(random.stateless_random_get_key_counter(seed))


@node_op("StatelessRandomGetKeyCounterAlg", outputs=("key", "counter", "alg"))
def _key_counter_and_algorithm(node, seed):
    return *random.stateless_random_get_key_counter(seed), tf.constant(_PHILOX)


_BY_KEY = {
    "StatelessRandomNormalV2": random.stateless_random_normal,
    "StatelessRandomUniformFullIntV2": random.stateless_random_uniform_full_int,
    "StatelessRandomUniformV2": random.stateless_random_uniform,
    "StatelessTruncatedNormalV2": random.stateless_truncated_normal,
}


@node_op(*_BY_KEY)
def _from_key(node, shape, key, counter, algorithm):
    dtype = node.dtype("dtype", _FLOAT)
    return _BY_KEY[node.op](key, counter, dims=shape_dims(shape), dtype=dtype)


@node_op("StatelessRandomUniformIntV2")
def _integers_from_key(node, shape, key, counter, algorithm, least, limit):
    dims = shape_dims(shape)
    return random.stateless_random_uniform_int(key, counter, least, limit, dims=dims, dtype=least.dtype)
