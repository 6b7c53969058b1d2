"""Choices: if statements, conditional expressions, and, or, not, comparisons, in, assert."""

from tests.autograph.cases import beyond, case, known_different, t


@case((t(3),), (t(-3),), (3,), (-3,), (t(2.5),))
def if_else(tf, x):
    if x > 0:
        y = x * 2
    else:
        y = -x
    return y


@case((t(3),), (t(-3),))
def if_without_else(tf, x):
    if x > 0:
        x = x * 2
    return x


@case((t(12),), (t(7),), (t(1),), (t(-1),), (12,), (-1,))
def elif_ladder(tf, x):
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
def nested_ifs(tf, x, y):
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


@case((t(1),), (t(-1),))
def return_in_both_branches(tf, x):
    if x > 0:
        return x + 1
    else:
        return x - 1


@case((t(1),), (t(-1),), (1,), (-1,))
def variable_of_one_branch_used_later(tf, x):
    if x > 0:
        y = x + 1
    return y


@case((t(1),), (t(-1),))
def variable_of_one_branch_unused(tf, x):
    if x > 0:
        y = x + 1
        x = y * 2
    return x


@case((t(1),), (t(-1),))
def branches_of_other_dtypes(tf, x):
    if x > 0:
        y = tf.constant(1.0)
    else:
        y = tf.constant(1)
    return y


@case((t(1),), (t(-1),))
def branches_of_python_numbers(tf, x):
    if x > 0:
        y = 1
    else:
        y = 2
    return y


@case((t(1),), (t(-1),))
def branches_of_an_int_and_a_float(tf, x):
    if x > 0:
        y = 1
    else:
        y = 2.5
    return y


@case((t(1),), (t(-1),))
def branches_of_a_tensor_and_a_python_number(tf, x):
    y = 2.0
    if x > 0:
        y = tf.constant(3.0)
    return y


@case((t(1),), (t(-1),))
def branches_of_an_int_tensor_and_a_python_float(tf, x):
    y = 2.5
    if x > 0:
        y = tf.constant(3)
    return y


@case((t(1),), (t(-1),))
def branches_of_bools(tf, x):
    positive = False
    if x > 0:
        positive = True
    return positive


@case((t(1),), (t(-1),))
def branches_of_other_shapes(tf, x):
    if x > 0:
        y = tf.ones([2])
    else:
        y = tf.ones([3])
    return y


@known_different((t(1),), (t(-1),))
def branches_of_other_ranks(tf, x):
    """Ranks are always known here: UnknownSizeError; TensorFlow finds out when it runs."""
    if x > 0:
        y = tf.ones([2])
    else:
        y = tf.ones([3, 1])
    return y


@case((t(1),), (t(-1),))
def branches_of_other_structures(tf, x):
    if x > 0:
        y = (x, x)
    else:
        y = (x, x, x)
    return y


@case((t(1),), (t(-1),))
def branches_of_a_tuple_and_a_tensor(tf, x):
    if x > 0:
        y = (x, x)
    else:
        y = x
    return y


@case((t(1),), (t(-1),))
def branches_of_tuples(tf, x):
    a, b = x, 2 * x
    if x > 0:
        a, b = b, a
    return a, b


@case((t(1),), (t(-1),))
def branches_of_dicts(tf, x):
    if x > 0:
        y = {"a": x, "b": x + 1}
    else:
        y = {"a": -x, "b": x}
    return y


@case((t(1),), (t(-1),))
def branches_of_dicts_with_other_keys(tf, x):
    if x > 0:
        y = {"a": x}
    else:
        y = {"b": x}
    return y


@case((t(1),), (t(-1),))
def none_in_one_branch(tf, x):
    y = None
    if x > 0:
        y = x
    return y


@beyond(((t(1),), None), ((t(-1),), None))
def none_in_both_branches(tf, x):
    if x > 0:
        y = None
    else:
        y = None
    return y


@case((t([1, 2]),), (t([]),))
def if_of_a_vector(tf, x):
    if x > 0:
        return x
    return -x


@case((t(3),), (t(-3),), (3,), (-3,))
def conditional_expression(tf, x):
    return x * 2 if x > 0 else x - 1


@case((t(3),), (t(-3),))
def conditional_expression_of_other_dtypes(tf, x):
    return x if x > 0 else 1.5


@beyond(((t(3),), t(2)), ((t(-3),), t(3)), ((t(30),), t(1)))
def nested_conditional_expressions(tf, x):
    return 1 if x > 10 else 2 if x > 0 else 3


@case((t(1), t(2)), (t(1), t(-2)), (t(-1), t(2)), (1, t(2)), (t(1), -2), (-1, -2))
def and_and_or(tf, x, y):
    both = x > 0 and y > 0
    either = x > 0 or y > 0
    return both, either, not (x > 0)


@beyond(((t([True, False]), t([True, True])), t([True, False])))
def and_of_vectors(tf, x, y):
    return x and y


@case((t([True, False]), t([True, True])), (t(True), t(True)), (t(1), t(1)))
def not_of_tensors(tf, x, y):
    return not x


@known_different((t(3), t(4)), (t(0), t(4)))
def and_of_numbers(tf, x, y):
    """A TypeError when it is traced; TensorFlow raises InvalidArgumentError when it runs."""
    return x and y


@known_different((t(3), t(4)), (t(0), t(4)))
def or_of_numbers(tf, x, y):
    """A TypeError when it is traced; TensorFlow raises InvalidArgumentError when it runs."""
    return x or y


@case((t(0),), (t(2),))
def and_guards_a_division(tf, x):
    if x != 0 and 10 // x > 3:
        return x
    return -x


@case((t(1),), (t(5),), (t(10),), (5,), (10,))
def chained_comparison(tf, x):
    return 0 < x < 6, 1 <= x <= 9, x == x != 4


@case((t(1),), (t(5),))
def if_of_a_chained_comparison(tf, x):
    if 0 < x < 3:
        return 1
    return 0


@beyond(((t(1), t([1, 2, 3])), (t(True), t(False))), ((9, t([1, 2, 3])), (t(False), t(True))))
def membership(tf, x, values):
    return x in values, x not in values


@beyond(((t(1),), t(True)), ((t(7),), t(False)))
def membership_of_a_tensor_in_a_list(tf, x):
    return x in [1, 2, 3]


@case((t(1),), (t(-1),))
def identity_with_none(tf, x):
    y = None
    if y is None:
        y = x
    if x is not None and x > 0:
        y = y + 1
    return y


@case((t(1), t(1)), (t(1), t(2)), (1, 1), (1, 2))
def equality(tf, x, y):
    if x == y:
        return x + 10
    if x != y:
        return x + 20
    return x


@beyond(((t(1),), t(1)))
def assertion(tf, x):
    assert x > 0, "must be positive"
    return x


@beyond(((t([1, 2]),), t([1, 2])))
def assertion_of_a_vector(tf, x):
    assert tf.reduce_all(x > 0)
    return x


@case((t(1), True), (t(1), False), (t(1), None), (t(1), "a"))
def python_test_chooses_at_tracing(tf, x, flag):
    if flag:
        return x + 1
    return {"other": x}


@case((t(1),), (t(-1),))
def pass_in_a_branch(tf, x):
    if x > 0:
        pass
    else:
        x = x - 1
    return x


@case((t(1),), (t(-1),))
def raise_in_a_branch(tf, x):
    if x > 0:
        raise ValueError("always at tracing")
    return x


@case((t(1),), (t(-1),))
def deletion_in_a_branch(tf, x):
    y = x + 1
    if x > 0:
        del y
        x = x + 1
    return x


@beyond(((t(1),), t(2)), ((t(-1),), t(0)))
def walrus(tf, x):
    if (y := x + 1) > 1:
        return y
    return y * 10


@case((t(5),), (t(-1),))
def match_of_python_structure(tf, x):
    match (1, x):
        case (1, y):
            return y + 1
    return x


@case((1, [1, 2]), (3, (1, 2)), (2, {2: 0}))
def membership_of_python_values(tf, x, values):
    return x in values, x not in values
