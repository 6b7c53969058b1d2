"""Filters as tiles read them: in panels, each as wide as a tile, without gaps.

A panel holds, tap by tap and row by row, the elements for some neighbouring columns of the result. For the gradient
with respect to a convolution's input the taps come in reverse, every stride-th of them, and rows and columns are
exchanged.
"""

import math

from tapeflow.compiler.parallel import parallel
from tapeflow.compiler.partial_vectors import load_vector, store_vectors, zeros
from tapeflow.compiler.places import at, loop, number, plus, times

_GRAIN = 1 << 14
"""How many elements to copy are worth a thread."""


class Panels:
    """A filter for one correlation. For each group `elements` elements: first whole panels, then a narrower one."""

    def __init__(self, convolution, correlation, is_transposed, width):
        self._convolution, self._correlation = convolution, correlation
        self._is_transposed = is_transposed
        self.columns = correlation.columns
        self.width = min(width, self.columns)
        self.whole = self.columns // self.width
        self.rest = self.columns % self.width
        self.terms = correlation.terms
        self.elements = self.terms * self.columns
        # The filter itself is a panel if all its columns fit into one.
        self.is_ready = not is_transposed and convolution.groups == 1 and self.whole == 1 and not self.rest

    @property
    def panels(self):
        """(first panel, how many alike, columns of each)."""
        found = [(0, self.whole, self.width)]
        return [*found, (self.whole, 1, self.rest)] if self.rest else found

    def tap_steps(self, width):
        """How far apart the taps along each axis lie in a panel of that width."""
        axes, rows = self._correlation.axes, self._correlation.rows
        return [
            math.prod([axis.taps for axis in axes[place + 1 :]]) * rows * width for place in range(len(axes))
        ]

    def write(self, site, lanes, target, source):
        """Copies the filter at `source` to the panels at `target`."""
        rows = self.terms * self._convolution.groups

        def piece(builder, begin, end, target, source):
            loop(
                builder,
                builder.sub(end, begin),
                lambda k: self._row(builder, site, lanes, builder.add(begin, k), target, source),
            )

        parallel(site, rows, max(1, _GRAIN // self.columns), [target, source], piece)

    def _row(self, builder, site, lanes, place, target, source):
        """Copies a row of a tap of a group to its panels."""
        convolution, correlation = self._convolution, self._correlation
        terms = number(self.terms)
        group = builder.udiv(place, terms)
        term = builder.sub(place, builder.mul(group, terms))
        rest, row = _divided(builder, term, correlation.rows)
        taps = []
        for axis in reversed(correlation.axes):
            rest, tap = _divided(builder, rest, axis.taps)
            taps.insert(0, plus(builder, times(builder, tap, axis.tap_step), axis.tap))
        tap = 0
        for each, size in zip(taps, convolution.window, strict=True):
            tap = plus(builder, times(builder, tap, size), each)
        depth, outputs = convolution.depth, convolution.outputs
        if self._is_transposed:  # the row is an output channel, the columns are input channels
            start = plus(builder, times(builder, tap, depth * outputs), row)
            start = plus(builder, start, times(builder, group, convolution.multiple))
            step = outputs
        else:
            start = times(builder, plus(builder, times(builder, tap, depth), row), outputs)
            start = plus(builder, start, times(builder, group, convolution.multiple))
            step = 1
        source = at(builder, source, start)
        target = at(builder, target, times(builder, group, self.elements))
        for first, count, width in self.panels:

            def panel(k, first=first, width=width):
                k = plus(builder, k, first)
                into = at(builder, target, times(builder, k, self.terms * self.width))
                into = at(builder, into, times(builder, term, width))
                from_ = at(builder, source, times(builder, k, self.width * step))
                for place in range(0, width, lanes):
                    used = min(lanes, width - place)
                    vector = _vector(builder, at(builder, from_, place * step), step, lanes, used)
                    store_vectors(builder, site.target, [at(builder, into, place)], [vector], used)

            loop(builder, count, panel)


def _divided(builder, value, by):
    """(value // by, value % by)."""
    if by == 1:
        return value, 0
    quotient = builder.udiv(number(value), number(by))
    return quotient, builder.sub(number(value), builder.mul(quotient, number(by)))


def _vector(builder, address, step, lanes, used):
    """A vector of elements so far apart."""
    from llvmlite import ir

    if step == 1:
        return load_vector(builder, address, lanes, used)
    found = zeros(address.type.pointee, lanes)
    for lane in range(used):
        element = builder.load(at(builder, address, lane * step))
        found = builder.insert_element(found, element, ir.Constant(ir.IntType(32), lane))
    return found
