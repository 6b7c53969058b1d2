"""Sizes and counts that only a running program knows: of what is counted, of bands, of shapes computed from both."""

import numpy as np

from tests.function.case import case, known_different, refused


def _traced(tf, function, *specs, **options):
    return tf.function(function, input_signature=list(specs), autograph=False, **options)


@case
def bincount_of_traced_numbers(tf):
    """Its length depends on the numbers, and on limits that may be tensors."""
    numbers = tf.TensorSpec([None], tf.int32)
    limit = tf.TensorSpec([], tf.int32)
    counts = _traced(tf, tf.math.bincount, numbers)
    limited = _traced(tf, lambda x, n: tf.math.bincount(x, minlength=n, maxlength=n), numbers, limit)
    longer = _traced(tf, lambda x: tf.math.bincount(x, minlength=3), numbers)
    shorter = _traced(tf, lambda x: tf.math.bincount(x, maxlength=2), numbers)
    for example in ([1, 1, 2, 5], [0], []):
        x = np.array(example, np.int32)
        yield from (counts(x), longer(x), shorter(x), limited(x, np.int32(2)), limited(x, np.int32(0)))


@case
def bincount_of_traced_rows(tf):
    rows = tf.TensorSpec([None, None], tf.int32)
    weights = tf.TensorSpec([None, None], tf.float32)
    count = _traced(tf, lambda x: tf.math.bincount(x, axis=-1, binary_output=True), rows)
    weigh = _traced(tf, lambda x, w: tf.math.bincount(x, weights=w, axis=-1, minlength=4), rows, weights)
    x = np.array([[0, 2, 2], [1, 1, 0]], np.int32)
    yield count(x)
    yield weigh(x, np.float32([[1, 2, 3], [4, 5, 6]]))


@case
def bands_of_traced_widths(tf):
    """The numbers of diagonals are arguments of the function."""
    matrices = tf.TensorSpec([None, None, None], tf.float32)
    count = tf.TensorSpec([], tf.int32)
    x = np.arange(1, 25, dtype=np.float32).reshape(2, 3, 4)
    for jit in (False, True):
        band = _traced(tf, tf.linalg.band_part, matrices, count, count, jit_compile=jit)
        for lower, upper in ((-1, 0), (0, -1), (1, 1), (-1, -1), (0, 0), (2, 3)):
            yield band(x, np.int32(lower), np.int32(upper))


@case
def bands_pass_gradients(tf):
    def slope(x, lower):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.linalg.band_part(x, lower, 0) ** 2)
        return tape.gradient(y, x)

    traced = _traced(tf, slope, tf.TensorSpec([3, 3], tf.float32), tf.TensorSpec([], tf.int64))
    yield traced(np.ones([3, 3], np.float32), np.int64(1))


@case
def shapes_of_several_computed_sizes(tf):
    """Two sizes that only the elements of arguments tell."""

    def shaped(x, size):
        rows, columns = size[0], size[1]
        return tf.reshape(x, (rows, columns, 1)), tf.reshape(x, (rows, -1))

    traced = _traced(tf, shaped, tf.TensorSpec([None], tf.float32), tf.TensorSpec([2], tf.int32))
    yield traced(np.arange(6, dtype=np.float32), np.int32([2, 3]))
    yield traced(np.arange(8, dtype=np.float32), np.int32([4, 2]))


@case
def static_values_of_what_is_traced(tf):
    """Constants, and integers that follow from known shapes; nothing of arguments."""
    found = []

    def look(x, y):
        for tensor in (
            tf.constant([1.0, 2.0]),
            tf.rank(x),
            tf.shape(x),
            tf.shape(y),
            tf.size(x),
            tf.concat([tf.shape(x), [3]], 0),
            tf.range(tf.rank(x)),
            tf.constant("a"),
            tf.cast(tf.rank(x), tf.float64),
            x,
        ):
            found.append(tf.get_static_value(tensor))
        return x

    _traced(tf, look, tf.TensorSpec([2, 3]), tf.TensorSpec([None, 3])).get_concrete_function()
    yield found
    yield tf.get_static_value(tf.Variable(1))


@case
def choices_by_sizes(tf):
    """Partial sums by halves, which are joined again in the one of two ways that fits."""

    def interleaved(even, odd):
        more, less = tf.shape(even)[0], tf.shape(odd)[0]
        return tf.cond(
            tf.equal(more, less + 1),
            lambda: tf.concat([tf.reshape(tf.stack([even[:-1], odd], 1), [-1]), even[-1:]], 0),
            lambda: tf.reshape(tf.stack([even, odd], 1), [2 * less]),
        )

    def summed(x, depth=3):
        if depth == 0:
            return x

        def by_halves():
            length = tf.shape(x)[0]
            odd = summed(x[:-1:2] + x[1::2], depth - 1)
            before = tf.cond(tf.equal(length % 2, 0), lambda: odd[:-1], lambda: odd)
            return interleaved(tf.concat([x[:1], before + x[2::2]], 0), odd)

        return tf.cond(tf.less(tf.shape(x)[0], 2), lambda: x, by_halves)

    traced = _traced(tf, summed, tf.TensorSpec([None], tf.float32))
    for length in (1, 2, 3, 5, 6, 7):
        yield traced(np.arange(length, dtype=np.float32))


@known_different
def a_choice_between_shapes_that_are_known(tf):
    """Of two branches the one that does not fit the sizes is left out; TensorFlow refuses the function."""

    def joined(a, b):
        return tf.cond(
            tf.equal(tf.shape(a)[0], tf.shape(b)[0]),
            lambda: tf.reshape(tf.stack([a, b], 1), [-1]),
            lambda: tf.concat([a, b], 0),
        )

    traced = _traced(tf, joined, tf.TensorSpec([3], tf.float32), tf.TensorSpec([2], tf.float32))
    yield refused(lambda: traced(np.ones(3, np.float32), np.zeros(2, np.float32)))


@case
def arrays_of_rows_of_unknown_size(tf):
    """The first row that a loop writes tells the shape, of which the batch size is not known: one trace for all."""
    traces = []

    def states(x, weight):
        traces.append(x.shape.as_list())
        steps = tf.transpose(x, [1, 0, 2])
        length = tf.shape(steps)[0]
        array = tf.TensorArray(tf.float32, size=length)

        def step(number, state, array):
            state = tf.tanh(tf.matmul(state, weight) + steps[number])
            return number + 1, state, array.write(number, state)

        first = tf.zeros([tf.shape(x)[0], 2])
        _, last, array = tf.while_loop(lambda number, *_: number < length, step, (0, first, array))
        return tf.transpose(array.stack(), [1, 0, 2]), last

    def slopes(x, weight):
        with tf.GradientTape() as tape:
            tape.watch(weight)
            every, last = states(x, weight)
            loss = tf.reduce_sum(every**2) + tf.reduce_sum(last)
        return tf.round(100 * tape.gradient(loss, weight)), tf.shape(every)

    specs = [tf.TensorSpec([None, None, 2], tf.float32), tf.TensorSpec([2, 2], tf.float32)]
    weight = np.float32([[0.5, -0.25], [1.0, 0.125]])
    traced = _traced(tf, slopes, *specs)
    for shape in ((3, 4, 2), (1, 2, 2)):
        yield traced(np.linspace(-1, 1, np.prod(shape), dtype=np.float32).reshape(shape), weight)
    yield traces


@case
def arrays_whose_rows_have_the_size_of_a_sum(tf):
    """Written without a loop, and in a branch."""

    def rows(x, several):
        array = tf.TensorArray(tf.float32, size=2)
        array = array.write(0, tf.concat([x, x, [1.0]], 0))
        array = array.write(1, tf.concat([[0.0], x, x], 0))
        return tf.cond(several, lambda: array.stack(), lambda: array.stack()[:1])

    traced = _traced(tf, rows, tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.bool))
    yield traced(np.float32([1, 2]), True), traced(np.float32([3]), False)
