"""Convolution over any number of spatial axes and its two transposes; each is the gradient of the others.

    conv              x [batch, *sizes, in]     w [*window, in / groups, out]  -> [batch, *counts, out]
    conv_input_grad   delta, shaped as conv's result, and w                    -> shaped as x
    conv_filter_grad  x and delta                                              -> shaped as w

conv is linear in x and in w, so three bilinear ops are closed under differentiation of any order. The number of groups
follows from the shapes: group i of the input channels makes group i of the output channels. With one input channel in
each group the convolution is depthwise.
"""

import math
from functools import lru_cache

import numpy

from tapeflow.core.dtypes import bfloat16, float16, float32, float64, int32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.core.size import visible
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.layout import reshape, transpose
from tapeflow.ops.windows import window_counts, window_margins, window_offsets, window_view

_DTYPES = frozenset((float16, bfloat16, float32, float64, int32))
_BLOCK = 1 << 19
"""Elements of the unrolled windows at a time: few enough to stay in the cache between being written and multiplied."""
_DEPTHWISE_BLOCK = 1 << 16


@op("Conv", accepts=_DTYPES, result="same", uniform=True, step="convolution")
def conv(xp, x, w, *, strides, dilations, padding):
    """Cross-correlation of x with the filter w: the windows of x, unrolled, times w as a matrix."""
    plan = _Plan(x.shape, w.shape, strides, dilations, padding)
    result = numpy.empty((plan.batch, *plan.counts, plan.outputs), _wide(x.dtype))
    if plan.is_depthwise:
        _depthwise(plan, x, w, result)
    elif result.size:
        filters = _by_group(w.astype(result.dtype, copy=False), plan)
        for unrolled, block in _unrolled(x.astype(result.dtype, copy=False), plan):
            numpy.matmul(unrolled, filters, out=_grouped(result[block], plan))
    return result.astype(x.dtype, copy=False)


@op("ConvBackpropInput", accepts=_DTYPES, result="same", uniform=True, step="convolution input gradient")
def conv_input_grad(xp, delta, w, *, dims, strides, dilations, padding):
    """The cotangent of conv's x, of shape `dims`, for the cotangent delta of its result."""
    plan = _Plan(dims, w.shape, strides, dilations, padding, delta.shape)
    dtype = delta.dtype
    result = numpy.zeros(dims, _wide(dtype))
    if plan.is_depthwise:
        _depthwise_input_grad(plan, delta, w, result)
        return result.astype(dtype, copy=False)
    delta = numpy.ascontiguousarray(delta, result.dtype)
    filters = w.astype(result.dtype, copy=False).reshape(*plan.window, plan.depth, plan.groups, plan.multiple)
    filters = numpy.ascontiguousarray(numpy.moveaxis(filters, (-2, -1, -3), (-3, -2, -1)))
    for block in plan.blocks(max(plan.inputs, plan.outputs)):
        from_output = _grouped(delta[block], plan)
        product = numpy.empty((*delta[block].shape[:-1], plan.inputs), result.dtype)
        matrix = product.reshape(-1, plan.groups, plan.depth).transpose(1, 0, 2)
        for position, elements, counted in plan.offsets(block[1]):
            numpy.matmul(from_output, filters[position], out=matrix)
            result[(block[0], *elements)] += product[(slice(None), *counted)]
    return result.astype(dtype, copy=False)


@op("ConvBackpropFilter", accepts=_DTYPES, result="same", uniform=True, step="convolution filter gradient")
def conv_filter_grad(xp, x, delta, *, dims, strides, dilations, padding):
    """The cotangent of conv's w, of shape `dims`, for the cotangent delta of its result."""
    plan = _Plan(x.shape, dims, strides, dilations, padding, delta.shape)
    wide = _wide(x.dtype)
    if plan.is_depthwise:
        return _depthwise_filter_grad(plan, x, delta, wide).astype(x.dtype, copy=False)
    delta = numpy.ascontiguousarray(delta, wide)
    total = numpy.zeros((plan.groups, plan.rows, plan.multiple), wide)
    for unrolled, block in _unrolled(x.astype(wide, copy=False), plan):
        total += numpy.matmul(unrolled.transpose(0, 2, 1), _grouped(delta[block], plan))
    return total.transpose(1, 0, 2).reshape(dims).astype(x.dtype, copy=False)


def _wide(dtype):
    """Sums of 16-bit floats are kept in 32 bits."""
    return numpy.dtype(numpy.float32) if dtype.itemsize == 2 else dtype


@lru_cache(maxsize=256)
class _Plan:
    """What follows from the shapes of one convolution; worked out once, for a small one takes less time than this."""

    def __init__(self, x_dims, w_dims, strides, dilations, padding, delta_dims=None):
        if len(x_dims) != len(w_dims) or not w_dims[-2] or x_dims[-1] % w_dims[-2]:
            raise ValueError("The input and the filter of a convolution do not fit together.")
        self.batch, *sizes, self.inputs = x_dims
        *window, self.depth, self.outputs = w_dims
        self.sizes, self.window = tuple(sizes), tuple(window)
        self.strides, self.dilations = strides, dilations
        self.groups = self.inputs // self.depth
        if not self.groups or self.outputs % self.groups:
            raise ValueError("The output channels of a convolution cannot be divided into groups.")
        self.multiple = self.outputs // self.groups  # output channels of a group
        self.is_depthwise = self.depth == 1 and self.groups > 1
        self.rows = math.prod(window) * self.depth  # elements of a window of one group
        self.margins = window_margins(self.sizes, self.window, strides, dilations, padding)
        self.counts = window_counts(self.sizes, self.window, strides, dilations, padding)
        if delta_dims is not None and delta_dims != (self.batch, *self.counts, self.outputs):
            raise ValueError("The cotangent does not have the shape of the convolution's result.")
        self._offsets = {}

    def blocks(self, width, limit=_BLOCK):
        """Cuts the result so that `width` elements for each of its pixels fit a block: (images, rows) slices."""
        rows = self.counts[0]
        per_row = max(1, math.prod(self.counts[1:]) * width)
        images = limit // max(1, rows * per_row)
        if images:
            for start in range(0, self.batch, images):
                yield slice(start, start + images), slice(0, rows)
            return
        step = max(1, limit // per_row)
        for image in range(self.batch):
            for start in range(0, rows, step):
                yield slice(image, image + 1), slice(start, min(start + step, rows))

    def offsets(self, rows):
        """The positions in the windows of these rows; see `window_offsets`."""
        key = rows.start, rows.stop
        found = self._offsets.get(key)
        if found is None:
            before, _ = self.margins[0]
            counts = (rows.stop - rows.start, *self.counts[1:])
            margins = ((before - rows.start * self.strides[0], 0), *self.margins[1:])
            found = list(
                window_offsets(self.sizes, self.window, counts, self.strides, self.dilations, margins)
            )
            self._offsets[key] = found
        return found


def _padded(x, margins):
    if not any(before or behind for before, behind in margins):
        return x
    sizes = [size + before + behind for size, (before, behind) in zip(x.shape[1:-1], margins, strict=True)]
    padded = numpy.zeros((x.shape[0], *sizes, x.shape[-1]), x.dtype)
    inside = [slice(before, before + size) for size, (before, _) in zip(x.shape[1:-1], margins, strict=True)]
    padded[(slice(None), *inside)] = x
    return padded


def _unrolled(x, plan):
    """Blocks of the windows of x as matrices [groups, pixels, rows], each with the block of the result it makes."""
    seen = window_view(_padded(x, plan.margins), plan.window, plan.counts, plan.strides, plan.dilations)
    if seen.flags.c_contiguous and plan.groups == 1:  # one pixel to a window: nothing to unroll
        yield seen.reshape(1, -1, plan.rows), (slice(None),)
        return
    seen = seen[None]
    if plan.groups > 1:
        seen = numpy.moveaxis(seen.reshape(*seen.shape[1:-1], plan.groups, plan.depth), -2, 0)
    buffer = None
    for block in plan.blocks(plan.rows * plan.groups):
        part = seen[(slice(None), *block)]
        if buffer is None or buffer.shape != part.shape:
            buffer = numpy.empty(part.shape, x.dtype)
        numpy.copyto(buffer, part)
        yield buffer.reshape(plan.groups, -1, plan.rows), block


def _by_group(w, plan):
    """The filter as matrices [groups, rows, output channels of a group]."""
    return w.reshape(plan.rows, plan.groups, plan.multiple).transpose(1, 0, 2)


def _grouped(pixels, plan):
    """A block of the result, which is contiguous, as matrices [groups, pixels, output channels of a group]."""
    return pixels.reshape(-1, plan.groups, plan.multiple).transpose(1, 0, 2)


# Depthwise: each output channel reads one input channel, so there is no matrix to multiply with; instead the elements
# at each position of all windows are multiplied and added at once. Channel i * multiple + k reads channel i.


def _depthwise_parts(plan, w):
    """(k, filter [*window, inputs]) for each k below `multiple`, and the blocks of images."""
    w = w.reshape(*plan.window, plan.inputs, plan.multiple)
    blocks = list(plan.blocks(plan.inputs, _DEPTHWISE_BLOCK))
    for k in range(plan.multiple):
        filters = numpy.ascontiguousarray(w[..., k])
        for block in blocks:
            yield k, filters, block


def _depthwise(plan, x, w, result):
    x = x.astype(result.dtype, copy=False)
    for k, filters, block in _depthwise_parts(plan, w.astype(result.dtype, copy=False)):
        total = numpy.zeros((*result[block].shape[:-1], plan.inputs), result.dtype)
        for position, elements, counted in plan.offsets(block[1]):
            total[(slice(None), *counted)] += x[(block[0], *elements)] * filters[position]
        result[block][..., k :: plan.multiple] = total


def _depthwise_input_grad(plan, delta, w, result):
    for k, filters, block in _depthwise_parts(plan, w.astype(result.dtype, copy=False)):
        part = numpy.ascontiguousarray(delta[block][..., k :: plan.multiple], result.dtype)
        for position, elements, counted in plan.offsets(block[1]):
            result[(block[0], *elements)] += part[(slice(None), *counted)] * filters[position]


def _depthwise_filter_grad(plan, x, delta, wide):
    x = x.astype(wide, copy=False)
    result = numpy.zeros((*plan.window, plan.inputs, plan.multiple), wide)
    pixels = "abcdefgh"[: x.ndim - 1]
    equation = f"{pixels}z,{pixels}z->z"
    for block in plan.blocks(plan.inputs, _DEPTHWISE_BLOCK):
        for k in range(plan.multiple):
            part = numpy.ascontiguousarray(delta[block][..., k :: plan.multiple], wide)
            for position, elements, counted in plan.offsets(block[1]):
                here, there = x[(block[0], *elements)], part[(slice(None), *counted)]
                result[(*position, slice(None), k)] += numpy.einsum(equation, here, there)
    return result.reshape(*plan.window, 1, plan.outputs)


def _fits(x, w):
    """Raises what TensorFlow raises for an input and a filter that do not fit together."""
    if x is None or w is None:
        return
    if len(x) != len(w):
        raise _invalid(f"convolution input must be {len(w)}-dimensional: {_listed(x)}")
    if w[-2] == 0:
        raise _invalid("filter depth must be strictly positive, got 0")
    if x[-1] is None or w[-2] is None:
        return
    if x[-1] % w[-2] or not x[-1]:
        raise _invalid(f"input depth must be evenly divisible by filter depth: {x[-1]} vs {w[-2]}")
    groups = x[-1] // w[-2]
    if w[-1] is not None and w[-1] % groups:
        raise _invalid(f"output depth must be evenly divisible by number of groups: {w[-1]} vs {groups}")


def _result_dims(x, w, strides, dilations, padding):
    _fits(x, w)
    if x is None or w is None:
        return None
    return (x[0], *window_counts(x[1:-1], w[:-2], strides, dilations, padding), w[-1])


def _matches(delta, x, w, params):
    expected = _result_dims(x, w, **params)
    if delta is None or expected is None:
        return
    if len(delta) != len(expected):
        raise _invalid(f"out_backprop must be {len(expected)}-dimensional: {_listed(delta)}")
    if any(None not in (a, b) and a != b for a, b in zip(delta, expected, strict=True)):
        raise _invalid(
            f"Size of out_backprop doesn't match computed: actual = {_listed(delta)}, computed = "
            f"{_listed(expected)} for input {_listed(x)} and filter {_listed(w)}"
        )


def _invalid(message):
    return InvalidArgumentError(None, None, message)


def _listed(dims):
    return "[" + ",".join("?" if size is None else str(size) for size in dims) + "]"


@conv.spec
def _(x, w, **params):
    return x.with_dims(_result_dims(x.dims, w.dims, **params))


@conv_input_grad.spec
def _(delta, w, dims, **params):
    _matches(delta.dims, visible(dims), w.dims, params)
    return delta.with_dims(dims)


@conv_filter_grad.spec
def _(x, delta, dims, **params):
    _matches(delta.dims, x.dims, visible(dims), params)
    return x.with_dims(dims)


conv.grad(
    x=lambda g, w, x_shape, strides, dilations, padding: conv_input_grad(
        g, w, dims=x_shape, strides=strides, dilations=dilations, padding=padding
    ),
    w=lambda g, x, w_shape, strides, dilations, padding: conv_filter_grad(
        x, g, dims=w_shape, strides=strides, dilations=dilations, padding=padding
    ),
)
conv_input_grad.grad(
    delta=lambda g, w, strides, dilations, padding: conv(
        g, w, strides=strides, dilations=dilations, padding=padding
    ),
    w=lambda g, delta, w_shape, strides, dilations, padding: conv_filter_grad(
        g, delta, dims=w_shape, strides=strides, dilations=dilations, padding=padding
    ),
)
conv_filter_grad.grad(
    x=lambda g, delta, x_shape, strides, dilations, padding: conv_input_grad(
        delta, g, dims=x_shape, strides=strides, dilations=dilations, padding=padding
    ),
    delta=lambda g, x, strides, dilations, padding: conv(
        x, g, strides=strides, dilations=dilations, padding=padding
    ),
)


# Batching. What is batched in one factor only joins the axis that the other factor does not have: the images, or the
# output channels. Where both are batched each example becomes a group (or several) of its own.


def _batched_conv(x, w, **params):
    if w.dims[0] == 1:
        return _split_batch(conv(_merge_batch(x), _drop(w), **params), x.dims[0])
    groups = x.dims[-1] // w.dims[-2]
    if x.dims[0] == 1:
        return _split_channels(conv(_drop(x), _merge_channels(w, groups), **params), groups, w.dims[0])
    y = conv(_examples_to_groups(x, 1), _examples_to_groups(w, 1), **params)
    return _groups_to_examples(y, w.dims[0])


def _batched_input_grad(delta, w, *, dims, **params):
    size = max(delta.dims[0], w.dims[0])
    if w.dims[0] == 1:
        merged = (delta.dims[1] * size, *dims[1:])
        return _split_batch(conv_input_grad(_merge_batch(delta), _drop(w), dims=merged, **params), size)
    delta = _examples_to_groups(delta, size)
    dims = (*dims[:-1], dims[-1] * size)
    return _groups_to_examples(conv_input_grad(delta, _examples_to_groups(w, 1), dims=dims, **params), size)


def _batched_filter_grad(x, delta, *, dims, **params):
    size = max(x.dims[0], delta.dims[0])
    dims = (*dims[:-1], dims[-1] * size)
    if x.dims[0] == 1:
        groups = x.dims[-1] // dims[-2]
        y = conv_filter_grad(_drop(x), _merge_channels(delta, groups), dims=dims, **params)
        return _split_channels(y, groups, size)
    y = conv_filter_grad(_examples_to_groups(x, 1), _examples_to_groups(delta, size), dims=dims, **params)
    return _groups_to_examples(y, size)


def _drop(x):
    return reshape(x, dims=x.dims[1:])


def _merge_batch(x):
    return reshape(x, dims=(x.dims[0] * x.dims[1], *x.dims[2:]))


def _split_batch(x, size):
    return reshape(x, dims=(size, x.dims[0] // size, *x.dims[1:]))


def _merge_channels(x, groups):
    """[size, ..., groups * each] to [..., groups * size * each]."""
    size, *middle, channels = x.dims
    x = reshape(x, dims=(size, *middle, groups, channels // groups))
    x = transpose(x, perm=(*range(1, len(middle) + 2), 0, len(middle) + 2))
    return reshape(x, dims=(*middle, size * channels))


def _split_channels(x, groups, size):
    """[..., groups * size * each] to [size, ..., groups * each]."""
    *middle, channels = x.dims
    rank = len(middle)
    x = reshape(x, dims=(*middle, groups, size, channels // (groups * size)))
    x = transpose(x, perm=(rank + 1, *range(rank + 1), rank + 2))
    return reshape(x, dims=(size, *middle, channels // size))


def _examples_to_groups(x, repeats):
    """[size, ..., channels] to [..., size * channels]; a single example is repeated `repeats` times if size is 1."""
    size, *inner = x.dims
    if size == 1 and repeats > 1:
        size = repeats
        x = broadcast_to(x, dims=(size, *inner))
    return _merge_channels(x, 1)


def _groups_to_examples(x, size):
    """[..., size * channels] to [size, ..., channels]."""
    return _split_channels(x, 1, size)


conv.batch(_batched_conv, broadcasts=True)
conv_input_grad.batch(_batched_input_grad, broadcasts=True)
conv_filter_grad.batch(_batched_filter_grad, broadcasts=True)
