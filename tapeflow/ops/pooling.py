"""Pooling: the maximum or the mean of each window. Windows, strides, dilations and margins have one entry for every
axis of the tensor, also for those of the batch and of the channels, so that any layout and any number of axes will do.
"""

import math
from functools import lru_cache

import numpy

from tapeflow.core.dtypes import FLOATS, REALS, int64
from tapeflow.core.eager import constant as embedded
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.window_elements import elements_under, number_under, windows_over
from tapeflow.ops.windows import window_counts, window_margins, window_offsets


@lru_cache(maxsize=256)
def _axes(dims, window, strides, dilations, padding):
    """For each axis that pooling changes: (axis, number of windows, steps, number of elements in each window).

    A step is one position in the windows: (which elements, which windows), as indices of the whole array.
    """
    margins = window_margins(dims, window, strides, dilations, padding)
    counts = window_counts(dims, window, strides, dilations, padding)
    axes = []
    for axis, one in enumerate(zip(dims, window, counts, strides, dilations, margins, strict=True)):
        if one[1:] == (1, one[0], 1, one[4], (0, 0)):
            continue
        before = (slice(None),) * axis
        numbers = numpy.zeros(counts[axis])
        steps = []
        for _, elements, counted in window_offsets(*[(each,) for each in one]):
            steps.append(((*before, *elements), (*before, *counted)))
            numbers[counted] += 1
        if counts[axis] and numbers.min() == numbers.max():
            numbers = float(numbers[0])
        else:
            numbers = numbers.reshape(-1, *[1] * (len(dims) - axis - 1))
        axes.append((axis, counts[axis], steps, numbers))
    return axes


@op("MaxPool", accepts=REALS, result="same", step="max pool")
def max_pool(xp, x, *, window, strides, dilations, padding):
    """The greatest element of each window; margins do not count."""
    for axis, count, steps, _ in _axes(x.shape, window, strides, dilations, padding):
        for position, (elements, counted) in enumerate(steps):
            if counted[-1] == slice(0, count):  # its elements are there for all windows: a place to begin
                result = x[elements].copy()
                steps = steps[:position] + steps[position + 1 :]
                break
        else:
            lowest = -numpy.inf if x.dtype.kind not in "iu" else numpy.iinfo(x.dtype).min
            result = numpy.full((*x.shape[:axis], count, *x.shape[axis + 1 :]), lowest, x.dtype)
        for elements, counted in steps:
            part = result[counted]
            numpy.maximum(part, x[elements], out=part)
        x = result
    return x


@op("MaxPoolPositions", accepts=REALS, result=int64)
def max_pool_positions(xp, x, maxima, *, window, strides, dilations, padding):
    """Where in the flattened x the first greatest element of each window lies; `maxima` is max_pool(x)."""
    margins = window_margins(x.shape, window, strides, dilations, padding)
    offsets = list(window_offsets(x.shape, window, maxima.shape, strides, dilations, margins))
    # Each place in the window has a code, the first one the greatest, and the greatest code that hits is the answer:
    # arithmetic on bytes is several times faster than masked copies.
    small = numpy.uint8 if len(offsets) < 256 else numpy.uint32
    codes = numpy.zeros(maxima.shape, small)
    sizes = [math.prod(x.shape[axis + 1 :]) for axis in range(x.ndim)]
    table = numpy.zeros(len(offsets) + 1, numpy.int64)
    for number, (position, elements, counted) in enumerate(offsets):
        code = len(offsets) - number
        table[code] = sum(p * d * size for p, d, size in zip(position, dilations, sizes, strict=True))
        hit = numpy.less(x[elements], maxima[counted])
        numpy.logical_not(hit, out=hit)
        part = codes[counted]
        numpy.maximum(part, numpy.multiply(hit, small(code), dtype=small), out=part)
    corners = numpy.zeros((), numpy.int64)
    for axis, size in enumerate(sizes):
        firsts = numpy.arange(maxima.shape[axis]) * strides[axis] - margins[axis][0]
        corners = numpy.add.outer(corners, firsts * size)
    corners += table.take(codes)
    return corners


@op("TakeFlat", result="same", linear=True)
def take_flat(xp, x, positions):
    """The elements of the flattened x at `positions`."""
    return xp.take(x, positions)


@op("AddFlat", accepts=REALS, result="same", linear=True)
def add_flat(xp, updates, positions, *, dims):
    """Zeros of shape `dims` to which, flattened, `updates` are added at `positions`."""
    result = numpy.zeros(math.prod(dims), updates.dtype)
    numpy.add.at(result, positions.reshape(-1), updates.reshape(-1))
    return result.reshape(dims)


@op("AddToMaxima", accepts=REALS, result="same", linear=True)
def add_to_maxima(xp, updates, positions, *, dims, window, strides, dilations, padding):
    """`add_flat` at the places that `max_pool_positions` found: each lies in the window of its own update."""
    return add_flat.kernel(xp, updates, positions, dims=dims)


@op("MaxPoolGrad", accepts=REALS, result="same", uniform=True, step="max pool gradient")
def max_pool_grad(xp, x, maxima, delta, *, window, strides, dilations, padding):
    """The cotangent of max_pool's x for the cotangent delta of its result, `maxima`: the first greatest gets it."""
    params = {"window": window, "strides": strides, "dilations": dilations, "padding": padding}
    positions = max_pool_positions.kernel(xp, x, maxima, **params)
    return add_flat.kernel(xp, delta, positions, dims=x.shape)


@op("AvgPool", accepts=FLOATS, result="same", linear=True, step="average pool")
def avg_pool(xp, x, *, window, strides, dilations, padding):
    """The mean of each window; margins do not count."""
    dtype = x.dtype
    x = x.astype(_wide(dtype), copy=False)
    numbers = 1.0
    for axis, count, steps, covered in _axes(x.shape, window, strides, dilations, padding):
        result = numpy.zeros((*x.shape[:axis], count, *x.shape[axis + 1 :]), x.dtype)
        for elements, counted in steps:
            result[counted] += x[elements]
        numbers = numbers * covered
        x = result
    return (x / numpy.asarray(numbers, x.dtype)).astype(dtype, copy=False)


@op("AvgPoolGrad", accepts=FLOATS, result="same", linear=True, step="average pool gradient")
def avg_pool_grad(xp, delta, *, dims, window, strides, dilations, padding):
    """The cotangent of avg_pool's x, of shape `dims`, for the cotangent delta of its result."""
    axes = _axes(dims, window, strides, dilations, padding)
    numbers = 1.0
    for _, _, _, covered in axes:
        numbers = numbers * covered
    wide = _wide(delta.dtype)
    result = delta.astype(wide, copy=False) / numpy.asarray(numbers, wide)
    for axis, _, steps, _ in axes:
        spread = numpy.zeros((*result.shape[:axis], dims[axis], *result.shape[axis + 1 :]), wide)
        for elements, counted in steps:
            spread[elements] += result[counted]
        result = spread
    return result.astype(delta.dtype, copy=False)


def _wide(dtype):
    """Sums of 16-bit floats are kept in 32 bits."""
    return numpy.float32 if dtype.itemsize == 2 else dtype


def _pooled(x, window, strides, dilations, padding):
    if x.dims is None:
        return x
    return x.with_dims(window_counts(x.dims, window, strides, dilations, padding))


def _one_more_axis(window, strides, dilations, padding):
    return {
        "window": (1, *window),
        "strides": (1, *strides),
        "dilations": (1, *dilations),
        "padding": padding if isinstance(padding, str) else ((0, 0), *padding),
    }


max_pool.spec(_pooled)
avg_pool.spec(_pooled)
avg_pool_grad.spec(lambda delta, dims, **params: delta.with_dims(dims))
max_pool_grad.spec(lambda x, maxima, delta, **params: x)
max_pool_positions.spec(lambda x, maxima, **params: maxima.with_dtype(int64))
take_flat.spec(lambda x, positions: positions.with_dtype(x.dtype))
add_to_maxima.spec(lambda updates, positions, dims, **params: updates.with_dims(dims))
add_flat.spec(lambda updates, positions, dims: updates.with_dims(dims))

max_pool.grad(
    x=lambda g, x, y, window, strides, dilations, padding: max_pool_grad(
        x, y, g, window=window, strides=strides, dilations=dilations, padding=padding
    )
)
max_pool_grad.grad(
    x=None,
    maxima=None,
    delta=lambda g, x, maxima, window, strides, dilations, padding: take_flat(
        g, max_pool_positions(x, maxima, window=window, strides=strides, dilations=dilations, padding=padding)
    ),
)
no_gradient(max_pool_positions)
take_flat.grad(x=lambda g, positions, x_shape: add_flat(g, positions, dims=x_shape), positions=None)
add_flat.grad(updates=lambda g, positions: take_flat(g, positions), positions=None)
add_to_maxima.grad(updates=lambda g, positions: take_flat(g, positions), positions=None)
avg_pool.grad(
    x=lambda g, x_shape, window, strides, dilations, padding: avg_pool_grad(
        g, dims=x_shape, window=window, strides=strides, dilations=dilations, padding=padding
    )
)
avg_pool_grad.grad(
    delta=lambda g, window, strides, dilations, padding: avg_pool(
        g, window=window, strides=strides, dilations=dilations, padding=padding
    )
)

max_pool.batch(lambda x, **params: max_pool(x, **_one_more_axis(**params)))
avg_pool.batch(lambda x, **params: avg_pool(x, **_one_more_axis(**params)))
avg_pool_grad.batch(
    lambda delta, dims, **params: avg_pool_grad(
        delta, dims=(delta.dims[0], *dims), **_one_more_axis(**params)
    )
)

max_pool_grad.batch(
    lambda x, maxima, delta, **params: max_pool_grad(x, maxima, delta, **_one_more_axis(**params))
)


@max_pool_positions.batch
def _(x, maxima, **params):
    # Positions in the whole batch, to be counted in each example again.
    positions = max_pool_positions(x, maxima, **_one_more_axis(**params))
    return positions - _starts(x.dims, len(maxima.dims))


@take_flat.batch
def _(x, positions):
    return take_flat(x, positions + _starts(x.dims, len(positions.dims)))


@add_flat.batch
def _(updates, positions, dims):
    dims = (positions.dims[0], *dims)
    return add_flat(updates, positions + _starts(dims, len(positions.dims)), dims=dims)


@add_to_maxima.batch
def _(updates, positions, dims, **params):
    dims = (positions.dims[0], *dims)
    positions = positions + _starts(dims, len(positions.dims))
    return add_to_maxima(updates, positions, dims=dims, **_one_more_axis(**params))


def _starts(dims, rank):
    """Where each example of a batch of shape `dims` begins when it is flattened."""
    starts = numpy.arange(dims[0]) * math.prod(dims[1:])
    return embedded(starts.reshape(-1, *[1] * (rank - 1)), int64)


# One element.


@max_pool.lower
def _(e, index, x, **params):
    lowest = e.constant(-math.inf if x.dtype.is_floating else x.dtype.min, x.dtype)
    greatest = None
    for place, holds in elements_under(e, index, x.dims, **params):
        element = x[place] if holds is None else e.select(holds, x[place], lowest)
        greatest = element if greatest is None else e.maximum(greatest, element)
    return greatest


@max_pool_positions.lower
def _(e, index, x, maxima, window, strides, dilations, padding):
    margins = window_margins(x.dims, window, strides, dilations, padding)
    corner = [i * stride - before for i, stride, (before, _) in zip(index, strides, margins, strict=True)]
    found = _flat(corner, x.dims)
    greatest = maxima[index]
    for place, holds in reversed(elements_under(e, index, x.dims, window, strides, dilations, padding)):
        attains = e.logical_not(x[place] < greatest)
        attains = attains if holds is None else e.logical_and(holds, attains)
        found = e.select(attains, _flat(place, x.dims), found)
    return found


@add_to_maxima.lower
def _(e, index, updates, positions, dims, **params):
    here = _flat(index, dims)
    total = zero = e.constant(0, updates.dtype)
    for place, holds in windows_over(e, index, dims, updates.dims, **params):
        chosen = e.equal(positions[place], here)
        chosen = chosen if holds is None else e.logical_and(holds, chosen)
        term = e.select(chosen, updates[place], zero)
        total = term if total is zero else total + term
    return total


@max_pool_grad.lower
def _(e, index, x, maxima, delta, **params):
    positions = _Computed(lambda place: max_pool_positions.lower_rule(e, place, x, maxima, **params))
    return add_to_maxima.lower_rule(e, index, delta, positions, dims=x.dims, **params)


class _Computed:
    """Elements that are computed where they are read."""

    def __init__(self, element):
        self._element = element

    def __getitem__(self, place):
        return self._element(place)


def _flat(place, dims):
    """The place as a number: how many elements come before it."""
    return sum([at * math.prod(dims[axis + 1 :]) for axis, at in enumerate(place)])


@avg_pool.lower
def _(e, index, x, **params):
    total, zero = None, e.constant(0, x.dtype)
    for place, holds in elements_under(e, index, x.dims, **params):
        element = x[place] if holds is None else e.select(holds, x[place], zero)
        total = element if total is None else total + element
    counts = window_counts(x.dims, **params)
    return total / number_under(e, index, counts, x.dims, dtype=x.dtype, **params)


@avg_pool_grad.lower
def _(e, index, delta, dims, **params):
    total = zero = e.constant(0, delta.dtype)
    for place, holds in windows_over(e, index, dims, delta.dims, **params):
        share = delta[place] / number_under(e, place, delta.dims, dims, dtype=delta.dtype, **params)
        term = share if holds is None else e.select(holds, share, zero)
        total = term if total is zero else total + term
    return total
