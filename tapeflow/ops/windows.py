"""Sliding windows: how many fit, what each covers, and an array seen through them.

A window has a size, a stride and a dilation (the distance between the elements that it takes) along each
axis. `padding` is "VALID" (only windows inside), "SAME" (one window for each stride, margins shared evenly,
the odd element behind) or a pair of margins for each axis.
"""

import itertools

import numpy

from tapeflow.core.errors import InvalidArgumentError


def window_margins(sizes, window, strides, dilations, padding):
    """How many elements are imagined before and behind each axis: pairs, None where the size is unknown."""
    if padding == "VALID":
        return ((0, 0),) * len(sizes)
    if padding != "SAME":
        return padding
    margins = []
    for size, width, stride, dilation in zip(sizes, window, strides, dilations, strict=True):
        if size is None or width is None:
            margins.append(None)
            continue
        missing = max((-(-size // stride) - 1) * stride + (width - 1) * dilation + 1 - size, 0)
        margins.append((missing // 2, missing - missing // 2))
    return tuple(margins)


def window_counts(sizes, window, strides, dilations, padding):
    """How many windows fit along each axis: a tuple, None where the size is unknown."""
    counts = []
    margins = window_margins(sizes, window, strides, dilations, padding)
    for size, width, stride, dilation, margin in zip(sizes, window, strides, dilations, margins, strict=True):
        if size is None or width is None:
            counts.append(None)
        else:
            covered = (width - 1) * dilation + 1
            beyond = size + margin[0] + margin[1] - covered
            if beyond + stride <= -stride:
                message = f"Computed output size would be negative: {beyond // stride + 1} "
                message += f"[input_size: {size}, effective_filter_size: {covered}, stride: {stride}]"
                raise InvalidArgumentError(None, None, message)
            counts.append(max(0, beyond // stride + 1))
    return tuple(counts)


def window_view(x, window, counts, strides, dilations):
    """x [batch, *sizes, ...] as [batch, *counts, *window, ...], without a copy if x is contiguous.

    The margins must be there already.
    """
    x = numpy.ascontiguousarray(x)
    after = 1 + len(window)
    spatial = x.strides[1:after]
    steps = [step * stride for step, stride in zip(spatial, strides, strict=True)]
    inside = [step * dilation for step, dilation in zip(spatial, dilations, strict=True)]
    shape = (x.shape[0], *counts, *window, *x.shape[after:])
    if 0 in shape:
        return numpy.empty(shape, x.dtype)
    # as_strided would do the same in five times the time.
    return numpy.ndarray(shape, x.dtype, x, 0, (x.strides[0], *steps, *inside, *x.strides[after:]))


def window_offsets(sizes, window, counts, strides, dilations, margins):
    """For each position in the window: (position, where its elements lie, which windows they belong to).

    The last two are tuples of slices of equal lengths, one for each axis. Elements in the margins are left
    out, so no array needs to be padded; a position that only ever meets margins is not given.
    """
    axes = []
    for size, width, count, stride, dilation, (before, _) in zip(
        sizes, window, counts, strides, dilations, margins, strict=True
    ):
        choices = []
        for position in range(width):
            shift = position * dilation - before  # element = window * stride + shift
            first = max(0, -(shift // stride))
            last = min(count, (size - 1 - shift) // stride + 1)
            if first < last:
                start = first * stride + shift
                elements = slice(start, start + (last - first - 1) * stride + 1, stride)
                choices.append((position, elements, slice(first, last)))
        axes.append(choices)
    for choice in itertools.product(*axes):
        yield tuple(zip(*choice, strict=True)) if choice else ((), (), ())
