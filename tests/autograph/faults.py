"""Functions that TensorFlow refuses: the error's class is compared, and ours must say what matters."""

import numpy as np

from tests.autograph.case import table

CASES, case = table()
one, three = np.int32(1), np.int32(3)
vector = np.array([1.0, -2.0, 3.0], np.float32)


@case(one, raises=True, message="'b' must also be initialized in the else branch")
def undefined_in_else(tf, a):
    if a > 0:
        b = a
    return b


@case(one, raises=True, message="'b' must also be initialized in the main branch")
def undefined_in_main(tf, a):
    if a > 0:
        pass
    else:
        b = a
    return b


@case(one, raises=True, message="'b'")
def none_in_one_branch(tf, a):
    b = None
    if a > 0:
        b = a
    return b


@case(one, raises=True, message="'b'")
def dtypes_of_branches_differ(tf, a):
    if a > 0:
        b = tf.constant(1)
    else:
        b = tf.constant(1.0)
    return b


@case(one, raises=True, message="'b'")
def structures_of_branches_differ(tf, a):
    if a > 0:
        b = (a, a)
    else:
        b = a
    return b


@case(one, raises=True)
def returns_of_different_structure(tf, a):
    if a > 0:
        return a, a
    return a


@case(one, raises=True, differs="zeros are returned where Python returns None")
def returns_in_one_branch_only(tf, a):
    if a > 0:
        return a
    # and nothing is returned here


@case(one, raises=True)
def object_in_branch(tf, a):
    class Thing:
        pass

    b = Thing()
    if a > 0:
        b = Thing()
    return b, a


@case(three, raises=True, message="'x'")
def dtype_changes_in_loop(tf, n):
    x = 0
    for i in tf.range(n):
        x = tf.cast(i, tf.float32)
    return x


@case(three, raises=True, message="shape_invariants|set_loop_options")
def shape_changes_in_loop(tf, n):
    x = tf.constant([1])
    for _ in tf.range(n):
        x = tf.concat([x, x], 0)
    return x


@case(three, raises=True, message="'x'")
def structure_changes_in_loop(tf, n):
    x = tf.constant(1)
    for _ in tf.range(n):
        x = (x, x)
    return x


@case(three, raises=True)
def tensor_break_of_python_loop(tf, n):
    total = tf.constant(0)
    for i in [1, 2, 3]:
        if total > n:
            break
        total += i
    return total


@case(one, raises=True, differs="TypeError instead of ValueError")
def iterating_over_a_scalar(tf, a):
    for each in a:
        a = each
    return a


@case(vector, raises=True)
def vector_as_condition(tf, a):
    if a > 0:
        return a
    return -a


@case(one, raises=True, differs="TypeError instead of ValueError")
def number_as_condition(tf, a):
    if a:
        return a * 2
    return a


@case(three, raises=True)
def used_before_assignment(tf, n):
    if n.shape.rank == 5:
        x = n
    return x + 1


@case(three, raises=True)
def undefined_name(tf, n):
    return n + nothing_of_this_name  # noqa: F821


@case(three, raises=True)
def python_error_passes(tf, n):
    if n > 0:
        raise ValueError("mine")
    return n


@case(three, raises=True)
def key_error_passes(tf, n):
    d = {}
    for i in tf.range(n):
        n += d["missing"] + i
    return n


@case(three, raises=True)
def python_assertion_fails(tf, n):
    assert n.shape.rank == 4, "rank"
    return n


@case(three, raises=True)
def undefined_in_nested_branch(tf, n):
    if n > 0:
        if n > 1:
            y = n
    else:
        y = -n
    return y


@case(three, raises=True, differs="a number is taken for a condition")
def condition_of_while_is_a_number(tf, n):
    while n:
        n -= 1
    return n


@case(three, raises=True, differs="TypeError instead of NotImplementedError")
def loop_breaks_structure_of_return(tf, n):
    for i in tf.range(n):
        if i > 1:
            return i, i
    return n
