"""The shapes of convolutions and their gradients, all told as correlations.

A correlation takes sums of a source under windows:

    result[i] = sum over taps t of source[first + i * stride + t * dilation] * filter[t]

with one such line for each axis, where filter[t] is a matrix that makes columns of the result of the source's channels
(rows). What lies outside the source is 0. A convolution is one. The gradient with respect to its input is one for each
*phase*, that is for the results at a distance of the stride from each other: they are correlations of the cotangent
with every stride-th tap of the filter, in reverse.
"""

import itertools
import math

from tapeflow.ops.windows import window_counts, window_margins


class Convolution:
    """What follows from the shapes of a convolution's input and filter and from its parameters."""

    def __init__(self, x_dims, w_dims, strides, dilations, padding):
        self.batch, *sizes, self.inputs = x_dims
        *window, self.depth, self.outputs = w_dims
        self.sizes, self.window = tuple(sizes), tuple(window)
        self.strides, self.dilations = strides, dilations
        self.groups = self.inputs // self.depth
        self.multiple = self.outputs // self.groups  # output channels of a group
        self.is_depthwise = self.depth == 1 and self.groups > 1
        margins = window_margins(self.sizes, self.window, strides, dilations, padding)
        self.first = tuple([-before for before, _ in margins])
        self.counts = window_counts(self.sizes, self.window, strides, dilations, padding)

    @property
    def num_taps(self):
        """How many positions a window has."""
        return math.prod(self.window)

    def forward(self):
        """The correlation that the convolution is."""
        axes = []
        for values in zip(self.window, self.first, self.strides, self.dilations, self.counts, strict=True):
            taps, first, stride, dilation, count = values
            axes.append(Axis(taps, first, stride, dilation, count, 1, 0, 0, 1))
        return Correlation(axes, self.depth, self.multiple)

    def backward(self):
        """The correlations of the cotangent that make that of the input; those without a tap are left out."""
        axes = []
        for values in zip(self.sizes, self.window, self.first, self.strides, self.dilations, strict=True):
            axes.append([_phase(phase, *values) for phase in range(min(values[0], values[3]))])
        found = []
        for choice in itertools.product(*axes):
            if all([each.taps for each in choice]):
                found.append(Correlation(list(choice), self.multiple, self.depth))
        return found

    @property
    def covers(self):
        """Whether every element of the input is under a tap, so that each is written by a phase."""
        axes = zip(self.sizes, self.window, self.first, self.strides, self.dilations, strict=True)
        return all(
            [_phase(phase, *values).taps for values in axes for phase in range(min(values[0], values[3]))]
        )


def _phase(phase, size, width, first, stride, dilation):
    """The Axis of the elements at phase, phase + stride, ... of an input of that size."""
    fits = [tap for tap in range(width) if (phase - first - tap * dilation) % stride == 0]
    if not fits:
        return Axis(0, 0, 1, 1, 0, stride, phase, 0, 0)
    step = fits[1] - fits[0] if len(fits) > 1 else 1
    start = (phase - first - fits[-1] * dilation) // stride
    apart = step * dilation // stride if len(fits) > 1 else 1
    return Axis(len(fits), start, 1, apart, -(-(size - phase) // stride), stride, phase, fits[-1], -step)


class Axis:
    """One axis of a correlation.

    The result at i goes to place + i * step; tap t is that of number tap + t * tap_step of the filter as it came.
    """

    def __init__(self, taps, first, stride, dilation, count, step, place, tap, tap_step):
        self.taps, self.first, self.stride, self.dilation = taps, first, stride, dilation
        self.count, self.step, self.place = count, step, place
        self.tap, self.tap_step = tap, tap_step

    @property
    def last(self):
        """The last place of the source that is read."""
        return self.first + (self.count - 1) * self.stride + (self.taps - 1) * self.dilation


class Correlation:
    """axes; rows, columns: the source's channels and those of the result, of one group."""

    def __init__(self, axes, rows, columns):
        self.axes, self.rows, self.columns = axes, rows, columns

    @property
    def terms(self):
        """How many products an element of the result is the sum of."""
        return math.prod([axis.taps for axis in self.axes]) * self.rows


class Region:
    """The part of an image that correlations read, with the zeros around it.

    is_whole: nothing lies outside the image, which is read where it is; else the region is a copy. sizes: of
    what is read. steps: how far apart in memory its places are along each axis.
    """

    def __init__(self, correlations, sizes, channels):
        self.channels = channels
        self.image = tuple(sizes)
        bounds = []
        for position, size in enumerate(sizes):
            axes = [each.axes[position] for each in correlations]
            bounds.append((min([axis.first for axis in axes]), max([axis.last for axis in axes]) + 1, size))
        self.is_whole = all([lo >= 0 and hi <= size for lo, hi, size in bounds])
        if self.is_whole:
            bounds = [(0, size, size) for size in sizes]
        self.starts = [lo for lo, _, _ in bounds]
        self.sizes = [hi - lo for lo, hi, _ in bounds]
        self.steps = [math.prod(self.sizes[position + 1 :]) * channels for position in range(len(self.sizes))]
        self.elements = math.prod(self.sizes) * channels

    def offset(self, correlation):
        """Where the first tap of a correlation's first result lies."""
        places = zip(correlation.axes, self.starts, self.steps, strict=True)
        return sum([(axis.first - start) * step for axis, start, step in places])


def merged(loops):
    """Nested loops (count, step, step, ...), outermost first, as few as will do."""
    found = []
    for loop in loops:
        if loop[0] == 1:
            continue
        if found and list(found[-1][1:]) == [loop[0] * step for step in loop[1:]]:
            found[-1] = (found[-1][0] * loop[0], *loop[1:])
        else:
            found.append(loop)
    return found
