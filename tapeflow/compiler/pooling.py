"""Pooling and its gradients in machine code: for each window, vectors of channels.

The last axis, that of the channels, must not be pooled; any other may be. The windows of one image are worked off in
order, those that lie inside as a few straight lines, those that reach into a margin by loops over what is there. The
images, all axes before the first that is pooled, are shared among threads; so are the rows of a result that is not
added to. Gradients are written image by image: zeros, to which each window adds its share; no zeros and no
sums where windows do not overlap and leave nothing out.
"""

import math

from tapeflow.compiler.parallel import parallel
from tapeflow.compiler.partial_vectors import load_vector, spread, zeros
from tapeflow.compiler.places import at, carry, choose, declared, least, loop, minus, number, plus, times
from tapeflow.core import dtypes
from tapeflow.ops.windows import window_counts, window_margins

_STRAIGHT = 16
"""The largest window, in elements, that is written without loops."""
_VECTORS = 4
"""Vectors of channels at a time."""
_GRAIN = 1 << 14
"""How many elements of windows are worth a thread."""


class Axis:
    """How one axis is pooled; step: how far its elements lie apart in memory."""

    def __init__(self, size, count, width, stride, dilation, before, step):
        self.size, self.count, self.width = size, count, width
        self.stride, self.dilation, self.before, self.step = stride, dilation, before, step
        self.extent = (width - 1) * dilation + 1
        last = (count - 1) * stride - before
        self.is_inside = before <= 0 and last + self.extent <= size
        self.overlaps = stride < self.extent
        self.is_covered = before >= 0 and stride == width == self.extent and count * stride - before >= size

    def window(self, builder, place):
        """(first element, lo, hi) of the window at a place: those of its positions from lo to below hi are there."""
        first = minus(builder, times(builder, place, self.stride), self.before)
        if self.is_inside:
            return first, 0, self.width
        lo = self._steps(builder, minus(builder, 0, first))
        hi = least(builder, self._steps(builder, minus(builder, self.size, first)), self.width)
        return first, least(builder, lo, hi), hi

    def _steps(self, builder, distance):
        """How many positions lie within the distance."""
        distance = builder.select(
            builder.icmp_signed(">", number(distance), number(0)), number(distance), number(0)
        )
        if self.dilation == 1:
            return distance
        return builder.udiv(builder.add(distance, number(self.dilation - 1)), number(self.dilation))


class Pools:
    """All that follows from the shapes: images, the pooled axes of each, channels."""

    def __init__(self, dims, window, strides, dilations, padding):
        counts = window_counts(dims, window, strides, dilations, padding)
        margins = window_margins(dims, window, strides, dilations, padding)
        axes = []
        for axis, one in enumerate(zip(dims, counts, window, strides, dilations, margins, strict=True)):
            *sizes, (before, _) = one
            axes.append(Axis(*sizes, before, math.prod(dims[axis + 1 :])))
        *axes, last = axes
        self.is_possible = _is_plain(last) and not all([_is_plain(each) for each in axes])
        while axes and _is_plain(axes[0]):
            axes = axes[1:]
        self.axes = axes
        self.images = math.prod(dims[: len(dims) - 1 - len(axes)])
        self.channels = dims[-1]
        self.image = math.prod([each.size for each in axes]) * self.channels  # elements of an image
        self.result = math.prod([each.count for each in axes]) * self.channels
        self.width = math.prod([each.width for each in axes])
        self.overlaps = any([each.overlaps for each in axes])
        self.is_covered = all([_is_plain(each) or each.is_covered for each in axes])


def _is_plain(axis):
    return axis.is_inside and axis.width == axis.stride == 1 and axis.count == axis.size


class Writer:
    """Writes one kind of pooling: see `steps`. prepared(place): what is to be done with each window."""

    def __init__(self, action, is_gradient):
        self._action = action
        self._is_gradient = is_gradient

    def _pools(self, node):
        params = {**node.op.defaults, **node.params}
        dims = node.outputs[0].dims if self._is_gradient else node.inputs[0].dims
        names = ("window", "strides", "dilations", "padding")
        return Pools(dims, *[params[name] for name in names])

    def accepts(self, node):
        """Whether the channels lie last and are not pooled."""
        return node.inputs[0].dtype in (dtypes.float32, dtypes.float64) and self._pools(node).is_possible

    def takes_epilogue(self, node):
        """Whether every element of the result is stored once."""
        pools = self._pools(node)
        return not self._is_gradient or (pools.is_covered and not pools.overlaps)

    def flops(self, node):
        """One for each element of each window."""
        pools = self._pools(node)
        return pools.images * pools.result * pools.width

    def write(self, site, node, *addresses):
        """Writes the loops."""
        pools = self._pools(node)
        first = pools.axes[0]
        rows = 1 if self._is_gradient else first.count
        work = pools.result * pools.width // rows

        def piece(builder, begin, end, *addresses):
            addresses, operands = addresses[: len(node.inputs) + 1], addresses[len(node.inputs) + 1 :]
            finish = site.finisher(builder, addresses[-1], operands)

            def task(k):
                task_number = builder.add(begin, k)
                image, row = task_number, None
                if rows > 1:
                    image = builder.udiv(task_number, number(rows))
                    row = builder.sub(task_number, builder.mul(image, number(rows)))
                _Image(builder, site.target, pools, self._action, image, addresses, finish).write(row)

            loop(builder, builder.sub(end, begin), task)

        parallel(
            site, pools.images * rows, max(1, _GRAIN // max(1, work)), [*addresses, *site.operands], piece
        )


class _Image:
    """Writes the windows of one image, or of one row of it."""

    def __init__(self, builder, target, pools, action, image, addresses, finish):
        self._builder = builder
        self._finish = finish
        self._pools = pools
        self._action = action
        self._kind = addresses[0].type.pointee
        self._lanes = target.vector_bytes // (4 if str(self._kind) == "float" else 8)
        large, small = (builder.mul(image, number(size)) for size in (pools.image, pools.result))
        # Each pointer to the image's own elements; "large" ones have the shape of what is pooled.
        self._pointers = [
            at(builder, pointer, large if is_large else small)
            for pointer, is_large in zip(addresses, action.is_large, strict=True)
        ]
        action.begin(builder, pools, self._pointers)

    def write(self, row):
        """All windows, or those of a row along the first axis."""
        self._nest([], row)

    def _nest(self, places, row):
        axes = self._pools.axes
        if len(places) == len(axes):
            self._window(places)
        elif not places and row is not None:
            self._nest([row], row)
        else:
            loop(self._builder, axes[len(places)].count, lambda place: self._nest([*places, place], row))

    def _window(self, places):
        builder, pools = self._builder, self._pools
        corner, result = 0, 0
        bounds, inside = [], None
        for axis, place in zip(pools.axes, places, strict=True):
            first, lo, hi = axis.window(builder, place)
            corner = plus(builder, corner, times(builder, first, axis.step))
            result = plus(builder, times(builder, result, axis.count), place)
            bounds.append((lo, hi))
            if not axis.is_inside:
                number_there = builder.sub(number(hi), number(lo))
                holds = builder.icmp_signed(">=", number_there, number(axis.width))
                inside = holds if inside is None else builder.and_(inside, holds)
        pointers = []
        result = times(builder, result, pools.channels)
        for pointer, is_large in zip(self._pointers, self._action.is_large, strict=True):
            pointers.append(at(builder, pointer, corner if is_large else result))
        whole = [(0, axis.width) for axis in pools.axes]
        if inside is None:
            self._channels(pointers, whole)
        elif pools.width > _STRAIGHT:
            self._channels(pointers, bounds)
        else:

            def way(bounds):
                self._channels(pointers, bounds)
                return []

            choose(builder, inside, lambda: way(whole), lambda: way(bounds))

    def _channels(self, pointers, bounds):
        """The window's elements between the bounds, for all channels: whole blocks, then the rest of the vectors."""
        builder, channels = self._builder, self._pools.channels
        block = _VECTORS * self._lanes
        blocks = channels // block if channels >= block else 0
        if blocks:
            whole = [(lane, self._lanes) for lane in range(0, block, self._lanes)]

            def trip(k):
                start = times(builder, k, block)
                self._some([at(builder, each, start) for each in pointers], bounds, whole, start)

            loop(builder, blocks, trip)
        pieces, place = [], blocks * block
        while place < channels:
            lanes = self._lanes
            while lanes > channels - place:
                lanes //= 2
            pieces.append((place, lanes))
            place += lanes
        if pieces:
            self._some(pointers, bounds, pieces, 0)

    def _some(self, pointers, bounds, pieces, channel):
        builder, action, pools = self._builder, self._action, self._pools
        counted = 1
        for lo, hi in bounds:
            counted = times(builder, counted, minus(builder, hi, lo))
        values = action.start(builder, self._kind, pointers, pieces, counted)
        steps = [axis.dilation * axis.step for axis in pools.axes]

        def put(piece, vector, offset=0):
            place, _ = piece
            address = at(builder, pointers[-1], plus(builder, offset, place))
            _store(builder, address, self._finish(vector, address, plus(builder, channel, place), None))

        def visit(axis, offset, values):
            if axis == len(bounds):
                return action.visit(builder, pools, pointers, pieces, offset, values, put)
            lo, hi = bounds[axis]
            if (lo, hi) == (0, pools.axes[axis].width) and pools.width <= _STRAIGHT:
                for k in range(hi):
                    values = visit(axis + 1, plus(builder, offset, k * steps[axis]), values)
                return values
            begin = plus(builder, offset, times(builder, lo, steps[axis]))

            def trip(k, values):
                return visit(axis + 1, plus(builder, begin, times(builder, k, steps[axis])), values)

            return carry(builder, minus(builder, hi, lo), values, trip)

        action.end(builder, pieces, visit(0, 0, values), counted, put)


def _load(builder, pointer, piece, offset=0):
    place, lanes = piece
    return load_vector(builder, at(builder, pointer, plus(builder, offset, place)), lanes)


def _store(builder, address, vector):
    size = 4 if str(address.type.pointee) == "float" else 8
    builder.store(vector, builder.bitcast(address, vector.type.as_pointer()), align=size)


def _quotients(builder, values, counted):
    """The values divided by a whole number."""
    from llvmlite import ir

    kind = values[0].type.element
    divisor = ir.Constant(kind, counted) if isinstance(counted, int) else builder.sitofp(counted, kind)
    return [builder.fdiv(value, spread(builder, divisor, value.type.count)) for value in values]


class _Greatest:
    """x -> the greatest element of each window; NaN is greater than everything."""

    is_large = (True, False)

    def begin(self, builder, pools, pointers):
        """Nothing to prepare."""

    def start(self, builder, kind, pointers, pieces, counted):
        """Nothing is greater yet."""
        from llvmlite import ir

        return [ir.Constant(ir.VectorType(kind, lanes), [-math.inf] * lanes) for _, lanes in pieces]

    def visit(self, builder, pools, pointers, pieces, offset, values, put):
        """Keeps the greater of two, the earlier of equals."""
        found = []
        for piece, value in zip(pieces, values, strict=True):
            x = _load(builder, pointers[0], piece, offset)
            greater = builder.select(builder.fcmp_ordered(">", x, value), x, value)
            found.append(builder.select(builder.fcmp_unordered("uno", x, x), x, greater))
        return found

    def end(self, builder, pieces, values, counted, put):
        """Writes the result."""
        for piece, value in zip(pieces, values, strict=True):
            put(piece, value)


class _Mean(_Greatest):
    """x -> the mean of each window."""

    def start(self, builder, kind, pointers, pieces, counted):
        """The sum of nothing."""
        return [zeros(kind, lanes) for _, lanes in pieces]

    def visit(self, builder, pools, pointers, pieces, offset, values, put):
        """Adds."""
        return [
            builder.fadd(value, _load(builder, pointers[0], piece, offset))
            for piece, value in zip(pieces, values, strict=True)
        ]

    def end(self, builder, pieces, values, counted, put):
        """Divides."""
        super().end(builder, pieces, _quotients(builder, values, counted), counted, put)


def _clear(builder, pools, pointer):
    """Zeros in an image that windows add to, or do not reach."""
    from llvmlite import ir

    if not pools.overlaps and pools.is_covered:
        return
    i8, i64 = ir.IntType(8), ir.IntType(64)
    arguments = [i8.as_pointer(), i8, i64, ir.IntType(1)]
    function = declared(builder.module, "llvm.memset.p0.i64", ir.VoidType(), arguments)
    size = pools.image * (4 if str(pointer.type.pointee) == "float" else 8)
    place = builder.bitcast(pointer, i8.as_pointer())
    builder.call(function, [place, ir.Constant(i8, 0), ir.Constant(i64, size), ir.Constant(ir.IntType(1), 0)])


def _give(builder, pools, pointer, piece, offset, share, put):
    """Adds a share to an element; writes it where no other window does."""
    if pools.overlaps:
        share = builder.fadd(_load(builder, pointer, piece, offset), share)
    put(piece, share, offset)


class _ToGreatest:
    """x, maxima, delta -> delta at the first greatest element of each window, added up."""

    is_large = (True, False, False, True)

    def begin(self, builder, pools, pointers):
        """Zeros."""
        _clear(builder, pools, pointers[3])

    def start(self, builder, kind, pointers, pieces, counted):
        """What is still to be given away, then the greatest elements."""
        return [_load(builder, pointer, piece) for pointer in pointers[2:0:-1] for piece in pieces]

    def visit(self, builder, pools, pointers, pieces, offset, values, put):
        """Whoever attains the maximum first takes it all."""
        rests, maxima = values[: len(pieces)], values[len(pieces) :]
        found = []
        for piece, rest, maximum in zip(pieces, rests, maxima, strict=True):
            attains = builder.fcmp_unordered(">=", _load(builder, pointers[0], piece, offset), maximum)
            nothing = zeros(rest.type.element, rest.type.count)
            given = builder.select(attains, rest, nothing)
            _give(builder, pools, pointers[3], piece, offset, given, put)
            found.append(builder.select(attains, nothing, rest))
        return [*found, *maxima]

    def end(self, builder, pieces, values, counted, put):
        """All is given."""


class _ToAll:
    """delta -> an equal share of it at each element of each window, added up."""

    is_large = (False, True)

    def begin(self, builder, pools, pointers):
        """Zeros."""
        _clear(builder, pools, pointers[1])

    def start(self, builder, kind, pointers, pieces, counted):
        """The shares."""
        return _quotients(builder, [_load(builder, pointers[0], piece) for piece in pieces], counted)

    def visit(self, builder, pools, pointers, pieces, offset, values, put):
        """Everyone gets the same."""
        for piece, value in zip(pieces, values, strict=True):
            _give(builder, pools, pointers[1], piece, offset, value, put)
        return values

    def end(self, builder, pieces, values, counted, put):
        """All is given."""


WRITERS = {
    "max pool": Writer(_Greatest(), is_gradient=False),
    "average pool": Writer(_Mean(), is_gradient=False),
    "max pool gradient": Writer(_ToGreatest(), is_gradient=True),
    "average pool gradient": Writer(_ToAll(), is_gradient=True),
}
