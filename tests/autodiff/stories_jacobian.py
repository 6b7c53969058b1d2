"""What users do with `jacobian`, `batch_jacobian` and `tf.vectorized_map`."""


def _network(tf, x):
    w = tf.constant([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]])
    v = tf.constant([[1.0, 2.0], [0.5, -1.0], [0.0, 0.3]])
    return tf.tanh(tf.matmul(tf.tanh(tf.matmul(x, w)), v))


def _watched(tf, x, function, persistent=False):
    with tf.GradientTape(persistent=persistent) as tape:
        tape.watch(x)
        y = function(x)
    return tape, y


def jacobian_of_a_network(tf):
    x = tf.constant([[0.5, -1.0], [2.0, 0.3], [0.1, 0.2]])
    tape, y = _watched(tf, x, lambda x: _network(tf, x), persistent=True)
    return tape.jacobian(y, x), tape.jacobian(y, x, experimental_use_pfor=False), tape.batch_jacobian(y, x)


def jacobian_of_several_sources(tf):
    x, v = tf.constant([1.0, 2.0]), tf.Variable([[3.0, 4.0], [5.0, 6.0]])
    unused = tf.constant([1.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, unused])
        y = tf.linalg.matvec(v, x) * x
    return (
        tape.jacobian(y, {"x": x, "v": v, "none": unused}),
        tape.jacobian(y, [unused, x], unconnected_gradients="zero"),
        tape.jacobian(y, (x, [v])),
    )


def jacobian_of_scalars(tf):
    x = tf.constant(3.0)
    tape, y = _watched(tf, x, lambda x: x * x, persistent=True)
    return tape.jacobian(y, x), tape.jacobian(tf.constant(2.0), x)


def jacobian_of_nothing(tf):
    x = tf.zeros([0, 2])
    tape, y = _watched(tf, x, lambda x: x * x)
    return tape.jacobian(y, x)


def hessian_by_jacobian_of_gradient(tf):
    x = tf.constant([0.5, -1.0, 2.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.exp(x) * x[::-1]
        gradient = inner.gradient(y, x)
    return outer.jacobian(gradient, x)


def jacobian_of_a_jacobian(tf):
    x = tf.constant([0.5, -1.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x[::-1]
        first = inner.jacobian(y, x)
    return outer.jacobian(first, x)


def gradient_of_a_jacobian(tf):
    x = tf.constant([0.5, -1.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.tanh(x) * x[::-1]
        first = inner.jacobian(y, x)
    return outer.gradient(first, x)


def jacobian_inside_the_context(tf):
    x = tf.constant([0.5, -1.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * x
        first = tape.jacobian(y, x)
    return first, tape.gradient(first, x)


def jacobian_through_gather(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = tf.gather(v, [0, 2, 0]) * 2.0
    return tape.jacobian(y, v)


def jacobian_by_a_loop_needs_a_persistent_tape(tf):
    x = tf.constant([0.5, -1.0])
    tape, y = _watched(tf, x, lambda x: x * x)
    tape.jacobian(y, x, experimental_use_pfor=False)


def batch_jacobian_by_a_loop_needs_a_persistent_tape(tf):
    x = tf.constant([[0.5, -1.0]])
    tape, y = _watched(tf, x, lambda x: x * x)
    tape.batch_jacobian(y, x, experimental_use_pfor=False)


def batch_jacobian_by_a_loop(tf):
    x = tf.constant([[0.5, -1.0], [2.0, 0.3]])
    tape, y = _watched(tf, x, lambda x: _network(tf, x), persistent=True)
    return tape.batch_jacobian(y, x, experimental_use_pfor=False)


def batch_jacobian_of_higher_ranks(tf):
    x = tf.constant([[[0.5, -1.0], [2.0, 0.3], [1.0, 1.0]]] * 2)
    tape, y = _watched(tf, x, lambda x: tf.matmul(x, x, transpose_b=True))
    return tape.batch_jacobian(y, x)


def batch_jacobian_of_something_unconnected(tf):
    x = tf.constant([[0.5, -1.0], [2.0, 0.3]])
    tape, y = _watched(tf, x, lambda x: tf.zeros([2, 3]))
    return tape.batch_jacobian(y, x)


def batch_jacobian_of_vectors(tf):
    x = tf.constant([0.5, -1.0])
    tape, y = _watched(tf, x, lambda x: x * x)
    tape.batch_jacobian(y, x)


def batch_jacobian_of_different_batches(tf):
    x = tf.constant([[0.5, -1.0], [2.0, 0.3]])
    tape, y = _watched(tf, x, lambda x: x[:1])
    tape.batch_jacobian(y, x)


def jacobian_of_a_list(tf):
    x = tf.constant([0.5, -1.0])
    tape, y = _watched(tf, x, lambda x: x * x)
    tape.jacobian([y, y], x)


def gradients_of_each_example(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    xs = tf.constant([[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]])

    def gradient(x):
        with tf.GradientTape() as tape:
            y = tf.tanh(tf.linalg.matvec(v, x))
        return tape.gradient(y, v)

    return tf.vectorized_map(gradient, xs)


def gradient_through_vectorized_map(tf):
    v = tf.Variable([1.0, 2.0])
    x = tf.constant([[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.vectorized_map(lambda row: tf.tanh(row * v) * row[0], x)
    return tape.gradient(y, [x, v])


def second_order_through_vectorized_map(tf):
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])

    def gradient(row):
        with tf.GradientTape() as tape:
            tape.watch(row)
            y = tf.exp(row) * row
        return tape.gradient(y, row)

    with tf.GradientTape() as outer:
        outer.watch(x)
        y = tf.vectorized_map(gradient, x)
    return outer.gradient(y, x)


def vectorized_map_in_vectorized_map(tf):
    x, y = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([10.0, 20.0, 30.0])
    return tf.vectorized_map(lambda row: tf.vectorized_map(lambda scale: row * scale, y), x)


def vectorized_map_over_a_nest(tf):
    x, y = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 2])
    return tf.vectorized_map(
        lambda each: {"sum": each["x"] + 1.0, "more": (each["y"] * 2, tf.constant(7))}, {"x": x, "y": y}
    )


def vectorized_map_with_loops_and_indexing(tf):
    x = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

    def function(row):
        total = tf.constant(0.0)
        for k in range(3):
            total = total * 2.0 + row[k] * row[-1]
        return total, row[1:], row[::-1], row[:, None] * row[None, :]

    return tf.vectorized_map(function, x)


def vectorized_map_of_conditions(tf):
    x = tf.constant([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
    return tf.vectorized_map(lambda row: tf.where(row > 0.0, row, row * 10.0), x)


def vectorized_map_of_matrices(tf):
    a = tf.constant([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
    b = tf.constant([[1.0, 0.5], [0.0, 2.0]])
    return tf.vectorized_map(
        lambda m: (tf.matmul(m, b), tf.matmul(b, m), tf.transpose(m), tf.matmul(m, m)), a
    )


def vectorized_map_asks_for_a_bool(tf):
    tf.vectorized_map(lambda x: x if x > 0 else -x, tf.constant([1.0, 2.0]))


def random_numbers_differ_between_examples(tf):
    found = tf.vectorized_map(lambda x: x + tf.random.normal([4]), tf.zeros([3, 4])).numpy()
    return len({tuple(row) for row in found.tolist()}), found.shape
