"""Functions with TensorFlow 1's names and arguments."""

import numpy as np

from tests.compat.case import case, ran, refused

M = [[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]


@case
def reductions_with_older_arguments(tf):
    x = tf.constant(M)
    for function in (
        tf.reduce_sum,
        tf.reduce_mean,
        tf.reduce_max,
        tf.reduce_min,
        tf.reduce_prod,
        tf.reduce_logsumexp,
    ):
        yield ran(
            tf,
            [
                function(x),
                function(x, 1),
                function(x, axis=0, keepdims=True),
                function(x, reduction_indices=[1], keep_dims=True),
            ],
        )
    flags = x > 0.0
    yield ran(tf, [tf.reduce_any(flags, reduction_indices=0), tf.reduce_all(flags, 1, keep_dims=True)])
    yield refused(lambda: tf.reduce_sum(x, axis=0, reduction_indices=1), "Cannot specify both")
    yield refused(lambda: tf.reduce_sum(x, keepdims=True, keep_dims=True), "Cannot specify both")


@case
def positions_of_extremes(tf):
    x = tf.constant(M)
    yield ran(
        tf,
        [
            tf.argmax(x),
            tf.argmax(x, 1),
            tf.argmax(x, dimension=1),
            tf.argmin(x, axis=1, output_type=tf.int32),
            tf.arg_max(x, 0),
            tf.arg_min(x, 1),
        ],
    )
    yield ran(tf, [tf.count_nonzero(x), tf.count_nonzero(x, 0), tf.math.count_nonzero(x, axis=1)])


@case
def layout_with_older_arguments(tf):
    x = tf.constant(M)
    yield ran(
        tf,
        [
            tf.expand_dims(x, 0),
            tf.expand_dims(x, dim=1),
            tf.squeeze(tf.ones([1, 2, 1])),
            tf.squeeze(tf.ones([1, 2, 1]), squeeze_dims=[0]),
            tf.transpose(x),
            tf.transpose(x, [1, 0]),
            tf.gather(x, [1, 0]),
            tf.gather(x, [2], axis=1),
            tf.shape(x),
            tf.shape(x, out_type=tf.int64),
            tf.size(x),
            tf.rank(x),
            tf.zeros_like(x),
            tf.ones_like(x, dtype=tf.int32),
            tf.concat([x, x], axis=1),
            tf.norm(x),
            tf.norm(x, axis=1, keep_dims=True),
        ],
    )


@case
def constants(tf):
    yield ran(
        tf,
        [tf.constant(1), tf.constant([1.5, 2.5]), tf.constant(2, shape=[2, 2]), tf.constant(3, tf.float64)],
    )
    yield ran(tf, [tf.constant([1, 2], shape=[4]), tf.constant([[1, 2], [3, 4]], tf.float32, [2, 3])])
    yield refused(lambda: tf.constant([1, 2, 3], shape=[2]))
    yield tf.constant([1, 2]).shape.as_list(), tf.constant(1.0).op.type


@case
def choosing_elements(tf):
    x, y = tf.constant(M), tf.zeros([2, 3])
    yield ran(tf, [tf.where(x > 0.0, x, y), tf.where([True, False], x, y), tf.where(x > 3.0)])
    yield refused(lambda: tf.where(x > 0.0, x)), refused(lambda: tf.where(x > 0.0, x, tf.zeros([3, 3])))


@case
def conversions(tf):
    x = tf.constant([1.7, -2.2])
    yield ran(
        tf, [tf.to_float(tf.constant(1)), tf.to_int32(x), tf.to_int64(x), tf.to_double(x), tf.to_complex64(x)]
    )
    yield ran(tf, [tf.cast(x, tf.int32), tf.saturate_cast(x, tf.uint8)])


@case
def division(tf):
    a, b = tf.constant([7, -7]), tf.constant([2, 2])
    yield ran(
        tf,
        [tf.div(a, b), tf.floordiv(a, b), tf.floor_div(a, b), tf.truediv(a, b), tf.mod(a, b), a // b, a / b],
    )
    yield ran(tf, [tf.div(1.0, 2.0), tf.divide(1.0, 4.0), tf.realdiv(1.0, 8.0), tf.div_no_nan(1.0, 0.0)])


@case
def functions_at_the_top(tf):
    x = tf.constant([0.5, 2.0, 3.5])
    names = "log log1p erf erfc lgamma digamma reciprocal rsqrt expm1 rint ceil is_nan is_inf is_finite log_sigmoid"
    yield ran(tf, [getattr(tf, name)(x) for name in names.split()])
    yield ran(tf, [tf.squared_difference(x, 1.0), tf.cumprod(x), tf.unsorted_segment_sum(x, [0, 1, 0], 2)])
    yield ran(
        tf, [tf.segment_sum(x, [0, 0, 1]), tf.segment_max(x, [0, 0, 1]), tf.invert_permutation([2, 0, 1])]
    )


@case
def matrices_at_the_top(tf):
    a = tf.constant([[4.0, 1.0], [1.0, 3.0]])
    yield ran(
        tf,
        [
            tf.matrix_inverse(a),
            tf.matrix_determinant(a),
            tf.cholesky(a),
            tf.matrix_solve(a, tf.ones([2, 1])),
            tf.trace(a),
            tf.matrix_diag([1.0, 2.0]),
            tf.matrix_diag_part(a),
            tf.diag([1.0, 2.0]),
            tf.diag_part(a),
            tf.matrix_band_part(a, 0, -1),
            tf.matrix_transpose(a),
            tf.self_adjoint_eigvals(a),
            tf.global_norm([a]),
        ],
    )


@case
def softmaxes(tf):
    x = tf.constant(M)
    yield ran(
        tf,
        [
            tf.nn.softmax(x),
            tf.nn.softmax(x, dim=0),
            tf.nn.log_softmax(x, axis=0),
            tf.nn.l2_normalize(x, dim=1),
        ],
    )
    labels = tf.constant([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    yield ran(
        tf,
        [
            tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=x),
            tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=x),
            tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=x, dim=0),
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 0], logits=x),
            tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=x),
            tf.nn.weighted_cross_entropy_with_logits(labels, x, 2.0),
        ],
    )
    yield refused(lambda: tf.nn.softmax_cross_entropy_with_logits(labels))
    yield refused(lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 0]))
    gradient = tf.gradients(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=x), [labels])
    other = tf.gradients(tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=x), [labels])
    yield gradient, ran(tf, other)


@case
def images(tf):
    x = tf.placeholder(tf.float32, [None, 4, 4, 1])
    w = tf.constant(np.arange(8, dtype=np.float32).reshape(2, 2, 1, 2))
    y = tf.nn.conv2d(x, w, strides=[1, 1, 1, 1], padding="SAME")
    z = tf.nn.max_pool(tf.nn.relu(y), ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
    a = tf.nn.avg_pool(y, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    b = tf.nn.bias_add(y, [1.0, 2.0])
    flat = tf.reshape(z, [-1, 2 * 2 * 2])
    yield y.shape.as_list(), z.shape.as_list(), flat.shape.as_list(), a.shape.as_list()
    yield ran(tf, [y, z, a, b, flat], {x: np.arange(16.0).reshape(1, 4, 4, 1)})


@case
def statistics(tf):
    x = tf.constant(M)
    mean, variance = tf.nn.moments(x, [0])
    kept, _ = tf.nn.moments(x, [1], keep_dims=True)
    yield ran(tf, [mean, variance, kept, tf.nn.batch_normalization(x, mean, variance, None, 2.0, 0.1)])
    yield ran(tf, [tf.nn.zero_fraction([0.0, 1.0]), tf.nn.l2_loss(x), tf.nn.in_top_k(x, [2, 0], 1)])
    yield ran(tf, [tf.nn.xw_plus_b(x, tf.ones([3, 1]), [1.0]), tf.nn.relu_layer(x, tf.ones([3, 1]), [1.0])])


@case
def confusion(tf):
    yield (
        ran(tf, tf.confusion_matrix([0, 1, 1], [0, 1, 0])),
        ran(tf, tf.math.confusion_matrix([0, 1], [1, 1], 3)),
    )


@case
def dtypes_and_shapes(tf):
    x = tf.placeholder(tf.float32, [None, 3])
    yield (
        x.get_shape().as_list(),
        x.shape.ndims,
        x.dtype == tf.float32,
        tf.as_dtype("int32").name,
        tf.float32.as_numpy_dtype.__name__,
    )
    yield tf.placeholder("float", [2]).dtype.name, tf.TensorShape([1, None]).as_list(), x.get_shape()[1] == 3
    x.set_shape([2, 3])
    yield x.shape.as_list()
    yield refused(lambda: x.set_shape([3, 3])), refused(lambda: tf.placeholder())


@case
def strings_with_older_names(tf):
    yield ran(
        tf,
        [
            tf.string_join(["a", "b"]),
            tf.string_to_number(["1.5"]),
            tf.substr("hello", 1, 3),
            tf.as_string([1, 2]),
        ],
    )
    yield ran(tf, [tf.regex_replace("a-b", "-", "+"), tf.strings.length("abc"), tf.string_strip(" a ")])


@case
def python_in_a_graph(tf):
    x = tf.placeholder(tf.float32, [2])
    y = tf.py_func(lambda a: a * 2.0, [x], tf.float32)
    y.set_shape([2])
    z, n = tf.py_func(lambda a: (a.sum(), np.int64(a.size)), [x], [tf.float32, tf.int64])
    yield ran(tf, [y + 1.0, z, n], {x: [1.0, 2.0]})


@case
def assertions_at_the_top(tf):
    x = tf.placeholder(tf.float32, [])
    checks = [
        tf.assert_positive(x),
        tf.assert_greater_equal(x, 1.0),
        tf.assert_less_equal(x, 5.0),
        tf.assert_rank(x, 0),
    ]
    with tf.control_dependencies(checks):
        y = tf.identity(x)
    with tf.Session() as session:
        yield (
            session.run(y, {x: 2.0}),
            refused(lambda: session.run(y, {x: 7.0})),
            refused(lambda: session.run(y, {x: 0.5})),
        )
    yield (
        refused(lambda: tf.assert_rank(x, 2)),
        ran(tf, [tf.accumulate_n([x, x]), tf.is_non_decreasing([1, 2])], {x: 1.0}),
    )


@case
def numbers_of_the_frequency_domain(tf):
    x = tf.placeholder(tf.complex64, [4])
    yield ran(tf, tf.ifft(tf.fft(x)), {x: [1.0, 2.0, 3.0, 4.0]}), ran(tf, tf.lin_space(0.0, 1.0, 3))
