"""while and for: over tensors, ranges and Python's own iterables."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, floats, matrix, t, ten, three, zero


@case((ten,), (zero,))
def while_counts_by_threes(n):
    i = 0
    while i < n:
        i += 3
    return i


@case((ten,))
def while_of_two(n):
    i, total = 0, 0.0
    while i < n:
        total += tf.cast(i, tf.float32) * 0.5
        i += 1
    return i, total


@case((ten,), (zero,))
def for_range(n):
    total = 0
    for i in tf.range(n):
        total += i * i
    return total


@case((ten,))
def range_of_a_tensor(n):
    total = 0
    for i in range(n):
        total += i
    return total


@case((ten, three))
def range_with_start_and_step(n, start):
    total = tf.constant(0)
    for i in tf.range(start, n, 2):
        total = total * 10 + i
    return total


@case((ten,))
def range_backwards(n):
    total = 0
    for i in tf.range(n, 0, -3):
        total = total * 11 + i
    return total


@case((floats,))
def for_rows(a):
    total = 0.0
    for each in a:
        total = total * 2.0 + each
    return total


@case((matrix,))
def for_rows_of_a_matrix(a):
    total = tf.zeros([2])
    for row in a:
        total += row * row
    return total


@case((t([4, 5], "int64"),))
def for_int64(a):
    total = tf.constant(0, tf.int64)
    for each in a:
        total += each
    return total


@case((three,))
def nested_for(n):
    total = 0
    for i in tf.range(n):
        for j in tf.range(i + 1):
            total += i * j
    return total


@case((floats,))
def for_over_python_list(a):
    for k in [1.0, 2.0, 3.0]:
        a = a * k
    return a


@case((floats,))
def for_over_dictionary(a):
    log = []
    for key, value in {"x": 1, "y": 2}.items():
        log.append(key)
        a += value
    return a, log


@case((floats,))
def python_range_unrolls(a):
    log = []
    for i in range(3):
        log.append(i)
        a = a + i
    return a, log


@case((floats,))
def python_while_unrolls(a):
    i = 0
    while i < 4:
        a = a + i
        i += 1
    return a, i


@case((three,))
def shadowed_loop_variable(n):
    i = -1
    for i in tf.range(n):
        i = i * 2
    return i


@case((three,))
def loop_variable_after(n):
    i = 7
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@case((zero,))
def loop_variable_after_no_iteration(n):
    i = 7
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@case((three,))
def temporary_in_loop(n):
    total = 0
    for i in tf.range(n):
        square = i * i
        total += square
    return total


@case((three,))
def first_defined_in_loop(n):
    for i in tf.range(n):
        last = i * 10
    return last


@case((three,))
def first_defined_in_while(n):
    i = tf.constant(0)
    while i < n:
        square = i * i
        i += 1
    return square


@case((three,))
def loop_around_choice(n):
    a = tf.constant(1.0)
    for i in tf.range(n):
        if i == 1:
            a = a * 10.0
        elif i == 2:
            a = a + 3.0
        else:
            a = a - 0.5
    return a


@case((three,))
def unpacked_rows(n):
    total = 0
    for pair in tf.stack([tf.range(n), tf.range(n) * 2], 1):
        total += pair[0] * pair[1]
    return total


@case((floats,))
def unstacked(a):
    total = 0.0
    for each in tf.unstack(a):
        total += each
    return total


@case((three,))
def shape_invariants(n):
    a = tf.constant([1])
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(a, tf.TensorShape([None]))])
        a = tf.concat([a, [i]], 0)
    return a


@case((ten,))
def parallel_iterations_are_accepted(n):
    total = 0
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(parallel_iterations=1)
        total += i
    return total


@case((ten,))
def maximum_iterations(n):
    i = tf.constant(0)
    while i < n:
        tf.autograph.experimental.set_loop_options(maximum_iterations=4)
        i += 1
    return i


@case((t(2.0),))
def newton(a):
    x = a
    while tf.abs(x * x - a) > 1e-4:
        x = x - (x * x - a) / (2.0 * x)
    return x


@case((ten,))
def fibonacci(n):
    a, b = 0, 1
    for _ in tf.range(n):
        a, b = b, a + b
    return a


@case((three,))
def while_with_and_and_not(n):
    i, j = tf.constant(0), tf.constant(20)
    while i < j and not (i > n * 2):
        i += 1
        j -= 2
    return i, j


@case((three,))
def variable_in_loop(n):
    total = tf.constant(0.0)
    weights = tf.constant([1.0, 2.0, 3.0])
    for i in tf.range(n):
        total += weights[i]
    return total


@case((three,))
def loop_in_branch(n):
    total = tf.constant(0)
    if n > 2:
        for i in tf.range(n):
            total += i
    else:
        while total < 10:
            total += 4
    return total


@case((three,))
def none_before_loop(n):
    x = None
    for i in tf.range(n):
        x = i
    return x


@case((three,))
def none_before_while(n):
    x = None
    i = tf.constant(0)
    while i < n:
        x = i
        i += 1
    return x


@beyond((three,))
def for_in_while(n):
    total = 0
    while total < 50:
        for j in tf.range(n):
            total += j + 1
    return total


@case((t(5),), (t(0),), (5,), (0,))
def while_counts(n):
    i = 0
    total = 0
    while i < n:
        total += i * i
        i += 1
    return total, i


@case((t(5),), (t(0),))
def for_over_a_range_tensor(n):
    total = 0
    for i in tf.range(n):
        total += i
    return total


@case((t(5),), (t(0),), (5,))
def for_over_pythons_range(n):
    total = 0
    for i in range(n):
        total += i
    return total


@case((t(2), t(9), t(3)), (2, t(9), 3), (t(9), 2, -3))
def for_over_a_range_with_step(start, stop, step):
    total = 0
    for i in tf.range(start, stop, step):
        total = total * 10 + i
    return total


@case((t([1.0, 2.0, 3.0]),), (t([[1, 2], [3, 4]]),))
def for_over_a_tensor(x):
    total = tf.zeros_like(x[0])
    for each in x:
        total = total * 2 + each
    return total


@case((t([], "float32"),))
def for_over_an_empty_tensor(x):
    total = 10.0
    for each in x:
        total += each
    return total


@case((t(3),))
def for_over_python_list_of_tensors(x):
    total = 0
    for each in [x, 2, x * x]:
        total += each
    return total


@case((t(3),))
def for_with_unpacking(x):
    total = x
    for i, (a, b) in enumerate([(1, 2), (3, 4)]):
        total += i * a + b
    return total


@case((t(3),), (t(0),))
def loop_variable_afterwards(n):
    i = -1
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@case((t(3),))
def variable_made_in_a_loop(n):
    for i in tf.range(n):
        y = i * 2
    return y


@case((t(3),))
def variable_made_in_a_while_loop(n):
    i = 0
    while i < n:
        y = i * 2
        i += 1
    return y


@case((t(3),))
def dtype_changed_by_a_loop(n):
    x = 1
    for _ in tf.range(n):
        x = x * 1.5
    return x


@case((t(3),))
def tensor_dtype_changed_by_a_loop(n):
    x = tf.constant(1)
    for _ in tf.range(n):
        x = tf.cast(x, tf.float32) * 1.5
    return x


@case((t(3),))
def shape_changed_by_a_loop(n):
    x = tf.zeros([1])
    for _ in tf.range(n):
        x = tf.concat([x, [1.0]], 0)
    return x


@case((t(3),))
def structure_changed_by_a_loop(n):
    x = (tf.constant(1), tf.constant(2))
    for _ in tf.range(n):
        x = (*x, tf.constant(3))
    return x


@case((t(3),))
def none_set_by_a_loop(n):
    x = n
    for _ in tf.range(n):
        x = None
    return x


@case((t(3),), (t(0),))
def string_tensor_in_a_loop(n):
    x = tf.constant("a")
    for _ in tf.range(n):
        x = x + "b"
    return x


@case((t(7),), (t(27),))
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@case((t(12), t(18)), (t(7), t(0)), (12, 18))
def greatest_common_divisor(a, b):
    while b != 0:
        a, b = b, a % b
    return a


@case((t(10),), (10,))
def fibonacci_list(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a, b


@case((t(3), t(10)), (t(20), t(10)))
def while_with_and(a, b):
    while a < 10 and b > 0:
        a += 1
        b -= 2
    return a, b


@case((t(5),))
def while_with_not_and_or(n):
    i = tf.constant(0)
    while not (i >= n or i * i > 10):
        i += 1
    return i


@case((t(3),))
def gradient_inside_a_loop(n):
    x = tf.constant(2.0)
    for _ in tf.range(n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        x = x - 0.1 * tape.gradient(y, x)
    return x


@case((t([5, 3, 8, 1]),))
def insertion_of_the_smallest(x):
    best = x[0]
    place = 0
    for i in tf.range(1, tf.shape(x)[0]):
        if x[i] < best:
            best = x[i]
            place = i
    return best, place


@case((t(-2),), (t(3),), (t(9),))
def ranges_past_their_limit(n):
    up = down = 0
    for i in tf.range(n):
        up += i
    for i in tf.range(5, n, -2):
        down += i
    for i in range(n):
        up += i
    return up, down


@case((t(-2), t(1)), (t(3), t(-1)), (t(9), t(-2)))
def range_by_a_computed_step(n, step):
    total = 0
    for i in tf.range(4, n, step):
        total += i
    return total
