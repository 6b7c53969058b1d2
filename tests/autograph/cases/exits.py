"""break, continue and else of loops."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, floats, one, t, ten, three, zero


@case((floats,))
def python_for_else(a):
    for i in range(3):
        if i == 7:
            break
    else:
        a = a + 100
    return a, i


@case((floats,))
def python_for_else_broken(a):
    for i in range(3):
        if i == 1:
            break
    else:
        a = a + 100
    return a, i


@case((floats,))
def python_while_else(a):
    i = 0
    while i < 3:
        i += 1
        if i == 2:
            continue
        a = a * 2
    else:
        a = a + 1000
    return a, i


@case((ten,))
def break_in_for(n):
    total = 0
    for i in tf.range(n):
        if i > 4:
            break
        total += i
    return total


@case((ten,))
def continue_in_for_over_tf_range(n):
    total = 0
    for i in tf.range(n):
        if i % 2 == 0:
            continue
        total += i
    return total


@case((ten,))
def continue_before_break(n):
    total = 0
    for i in tf.range(n):
        if i % 2 == 0:
            continue
        if i > 6:
            break
        total += i
    return total


@case((ten,))
def while_true_twice_broken(n):
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


@case((three,))
def break_of_the_inner_loop(n):
    total = 0
    for i in tf.range(5):
        for j in tf.range(5):
            if j > i or j >= n:
                break
            total += 1
        total += 100
    return total


@case((three,))
def tensor_break_of_python_loop(n):
    total = tf.constant(0)
    for i in [1, 2, 3]:
        if total > n:
            break
        total += i
    return total


@beyond((three,))
def while_else_of_tensors(n):
    i = tf.constant(0)
    while i < n:
        i += 1
    else:
        i = i * 100
    return i


@beyond((three,))
def for_else_of_tensors(n):
    total = tf.constant(0)
    for i in tf.range(n):
        total += i
    else:
        total += 1000
    return total


@case((t(5),), (t(1),), (t(0),), (5,))
def break_of_while(n):
    i = 0
    while i < n:
        if i == 3:
            break
        i += 1
    return i


@beyond((t(9),), (t(2),))
def while_true_with_break(n):
    i = 0
    while True:
        i += 1
        if i >= n:
            break
    return i


@case((t(9),), (9,))
def continue_in_for(n):
    total = 0
    for i in range(n):
        if i % 2 == 0:
            continue
        total += i
    return total


@case((t(9),), (9,), (t(2),))
def break_and_continue(n):
    total = 0
    for i in range(n):
        if i == 1:
            continue
        if i > 5:
            break
        total += i
    return total


@case((t(4),), (4,))
def nested_loops_with_break(n):
    total = 0
    for i in range(n):
        for j in range(n):
            if j > i:
                break
            total += i * 10 + j
    return total


@beyond((t(4),), (t(0),))
def for_else_without_break(n):
    total = 0
    for i in range(n):
        total += i
    else:
        total += 100
    return total


@case((4,), (1,))
def for_else_with_break_in_python(n):
    total = 0
    for i in range(n):
        if i == 2:
            break
        total += i
    else:
        total += 100
    return total


@case((4,), (1,))
def while_else_in_python(n):
    i = 0
    while i < n:
        i += 1
        if i == 3:
            break
    else:
        i += 100
    return i


@case((ten,), (one,), (zero,))
def break_with_work_after(n):
    total = 0
    i = tf.constant(0)
    while i < n:
        i += 1
        if i > 4:
            total += 100
            break
        total += i
    total = total * 2
    return total, i


@case((ten,), (three,))
def break_and_continue_in_branches(n):
    total = 0
    for i in tf.range(n):
        if i < 2:
            if i == 1:
                continue
            total += 50
        elif i == 6:
            break
        else:
            total += i
        total += 1
    return total


@beyond((ten,), (three,))
def break_out_of_the_else_of_a_python_loop(n):
    total = 0
    for i in tf.range(n):
        for k in range(2):
            total += i * k
        else:
            if total > 5:
                break
        total += 1
    return total


@case((ten,), (three,))
def continue_after_assignment(n):
    total = 0
    for i in tf.range(n):
        square = i * i
        if square % 3 == 0:
            square = square + 1
            total -= square
            continue
        total += square
    return total


@case((ten,))
def continue_in_try(n):
    total = 0
    for i in tf.range(n):
        try:
            if i % 2 == 0:
                continue
            total += i
        finally:
            total += 100
    return total


@differs((three,))
def continue_in_try_with_else(n):
    """What follows else is jumped over, as in Python; TensorFlow runs it."""
    total = 0
    for k in range(4):
        try:
            if k % 2 == 0:
                continue
        except KeyError:
            total += 1000
        else:
            total += k
    return total + n


@case((ten,), (three,))
def break_within_with(n):
    total = 0
    for i in tf.range(n):
        with tf.name_scope("inner"):
            if i == 5:
                break
            total += i
        total += 1
    return total


@case((ten,), (zero,))
def broken_loops_one_after_another(n):
    i = tf.constant(0)
    while i < n:
        if i == 3:
            break
        i += 1
    j = tf.constant(0)
    while j < n:
        if j == i - 1:
            break
        j += 1
    return i, j


@beyond((ten,), (t(2),))
def while_else_with_break(n):
    i = tf.constant(0)
    while i < 5:
        i += 1
        if i == n:
            break
    else:
        i = i * 100
    return i


@beyond((ten,), (t(2),))
def for_else_with_break(n):
    total = 0
    for i in tf.range(5):
        if i == n:
            break
        total += i
    else:
        total += 1000
    return total


@case((three,))
def name_made_before_a_break(n):
    for i in tf.range(n):
        last = i * 10
        if i > 0:
            break
    return last


@case((three,))
def name_made_after_a_break(n):
    for i in tf.range(n):
        if i > 0:
            break
        last = i * 10
    return last
