"""Patches: each window of a tensor as one long vector, and their sum, which is the transpose of that."""

import math

import numpy

from tapeflow.core.dtypes import NUMBERS
from tapeflow.core.op import op
from tapeflow.ops.layout import reshape
from tapeflow.ops.windows import window_counts, window_margins, window_offsets


@op("ExtractImagePatches", accepts=NUMBERS, result="same", linear=True)
def extract_patches(xp, x, *, window, strides, dilations, padding):
    """[batch, *sizes, channels] to [batch, *counts, window size * channels]; margins are zeros."""
    sizes, channels = x.shape[1:-1], x.shape[-1]
    counts = window_counts(sizes, window, strides, dilations, padding)
    margins = window_margins(sizes, window, strides, dilations, padding)
    result = numpy.zeros((x.shape[0], *counts, *window, channels), x.dtype)
    for position, elements, counted in window_offsets(sizes, window, counts, strides, dilations, margins):
        result[(slice(None), *counted, *position)] = x[(slice(None), *elements)]
    return result.reshape(x.shape[0], *counts, math.prod(window) * channels)


@op("SumImagePatches", accepts=NUMBERS, result="same", linear=True)
def sum_patches(xp, patches, *, dims, window, strides, dilations, padding):
    """A tensor of shape `dims`, each element of which is the sum of those that were extracted from its place."""
    sizes, channels = dims[1:-1], dims[-1]
    counts = patches.shape[1:-1]
    margins = window_margins(sizes, window, strides, dilations, padding)
    patches = patches.reshape(*patches.shape[:-1], *window, channels)
    result = numpy.zeros(dims, patches.dtype)
    for position, elements, counted in window_offsets(sizes, window, counts, strides, dilations, margins):
        result[(slice(None), *elements)] += patches[(slice(None), *counted, *position)]
    return result


@extract_patches.spec
def _(x, window, strides, dilations, padding):
    if x.dims is None:
        return x
    counts = window_counts(x.dims[1:-1], window, strides, dilations, padding)
    channels = x.dims[-1]
    return x.with_dims((x.dims[0], *counts, None if channels is None else math.prod(window) * channels))


sum_patches.spec(lambda patches, dims, **params: patches.with_dims(dims))

extract_patches.grad(
    x=lambda g, x_shape, window, strides, dilations, padding: sum_patches(
        g, dims=x_shape, window=window, strides=strides, dilations=dilations, padding=padding
    )
)
sum_patches.grad(
    patches=lambda g, window, strides, dilations, padding: extract_patches(
        g, window=window, strides=strides, dilations=dilations, padding=padding
    )
)


@extract_patches.batch
def _(x, **params):
    y = extract_patches(_merged(x), **params)
    return reshape(y, dims=(*x.dims[:2], *y.dims[1:]))


@sum_patches.batch
def _(patches, *, dims, **params):
    size = patches.dims[0]
    y = sum_patches(_merged(patches), dims=(size * dims[0], *dims[1:]), **params)
    return reshape(y, dims=(size, *dims))


def _merged(x):
    return reshape(x, dims=(x.dims[0] * x.dims[1], *x.dims[2:]))
