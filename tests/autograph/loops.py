"""while and for, over tensors, ranges and Python's own iterables; break, continue, return, else."""

import numpy as np

from tests.autograph.case import table

CASES, case = table()
three, ten, zero = np.int32(3), np.int32(10), np.int32(0)
vector = np.array([1.0, -2.0, 3.0, 5.0], np.float32)
matrix = np.arange(6, dtype=np.float32).reshape(3, 2)


@case(ten)
@case(zero)
def while_counts(tf, n):
    i = 0
    while i < n:
        i += 3
    return i


@case(ten)
def while_of_two(tf, n):
    i, total = 0, 0.0
    while i < n:
        total += tf.cast(i, tf.float32) * 0.5
        i += 1
    return i, total


@case(np.int32(27))
def collatz(tf, n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@case(ten)
@case(zero)
def for_range(tf, n):
    total = 0
    for i in tf.range(n):
        total += i * i
    return total


@case(ten)
def range_of_a_tensor(tf, n):
    total = 0
    for i in range(n):
        total += i
    return total


@case(ten, three)
def range_with_start_and_step(tf, n, start):
    total = tf.constant(0)
    for i in tf.range(start, n, 2):
        total = total * 10 + i
    return total


@case(ten)
def range_backwards(tf, n):
    total = 0
    for i in tf.range(n, 0, -3):
        total = total * 11 + i
    return total


@case(vector)
def for_rows(tf, a):
    total = 0.0
    for each in a:
        total = total * 2.0 + each
    return total


@case(matrix)
def for_rows_of_a_matrix(tf, a):
    total = tf.zeros([2])
    for row in a:
        total += row * row
    return total


@case(np.array([4, 5], np.int64))
def for_int64(tf, a):
    total = tf.constant(0, tf.int64)
    for each in a:
        total += each
    return total


@case(three)
def nested_for(tf, n):
    total = 0
    for i in tf.range(n):
        for j in tf.range(i + 1):
            total += i * j
    return total


@case(vector)
def for_over_python_list(tf, a):
    for k in [1.0, 2.0, 3.0]:
        a = a * k
    return a


@case(vector)
def for_over_dictionary(tf, a):
    log = []
    for key, value in {"x": 1, "y": 2}.items():
        log.append(key)
        a += value
    return a, log


@case(vector)
def python_range_unrolls(tf, a):
    log = []
    for i in range(3):
        log.append(i)
        a = a + i
    return a, log


@case(vector)
def python_while_unrolls(tf, a):
    i = 0
    while i < 4:
        a = a + i
        i += 1
    return a, i


@case(vector)
def python_for_else(tf, a):
    for i in range(3):
        if i == 7:
            break
    else:
        a = a + 100
    return a, i


@case(vector)
def python_for_else_broken(tf, a):
    for i in range(3):
        if i == 1:
            break
    else:
        a = a + 100
    return a, i


@case(vector)
def python_while_else(tf, a):
    i = 0
    while i < 3:
        i += 1
        if i == 2:
            continue
        a = a * 2
    else:
        a = a + 1000
    return a, i


@case(ten)
def break_in_for(tf, n):
    total = 0
    for i in tf.range(n):
        if i > 4:
            break
        total += i
    return total


@case(ten)
def continue_in_for(tf, n):
    total = 0
    for i in tf.range(n):
        if i % 2 == 0:
            continue
        total += i
    return total


@case(ten)
def break_and_continue(tf, n):
    total = 0
    for i in tf.range(n):
        if i % 2 == 0:
            continue
        if i > 6:
            break
        total += i
    return total


@case(ten)
def while_true_twice_broken(tf, n):
    i = tf.constant(0)
    j = tf.constant(0)
    while i < 100:
        i += 1
        if i == n:
            break
        if i % 3 == 0:
            continue
        j += i
    return i, j


@case(three)
def break_of_the_inner_loop(tf, n):
    total = 0
    for i in tf.range(5):
        for j in tf.range(5):
            if j > i or j >= n:
                break
            total += 1
        total += 100
    return total


@case(vector)
def python_return_in_loop(tf, a):
    for i in range(10):
        a = a + i
        if i == 3:
            return a, i
    return None


@case(three)
def shadowed_loop_variable(tf, n):
    i = -1
    for i in tf.range(n):
        i = i * 2
    return i


@case(three)
def loop_variable_after(tf, n):
    i = 7
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@case(zero)
def loop_variable_after_no_iteration(tf, n):
    i = 7
    for i in tf.range(n):  # noqa: B007
        pass
    return i


@case(three)
def temporary_in_loop(tf, n):
    total = 0
    for i in tf.range(n):
        square = i * i
        total += square
    return total


@case(three)
def first_defined_in_loop(tf, n):
    for i in tf.range(n):
        last = i * 10
    return last


@case(three)
def first_defined_in_while(tf, n):
    i = tf.constant(0)
    while i < n:
        square = i * i
        i += 1
    return square


@case(three)
def state_in_structures(tf, n):
    state = {"sum": tf.constant(0), "pair": (tf.constant(1), tf.constant(2.0))}
    for i in tf.range(n):
        a, b = state["pair"]
        state = {"sum": state["sum"] + i, "pair": (a * 2, b + 0.5)}
    return state


@case(three)
def item_in_loop(tf, n):
    d = {"k": tf.constant(1)}
    for i in tf.range(n):
        d["k"] = d["k"] * 2 + i
    return d


@case(three)
def attribute_in_loop(tf, n):
    class Box:
        pass

    box = Box()
    box.total = tf.constant(0)
    for i in tf.range(n):
        box.total += i
    return box.total


@case(three)
def loop_around_choice(tf, n):
    a = tf.constant(1.0)
    for i in tf.range(n):
        if i == 1:
            a = a * 10.0
        elif i == 2:
            a = a + 3.0
        else:
            a = a - 0.5
    return a


@case(three)
def unpacked_rows(tf, n):
    total = 0
    for pair in tf.stack([tf.range(n), tf.range(n) * 2], 1):
        total += pair[0] * pair[1]
    return total


@case(vector)
def enumerate_of_a_list(tf, a):
    total = 0.0
    for i, each in enumerate([a, a * 2.0]):
        total += i * tf.reduce_sum(each)
    return total


@case(vector)
def zip_of_lists(tf, a):
    total = 0.0
    for scale, each in zip([1.0, 2.0], [a, a * 2.0], strict=False):
        total += scale * tf.reduce_sum(each)
    return total


@case(vector)
def unstacked(tf, a):
    total = 0.0
    for each in tf.unstack(a):
        total += each
    return total


@case(vector)
def list_appended_in_python_loop(tf, a):
    found = []
    for i in range(3):
        found.append(a * i)
    return tf.stack(found), len(found)


@case(vector)
def appended_by_branch(tf, a):
    found = []
    found.append(a)
    if len(found) == 1:
        found.append(a * 2.0)
    return tf.concat(found, 0)


@case(three)
def tensor_array_in_loop(tf, n):
    array = tf.TensorArray(tf.int32, size=n)
    for i in tf.range(n):
        array = array.write(i, i * i)
    return array.stack()


@case(three, makes=True)
def shape_invariants(tf):
    def loop(n):
        a = tf.constant([1])
        for i in tf.range(n):
            tf.autograph.experimental.set_loop_options(shape_invariants=[(a, tf.TensorShape([None]))])
            a = tf.concat([a, [i]], 0)
        return a

    return loop


@case(ten, makes=True)
def parallel_iterations_are_accepted(tf):
    def loop(n):
        total = 0
        for i in tf.range(n):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)
            total += i
        return total

    return loop


@case(ten, makes=True, differs="maximum_iterations is not available")
def maximum_iterations(tf):
    def loop(n):
        i = tf.constant(0)
        while i < n:
            tf.autograph.experimental.set_loop_options(maximum_iterations=4)
            i += 1
        return i

    return loop


@case(np.float32(2.0))
def newton(tf, a):
    x = a
    while tf.abs(x * x - a) > 1e-4:
        x = x - (x * x - a) / (2.0 * x)
    return x


@case(ten)
def fibonacci(tf, n):
    a, b = 0, 1
    for _ in tf.range(n):
        a, b = b, a + b
    return a


@case(three)
def while_with_and(tf, n):
    i, j = tf.constant(0), tf.constant(20)
    while i < j and not (i > n * 2):
        i += 1
        j -= 2
    return i, j


@case(three)
def variable_in_loop(tf, n):
    total = tf.constant(0.0)
    weights = tf.constant([1.0, 2.0, 3.0])
    for i in tf.range(n):
        total += weights[i]
    return total


@case(three)
def with_in_loop(tf, n):
    total = tf.constant(0)
    for i in tf.range(n):
        with tf.name_scope("inner"):
            total += i
    return total


@case(three)
def loop_in_branch(tf, n):
    total = tf.constant(0)
    if n > 2:
        for i in tf.range(n):
            total += i
    else:
        while total < 10:
            total += 4
    return total


@case(vector)
def comprehension_over_python(tf, a):
    squares = {k: a * k for k in range(3)}
    return squares, sorted({k % 2 for k in range(5)})


@case(three, differs="None before a loop is refused")
def none_before_loop(tf, n):
    x = None
    for i in tf.range(n):
        x = i
    return x


@case(three, differs="None before a loop is refused")
def none_before_while(tf, n):
    x = None
    i = tf.constant(0)
    while i < n:
        x = i
        i += 1
    return x
