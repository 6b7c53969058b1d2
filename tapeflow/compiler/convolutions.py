"""Convolutions and the gradients with respect to their inputs in machine code, by register tiles.

Rows of a tile are neighbouring results, its columns are channels of the result; the sum runs over the taps and over
the channels of the source, which lie where they are: no window is unrolled. A source that has margins is copied first,
with zeros around, image by image, so that the copy is still in the cache when it is read. Images are shared among
threads; if there are few of them, rows of each are. Every result is one sum in the order of its terms, so neither the
threads nor the cuts change a bit.
"""

import math

from tapeflow.compiler.copies import clear, copy_region
from tapeflow.compiler.correlation import Convolution, Region, merged
from tapeflow.compiler.filters import Panels
from tapeflow.compiler.parallel import parallel
from tapeflow.compiler.places import at, least, loop, number, plus, size_of, times
from tapeflow.compiler.register_tile import TileShape, emit_tile
from tapeflow.core import dtypes

_FEW = 4
"""So many images or more are each done by one thread."""
_MOST_PHASES = 16
_MOST_BYTES = 1 << 29
"""Of memory while the step runs."""
_GRAIN = 1 << 16
"""How many additions and multiplications are worth a thread."""
_RESULTS = 64
"""How many results along an image's rows are a task, at least, if there are few images."""
_ALIGNMENT = 64


class Writer:
    """Writes convolutions, or their gradients with respect to the input: see `steps`."""

    def __init__(self, is_gradient):
        self._is_gradient = is_gradient

    def _job(self, node):
        params = {**node.op.defaults, **node.params}
        source, filters = node.inputs
        dims = params.pop("dims", None) or source.dims
        convolution = Convolution(dims, filters.dims, **params)
        if self._is_gradient:
            return _Job(convolution, convolution.backward(), convolution.counts, convolution.outputs, True)
        return _Job(convolution, [convolution.forward()], convolution.sizes, convolution.inputs, False)

    def accepts(self, node):
        """Whether tiles do it: with whole groups, not too many phases, and not too much memory."""
        if node.inputs[0].dtype not in (dtypes.float32, dtypes.float64):
            return False
        job = self._job(node)
        if job.convolution.is_depthwise or len(job.correlations) > _MOST_PHASES:
            return False
        return job.elements(1) * node.inputs[0].dtype.size <= _MOST_BYTES

    def flops(self, node):
        """Additions and multiplications."""
        return self._job(node).flops

    def write(self, site, node, source, filters, result):
        """Writes the filter's panels, the copies of the source, the tiles."""
        _Written(site, self._job(node), source, filters, result).write()


class _Job:
    """Correlations that together make one result, and what they read."""

    def __init__(self, convolution, correlations, sizes, channels, is_gradient):
        self.convolution, self.correlations, self.is_gradient = convolution, correlations, is_gradient
        self.channels = channels
        if is_gradient:
            self.result_sizes, self.result_channels = convolution.sizes, convolution.inputs
        else:
            self.result_sizes, self.result_channels = convolution.counts, convolution.outputs
        self.sizes = sizes
        self.image = math.prod(sizes) * channels
        self.result_image = math.prod(self.result_sizes) * self.result_channels
        self.region = Region(correlations, sizes, channels) if correlations else None
        self.leaves_out = is_gradient and not convolution.covers

    @property
    def flops(self):
        """Additions and multiplications."""
        each = [
            2 * math.prod([axis.count for axis in one.axes]) * one.columns * one.terms
            for one in self.correlations
        ]
        return sum(each) * self.convolution.batch * self.convolution.groups

    def panels(self, width):
        """The Panels of each correlation."""
        return [
            Panels(self.convolution, each, self.is_gradient, width or each.columns)
            for each in self.correlations
        ]

    def elements(self, width):
        """Of memory while the step runs."""
        filters = sum([0 if each.is_ready else each.elements for each in self.panels(width)])
        copies = self.convolution.batch * self.region.elements if self.region else 0
        return filters * self.convolution.groups + copies


class _Written:
    """The writing of one job."""

    def __init__(self, site, job, source, filters, result):
        self._site, self._job = site, job
        self._source, self._filters, self._result = source, filters, result
        self._kind = source.type.pointee
        self._shape = TileShape(site.target, self._kind)

    def write(self):
        """All of it."""
        site, job = self._site, self._job
        batch = job.convolution.batch
        if not job.correlations:
            clear(site.builder, self._result, batch * job.result_image)
            return
        self._panels = job.panels(self._shape.columns)
        sizes = [0 if each.is_ready else each.elements * job.convolution.groups for each in self._panels]
        unit = _ALIGNMENT // size_of(self._kind)
        sizes = [-(-size // unit) * unit for size in sizes]
        copies = 0 if job.region.is_whole else batch * job.region.elements
        pointer = self._source
        if sum(sizes) + copies:
            space = site.scratch((sum(sizes) + copies) * size_of(self._kind))
            pointer = site.builder.bitcast(space, self._kind.as_pointer())
        self._filter_places = []
        for position, panels in enumerate(self._panels):
            if panels.is_ready:
                self._filter_places.append(None)
                continue
            place = sum(sizes[:position])
            self._filter_places.append(place)
            panels.write(site, self._shape.lanes, at(site.builder, pointer, place), self._filters)
        self._copies = sum(sizes)
        self._pointers = [self._source, self._filters, self._result, pointer]
        work = max(1, job.flops // batch)
        if batch >= _FEW or len(job.result_sizes) == 1:
            parallel(site, batch, max(1, _GRAIN // work), self._pointers, self._images)
            return
        if not job.region.is_whole:
            parallel(site, batch, 1, self._pointers, self._copied)
        for position, one in enumerate(job.correlations):
            self._rows(position, one)

    # Tasks.

    def _copy_place(self, builder, space, image):
        place = times(builder, image, self._job.region.elements)
        return at(builder, space, plus(builder, place, self._copies))

    def _copied(self, builder, begin, end, source, filters, result, space):
        """Copies some images."""

        def one(k):
            image = builder.add(begin, k)
            here = at(builder, source, times(builder, image, self._job.image))
            copy_region(builder, self._copy_place(builder, space, image), here, self._job.region)

        loop(builder, builder.sub(end, begin), one)

    def _images(self, builder, begin, end, source, filters, result, space):
        """Whole images one after the other; their copies take the place of the first."""
        job = self._job

        def one(k):
            image = builder.add(begin, k)
            here = at(builder, source, times(builder, image, job.image))
            there = at(builder, result, times(builder, image, job.result_image))
            if not job.region.is_whole:
                place = self._copy_place(builder, space, begin)
                copy_region(builder, place, here, job.region)
                here = place
            if job.leaves_out:
                clear(builder, there, job.result_image)
            for position, correlation in enumerate(job.correlations):
                self._correlation(builder, position, correlation, here, filters, there, space, None)

        loop(builder, builder.sub(end, begin), one)

    def _rows(self, position, correlation):
        """Shares the rows of all images."""
        job, first = self._job, correlation.axes[0]
        if job.leaves_out and position == 0:
            clear(self._site.builder, self._result, job.convolution.batch * job.result_image)
        each = max(1, min(first.count, _RESULTS // math.prod([axis.count for axis in correlation.axes[1:]])))
        tasks = -(-first.count // each)

        def piece(builder, begin, end, source, filters, result, space):
            def task(k):
                place = builder.add(begin, k)
                image = builder.udiv(place, number(tasks))
                row = builder.mul(builder.sub(place, builder.mul(image, number(tasks))), number(each))
                here = at(builder, source, times(builder, image, job.image))
                if not job.region.is_whole:
                    here = self._copy_place(builder, space, image)
                there = at(builder, result, times(builder, image, job.result_image))
                count = least(builder, each, builder.sub(number(first.count), row))
                rows = row, count if first.count % each else each
                self._correlation(builder, position, correlation, here, filters, there, space, rows)

            loop(builder, builder.sub(end, begin), task)

        parallel(self._site, job.convolution.batch * tasks, 1, self._pointers, piece)

    # Tiles.

    def _correlation(self, builder, position, correlation, source, filters, result, space, rows):
        """The results of one correlation in one image; rows: None, or (first, count) along the first axis."""
        job, panels = self._job, self._panels[position]
        place = self._filter_places[position]
        filters = filters if place is None else at(builder, space, place)
        region = job.region
        result_steps = [
            math.prod(job.result_sizes[axis + 1 :]) * job.result_channels
            for axis in range(len(job.result_sizes))
        ]
        source = at(builder, source, region.offset(correlation))
        offset = sum([axis.place * step for axis, step in zip(correlation.axes, result_steps, strict=True)])
        result = at(builder, result, offset)
        loops = []
        for axis, step, result_step in zip(correlation.axes, region.steps, result_steps, strict=True):
            loops.append((axis.count, axis.stride * step, axis.step * result_step))
        if rows is None:
            loops = merged(loops) or [(1, 0, 0)]
        else:
            (_, *steps), *rest = loops
            first, count = rows
            source = at(builder, source, times(builder, first, steps[0]))
            result = at(builder, result, times(builder, first, steps[1]))
            loops = [(count, *steps), *(merged(rest) or [(1, 0, 0)])]

        def group(k):
            from_ = at(builder, source, times(builder, k, correlation.rows))
            to = at(builder, result, times(builder, k, correlation.columns))
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
                    )

                loop(builder, count, panel)

        loop(builder, job.convolution.groups, group)

    def _nest(self, correlation, panels, width):
        """The loops of the sum: over taps, and over channels of the source."""
        loops = []
        taps = zip(correlation.axes, self._job.region.steps, panels.tap_steps(width), strict=True)
        for axis, step, filter_step in taps:
            loops.append((axis.taps, axis.dilation * step, filter_step))
        loops.append((correlation.rows, 1, width))
        return merged(loops)

    def _tiles(self, builder, loops, a, b, c, width, nest):
        """Tiles along the last of the loops over results, within the others."""
        (count, a_step, c_step), outer = loops[-1], loops[:-1]
        if outer:
            (outer_count, a_outer, c_outer), *_ = outer

            def trip(k):
                here, there = (
                    at(builder, a, times(builder, k, a_outer)),
                    at(builder, c, times(builder, k, c_outer)),
                )
                self._tiles(builder, loops[1:], here, b, there, width, nest)

            loop(builder, outer_count, trip)
            return
        for first, number_of_tiles, rows in cuts(count, self._shape.rows):
            a_rows, c_rows = ([row * step for row in range(rows)] for step in (a_step, c_step))

            def tile(k, first=first, rows=rows, a_rows=a_rows, c_rows=c_rows):
                place = plus(builder, times(builder, k, rows), first)
                emit_tile(
                    builder,
                    self._site.target,
                    self._shape.lanes,
                    at(builder, a, times(builder, place, a_step)),
                    a_rows,
                    b,
                    self._shape.vectors_of(width),
                    at(builder, c, times(builder, place, c_step)),
                    c_rows,
                    nest,
                )

            loop(builder, number_of_tiles, tile)


def cuts(count, most):
    """(first, how many, size) of pieces that together are `count`, as few as will do, of two sizes at most."""
    pieces = -(-count // most)
    size, larger = divmod(count, pieces)
    found = [(0, larger, size + 1)] if larger else []
    return [*found, (larger * (size + 1), pieces - larger, size)]


WRITERS = {"convolution": Writer(is_gradient=False), "convolution input gradient": Writer(is_gradient=True)}
