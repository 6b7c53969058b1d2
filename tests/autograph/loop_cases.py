"""Loops: while, for over tensors, tf.range, Python's ranges and lists; break, continue, return, else."""

from tests.autograph.cases import beyond, case, t


@case((t(5),), (t(0),), (5,), (0,))
def while_counts(tf, n):
    i = 0
    total = 0
    while i < n:
        total += i * i
        i += 1
    return total, i


@case((t(5),), (t(0),))
def for_over_a_range_tensor(tf, n):
    total = 0
    for i in tf.range(n):
        total += i
    return total


@case((t(5),), (t(0),), (5,))
def for_over_pythons_range(tf, n):
    total = 0
    for i in range(n):
        total += i
    return total


@case((t(2), t(9), t(3)), (2, t(9), 3), (t(9), 2, -3))
def for_over_a_range_with_step(tf, start, stop, step):
    total = 0
    for i in tf.range(start, stop, step):
        total = total * 10 + i
    return total


@case((t([1.0, 2.0, 3.0]),), (t([[1, 2], [3, 4]]),))
def for_over_a_tensor(tf, x):
    total = tf.zeros_like(x[0])
    for each in x:
        total = total * 2 + each
    return total


@case((t([], "float32"),))
def for_over_an_empty_tensor(tf, x):
    total = 10.0
    for each in x:
        total += each
    return total


@beyond(((t([1, 2, 3]),), t(8)))
def for_over_an_enumerated_tensor(tf, x):
    total = 0
    for i, each in enumerate(x):
        total += each * tf.cast(i, tf.int32)
    return total


@beyond(((t([1, 2, 3]), t([4, 5, 6])), t(32)))
def for_over_zipped_tensors(tf, x, y):
    total = 0
    for a, b in zip(x, y):  # noqa: B905
        total += a * b
    return total


@case((t(3),))
def for_over_python_list_of_tensors(tf, x):
    total = 0
    for each in [x, 2, x * x]:
        total += each
    return total


@case((t(3),))
def for_with_unpacking(tf, x):
    total = x
    for i, (a, b) in enumerate([(1, 2), (3, 4)]):
        total += i * a + b
    return total


@case((t(5),), (t(1),), (t(0),), (5,))
def break_of_while(tf, n):
    i = 0
    while i < n:
        if i == 3:
            break
        i += 1
    return i


@beyond(((t(9),), t(9)), ((t(2),), t(2)))
def while_true_with_break(tf, n):
    i = 0
    while True:
        i += 1
        if i >= n:
            break
    return i


@case((t(9),), (9,))
def continue_in_for(tf, n):
    total = 0
    for i in range(n):
        if i % 2 == 0:
            continue
        total += i
    return total


@case((t(9),), (9,), (t(2),))
def break_and_continue(tf, n):
    total = 0
    for i in range(n):
        if i == 1:
            continue
        if i > 5:
            break
        total += i
    return total


@beyond(((t(9),), t(400)), ((t(2),), t(-1)))
def return_in_for(tf, n):
    for i in tf.range(n):
        if i > 3:
            return i * 100
    return -1


@beyond(((t(9),), t(40)), ((t(2),), t(2)))
def return_in_while(tf, n):
    i = 0
    while i < n:
        i += 1
        if i == 4:
            return i * 10
    return i


@case((t(4),), (4,))
def nested_loops_with_break(tf, n):
    total = 0
    for i in range(n):
        for j in range(n):
            if j > i:
                break
            total += i * 10 + j
    return total


@beyond(((t(4),), t(23)), ((t(1),), t(-1)))
def return_of_nested_loops(tf, n):
    for i in tf.range(n):
        for j in tf.range(n):
            if i * j == 6:
                return i * 10 + j
    return -1


@beyond(((t(4),), t(106)), ((t(0),), t(100)))
def for_else_without_break(tf, n):
    total = 0
    for i in range(n):
        total += i
    else:
        total += 100
    return total


@case((4,), (1,))
def for_else_with_break_in_python(tf, n):
    total = 0
    for i in range(n):
        if i == 2:
            break
        total += i
    else:
        total += 100
    return total


@case((4,), (1,))
def while_else_in_python(tf, n):
    i = 0
    while i < n:
        i += 1
        if i == 3:
            break
    else:
        i += 100
    return i


@case((t(3),), (t(0),))
def loop_variable_afterwards(tf, n):
    i = -1
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@case((t(3),))
def variable_made_in_a_loop(tf, n):
    for i in tf.range(n):
        y = i * 2
    return y


@case((t(3),))
def variable_made_in_a_while_loop(tf, n):
    i = 0
    while i < n:
        y = i * 2
        i += 1
    return y


@case((t(3),))
def dtype_changed_by_a_loop(tf, n):
    x = 1
    for _ in tf.range(n):
        x = x * 1.5
    return x


@case((t(3),))
def tensor_dtype_changed_by_a_loop(tf, n):
    x = tf.constant(1)
    for _ in tf.range(n):
        x = tf.cast(x, tf.float32) * 1.5
    return x


@case((t(3),))
def shape_changed_by_a_loop(tf, n):
    x = tf.zeros([1])
    for _ in tf.range(n):
        x = tf.concat([x, [1.0]], 0)
    return x


@case((t(3),))
def structure_changed_by_a_loop(tf, n):
    x = (tf.constant(1), tf.constant(2))
    for _ in tf.range(n):
        x = (*x, tf.constant(3))
    return x


@case((t(3),))
def none_set_by_a_loop(tf, n):
    x = n
    for _ in tf.range(n):
        x = None
    return x


@case((t(3),), (t(0),))
def string_tensor_in_a_loop(tf, n):
    x = tf.constant("a")
    for _ in tf.range(n):
        x = x + "b"
    return x


@case((t(7),), (t(27),))
def collatz(tf, n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@case((t(12), t(18)), (t(7), t(0)), (12, 18))
def greatest_common_divisor(tf, a, b):
    while b != 0:
        a, b = b, a % b
    return a


@case((t(10),), (10,))
def fibonacci_list(tf, n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a, b


@case((t(3), t(10)), (t(20), t(10)))
def while_with_and(tf, a, b):
    while a < 10 and b > 0:
        a += 1
        b -= 2
    return a, b


@case((t(5),))
def while_with_not_and_or(tf, n):
    i = tf.constant(0)
    while not (i >= n or i * i > 10):
        i += 1
    return i


@case((t(4),))
def comprehension_over_python(tf, x):
    return [x * i for i in range(3) if i != 1], {k: x + v for k, v in {"a": 1, "b": 2}.items()}


@beyond(((t([1, 2]),), [t(2), t(4)]))
def comprehension_over_a_tensor(tf, x):
    return [each * 2 for each in x]


@case((t(4),))
def python_list_appended_by_a_python_loop(tf, x):
    found = []
    for i in range(3):
        found.append(x * i)
    return tf.stack(found)


@case((t(4),), (t(0),))
def tensor_array_filled_by_a_loop(tf, n):
    array = tf.TensorArray(tf.int32, n)
    for i in tf.range(n):
        array = array.write(i, i * i)
    return array.stack()


@case((t(4),))
def growing_tensor_array(tf, n):
    array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(n):
        if i % 2 == 0:
            array = array.write(array.size(), tf.cast(i, tf.float32))
    return array.stack(), array.size()


@case((t(3),))
def gradient_inside_a_loop(tf, n):
    x = tf.constant(2.0)
    for _ in tf.range(n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        x = x - 0.1 * tape.gradient(y, x)
    return x


@case((t([5, 3, 8, 1]),))
def insertion_of_the_smallest(tf, x):
    best = x[0]
    place = 0
    for i in tf.range(1, tf.shape(x)[0]):
        if x[i] < best:
            best = x[i]
            place = i
    return best, place
