"""What users do with `tf.autodiff.ForwardAccumulator`, alone and together with tapes."""


def _function(tf, x):
    return tf.exp(x) * x + tf.tanh(x) / (1.0 + x * x)


def jvp_of_a_function(tf):
    x, t = tf.constant([0.5, -1.0]), tf.constant([1.0, 10.0])
    with tf.autodiff.ForwardAccumulator(x, t) as accumulator:
        y = _function(tf, x)
        z = y * y
    return accumulator.jvp(y), accumulator.jvp([z, {"x": x}])


def jvp_inside_the_context(tf):
    x = tf.constant([0.5, -1.0])
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        y = _function(tf, x)
        return accumulator.jvp(y)


def jvp_of_matrices(tf):
    a, b = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[0.5, 0.1], [0.2, 0.3]])
    with tf.autodiff.ForwardAccumulator([a, b], [b, a]) as accumulator:
        y = tf.matmul(a, b) + tf.transpose(a)
    return accumulator.jvp(y)


def jvp_with_broadcasting(tf):
    x, y = tf.constant([[1.0], [2.0]]), tf.constant([1.0, 2.0, 3.0])
    with tf.autodiff.ForwardAccumulator((x, y), (x, y)) as accumulator:
        z = x * y + y
        w = x + tf.zeros([2, 3])
    return accumulator.jvp((z, w))


def jvp_of_several_results(tf):
    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    with tf.autodiff.ForwardAccumulator(x, x * 10.0) as accumulator:
        a, b = tf.split(x * x, 2)
    return accumulator.jvp([a, b])


def jvp_of_something_unconnected(tf):
    x, other = tf.constant(1.0), tf.constant([2.0, 3.0])
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        y = other * 2.0
        n = tf.cast(x, tf.int32)
    return (
        accumulator.jvp(y),
        accumulator.jvp(n),
        accumulator.jvp([y, other], unconnected_gradients="zero"),
        accumulator.jvp(y, unconnected_gradients=tf.UnconnectedGradients.ZERO),
    )


def jvp_through_stop_gradient(tf):
    x = tf.constant(2.0)
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        y = tf.stop_gradient(x * x) * x
    return accumulator.jvp(y)


def jvp_of_variables(tf):
    v, w = tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0])
    with tf.autodiff.ForwardAccumulator([v, w], [tf.constant([1.0, 10.0]), tf.zeros(2)]) as accumulator:
        y = v * w * v
        v.assign(v * 3.0)
        z = v * 1.0
    return accumulator.jvp([y, z, v])


def forward_over_reverse(tf):
    x, t = tf.constant([0.5, -1.0]), tf.constant([1.0, 10.0])
    with tf.autodiff.ForwardAccumulator(x, t) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = _function(tf, x) * _function(tf, x * 2.0)
        gradient = tape.gradient(y, x)
    return gradient, accumulator.jvp(gradient)


def reverse_over_forward(tf):
    x, t = tf.constant([0.5, -1.0]), tf.constant([1.0, 10.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tf.autodiff.ForwardAccumulator(x, t) as accumulator:
            y = _function(tf, x)
        pushed = accumulator.jvp(y)
    return pushed, tape.gradient(pushed, x)


def forward_over_forward(tf):
    x = tf.constant([0.5, -1.0])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as outer:
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 2.0])) as inner:
            y = _function(tf, x)
        first = inner.jvp(y)
    return first, outer.jvp(y), outer.jvp(first)


def third_order_of_all_kinds(tf):
    x, t = tf.constant([0.5, -1.0]), tf.constant([1.0, 10.0])
    with tf.autodiff.ForwardAccumulator(x, t) as outermost:
        with tf.GradientTape() as tape:
            tape.watch(x)
            with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as inner:
                y = _function(tf, x)
            first = inner.jvp(y)
        second = tape.gradient(first, x)
    return outermost.jvp(second)


def hessian_vector_product_of_matrices(tf):
    w, t = tf.constant([[0.1, 0.2], [0.3, 0.4]]), tf.constant([[1.0, 0.0], [0.5, 2.0]])
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.autodiff.ForwardAccumulator(w, t) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(w)
            y = tf.nn.softmax(tf.matmul(tf.tanh(tf.matmul(x, w)), w))[:, 0]
        gradient = tape.gradient(y, w)
    with tf.GradientTape() as outer:
        outer.watch(w)
        with tf.GradientTape() as inner:
            inner.watch(w)
            y = tf.nn.softmax(tf.matmul(tf.tanh(tf.matmul(x, w)), w))[:, 0]
        gradient_again = inner.gradient(y, w)
    return accumulator.jvp(gradient), outer.gradient(gradient_again, w, output_gradients=t)


def forward_through_a_custom_gradient(tf):
    @tf.custom_gradient
    def times_seven(x):
        return x * 2.0, lambda g: g * 7.0

    x = tf.constant([1.0, 2.0])
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        y = times_seven(x * x)
    return accumulator.jvp(y)


def primal_given_twice(tf):
    x = tf.constant(1.0)
    tf.autodiff.ForwardAccumulator([x, x], [x, x])


def tangent_of_another_dtype(tf):
    tf.autodiff.ForwardAccumulator(tf.constant(1.0), tf.constant(1.0, tf.float64))


def tangents_of_another_structure(tf):
    tf.autodiff.ForwardAccumulator([tf.constant(1.0)], [tf.constant(1.0), tf.constant(1.0)])


def accumulator_entered_twice(tf):
    x = tf.constant(1.0)
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator, accumulator:
        pass


def accumulator_before_its_context(tf):
    x = tf.constant(1.0)
    return tf.autodiff.ForwardAccumulator(x, x).jvp([x, x * 2.0])
