"""Nearest integers in several senses, as numbers of the same dtype."""

from tapeflow.core.dtypes import FLOATS, REALS
from tapeflow.core.op import elementwise, no_gradient


@elementwise("Floor", accepts=FLOATS)
def floor(xp, x):
    """Greatest integer that is not above x."""
    return xp.floor(x)


@elementwise("Ceil", accepts=FLOATS)
def ceil(xp, x):
    """Least integer that is not below x."""
    return xp.ceil(x)


@elementwise("Round", accepts=REALS)
def round_half_even(xp, x):
    """Nearest integer, the even one of two."""
    return x if x.dtype.kind in "iu" else xp.rint(x)


@elementwise("Rint", accepts=FLOATS)
def rint(xp, x):
    """Nearest integer, the even one of two."""
    return xp.rint(x)


no_gradient(floor, ceil, round_half_even, rint)
floor.lower(lambda e, x: e.floor(x))
rint.lower(lambda e, x: e.rint(x))
ceil.lower(lambda e, x: e.ceil(x))
round_half_even.lower(lambda e, x: e.rint(x))
