"""break, continue and else of loops."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, floats, t, ten, three


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
