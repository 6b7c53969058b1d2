"""What loops carry: names that they make, None before them, options, nested loops, targets."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, t, ten, three, zero


@case((t(3),), (zero,))
def name_made_in_a_loop_of_no_iterations(n):
    for row in tf.reshape(tf.range(n), [-1, 1]):
        y = row[0] * 2
    return y


@case((t(3),), (zero,))
def name_made_in_a_while_loop_of_no_iterations(n):
    i = tf.constant(0)
    while i < n:
        y = i * 2
        i += 1
    return y


@differs((zero,), ours="InvalidArgumentError", message="loop must iterate at least once to initialize i")
def loop_variable_that_never_was(n):
    """There is no value to give; TensorFlow gives the start of the range."""
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@differs((three,), (t(1),))
def none_is_asked_for_in_a_loop(n):
    """The first iteration sees None; TensorFlow makes zeros up and never takes the first branch."""
    x = None
    for i in tf.range(n):
        if x is None:
            x = i * 10 + 7
        else:
            x = x + 1
    return x


@case((three,), (zero,))
def none_and_a_name_before_a_loop(n):
    x, total = None, 0
    for i in tf.range(n):
        x = (i, i * 2.5) if False else i
        total += x
    return x, total


@case((three,))
def none_that_stays_in_a_loop(n):
    x, total = None, 0
    for i in tf.range(n):
        total += i
        if x is not None:
            total += x
    return total


@case((three,))
def structure_made_in_a_loop(n):
    for i in tf.range(n):
        pair = {"a": i, "b": (tf.cast(i, tf.float32), [i])}
    return pair


@case((three,))
def vector_of_unknown_length_made_in_a_loop(n):
    for i in tf.range(n):
        values = tf.range(i + 1)
    return values


@case((three,))
def name_that_an_iteration_reads_first(n):
    for i in tf.range(n):
        if i > 0:
            total = previous + i  # noqa: F821
        previous = i  # noqa: F841
    return total


@case((ten,))
def maximum_iterations_of_a_for_loop(n):
    total = 0
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(maximum_iterations=3)
        total += i
    return total


@case((ten,), (t(2),))
def maximum_iterations_beside_a_break(n):
    i = tf.constant(0)
    while i < n:
        tf.autograph.experimental.set_loop_options(maximum_iterations=tf.constant(5))
        if i == 3:
            break
        i += 1
    return i


@case((three,))
def shape_invariant_of_a_while_loop(n):
    values = tf.zeros([1, 2])
    i = tf.constant(0)
    while i < n:
        tf.autograph.experimental.set_loop_options(
            shape_invariants=[(values, tf.TensorShape([None, 2]))], parallel_iterations=2
        )
        values = tf.concat([values, tf.ones([1, 2])], 0)
        i += 1
    return values


@case((three,))
def shape_invariant_that_does_not_hold(n):
    values = tf.zeros([1, 2])
    for _ in tf.range(n):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(values, tf.TensorShape([None, 2]))])
        values = tf.concat([values, values], 1)
    return values


@case((t(2),), (zero,))
def loops_within_loops_within_branches(n):
    total = 0
    for i in tf.range(3):
        if i != 1:
            k = tf.constant(0)
            while k < n:
                k += 1
                for j in tf.range(k):
                    if j > 0:
                        total += i * 100 + k * 10 + j
                    else:
                        total += 1
        else:
            total = total * 2
    return total


@case((three,))
def walrus_in_a_python_loop(n):
    k = 0
    while (k := k + 1) < 4:
        n = n + k
    return n, k


@beyond((three,), (zero,))
def walrus_in_the_test_of_a_loop(n):
    total = 0
    i = tf.constant(0)
    while (square := i * i) < n * n:
        total += square
        i += 1
    return total, square


@case((three,))
def empty_loop_body(n):
    for _ in tf.range(n):
        pass
    while n > 10:
        n -= 1
    return n


@case((t([[1, 2], [3, 4]]),))
def rows_unpacked(x):
    total = 0
    for a, b in x:
        total += a * b
    return total


@case((t([1, 2, 3]),))
def iterable_computed_once(x):
    def rows():
        return x * 2

    total = 0
    for each in rows():
        total += each
    return total


@case((three,))
def loop_target_is_an_item(n):
    d = {"i": tf.constant(0)}
    for d["i"] in tf.range(n):
        pass
    return d["i"]


@case((three,))
def while_of_a_python_condition_on_a_shape(n):
    x = tf.ones([2])
    while x.shape[0] < 7:
        x = tf.concat([x, x], 0)
    return x + tf.cast(n, tf.float32)
