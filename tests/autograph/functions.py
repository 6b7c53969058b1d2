"""Nested functions, lambdas, methods, closures, recursion; Python's statements around static code."""

import functools

import numpy as np

from tests.autograph.case import table

CASES, case = table()
one, minus, three = np.int32(1), np.int32(-1), np.int32(3)
vector = np.array([1.0, -2.0, 3.0], np.float32)
OFFSET = 5


def absolute(a):
    if a > 0:
        return a
    return -a


def with_defaults(a, scale=2, *, offset=1):
    if a > 0:
        return a * scale + offset
    return a - offset


@case(one)
@case(minus)
def calls_another(tf, a):
    return absolute(a) + absolute(a - 1)


@case(one)
@case(minus)
def defaults(tf, a):
    return with_defaults(a), with_defaults(a, 3), with_defaults(a, offset=7), with_defaults(scale=4, a=a)


@case(minus)
def expanded_arguments(tf, a):
    return with_defaults(*[a, 4], **{"offset": 3})  # noqa: PIE804


@case(minus)
def partial(tf, a):
    return functools.partial(with_defaults, scale=10, offset=2)(a)


@case(one)
@case(minus)
def nested_function(tf, a):
    def inner(b):
        if b > 0:
            return b * a
        return b - a

    return inner(a) + inner(a + 1)


@case(one)
@case(minus)
def a_lambda(tf, a):
    f = lambda b: b if b > 0 else -b
    return f(a)


@case(one)
@case(minus)
def lambdas_on_a_line(tf, a):
    f, g = lambda b: b if b > 0 else -b, lambda b: b * 2 if b > 0 else b * 3
    return f(a), g(a)


@case(minus)
def a_lambda_given_to_a_function(tf, a):
    def apply(f, *values):
        return f(*values)

    return apply(lambda b, c: b if b > c else c, a, a + 4)


@case(one)
@case(minus)
def nonlocal_variable(tf, a):
    count = 0

    def bump():
        nonlocal count
        count = count + 1
        return count

    bump()
    bump()
    return a + count


@case(one)
@case(minus)
def closure_changed_by_branch(tf, a):
    b = a
    if a > 0:
        b = a * 3
    f = lambda: b
    return f()


@case(one)
@case(minus)
def closure_over_later_value(tf, a):
    def get():
        return b * 2

    b = a + 1
    first = get()
    b = a + 10
    return first, get()


@case(three)
def global_is_read(tf, a):
    if a > 0:
        return a + OFFSET
    return a


@case(three)
def python_recursion(tf, a):
    def power(base, exponent):
        if exponent == 0:
            return tf.ones_like(base)
        return base * power(base, exponent - 1)

    return power(a, 4)


@case(one)
@case(minus)
def a_method(tf, a):
    class Model:
        def __init__(self, scale):
            self.scale = scale

        def call(self, b):
            if b > 0:
                return b * self.scale
            return self.other(b)

        def other(self, b):
            return b - self.scale

    return Model(5).call(a)


@case(one)
@case(minus)
def callable_object(tf, a):
    class Model:
        def __call__(self, b):
            return b if b > 0 else -b

    return Model()(a)


@case(minus)
def class_and_static_methods(tf, a):
    class Model:
        scale = 3

        @classmethod
        def scaled(cls, b):
            if b > 0:
                return b
            return b * cls.scale

        @staticmethod
        def plain(b):
            if b > 0:
                return b
            return b * 7

        @property
        def value(self):
            return 11

    return Model.scaled(a), Model.plain(a), Model().plain(a), Model().value


@case(minus)
def inherited(tf, a):
    class First:
        def call(self, b):
            return b + 1 if b > 0 else b - 1

    class Second(First):
        def call(self, b):
            return super().call(b) * 10

    return Second().call(a)


@case(minus)
def decorated(tf, a):
    def doubled(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            return f(*args, **kwargs) * 2

        return wrapper

    @doubled
    def inner(b):
        if b > 0:
            return b
        return b - 5

    return inner(a)


@case(three)
def function_made_in_loop(tf, a):
    functions = []
    for k in range(3):
        functions.append(lambda b, k=k: b * k)
    return [f(a) for f in functions]


@case(minus)
def map_and_filter(tf, a):
    return list(map(lambda b: b + a, [1, 2])), list(filter(lambda k: k > 1, [1, 2, 3]))  # noqa: C417


@case(one)
def generator_left_alone(tf, a):
    def numbers(n):
        k = 0
        while k < n:
            yield k
            k += 1

    return [a + k for k in numbers(3)]


@case(one)
def try_except_of_python(tf, a):
    try:
        {}["missing"]
    except KeyError:
        a = a + 10
    finally:
        a = a * 2
    return a


@case(one)
def try_around_branch(tf, a):
    try:
        if a > 0:
            b = a * 4
        else:
            b = a
    finally:
        c = a + 100
    return b, c


@case(one)
def with_around_branch(tf, a):
    with tf.name_scope("outer"):
        if a > 0:
            b = a * 4
        else:
            b = a
    return b


@case(one)
def with_own_manager(tf, a):
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


@case(one)
def raise_in_python_branch(tf, a):
    def check(flag):
        if flag:
            raise ValueError("no")
        return 1

    try:
        check(True)
    except ValueError as error:
        text = str(error)
    return a + check(False), text


@case(one)
def delete_of_python(tf, a):
    d = {"a": 1, "b": 2}
    del d["a"]
    return a, d


@case(minus)
def do_not_convert(tf, a):
    @tf.autograph.experimental.do_not_convert
    def plain(b, flag):
        if flag:
            return b * 2
        return b

    return plain(a, True)


@case(minus)
def tf_function_within(tf, a):
    @tf.function
    def inner(b):
        if b > 0:
            return b
        return b * 100

    return inner(a) + inner(-a)


@case(vector)
def slices_assigned_to_lists(tf, a):
    rows = [a, a + 1.0, a + 2.0]
    rows[1] = a * 0.0
    return rows


@case(vector)
def string_formatting(tf, a):
    name = f"rank {len(a.shape)}"
    return a, name


@case(three)
def keyword_only_closure(tf, n):
    def inner(*values, scale=1, **rest):
        total = 0
        for each in values:
            total += each * scale
        return total, sorted(rest)

    return inner(n, n + 1, scale=3, x=1)


@case(three)
def loop_calls_function(tf, n):
    def step(total, i):
        if i % 2 == 0:
            return total + i
        return total * 2

    total = tf.constant(1)
    for i in tf.range(n):
        total = step(total, i)
    return total
