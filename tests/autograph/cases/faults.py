"""What TensorFlow refuses: the class of the error is compared, and ours must say what matters."""

from tests.autograph.library import tf
from tests.autograph.table import case, one, t, three, vector


@case((one,), message="'b' must also be initialized in the else branch")
def undefined_in_else(a):
    if a > 0:
        b = a
    return b


@case((one,), message="'b' must also be initialized in the main branch")
def undefined_in_main(a):
    if a > 0:
        pass
    else:
        b = a
    return b


@case((one,), message="'b'")
def none_in_the_main_branch(a):
    b = None
    if a > 0:
        b = a
    return b


@case((one,), message="'b'")
def dtypes_of_branches_differ(a):
    if a > 0:
        b = tf.constant(1)
    else:
        b = tf.constant(1.0)
    return b


@case((one,), message="'b'")
def structures_of_branches_differ(a):
    if a > 0:
        b = (a, a)
    else:
        b = a
    return b


@case((one,))
def object_in_branch(a):
    class Thing:
        pass

    b = Thing()
    if a > 0:
        b = Thing()
    return b, a


@case((three,), message="'x'")
def dtype_changes_in_loop(n):
    x = 0
    for i in tf.range(n):
        x = tf.cast(i, tf.float32)
    return x


@case((three,), message="shape_invariants|set_loop_options")
def shape_changes_in_loop(n):
    x = tf.constant([1])
    for _ in tf.range(n):
        x = tf.concat([x, x], 0)
    return x


@case((three,), message="'x'")
def structure_changes_in_loop(n):
    x = tf.constant(1)
    for _ in tf.range(n):
        x = (x, x)
    return x


@case((one,))
def iterating_over_a_scalar(a):
    for each in a:
        a = each
    return a


@case((vector,))
def vector_as_condition(a):
    if a > 0:
        return a
    return -a


@case((one,))
def number_as_condition(a):
    if a:
        return a * 2
    return a


@case((three,))
def used_before_assignment(n):
    if n.shape.rank == 5:
        x = n
    return x + 1


@case((three,))
def undefined_name(n):
    return n + nothing_of_this_name  # noqa: F821


@case((three,))
def python_error_passes(n):
    if n > 0:
        raise ValueError("mine")
    return n


@case((three,))
def key_error_passes(n):
    d = {}
    for i in tf.range(n):
        n += d["missing"] + i
    return n


@case((three,))
def python_assertion_fails(n):
    assert n.shape.rank == 4, "rank"
    return n


@case((three,))
def undefined_in_nested_branch(n):
    if n > 0:
        if n > 1:
            y = n
    else:
        y = -n
    return y


@case((three,))
def condition_of_while_is_a_number(n):
    while n:
        n -= 1
    return n


@case((one,), message="'b' must also be initialized in the else branch")
def undefined_before_a_loop(a):
    for _ in tf.range(a):
        if a > 0:
            b = a
    return b


@case((three,), message="'total' must be defined before the loop")
def read_before_it_is_made(n):
    for i in tf.range(n):
        total = total + i  # noqa: F821
    return total


@case((one,), message="the else branch must also have a return statement")
def only_one_branch_returns(a):
    if a > 0:
        return a * 2


@case((one,), message="'the return value' is None at the end of the else branch|the else branch")
def one_branch_returns_none(a):
    if a > 0:
        return a * 2
    return None


@case((one,), message="'the return value' has dtype float32 in the main branch")
def returns_of_other_dtypes(a):
    if a > 0:
        return tf.constant(1.0)
    return tf.constant(1)


@case((t([True, True]),), message="condition of if statement expected to be `tf.bool` scalar")
def vector_of_bools_as_condition(a):
    if a:
        return 1
    return 2


@case((t("text"),), message="condition of if statement expected to be `tf.bool` scalar")
def text_as_condition(a):
    if a:
        return 1
    return 2


@case((t([True]),), (t([[False]]),))
def one_element_as_condition(a):
    if a:
        return 1
    return 2


@case((t([1, 2]),), message="condition of while loop expected to be `tf.bool` scalar")
def vector_as_condition_of_while(a):
    while a > 0:
        a -= 1
    return a


@case((one,), message="'b' must have the same nested structure")
def structures_of_other_depth(a):
    if a > 0:
        b = {"x": (a, a)}
    else:
        b = {"x": [a, a]}
    return b


@case((three,), message="'pair' does not have the same nested structure after one iteration")
def keys_change_in_a_loop(n):
    pair = {"a": n}
    for i in tf.range(n):
        pair = {"b": i}
    return pair


@case((three,), message="'x' has shape")
def rank_changes_in_a_loop(n):
    x = tf.constant(1)
    for _ in tf.range(n):
        x = tf.reshape(x, [1])
    return x


@case((three,))
def error_of_an_iterator(n):
    def numbers():
        yield 1
        raise KeyError("mine")

    total = n
    for each in numbers():
        total += each
    return total
