"""Fractional pooling: regions whose borders are drawn, so that sizes are divided by numbers that are not whole.

Graham, "Fractional Max-Pooling", 2014. The borders are an op of their own; what is pooled depends on them as on any
other tensor: n + 1 places for n regions, the first one 0 and the last one the size of the axis.
"""

import math

import numpy

from tapeflow.core.dtypes import float32, float64, int32, int64
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops import distributions, philox, random_state
from tapeflow.ops.pooling import add_flat

_POOLED = frozenset((float32, float64, int32, int64))


@op("FractionalPoolBorders", stateful=True)
def fractional_borders(xp, *, sizes, counts, pseudo_random, seeds):
    """The borders of `counts` regions along rows and along columns of these sizes; always the same for given seeds."""
    seed, seed2 = seeds
    if seed is None:
        key, counter = random_state.reserve(("FractionalPool",), None, None, 0)
    else:
        key, counter = seed, seed2 << 64
    borders = []
    for size, count in zip(sizes, counts, strict=True):
        if pseudo_random:
            borders.append(_pseudo_random(key, counter, size, count))
            counter = philox.skip(counter, 1)
        else:
            borders.append(_random(key, counter, size, count))
            counter = philox.skip(counter, -(-count // 4))
    return tuple(borders)


def _random(key, counter, size, count):
    """Widths that are shuffled: those that are one more than others come anywhere."""
    widths = numpy.full(count, size // count)
    widths[: size % count] += 1
    return numpy.append(0, numpy.cumsum(widths[distributions.permutation(key, counter, count)]))


def _pseudo_random(key, counter, size, count):
    """Multiples of size / count, moved by a drawn part of it and rounded up."""
    ratio = size / count
    width = size // count
    # Beyond these the first or the last region would be too wide or too narrow.
    most = min((width + 2) / ratio - 1, (size + 1 - width) / ratio - (count - 1))
    moved = float(distributions.double_from_words(philox.stream(key, counter, 2))[0]) * most
    inner = [math.ceil(ratio * (number + moved)) - 1 for number in range(1, count)]
    return numpy.array([0, *inner, size])


fractional_borders.spec(
    lambda sizes, counts, pseudo_random, seeds: tuple([TensorSpec([count + 1], int64) for count in counts])
)


def _ends(borders, size, overlapping):
    """The last place of each region, which with `overlapping` is also the first of the next."""
    return numpy.minimum(borders[1:] if overlapping else borders[1:] - 1, size - 1)


def _reduced(function, x, borders, overlapping, axis):
    """The function over each region of one axis."""
    result = function.reduceat(x, borders[:-1], axis=axis)
    if overlapping:
        shared = x.take(borders[1:-1], axis=axis)
        inner = result[(slice(None),) * axis + (slice(0, -1),)]
        function(inner, shared, out=inner)
    return result


@op("FractionalMaxPool", accepts=_POOLED, result="same")
def fractional_max_pool(xp, x, rows, columns, *, overlapping):
    """The greatest element of each region of x [batch, height, width, channels]."""
    return _reduced(numpy.maximum, _reduced(numpy.maximum, x, rows, overlapping, 1), columns, overlapping, 2)


@op("FractionalMaxPoolPositions", accepts=_POOLED, result=int64)
def fractional_max_pool_positions(xp, x, rows, columns, *, overlapping):
    """Where in the flattened x the first greatest element of each region lies."""
    batch, height, width, channels = x.shape
    places = numpy.arange(x.size).reshape(x.shape)
    found = numpy.empty((batch, len(rows) - 1, len(columns) - 1, channels), numpy.int64)
    lasts = _ends(rows, height, overlapping), _ends(columns, width, overlapping)
    for row, (top, bottom) in enumerate(zip(rows, lasts[0], strict=False)):
        for column, (left, right) in enumerate(zip(columns, lasts[1], strict=False)):
            region = (slice(None), slice(top, bottom + 1), slice(left, right + 1))
            elements = x[region].reshape(batch, -1, channels)
            first = elements.argmax(axis=1)[:, None]
            flat = places[region].reshape(batch, -1, channels)
            found[:, row, column] = numpy.take_along_axis(flat, first, 1)[:, 0]
    return found


def _numbers(rows, columns, height, width, overlapping):
    """How many elements each region has, [rows, columns, 1]."""
    along = [
        _ends(borders, size, overlapping) - borders[:-1] + 1
        for borders, size in ((rows, height), (columns, width))
    ]
    return (along[0][:, None] * along[1])[..., None]


@op("FractionalAvgPool", accepts=_POOLED, result="same", linear=True)
def fractional_avg_pool(xp, x, rows, columns, *, overlapping):
    """The mean of each region of x [batch, height, width, channels]; of integers, its whole part."""
    total = _reduced(numpy.add, _reduced(numpy.add, x, rows, overlapping, 1), columns, overlapping, 2)
    numbers = _numbers(rows, columns, x.shape[1], x.shape[2], overlapping)
    if x.dtype.kind == "i":
        return (numpy.sign(total) * (abs(total) // numbers)).astype(x.dtype)
    return (total / numbers).astype(x.dtype)


@op("FractionalAvgPoolGrad", accepts=_POOLED, result="same", linear=True)
def fractional_avg_pool_grad(xp, delta, rows, columns, *, dims, overlapping):
    """The cotangent of fractional_avg_pool's x, of shape `dims`, for the cotangent delta of its result."""
    shares = delta / _numbers(rows, columns, dims[1], dims[2], overlapping)
    for axis, borders in ((1, rows), (2, columns)):
        spread = numpy.repeat(shares, numpy.diff(borders), axis=axis)
        if overlapping:
            before = (slice(None),) * axis
            spread[(*before, borders[1:-1])] += shares[(*before, slice(0, -1))]
        shares = spread
    return shares.astype(delta.dtype)


def _pooled_spec(x, rows, columns, overlapping):
    if x.dims is None:
        return x
    counts = [
        None if each.dims is None or each.dims[0] is None else each.dims[0] - 1 for each in (rows, columns)
    ]
    return x.with_dims((x.dims[0], *counts, x.dims[3]))


for _each in (fractional_max_pool, fractional_avg_pool):
    _each.spec(_pooled_spec)
fractional_max_pool_positions.spec(
    lambda *inputs, overlapping: _pooled_spec(*inputs, overlapping).with_dtype(int64)
)
fractional_avg_pool_grad.spec(lambda delta, rows, columns, dims, overlapping: delta.with_dims(dims))

fractional_max_pool.grad(
    x=lambda g, x, rows, columns, overlapping: add_flat(
        g, fractional_max_pool_positions(x, rows, columns, overlapping=overlapping), dims=x.dims
    ),
    rows=None,
    columns=None,
)
fractional_avg_pool.grad(
    x=lambda g, x_shape, rows, columns, overlapping: fractional_avg_pool_grad(
        g, rows, columns, dims=x_shape, overlapping=overlapping
    ),
    rows=None,
    columns=None,
)
fractional_avg_pool_grad.grad(
    delta=lambda g, rows, columns, overlapping: fractional_avg_pool(
        g, rows, columns, overlapping=overlapping
    ),
    rows=None,
    columns=None,
)
no_gradient(fractional_max_pool_positions)
