"""Sums over the windows of images: which image or row is whose task, and the copies that give images margins.

A source that has margins is copied first, with zeros around, image by image, so that the copy is still in the cache
when it is read. Images are shared among threads; if there are few of them, rows of each are.
"""

import math

from tapeflow.compiler.copies import clear, copy_region
from tapeflow.compiler.correlation import Convolution, Region, merged
from tapeflow.compiler.parallel import parallel
from tapeflow.compiler.places import at, least, loop, number, plus, size_of, times
from tapeflow.compiler.register_tile import TileShape
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
    """Writes convolutions, or their gradients with respect to the input: see `steps`.

    images: the class of Images that does it.
    """

    def __init__(self, is_gradient, images):
        self._is_gradient, self._images = is_gradient, images

    def _job(self, node):
        params = {**node.op.defaults, **node.params}
        source, filters = node.inputs
        dims = params.pop("dims", None) or source.dims
        convolution = Convolution(dims, filters.dims, **params)
        if self._is_gradient:
            return Job(convolution, convolution.backward(), convolution.counts, convolution.outputs, True)
        return Job(convolution, [convolution.forward()], convolution.sizes, convolution.inputs, False)

    def accepts(self, node):
        """Whether it can be done, with not too many phases, and not too much memory."""
        if node.inputs[0].dtype not in (dtypes.float32, dtypes.float64):
            return False
        job = self._job(node)
        if len(job.correlations) > _MOST_PHASES or not self._images.takes(job.convolution):
            return False
        return (job.copies + math.prod(node.inputs[1].dims)) * node.inputs[0].dtype.size <= _MOST_BYTES

    def takes_epilogue(self, node):
        """Whether every element of the result is one sum."""
        return not self._job(node).leaves_out

    def flops(self, node):
        """Additions and multiplications."""
        return self._job(node).flops

    def write(self, site, node, source, filters, result):
        """Writes what prepares the filter, the copies of the source, the sums."""
        self._images(site, self._job(node), source, filters, result).write()


class Job:
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

    @property
    def copies(self):
        """The elements of the copies of all images."""
        whole = self.region is None or self.region.is_whole
        return 0 if whole else self.convolution.batch * self.region.elements


class Images:
    """The writing of one job. How a filter is prepared, and how sums are taken, is left to others.

    takes(convolution): whether it is for them. filter_sizes(): for each correlation the elements of its filter
    when it is prepared, 0 if it stays where it is. prepare(position, pointer): writes it there. sums(builder,
    position, source, filters, result, loops): the results of one correlation of an image; `source` is at the first
    tap of the first of them, `loops` are (count, step in the source, step in the result).
    """

    def __init__(self, site, job, source, filters, result):
        self.site, self.job = site, job
        self._source, self.filters, self._result = source, filters, result
        self.kind = source.type.pointee
        self.shape = TileShape(site.target, self.kind)

    def write(self):
        """All of it."""
        site, job = self.site, self.job
        batch = job.convolution.batch
        if not job.correlations:
            clear(site.builder, self._result, batch * job.result_image)
            return
        unit = _ALIGNMENT // size_of(self.kind)
        sizes = [-(-size // unit) * unit for size in self.filter_sizes()]
        space = self._source
        if sum(sizes) + job.copies:
            space = site.scratch((sum(sizes) + job.copies) * size_of(self.kind))
            space = site.builder.bitcast(space, self.kind.as_pointer())
        self._filter_places = [sum(sizes[:position]) if size else None for position, size in enumerate(sizes)]
        for position, place in enumerate(self._filter_places):
            if place is not None:
                self.prepare(position, at(site.builder, space, place))
        self._copies = sum(sizes)
        self._pointers = [self._source, self.filters, self._result, space, *site.operands]
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
        place = times(builder, image, self.job.region.elements)
        return at(builder, space, plus(builder, place, self._copies))

    def _copied(self, builder, begin, end, source, filters, result, space, *operands):
        """Copies some images."""

        def one(k):
            image = builder.add(begin, k)
            here = at(builder, source, times(builder, image, self.job.image))
            copy_region(builder, self._copy_place(builder, space, image), here, self.job.region)

        loop(builder, builder.sub(end, begin), one)

    def _images(self, builder, begin, end, source, filters, result, space, *operands):
        """Whole images one after the other; their copies take the place of the first."""
        job = self.job
        self._finish = self.site.finisher(builder, result, operands)

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
                self._windows(builder, position, correlation, here, filters, there, space, None)

        loop(builder, builder.sub(end, begin), one)

    def _rows(self, position, correlation):
        """Shares the rows of all images."""
        job, first = self.job, correlation.axes[0]
        if job.leaves_out and position == 0:
            clear(self.site.builder, self._result, job.convolution.batch * job.result_image)
        each = max(1, min(first.count, _RESULTS // math.prod([axis.count for axis in correlation.axes[1:]])))
        tasks = -(-first.count // each)

        def piece(builder, begin, end, source, filters, result, space, *operands):
            self._finish = self.site.finisher(builder, result, operands)

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
                self._windows(builder, position, correlation, here, filters, there, space, rows)

            loop(builder, builder.sub(end, begin), task)

        parallel(self.site, job.convolution.batch * tasks, 1, self._pointers, piece)

    def finished(self, vector, address, channel, used):
        """A vector of the result as it is stored at the address; `channel` is its first."""
        return self._finish(vector, address, channel, used)

    def _windows(self, builder, position, correlation, source, filters, result, space, rows):
        """The results of one correlation in one image; rows: None, or (first, count) along the first axis."""
        job, place = self.job, self._filter_places[position]
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

        self.sums(builder, position, source, filters, result, loops)


def cuts(count, most):
    """(first, how many, size) of pieces that together are `count`, as few as will do, of two sizes at most."""
    pieces = -(-count // most)
    size, larger = divmod(count, pieces)
    found = [(0, larger, size + 1)] if larger else []
    return [*found, (larger * (size + 1), pieces - larger, size)]
