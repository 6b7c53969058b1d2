"""if statements, conditional expressions, and, or, not, comparisons."""

import numpy as np

from tests.autograph.case import table

CASES, case = table()
one, minus, zero = np.int32(1), np.int32(-1), np.int32(0)
half = np.float32(0.5)
vector = np.array([1.0, -2.0, 3.0], np.float32)


@case(one)
@case(minus)
def if_else(tf, a):
    if a > 0:
        b = a * 2
    else:
        b = a - 10
    return b


@case(one)
@case(minus)
def if_alone(tf, a):
    b = a
    if a > 0:
        b = b + 1
    return b


@case(one, differs="strings in branches do not become tensors")
@case(minus, differs="strings in branches do not become tensors")
@case(zero, differs="strings in branches do not become tensors")
def elif_chain(tf, a):
    if a > 0:
        b = "positive"
    elif a < 0:
        b = "negative"
    else:
        b = "none"
    return tf.convert_to_tensor(b)


@case(one)
@case(minus)
def nested_ifs(tf, a):
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


@case(one)
@case(minus)
def python_numbers_in_branches(tf, a):
    if a > 0:
        b, c = 1, 2.5
    else:
        b, c = -1, 0.0
    return b, c


@case(one)
@case(minus)
def tuples_in_branches(tf, a):
    if a > 0:
        pair = (a, {"k": a + 1})
    else:
        pair = (a - 1, {"k": a})
    return pair


@case(one)
@case(minus)
def returns_in_both_branches(tf, a):
    if a > 0:
        return a + 1
    else:
        return a - 1


@case(one, differs="an assignment after an early return leaks out of its branch")
@case(minus, differs="an assignment after an early return leaks out of its branch")
def return_then_more(tf, a):
    if a > 0:
        return a + 1
    a = a * 7
    return a


@case(one, True)
@case(one, False)
def python_condition(tf, a, flag):
    if flag:
        return a, "yes"
    return (a - 1,)


@case(vector)
def python_branch_is_not_traced_twice(tf, a):
    log = []
    if len(a.shape) == 1:
        log.append("rank 1")
    else:
        log.append("other")
        raise AssertionError("not taken")
    return a + len(log)


@case(one)
@case(minus)
def both_branches_are_traced(tf, a):
    log = []
    if a > 0:
        log.append("then")
    else:
        log.append("else")
    return tf.constant(len(log)) + 0 * a


@case(one)
@case(minus)
def conditional_expression(tf, a):
    return a * 2 if a > 0 else a * 3


@case(one, True)
@case(one, False)
def python_conditional_expression(tf, a, flag):
    return (a, "x") if flag else "y"


@case(one)
@case(minus)
@case(np.int32(50))
def and_or_not(tf, a):
    both = a > 0 and a < 10
    either = a < 0 or a > 10
    return both, either, not both, not (either and both)


@case(one)
@case(np.int32(5))
def chained_comparison(tf, a):
    return 0 < a < 3, 1 <= a <= 1, 0 < a < 3 < 10


@case(one)
def python_operands_keep_their_values(tf, a):
    x = None or "left"  # noqa: SIM222
    y = 0 and a  # noqa: SIM223
    z = [] or a
    return x, y, z


@case(one)
def short_circuit_of_python_values(tf, a):
    log = []

    def noted(value):
        log.append(value)
        return value

    noted(False) and noted(True)
    noted(True) or noted(False)
    return a + len(log)


@case(one)
@case(minus)
def and_of_tensors_traces_both(tf, a):
    log = []

    def noted(value):
        log.append(value)
        return value

    found = noted(a > 0) and noted(a < 10)
    return found, len(log)


@case(one)
@case(zero)
def mixed_and(tf, a):
    return True and a > 0, a > 0 and tf.constant(True), False or a > 0


@case(one)
@case(np.int32(3))
def equality(tf, a):
    return a == 1, a != 1, not a == 1  # noqa: SIM201


@case(vector)
def equality_of_vectors(tf, a):
    return a == 1.0, a != a, tf.reduce_all(a == a)


@case(one)
def identity_is_python(tf, a):
    return a is None, a is not None, a is a


@case(one)
def membership_of_python(tf, a):
    return 3 in [1, 2, 3], "a" not in {"a": 1}, a + 1


@case(one)
@case(minus)
def variable_defined_before(tf, a):
    b = tf.constant([1.0, 2.0])
    if a > 0:
        b = b * 2.0
    elif a < -10:
        b = b * 3.0
    return b


@case(one)
@case(minus)
def unused_variable_in_one_branch(tf, a):
    b = a
    if a > 0:
        temporary = a * 3
        b = temporary + 1
    return b


@case(one)
@case(minus)
def name_in_one_branch_unused_later(tf, a):
    if a > 0:
        c = a + 1
        tf.identity(c)
    c = a + 2
    return c


@case(one)
@case(minus)
def different_shapes_in_branches(tf, a):
    if a > 0:
        b = tf.constant([1, 2, 3])
    else:
        b = tf.constant([4])
    return tf.reduce_sum(b)


@case(one)
@case(minus)
def none_in_both_branches(tf, a):
    b = None
    if a > 0:
        c = a
    else:
        c = -a
    return b, c


@case(one)
@case(minus)
def dictionary_item(tf, a):
    d = {"k": a, "other": 5}
    if a > 0:
        d["k"] = a * 10
    return d


@case(one)
@case(minus)
def attribute(tf, a):
    class Box:
        pass

    box = Box()
    box.value = a
    box.name = "box"
    if a > 0:
        box.value = a * 10
    else:
        box.value = a * 20
    return box.value, box.name


@case(one)
@case(minus)
def new_attribute_in_both(tf, a):
    class Box:
        pass

    box = Box()
    if a > 0:
        box.value = a * 10
    else:
        box.value = a * 20
    return box.value


@case(one)
@case(minus)
def augmented_assignments(tf, a):
    b = tf.constant(100)
    if a > 0:
        b += a
        b *= 2
    else:
        b -= a
        b //= 3
    return b


@case(one)
@case(minus)
def swapped(tf, a):
    x, y = a, a * 10
    if a > 0:
        x, y = y, x
    return x, y


@case(one)
@case(minus)
def if_with_pass(tf, a):
    if a > 0:
        pass
    else:
        a = a * 5
    return a


@case(np.bool_(True))
@case(np.bool_(False))
def bool_tensor(tf, flag):
    if flag:
        return tf.constant(1.0)
    return tf.constant(2.0)


@case(np.bool_(True))
@case(np.bool_(False))
def negated(tf, flag):
    if not flag:
        return tf.constant(1.0)
    return tf.constant(2.0)


@case(vector)
def comprehension_with_condition_on_python(tf, a):
    return [a * k for k in range(4) if k % 2 == 0]


@case(half)
def branch_calls_function(tf, a):
    def positive(v):
        return v * 2.0

    def other(v):
        return v * 3.0

    if a > 1.0:
        f = positive(a)
    else:
        f = other(a)
    return f


@case(one)
@case(minus)
def starred_assignment(tf, a):
    if a > 0:
        first, *rest = a, a + 1, a + 2
    else:
        first, *rest = a, a - 1, a - 2
    return first, rest
