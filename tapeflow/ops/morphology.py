"""Grayscale dilation: convolution in which the maximum takes the place of the sum, and the sum that of the product."""

import math

import numpy

from tapeflow.core.dtypes import REALS, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.pooling import add_flat
from tapeflow.ops.windows import window_counts, window_margins, window_offsets


def _counts(x, w, strides, dilations, padding):
    return window_counts(x[1:-1], w[:-1], strides, dilations, padding)


def _offsets(x, w, counts, strides, dilations, padding):
    margins = window_margins(x[1:-1], w[:-1], strides, dilations, padding)
    return list(window_offsets(x[1:-1], w[:-1], counts, strides, dilations, margins))


@op("Dilation2D", accepts=REALS, result="same", uniform=True)
def dilation(xp, x, w, *, strides, dilations, padding):
    """Maximum over each window of x [batch, *sizes, channels] plus w [*window, channels]; margins do not count."""
    if x.ndim != w.ndim + 1 or x.shape[-1] != w.shape[-1]:
        raise ValueError("The input and the filter of a dilation do not fit together.")
    counts = _counts(x.shape, w.shape, strides, dilations, padding)
    lowest = -numpy.inf if x.dtype.kind not in "iu" else numpy.iinfo(x.dtype).min
    result = numpy.full((x.shape[0], *counts, x.shape[-1]), lowest, x.dtype)
    for position, elements, counted in _offsets(x.shape, w.shape, counts, strides, dilations, padding):
        part = result[(slice(None), *counted)]
        numpy.maximum(part, x[(slice(None), *elements)] + w[position], out=part)
    return result


@op("Dilation2DPositions")
def dilation_positions(xp, x, w, maxima, *, strides, dilations, padding):
    """Where in the flattened x and in the flattened w the terms of the first maximum lie; maxima is dilation(x, w)."""
    counts = maxima.shape[1:-1]
    indices = numpy.indices(x.shape, numpy.int64, sparse=True)
    flat = sum(index * math.prod(x.shape[axis + 1 :]) for axis, index in enumerate(indices))
    in_x = numpy.zeros(maxima.shape, numpy.int64)
    in_w = numpy.zeros(maxima.shape, numpy.int64)
    numbers = numpy.arange(w.size).reshape(w.shape)
    offsets = _offsets(x.shape, w.shape, counts, strides, dilations, padding)
    for position, elements, counted in reversed(offsets):
        counted = (slice(None), *counted)
        elements = (slice(None), *elements)
        chosen = ~(x[elements] + w[position] < maxima[counted])
        numpy.copyto(in_x[counted], flat[elements], where=chosen)
        numpy.copyto(in_w[counted], numbers[position], where=chosen)
    return in_x, in_w


@dilation.spec
def _(x, w, **params):
    if x.dims is None or w.dims is None:
        return x.with_dims(None)
    if len(x.dims) != len(w.dims) + 1:
        raise InvalidArgumentError(
            None, None, f"input must be {len(w.dims) + 1}-dimensional, got {len(x.dims)} dimensions"
        )
    if None not in (x.dims[-1], w.dims[-1]) and x.dims[-1] != w.dims[-1]:
        raise InvalidArgumentError(
            None, None, f"input and filter must have the same depth: {x.dims[-1]} vs {w.dims[-1]}"
        )
    return x.with_dims((x.dims[0], *_counts(x.dims, w.dims, **params), x.dims[-1]))


dilation_positions.spec(lambda x, w, maxima, **params: (TensorSpec(maxima.dims, int64),) * 2)
no_gradient(dilation_positions)


@dilation.grad
def _(g, x, w, y, strides, dilations, padding):
    in_x, in_w = dilation_positions(x, w, y, strides=strides, dilations=dilations, padding=padding)
    return add_flat(g, in_x, dims=x.dims), add_flat(g, in_w, dims=w.dims)
