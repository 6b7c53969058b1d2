"""Return statements: in branches, in loops, and none at all."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, floats, minus, one, t, ten, three


def half_or_double(x):
    if x > 10:
        return x // 2
    return x * 2


@case((one,), (minus,))
def return_then_more(a):
    if a > 0:
        return a + 1
    a = a * 7
    return a


@case((floats,))
def python_return_in_loop(a):
    for i in range(10):
        a = a + i
        if i == 3:
            return a, i
    return None


@case((one,))
def returns_of_different_structure(a):
    if a > 0:
        return a, a
    return a


@case((one,))
def returns_in_one_branch_only(a):
    if a > 0:
        return a


@differs((three,), ours="TypeError", message="'the return value' must have the same nested structure")
def loop_breaks_structure_of_return(n):
    """As of an if statement; TensorFlow refuses every return in a loop with NotImplementedError."""
    for i in tf.range(n):
        if i > 1:
            return i, i
    return n


@beyond((t(11),), (t(4),), (minus,))
def three_returns(a):
    if a > 10:
        return a
    if a > 0:
        a = a * 2
        if a > 7:
            return a + 100
    return -a


@beyond((ten,), (t(100),))
def return_of_another_value_in_for(n):
    for i in tf.range(20):
        if i * i > n:
            return i
    return -1


@beyond((ten,), (t(1000),))
def return_of_another_value_in_while(n):
    i = tf.constant(0)
    while i < 20:
        i += 1
        if i * i > n:
            return i * 1000
    return i


@beyond((floats,))
def early_return_with_more(a):
    total = 0.0
    for each in a:
        if each < 0.0:
            continue
        total += each
        if total > 3.0:
            return total, True
    return total, False


@beyond((three,))
def early_return_in_helper_in_loop(n):
    def search(limit):
        for i in tf.range(10):
            if i >= limit:
                return i
        return tf.constant(-1)

    total = tf.constant(0)
    for k in tf.range(n):
        total += search(k)
    return total


@case((t(1),), (t(-1),))
def return_in_both_branches(x):
    if x > 0:
        return x + 1
    else:
        return x - 1


@beyond((t(9),), (t(2),))
def return_in_for(n):
    for i in tf.range(n):
        if i > 3:
            return i * 100
    return -1


@beyond((t(9),), (t(2),))
def return_in_while(n):
    i = 0
    while i < n:
        i += 1
        if i == 4:
            return i * 10
    return i


@beyond((t(4),), (t(1),))
def return_of_nested_loops(n):
    for i in tf.range(n):
        for j in tf.range(n):
            if i * j == 6:
                return i * 10 + j
    return -1


@case((t(1),), (t(-1),))
def return_within_with(x):
    with tf.name_scope("outer"):
        if x > 0:
            return x * 2
        return x * 3


@case((t(3),))
def none_is_returned(x):
    x + 1


@case((t(3),))
def empty_results(x):
    return (), [], {}, None


@case((t(3),))
def string_result(x):
    return "a", b"b", True, 2.5, 7


@case((t(3),))
def set_as_result(x):
    return {1, 2}


@case((t(3),))
def function_as_result(x):
    return half_or_double
