"""Which values there are, and how often: unique elements, counts, histograms, differences of lists."""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op

_WEIGHTS = frozenset([types.int32, types.int64, types.float32, types.float64])


# Unique elements, in the order in which they first come.


def _unique(x, axis):
    """The unique slices along `axis`, for each slice the number of its like, and how many are alike."""
    if not 0 <= axis < x.ndim:
        raise ValueError("no such axis")  # the spec rule says it better
    # With an axis, NumPy compares whole slices; of a vector it tells NaN from NaN.
    over = {"equal_nan": False} if x.ndim == 1 else {"axis": axis}
    _, first, index, counts = numpy.unique(
        x, return_index=True, return_inverse=True, return_counts=True, **over
    )
    order = numpy.argsort(first)
    rank = numpy.empty_like(order)
    rank[order] = numpy.arange(len(order))
    return numpy.take(x, first[order], axis), rank[index.reshape(-1)], counts[order]


def _check_axis(x, axis):
    if x.dims is not None and not 0 <= axis < len(x.dims):
        raise InvalidArgumentError(None, None, f"axis has to be between [0, {len(x.dims)})")


@op("UniqueV2")
def unique(xp, x, *, axis, index_type):
    """The unique slices of x along `axis`, and which of them each slice is."""
    found, index, _ = _unique(x, axis)
    return found, index.astype(index_type.array_dtype)


@unique.spec
def _(x, axis, index_type):
    _check_axis(x, axis)
    if x.dims is None:
        return x, x.with_dims((None,)).with_dtype(index_type)
    dims = (*x.dims[:axis], None, *x.dims[axis + 1 :])
    return x.with_dims(dims), x.with_dims((x.dims[axis],)).with_dtype(index_type)


@op("UniqueWithCountsV2")
def unique_with_counts(xp, x, *, axis, index_type):
    """As `unique`, and how often each of the unique slices comes."""
    found, index, counts = _unique(x, axis)
    return found, index.astype(index_type.array_dtype), counts.astype(index_type.array_dtype)


@unique_with_counts.spec
def _(x, axis, index_type):
    found, index = unique.spec_rule(x, axis, index_type)
    return found, index, x.with_dims((None,)).with_dtype(index_type)


@op("ListDiff", uniform=True)
def list_diff(xp, x, excluded, *, index_type):
    """The elements of the vector x that are not among the excluded, and their indices."""
    if x.ndim != 1 or excluded.ndim != 1:
        raise ValueError("not vectors")  # the spec rule says it better
    index = numpy.flatnonzero(~numpy.isin(x, excluded))
    return x[index], index.astype(index_type.array_dtype)


@list_diff.spec
def _(x, excluded, index_type):
    for name, each in (("x", x), ("y", excluded)):
        if each.dims is not None and len(each.dims) != 1:
            raise InvalidArgumentError(None, None, f"{name} should be a 1D vector.")
    return x.with_dims((None,)), x.with_dims((None,)).with_dtype(index_type)


# Counts.


@op("DenseBincount", accepts=frozenset([types.int32, types.int64]))
def bincount(xp, x, weights, *, size, binary):
    """How often each of 0 to size - 1 comes in a vector or each row of a matrix; or the sum of its weights.

    weights: of the shape of x, or empty: all 1. binary: 1 for each number that comes at all.
    """
    _check_bincount(x.shape, weights.shape)
    if x.size and x.min() < 0:
        raise InvalidArgumentError(None, None, f"Input arr must be non-negative! Found {x.min()}.")
    rows = len(x) if x.ndim == 2 else 1
    bins = numpy.reshape(x, (rows, -1)) + numpy.arange(rows)[:, None] * size if x.size else x
    counted = x.reshape(bins.shape) < size
    bins = bins[counted]
    if binary:
        total = numpy.zeros(rows * size, weights.dtype)
        total[bins] = 1
    elif not weights.size:
        total = numpy.bincount(bins, minlength=rows * size).astype(weights.dtype)
    else:
        total = numpy.zeros(rows * size, weights.dtype)
        numpy.add.at(total, bins, weights.reshape(counted.shape)[counted])
    return total.reshape((*x.shape[:-1], size) if x.ndim else (size,))


def _check_bincount(dims, weights_dims):
    if dims is not None and len(dims) > 2:
        raise InvalidArgumentError(None, None, f"Shape must be at most rank 2 but is rank {len(dims)}")
    if None in (dims, weights_dims) or None in dims or None in weights_dims:
        return
    if dims != weights_dims and weights_dims != (0,):
        raise InvalidArgumentError(
            None,
            None,
            "`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it acts as all "
            f"weights equal to 1. Received {list(weights_dims)}",
        )


@bincount.spec
def _(x, weights, size, binary):
    _check_bincount(x.dims, weights.dims)
    return weights.with_dims(None if x.dims is None else (*x.dims[:-1], size))


@op("HistogramFixedWidth", accepts=_WEIGHTS, uniform=True)
def histogram(xp, values, limits, *, bins, dtype):
    """How many values lie in each of `bins` equal parts between the two limits; the outer parts are open."""
    low, high = _checked_limits(limits)
    if bins <= 0:
        raise InvalidArgumentError(None, None, f"nbins should be a positive number, but got '{bins}'")
    if values.dtype.kind == "f" and numpy.isnan(values).any():
        raise InvalidArgumentError(None, None, "Histogram values must not contain NaN")
    width = (float(high) - float(low)) / bins
    places = numpy.minimum((numpy.maximum(values, low) - low).astype(numpy.float64) / width, bins - 1)
    counts = numpy.bincount(places.astype(numpy.intp).reshape(-1), minlength=bins)
    return counts.astype(dtype.array_dtype)


def _checked_limits(limits):
    if limits.shape != (2,):
        raise InvalidArgumentError(None, None, "value_range should be a vector of 2 elements.")
    low, high = limits
    if not low < high:
        raise InvalidArgumentError(
            None,
            None,
            f"value_range should satisfy value_range[0] < value_range[1], but got '[{low}, {high}]'",
        )
    return low, high


histogram.spec(lambda values, limits, bins, dtype: values.with_dims((bins,)).with_dtype(dtype))

no_gradient(histogram)
