"""Reductions over axes: products, extremes, means, norms, and where the extremes are."""

import math

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import LARGE, no_gradient, op
from tapeflow.ops.arithmetic import conjugate, exp, log, sqrt
from tapeflow.ops.broadcasting import reduce_sum, spread
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import equal, is_finite, is_nan, not_equal
from tapeflow.ops.creation import full
from tapeflow.ops.families import kept_dims, reduction
from tapeflow.ops.layout import inverse, reshape, transpose
from tapeflow.ops.scan import cumprod
from tapeflow.ops.selection import select
from tapeflow.ops.summation import accumulate, extreme, total

_BOOL = frozenset([types.bool])


def _size(dims, axes):
    """How many elements one result of a reduction over `axes` covers."""
    if len(axes) == len(dims):
        return math.prod(dims)
    return math.prod([dims[axis] for axis in axes])


# Means and products.


@reduction("Mean", accepts=types.NUMBERS)
def reduce_mean(xp, x, *, axes, keepdims):
    """Mean over `axes`; of integers, cut off towards zero."""
    if len(axes) == x.ndim and x.dtype.char in "fd":
        return xp.add.reduce(x, axis=None, keepdims=keepdims) / x.size
    count = _size(x.shape, axes)
    if x.dtype.kind in "iu":
        over = None if len(axes) == x.ndim else axes
        whole = xp.add.reduce(x, axis=over, dtype=x.dtype.kind + "8", keepdims=keepdims)
        return (xp.sign(whole) * (abs(whole) // count)).astype(x.dtype)
    if x.dtype.char in "eE" and axes:
        return (total(xp, x.astype("f"), axes, keepdims) / count).astype(x.dtype)
    return total(xp, x, axes, keepdims) / count


reduce_mean.grad(x=lambda g, x_shape, axes: spread(g / (_size(x_shape, axes) or 1), x_shape, axes))


@reduction("Prod", accepts=types.NUMBERS)
def reduce_prod(xp, x, *, axes, keepdims):
    """Product over `axes`."""
    return accumulate(xp.multiply, x, axes, keepdims)


def _reduce_prod_gradient(g, x, axes):
    # The product of all others is that before times that after: without a division, zeros do no harm.
    dims = x.dims
    perm = (*[axis for axis in range(len(dims)) if axis not in axes], *axes)
    turned = transpose(x, perm=perm)
    last = len(dims) - len(axes)
    rows = reshape(turned, dims=(*turned.dims[:last], _size(dims, axes)))
    before = cumprod(rows, axis=last, exclusive=True, reverse=False)
    after = cumprod(rows, axis=last, exclusive=True, reverse=True)
    others = transpose(reshape(before * after, dims=turned.dims), perm=inverse(perm))
    return conjugate(others) * reshape(g, dims=kept_dims(dims, axes, True))


reduce_prod.grad(x=_reduce_prod_gradient)


reduce_prod.lower(lambda e, index, x, axes, keepdims: e.prod(x, index, axes, keepdims))


@reduction("EuclideanNorm", accepts=types.NUMBERS)
def reduce_euclidean_norm(xp, x, *, axes, keepdims):
    """Square root of the sum of squared magnitudes over `axes`; of integers, cut off."""
    wide = x.astype("f") if x.dtype.char in "eE" else x
    squares = (wide.real * wide.real + wide.imag * wide.imag) if x.dtype.kind == "c" else wide * wide
    return xp.sqrt(total(xp, squares, axes, keepdims)).astype(x.dtype)


def _reduce_euclidean_norm_gradient(g, x, y, axes):
    kept = kept_dims(x.dims, axes, True)
    return reshape(g / y, dims=kept) * x


reduce_euclidean_norm.grad(x=_reduce_euclidean_norm_gradient)


@reduce_mean.expand
def _(x, *, axes, keepdims):
    if x._dtype.is_integer or x._dtype.size < 4:
        return None  # these keep their kernel
    return reduce_sum(x, axes=axes, keepdims=keepdims) * (1.0 / (_size(x.dims, axes) or 1))


# Extremes.


def maximum_of_nothing(dtype):
    """What the maximum of no elements is."""
    return -math.inf if dtype.kind not in "iu" else 0 if dtype.kind == "u" else -(1 << dtype.itemsize * 8 - 1)


def minimum_of_nothing(dtype):
    """What the minimum of no elements is."""
    if dtype.kind not in "iu":
        return math.inf
    return (1 << dtype.itemsize * 8 - (dtype.kind == "i")) - 1


@reduction("Max", accepts=types.REALS)
def reduce_max(xp, x, *, axes, keepdims):
    """Greatest element over `axes`."""
    return extreme(xp.maximum, x, axes, keepdims, maximum_of_nothing)


@reduction("GreatestNumber", accepts=types.FLOATS)
def reduce_greatest(xp, x, *, axes, keepdims):
    """Greatest element over `axes` besides NaN: what exponents are shifted by, where NaN is found without it."""
    return xp.fmax.reduce(x, axis=axes, keepdims=keepdims, initial=-math.inf)


@reduction("Min", accepts=types.REALS)
def reduce_min(xp, x, *, axes, keepdims):
    """Least element over `axes`."""
    return extreme(xp.minimum, x, axes, keepdims, minimum_of_nothing)


def _shared_among_equals(g, x, y, axes):
    """The gradient of an extreme: elements that attain it get equal shares."""
    kept = kept_dims(x.dims, axes, True)
    attained = cast(equal(x, reshape(y, dims=kept)), g._dtype)
    return attained * (reshape(g, dims=kept) / reduce_sum(attained, axes=axes, keepdims=True))


reduce_max.grad(x=_shared_among_equals)
reduce_min.grad(x=_shared_among_equals)
reduce_greatest.grad(x=_shared_among_equals)
reduce_greatest.lower(lambda e, index, x, axes, keepdims: e.greatest(x, index, axes, keepdims))
reduce_max.lower(lambda e, index, x, axes, keepdims: e.max(x, index, axes, keepdims))
reduce_min.lower(lambda e, index, x, axes, keepdims: e.min(x, index, axes, keepdims))


@reduction("LogSumExp", accepts=types.FLOATS, large=LARGE)
def reduce_logsumexp(xp, x, *, axes, keepdims):
    """Logarithm of the sum of exponentials over `axes`, without overflow."""
    wide = x.astype("f") if x.dtype.char in "eE" else x
    greatest = extreme(xp.maximum, wide, axes, True, maximum_of_nothing)
    shift = xp.where(xp.isfinite(greatest), greatest, wide.dtype.type(0))
    whole = total(xp, xp.exp(wide - shift), axes, keepdims)
    return (xp.log(whole) + shift.reshape(whole.shape)).astype(x.dtype)


def _reduce_logsumexp_gradient(g, x, y, axes):
    kept = kept_dims(x.dims, axes, True)
    return exp(x - reshape(y, dims=kept)) * reshape(g, dims=kept)


reduce_logsumexp.grad(x=_reduce_logsumexp_gradient)


# Logic and counts.


@reduction("All", accepts=_BOOL, large=None)
def reduce_all(xp, x, *, axes, keepdims):
    """Whether all elements over `axes` are true."""
    return xp.logical_and.reduce(x, axis=axes, keepdims=keepdims) if axes else x


@reduction("Any", accepts=_BOOL, large=None)
def reduce_any(xp, x, *, axes, keepdims):
    """Whether any element over `axes` is true."""
    return xp.logical_or.reduce(x, axis=axes, keepdims=keepdims) if axes else x


@reduction("CountNonzero", result=types.int64)
def count_nonzero(xp, x, *, axes, keepdims):
    """How many elements over `axes` are not zero, not False, not empty strings."""
    return total(xp, x.astype(bool).astype(xp.int64), axes, keepdims)


# Where the extremes are.


def _position(type_name):
    """Decorator: an op that gives the index of one element along `axis`, as a `dtype`."""

    def make(kernel):
        made = op(type_name, accepts=types.REALS | _BOOL)(kernel)

        @made.spec
        def _(x, axis, dtype):
            if x.dims is None:
                return x.with_dtype(dtype)
            if x.dims[axis] == 0:
                shown = ",".join(map(str, x.dims))
                raise InvalidArgumentError(None, None, f"Reduction axis {axis} is empty in shape [{shown}]")
            return x.with_dims(kept_dims(x.dims, (axis,), False)).with_dtype(dtype)

        made.batch(lambda x, axis, dtype: made(x, axis=axis + 1, dtype=dtype))
        return made

    return make


def _passing_over_nan(xp, x, worst):
    """x with NaN, which no comparison prefers, replaced by the worst value."""
    if x.dtype.kind in "biu":
        return x
    nan = xp.isnan(x)
    return xp.where(nan, x.dtype.type(worst), x) if nan.any() else x


@_position("ArgMax")
def argmax(xp, x, *, axis, dtype):
    """The first index of the greatest element along `axis`."""
    return xp.argmax(_passing_over_nan(xp, x, -math.inf), axis=axis).astype(dtype.array_dtype)


@_position("ArgMin")
def argmin(xp, x, *, axis, dtype):
    """The first index of the least element along `axis`."""
    return xp.argmin(_passing_over_nan(xp, x, math.inf), axis=axis).astype(dtype.array_dtype)


no_gradient(reduce_all, reduce_any, count_nonzero, argmax, argmin)


# In simpler ops, for the compiler.


def _is_wide(x):
    return x._dtype in (types.float32, types.float64) and 0 not in x.dims


@reduce_euclidean_norm.expand
def _(x, *, axes, keepdims):
    return sqrt(reduce_sum(x * x, axes=axes, keepdims=keepdims)) if _is_wide(x) else None


@reduce_logsumexp.expand
def _(x, *, axes, keepdims):
    if not _is_wide(x):
        return None
    greatest = reduce_greatest(x, axes=axes, keepdims=True)
    shift = select(is_finite(greatest), greatest, full((), 0, x._dtype))
    whole = reduce_sum(exp(x - shift), axes=axes, keepdims=keepdims)
    return log(whole) + reshape(shift, dims=whole.dims)


def _expand_logic(reduce):
    """Truth values as the numbers 0 and 1: whether all are true is the least of them, whether any is the greatest."""

    def expand(x, *, axes, keepdims):
        if not axes or 0 in x.dims:
            return None
        return cast(reduce(cast(x, types.int32), axes=axes, keepdims=keepdims), types.bool)

    return expand


reduce_all.expand(_expand_logic(reduce_min))
reduce_any.expand(_expand_logic(reduce_max))


@count_nonzero.expand
def _(x, *, axes, keepdims):
    if x._dtype not in types.REALS | _BOOL or (x._dtype.size < 4 and x._dtype in types.FLOATS):
        return None
    counted = x if x._dtype is types.bool else not_equal(x, full((), 0, x._dtype))
    return reduce_sum(cast(counted, types.int64), axes=axes, keepdims=keepdims)


def _expand_position(reduce, worst):
    """The least place at which the extreme is attained."""

    def expand(x, *, axis, dtype):
        if dtype not in (types.int32, types.int64) or 0 in x.dims:
            return None
        if x._dtype is types.bool:
            x = cast(x, types.int32)
        elif x._dtype in (types.float32, types.float64):
            x = select(is_nan(x), full((), worst, x._dtype), x)
        elif x._dtype in types.FLOATS:
            return None
        size = x.dims[axis]
        places = numpy.arange(size, dtype=dtype.array_dtype).reshape(-1, *[1] * (len(x.dims) - 1 - axis))
        attained = equal(x, reduce(x, axes=(axis,), keepdims=True))
        found = select(attained, embedded(places, dtype), full((), size, dtype))
        return reduce_min(found, axes=(axis,), keepdims=False)

    return expand


argmax.expand(_expand_position(reduce_max, -math.inf))
argmin.expand(_expand_position(reduce_min, math.inf))
