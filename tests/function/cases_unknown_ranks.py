"""Programs of tensors of which not even the number of axes is known when they are traced."""

import numpy as np

from tests.function.case import case, refused

NUMBER, VECTOR, MATRIX = np.float32(1.5), np.float32([1, -2, 3]), np.float32([[1, 2, 3], [4, 5, -6]])
CUBE = np.arange(1, 13, dtype=np.float32).reshape(2, 2, 3) / 4
ALL = (NUMBER, VECTOR, MATRIX, CUBE)


def _traced(tf, function, count=1, **options):
    """The concrete function for `count` tensors of unknown rank."""
    specs = [tf.TensorSpec(None, tf.float32)] * count
    return tf.function(function, autograph=False, **options).get_concrete_function(*specs)


def _shapes(concrete):
    return [each.shape for each in concrete.outputs]


def _close(result):
    """The numbers of a result as far as both libraries round them alike."""
    return [np.round(each.numpy().astype(np.float64), 4) + 0.0 for each in result]


def _is_one_trace(tf, function, examples, count=1):
    """The shapes that are known of the results, and the results for all examples; there is one trace."""
    seen = []

    def counted(*args):
        seen.append([each.shape.rank for each in args])
        found = function(*args)
        return found if isinstance(found, list | tuple) else [found]

    concrete = _traced(tf, counted, count)
    yield _shapes(concrete)
    for each in examples:
        tensors = each if isinstance(each, tuple) else (each,)
        yield _close(concrete(*[tf.constant(tensor) for tensor in tensors]))
    yield seen


@case
def elements_of_any_rank(tf):
    yield from _is_one_trace(
        tf, lambda x: [tf.exp(-x), tf.nn.relu(x) + 1.0, tf.cast(x, tf.int32), x > 2.0], ALL
    )


@case
def operands_of_any_rank_broadcast(tf):
    pairs = [(a, b) for a in ALL for b in ALL if a.ndim < 2 or b.ndim < 2]
    yield from _is_one_trace(tf, lambda a, b: [a + b, tf.maximum(a, b), a * VECTOR], pairs, 2)


@case
def axes_from_the_end(tf):
    yield from _is_one_trace(
        tf,
        lambda x: [
            tf.reduce_sum(x),
            tf.reduce_max(x, axis=-1),
            tf.reduce_mean(x, -1, keepdims=True),
            tf.argmax(x, -1),
            tf.nn.softmax(x),
            tf.cumsum(x, axis=-1),
            tf.concat([x, x + 1.0], -1),
            tf.stack([x, x]),
            tf.expand_dims(x, 0),
            tf.sort(x),
            tf.nn.top_k(x, 2).values,
            tf.reverse(x, [-1]),
        ],
        ALL[1:],
    )


@case
def shapes_of_any_rank(tf):
    yield from _is_one_trace(
        tf,
        lambda x: [
            tf.shape(x),
            tf.rank(x),
            tf.size(x),
            tf.reshape(x, [-1]),
            tf.reshape(tf.exp(x), tf.shape(x)),
            tf.zeros(tf.shape(x)),
            tf.ones_like(x),
            tf.zeros_like(x),
            tf.fill(tf.shape(x), 2.0),
            tf.broadcast_to(x, tf.concat([[2], tf.shape(x)], 0)),
            tf.transpose(x),
            tf.identity(x),
            tf.where(x > 0.0, x, -x),
        ],
        ALL,
    )


@case
def a_first_axis_is_asked_for(tf):
    yield from _is_one_trace(
        tf,
        lambda x: [
            tf.shape(x)[0],
            tf.reshape(x, [tf.shape(x)[0], -1]),
            tf.gather(x, [0]),
            tf.range(tf.shape(x)[0]),
            tf.pad(tf.reshape(x, [-1]), [[1, 1]]),
        ],
        ALL[1:],
    )


@case
def brackets_of_any_rank(tf):
    yield from _is_one_trace(
        tf,
        lambda x: [
            x[0],
            x[..., 0],
            x[1:],
            x[::-1],
            x[tf.newaxis],
            x[..., tf.newaxis],
            x[: tf.shape(x)[0] - 1],
            x[tf.constant(1)],
        ],
        ALL[1:],
    )


@case
def matrices_of_any_rank(tf):
    yield from _is_one_trace(
        tf,
        lambda x: [
            tf.matmul(x, x, transpose_b=True),
            x @ tf.ones([3, 2]),
            tf.linalg.matrix_transpose(x),
            tf.linalg.diag_part(x),
            tf.linalg.trace(x),
            tf.norm(x, axis=-1),
        ],
        ALL[2:],
    )


@case
def a_shape_is_told(tf):
    """`set_shape` and `ensure_shape` give a tensor its rank."""

    def told(x):
        before = x.shape.rank
        assert before is None
        x.set_shape([None, 3])
        return [x, tf.ensure_shape(x * 2.0, [2, None])]

    yield from _is_one_trace(tf, told, [MATRIX])
    yield from _is_one_trace(tf, lambda x: tf.ensure_shape(x, None) * 2.0, ALL)
    concrete = _traced(tf, lambda x: tf.ensure_shape(x, [None, 3]) + 0.0)
    yield refused(lambda: concrete(tf.constant(VECTOR)), "Shape of tensor")


@case
def what_python_asks_of_an_unknown_shape(tf):
    def asked(x):
        yield_ = [x.shape.rank, str(x.shape), x.shape.as_list if False else None, x.get_shape() == x.shape]
        yield_.append(refused(lambda: len(x.shape), "Cannot take the length of shape with unknown rank"))
        yield_.append(refused(lambda: list(x.shape), "unknown rank"))
        yield_.append(refused(lambda: x.shape.as_list(), "unknown"))
        found.append(yield_)
        return x

    found = []
    _traced(tf, asked)
    yield found


@case
def a_choice_of_any_rank(tf):
    def chosen(x):
        y = tf.cond(tf.reduce_sum(x) > 3.0, lambda: x * 2.0, lambda: tf.exp(x))
        z = tf.cond(tf.equal(tf.rank(x), 1), lambda: tf.reduce_max(x), lambda: tf.reduce_min(x))
        return [y, z, tf.switch_case(tf.rank(x), [lambda: x, lambda: x + 1.0, lambda: x + 2.0])]

    yield from _is_one_trace(tf, chosen, ALL)


@case
def branches_give_different_ranks(tf):
    yield from _is_one_trace(
        tf,
        lambda x: tf.cond(tf.size(x) > 2, lambda: tf.reshape(x, [-1])[tf.newaxis], lambda: tf.reduce_sum(x)),
        ALL,
    )
    known = tf.function(
        lambda x: tf.cond(x[0] > 0.0, lambda: x[tf.newaxis] * 2.0, lambda: x), autograph=False
    ).get_concrete_function(tf.TensorSpec([None], tf.float32))
    yield _shapes(known)
    yield _close([known(tf.constant(VECTOR)), known(tf.constant(-VECTOR))])


@case
def a_loop_carries_any_rank(tf):
    def repeated(x):
        _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * 2.0 + x], [0, x])
        _, z = tf.while_loop(
            lambda i, z: i < tf.rank(x), lambda i, z: [i + 1, z + tf.reduce_sum(x)], [0, 0.0]
        )
        return [y, z]

    yield from _is_one_trace(tf, repeated, ALL)


@case
def a_loop_changes_ranks(tf):
    def grown(x):
        _, y = tf.while_loop(
            lambda i, y: i < 2,
            lambda i, y: [i + 1, tf.stack([y, y])],
            [0, x],
            shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)],
        )
        return y * 2.0

    yield from _is_one_trace(tf, grown, ALL[:2])
    known = tf.function(grown, autograph=False).get_concrete_function(tf.TensorSpec([3], tf.float32))
    yield _shapes(known)
    yield _close([known(tf.constant(VECTOR))])


@case
def rows_of_any_rank(tf):
    weight = tf.constant([1.0, 2.0, 3.0])
    yield from _is_one_trace(
        tf,
        lambda x: [tf.map_fn(lambda row: tf.reduce_sum(row) * weight, x), tf.vectorized_map(tf.sin, x)],
        ALL[2:],
    )


@case
def autograph_takes_rows_of_any_rank(tf):
    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def summed(x):
        total = tf.zeros([])
        for row in x:
            total += tf.reduce_sum(row) ** 2
        if len(x) > 2:
            total = -total
        while total > 100.0:
            total -= tf.reduce_max(x)
        return total

    yield _shapes(summed.get_concrete_function())
    for each in ALL[1:]:
        yield _close([summed(tf.constant(each))])
    yield summed.experimental_get_tracing_count()


@case
def a_tape_around_a_program_of_any_rank(tf):
    weight = tf.Variable([0.5, 1.0, 2.0])
    concrete = _traced(tf, lambda x: tf.reduce_sum(tf.exp(x * weight), axis=-1, keepdims=True) + x)
    for each in ALL:
        x = tf.constant(each)
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = concrete(x)
            slope = tape.gradient(y, x)
        yield _close([slope, outer.gradient(slope, x), outer.gradient(y, weight)])


@case
def a_tape_inside_a_program_of_any_rank(tf):
    weight = tf.Variable([0.5, 1.0, 2.0])

    def slopes(x):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.reduce_mean(tf.sin(x * weight), axis=-1) + x[..., 0]
            first = tape.gradient(y, x)
        none = outer.gradient(tf.shape(x), x)
        assert none is None
        return [first, outer.gradient(first, x), outer.gradient(y, weight)]

    yield from _is_one_trace(tf, slopes, ALL[1:])


@case
def cotangents_of_any_rank(tf):
    def pulled(x, g):
        with tf.GradientTape() as tape:
            tape.watch([x, g])
            y = x * x * g
        return tape.gradient(y, [x, g], output_gradients=g, unconnected_gradients="zero")

    pairs = [(NUMBER, VECTOR), (VECTOR, VECTOR), (MATRIX, VECTOR), (CUBE, CUBE)]
    yield from _is_one_trace(tf, lambda x, g: pulled(x, x + g), pairs, 2)


@case
def a_gradient_of_the_function_itself(tf):
    @tf.custom_gradient
    def clipped(x):
        return tf.identity(x), lambda g: tf.clip_by_norm(g, 0.5)

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = clipped(x * x)
        return [y, tape.gradient(y, x)]

    yield from _is_one_trace(tf, slope, ALL)
    concrete = _traced(tf, lambda x: clipped(x * x))
    for each in ALL:
        x = tf.constant(each)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = concrete(x)
        yield _close([tape.gradient(y, x)])


@case
def gradients_through_control_flow_of_any_rank(tf):
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.cond(tf.reduce_sum(x) > 3.0, lambda: x * x, lambda: tf.exp(x))
            _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * x], [0, y])
        return tape.gradient(y, x)

    yield from _is_one_trace(tf, slope, ALL)


@case
def a_program_of_any_rank_assigns_variables(tf):
    total = tf.Variable(0.0)

    def added(x):
        total.assign_add(tf.reduce_sum(x))
        return total.read_value()

    concrete = _traced(tf, added)
    for each in ALL:
        yield concrete(tf.constant(each))
    yield total


@case
def programs_of_any_rank_call_each_other(tf):
    inner = tf.function(lambda x: tf.reduce_sum(x, -1) * 2.0, autograph=False)
    yield from _is_one_trace(tf, lambda x: [inner(x), inner(x[0])], ALL[2:])


@case
def a_signature_of_unknown_rank_is_traced_once(tf):
    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32), tf.TensorSpec([None], tf.int32)])
    def f(x, axes):
        return tf.reduce_sum(x) + tf.cast(tf.reduce_sum(axes), tf.float32)

    for each in ALL:
        yield f(tf.constant(each), tf.constant([1, 2]))
    yield f.experimental_get_tracing_count()
    yield refused(
        lambda: f(tf.constant(1), tf.constant([1])), "Can not cast", "Binding inputs to tf.function failed"
    )


@case
def results_of_python_have_unknown_rank(tf):
    def called(x):
        y = tf.numpy_function(lambda x: np.stack([x, x]), [x], tf.float32)
        z = tf.py_function(lambda x: x[0], [y], tf.float32)
        return [y, y * 2.0 + 1.0, tf.reduce_sum(y, -1), tf.shape(z), z[..., 0], tf.transpose(y)]

    known = tf.function(called, autograph=False).get_concrete_function(tf.TensorSpec([2, 3], tf.float32))
    yield _shapes(known)
    yield _close(known(tf.constant(MATRIX)))
    yield from _is_one_trace(tf, called, ALL[1:])


@case
def gradients_of_what_python_gave(tf):
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.py_function(lambda x: x * x, [x], tf.float32) * x, -1)
        return tape.gradient(y, x)

    known = tf.function(slope, autograph=False).get_concrete_function(tf.TensorSpec([2, 3], tf.float32))
    yield _close([known(tf.constant(MATRIX))])
    yield from _is_one_trace(tf, slope, ALL[1:])


@case
def random_numbers_of_an_unknown_shape(tf):
    concrete = _traced(tf, lambda x: tf.random.stateless_uniform(tf.shape(x), [1, 2]) * 2.0)
    yield _shapes(concrete)
    for each in ALL:
        yield _close([concrete(tf.constant(each))])


@case
def nothing_fits_all_ranks(tf):
    concrete = _traced(tf, lambda x: tf.matmul(x, x))
    yield refused(lambda: concrete(tf.constant(VECTOR)))[0] in ("InvalidArgumentError", "ValueError")
    yield _close([concrete(tf.constant(MATRIX[:, :2]))])
    yield refused(lambda: concrete(tf.constant(MATRIX)))[0]


@case
def compiled_at_once_for_any_rank(tf):
    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)], autograph=False, jit_compile=True)
    def f(x):
        return tf.nn.softmax(x * 2.0) + tf.reduce_max(x)

    for each in (*ALL[1:], *ALL[1:]):
        yield _close([f(tf.constant(each))])


@case
def sparse_tensors_of_any_rank(tf):
    def sparse(x):
        found = tf.sparse.from_dense(x)
        return [tf.sparse.to_dense(found), found.values * 2.0, tf.cast(found.indices, tf.float32)]

    for each in ALL[1:]:
        yield _close(_traced(tf, sparse)(tf.constant(each)))


@case
def shapes_that_are_known_outside(tf):
    flat, front = tf.constant([-1]), tf.constant(0)
    yield from _is_one_trace(tf, lambda x: [tf.reshape(x, flat), tf.expand_dims(x, front)], ALL)
