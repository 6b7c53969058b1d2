"""What TensorFlow's AutoGraph refuses and ours converts: the results are those of Python, without conversion."""

import numpy as np

from tests.autograph.case import table

CASES, case = table()
LEAK = "an assignment after an early return leaks out of its branch"
one, minus, zero = np.int32(1), np.int32(-1), np.int32(0)
three, ten = np.int32(3), np.int32(10)
vector = np.array([1.0, -2.0, 3.0, 5.0], np.float32)
bools = np.array([True, False, True])


@case(np.int32(11), differs=LEAK)
@case(np.int32(4), differs=LEAK)
@case(minus, differs=LEAK)
def three_returns(tf, a):
    if a > 10:
        return a
    if a > 0:
        a = a * 2
        if a > 7:
            return a + 100
    return -a


@case(one)
@case(minus)
@case(zero)
def nested_conditional_expressions(tf, a):
    return 1 if a > 0 else (-1 if a < 0 else 0)


@case(one)
@case(minus)
def walrus(tf, a):
    if (b := a * 2) > 0:
        c = b + 1
    else:
        c = b - 1
    return c


@case(three)
def for_in_while(tf, n):
    total = 0
    while total < 50:
        for j in tf.range(n):
            total += j + 1
    return total


@case(ten)
def break_in_while(tf, n):
    i = 0
    while True:
        i += 1
        if i >= n:
            break
    return i


@case(ten)
@case(np.int32(100))
def return_in_for(tf, n):
    for i in tf.range(20):
        if i * i > n:
            return i
    return -1


@case(ten)
@case(np.int32(1000))
def return_in_while(tf, n):
    i = tf.constant(0)
    while i < 20:
        i += 1
        if i * i > n:
            return i * 1000
    return i


@case(vector)
def early_return_with_more(tf, a):
    total = 0.0
    for each in a:
        if each < 0.0:
            continue
        total += each
        if total > 3.0:
            return total, True
    return total, False


@case(three)
def while_else_of_tensors(tf, n):
    i = tf.constant(0)
    while i < n:
        i += 1
    else:
        i = i * 100
    return i


@case(three)
def for_else_of_tensors(tf, n):
    total = tf.constant(0)
    for i in tf.range(n):
        total += i
    else:
        total += 1000
    return total


@case(one)
def assert_that_holds(tf, a):
    assert a > 0, "positive"
    assert True
    return a


@case(three)
def early_return_in_helper_in_loop(tf, n):
    def search(limit):
        for i in tf.range(10):
            if i >= limit:
                return i
        return tf.constant(-1)

    total = tf.constant(0)
    for k in tf.range(n):
        total += search(k)
    return total


@case(vector)
def max_and_min_of_a_vector(tf, a):
    return max(a), min(a)


@case(three, minus)
def max_and_min_of_scalars(tf, a, b):
    return max(a, b), min(a, b), max(1, 2), min([3, 4])


@case(bools)
def any_and_all_of_a_vector(tf, a):
    return any(a), all(a), any([False, True]), all([])
