"""Python's built-in functions on tensors and on Python values."""

from tests.autograph.library import tf
from tests.autograph.table import beyond, bools, case, floats, half, matrix, minus, t, three, vector


@case((floats,))
def enumerate_of_a_list(a):
    total = 0.0
    for i, each in enumerate([a, a * 2.0]):
        total += i * tf.reduce_sum(each)
    return total


@case((floats,))
def zip_of_lists(a):
    total = 0.0
    for scale, each in zip([1.0, 2.0], [a, a * 2.0], strict=False):
        total += scale * tf.reduce_sum(each)
    return total


@case((minus,))
def map_and_filter(a):
    return list(map(lambda b: b + a, [1, 2])), list(filter(lambda k: k > 1, [1, 2, 3]))  # noqa: C417


@case((vector,), (matrix,))
def len_of_a_tensor(a):
    return len(a) * 2


@case(([1, 2, 3],))
def len_of_a_list(a):
    return len(a), tf.constant(1)


@case((minus,), (half,))
def abs_of_a_tensor(a):
    return abs(a), abs(-2)


@case((half,), (three,))
def int_and_float(a):
    return int(a), float(a), int("12"), float("1.5"), int("ff", 16)


@case((vector,))
def sorted_of_a_vector(a):
    return sorted(a), sorted([3, 1, 2])


@case((three,))
def range_is_a_range(n):
    return list(range(3)), list(range(1, 4)), len(range(0, 10, 3)), n


@case((three,))
def range_of_tensors(n):
    return range(n), range(1, n), range(n, 0, -1)


@case((vector,))
def enumerate_of_python(a):
    return list(enumerate(["a", "b"])), a


@case((vector,))
def sum_of_a_list(a):
    return sum([a, a * 2.0]), sum([1, 2, 3])


@case((three,))
def conversions_of_python(a):
    return str(12), bool([]), list("ab"), tuple([1]), dict(x=1), round(2.6), divmod(7, 2), a  # noqa: C409


@case((three,))
def isinstance_and_type(a):
    return isinstance(a, tf.Tensor), isinstance(1, int), hasattr(a, "dtype"), getattr(a, "nothing", 5)


@case((three,))
def sorted_with_key(a):
    return sorted([3, 1, 2], key=lambda k: -k), a


@case((three,))
def reversed_list(a):
    return list(reversed([1, 2, 3])), a


@case((three,))
def next_of_an_iterator(a):
    iterator = iter([1, 2])
    return next(iterator), next(iterator), next(iterator, 9), a


@case((vector,))
def map_over_lists(a):
    return list(map(lambda b, k: b * k, [a, a], [1.0, 2.0]))


@case((vector,))
def zip_of_python(a):
    return list(zip([1, 2], "ab", strict=False)), a


@case((vector,))
def print_returns_nothing(a):
    return print("traced", end=""), a


@beyond((floats,))
def max_and_min_of_a_vector(a):
    return max(a), min(a)


@beyond((three, minus))
def max_and_min_of_scalars_and_numbers(a, b):
    return max(a, b), min(a, b), max(1, 2), min([3, 4])


@beyond((bools,))
def any_and_all_of_a_vector(a):
    return any(a), all(a), any([False, True]), all([])


@beyond((t([1, 2, 3]),))
def for_over_an_enumerated_tensor(x):
    total = 0
    for i, each in enumerate(x):
        total += each * tf.cast(i, tf.int32)
    return total


@beyond((t([1, 2, 3]), t([4, 5, 6])))
def for_over_zipped_tensors(x, y):
    total = 0
    for a, b in zip(x, y):  # noqa: B905
        total += a * b
    return total


@case((t(3),))
def python_functions_of_higher_order(x):
    values = [1, x, 4]
    return list(map(lambda v: v * 2, values)), [v for v in filter(lambda v: v is not x, values)]  # noqa: C416, C417


@case((t(3),), (t(-3.7),), (-3,))
def builtin_functions(x):
    return abs(x), max(x, 2) if isinstance(x, int) else x


@case((t(3.7),), (t(3),))
def conversions(x):
    return int(x), float(x)


@case((t([1, 2, 3]),), (t([[1, 2], [3, 4]]),))
def length(x):
    return len(x) * 2


@beyond((t([True, False]),), (t([True, True]),))
def any_and_all(x):
    return any(x), all(x)


@beyond((t(1), t(2)), (t(2), t(1)))
def max_and_min_of_scalars(x, y):
    return max(x, y), min(x, y)
