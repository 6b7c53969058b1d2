"""Functions, methods, attributes, items, containers, with, try, global and nonlocal names in staged code."""

import collections
import contextlib

from tests.autograph.cases import beyond, case, t

Point = collections.namedtuple("Point", ["x", "y"])
SCALE = 3
counter = 0


def half_or_double(x):
    """Called by cases: converted as they are."""
    if x > 10:
        return x // 2
    return x * 2


class Model:
    """A class with state in attributes and methods that choose and loop."""

    rate = 2

    def __init__(self):
        self.total = 0

    def choose(self, x):
        if x > 0:
            return x * self.rate
        return x

    def __call__(self, x):
        return self.choose(x) + 1

    @staticmethod
    def fixed(x):
        return x if x > 0 else -x

    @classmethod
    def shared(cls, x):
        return x * cls.rate if x > 0 else x

    @property
    def doubled(self):
        return self.total * 2


@case((t(20),), (t(3),), (20,))
def call_of_a_function(tf, x):
    return half_or_double(x)


@case((t(20),), (t(3),))
def call_of_a_function_in_a_branch(tf, x):
    y = 0
    if x > 5:
        y = half_or_double(x)
    return y


@case((t(4),))
def call_of_a_function_in_a_loop(tf, x):
    for _ in tf.range(3):
        x = half_or_double(x)
    return x


@case((t(1),), (t(-1),))
def nested_function(tf, x):
    def inner(y):
        if y > 0:
            return y + x
        return y - x

    return inner(x) + inner(-x)


@case((t(1),), (t(-1),))
def nested_function_as_a_closure_of_what_changes(tf, x):
    y = x

    def inner():
        return y * 10

    if x > 0:
        y = x + 1
    return inner()


@case((t(1),), (t(-1),))
def lambda_with_a_choice(tf, x):
    f = lambda a, b=2: a * b if a > 0 else a - b
    return f(x), f(x, b=5)


@case((t(3),))
def python_functions_of_higher_order(tf, x):
    values = [1, x, 4]
    return list(map(lambda v: v * 2, values)), [v for v in filter(lambda v: v is not x, values)]  # noqa: C416, C417


@case((t(2), 5), (t(2), 0))
def recursion(tf, x, n):
    def power(k):
        if k == 0:
            return tf.ones_like(x)
        return x * power(k - 1)

    return power(n)


@case((t(1),), (t(-1),))
def methods(tf, x):
    model = Model()
    return model.choose(x), model(x), Model.fixed(x), model.fixed(x), Model.shared(x)


@case((t(1),), (t(-1),))
def attribute_set_in_a_branch(tf, x):
    model = Model()
    if x > 0:
        model.total = x * 3
    return model.total, model.doubled


@case((t(4),))
def attribute_in_a_loop(tf, n):
    model = Model()
    for i in tf.range(n):
        model.total += i
    return model.total, model.doubled


@case((t(4),))
def attribute_in_a_while_loop(tf, n):
    model = Model()
    model.total = tf.constant(1)
    while model.total < n * 10:
        model.total *= 2
    return model.total


@case((t(1),), (t(-1),))
def new_attribute_in_one_branch(tf, x):
    model = Model()
    if x > 0:
        model.other = x
    return model.other


@case((t(1),), (t(-1),))
def item_set_in_a_branch(tf, x):
    d = {"a": 0, "b": x}
    if x > 0:
        d["a"] = x * 3
    return d


@case((t(4),))
def dict_items_in_a_loop(tf, n):
    d = {"sum": 0, "product": 1}
    for i in tf.range(n):
        d["sum"] += i
        d["product"] *= i + 1
    return d


@case((t(4),))
def whole_dict_in_a_loop(tf, n):
    d = {"a": tf.constant(0), "b": tf.constant(1.0)}
    for i in tf.range(n):
        d = {"a": d["a"] + i, "b": d["b"] * 2.0}
    return d


@case((t(4),))
def list_item_in_a_loop(tf, n):
    values = [0, 1]
    for i in tf.range(n):
        values[0] += i
    return values


@case((t(4),))
def tuple_in_a_loop(tf, n):
    state = (tf.constant(0), (tf.constant(1), tf.constant(2.0)))
    for i in tf.range(n):
        a, (b, c) = state
        state = (a + i, (b * 2, c / 2.0))
    return state


@case((t(4),), (t(0),))
def named_tuple_in_a_loop(tf, n):
    p = Point(tf.constant(0), tf.constant(1.0))
    for i in tf.range(n):
        p = p._replace(x=p.x + i, y=p.y * 2.0)
    return p.x, p.y


@case((t(4),))
def starred_targets(tf, x):
    first, *rest = [x, x + 1, x + 2]
    *most, last = rest
    return first, rest, most, last


@case((t(3),), (t(-3),))
def augmented_assignments(tf, x):
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
def augmented_assignment_of_floats(tf, x):
    y = tf.cast(x, tf.float32)
    y /= 2.0
    y **= 2.0
    return y


@case((t([1, 2, 3]),))
def item_of_a_tensor_cannot_be_set(tf, x):
    x[0] = 5
    return x


@case((t(1),), (t(-1),))
def nonlocal_name(tf, x):
    total = 0

    def add(y):
        nonlocal total
        total = total + y

    add(x)
    add(5)
    return total


@case((t(1),), (t(-1),))
def global_name_is_read(tf, x):
    if x > 0:
        return x * SCALE
    return x * SCALE * SCALE


@case((t(1),))
def global_name_is_set(tf, x):
    global counter
    counter = 5
    return x + counter


@case((t(1),), (t(-1),))
def try_and_finally(tf, x):
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
def try_and_except_while_tracing(tf, x):
    try:
        raise KeyError("mine")
    except KeyError:
        return x + 7


@case((t(1),))
def errors_of_python_pass(tf, x):
    return {"a": x}["b"]


@case((t(1),))
def error_of_a_nested_function(tf, x):
    def inner():
        raise NotImplementedError("mine")

    return inner() + x


@case((t(1),))
def unknown_name(tf, x):
    return x + not_a_name  # noqa: F821


@case((t(1),))
def attribute_that_does_not_exist(tf, x):
    return x.nothing_of_the_kind


@case((t(1),), (t(-1),))
def with_statement_in_a_branch(tf, x):
    y = x
    if x > 0:
        with tf.name_scope("inner"):
            y = x + 1
    return y


@case((t(1),), (t(-1),))
def with_statement_of_python(tf, x):
    with contextlib.nullcontext(5) as five:
        if x > 0:
            x = x + five
    return x


@case((t(1),), (t(-1),))
def return_within_with(tf, x):
    with tf.name_scope("outer"):
        if x > 0:
            return x * 2
        return x * 3


@case((t(3),))
def format_of_strings_while_tracing(tf, x):
    name = f"{SCALE}-{'a' * 2}"
    return {name: x}


@case((t(3),), (t(-3.7),), (-3,))
def builtin_functions(tf, x):
    return abs(x), max(x, 2) if isinstance(x, int) else x


@case((t(3.7),), (t(3),))
def conversions(tf, x):
    return int(x), float(x)


@case((t([1, 2, 3]),), (t([[1, 2], [3, 4]]),))
def length(tf, x):
    return len(x) * 2


@beyond(((t([True, False]),), (t(True), t(False))), ((t([True, True]),), (t(True), t(True))))
def any_and_all(tf, x):
    return any(x), all(x)


@beyond(((t(1), t(2)), (t(2), t(1))), ((t(2), t(1)), (t(2), t(1))))
def max_and_min_of_scalars(tf, x, y):
    return max(x, y), min(x, y)


@case((t(3),))
def none_is_returned(tf, x):
    x + 1


@case((t(3),))
def empty_results(tf, x):
    return (), [], {}, None


@case((t(3),))
def string_result(tf, x):
    return "a", b"b", True, 2.5, 7


@case((t(3),))
def set_as_result(tf, x):
    return {1, 2}


@case((t(3),))
def function_as_result(tf, x):
    return half_or_double


@case((t(3),))
def partial_of_a_function(tf, x):
    import functools

    return functools.partial(half_or_double, x)()


@case((t(3),))
def generator_of_python(tf, x):
    def numbers():
        yield 1
        yield 2

    return [x * k for k in numbers()]


@case((t(1),), (t(-1),))
def left_alone(tf, x):
    @tf.autograph.experimental.do_not_convert
    def plain(y):
        return y + 1 if y.shape.rank == 0 else y

    return plain(x)


@case((t(1),))
def left_alone_with_a_tensor_test(tf, x):
    @tf.autograph.experimental.do_not_convert
    def plain(y):
        if y > 0:
            return y
        return -y

    return plain(x)
