"""Nested functions, lambdas, methods, closures, recursion, what is left alone."""

import functools

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, minus, one, t, three, zero


def absolute(a):
    if a > 0:
        return a
    return -a


def with_defaults(a, scale=2, *, offset=1):
    if a > 0:
        return a * scale + offset
    return a - offset


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


@case((one,), (minus,))
def calls_another(a):
    return absolute(a) + absolute(a - 1)


@case((one,), (minus,))
def defaults(a):
    return with_defaults(a), with_defaults(a, 3), with_defaults(a, offset=7), with_defaults(scale=4, a=a)


@case((minus,))
def expanded_arguments(a):
    return with_defaults(*[a, 4], **{"offset": 3})  # noqa: PIE804


@case((minus,))
def partial(a):
    return functools.partial(with_defaults, scale=10, offset=2)(a)


@case((one,), (minus,))
def nested_function_of_a_closure(a):
    def inner(b):
        if b > 0:
            return b * a
        return b - a

    return inner(a) + inner(a + 1)


@case((one,), (minus,))
def a_lambda(a):
    f = lambda b: b if b > 0 else -b
    return f(a)


@case((one,), (minus,))
def lambdas_on_a_line(a):
    f, g = lambda b: b if b > 0 else -b, lambda b: b * 2 if b > 0 else b * 3
    return f(a), g(a)


@case((minus,))
def a_lambda_given_to_a_function(a):
    def apply(f, *values):
        return f(*values)

    return apply(lambda b, c: b if b > c else c, a, a + 4)


@case((one,), (minus,))
def closure_changed_by_branch(a):
    b = a
    if a > 0:
        b = a * 3
    f = lambda: b
    return f()


@case((one,), (minus,))
def closure_over_later_value(a):
    def get():
        return b * 2

    b = a + 1
    first = get()
    b = a + 10
    return first, get()


@case((three,))
def python_recursion(a):
    def power(base, exponent):
        if exponent == 0:
            return tf.ones_like(base)
        return base * power(base, exponent - 1)

    return power(a, 4)


@case((one,), (minus,))
def a_method(a):
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


@case((one,), (minus,))
def callable_object(a):
    class Model:
        def __call__(self, b):
            return b if b > 0 else -b

    return Model()(a)


@case((minus,))
def class_and_static_methods(a):
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


@case((minus,))
def inherited(a):
    class First:
        def call(self, b):
            return b + 1 if b > 0 else b - 1

    class Second(First):
        def call(self, b):
            return super().call(b) * 10

    return Second().call(a)


@case((minus,))
def decorated(a):
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


@case((three,))
def function_made_in_loop(a):
    functions = []
    for k in range(3):
        functions.append(lambda b, k=k: b * k)
    return [f(a) for f in functions]


@case((one,))
def generator_left_alone(a):
    def numbers(n):
        k = 0
        while k < n:
            yield k
            k += 1

    return [a + k for k in numbers(3)]


@case((minus,))
def do_not_convert(a):
    @tf.autograph.experimental.do_not_convert
    def plain(b, flag):
        if flag:
            return b * 2
        return b

    return plain(a, True)


@case((minus,))
def tf_function_within(a):
    @tf.function
    def inner(b):
        if b > 0:
            return b
        return b * 100

    return inner(a) + inner(-a)


@case((three,))
def keyword_only_closure(n):
    def inner(*values, scale=1, **rest):
        total = 0
        for each in values:
            total += each * scale
        return total, sorted(rest)

    return inner(n, n + 1, scale=3, x=1)


@case((three,))
def loop_calls_function(n):
    def step(total, i):
        if i % 2 == 0:
            return total + i
        return total * 2

    total = tf.constant(1)
    for i in tf.range(n):
        total = step(total, i)
    return total


@case((t(20),), (t(3),), (20,))
def call_of_a_function(x):
    return half_or_double(x)


@case((t(20),), (t(3),))
def call_of_a_function_in_a_branch(x):
    y = 0
    if x > 5:
        y = half_or_double(x)
    return y


@case((t(4),))
def call_of_a_function_in_a_loop(x):
    for _ in tf.range(3):
        x = half_or_double(x)
    return x


@case((t(1),), (t(-1),))
def nested_function(x):
    def inner(y):
        if y > 0:
            return y + x
        return y - x

    return inner(x) + inner(-x)


@case((t(1),), (t(-1),))
def nested_function_as_a_closure_of_what_changes(x):
    y = x

    def inner():
        return y * 10

    if x > 0:
        y = x + 1
    return inner()


@case((t(1),), (t(-1),))
def lambda_with_a_choice(x):
    f = lambda a, b=2: a * b if a > 0 else a - b
    return f(x), f(x, b=5)


@case((t(2), 5), (t(2), 0))
def recursion_by_a_python_number(x, n):
    def power(k):
        if k == 0:
            return tf.ones_like(x)
        return x * power(k - 1)

    return power(n)


@case((t(1),), (t(-1),))
def methods(x):
    model = Model()
    return model.choose(x), model(x), Model.fixed(x), model.fixed(x), Model.shared(x)


@case((t(3),))
def partial_of_a_function(x):
    import functools

    return functools.partial(half_or_double, x)()


@case((t(3),))
def generator_of_python(x):
    def numbers():
        yield 1
        yield 2

    return [x * k for k in numbers()]


@case((t(1),), (t(-1),))
def left_alone(x):
    @tf.autograph.experimental.do_not_convert
    def plain(y):
        return y + 1 if y.shape.rank == 0 else y

    return plain(x)


@case((t(1),))
def left_alone_with_a_tensor_test(x):
    @tf.autograph.experimental.do_not_convert
    def plain(y):
        if y > 0:
            return y
        return -y

    return plain(x)


@case((t(4),), (t(-4),))
def lambdas_and_a_nested_function_on_lines_of_their_own(a):
    f = lambda b: b * 2 if b > 0 else -b; g = lambda b: b * 3 if b > 0 else b  # noqa: E702  # fmt: skip

    def h(b): return f(b) + g(b)  # fmt: skip

    return h(a) - h(-a)


@case((t(4),), (t(-4),))
def lambda_of_a_lambda(a):
    return (lambda b: lambda c: c + b if c > 0 else c - b)(a)(a * 2)


@case((t(4),), (t(-4),))
def recursion_bounded_by_python(a):
    def halve(b, depth):
        if depth == 0:
            return b
        if b > 0:
            return halve(b // 2, depth - 1) + 1
        return halve(b + 1, depth - 1)

    return halve(a, 4)


@case((t(4),), (t(-4),))
def mutual_recursion(a):
    def is_even(b, depth):
        return b if depth == 0 else is_odd(b + 1, depth - 1)

    def is_odd(b, depth):
        return -b if depth == 0 else is_even(b * 2, depth - 1)

    return is_even(a, 3)


@case((t(4),), (t(-4),))
def closures_made_in_a_loop(a):
    found = []
    for k in range(3):

        def scaled(b, k=k):
            if b > 0:
                return b * k
            return b - k

        found.append(scaled)
    return [each(a) for each in found]


@case((t(4),), (t(-4),))
def closure_over_a_name_of_a_branch(a):
    if a > 0:
        scale = a * 2
        b = tf.map_fn(lambda row: row * scale, tf.stack([a, a]))
    else:
        b = tf.stack([a, a])
    return b


@case((t(4),), (zero,))
def closure_over_a_name_of_a_loop(n):
    total = tf.constant([0, 0])
    for i in tf.range(n):
        scale = i * 2
        total += tf.map_fn(lambda row: row * scale, tf.stack([i, n]))  # noqa: B023
    return total


@case((t(4),), (t(-4),))
def super_in_branches_and_loops(a):
    class First:
        def step(self, b, scale=2):
            if b > 0:
                return b * scale
            return b - scale

    class Second(First):
        def step(self, b, scale=3):
            for _ in tf.range(2):
                if b > 100:
                    b = b - 1
                else:
                    b = super().step(b, scale)
            return super().step(b)

    return Second().step(a)


@beyond((t(4),), (t(-4),))
def private_names(a):
    class Counter:
        __step = 3

        def __init__(self):
            self.__total = 0

        def __add(self, b):
            if b > 0:
                self.__total = self.__total + b * self.__step
            return self.__total

        def run(self, b):
            return self.__add(b) + self.__add(b)

    return Counter().run(a)


@case((t(4),), (t(-4),))
def property_with_a_choice(a):
    class Box:
        def __init__(self, value):
            self.value = value

        @property
        def size(self):
            return self.value if self.value >= 0 else -self.value

        @size.setter
        def size(self, value):
            self.value = value

    box = Box(a)
    if a > 0:
        box.value = a * 2
    return box.size


@case((t(4),), (t(-4),))
def operators_of_a_class(a):
    class Money:
        def __init__(self, amount):
            self.amount = amount

        def __add__(self, other):
            return Money(self.amount + other.amount)

        def __getitem__(self, key):
            return self.amount * key

    return (Money(a) + Money(a * 2))[3]


@beyond((t(4),))
def generator_that_yields_tensors(a):
    def powers(b, count):
        value = b
        for _ in range(count):
            yield value
            value = value * b

    total = 0
    for each in powers(a, 3):
        if each > 10:
            total += each
    return total


@case((t(4),), (t(-4),))
def keyword_arguments_of_branches(a):
    def scaled(b, *, by=2, **rest):
        if b > by:
            return b * by + len(rest)
        return b + rest.get("extra", 0)

    return scaled(a), scaled(a, by=10, extra=3), scaled(**{"b": a, "extra": 1})  # noqa: PIE804


@case((t(4),), (t(-4),))
def default_that_is_computed(a):
    def inner(b, c=a * 2 if a > 0 else a):
        return b + c

    return inner(a)


@case((t(4),), (t(-4),))
def function_chosen_by_python(a):
    def double(b):
        return b * 2 if b > 0 else b

    def triple(b):
        return b * 3 if b > 0 else -b

    table = {"double": double, "triple": triple}
    return table["double"](a) + table["triple"](a)


@case((t(4),), (t(-4),))
def undefined_name_of_the_function_around(a):
    if a.shape.rank == 1:
        b = a

    def inner():
        return b

    return inner()
