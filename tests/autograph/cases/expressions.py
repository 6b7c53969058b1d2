"""Conditional expressions, and, or, not, comparisons, membership, := , assert, comprehensions."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, floats, minus, one, t, three, vector, zero

SCALE = 3


@case((one, True), (one, False))
def python_conditional_expression(a, flag):
    return (a, "x") if flag else "y"


@case((one,), (minus,), (t(50),))
def and_or_not(a):
    both = a > 0 and a < 10
    either = a < 0 or a > 10
    return both, either, not both, not (either and both)


@case((one,), (t(5),))
def long_chained_comparison(a):
    return 0 < a < 3, 1 <= a <= 1, 0 < a < 3 < 10


@case((one,))
def python_operands_keep_their_values(a):
    x = None or "left"  # noqa: SIM222
    y = 0 and a  # noqa: SIM223
    z = [] or a
    return x, y, z


@case((one,))
def short_circuit_of_python_values(a):
    log = []

    def noted(value):
        log.append(value)
        return value

    noted(False) and noted(True)
    noted(True) or noted(False)
    return a + len(log)


@case((one,), (minus,))
def and_of_tensors_traces_both(a):
    log = []

    def noted(value):
        log.append(value)
        return value

    found = noted(a > 0) and noted(a < 10)
    return found, len(log)


@case((one,), (zero,))
def mixed_and(a):
    return True and a > 0, a > 0 and tf.constant(True), False or a > 0


@case((one,), (t(3),))
def equality_of_a_scalar(a):
    return a == 1, a != 1, not a == 1  # noqa: SIM201


@case((vector,))
def equality_of_vectors(a):
    return a == 1.0, a != a, tf.reduce_all(a == a)


@case((one,))
def identity_is_python(a):
    return a is None, a is not None, a is a


@case((one,))
def membership_of_python(a):
    return 3 in [1, 2, 3], "a" not in {"a": 1}, a + 1


@case((t(True),), (t(False),))
def bool_tensor(flag):
    if flag:
        return tf.constant(1.0)
    return tf.constant(2.0)


@case((t(True),), (t(False),))
def negated(flag):
    if not flag:
        return tf.constant(1.0)
    return tf.constant(2.0)


@case((vector,))
def comprehension_with_condition_on_python(a):
    return [a * k for k in range(4) if k % 2 == 0]


@case((floats,))
def comprehensions_of_dicts_and_sets(a):
    squares = {k: a * k for k in range(3)}
    return squares, sorted({k % 2 for k in range(5)})


@case((vector,))
def string_formatting(a):
    name = f"rank {len(a.shape)}"
    return a, name


@case((three,))
def augmented_operators_of_a_tensor(a):
    a += 2
    a -= 1
    a *= 5
    a //= 3
    a **= 2
    a %= 100
    return a


@case((three,))
def shifts_and_bits(a):
    flags = 5
    flags |= 2
    flags <<= 1
    return flags, flags & 4, a


@beyond((one,), (minus,))
def walrus_used_in_branches(a):
    if (b := a * 2) > 0:
        c = b + 1
    else:
        c = b - 1
    return c


@beyond((one,))
def assert_that_holds(a):
    assert a > 0, "positive"
    assert True
    return a


@case((t(3),), (t(-3),), (3,), (-3,))
def conditional_expression(x):
    return x * 2 if x > 0 else x - 1


@case((t(3),), (t(-3),))
def conditional_expression_of_other_dtypes(x):
    return x if x > 0 else 1.5


@beyond((t(3),), (t(-3),), (t(30),))
def nested_conditional_expressions(x):
    return 1 if x > 10 else 2 if x > 0 else 3


@case((t(1), t(2)), (t(1), t(-2)), (t(-1), t(2)), (1, t(2)), (t(1), -2), (-1, -2))
def and_and_or(x, y):
    both = x > 0 and y > 0
    either = x > 0 or y > 0
    return both, either, not (x > 0)


@beyond((t([True, False]), t([True, True])), results=[t([True, False])])
def and_of_vectors(x, y):
    return x and y


@case((t([True, False]), t([True, True])), (t(True), t(True)), (t(1), t(1)))
def not_of_tensors(x, y):
    return not x


@differs((t(3), t(4)), (t(0), t(4)), ours="TypeError", message="must be a bool scalar")
def and_of_numbers(x, y):
    """Numbers are no conditions; TensorFlow takes them for some and gives what Python does not."""
    return x and y


@differs((t(3), t(4)), (t(0), t(4)), ours="TypeError", message="must be a bool scalar")
def or_of_numbers(x, y):
    """Numbers are no conditions; TensorFlow takes them for some and gives what Python does not."""
    return x or y


@case((t(0),), (t(2),))
def and_guards_a_division(x):
    if x != 0 and 10 // x > 3:
        return x
    return -x


@case((t(1),), (t(5),), (t(10),), (5,), (10,))
def chained_comparison(x):
    return 0 < x < 6, 1 <= x <= 9, x == x != 4


@case((t(1),), (t(5),))
def if_of_a_chained_comparison(x):
    if 0 < x < 3:
        return 1
    return 0


@beyond((t(1), t([1, 2, 3])), (9, t([1, 2, 3])))
def membership(x, values):
    return x in values, x not in values


@beyond((t(1),), (t(7),))
def membership_of_a_tensor_in_a_list(x):
    return x in [1, 2, 3]


@case((t(1),), (t(-1),))
def identity_with_none(x):
    y = None
    if y is None:
        y = x
    if x is not None and x > 0:
        y = y + 1
    return y


@case((t(1), t(1)), (t(1), t(2)), (1, 1), (1, 2))
def equality(x, y):
    if x == y:
        return x + 10
    if x != y:
        return x + 20
    return x


@beyond((t(1),))
def assertion(x):
    assert x > 0, "must be positive"
    return x


@beyond((t([1, 2]),))
def assertion_of_a_vector(x):
    assert tf.reduce_all(x > 0)
    return x


@beyond((t(1),), (t(-1),))
def walrus(x):
    if (y := x + 1) > 1:
        return y
    return y * 10


@case((1, [1, 2]), (3, (1, 2)), (2, {2: 0}))
def membership_of_python_values(x, values):
    return x in values, x not in values


@case((t(4),))
def comprehension_over_python(x):
    return [x * i for i in range(3) if i != 1], {k: x + v for k, v in {"a": 1, "b": 2}.items()}


@beyond((t([1, 2]),))
def comprehension_over_a_tensor(x):
    return [each * 2 for each in x]


@case((t(3),))
def format_of_strings_while_tracing(x):
    name = f"{SCALE}-{'a' * 2}"
    return {name: x}


@case((one,), (minus,), (t(7),))
def conditional_expressions_within_expressions(a):
    return (a if a > 0 else -a) * 2 + (1 if a.shape.rank == 0 else 2)


@beyond((one,), (minus,))
def walrus_in_the_second_operand(a):
    if a > -5 and (b := a * 2) > 0:
        return b
    return b - 1


@case((one,), (minus,))
def walrus_of_python_in_the_second_operand(a):
    if a.shape.rank == 0 and (k := len(a.shape)) == 0:
        a = a + k + 1
    return a, k


@case((one,), (minus,))
def walrus_in_a_comprehension(a):
    values = [last := k * 2 for k in range(3)]
    return a + last, values


@case((one,), (minus,))
def walrus_in_the_filter_of_a_comprehension(a):
    return [a * half for k in range(5) if (half := k // 2) > 0 and half < 2]


@case((one,), (minus,))
def choice_within_a_lambda_within_a_comprehension(a):
    return [(lambda b: b + k if b > 0 else b - k)(a) for k in range(3)]


@case((one,), (t(4),), (t(9),))
def long_chain_of_operands(a):
    return 0 < a < 10 and a != 5 and (a < 3 or a > 8) and not a == 9  # noqa: SIM201


@case((zero,), (t(2),))
def operands_are_not_computed_in_vain(a):
    safe = a == 0 or 10 // a > 3
    return safe


@case((t([1.0, 2.0]),))
def comprehension_over_unstacked_rows(x):
    return [each * k for k, each in enumerate(tf.unstack(x))]


@beyond((t([1.0, 2.0]),))
def nested_comprehension_over_tensors(x):
    return [[a * b for b in x] for a in x]


@beyond((t([1, 2, 3]),))
def comprehension_of_a_dict_over_a_tensor(x):
    return {str(k): each * 2 for k, each in enumerate(x)}


@beyond((t([1, 2, 3]), t(3)))
def generator_expression_over_a_tensor(x, a):
    return sum(each * a for each in x), max(each - a for each in x)


@case((one,), (minus,))
def generator_expression_of_python(a):
    return sum(a * k for k in range(4)), all(k < 3 for k in range(3))


@case((one,), (minus,))
def formatted_text(a):
    kind = "positive" if a.shape.rank == 0 else f"{a.shape.rank}"
    return a, f"{kind!r:>12}"


@beyond((one,), (t(7),))
def membership_in_a_branch(a):
    if a in [1, 2, 3]:
        return a * 10
    return a


@case((one,), (minus,))
def comparison_with_none(a):
    b = None
    return a if b is None else b, a is not None


@case((t(3), t(4)), (t(4), t(3)))
def conditional_expression_of_structures(a, b):
    return (a, b) if a > b else (b, a)


@case((one,), (minus,))
def starred_arguments_with_choices(a):
    def largest(*values, **named):
        return [*values, *named.values()]

    return largest(*[a if a > 0 else -a], b=a * 2 if a > 0 else a)
