"""Convolutions and the gradients with respect to their inputs in machine code, by register tiles.

Rows of a tile are neighbouring results, its columns are channels of the result; the sum runs over the taps and over the
channels of the source, which lie where they are: no window is unrolled. Every result is one sum in the order of its
terms, so neither the threads nor the cuts change a bit.
"""

from tapeflow.compiler.correlation import merged
from tapeflow.compiler.filters import Panels
from tapeflow.compiler.images import Images, Writer, cuts
from tapeflow.compiler.places import at, loop, plus, times
from tapeflow.compiler.register_tile import emit_tile


class Tiled(Images):
    """Sums by tiles."""

    @staticmethod
    def takes(convolution):
        """All but those whose groups have one channel, for which a tile has one term."""
        return not convolution.is_depthwise

    def filter_sizes(self):
        """See Images."""
        job, width = self.job, self.shape.columns
        self._panels = [Panels(job.convolution, each, job.is_gradient, width) for each in job.correlations]
        return [0 if each.is_ready else each.elements * job.convolution.groups for each in self._panels]

    def prepare(self, position, pointer):
        """See Images."""
        self._panels[position].write(self.site, self.shape.lanes, pointer, self.filters)

    def sums(self, builder, position, source, filters, result, loops):
        """See Images."""
        correlation, panels = self.job.correlations[position], self._panels[position]

        def group(k):
            channel = times(builder, k, correlation.columns)
            from_ = at(builder, source, times(builder, k, correlation.rows))
            to = at(builder, result, channel)
            with_ = at(builder, filters, times(builder, k, panels.elements))
            for first, count, width in panels.panels:
                nest = self._nest(correlation, panels, width)

                def panel(p, first=first, width=width, nest=nest):
                    p = plus(builder, p, first)
                    b = at(builder, with_, times(builder, p, panels.terms * panels.width))
                    self._tiles(
                        builder,
                        loops,
                        from_,
                        b,
                        at(builder, to, times(builder, p, panels.width)),
                        width,
                        nest,
                        plus(builder, channel, times(builder, p, panels.width)),
                    )

                loop(builder, count, panel)

        loop(builder, self.job.convolution.groups, group)

    def _nest(self, correlation, panels, width):
        """The loops of the sum: over taps, and over channels of the source."""
        loops = []
        taps = zip(correlation.axes, self.job.region.steps, panels.tap_steps(width), strict=True)
        for axis, step, filter_step in taps:
            loops.append((axis.taps, axis.dilation * step, filter_step))
        loops.append((correlation.rows, 1, width))
        return merged(loops)

    def _tiles(self, builder, loops, a, b, c, width, nest, channel):
        """Tiles along the last of the loops over results, within the others."""
        (count, a_step, c_step), outer = loops[-1], loops[:-1]
        if outer:
            (outer_count, a_outer, c_outer), *_ = outer

            def trip(k):
                here, there = (
                    at(builder, a, times(builder, k, a_outer)),
                    at(builder, c, times(builder, k, c_outer)),
                )
                self._tiles(builder, loops[1:], here, b, there, width, nest, channel)

            loop(builder, outer_count, trip)
            return
        for first, number_of_tiles, rows in cuts(count, self.shape.rows):
            a_rows, c_rows = ([row * step for row in range(rows)] for step in (a_step, c_step))

            def tile(k, first=first, rows=rows, a_rows=a_rows, c_rows=c_rows):
                place = plus(builder, times(builder, k, rows), first)
                lanes, columns = self.shape.lanes, self.shape.vectors_of(width)
                into = at(builder, c, times(builder, place, c_step))

                def finish(vector, number, column, c_rows=c_rows):
                    address = at(builder, at(builder, into, c_rows[number]), column * lanes)
                    return self.finished(
                        vector, address, plus(builder, channel, column * lanes), columns[column]
                    )

                emit_tile(
                    builder,
                    self.site.target,
                    lanes,
                    at(builder, a, times(builder, place, a_step)),
                    a_rows,
                    b,
                    columns,
                    into,
                    c_rows,
                    nest,
                    epilogue=finish,
                )

            loop(builder, number_of_tiles, tile)


WRITERS = {
    "convolution": Writer(is_gradient=False, images=Tiled),
    "convolution input gradient": Writer(is_gradient=True, images=Tiled),
}
