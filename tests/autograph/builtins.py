"""Python's built-in functions on tensors and on Python values."""

import numpy as np

from tests.autograph.case import table

CASES, case = table()
three, minus = np.int32(3), np.int32(-3)
half = np.float32(-2.5)
vector = np.array([1.0, -2.0, 3.0], np.float32)
matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
bools = np.array([True, False, True])


@case(vector)
@case(matrix)
def len_of_a_tensor(tf, a):
    return len(a) * 2


@case([1, 2, 3])
def len_of_a_list(tf, a):
    return len(a), tf.constant(1)


@case(minus)
@case(half)
def abs_of_a_tensor(tf, a):
    return abs(a), abs(-2)


@case(half)
@case(three)
def int_and_float(tf, a):
    return int(a), float(a), int("12"), float("1.5"), int("ff", 16)


@case(vector, differs="sorted of a tensor is not converted")
def sorted_of_a_vector(tf, a):
    return sorted(a), sorted([3, 1, 2])


@case(three)
def range_is_a_range(tf, n):
    return list(range(3)), list(range(1, 4)), len(range(0, 10, 3)), n


@case(three)
def range_of_tensors(tf, n):
    return range(n), range(1, n), range(n, 0, -1)


@case(vector)
def enumerate_of_python(tf, a):
    return list(enumerate(["a", "b"])), a


@case(vector)
def sum_of_a_list(tf, a):
    return sum([a, a * 2.0]), sum([1, 2, 3])


@case(three)
def conversions_of_python(tf, a):
    return str(12), bool([]), list("ab"), tuple([1]), dict(x=1), round(2.6), divmod(7, 2), a  # noqa: C409


@case(three)
def isinstance_and_type(tf, a):
    return isinstance(a, tf.Tensor), isinstance(1, int), hasattr(a, "dtype"), getattr(a, "nothing", 5)


@case(three)
def sorted_with_key(tf, a):
    return sorted([3, 1, 2], key=lambda k: -k), a


@case(three)
def reversed_list(tf, a):
    return list(reversed([1, 2, 3])), a


@case(three)
def next_of_an_iterator(tf, a):
    iterator = iter([1, 2])
    return next(iterator), next(iterator), next(iterator, 9), a


@case(vector)
def map_over_lists(tf, a):
    return list(map(lambda b, k: b * k, [a, a], [1.0, 2.0]))


@case(vector)
def zip_of_python(tf, a):
    return list(zip([1, 2], "ab", strict=False)), a


@case(vector)
def print_returns_nothing(tf, a):
    return print("traced", end=""), a


@case(three)
def augmented_operators(tf, a):
    a += 2
    a -= 1
    a *= 5
    a //= 3
    a **= 2
    a %= 100
    return a


@case(three)
def shifts_and_bits(tf, a):
    flags = 5
    flags |= 2
    flags <<= 1
    return flags, flags & 4, a
