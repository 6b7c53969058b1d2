"""Segments: rows of one id belong together and are added, multiplied, averaged or compared.

The last of sorted ids says how many segments there are. Unsorted ids come in any order, and rows with a
negative one are left out. What a segment without rows holds is TensorFlow's choice.
"""

import math

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.dtypes import NUMBERS, REALS
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.arithmetic import conjugate, maximum, zero_like
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import equal, greater, less
from tapeflow.ops.creation import ones
from tapeflow.ops.gathering import gather, sum_rows
from tapeflow.ops.layout import reshape, stack, transpose, unstack
from tapeflow.ops.reduction import maximum_of_nothing, minimum_of_nothing
from tapeflow.ops.selection import select

# Kernels.


def _combined(ufunc, rows, ids, count, of_nothing):
    """`count` rows, each the `ufunc` of those rows whose id it is; halves in single precision."""
    wide = rows.astype("f") if rows.dtype.char in "eE" else rows
    if ufunc is numpy.add:
        return sum_rows(wide, ids, count).astype(rows.dtype, copy=False)
    inner = rows.shape[1]
    result = numpy.full(count * inner, of_nothing, wide.dtype)
    places = ids if inner == 1 else ids[:, None] * inner + numpy.arange(inner)
    ufunc.at(result, places.reshape(-1), wide.reshape(-1))
    return result.reshape(count, inner).astype(rows.dtype, copy=False)


def _sorted(ufunc, data, ids, of_nothing):
    """The sorted kernels; also which segments have no row."""
    _check_sorted(data, ids)
    count = int(ids[-1]) + 1 if len(ids) else 0
    rows = data.reshape(len(ids), math.prod(data.shape[1:]))
    combined = _combined(ufunc, rows, ids.astype(numpy.intp), count, of_nothing)
    empty = numpy.ones(count, bool)
    empty[ids] = False
    return combined.reshape((count, *data.shape[1:])), empty


def _check_sorted(data, ids):
    message = None
    if data.ndim < 1:
        message = "input must be at least rank 1"
    elif ids.ndim != 1:
        message = "segment_ids should be a vector."
    elif len(ids) != len(data):
        message = "segment_ids should be the same size as dimension 0 of input."
    elif ids.dtype.char not in "ilq":
        message = f"segment_ids must be of dtype int32 or int64, not {ids.dtype.name}."
    elif len(ids) and ids.min() < 0:
        message = "segment ids must be >= 0"
    elif (ids[1:] < ids[:-1]).any():
        message = "segment ids are not increasing"
    if message:
        raise InvalidArgumentError(None, None, message)


def _unsorted(ufunc, data, ids, count, of_nothing):
    if count < 0:
        raise InvalidArgumentError(None, None, f"Input num_segments == {count} must not be negative.")
    if ids.dtype.char not in "hilq":
        message = f"segment_ids must be of dtype int16, int32 or int64, not {ids.dtype.name}."
        raise InvalidArgumentError(None, None, message)
    if data.shape[: ids.ndim] != ids.shape:
        raise ValueError("data.shape does not start with segment_ids.shape")  # the spec rule says it better
    inner = data.shape[ids.ndim :]
    rows = data.reshape(ids.size, math.prod(inner))
    flat = ids.reshape(-1).astype(numpy.intp)
    if flat.size and flat.max() >= count:
        wrong = numpy.argwhere(ids >= count)[0].tolist()
        place = f"[{','.join(map(str, wrong))}]" if wrong else ""
        raise InvalidArgumentError(
            None, None, f"segment_ids{place} = {ids[tuple(wrong)]} is out of range [0, {count})"
        )
    if flat.size and flat.min() < 0:
        kept = flat >= 0
        rows, flat = rows[kept], flat[kept]
    return _combined(ufunc, rows, flat, count, of_nothing).reshape((count, *inner))


# What the ops of both kinds share.


def _sorted_op(type_name, accepts=NUMBERS):
    """Decorator: an op on data and a sorted vector of ids."""

    def make(kernel):
        made = op(type_name, accepts=accepts, result="same")(kernel)

        @made.spec
        def _(data, segment_ids):
            return data if data.dims is None else data.with_dims((None, *data.dims[1:]))

        made.batch(lambda data, segment_ids: _batched_sorted(made, data, segment_ids), broadcasts=True)
        return made

    return make


def _unsorted_op(type_name, accepts=NUMBERS):
    """Decorator: an op on data and ids of any shape that the shape of the data starts with."""

    def make(kernel):
        made = op(type_name, accepts=accepts, result="same")(kernel)

        @made.spec
        def _(data, segment_ids, num_segments):
            if data.dims is None or segment_ids.dims is None:
                return data.with_dims(None)
            rank = len(segment_ids.dims)
            unlike = [
                a != b and None not in (a, b) for a, b in zip(data.dims, segment_ids.dims, strict=False)
            ]
            if len(data.dims) < rank or any(unlike):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"data.shape = {list(data.dims)} does not start with segment_ids.shape = "
                    f"{list(segment_ids.dims)}",
                )
            return data.with_dims((num_segments, *data.dims[rank:]))

        made.batch(
            lambda data, segment_ids, num_segments: _batched_unsorted(made, data, segment_ids, num_segments),
            broadcasts=True,
        )
        return made

    return make


def _batched_sorted(made, data, ids):
    if ids.dims[0] == 1:
        return _with_shared_ids(made, data, ids)
    if data.dims[0] == 1:
        data = broadcast_to(data, dims=(ids.dims[0], *data.dims[1:]))
    # How many segments an example has is not known before one looks at it, so they go one by one.
    pairs = zip(unstack(data, axis=0), unstack(ids, axis=0), strict=True)
    return stack(*[made(rows, row_ids) for rows, row_ids in pairs], axis=0)


def _batched_unsorted(made, data, ids, num_segments):
    size, *dims = ids.dims
    if size == 1:
        return _with_shared_ids(made, data, ids, num_segments=num_segments)
    if data.dims[0] == 1:
        data = broadcast_to(data, dims=(size, *data.dims[1:]))
    ids = cast(ids, types.int64)
    starts = (numpy.arange(size) * num_segments).reshape((size, *[1] * len(dims)))
    ids = select(
        less(ids, zero_like(ids)), ids, ids + embedded(starts, types.int64)
    )  # each gets its own segments
    found = made(data, ids, num_segments=size * num_segments)
    return reshape(found, dims=(size, num_segments, *found.dims[1:]))


def _with_shared_ids(made, data, ids, **params):
    """The examples' axis moves behind those of the ids, and is one more axis of the rows."""
    rank = len(ids.dims) - 1
    turned = transpose(data, perm=(*range(1, rank + 1), 0, *range(rank + 1, len(data.dims))))
    found = made(turned, reshape(ids, dims=ids.dims[1:]), **params)
    return transpose(found, perm=(1, 0, *range(2, len(found.dims))))


# Gradients, for both kinds: `at(rows, ids)` is the row of each id; `total` and `product` reduce data by ids.


def _at(rows, ids):
    return gather(rows, ids, axis=0, batch_dims=0)


def _at_or_zero(rows, ids):
    """The row of each id; zeros for a negative one."""
    nonnegative = maximum(ids, zero_like(ids))
    found = _at(rows, nonnegative)
    valid = reshape(equal(nonnegative, ids), dims=(*ids.dims, *[1] * (len(found.dims) - len(ids.dims))))
    return select(valid, found, zero_like(found))


def _shared_among_equals(g, data, y, ids, at, total):
    """The gradient of an extreme: the elements that attain it get equal shares."""
    attained = cast(equal(data, at(y, ids)), g._dtype)
    sharers = total(attained, ids)
    return attained * at(g / maximum(sharers, ones((), g._dtype)), ids)


def _times_others(g, data, y, ids, at, total, product):
    """The gradient of a product: that of all others, by division where no zero forbids it."""
    zero, one = zero_like(data), ones((), data._dtype)
    is_zero = equal(data, zero)
    zeros = total(cast(is_zero, types.int32), ids)
    nonzero = select(is_zero, one, data)
    without_its_zero = select(greater(zeros, ones((), types.int32)), zero, product(nonzero, ids))
    others = select(is_zero, at(without_its_zero, ids), at(y, ids) / nonzero)
    return conjugate(others) * at(g, ids)


# Sorted ids.


@_sorted_op("SegmentSum")
def segment_sum(xp, data, segment_ids):
    """Row i: the sum of the rows of data whose id is i."""
    return _sorted(xp.add, data, segment_ids, 0)[0]


segment_sum.grad(data=lambda g, segment_ids: _at(g, segment_ids), segment_ids=None)


@_sorted_op("SegmentMean")
def segment_mean(xp, data, segment_ids):
    """Row i: the mean of the rows of data whose id is i, cut off for integers; 0 if there is none."""
    total, _ = _sorted(xp.add, data, segment_ids, 0)
    counts = xp.maximum(xp.bincount(segment_ids, minlength=len(total)), 1)
    counts = counts.reshape((len(total), *[1] * (data.ndim - 1)))
    if data.dtype.kind in "iu":
        return (xp.sign(total) * (abs(total) // counts)).astype(data.dtype)
    return (total / counts).astype(data.dtype)


def _segment_mean_gradient(g, segment_ids):
    counts = segment_sum(ones(segment_ids.dims, types.int32), segment_ids)
    counts = cast(maximum(counts, ones((), types.int32)), g._dtype)
    return _at(g / reshape(counts, dims=(*counts.dims, *[1] * (len(g.dims) - 1))), segment_ids)


segment_mean.grad(data=_segment_mean_gradient, segment_ids=None)


@_sorted_op("SegmentProd")
def segment_prod(xp, data, segment_ids):
    """Row i: the product of the rows of data whose id is i; 1 if there is none."""
    return _sorted(xp.multiply, data, segment_ids, 1)[0]


segment_prod.grad(
    data=lambda g, data, y, segment_ids: _times_others(
        g, data, y, segment_ids, _at, segment_sum, segment_prod
    ),
    segment_ids=None,
)


def _zeros_where(empty, rows):
    rows[empty] = 0
    return rows


@_sorted_op("SegmentMax", accepts=REALS)
def segment_max(xp, data, segment_ids):
    """Row i: the greatest elements of the rows of data whose id is i; 0 if there is none."""
    rows, empty = _sorted(xp.maximum, data, segment_ids, maximum_of_nothing(data.dtype))
    return _zeros_where(empty, rows)


@_sorted_op("SegmentMin", accepts=REALS)
def segment_min(xp, data, segment_ids):
    """Row i: the least elements of the rows of data whose id is i; 0 if there is none."""
    rows, empty = _sorted(xp.minimum, data, segment_ids, minimum_of_nothing(data.dtype))
    return _zeros_where(empty, rows)


def _sorted_extreme_gradient(g, data, y, segment_ids):
    return _shared_among_equals(g, data, y, segment_ids, _at, segment_sum)


segment_max.grad(data=_sorted_extreme_gradient, segment_ids=None)
segment_min.grad(data=_sorted_extreme_gradient, segment_ids=None)


# Ids in any order.


@_unsorted_op("UnsortedSegmentSum")
def unsorted_segment_sum(xp, data, segment_ids, *, num_segments):
    """Row i: the sum of the rows of data whose id is i."""
    return _unsorted(xp.add, data, segment_ids, num_segments, 0)


unsorted_segment_sum.grad(data=lambda g, segment_ids: _at_or_zero(g, segment_ids), segment_ids=None)


@_unsorted_op("UnsortedSegmentProd")
def unsorted_segment_prod(xp, data, segment_ids, *, num_segments):
    """Row i: the product of the rows of data whose id is i; 1 if there is none."""
    return _unsorted(xp.multiply, data, segment_ids, num_segments, 1)


@_unsorted_op("UnsortedSegmentMax", accepts=REALS)
def unsorted_segment_max(xp, data, segment_ids, *, num_segments):
    """Row i: the greatest elements of the rows of data whose id is i; the least number if there is none."""
    least = types.from_array_dtype(data.dtype).min
    return _unsorted(xp.maximum, data, segment_ids, num_segments, least)


@_unsorted_op("UnsortedSegmentMin", accepts=REALS)
def unsorted_segment_min(xp, data, segment_ids, *, num_segments):
    """Row i: the least elements of the rows of data whose id is i; the greatest number if there is none."""
    greatest = types.from_array_dtype(data.dtype).max
    return _unsorted(xp.minimum, data, segment_ids, num_segments, greatest)


def _unsorted_extreme_gradient(g, data, y, segment_ids, num_segments):
    def total(x, ids):
        return unsorted_segment_sum(x, ids, num_segments=num_segments)

    return _shared_among_equals(g, data, y, segment_ids, _at_or_zero, total)


def _unsorted_prod_gradient(g, data, y, segment_ids, num_segments):
    def total(x, ids):
        return unsorted_segment_sum(x, ids, num_segments=num_segments)

    def product(x, ids):
        return unsorted_segment_prod(x, ids, num_segments=num_segments)

    return _times_others(g, data, y, segment_ids, _at_or_zero, total, product)


unsorted_segment_max.grad(data=_unsorted_extreme_gradient, segment_ids=None)
unsorted_segment_min.grad(data=_unsorted_extreme_gradient, segment_ids=None)
unsorted_segment_prod.grad(data=_unsorted_prod_gradient, segment_ids=None)
