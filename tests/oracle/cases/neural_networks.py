"""tf.nn: activations, softmax and losses, normalization, dropout, embeddings."""

import numpy as np

from tests.oracle.call import Call, integers, normal, uniform

NAN, INF = np.nan, np.inf
CORNERS = np.array([-INF, -100.0, -2.5, -0.5, 0.0, 0.5, 6.0, 7.0, 100.0, INF, NAN], np.float32)
FLOATS = [
    normal(2, 3),
    normal(3, dtype="float64"),
    normal(4, dtype="float16"),
    normal(4, dtype="bfloat16"),
    normal(),
    normal(0, 2),
]
INTEGERS = [integers(5, low=-9, dtype=name) for name in ("int8", "int32", "int64")]


def unary(name, *inputs, **options):
    return [Call(name, each, **options) for each in inputs]


def f32(*values):
    return np.array(values, np.float32)


def distribution(*dims, dtype="float32"):
    weights = uniform(*dims, low=0.1, dtype="float64")
    return (weights / weights.sum(-1, keepdims=True)).astype(dtype)


ACTIVATIONS = [
    *unary("nn.relu", *FLOATS, *INTEGERS, CORNERS),
    *unary("nn.relu6", *FLOATS, normal(9) * 9, *INTEGERS, CORNERS),
    *unary("nn.leaky_relu", *FLOATS[:1], *FLOATS[2:], *INTEGERS, CORNERS),
    Call("nn.leaky_relu", FLOATS[1], rtol=1e-7, reason="TensorFlow rounds alpha to float32"),
    Call("nn.leaky_relu", normal(5), alpha=0.5),
    Call("nn.leaky_relu", normal(5), 1.5),
    *unary("nn.elu", *FLOATS, CORNERS[:-1]),
    Call("nn.elu", CORNERS, grad=False, reason="TensorFlow's gradient at NaN is 1"),
    *unary("nn.selu", *FLOATS, CORNERS[:-1]),
    Call("nn.selu", CORNERS, grad=False, reason="TensorFlow's gradient at NaN is that of large numbers"),
    *unary("nn.gelu", FLOATS[0], FLOATS[2], *FLOATS[4:], CORNERS[1:-2]),
    *unary("nn.gelu", FLOATS[0], FLOATS[2], *FLOATS[4:], CORNERS[1:-2], approximate=True),
    Call("nn.gelu", FLOATS[1], rtol=1e-6, reason="TensorFlow rounds the constants to float32"),
    Call("nn.gelu", FLOATS[1], True, rtol=1e-6, reason="TensorFlow rounds the constants to float32"),
    *unary("nn.silu", *FLOATS[:3], *FLOATS[4:], CORNERS[1:-2]),
    Call("nn.swish", normal(5), beta=2.0),
    Call("nn.silu", normal(5), normal()),
    *unary("nn.crelu", normal(2, 3), normal(4, dtype="float64")),
    Call("nn.crelu", normal(2, 3), axis=0),
    *unary("nn.sigmoid", *FLOATS[:3]),
    *unary("nn.tanh", *FLOATS[:3]),
    *unary("nn.softplus", *FLOATS[:3]),
    *unary("nn.softsign", *FLOATS[:3]),
    *unary("nn.softmax", *FLOATS[:4], normal(2, 3, 4), normal(3, 0), normal(0, 3), normal(2, 4) * 100),
    *unary("nn.softmax", f32(1, INF), f32(-INF, -INF), f32(0, -INF), f32(0, NAN), grad=False, reason="nan"),
    Call("nn.softmax", normal(2, 3, 4), axis=1),
    Call("nn.softmax", normal(2, 3, 4), axis=-3),
    Call("math.softmax", normal(2, 3), axis=0),
    *unary("nn.log_softmax", *FLOATS[:4], normal(2, 3, 4), normal(3, 0), normal(0, 3), normal(2, 4) * 100),
    Call("nn.log_softmax", normal(2, 3, 4), axis=1),
    Call("math.log_softmax", normal(2, 3), axis=0),
]

LOSSES = [
    Call("nn.softmax_cross_entropy_with_logits", distribution(2, 3), normal(2, 3)),
    Call("nn.softmax_cross_entropy_with_logits", distribution(2, 3), normal(2, 3) * 50),
    Call("nn.softmax_cross_entropy_with_logits", labels=distribution(2, 3, 4), logits=normal(2, 3, 4)),
    Call("nn.softmax_cross_entropy_with_logits", distribution(2, 4, 3), normal(2, 4, 3), axis=1),
    Call("nn.softmax_cross_entropy_with_logits", distribution(3), normal(3)),
    Call("nn.softmax_cross_entropy_with_logits", [[0, 1]], normal(1, 2)),
    Call("nn.softmax_cross_entropy_with_logits", integers(2, 3, high=2), normal(2, 3)),
    Call(
        "nn.softmax_cross_entropy_with_logits",
        distribution(2, 3, dtype="float64"),
        normal(2, 3),
        rtol=1e-5,
        reason="computed in float32",
    ),
    Call(
        "nn.softmax_cross_entropy_with_logits",
        distribution(2, 3, dtype="float64"),
        normal(2, 3, dtype="float64"),
    ),
    Call(
        "nn.softmax_cross_entropy_with_logits",
        distribution(2, 3, dtype="float16"),
        normal(2, 3, dtype="float16"),
    ),
    Call("nn.softmax_cross_entropy_with_logits", normal(0, 3), normal(0, 3)),
    Call("nn.softmax_cross_entropy_with_logits", f32([1, 0]), f32([1, -INF]), grad=False, reason="nan"),
    Call("nn.softmax_cross_entropy_with_logits", f32([0, 1]), f32([1, -INF]), grad=False, reason="inf"),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [1, 0], normal(2, 3)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", labels=[1, 0], logits=normal(2, 3) * 50),
    Call("nn.sparse_softmax_cross_entropy_with_logits", integers(2, 3, high=4), normal(2, 3, 4)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", integers(3, high=4, dtype="int64"), normal(3, 4)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", 1, normal(3)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [1, 0], normal(2, 3, dtype="float64")),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [1, 0], normal(2, 3, dtype="float16")),
    Call("nn.sparse_softmax_cross_entropy_with_logits", integers(0), normal(0, 3)),
    Call("nn.sigmoid_cross_entropy_with_logits", uniform(2, 3), normal(2, 3)),
    Call("nn.sigmoid_cross_entropy_with_logits", uniform(4), f32(-100, 100, 0, 7)),
    Call("nn.sigmoid_cross_entropy_with_logits", labels=uniform(3), logits=normal(3) * 10),
    Call("nn.sigmoid_cross_entropy_with_logits", uniform(3, dtype="float64"), normal(3, dtype="float64")),
    Call("nn.weighted_cross_entropy_with_logits", uniform(2, 3), normal(2, 3) * 5, 2.0),
    Call("nn.weighted_cross_entropy_with_logits", uniform(2, 3), normal(2, 3), normal(3)),
    Call("nn.log_poisson_loss", uniform(2, 3, high=4), normal(2, 3)),
    Call("nn.log_poisson_loss", uniform(2, 3, low=1.2, high=4), normal(2, 3), compute_full_loss=True),
    Call("nn.log_poisson_loss", f32(0.5, 1, 2), f32(1, 2, 3), True),
    *unary("nn.l2_loss", *FLOATS[:3], normal(2, 3, 2), normal(), normal(0)),
    Call("nn.compute_average_loss", normal(4)),
    Call("nn.compute_average_loss", normal(4, 2), sample_weight=uniform(4, 1), global_batch_size=8),
    Call("nn.compute_average_loss", normal(4), global_batch_size=0),
    Call("nn.compute_average_loss", normal(4, dtype="float16"), uniform(4)),
    Call("nn.scale_regularization_loss", normal(4)),
]

NORMALIZATION = [
    *unary(
        "nn.moments", normal(4, 3), normal(4, 3, dtype="float64"), normal(4, 3, dtype="float16"), axes=[0]
    ),
    Call("nn.moments", normal(2, 3, 4), [0, -1]),
    Call("nn.moments", normal(2, 3, 4), [0, 1], keepdims=True),
    Call("nn.moments", normal(2, 3), 1, shift=normal(1)),
    Call("nn.moments", integers(2, 3), [0]),
    Call("nn.weighted_moments", normal(4, 3), [0], uniform(4, 1)),
    Call("nn.weighted_moments", normal(4, 3), [0, 1], uniform(4, 3), keepdims=True),
    Call("nn.weighted_moments", normal(4, 3, dtype="float16"), [1], uniform(4, 3, dtype="float16")),
    Call("nn.sufficient_statistics", normal(2, 3), [0]),
    Call("nn.sufficient_statistics", normal(2, 3), [0, 1], shift=1.0, keepdims=True),
    Call("nn.sufficient_statistics", normal(2, 3), [1], normal()),
    Call("nn.normalize_moments", f32(3), normal(1), uniform(1, low=5, high=9), None),
    Call("nn.normalize_moments", f32(3), normal(1), uniform(1, low=5, high=9), normal(1)),
    Call("nn.batch_normalization", normal(4, 3), normal(3), uniform(3), normal(3), normal(3), 1e-3),
    Call("nn.batch_normalization", normal(4, 3), normal(3), uniform(3), None, None, 1e-3),
    Call("nn.batch_normalization", normal(4, 3), normal(3), uniform(3), None, normal(3), 1e-3),
    Call(
        "nn.batch_norm_with_global_normalization",
        *(normal(2, 3, 3, 4), normal(4), uniform(4), normal(4), normal(4), 1e-3, True),
    ),
    Call(
        "nn.batch_norm_with_global_normalization",
        *(normal(2, 3, 3, 4), normal(4), uniform(4), normal(4), normal(4), 1e-3, False),
    ),
    Call("nn.local_response_normalization", normal(2, 3, 3, 8)),
    Call("nn.lrn", normal(2, 3, 3, 8), depth_radius=2, bias=0.5, alpha=0.3, beta=0.8),
    *unary("nn.zero_fraction", integers(9, high=2), normal(3), f32(), grad=False, reason="counts"),
    Call("math.zero_fraction", f32(0, 1, 0, 2), grad=False, reason="counts"),
    Call("nn.l2_normalize", normal(2, 3), axis=1),
]

OTHERS = [
    Call("nn.bias_add", normal(2, 3), normal(3)),
    Call("nn.bias_add", normal(2, 3, 4, 5), normal(5)),
    Call("nn.bias_add", normal(2, 3, 4, 5), normal(3), data_format="NCHW"),
    Call("nn.bias_add", normal(2, 3, 4), normal(3), "NC..."),
    Call("nn.bias_add", normal(2, 3, 4), normal(4), "N...C"),
    Call("nn.bias_add", integers(2, 3), integers(3)),
    Call("nn.bias_add", normal(2, 3, dtype="float64"), normal(3, dtype="float64")),
    Call("nn.dropout", normal(2, 3), 0),
    Call("nn.dropout", normal(2, 3), 0.0, noise_shape=[2, 1]),
    Call(
        lambda tf, x: [tf.random.set_seed(3), *[tf.nn.dropout(x, 0.4) for _ in range(2)]][1:],
        normal(4, 5),
        name="nn.dropout",
    ),
    Call(
        lambda tf, x: [tf.random.set_seed(3), tf.nn.dropout(x, tf.constant(0.4), [None, 1], seed=2)][1:],
        normal(4, 5),
        name="nn.dropout",
    ),
    Call(
        lambda tf, x: [
            tf.random.set_seed(3),
            tf.nn.dropout(x, 0),
            tf.nn.dropout(x, 0.5),
        ][1:],
        normal(4, 5),
        name="nn.dropout",
    ),
    Call("nn.experimental.stateless_dropout", normal(4, 5), 0.3, [1, 2]),
    Call("nn.experimental.stateless_dropout", normal(4, 5), 0.3, [1, 2], noise_shape=[4, 1]),
    Call("nn.experimental.stateless_dropout", normal(4, 5), 0.3, [1, 2], rng_alg="philox"),
    Call(
        lambda tf, x: tf.nn.experimental.general_dropout(
            x, 0.5, lambda shape, dtype: tf.reshape(tf.constant([0.1, 0.9, 0.5], dtype), shape)
        ),
        normal(3),
        name="nn.experimental.general_dropout",
    ),
    Call("nn.embedding_lookup", normal(4, 3), [0, 3, 0]),
    Call("nn.embedding_lookup", normal(4, 3), integers(2, 2, high=4, dtype="int64")),
    Call("nn.embedding_lookup", normal(4, 3) * 3, [[0, 3]], max_norm=1.0),
    Call("nn.embedding_lookup", [normal(2, 3), normal(2, 3)], [0, 3]),
    Call("nn.embedding_lookup", [normal(2, 3), normal(1, 3)], [0, 2]),
    Call("nn.in_top_k", [0, 1], normal(2, 4), 2, grad=False, reason="booleans"),
]

CALLS = [*ACTIVATIONS, *LOSSES, *NORMALIZATION, *OTHERS]

BAD_CALLS = [
    *[Call(f"nn.{name}", "a") for name in ("relu", "elu", "softmax")],
    *[Call(f"nn.{name}", integers(3)) for name in ("elu", "selu", "gelu", "silu", "softmax", "log_softmax")],
    Call("nn.relu", True),
    Call("nn.relu", [1j]),
    Call("nn.leaky_relu", normal(2), alpha=f32(0.3)),
    Call("nn.softmax", normal()),
    Call("nn.softmax", normal(3), axis=1),
    Call("nn.softmax", normal(3, 2), axis=-3),
    Call("nn.softmax_cross_entropy_with_logits", normal(2, 5), normal(3, 5)),
    Call("nn.softmax_cross_entropy_with_logits", [[0, 1]], [[1, 2]]),
    Call("nn.softmax_cross_entropy_with_logits", normal(2, 5), normal(2, 5), axis=4),
    Call("nn.softmax_cross_entropy_with_logits", 1.0, 2.0),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [5, 0, 1], normal(3, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [-1, 0, 1], normal(3, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", integers(2, dtype="uint8", high=3), normal(2, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [1.0, 0.0], normal(2, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [[1, 0]], normal(2, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [1, 0, 1], normal(2, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [1, 0], integers(2, 5)),
    Call("nn.sparse_softmax_cross_entropy_with_logits", 1, 1.0),
    Call("nn.sparse_softmax_cross_entropy_with_logits", [0, 0], normal(2, 0)),
    Call("nn.sigmoid_cross_entropy_with_logits", normal(2, 5), normal(3, 5)),
    Call("nn.sigmoid_cross_entropy_with_logits", normal(1, 5), normal(3, 5)),
    Call("nn.sigmoid_cross_entropy_with_logits", None, normal(3, 5)),
    Call("nn.sigmoid_cross_entropy_with_logits", integers(3, 5), normal(3, 5)),
    Call("nn.weighted_cross_entropy_with_logits", normal(2, 5), normal(3, 5), 2.0),
    Call("nn.log_poisson_loss", normal(2, 5), normal(3, 5)),
    Call("nn.l2_loss", [1, 2]),
    Call("nn.compute_average_loss", 1.0),
    Call("nn.compute_average_loss", [1.0], global_batch_size=2.0),
    Call("nn.bias_add", normal(2, 3), normal(2)),
    Call("nn.bias_add", normal(2, 3), normal(1, 3)),
    Call("nn.bias_add", normal(3), normal(3)),
    Call("nn.bias_add", normal(2, 3, 4), normal(3), data_format="FOO"),
    Call("nn.bias_add", normal(2, 3, 4, 4), normal(4), data_format="NCHW"),
    Call("nn.bias_add", normal(2, 3), integers(3)),
    Call("nn.dropout", normal(2, 3), 1.0),
    Call("nn.dropout", normal(2, 3), 2),
    Call("nn.dropout", integers(2, 3), 0.5),
    Call("nn.dropout", normal(2, 3), "a"),
    Call("nn.dropout", normal(2, 3), normal(1)),
    Call("nn.dropout", normal(2, 3), normal(dtype="float64")),
    Call("nn.dropout", normal(2, 3), 0.2, noise_shape=[2, 2]),
    Call("nn.experimental.stateless_dropout", normal(2, 3), 0.5, [1, 2], rng_alg="foo"),
    Call("nn.experimental.stateless_dropout", normal(2, 3), 0.5, [1]),
    Call("nn.batch_normalization", normal(2, 3), normal(2), uniform(3), normal(3), normal(3), 1e-3),
    Call("nn.weighted_moments", normal(2, 3), [0], normal(4, 1)),
    Call("nn.lrn", normal(2, 3, 4)),
    Call("nn.embedding_lookup", normal(4, 3), [0, 4]),
    Call("nn.embedding_lookup", normal(4, 3), [0.0, 3.0]),
    Call("nn.embedding_lookup", None, [0]),
]
