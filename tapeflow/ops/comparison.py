"""Comparisons, logic and tests, element by element."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import elementwise, no_gradient

BOOL = frozenset([types.bool])


def _comparison(type_name, accepts=types.REALS, **facts):
    return elementwise(type_name, accepts=accepts, result=types.bool, **facts)


@_comparison("Less")
def less(xp, a, b):
    """Whether a < b."""
    return a < b


@_comparison("LessEqual")
def less_equal(xp, a, b):
    """Whether a <= b."""
    return a <= b


@_comparison("Greater")
def greater(xp, a, b):
    """Whether a > b."""
    return a > b


@_comparison("GreaterEqual")
def greater_equal(xp, a, b):
    """Whether a >= b."""
    return a >= b


@_comparison("Equal", accepts=None, commutes=True)
def equal(xp, a, b):
    """Whether a = b; numbers, bools and strings."""
    return xp.asarray(a == b)[()]


@_comparison("NotEqual", accepts=None, commutes=True)
def not_equal(xp, a, b):
    """Whether a and b differ; numbers, bools and strings."""
    return xp.asarray(a != b)[()]


less.lower(lambda e, a, b: a < b)
less_equal.lower(lambda e, a, b: a <= b)
greater.lower(lambda e, a, b: a > b)
greater_equal.lower(lambda e, a, b: a >= b)
equal.lower(lambda e, a, b: e.equal(a, b))
not_equal.lower(lambda e, a, b: e.not_equal(a, b))


@elementwise("LogicalAnd", accepts=BOOL, commutes=True, identity=True)
def logical_and(xp, a, b):
    """Whether both hold."""
    return a & b


@elementwise("LogicalOr", accepts=BOOL, commutes=True, identity=False)
def logical_or(xp, a, b):
    """Whether at least one holds."""
    return a | b


@elementwise("LogicalNot", accepts=BOOL, large=None)
def logical_not(xp, x):
    """Whether x does not hold."""
    return ~x


@elementwise("IsFinite", accepts=types.FLOATS, result=types.bool, large=None)
def is_finite(xp, x):
    """Whether x is neither infinite nor NaN."""
    return xp.isfinite(x)


@elementwise("IsInf", accepts=types.FLOATS, result=types.bool, large=None)
def is_inf(xp, x):
    """Whether x is positive or negative infinity."""
    return xp.isinf(x)


@elementwise("IsNan", accepts=types.FLOATS, result=types.bool, large=None)
def is_nan(xp, x):
    """Whether x is not a number."""
    return xp.isnan(x)


no_gradient(less, less_equal, greater, greater_equal, equal, not_equal)
no_gradient(logical_and, logical_or, logical_not, is_finite, is_inf, is_nan)

logical_and.lower(lambda e, a, b: a & b)
logical_or.lower(lambda e, a, b: a | b)
logical_not.lower(lambda e, x: e.logical_not(x))
is_finite.lower(lambda e, x: e.isfinite(x))
is_inf.lower(lambda e, x: e.isinf(x))
is_nan.lower(lambda e, x: e.isnan(x))
