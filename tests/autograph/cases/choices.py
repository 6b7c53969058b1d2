"""if statements."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, half, minus, one, t, zero


@case((one,), (minus,))
def if_alone(a):
    b = a
    if a > 0:
        b = b + 1
    return b


@case((one,), (minus,), (zero,))
def elif_chain(a):
    if a > 0:
        b = "positive"
    elif a < 0:
        b = "negative"
    else:
        b = "none"
    return tf.convert_to_tensor(b)


@case((one,), (minus,))
def nested_ifs_with_constants(a):
    b = a
    if a > 0:
        if a > 5:
            b = a * 100
        else:
            b = a * 10
    else:
        if a < -5:
            b = -a
    return b


@case((one,), (minus,))
def python_numbers_in_branches(a):
    if a > 0:
        b, c = 1, 2.5
    else:
        b, c = -1, 0.0
    return b, c


@case((one, True), (one, False))
def python_condition(a, flag):
    if flag:
        return a, "yes"
    return (a - 1,)


@case((one,), (minus,))
def variable_defined_before(a):
    b = tf.constant([1.0, 2.0])
    if a > 0:
        b = b * 2.0
    elif a < -10:
        b = b * 3.0
    return b


@case((one,), (minus,))
def unused_variable_in_one_branch(a):
    b = a
    if a > 0:
        temporary = a * 3
        b = temporary + 1
    return b


@case((one,), (minus,))
def name_in_one_branch_unused_later(a):
    if a > 0:
        c = a + 1
        tf.identity(c)
    c = a + 2
    return c


@case((one,), (minus,))
def different_shapes_in_branches(a):
    if a > 0:
        b = tf.constant([1, 2, 3])
    else:
        b = tf.constant([4])
    return tf.reduce_sum(b)


@case((one,), (minus,))
def none_beside_a_choice(a):
    b = None
    if a > 0:
        c = a
    else:
        c = -a
    return b, c


@case((half,))
def branch_calls_function(a):
    def positive(v):
        return v * 2.0

    def other(v):
        return v * 3.0

    if a > 1.0:
        f = positive(a)
    else:
        f = other(a)
    return f


@case((t(3),), (t(-3),), (3,), (-3,), (t(2.5),))
def if_else(x):
    if x > 0:
        y = x * 2
    else:
        y = -x
    return y


@case((t(3),), (t(-3),))
def if_without_else(x):
    if x > 0:
        x = x * 2
    return x


@case((t(12),), (t(7),), (t(1),), (t(-1),), (12,), (-1,))
def elif_ladder(x):
    if x > 10:
        y = 1
    elif x > 5:
        y = 2
    elif x > 0:
        y = 3
    else:
        y = 4
    return y + x


@case((t(1), t(1)), (t(1), t(-1)), (t(-1), t(1)), (t(-1), t(-1)), (1, t(-1)), (t(-1), 1))
def nested_ifs(x, y):
    if x > 0:
        if y > 0:
            z = x + y
        else:
            z = x - y
    else:
        z = x * 0
        if y > 0:
            z += 7
    return z, x


@case((t(1),), (t(-1),), (1,), (-1,))
def variable_of_one_branch_used_later(x):
    if x > 0:
        y = x + 1
    return y


@case((t(1),), (t(-1),))
def variable_of_one_branch_unused(x):
    if x > 0:
        y = x + 1
        x = y * 2
    return x


@case((t(1),), (t(-1),))
def branches_of_other_dtypes(x):
    if x > 0:
        y = tf.constant(1.0)
    else:
        y = tf.constant(1)
    return y


@case((t(1),), (t(-1),))
def branches_of_python_numbers(x):
    if x > 0:
        y = 1
    else:
        y = 2
    return y


@case((t(1),), (t(-1),))
def branches_of_an_int_and_a_float(x):
    if x > 0:
        y = 1
    else:
        y = 2.5
    return y


@case((t(1),), (t(-1),))
def branches_of_a_tensor_and_a_python_number(x):
    y = 2.0
    if x > 0:
        y = tf.constant(3.0)
    return y


@case((t(1),), (t(-1),))
def branches_of_an_int_tensor_and_a_python_float(x):
    y = 2.5
    if x > 0:
        y = tf.constant(3)
    return y


@case((t(1),), (t(-1),))
def branches_of_bools(x):
    positive = False
    if x > 0:
        positive = True
    return positive


@case((t(1),), (t(-1),))
def branches_of_other_shapes(x):
    if x > 0:
        y = tf.ones([2])
    else:
        y = tf.ones([3])
    return y


@case((t(1),), (t(-1),))
def branches_of_other_ranks(x):
    if x > 0:
        y = tf.ones([2])
    else:
        y = tf.ones([3, 1])
    return y


@case((t(1),), (t(-1),))
def branches_of_other_structures(x):
    if x > 0:
        y = (x, x)
    else:
        y = (x, x, x)
    return y


@case((t(1),), (t(-1),))
def branches_of_a_tuple_and_a_tensor(x):
    if x > 0:
        y = (x, x)
    else:
        y = x
    return y


@case((t(1),), (t(-1),))
def none_in_one_branch(x):
    y = None
    if x > 0:
        y = x
    return y


@beyond((t(1),), (t(-1),))
def none_in_both_branches(x):
    if x > 0:
        y = None
    else:
        y = None
    return y


@case((t([1, 2]),), (t([]),))
def if_of_a_vector(x):
    if x > 0:
        return x
    return -x


@case((t(1), True), (t(1), False), (t(1), None), (t(1), "a"))
def python_test_chooses_at_tracing(x, flag):
    if flag:
        return x + 1
    return {"other": x}
