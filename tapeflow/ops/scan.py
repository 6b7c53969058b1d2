"""Scans along an axis: running sums, products, log-sum-exps, and the recurrences behind their gradients.

The gradient of a running product is a recurrence, s[i] = a[i] s[i-1] + b[i]; so is that of a recurrence. This
closes the family: it needs no division, which zeros would break, and no order of derivative is special.
"""

import numpy

from tapeflow.core.dtypes import FLOATS, FLOATS_AND_COMPLEX, NUMBERS
from tapeflow.core.op import op
from tapeflow.ops.arithmetic import conjugate, exp


def _scan(type_name, accepts, **facts):
    """Decorator: an op with the parameters axis, exclusive, reverse, that keeps shape and dtype."""

    def make(kernel):
        made = op(type_name, accepts=accepts, result="same", **facts)(kernel)
        made.spec(lambda x, axis, exclusive, reverse: x)
        made.batch(
            lambda x, axis, exclusive, reverse: made(x, axis=axis + 1, exclusive=exclusive, reverse=reverse)
        )
        return made

    return make


def _running(ufunc, x, axis, exclusive, reverse, of_nothing):
    """`ufunc` accumulated along `axis`; halves in single precision, as in sums."""
    if not x.shape[axis]:
        return x
    if reverse:
        x = numpy.flip(x, axis)
    wide = x.astype("f") if x.dtype.char in "eE" else x
    if exclusive:
        total = numpy.empty_like(wide)
        head, tail = (slice(None),) * axis + (0,), (slice(None),) * axis + (slice(1, None),)
        total[head] = of_nothing
        ufunc.accumulate(wide[(slice(None),) * axis + (slice(-1),)], axis=axis, out=total[tail])
    else:
        total = ufunc.accumulate(wide, axis=axis, dtype=wide.dtype)
    total = total.astype(x.dtype, copy=False)
    return numpy.flip(total, axis) if reverse else total


@_scan("Cumsum", NUMBERS, linear=True)
def cumsum(xp, x, *, axis, exclusive, reverse):
    """Running sum along `axis`; `exclusive`: without the element itself; `reverse`: from the end."""
    return _running(xp.add, x, axis, exclusive, reverse, 0)


cumsum.grad(
    x=lambda g, axis, exclusive, reverse: cumsum(g, axis=axis, exclusive=exclusive, reverse=not reverse)
)


@_scan("Cumprod", NUMBERS)
def cumprod(xp, x, *, axis, exclusive, reverse):
    """Running product along `axis`; `exclusive`: without the element itself; `reverse`: from the end."""
    return _running(xp.multiply, x, axis, exclusive, reverse, 1)


def _cumprod_gradient(g, x, axis, exclusive, reverse):
    # dx[j] is the product before j times the sum, over i >= j, of g[i] times the product between j and i.
    back = 1 if reverse else -1
    before = cumprod(x, axis=axis, exclusive=True, reverse=reverse)
    if exclusive:
        g = shift(g, axis=axis, by=back)
    following = conjugate(shift(x, axis=axis, by=back))
    return conjugate(before) * recurrence(following, g, axis=axis, reverse=not reverse)


cumprod.grad(x=_cumprod_gradient)


@_scan("CumulativeLogsumexp", FLOATS)
def cumulative_logsumexp(xp, x, *, axis, exclusive, reverse):
    """Running logarithm of the sum of exponentials along `axis`; parameters as for `cumsum`."""
    return _running(xp.logaddexp, x, axis, exclusive, reverse, -numpy.inf)


def _cumulative_logsumexp_gradient(g, x, axis, exclusive, reverse):
    # dx[j] = exp(x[j] - c[j]) t[j], where t[j] sums g[i] exp(c[j] - c[i]) over i >= j, which is
    # t[j] = g[j] + exp(c[j] - c[j+1]) t[j+1]. c never falls, so no exponential exceeds 1.
    back = 1 if reverse else -1
    if exclusive:
        g = shift(g, axis=axis, by=back)
    c = cumulative_logsumexp(x, axis=axis, exclusive=False, reverse=reverse)
    rise = c - shift(c, axis=axis, by=-back)
    decay = exp(-shift(rise, axis=axis, by=back))
    return exp(x - c) * recurrence(decay, g, axis=axis, reverse=not reverse)


cumulative_logsumexp.grad(x=_cumulative_logsumexp_gradient)


@op("Shift", result="same", linear=True)
def shift(xp, x, *, axis, by):
    """Elements moved `by` places along `axis`; zeros move in, and what leaves is lost."""
    moved = xp.zeros_like(x)
    before = (slice(None),) * axis
    source, target = slice(None, -by), slice(by, None)
    if by < 0:
        source, target = slice(-by, None), slice(None, by)
    moved[(*before, target)] = x[(*before, source)]
    return moved


shift.spec(lambda x, axis, by: x)
shift.grad(x=lambda g, axis, by: shift(g, axis=axis, by=-by))
shift.batch(lambda x, axis, by: shift(x, axis=axis + 1, by=by))


@op("LinearRecurrence", accepts=FLOATS_AND_COMPLEX, result="same", uniform=True)
def recurrence(xp, a, b, *, axis, reverse):
    """s[i] = a[i] s[i-1] + b[i] along `axis`, s[-1] = 0; `reverse`: from the end, s[i] = a[i] s[i+1] + b[i].

    Each round doubles the reach of every element, so there are log2(n) passes over whole arrays (Hillis and
    Steele, "Data parallel algorithms", 1986).
    """
    if reverse:
        a, b = xp.flip(a, axis), xp.flip(b, axis)
    factor, total = xp.moveaxis(a, axis, 0).copy(), xp.moveaxis(b, axis, 0).copy()
    reach = 1
    while reach < len(total):
        total[reach:] += factor[reach:] * total[:-reach]
        factor[reach:] *= factor[:-reach].copy()
        reach *= 2
    total = xp.moveaxis(total, 0, axis)
    return xp.flip(total, axis) if reverse else total


recurrence.spec(lambda a, b, axis, reverse: a)
recurrence.batch(lambda a, b, axis, reverse: recurrence(a, b, axis=axis + 1, reverse=reverse))


@recurrence.grad
def _(g, a, y, axis, reverse):
    on = -1 if reverse else 1
    t = recurrence(conjugate(shift(a, axis=axis, by=-on)), g, axis=axis, reverse=not reverse)
    return t * conjugate(shift(y, axis=axis, by=on)), t
