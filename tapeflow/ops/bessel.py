"""Bessel functions of order 0 and 1: j and y, the modified i and k, and the latter scaled exponentially.

Derivatives: Abramowitz and Stegun, "Handbook of Mathematical Functions", 9.1.27, 9.1.28, 9.6.26 and 9.6.27.
"""

import numpy

from tapeflow.core.dtypes import FLOATS
from tapeflow.core.op import elementwise
from tapeflow.ops.arithmetic import sign
from tapeflow.ops.comparison import equal
from tapeflow.ops.creation import full, ones, zeros
from tapeflow.ops.selection import select
from tapeflow.ops.special import in_double, scipy_special


@elementwise("BesselI0", accepts=FLOATS)
def i0(xp, x):
    """Modified, of the first kind, of order 0."""
    return in_double(scipy_special().i0, x)


@elementwise("BesselI0e", accepts=FLOATS)
def i0e(xp, x):
    """i0(x) exp(-|x|)."""
    return in_double(scipy_special().i0e, x)


@elementwise("BesselI1", accepts=FLOATS)
def i1(xp, x):
    """Modified, of the first kind, of order 1."""
    return in_double(scipy_special().i1, x)


@elementwise("BesselI1e", accepts=FLOATS)
def i1e(xp, x):
    """i1(x) exp(-|x|)."""
    return in_double(scipy_special().i1e, x)


def _on_positive(function, otherwise, x):
    """The value of `function` where x is positive or NaN; what it tends to at 0 everywhere else."""
    return in_double(lambda x: numpy.where(x <= 0, otherwise, function(x)), x)


@elementwise("BesselK0", accepts=FLOATS)
def k0(xp, x):
    """Modified, of the second kind, of order 0."""
    return _on_positive(scipy_special().k0, numpy.inf, x)


@elementwise("BesselK0e", accepts=FLOATS)
def k0e(xp, x):
    """k0(x) exp(x)."""
    return _on_positive(scipy_special().k0e, numpy.inf, x)


@elementwise("BesselK1", accepts=FLOATS)
def k1(xp, x):
    """Modified, of the second kind, of order 1."""
    return _on_positive(scipy_special().k1, numpy.inf, x)


@elementwise("BesselK1e", accepts=FLOATS)
def k1e(xp, x):
    """k1(x) exp(x)."""
    return _on_positive(scipy_special().k1e, numpy.inf, x)


@elementwise("BesselJ0", accepts=FLOATS)
def j0(xp, x):
    """Of the first kind, of order 0."""
    return in_double(scipy_special().j0, x)


@elementwise("BesselJ1", accepts=FLOATS)
def j1(xp, x):
    """Of the first kind, of order 1."""
    return in_double(scipy_special().j1, x)


@elementwise("BesselY0", accepts=FLOATS)
def y0(xp, x):
    """Of the second kind, of order 0."""
    return _on_positive(scipy_special().y0, -numpy.inf, x)


@elementwise("BesselY1", accepts=FLOATS)
def y1(xp, x):
    """Of the second kind, of order 1."""
    return _on_positive(scipy_special().y1, -numpy.inf, x)


def _over(y, x):
    """y / x for an odd function y with slope 1/2 at 0."""
    zero = equal(x, zeros((), x._dtype))
    return select(zero, full((), 0.5, x._dtype), y / select(zero, ones((), x._dtype), x))


i0.grad(x=lambda g, x: g * i1(x))
i0e.grad(x=lambda g, x, y: g * (i1e(x) - sign(x) * y))
i1.grad(x=lambda g, x, y: g * (i0(x) - _over(y, x)))
i1e.grad(x=lambda g, x, y: g * (i0e(x) - sign(x) * y - _over(y, x)))
k0.grad(x=lambda g, x: -g * k1(x))
k0e.grad(x=lambda g, x, y: g * (y - k1e(x)))
k1.grad(x=lambda g, x, y: -g * (k0(x) + y / x))
k1e.grad(x=lambda g, x, y: g * (y - y / x - k0e(x)))
j0.grad(x=lambda g, x: -g * j1(x))
j1.grad(x=lambda g, x, y: g * (j0(x) - _over(y, x)))
y0.grad(x=lambda g, x: -g * y1(x))
y1.grad(x=lambda g, x, y: g * (y0(x) - y / x))
