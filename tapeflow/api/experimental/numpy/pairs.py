"""Functions of the elements of two arrays, which meet in one dtype and broadcast to one shape."""

import numbers

import numpy

from tapeflow.api import bitwise, math
from tapeflow.api.arrays import broadcast_to, reshape, shape, unstack, zeros
from tapeflow.api.casting import cast
from tapeflow.api.control_flow import while_loop
from tapeflow.api.experimental.numpy.conversion import (
    converted,
    float_type,
    is_inexact,
    promoted,
    promoted_pair,
    tensor_of,
)
from tapeflow.api.experimental.numpy.elements import abs, exp, exp2, isnan, log1p, sqrt, square
from tapeflow.api.experimental.numpy.layout import broadcast_together
from tapeflow.api.nn import relu
from tapeflow.api.selection import where
from tapeflow.core import dtypes as types
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor

__all__ = [
    "add",
    "subtract",
    "multiply",
    "true_divide",
    "divide",
    "floor_divide",
    "mod",
    "remainder",
    "power",
    "float_power",
    "arctan2",
    "nextafter",
    "maximum",
    "minimum",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "divmod",
    "clip",
    "heaviside",
    "hypot",
    "logaddexp",
    "logaddexp2",
    "polyval",
    "gcd",
    "lcm",
    "equal",
    "not_equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "array_equal",
    "isclose",
    "allclose",
    "logical_and",
    "logical_or",
    "logical_xor",
]


def _of_two(name, function):
    """The function `name(x1, x2)`: `function` of two tensors of the dtype in which the arguments meet."""

    def compute(x1, x2):
        return function(*promoted_pair(x1, x2))

    return _named(name, compute, "in the dtype in which they meet")


def _named(name, compute, what):
    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = f"NumPy's `{name}` of the elements of two arrays, {what}."
    return compute


def _unless_bool(logical, arithmetic):
    return lambda x, y: (logical if x.dtype is types.bool else arithmetic)(x, y)


def _bools_as(dtype, function):
    """A function of numbers that takes bools as numbers of another dtype."""

    def compute(x, y):
        if x.dtype is types.bool:
            x, y = cast(x, dtype()), cast(y, dtype())
        return function(x, y)

    return compute


def _int8():
    return types.int8


def _int32():
    return types.int32


add = _of_two("add", _unless_bool(math.logical_or, math.add))
subtract = _of_two("subtract", math.subtract)
multiply = _of_two("multiply", _unless_bool(math.logical_and, math.multiply))
true_divide = _of_two("true_divide", _bools_as(float_type, math.truediv))
divide = _of_two("divide", _bools_as(float_type, math.truediv))
floor_divide = _of_two("floor_divide", _bools_as(_int8, math.floordiv))
mod = _of_two("mod", _bools_as(_int8, math.floormod))
remainder = _of_two("remainder", _bools_as(_int8, math.floormod))
power = _of_two("power", math.pow)
float_power = _of_two("float_power", math.pow)
arctan2 = _of_two("arctan2", math.atan2)
nextafter = _of_two("nextafter", math.nextafter)
minimum = _of_two("minimum", _unless_bool(math.logical_and, math.minimum))
bitwise_and = _of_two("bitwise_and", _unless_bool(math.logical_and, bitwise.bitwise_and))
bitwise_or = _of_two("bitwise_or", _unless_bool(math.logical_or, bitwise.bitwise_or))
bitwise_xor = _of_two("bitwise_xor", _unless_bool(math.logical_xor, bitwise.bitwise_xor))

_largest = _of_two("maximum", _unless_bool(math.logical_or, math.maximum))


def maximum(x1, x2):
    """The larger of two elements; of bools, whether either is true. A maximum of an array and 0 is `tf.nn.relu`.

    >>> tf.experimental.numpy.maximum([1, -2], 0.5).numpy()
    array([1. , 0.5])
    """
    is_number = isinstance(x2, numbers.Real) and not isinstance(x2, bool)
    if is_number and x2 == 0 and isinstance(x1, Tensor) and x1.dtype is not types.bool:
        return relu(x1)
    return _largest(x1, x2)


def divmod(x1, x2):
    """The quotient, rounded down, and what remains."""
    return floor_divide(x1, x2), mod(x1, x2)


def clip(a, a_min, a_max):
    """The elements, moved into the range of two limits, of which one may be None; ValueError if both are."""
    if a_min is None and a_max is None:
        raise ValueError("Not more than one of `a_min` and `a_max` may be `None`.")
    if a_min is None:
        return minimum(a, a_max)
    if a_max is None:
        return maximum(a, a_min)
    a, low, high = broadcast_together(*promoted(a, a_min, a_max))
    return math.maximum(math.minimum(a, high), low)


def heaviside(x1, x2):
    """0 where `x1` is below zero, 1 where it is above, `x2` where it is zero; always floating numbers."""
    x1, x2 = promoted_pair(x1, x2)
    found = where(x1 < 0, zeros((), x2.dtype), where(x1 > 0, cast(1, x2.dtype), x2))
    return found if is_inexact(found) else cast(found, float_type())


def hypot(x1, x2):
    """The length of the hypotenuse of a right triangle with these legs."""
    return sqrt(square(x1) + square(x2))


def logaddexp(x1, x2):
    """The logarithm of the sum of exponentials."""
    largest, delta = maximum(x1, x2), x1 - x2
    return _where_promoted(isnan(delta), x1 + x2, largest + log1p(exp(-abs(delta))))


def logaddexp2(x1, x2):
    """The binary logarithm of the sum of powers of 2."""
    largest, delta = maximum(x1, x2), x1 - x2
    return _where_promoted(isnan(delta), x1 + x2, largest + log1p(exp2(-abs(delta))) / numpy.log(2))


def _where_promoted(condition, x, y):
    return where(condition, *promoted(x, y))


def polyval(p, x):
    """The polynomial with the coefficients `p`, that of the highest power first, at each element of `x`."""
    p, x = promoted_pair(p, x)
    coefficients = unstack(p if p.ndim else reshape(p, [1]))
    found = math.polyval(coefficients, x)
    return broadcast_to(found, shape(x)) if len(coefficients) == 1 else found


def _greatest_common_divisor(x1, x2):
    if not (x1.dtype.is_integer and x2.dtype.is_integer):
        raise ValueError("Arguments to gcd must be integers.")
    zero, one = zeros((), x1.dtype), cast(1, x1.dtype)

    def step(a, b):
        left = math.not_equal(b, zero)
        return where(left, b, a), where(left, math.floormod(a, where(left, b, one)), zero)

    start = broadcast_together(math.abs(x1), math.abs(x2))
    return while_loop(lambda a, b: math.reduce_any(math.not_equal(b, zero)), step, start)[0]


gcd = _of_two("gcd", _greatest_common_divisor)


def lcm(x1, x2):
    """The least common multiple of two integers; 0 if both are 0."""
    x1, x2 = promoted_pair(x1, x2)
    divisor = _greatest_common_divisor(x1, x2)
    is_zero = math.equal(divisor, 0)
    found = math.abs(x1) * math.floordiv(math.abs(x2), where(is_zero, cast(1, divisor.dtype), divisor))
    return where(is_zero, zeros((), divisor.dtype), found)


# Comparisons.


def _comparison(name, function):
    """The function `name(x1, x2)` that compares two arrays, in the dtype in which they meet."""

    def compute(x1, x2):
        return function(*promoted(x1, x2))

    return _named(name, compute, "a bool for each")


equal = _comparison("equal", math.equal)
not_equal = _comparison("not_equal", math.not_equal)
greater = _comparison("greater", _bools_as(_int32, math.greater))
greater_equal = _comparison("greater_equal", _bools_as(_int32, math.greater_equal))
less = _comparison("less", _bools_as(_int32, math.less))
less_equal = _comparison("less_equal", _bools_as(_int32, math.less_equal))


def _all_equal(x1, x2):
    if x1.ndim != x2.ndim or not x1.shape.is_compatible_with(x2.shape):
        return as_tensor(False)
    return math.reduce_all(math.equal(x1, x2))


array_equal = _named(
    "array_equal",
    lambda a1, a2: _all_equal(*promoted(a1, a2)),
    "one bool: whether all are equal and the shapes, too",
)


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether elements differ by at most `atol + rtol * abs(b)`; integers must be equal."""
    a, b = promoted_pair(a, b)
    if not is_inexact(a):
        return math.equal(a, b)
    relative, absolute = (converted(each, a.dtype.real_dtype) for each in (rtol, atol))
    found = math.abs(a - b) <= absolute + relative * math.abs(b)
    return found | (math.is_nan(a) & math.is_nan(b)) if equal_nan else found


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether `isclose` holds for all elements."""
    return math.reduce_all(isclose(a, b, rtol, atol, equal_nan))


def _logical(name, function):
    """The function `name(x1, x2)` of what is not zero."""

    def compute(x1, x2):
        return function(tensor_of(x1, types.bool), tensor_of(x2, types.bool))

    return _named(name, compute, "of which each counts as true unless it is zero")


logical_and = _logical("logical_and", math.logical_and)
logical_or = _logical("logical_or", math.logical_or)
logical_xor = _logical("logical_xor", math.logical_xor)
