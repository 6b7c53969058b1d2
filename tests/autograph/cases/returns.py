"""Return statements: in branches, in loops, and none at all."""

import contextlib

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, floats, minus, one, t, ten, three, zero


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


@case((one,), (minus,))
def return_in_one_branch_and_nothing_after(a):
    if a > 0:
        return a


@case((one,), (minus,))
def return_in_else_and_nothing_after(a):
    if a > 0:
        a = a + 1
    else:
        return a


@case((one,), (minus,))
def return_and_a_bare_return(a):
    if a > 0:
        return a
    return


@beyond((one,), (minus,))
def bare_return_in_a_branch(a):
    if a > 0:
        return
    a = a + 1


@beyond((one,), (minus,))
def none_in_both_returns(a):
    if a > 0:
        return None
    return None


@case((t(3),), (t(-1),), (zero,))
def nested_return_and_a_fall_off(a):
    if a > 0:
        if a > 2:
            return a
    else:
        return -a


@beyond((t(3),), (one,), (t(-1),))
def name_of_the_branch_that_goes_on(a):
    if a > 0:
        if a > 2:
            return a * 100
        b = a + 1
    else:
        b = a - 1
    return b * 10


@beyond((t(3),), (one,), (t(-1),))
def other_dtype_in_the_branch_that_returns(a):
    b = a
    if a > 0:
        if a > 2:
            b = tf.cast(a, tf.float32) * 0.5
            return tf.cast(b, tf.int32)
        b = b + 1
    else:
        b = b - 1
    return b * 10


@beyond((t(3),), (one,), (t(-1),))
def python_object_in_the_branch_that_goes_on(a):
    if a > 0:
        if a > 2:
            return a
        kind = tf.float32
    else:
        kind = tf.float32
    return tf.cast(tf.cast(a, kind) * 2.5, tf.int32)


@case((three,), (minus,))
def assignment_before_the_return(a):
    b = a
    if a > 0:
        b = b * 10
        return b
    b = b - 5
    return b


@case((three,), (minus,))
def rest_in_the_else_branch(a):
    if a > 0:
        c = a
    else:
        return a * 3
    c = c + 1
    a = c * a
    return a


@beyond((t(12),), (t(7),), (t(2),), (t(-1),))
def ladder_of_returns(a):
    if a > 10:
        return a
    elif a > 5:
        a = a * 2
        return a + 1
    elif a > 0:
        a = a - 100
    else:
        return -a
    return a * 3


@case((t(3),), (t(-3),), (zero,))
def returns_of_structures(a):
    if a > 0:
        return {"sum": a, "pair": (a, 1.5)}
    if a < 0:
        return {"sum": -a, "pair": (a * 2, 2.5)}
    return {"sum": a, "pair": (0, 3.5)}


@case((t(3),), (t(-3),))
def returns_of_texts(a):
    if a > 0:
        return "positive"
    return "negative"


@case((t(3),), (t(-3),))
def returns_of_a_text_and_a_number(a):
    if a > 0:
        return "positive"
    return 1


@case((t(3),), (t(-3),))
def returns_of_other_lengths(a):
    if a > 0:
        return [a]
    return [a, a]


@beyond((t(5),), (t(1),), (zero,))
def return_and_break_in_one_loop(n):
    total = 0
    for i in tf.range(n):
        if i == 3:
            return total * 1000
        if total > 100:
            break
        total += i + 1
    return total


@beyond((t(5),), (t(1),), (zero,))
def return_after_continue(n):
    total = 0
    for i in tf.range(n):
        if i % 2 == 0:
            continue
        total += i
        if total > 3:
            return total * 100
    return total


@beyond((t(5),), (t(1),))
def return_of_a_vector_in_a_loop(n):
    values = tf.zeros([2])
    for i in tf.range(n):
        values += tf.cast(i, tf.float32)
        if i == 3:
            return values
    return values * 100.0


@beyond((t(5),), (t(2),))
def endless_loop_with_return(n):
    i = tf.constant(0)
    while True:
        i += 1
        if i * i > n:
            return i


@beyond((t(5),), (t(2),), (zero,))
def for_else_with_returns(n):
    for i in tf.range(n):
        if i * i > 10:
            return i
    else:
        return n - 100


@case((t(5),))
def first_row_only(n):
    for i in tf.range(n):
        return i + 10
    return n


@beyond((t(6),), (t(2),))
def return_out_of_two_loops_with_rest(n):
    total = 0
    for i in tf.range(n):
        for j in tf.range(n):
            if i * j == 12:
                return total * 1000 + i
            total += j
        total += 1
    total = total * 2
    return total


@differs((t(5),), (zero,), ours="ValueError", message="must also have a return statement")
def return_in_a_loop_with_nothing_after(n):
    """As of an if statement; TensorFlow refuses every return in a loop with NotImplementedError."""
    for i in tf.range(n):
        if i > 2:
            return i


@beyond((three, False))
def return_in_a_loop_by_a_python_choice(n, flag):
    total = 0
    for i in tf.range(n):
        total += i
        if flag:
            return total * 100
    return total


@case((three, True), (three, False), (minus, True), (minus, False))
def returns_by_python_and_by_tensors(a, flag):
    if flag:
        return a
    if a > 0:
        return a * 10
    return a * 20


@case((three,), (minus,))
def try_and_finally_around_a_return(a):
    log = []
    try:
        if a > 0:
            return a + len(log)
        return a - 5
    finally:
        log.append(1)


@case((three,), (minus,))
def return_in_an_exception_handler(a):
    try:
        {}["missing"]
    except KeyError:
        if a > 0:
            return a
        return -a
    return a * 1000


@beyond((three,), (minus,))
def try_and_else_after_a_return(a):
    log = []
    try:
        if a > 0:
            return a * 2
    except KeyError:
        a = a - 1
    else:
        log.append("else")
        a = a * 10
    return a + 7


@case((three,))
def value_of_a_return_that_raises(a):
    def fails():
        raise KeyError("mine")

    try:
        return fails()
    except KeyError:
        pass
    return a * 2


@case((three,), (minus,))
def returns_within_nested_with(a):
    with tf.name_scope("outer"), contextlib.suppress(KeyError), tf.name_scope("inner"):
        if a > 0:
            return a * 2
        else:
            return a * 3


@beyond((t(4), 2), (t(-4), 2))
def returns_within_match(a, kind):
    match kind:
        case 1:
            return a
        case 2:
            if a > 0:
                return a * 2
            return a * 3
    return a * 4
