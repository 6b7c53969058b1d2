"""Assertions on the elements of tensors. Each returns None, or raises an error that shows what breaks it.

An empty tensor passes.
"""

import numpy

from tapeflow.api.debugging.conditions import Assert, first_elements, shown_elements
from tapeflow.api.staging import staged
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import arithmetic, comparison

__all__ = [
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
]


@staged
def assert_equal(x, y, message=None, summarize=None, name=None):
    """Asserts that x == y for all elements, which broadcast.

    message: what the error begins with; summarize: how many elements it shows, 3 by default, -1 for all.

    >>> tf.debugging.assert_equal([1, 2], [1, 3], message="labels")
    Traceback (most recent call last):
    ...
    tapeflow.core.errors.InvalidArgumentError: labels
    Condition x == y did not hold.
    Indices of first 1 different values:
    [[1]]
    Corresponding x values:
    [2]
    Corresponding y values:
    [3]
    First 2 elements of x:
    [1 2]
    First 2 elements of y:
    [1 3]
    """
    _compare(comparison.equal, "==", x, y, message, summarize)


@staged
def assert_none_equal(x, y, summarize=None, message=None, name=None):
    """Asserts that x != y for all elements, as `assert_equal` does; `summarize` comes first."""
    _compare(comparison.not_equal, "!=", x, y, message, summarize)


@staged
def assert_less(x, y, message=None, summarize=None, name=None):
    """Asserts that x < y for all elements, as `assert_equal` does.

    >>> tf.debugging.assert_less([1, 2], 3)
    """
    _compare(comparison.less, "<", x, y, message, summarize)


@staged
def assert_less_equal(x, y, message=None, summarize=None, name=None):
    """Asserts that x <= y for all elements, as `assert_equal` does."""
    _compare(comparison.less_equal, "<=", x, y, message, summarize)


@staged
def assert_greater(x, y, message=None, summarize=None, name=None):
    """Asserts that x > y for all elements, as `assert_equal` does."""
    _compare(comparison.greater, ">", x, y, message, summarize)


@staged
def assert_greater_equal(x, y, message=None, summarize=None, name=None):
    """Asserts that x >= y for all elements, as `assert_equal` does."""
    _compare(comparison.greater_equal, ">=", x, y, message, summarize)


def _compare(op, sign, x, y, message, summarize):
    x, y = operands(x, y)
    if x is y and sign == "==":
        return
    holds = numpy.asarray(op(x, y)._array)
    if holds.all():
        return
    shown = shown_elements(summarize)
    first, second = [numpy.asarray(each._array) for each in (x, y)]
    lines = [message] if message else []
    lines.append(f"Condition x {sign} y did not hold.")
    if holds.ndim:
        wrong = numpy.argwhere(~holds)[:shown]
        place = tuple(wrong.T)
        lines += [
            f"Indices of first {len(wrong)} different values:\n{wrong}",
            f"Corresponding x values:\n{numpy.broadcast_to(first, holds.shape)[place]}",
            f"Corresponding y values:\n{numpy.broadcast_to(second, holds.shape)[place]}",
        ]
    for name, array in (("x", first), ("y", second)):
        elements = first_elements(array, shown)
        lines.append(f"First {len(elements)} elements of {name}:\n{elements}")
    raise InvalidArgumentError(None, None, "\n".join(lines))


@staged
def assert_positive(x, message=None, summarize=None, name=None):
    """Asserts that x > 0 for all elements.

    >>> tf.debugging.assert_positive([1, 0], message="rates")
    Traceback (most recent call last):
    ...
    tapeflow.core.errors.InvalidArgumentError: rates.
    Condition x > 0 did not hold element-wise:
    x (shape=(2,) dtype=int32) =
    ['1', '0']
    """
    _against_zero(numpy.greater, ">", x, message, summarize)


@staged
def assert_negative(x, message=None, summarize=None, name=None):
    """Asserts that x < 0 for all elements, as `assert_positive` does."""
    _against_zero(numpy.less, "<", x, message, summarize)


@staged
def assert_non_negative(x, message=None, summarize=None, name=None):
    """Asserts that x >= 0 for all elements, as `assert_positive` does."""
    _against_zero(numpy.greater_equal, ">=", x, message, summarize)


@staged
def assert_non_positive(x, message=None, summarize=None, name=None):
    """Asserts that x <= 0 for all elements, as `assert_positive` does."""
    _against_zero(numpy.less_equal, "<=", x, message, summarize)


def _against_zero(relation, sign, x, message, summarize):
    x = as_tensor(x)
    array = numpy.asarray(x._array)
    if relation(array, 0).all():
        return
    shown = shown_elements(summarize)
    elements = [str(each) for each in first_elements(array, shown).tolist()]
    if len(elements) < array.size:
        elements.append("...")
    start = f"{message}.  " if message else ""
    raise InvalidArgumentError(
        None,
        None,
        f"{start}\nCondition x {sign} 0 did not hold element-wise:\n"
        f"x (shape={x.shape} dtype={x.dtype.name}) = \n{elements}",
    )


@staged
def assert_near(x, y, rtol=None, atol=None, message=None, summarize=None, name=None):
    """Asserts that |x - y| <= atol + rtol * |y| for all elements, which broadcast.

    rtol, atol: by default ten times the smallest step of the dtype at 1. Raises InvalidArgumentError, and
    ValueError for integers.

    >>> tf.debugging.assert_near([1.0], [1.0 + 1e-7])
    """
    x, y = operands(x, y)
    if not (x.dtype.is_floating or x.dtype.is_complex):
        raise ValueError(
            f"assert_near compares floating-point tensors, not {x.dtype.name} ones; use assert_equal for these."
        )
    step = 10 * float(numpy.finfo(x.dtype.real_dtype.as_numpy_dtype).eps) if _has_finfo(x.dtype) else 0.078125
    rtol, atol = [as_tensor(step if each is None else each, x.dtype.real_dtype) for each in (rtol, atol)]
    distance = arithmetic.absolute(arithmetic.subtract(x, y))
    bound = arithmetic.add(atol, arithmetic.multiply(rtol, arithmetic.absolute(y)))
    near = comparison.less_equal(distance, bound)
    Assert(
        numpy.asarray(near._array).all(),
        [
            *([f"{message}.  "] if message else []),
            f"x and y not equal to tolerance rtol = {rtol!s}, atol = {atol!s}",
            f"x (shape={x.shape} dtype={x.dtype.name}) = ",
            x,
            f"y (shape={y.shape} dtype={y.dtype.name}) = ",
            y,
        ],
        summarize,
    )


def _has_finfo(dtype):
    return dtype.name != "bfloat16"  # numpy.finfo does not know it: its step at 1 is 2**-7
