"""Programs of sums, products, functions, shapes."""

import numpy as np

from tests.arrays import integers, normal, uniform
from tests.differential.program import table

PROGRAMS, program = table(staged=False)
x, y, v = normal(4, 5), normal(4, 5), normal(5)
m, n = normal(4, 3), normal(3, 5)
batch = normal(2, 4, 3)
positive = uniform(4, 5, low=0.5, high=2.0)


@program(x, y, second=True)
def polynomial(tf, a, b):
    return a * a * b - 3.0 * a * b + 2.0


@program(x, v)
def broadcast_sum(tf, a, b):
    return a + b, a - b, a * b


@program(positive, second=True)
def logarithms(tf, a):
    return tf.math.log(a) * tf.math.log1p(a), tf.exp(-a), tf.sqrt(a) + tf.math.rsqrt(a)


@program(x, rtol=1e-6)  # TensorFlow keeps the constants of selu in single precision
def activations(tf, a):
    return tf.nn.relu(a), tf.nn.elu(a), tf.nn.selu(a), tf.nn.gelu(a), tf.nn.silu(a), tf.nn.leaky_relu(a)


@program(x, second=True)
def squashing(tf, a):
    return tf.tanh(a) * tf.sigmoid(a), tf.nn.softplus(a), tf.math.erf(a)


@program(x)
def trigonometry(tf, a):
    return tf.sin(a) * tf.cos(a), tf.atan(a), tf.sinh(a) - tf.cosh(a)


@program(m, n, second=True)
def product(tf, a, b):
    return tf.tanh(a @ b)


@program(batch, n)
def batched_product(tf, a, b):
    return tf.matmul(a, b), tf.matmul(a, a, transpose_b=True)


@program(m, n)
def einsum(tf, a, b):
    return tf.einsum("ij,jk->ki", a, b), tf.einsum("ij,jk->", a, b)


@program(x)
def reductions(tf, a):
    return tf.reduce_sum(a), tf.reduce_mean(a, 0), tf.reduce_max(a, 1), tf.reduce_min(a), tf.reduce_prod(a, 1)


@program(x)
def norms(tf, a):
    return tf.norm(a), tf.norm(a, axis=1), tf.reduce_logsumexp(a, 1), tf.math.l2_normalize(a, 1)


@program(x, second=True)
def softmax(tf, a):
    return tf.nn.softmax(a), tf.nn.log_softmax(a, axis=0)


@program(x, uniform(4, 5))
def cross_entropy(tf, a, b):
    b = b / tf.reduce_sum(b, 1, keepdims=True)
    return tf.nn.softmax_cross_entropy_with_logits(b, a), tf.nn.sigmoid_cross_entropy_with_logits(b, a)


@program(x, np.array([0, 4, 2, 1]))
def sparse_cross_entropy(tf, a, labels):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, a)


@program(x, v, normal(5))
def layer_norm(tf, a, scale, offset):
    mean, variance = tf.nn.moments(a, [-1], keepdims=True)
    return tf.nn.batch_normalization(a, mean, variance, offset, scale, 1e-3)


@program(x)
def layout(tf, a):
    return tf.transpose(a) * 2.0, tf.reshape(a, [2, 10]) + 1.0, tf.reverse(a, [1]), tf.roll(a, 2, 1)


@program(x)
def slices(tf, a):
    return a[1:3, ::2] * 3.0, a[..., -1], a[::-1], a[:, tf.newaxis]


@program(x, y)
def joined(tf, a, b):
    return tf.concat([a, b], 1) * 2.0, tf.stack([a, b], 1), tf.unstack(a)[1], tf.split(b, 2)[1]


@program(x, np.array([3, 0, 3]))
def gathered(tf, a, indices):
    return tf.gather(a, indices), tf.gather(a, indices, axis=1) * 2.0, tf.one_hot(indices, 4)


@program(x)
def padded(tf, a):
    return tf.pad(a, [[1, 0], [2, 1]]) * 2.0, tf.pad(a, [[1, 1], [1, 1]], "REFLECT"), tf.tile(a, [2, 1])


@program(x, y)
def chosen(tf, a, b):
    return tf.where(a > b, a, b * 2.0), tf.maximum(a, b), tf.minimum(a, 0.0), tf.clip_by_value(a, -0.5, 0.5)


@program(x, gradient=False)
def questions(tf, a):
    return a > 0, tf.equal(a, a), tf.reduce_any(a > 1.0), tf.argmax(a, 1), tf.argmin(a, 0), tf.sign(a)


@program(integers(4, 5, low=1, high=9), integers(4, 5, low=1, high=9), gradient=False)
def whole_numbers(tf, a, b):
    return a + b, a * b - a, a // b, a % b, tf.reduce_sum(a, 0), tf.cast(a, tf.float32) / 2.0


@program(integers(4, 5, low=0, high=9), gradient=False)
def bits(tf, a):
    a = tf.cast(a, tf.int32)
    return tf.bitwise.bitwise_and(a, 5), tf.bitwise.bitwise_or(a, 2), tf.bitwise.invert(a)


@program(x)
def casts(tf, a):
    return tf.cast(tf.cast(a, tf.float32), tf.float64), tf.cast(a > 0, tf.float32), tf.cast(a, tf.int32)


@program(x)
def cumulative(tf, a):
    return tf.cumsum(a, 1), tf.cumsum(a, 0, reverse=True, exclusive=True), tf.math.cumprod(a, 1)


@program(normal(2, 6, 6, 3), normal(3, 3, 3, 4))
def convolution(tf, images, filters):
    a = tf.nn.conv2d(images, filters, 1, "SAME")
    return tf.nn.relu(a), tf.nn.max_pool2d(a, 2, 2, "VALID"), tf.nn.avg_pool2d(a, 2, 2, "SAME")


@program(normal(4, 4))
def linear_algebra(tf, a):
    s = a @ tf.transpose(a) + 4.0 * tf.eye(4, dtype=a.dtype)
    return tf.linalg.cholesky(s), tf.linalg.inv(s), tf.linalg.det(s), tf.linalg.trace(s)


@program(x, np.array([0, 0, 1, 1]))
def segments(tf, a, ids):
    return tf.math.segment_sum(a, ids), tf.math.unsorted_segment_max(a, ids, 3)


@program(x)
def sorting(tf, a):
    return tf.sort(a, 1), tf.math.top_k(a, 2)[0], tf.argsort(a, 1)


@program(x)
def unknown_to_gradient(tf, a):
    return tf.stop_gradient(a) * a, tf.identity(a) + tf.round(a)


@program(x)
def shapes_as_tensors(tf, a):
    rows = tf.shape(a)[0]
    return (
        tf.reshape(a, [rows, -1, 1]),
        tf.zeros([rows, 2]),
        tf.cast(tf.size(a), a.dtype) * a,
        tf.ones_like(a),
    )


@program(normal(3), normal(3))
def cross_and_dot(tf, a, b):
    return tf.linalg.cross(a, b), tf.tensordot(a, b, 1), tf.linalg.diag(a)


@program(x.astype("float32"), y.astype("float32"))
def single_precision(tf, a, b):
    return tf.exp(a) / (1.0 + tf.exp(b)), tf.math.pow(tf.abs(a) + 0.1, b), tf.reduce_mean(a * b)
