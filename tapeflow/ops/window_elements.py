"""For rules that compute one element: which elements lie under a window, and which windows lie over an element.

All tuples have one entry for each axis. What is read where nothing is must still be readable, so places are kept
inside, and beside each stands what must hold for it to count: None if it always does.
"""

import itertools

from tapeflow.ops.windows import window_margins


def elements_under(e, index, dims, window, strides, dilations, padding):
    """The elements of a tensor of shape `dims` under the window at `index`, in order: pairs (place, holds)."""
    axes = []
    margins = window_margins(dims, window, strides, dilations, padding)
    for one in zip(index, dims, window, strides, dilations, margins, strict=True):
        axes.append(_under(e, *one))
    return [_together(e, choice) for choice in itertools.product(*axes)]


def number_under(e, index, counts, dims, window, strides, dilations, padding, dtype):
    """How many elements the window at `index` covers, as an element of `dtype` or a Python float."""
    total = 1.0
    margins = window_margins(dims, window, strides, dilations, padding)
    for at, count, *one in zip(index, counts, dims, window, strides, dilations, margins, strict=True):
        size, width, stride, dilation, (before, _) = one
        if before <= 0 and (count - 1) * stride + (width - 1) * dilation - before < size:
            total = total * float(width)
            continue
        number = None
        for _, holds in _under(e, at, *one):
            counted = e.constant(1, dtype)
            if holds:
                counted = e.select(_all(e, holds), counted, e.constant(0, dtype))
            number = counted if number is None else number + counted
        total = number * total
    return total


def _under(e, at, size, width, stride, dilation, margin):
    """The elements along one axis: pairs (place, what must hold), the latter a list."""
    if (width, stride, margin) == (1, 1, (0, 0)):
        return [(at, [])]
    found = []
    for position in range(width):
        place = at * stride + (position * dilation - margin[0])
        holds = []
        if position * dilation < margin[0]:
            holds.append(place >= 0)
        if margin[1] > 0 and (width - 1 - position) * dilation < margin[1]:
            holds.append(place < size)
        if holds:
            place = e.minimum(e.maximum(place, 0), size - 1)
        found.append((place, holds))
    return found


def windows_over(e, index, dims, counts, window, strides, dilations, padding):
    """The windows, `counts` of them, that cover the element at `index`: pairs (place, holds)."""
    axes = []
    margins = window_margins(dims, window, strides, dilations, padding)
    for one in zip(index, dims, counts, window, strides, dilations, margins, strict=True):
        axes.append(_over(e, *one))
    return [_together(e, choice) for choice in itertools.product(*axes)]


def _over(e, at, size, count, width, stride, dilation, margin):
    """The windows along one axis: pairs (place, what must hold), the latter a list."""
    if (width, stride, margin) == (1, 1, (0, 0)):
        return [(at, [])]
    reach = (width - 1) * dilation
    shifted = at + margin[0]
    last, rest = shifted // stride, shifted % stride
    found = []
    for back in range(reach // stride + 1):
        place = last - back
        within = rest + back * stride  # how far into the window the element lies
        holds = []
        if back:
            holds.append(place >= 0)
        if (size - 1 + margin[0]) // stride - back >= count:
            holds.append(place < count)
        if holds:
            place = e.minimum(e.maximum(place, 0), count - 1)
        if back * stride + stride - 1 > reach:
            holds.append(within <= reach)
        if dilation > 1:
            holds.append(e.equal(within % dilation, 0))
        found.append((place, holds))
    return found


def _together(e, choice):
    place = tuple([each for each, _ in choice])
    return place, _all(e, [each for _, holds in choice for each in holds])


def _all(e, holds):
    result = None
    for each in holds:
        result = each if result is None else e.logical_and(result, each)
    return result
