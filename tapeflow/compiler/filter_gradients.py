"""The gradients of convolutions with respect to their filters in machine code, by register tiles.

Rows of a tile are elements of a window, its columns are channels of the cotangent; the sum runs over all windows of
some images. If the filter is small, images are dealt out in a fixed number of shares: each makes a filter of its own,
and these are added up in order. A large filter is dealt out itself, and every part is summed over all images. Neither
depends on the number of threads.
"""

import itertools
import math

from tapeflow.compiler.copies import copy_region
from tapeflow.compiler.correlation import Convolution, Region, merged
from tapeflow.compiler.images import cuts
from tapeflow.compiler.parallel import parallel
from tapeflow.compiler.partial_vectors import load_vector, store_vectors
from tapeflow.compiler.places import at, carry, least, loop, minus, number, plus, quotient, size_of, times
from tapeflow.compiler.register_tile import TileShape, emit_tile
from tapeflow.core import dtypes

_MOST_SHARES = 16
_LARGE = 1 << 22
"""Bytes of the filters of all shares, beyond which a filter is large."""
_TERMS = 256
"""How many windows a sum should have before it is kept in memory."""
_MOST_BYTES = 1 << 29
"""Of memory while the step runs."""
_GRAIN = 1 << 14
"""How many elements to add up are worth a thread."""
_PATTERN = 4
"""How many tiles are written for rows that do not lie at equal distances."""


class Writer:
    """Writes gradients with respect to filters: see `steps`. shares: the class of Shares that does it."""

    def __init__(self, shares):
        self._shares = shares

    def _job(self, node):
        params = {**node.op.defaults, **node.params}
        x, _ = node.inputs
        dims = params.pop("dims")
        return Job(Convolution(x.dims, dims, **params), x.dtype.size)

    def accepts(self, node):
        """Whether it can be done, and with not too much memory."""
        if node.inputs[0].dtype not in (dtypes.float32, dtypes.float64):
            return False
        job = self._job(node)
        return self._shares.takes(job.convolution) and job.bytes <= _MOST_BYTES

    def flops(self, node):
        """Additions and multiplications."""
        job = self._job(node)
        return 2 * job.elements * job.windows * job.convolution.batch

    def write(self, site, node, x, delta, result):
        """Writes the copies of x, the sums, the sum of the shares."""
        job = self._job(node)
        written = self._shares(site, job, x, delta, result)
        if job.shares:
            written.by_images()
        else:
            written.by_parts()


class Job:
    """What follows from the shapes. shares: how many shares images are dealt out in; 0 if the filter is large."""

    def __init__(self, convolution, bytes_each):
        self.convolution = convolution
        self.correlation = convolution.forward()
        self.region = Region([self.correlation], convolution.sizes, convolution.inputs)
        self.elements = convolution.num_taps * convolution.depth * convolution.outputs
        self.windows = math.prod(convolution.counts)
        batch = convolution.batch
        first, *rest = convolution.counts
        self.row = math.prod(rest)
        self.at_once = min(batch, max(1, _TERMS // self.windows))  # images in one sum
        self.blocks = -(-first // max(1, -(-_TERMS // self.row)))  # of the rows of each image
        self.rows_at_once = -(-first // self.blocks)
        self.blocks = -(-first // self.rows_at_once)
        shares = min(-(-batch // self.at_once), _MOST_SHARES)
        is_small = shares * self.elements * bytes_each <= _LARGE
        self.shares = shares if (shares > 1 and is_small) or convolution.is_depthwise else 0
        self.images = batch if not self.shares else self.shares * self.at_once
        copies = 0 if self.region.is_whole else self.images * self.region.elements
        self.copies = -(-copies // 16) * 16
        self.bytes = (self.copies + self.shares * self.elements) * bytes_each


class Shares:
    """The writing of one job, by tiles."""

    @staticmethod
    def takes(convolution):
        """All but those whose groups have one channel."""
        return not convolution.is_depthwise

    def __init__(self, site, job, x, delta, result):
        self.site, self.job = site, job
        self._x, self._delta, self._result = x, delta, result
        self.kind = x.type.pointee
        self.shape = TileShape(site.target, self.kind)
        self._space = result
        if job.bytes:
            space = site.scratch((job.copies + job.shares * job.elements) * size_of(self.kind))
            self._space = site.builder.bitcast(space, self.kind.as_pointer())
        self._image = math.prod(job.convolution.sizes) * job.convolution.inputs
        self._delta_image = job.windows * job.convolution.outputs
        self._sources()

    def _sources(self):
        """The loops over the rows of the filter and over windows."""
        job = self.job
        convolution, correlation, region = job.convolution, job.correlation, job.region
        outputs = convolution.outputs
        rows, row_step = [(convolution.depth, 1, outputs)], convolution.depth * outputs
        for axis, step in zip(reversed(correlation.axes), reversed(region.steps), strict=True):
            rows.insert(0, (axis.taps, axis.dilation * step, row_step))
            row_step *= axis.taps
        *outer, inner = merged(rows) or [(1, 0, 0)]
        pattern = [(k * inner[1], k * inner[2]) for k in range(inner[0])]
        self._is_even = len(pattern) >= 2 * self.shape.rows or not outer
        while not self._is_even and outer and len(pattern) * outer[-1][0] <= _PATTERN * self.shape.rows:
            count, *steps = outer.pop()
            pattern = [
                (k * steps[0] + a, k * steps[1] + c) for k, (a, c) in itertools.product(range(count), pattern)
            ]
        self._outer, self._pattern, self._inner = outer, pattern, inner
        self.source_step = self._image if region.is_whole else region.elements
        axis = correlation.axes[0]
        self.row_steps = axis.stride * region.steps[0], job.row * outputs
        self._copies_delta = outputs > min(self.shape.columns, convolution.multiple)

    # Images in shares.

    def by_images(self):
        """Each share makes its own filter; then these are added up."""
        job, site = self.job, self.site
        pointers = [self._x, self._delta, self._result, self._space]
        batch = job.convolution.batch

        def shares(builder, begin, end, x, delta, result, space):
            buffer = self._buffer(builder)

            def share(k):
                k = builder.add(begin, k)
                into = at(builder, space, plus(builder, times(builder, k, job.elements), job.copies))
                copies = at(builder, space, times(builder, k, job.at_once * job.region.elements))
                first, last = [
                    builder.udiv(builder.mul(each, number(batch)), number(job.shares))
                    for each in (k, builder.add(k, number(1)))
                ]
                here = at(builder, x, times(builder, first, self._image))
                there = at(builder, delta, times(builder, first, self._delta_image))
                images = builder.sub(last, first)
                self._blocks(builder, here, there, images, copies, self.everything(into, buffer))

            loop(builder, builder.sub(end, begin), share)

        parallel(site, job.shares, 1, pointers, shares)
        parallel(
            site, -(-job.elements // self.shape.lanes), _GRAIN // self.shape.lanes, pointers, self._added
        )

    def _copied(self, builder, source, copies, images):
        """Where the images lie with their margins."""
        region = self.job.region
        if region.is_whole:
            return source

        def one(k):
            target = at(builder, copies, times(builder, k, region.elements))
            copy_region(builder, target, at(builder, source, times(builder, k, self._image)), region)

        loop(builder, images, one)
        return copies

    def _blocks(self, builder, x, delta, images, copies, write):
        """`write(builder, x, delta, images, rows, adds)` for blocks of so many images; `adds`: not for the first."""
        job = self.job
        first = job.convolution.counts[0]

        def some(position):
            done = times(builder, position, job.at_once)
            number_of_images = 1
            if job.at_once > 1:
                number_of_images = least(builder, job.at_once, minus(builder, images, done))
            source = at(builder, x, times(builder, done, self._image))
            if copies is not None:
                source = self._copied(builder, source, copies, number_of_images)
            else:
                source = at(builder, x, times(builder, done, self.source_step))
            there = at(builder, delta, times(builder, done, self._delta_image))

            def block(k):
                row = times(builder, k, job.rows_at_once)
                rows = job.rows_at_once
                if first % rows:
                    rows = least(builder, rows, minus(builder, first, row))
                steps = [times(builder, row, step) for step in self.row_steps]
                adds = builder.icmp_signed(">", number(plus(builder, position, k)), number(0))
                a, b = at(builder, source, steps[0]), at(builder, there, steps[1])
                write(builder, a, b, number_of_images, rows, adds)

            loop(builder, job.blocks, block)

        count = quotient(builder, plus(builder, images, job.at_once - 1), job.at_once)
        loop(builder, count, some)

    def everything(self, into, buffer):
        """What writes the whole filter from a block."""
        convolution = self.job.convolution

        def write(builder, source, delta, images, rows, adds):
            def group(k):
                from_ = at(builder, source, times(builder, k, convolution.depth))
                start = times(builder, k, convolution.multiple)
                for first, count, width in self._panels():

                    def panel(p, first=first, width=width):
                        place = times(builder, plus(builder, p, first), self.shape.columns)
                        column = plus(builder, start, place)
                        b, c = at(builder, delta, column), at(builder, into, column)
                        self._panel(builder, self._outer, from_, b, c, (images, rows), width, adds, buffer)

                    loop(builder, count, panel)

            loop(builder, convolution.groups, group)

        return write

    def _buffer(self, builder):
        """Room for some columns of the cotangent of a block; the builder is where a function begins."""
        from llvmlite import ir

        if not self._copies_delta:
            return None
        job = self.job
        windows = job.at_once * job.rows_at_once * job.row
        room = builder.alloca(ir.ArrayType(self.kind, windows * self.shape.columns))
        room.align = 64
        return builder.bitcast(room, self.kind.as_pointer())

    def _panel(self, builder, outer, a, b, c, block, width, adds, buffer):
        """Tiles for some columns, whose cotangents are copied to lie close together."""
        job, lanes = self.job, self.shape.lanes
        images, rows = block
        step = job.convolution.outputs
        if buffer is not None:
            step, source = width, b

            def window(k):
                here = at(builder, source, times(builder, k, job.convolution.outputs))
                there = at(builder, buffer, times(builder, k, width))
                for place in range(0, width, lanes):
                    used = min(lanes, width - place)
                    vector = load_vector(builder, at(builder, here, place), lanes, used)
                    store_vectors(builder, self.site.target, [at(builder, there, place)], [vector], used)

            loop(builder, times(builder, times(builder, images, rows), job.row), window)
            b = buffer
        axes = zip(job.correlation.axes[1:], job.region.steps[1:], strict=True)
        inner, delta_step = [], job.row * step
        for axis, source_step in axes:
            delta_step //= axis.count
            inner.append((axis.count, axis.stride * source_step, delta_step))
        nest = [
            (images, self.source_step, job.windows * step),
            (rows, self.row_steps[0], job.row * step),
            *merged(inner),
        ]
        self._rows(builder, outer, a, b, c, nest, width, adds)

    def _panels(self):
        """(first panel, how many alike, columns of each)."""
        whole, rest = divmod(self.job.convolution.multiple, self.shape.columns)
        found = [(0, whole, self.shape.columns)] if whole else []
        return [*found, (whole, 1, rest)] if rest else found

    def _rows(self, builder, outer, a, b, c, nest, width, adds):
        """Tiles for the rows that the loops `outer` and the pattern within them name."""
        if outer:
            count, a_step, c_step = outer[0]

            def trip(k):
                here, there = (
                    at(builder, a, times(builder, k, a_step)),
                    at(builder, c, times(builder, k, c_step)),
                )
                self._rows(builder, outer[1:], here, b, there, nest, width, adds)

            loop(builder, count, trip)
            return
        for first, count, rows in cuts(len(self._pattern), self.shape.rows):
            if self._is_even:
                _, a_step, c_step = self._inner

                def tile(k, first=first, rows=rows, a_step=a_step, c_step=c_step):
                    place = plus(builder, times(builder, k, rows), first)
                    here, there = at(builder, a, times(builder, place, a_step)), times(builder, place, c_step)
                    self._tile(
                        builder, here, b, at(builder, c, there), self._pattern[:rows], nest, width, adds
                    )

                loop(builder, count, tile)
                continue
            for k in range(count):
                pattern = self._pattern[first + k * rows : first + (k + 1) * rows]
                self._tile(builder, a, b, c, pattern, nest, width, adds)

    def _tile(self, builder, a, b, c, pattern, nest, width, adds):
        c_rows = [place for _, place in pattern]
        emit_tile(
            builder,
            self.site.target,
            self.shape.lanes,
            at(builder, a, self.job.region.offset(self.job.correlation)),
            [place for place, _ in pattern],
            b,
            self.shape.vectors_of(width),
            c,
            c_rows,
            nest,
            start=(c, c_rows, adds),
        )

    def _added(self, builder, begin, end, x, delta, result, space):
        """Adds up the filters of the shares, vector by vector."""
        job, lanes = self.job, self.shape.lanes
        whole, rest = divmod(job.elements, lanes)
        parts = at(builder, space, job.copies)

        def vector(place, used):
            start = times(builder, place, lanes)

            def add(k, carried):
                here = at(builder, carried[1], job.elements)
                return [builder.fadd(carried[0], load_vector(builder, here, lanes, used)), here]

            first = at(builder, parts, start)
            values = [load_vector(builder, first, lanes, used), first]
            total = carry(builder, job.shares - 1, values, add)[0]
            store_vectors(builder, self.site.target, [at(builder, result, start)], [total], used)

        count = builder.sub(least(builder, end, whole), begin)
        loop(builder, count, lambda k: vector(builder.add(begin, k), None))
        if rest:
            is_last = builder.icmp_signed(">", end, number(whole))
            loop(builder, builder.zext(is_last, end.type), lambda k: vector(number(whole), rest))

    # A large filter in parts.

    def by_parts(self):
        """Each part of the filter is summed over all images."""
        job, site = self.job, self.site
        convolution = job.convolution
        pointers = [self._x, self._delta, self._result, self._space]
        if not job.region.is_whole:

            def copies(builder, begin, end, x, delta, result, space):
                source = at(builder, x, times(builder, begin, self._image))
                target = at(builder, space, times(builder, begin, job.region.elements))
                self._copied(builder, source, target, builder.sub(end, begin))

            parallel(site, convolution.batch, 1, pointers, copies)
        split, inner = self._outer[:1], self._outer[1:]
        units = split[0][0] if split else 1
        for first, count, width in self._panels():

            def parts(builder, begin, end, x, delta, result, space, first=first, count=count, width=width):
                source = x if job.region.is_whole else space
                buffer = self._buffer(builder)

                def part(k):
                    k = builder.add(begin, k)
                    rest = builder.udiv(k, number(count))
                    panel = builder.sub(k, builder.mul(rest, number(count)))
                    group = builder.udiv(rest, number(units))
                    unit = builder.sub(rest, builder.mul(group, number(units)))
                    column = times(builder, plus(builder, panel, first), self.shape.columns)
                    column = plus(builder, column, times(builder, group, convolution.multiple))
                    a, c = times(builder, group, convolution.depth), column
                    if split:
                        _, a_step, c_step = split[0]
                        a = plus(builder, a, times(builder, unit, a_step))
                        c = plus(builder, c, times(builder, unit, c_step))
                    here, there = at(builder, source, a), at(builder, result, c)

                    def write(builder, here, delta, images, rows, adds):
                        block = images, rows
                        self._panel(builder, inner, here, delta, there, block, width, adds, buffer)

                    self._blocks(builder, here, at(builder, delta, column), convolution.batch, None, write)

                loop(builder, builder.sub(end, begin), part)

            parallel(site, count * units * convolution.groups, 1, pointers, parts)


WRITERS = {"convolution filter gradient": Writer(Shares)}
