"""Python's other statements: try, with, del, raise, match, global, nonlocal, assignments to targets."""

import contextlib
import dataclasses

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, minus, one, t, three

SCALE = 3
OFFSET = 5
counter = 0
level = None


@case((one,), (minus,))
def augmented_assignments_in_branches(a):
    b = tf.constant(100)
    if a > 0:
        b += a
        b *= 2
    else:
        b -= a
        b //= 3
    return b


@case((one,), (minus,))
def swapped(a):
    x, y = a, a * 10
    if a > 0:
        x, y = y, x
    return x, y


@case((one,), (minus,))
def starred_assignment(a):
    if a > 0:
        first, *rest = a, a + 1, a + 2
    else:
        first, *rest = a, a - 1, a - 2
    return first, rest


@case((three,))
def with_in_loop(n):
    total = tf.constant(0)
    for i in tf.range(n):
        with tf.name_scope("inner"):
            total += i
    return total


@case((one,), (minus,))
def nonlocal_variable(a):
    count = 0

    def bump():
        nonlocal count
        count = count + 1
        return count

    bump()
    bump()
    return a + count


@case((three,))
def global_is_read(a):
    if a > 0:
        return a + OFFSET
    return a


@case((one,))
def try_except_of_python(a):
    try:
        {}["missing"]
    except KeyError:
        a = a + 10
    finally:
        a = a * 2
    return a


@case((one,))
def try_around_branch(a):
    try:
        if a > 0:
            b = a * 4
        else:
            b = a
    finally:
        c = a + 100
    return b, c


@case((one,))
def with_around_branch(a):
    with tf.name_scope("outer"):
        if a > 0:
            b = a * 4
        else:
            b = a
    return b


@case((one,))
def with_own_manager(a):
    log = []

    class Noting:
        def __enter__(self):
            log.append("enter")
            return 4

        def __exit__(self, *error):
            log.append("exit")

    with Noting() as k:
        a = a * k
    return a, log


@case((one,))
def raise_in_python_branch(a):
    def check(flag):
        if flag:
            raise ValueError("no")
        return 1

    try:
        check(True)
    except ValueError as error:
        text = str(error)
    return a + check(False), text


@case((one,))
def delete_of_python(a):
    d = {"a": 1, "b": 2}
    del d["a"]
    return a, d


@case((t(1),), (t(-1),))
def pass_in_a_branch(x):
    if x > 0:
        pass
    else:
        x = x - 1
    return x


@case((t(1),), (t(-1),))
def raise_in_a_branch(x):
    if x > 0:
        raise ValueError("always at tracing")
    return x


@case((t(1),), (t(-1),))
def deletion_in_a_branch(x):
    y = x + 1
    if x > 0:
        del y
        x = x + 1
    return x


@case((t(5),), (t(-1),))
def match_of_python_structure(x):
    match (1, x):
        case (1, y):
            return y + 1
    return x


@case((t(4),))
def starred_targets(x):
    first, *rest = [x, x + 1, x + 2]
    *most, last = rest
    return first, rest, most, last


@case((t(3),), (t(-3),))
def augmented_assignments(x):
    if x > 0:
        x += 1
        x *= 4
        x -= 2
        x //= 3
        x **= 2
        x %= 7
    else:
        x <<= 1
    return x


@case((t([1, 2, 3]),))
def augmented_assignment_of_floats(x):
    y = tf.cast(x, tf.float32)
    y /= 2.0
    y **= 2.0
    return y


@case((t(1),), (t(-1),))
def nonlocal_name(x):
    total = 0

    def add(y):
        nonlocal total
        total = total + y

    add(x)
    add(5)
    return total


@case((t(1),), (t(-1),))
def global_name_is_read(x):
    if x > 0:
        return x * SCALE
    return x * SCALE * SCALE


@case((t(1),))
def global_name_is_set(x):
    global counter
    counter = 5
    return x + counter


@case((t(1),), (t(-1),))
def try_and_finally(x):
    log = []
    try:
        if x > 0:
            y = x + 1
        else:
            y = x - 1
    finally:
        log.append(1)
    return y + len(log)


@case((t(1),))
def try_and_except_while_tracing(x):
    try:
        raise KeyError("mine")
    except KeyError:
        return x + 7


@case((t(1),))
def errors_of_python_pass(x):
    return {"a": x}["b"]


@case((t(1),))
def error_of_a_nested_function(x):
    def inner():
        raise NotImplementedError("mine")

    return inner() + x


@case((t(1),))
def unknown_name(x):
    return x + not_a_name  # noqa: F821


@case((t(1),))
def attribute_that_does_not_exist(x):
    return x.nothing_of_the_kind


@case((t(1),), (t(-1),))
def with_statement_in_a_branch(x):
    y = x
    if x > 0:
        with tf.name_scope("inner"):
            y = x + 1
    return y


@case((t(1),), (t(-1),))
def with_statement_of_python(x):
    with contextlib.nullcontext(5) as five:
        if x > 0:
            x = x + five
    return x


@case((one,), (minus,))
def deletion_in_both_branches(a):
    y = a + 1
    if a > 0:
        a = y
        del y
    else:
        a = y * 2
        del y
    return a


@case((one,), (minus,))
def deleted_name_read(a):
    y = a + 1
    if a > 0:
        y = y + 1
    del y
    return y  # noqa: F821


@case((one,), (minus,))
def deletion_and_a_new_value(a):
    y = a + 1
    if a > 0:
        del y
        y = a * 5
    return y


@differs((one,), (minus,))
def nonlocal_name_set_in_a_branch(a):
    """The name changes as in Python; in TensorFlow it keeps the value that it had."""
    total = a

    def add(b):
        nonlocal total
        if b > 0:
            total = total + b
        else:
            total = total - b

    add(a)
    add(-a * 3)
    return total


@case((three,))
def nonlocal_name_set_in_a_loop(n):
    total = tf.constant(0)

    def run():
        nonlocal total
        for i in tf.range(n):
            total += i

    run()
    run()
    return total


@case((one,), (minus,))
def global_name_set_in_a_branch(a):
    global level
    level = tf.constant(7)
    if a > 0:
        level = level + a
    found = level
    level = None
    return found


@case((one,), (minus,))
def name_of_a_handled_exception(a):
    text = ""
    if a.shape.rank == 0:
        try:
            raise ValueError("mine")
        except ValueError as error:
            text = str(error)
    if a > 0:
        a = a * 2
    return a, text


@case((one,), (minus,))
def exception_handled_in_a_branch(a):
    if a > 0:
        try:
            {}["missing"]
        except KeyError as error:
            a = a + len(error.args)
    return a


@case((one,), (minus,))
def finally_sees_what_a_branch_did(a):
    b = a
    try:
        if a > 0:
            b = a * 10
        else:
            b = a * 20
    finally:
        b = b + 1
    return b


@case((one,), (minus,))
def with_whose_target_is_used(a):
    with contextlib.nullcontext(a * 3) as b:
        if b > 0:
            c = b + 1
        else:
            c = b - 1
    return c, b


@case((one,), (minus,))
def suppressed_error_after_a_choice(a):
    b = a
    with contextlib.suppress(KeyError):
        if a > 0:
            b = a * 2
        else:
            b = a * 3
        {}["missing"]
        b = b * 1000
    return b


@case((one,), (minus,))
def import_in_a_branch(a):
    if a > 0:
        import math

        a = a + int(math.pi)
    return a


@case((one,), (minus,))
def multiple_targets(a):
    x = y = a
    if a > 0:
        x = y = a + 1
        x, (y, z) = y, (x * 2, x * 3)
    else:
        z = a
    return x, y, z


@beyond((one,), (minus,))
def annotated_assignments(a):
    x: int = a
    y: tf.Tensor = a * 2
    if a > 0:
        x: int = y
    return x, y


@case((one,), (minus,))
def print_within_a_branch(a):
    if a > 0:
        print("traced", end="")
        a = a + 1
    return a


@case((one,), (minus,))
def names_that_look_like_ours(a):
    value_, returned_, broken_1_ = a, a * 2, a * 3
    for i in tf.range(3):
        if i == 2:
            break
        returned_ += i
    if a > 0:
        return value_ + returned_
    return broken_1_


@beyond((one,), (minus,))
def class_with_annotations(a):
    @dataclasses.dataclass
    class Pair:
        first: object
        second: object = 5

        def largest(self):
            found: object = self.second
            if self.first > self.second:
                found: object = self.first
            return found

    return Pair(a).largest(), Pair(a * 10, a).largest()
