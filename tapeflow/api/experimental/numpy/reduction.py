"""What many elements come to: sums, means, extremes, running sums, and where extremes are."""

from tapeflow.api import math
from tapeflow.api.arrays import broadcast_to as stretch
from tapeflow.api.arrays import reshape, shape, size
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import (
    float_type,
    given_type,
    is_inexact,
    keeps_weakness,
    tensor_of,
    widened,
)
from tapeflow.api.experimental.numpy.layout import atleast_1d
from tapeflow.api.experimental.numpy.promotion import result_type, settings
from tapeflow.api.linalg import tensordot
from tapeflow.api.selection import where
from tapeflow.core import dtypes as types
from tapeflow.core.errors import invalid

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "average",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "max",
    "mean",
    "min",
    "nanmean",
    "nanprod",
    "nansum",
    "prod",
    "ptp",
    "std",
    "sum",
    "var",
]


_ints = range


def _refuse_out(out):
    if out is not None:
        raise ValueError("Setting out is not supported.")


def _reduced(function, a, axis, keepdims, dtype=None, narrow_ints=None, of_bools=None):
    """The reduction `function` of `a`, over all axes unless some are named.

    dtype: what the elements are cast to before; without one, integers are made what `narrow_ints` gives for them.
    of_bools: the reduction that takes the place of `function` for bools.
    """
    dtype = given_type(dtype)
    tensor = tensor_of(a, dtype)
    if tensor.dtype is types.bool and of_bools is not None:
        return of_bools(tensor, axis=axis, keepdims=bool(keepdims))
    if dtype is None and narrow_ints is not None and not is_inexact(tensor):
        tensor = cast(tensor, narrow_ints(tensor.dtype))
    return function(tensor, axis=axis, keepdims=bool(keepdims))


def _wide(dtype):
    """The integers in which integers and bools are added up: 64 bits, under the new promotion 32."""
    bits = 4 if settings.is_automatic else 8
    if dtype.is_integer and dtype.size >= bits:
        return dtype
    if dtype.is_unsigned:
        return types.uint32 if settings.is_automatic else types.uint64
    return types.int32 if settings.is_automatic else types.int64


def _floating(dtype):
    return float_type()


def _any_if_asked(dtype, function):
    """The reduction of bools by logic, which takes place only if bools are asked for."""
    return function if dtype and result_type(dtype) is types.bool else None


@keeps_weakness
def sum(a, axis=None, dtype=None, keepdims=None):
    """The sum of the elements along axes; small integers and bools are added up as int64.

    >>> tf.experimental.numpy.sum([[1, 2], [3, 4]], axis=0).numpy()
    array([4, 6])
    """
    return _reduced(math.reduce_sum, a, axis, keepdims, dtype, _wide, _any_if_asked(dtype, math.reduce_any))


@keeps_weakness
def prod(a, axis=None, dtype=None, keepdims=None):
    """The product of the elements along axes; small integers and bools are multiplied as int64."""
    return _reduced(math.reduce_prod, a, axis, keepdims, dtype, _wide, _any_if_asked(dtype, math.reduce_all))


@keeps_weakness
def mean(a, axis=None, dtype=None, out=None, keepdims=None):
    """The mean of the elements along axes, a floating number for integers."""
    _refuse_out(out)
    return _reduced(math.reduce_mean, a, axis, keepdims, dtype, _floating)


@keeps_weakness
def amax(a, axis=None, out=None, keepdims=None):
    """The largest element along axes; of bools, whether any is true."""
    _refuse_out(out)
    return _reduced(math.reduce_max, a, axis, keepdims, of_bools=math.reduce_any)


@keeps_weakness
def amin(a, axis=None, out=None, keepdims=None):
    """The smallest element along axes; of bools, whether all are true."""
    _refuse_out(out)
    return _reduced(math.reduce_min, a, axis, keepdims, of_bools=math.reduce_all)


@keeps_weakness
def max(a, axis=None, keepdims=None):
    """The largest element along axes; of bools, whether any is true."""
    return amax(a, axis=axis, keepdims=keepdims)


@keeps_weakness
def min(a, axis=None, keepdims=None):
    """The smallest element along axes; of bools, whether all are true."""
    return amin(a, axis=axis, keepdims=keepdims)


def ptp(a, axis=None, keepdims=None):
    """The distance of the largest and the smallest element along axes."""
    return amax(a, axis=axis, keepdims=keepdims) - amin(a, axis=axis, keepdims=keepdims)


@keeps_weakness
def std(a, axis=None, keepdims=None):
    """The standard deviation of the elements along axes."""
    return _reduced(math.reduce_std, a, axis, keepdims, narrow_ints=_floating)


@keeps_weakness
def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=None):
    """The variance of the elements along axes: the sum of squared deviations by their number less `ddof`."""
    _refuse_out(out)
    computed = result_type(a, dtype) if dtype else None
    function = math.reduce_variance
    if ddof:
        function = lambda tensor, axis, keepdims: _unbiased_variance(tensor, axis, ddof, keepdims)
    found = _reduced(function, a, axis, keepdims, computed, _floating)
    return cast(found, given_type(dtype)) if dtype else found


def _unbiased_variance(tensor, axis, ddof, keepdims):
    centered = tensor - math.reduce_mean(tensor, axis=axis, keepdims=True)
    squares = cast(math.square(math.abs(centered)), tensor.dtype)
    axes = _ints(tensor.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    count = 1
    for each in axes:
        count = count * tensor.dims[each]
    number = cast(count - ddof, tensor.dtype)
    return math.divide(math.reduce_sum(squares, axis=axis, keepdims=keepdims), number)


def all(a, axis=None, keepdims=None):
    """Whether all elements along axes are true, or not zero."""
    return math.reduce_all(tensor_of(a, types.bool), axis=axis, keepdims=bool(keepdims))


def any(a, axis=None, keepdims=None):
    """Whether any element along axes is true, or not zero."""
    return math.reduce_any(tensor_of(a, types.bool), axis=axis, keepdims=bool(keepdims))


def count_nonzero(a, axis=None):
    """How many elements along axes are not zero."""
    return math.count_nonzero(tensor_of(a), axis)


def _without_nan(a, value):
    a = tensor_of(a)
    return where(math.is_nan(a), cast(value, a.dtype), a) if a.dtype.is_floating else a


def nansum(a, axis=None, dtype=None, keepdims=False):
    """The sum of the elements along axes that are not NaN."""
    return sum(_without_nan(a, 0), axis=axis, dtype=dtype, keepdims=keepdims)


def nanprod(a, axis=None, dtype=None, keepdims=False):
    """The product of the elements along axes that are not NaN."""
    return prod(_without_nan(a, 1), axis=axis, dtype=dtype, keepdims=keepdims)


@keeps_weakness
def nanmean(a, axis=None, dtype=None, keepdims=None):
    """The mean of the elements along axes that are not NaN."""
    a = tensor_of(a)
    if not is_inexact(a):
        return mean(a, axis=axis, dtype=dtype, keepdims=keepdims)
    dtype = dtype or a.dtype
    count = sum(math.logical_not(math.is_nan(a)), axis=axis, dtype=dtype, keepdims=keepdims)
    return nansum(a, axis=axis, dtype=dtype, keepdims=bool(keepdims)) / count


def _running(function, a, axis, dtype):
    dtype = given_type(dtype)
    a = tensor_of(a, dtype)
    if dtype is None:
        a = widened(a)
    return function(reshape(a, [-1]), 0) if axis is None else function(a, axis)


@keeps_weakness
def cumsum(a, axis=None, dtype=None):
    """The sums of the elements up to each along an axis, or of all in a row."""
    return _running(math.cumsum, a, axis, dtype)


@keeps_weakness
def cumprod(a, axis=None, dtype=None):
    """The products of the elements up to each along an axis, or of all in a row."""
    return _running(math.cumprod, a, axis, dtype)


def _place(function, a, axis):
    return function(reshape(tensor_of(a), [-1]) if axis is None else atleast_1d(tensor_of(a)), axis=axis)


def argmax(a, axis=None):
    """The place of the largest element along an axis, or among all in a row."""
    return _place(math.argmax, a, axis)


def argmin(a, axis=None):
    """The place of the smallest element along an axis, or among all in a row."""
    return _place(math.argmin, a, axis)


@keeps_weakness
def average(a, axis=None, weights=None, returned=False):
    """The weighted mean of the elements along an axis; with `returned`, the sums of the weights, too.

    weights: of the shape of `a`, or a vector along the axis. Raises ValueError for several axes,
    InvalidArgumentError for weights of another shape.

    >>> tf.experimental.numpy.average([1.0, 3.0], weights=[3, 1]).numpy()
    np.float64(1.5)
    """
    if axis is not None and not isinstance(axis, int):
        raise ValueError(f"Argument `axis` must be an integer. Received axis={axis} (of type {type(axis)})")
    a = tensor_of(a)
    if weights is None:
        if not is_inexact(a):
            a = cast(a, result_type(a.dtype, float_type()))
        found = math.reduce_mean(a, axis=axis)
        total = cast(size(a) if axis is None else shape(a)[axis], a.dtype)
    else:
        dtype = result_type(a.dtype, weights, *([] if is_inexact(a) else [float_type()]))
        a, weights = tensor_of(a, dtype), tensor_of(weights, dtype)
        if axis is None or a.ndim == weights.ndim:
            if not a.shape.is_compatible_with(weights.shape):
                raise invalid(f"Weights of shape {weights.shape} do not fit an array of shape {a.shape}")
            total = math.reduce_sum(weights, axis=axis)
            found = math.reduce_sum(a * weights, axis=axis) / total
        else:
            if weights.ndim != 1:
                raise invalid(f"Weights of shape {weights.shape} are no vector along an axis")
            total = math.reduce_sum(weights)
            found = tensordot(a, weights, [[axis], [0]]) / total
    return (found, stretch(total, shape(found))) if returned else found
