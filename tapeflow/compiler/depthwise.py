"""Depthwise convolutions and their gradients in machine code: vectors of channels.

Every output channel reads one input channel, which `multiple` neighbouring output channels share: their vectors hold
each input channel so many times. In the gradient with respect to the input, sums are kept for output channels and
neighbours are added in the end. A few neighbouring results are computed together, for which the filter is read once.
"""

import math

from tapeflow.compiler.correlation import merged
from tapeflow.compiler.filter_gradients import Shares
from tapeflow.compiler.filter_gradients import Writer as FilterWriter
from tapeflow.compiler.images import Images, Writer, cuts
from tapeflow.compiler.partial_vectors import load_vector, spread, store_vectors, take_lanes, zeros
from tapeflow.compiler.places import at, carry, choose, loop, number, plus, times
from tapeflow.compiler.register_tile import multiply_add

_MULTIPLES = (1, 2, 4)
_RESULTS = 4
"""Neighbouring results at a time."""
_VECTORS = 2
_STRAIGHT = 9
"""The most taps that are written without loops, or in one loop over windows."""
_MOST_TAPS = 128


def pieces_of(count, lanes):
    """(place, lanes) of vectors, whole ones and then halves of halves, for so many channels."""
    found, place = [], 0
    while place < count:
        while lanes > count - place:
            lanes //= 2
        found.append((place, lanes))
        place += lanes
    return found


def load_repeated(builder, address, lanes, multiple):
    """A vector of lanes // multiple elements, each repeated."""
    if multiple == 1:
        return load_vector(builder, address, lanes)
    if lanes <= multiple:
        return spread(builder, builder.load(address), lanes)
    vector = load_vector(builder, address, lanes // multiple)
    return take_lanes(builder, vector, [lane // multiple for lane in range(lanes)])


def sum_neighbours(builder, vectors):
    """One vector of the sums of len(vectors) neighbours each."""
    while len(vectors) > 1:
        lanes = vectors[0].type.count
        found = []
        for first, second in zip(vectors[::2], vectors[1::2], strict=True):
            even, odd = [take_lanes(builder, first, range(start, 2 * lanes, 2), second) for start in range(2)]
            found.append(builder.fadd(even, odd))
        vectors = found
    return vectors[0]


def channels(builder, count, block, lanes, write):
    """`write(start, pieces)` for blocks of channels, the last of them smaller."""
    whole = count // block
    loop(builder, whole, lambda k: write(times(builder, k, block), pieces_of(block, lanes)))
    if count % block:
        write(whole * block, pieces_of(count % block, lanes))


class Depthwise(Images):
    """Sums over taps, channel by channel."""

    @staticmethod
    def takes(convolution):
        """Those whose groups have one input channel and not many output channels."""
        return convolution.is_depthwise and convolution.multiple in _MULTIPLES

    def filter_sizes(self):
        """See Images: filters stay as they are."""
        return [0] * len(self.job.correlations)

    def sums(self, builder, position, source, filters, result, loops):
        """See Images."""
        convolution, correlation = self.job.convolution, self.job.correlations[position]
        nest = []
        for place, axis in enumerate(correlation.axes):
            step = math.prod(convolution.window[place + 1 :]) * convolution.outputs
            filters = at(builder, filters, axis.tap * step)
            nest.append((axis.taps, axis.dilation * self.job.region.steps[place], axis.tap_step * step))
        self._results(builder, loops, source, filters, result, merged(nest))

    def _results(self, builder, loops, a, b, c, nest):
        """Some neighbouring results at a time, within the outer loops."""
        count, *steps = loops[0]
        if len(loops) > 1:

            def trip(k):
                here, there = [
                    at(builder, each, times(builder, k, step))
                    for each, step in zip((a, c), steps, strict=True)
                ]
                self._results(builder, loops[1:], here, b, there, nest)

            loop(builder, count, trip)
            return
        for first, number_of_them, rows in cuts(count, _RESULTS):

            def some(k, first=first, rows=rows):
                place = plus(builder, times(builder, k, rows), first)
                sources, results = [
                    [
                        at(builder, each, times(builder, plus(builder, place, row), step))
                        for row in range(rows)
                    ]
                    for each, step in zip((a, c), steps, strict=True)
                ]
                self._channels(builder, sources, b, results, nest)

            loop(builder, number_of_them, some)

    def _channels(self, builder, sources, filters, results, nest):
        multiple = self.job.convolution.multiple
        lanes = self.shape.lanes
        is_gradient = self.job.is_gradient
        block = lanes * (max(1, _VECTORS // multiple) if is_gradient else _VECTORS)

        def write(start, pieces):
            # The terms for a piece of the result: (place in the source, place in the filter, lanes)
            terms = []
            for place, width in pieces:
                if is_gradient:
                    places = [place * multiple + k * width for k in range(multiple)]
                    terms += [(each, each, width) for each in places]
                else:
                    terms.append((place // multiple, place, width))
            wide = times(builder, start, multiple) if is_gradient else start
            narrow = start if is_gradient or multiple == 1 else builder.udiv(number(start), number(multiple))
            from_ = [at(builder, each, wide if is_gradient else narrow) for each in sources]
            with_ = at(builder, filters, wide)
            sums = self._taps(builder, from_, with_, nest, terms)
            for row, result in enumerate(results):
                found = sums[row * len(terms) : (row + 1) * len(terms)]
                if is_gradient:
                    found = [
                        sum_neighbours(builder, found[first : first + multiple])
                        for first in range(0, len(found), multiple)
                    ]
                for (place, _), vector in zip(pieces, found, strict=True):
                    address = at(builder, at(builder, result, start), place)
                    vector = self.finished(vector, address, plus(builder, start, place), None)
                    store_vectors(builder, self.site.target, [address], [vector])

        channels(builder, self.job.result_channels, block, lanes, write)

    def _taps(self, builder, sources, filters, nest, terms):
        """The sums for each source and term."""
        multiple = 1 if self.job.is_gradient else self.job.convolution.multiple
        straight = math.prod([count for count, *_ in nest]) <= _STRAIGHT

        def tap(sums, sources, filters):
            found = list(sums)
            for position, (from_, with_, lanes) in enumerate(terms):
                w = load_vector(builder, at(builder, filters, with_), lanes)
                for row, source in enumerate(sources):
                    x = load_repeated(builder, at(builder, source, from_), lanes, multiple)
                    place = row * len(terms) + position
                    found[place] = multiply_add(builder, self.site.target, x, w, found[place])
            return found

        def walk(level, sums, sources, filters):
            if level == len(nest):
                return tap(sums, sources, filters)
            count, step, filter_step = nest[level]
            if straight or (level == len(nest) - 1 and count <= _STRAIGHT):
                for k in range(count):
                    here = [at(builder, each, k * step) for each in sources]
                    sums = walk(level + 1, sums, here, at(builder, filters, k * filter_step))
                return sums

            def trip(_, carried):
                filters, *rest = carried
                sources, sums = rest[: len(from_)], rest[len(from_) :]
                sums = walk(level + 1, sums, sources, filters)
                moved = [at(builder, each, step) for each in sources]
                return [at(builder, filters, filter_step), *moved, *sums]

            from_ = sources
            return carry(builder, count, [filters, *sources, *sums], trip)[1 + len(from_) :]

        empty = [zeros(self.kind, lanes) for _ in sources for *_, lanes in terms]
        return walk(0, empty, sources, filters)


class DepthwiseShares(Shares):
    """Gradients with respect to filters: for a vector of channels and several taps at a time, sums over all windows."""

    @staticmethod
    def takes(convolution):
        """As Depthwise, and not too many taps."""
        return Depthwise.takes(convolution) and convolution.num_taps <= _MOST_TAPS

    def _buffer(self, builder):
        return None

    def everything(self, into, buffer):
        """What writes the whole filter from a block."""
        job, lanes = self.job, self.shape.lanes
        convolution, region = job.convolution, job.region
        taps = [(region.offset(job.correlation), 0)]
        for place, axis in enumerate(job.correlation.axes):
            step = math.prod(convolution.window[place + 1 :]) * convolution.outputs
            taps = [
                (source + k * axis.dilation * region.steps[place], filters + k * step)
                for source, filters in taps
                for k in range(axis.taps)
            ]

        def write(builder, source, delta, images, rows, adds):
            inner, delta_step = [], job.row * convolution.outputs
            for axis, step in zip(job.correlation.axes[1:], region.steps[1:], strict=True):
                delta_step //= axis.count
                inner.append((axis.count, axis.stride * step, delta_step))
            nest = [
                (images, self.source_step, job.windows * convolution.outputs),
                (rows, *self.row_steps),
                *merged(inner),
            ]

            def some(start, pieces):
                narrow = start
                if convolution.multiple > 1:
                    narrow = builder.udiv(number(start), number(convolution.multiple))
                a, b, c = at(builder, source, narrow), at(builder, delta, start), at(builder, into, start)
                for piece in pieces:
                    for first, count, size in cuts(len(taps), _STRAIGHT):
                        for k in range(count):
                            chosen = taps[first + k * size : first + (k + 1) * size]
                            self._taps(builder, a, b, c, chosen, piece, nest, adds)

            channels(builder, convolution.outputs, lanes, lanes, some)

        return write

    def _taps(self, builder, a, b, c, taps, piece, nest, adds):
        """Sums for some taps and a vector of channels."""
        place, lanes = piece
        multiple = self.job.convolution.multiple
        a, b, c = at(builder, a, place // multiple), at(builder, b, place), at(builder, c, place)
        results = [at(builder, c, step) for _, step in taps]

        def there():
            return [load_vector(builder, each, lanes) for each in results]

        def walk(level, sums, a, b):
            if level == len(nest):
                delta = load_vector(builder, b, lanes)
                found = []
                for (step, _), value in zip(taps, sums, strict=True):
                    x = load_repeated(builder, at(builder, a, step), lanes, multiple)
                    found.append(multiply_add(builder, self.site.target, x, delta, value))
                return found
            count, *steps = nest[level]

            def trip(_, carried):
                a, b, *sums = carried
                sums = walk(level + 1, sums, a, b)
                return [at(builder, a, steps[0]), at(builder, b, steps[1]), *sums]

            return carry(builder, count, [a, b, *sums], trip)[2:]

        sums = choose(builder, adds, there, lambda: [zeros(self.kind, lanes)] * len(taps))
        sums = walk(0, sums, a, b)
        for address, value in zip(results, sums, strict=True):
            store_vectors(builder, self.site.target, [address], [value])


WRITERS = {
    "convolution": Writer(is_gradient=False, images=Depthwise),
    "convolution input gradient": Writer(is_gradient=True, images=Depthwise),
    "convolution filter gradient": FilterWriter(DepthwiseShares),
}
