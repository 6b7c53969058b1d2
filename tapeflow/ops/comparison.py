"""Comparisons and logic, element by element."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import elementwise, no_gradient


@elementwise("Less", accepts=types.REALS, result=types.bool)
def less(xp, a, b):
    """Whether a < b."""
    return a < b


no_gradient(less)
less.lower(lambda e, a, b: a < b)
