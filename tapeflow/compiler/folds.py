"""Reductions over other axes than the last alone: vector code whichever axes are kept.

If the last axis is kept, several vectors of neighbouring results are summed side by side while the loops run over the
other axes, so that memory is read in whole lines. Where long rows are added up, they are read one after the other as
they lie, and the sums are kept in nearby memory. If the last axis is reduced, its vectors are summed.
"""

import math

from tapeflow.compiler.elements import Elements, FlatIndex, is_total, reduction_of
from tapeflow.compiler.plan import FEW_ROWS
from tapeflow.compiler.reductions import Accumulators, combine, start_of
from tapeflow.compiler.sharing import WORTH_SHARING, cost_of_elements, parts_of, share_of
from tapeflow.compiler.types import memory_type

_BLOCK = 4
"""How many vectors of results are summed side by side."""
_SWEPT_ROWS = 4
"""How many rows a sweep adds to its sums at once."""
_SWEEP = 1 << 10, 1 << 16
"""The least and the greatest row of results, in bytes, whose sums are kept in memory while rows are read."""
_DEAR = 12
"""What an element costs that fills the time by itself."""


class FoldWriter(Elements):
    """The loops of one reduction: kept axes outside, the others inside.

    share: None, or the Share of what the range of the function runs over: kept axes, or parts of a reduced axis.
    results: of a reduction that is cut into `num_parts` parts, its root.
    """

    def __init__(self, plan, kernel, lanes):
        super().__init__(plan, kernel)
        self._lanes = lanes
        (self._root,) = kernel.roots
        self._kind, self._operand = reduction_of(self._root)
        source, axes = self._operand.dims, self._root.node.params["axes"]
        is_reduced = [axis in axes for axis in range(len(source))]
        if self.is_flat(self._root.node, source):
            source, is_reduced = _joined(source, is_reduced)
            self.joined = source
        self._source = source
        self._kept = [axis for axis in range(len(source)) if not is_reduced[axis]]
        self._reduced = [axis for axis in range(len(source)) if is_reduced[axis]]
        self._keeps_last = not is_reduced[-1]
        self._outer = self._kept[:-1] if self._keeps_last else self._kept
        self._cost = cost_of_elements(plan, kernel.roots)
        self._copies = _BLOCK if self._cost < _DEAR else _BLOCK // 2
        self._is_total = is_total(plan, kernel.roots)
        self._sweeps = self._can_sweep()
        self._columns = None  # the range of the last axis, if it is not all
        self._part_range = None  # the range of the axis that is cut into parts
        self.num_parts, self._part_size, self._cut = 1, 0, None
        self.results = []
        self.share = self._share()

    @property
    def _kept_sizes(self):
        return tuple([self._source[axis] for axis in self._kept])

    def _can_sweep(self):
        """Whether rows are added up that are long, but not too long for the nearest memory."""
        least, greatest = _SWEEP
        last = len(self._source) - 1
        size = self._source[last] * self._root.value.dtype.size
        return (
            self._reduced == [last - 1]
            and self._source[last - 1] >= 2 * _SWEPT_ROWS
            and self._lanes > 1
            and least <= size <= greatest
        )

    def _share(self):
        work = math.prod(self._source) * self._cost
        if work < WORTH_SHARING:
            return None
        num_rows = math.prod([self._source[axis] for axis in self._outer])
        last = self._source[-1]
        unit = self._lanes * self._copies
        if num_rows >= FEW_ROWS:
            return self._share_rows(work)
        if self._sweeps and self._share_sweep(work):
            return share_of(self.num_parts, 1, work)
        if self._keeps_last and last >= FEW_ROWS * unit // 2:
            self._mode = self._some_columns
            return share_of(last // unit * unit, unit, work)
        results = math.prod(self._kept_sizes)
        self._cut = max(self._reduced, key=lambda axis: self._source[axis])
        is_last = self._cut == len(self._source) - 1
        self.num_parts, self._part_size = parts_of(
            self._source[self._cut], unit if is_last else 1, work, results
        )
        if self.num_parts > 1:
            self._mode = self._part
            self.results = [self._root]
            return share_of(self.num_parts, 1, work)
        self._cut = None
        return self._share_rows(work) if num_rows > 1 else None

    def _share_sweep(self, work):
        """Cuts the rows into parts, if they are enough."""
        results = math.prod(self._kept_sizes)
        cut = self._reduced[0]
        self.num_parts, self._part_size = parts_of(
            self._source[cut], _SWEPT_ROWS, work, results, self._source[cut] // (4 * _SWEPT_ROWS)
        )
        if self.num_parts < FEW_ROWS // 2:
            self.num_parts = 1
            return False
        self._cut, self._mode, self.results = cut, self._part, [self._root]
        return True

    def _share_rows(self, work):
        self._mode = self._some_rows
        return share_of(math.prod([self._source[axis] for axis in self._shared_axes()]), 1, work)

    def _shared_axes(self):
        """The outermost kept axes whose rows are shared: enough of them for pieces."""
        count = 1
        while count < len(self._outer):
            if math.prod([self._source[axis] for axis in self._outer[:count]]) >= 4 * FEW_ROWS:
                break
            count += 1
        return self._outer[:count]

    def kind_of(self, root):
        """Which reduction a root is."""
        return self._kind

    def turned_axis(self):
        """None: see PassWriter."""

    # The loops.

    def write(self, writer, pointer_of, begin, end, parts):
        """Writes the loops; from `begin` to `end`, LLVM values, of what is shared, if anything is.

        parts: {root: address of the memory for its parts}.
        """
        self.begin(writer, pointer_of)
        self._parts = parts
        self._offset = None
        if self.share is None:
            self._over_rows(self._outer, {})
        else:
            self._mode(begin, end)

    def _some_rows(self, begin, end):
        axes = self._shared_axes()
        sizes = [self._source[axis] for axis in axes]

        def row(variable):
            places = self.writer.split(variable, sizes)
            self._over_rows(self._outer[len(axes) :], dict(zip(axes, places, strict=True)))

        self.writer.loop(begin, end, 1, math.prod(sizes), row)

    def _some_columns(self, begin, end):
        # The last range takes what does not fill a block.
        self._columns = begin, self.writer.replaced(end, self.share.count, self._source[-1])
        self._over_rows(self._outer, {})

    def _part(self, begin, end):
        writer = self.writer

        def part(variable):
            self._offset = writer.index(variable) * math.prod(self._kept_sizes)
            self._part_range = writer.range_of(variable, self._part_size, self._source[self._cut])
            self._over_rows(self._outer, {})

        writer.loop(begin, end, 1, self.num_parts, part)

    def _over_rows(self, axes, index):
        if not axes:
            self._blocks(index) if self._keeps_last else self._row(index)
            return
        size, writer = self._source[axes[0]], self.writer
        writer.loop(
            0,
            size,
            1,
            size,
            lambda variable: self._over_rows(axes[1:], {**index, axes[0]: writer.index(variable)}),
        )

    def _over(self, axes, index, body):
        """`body(index)` for all places of these axes."""
        if not axes:
            body(index)
            return
        axis, writer = axes[0], self.writer
        size = self._source[axis]
        start, stop = self._part_range if axis == self._cut else (0, size)
        writer.loop(
            start,
            stop,
            1,
            size,
            lambda variable: self._over(axes[1:], {**index, axis: writer.index(variable)}, body),
        )

    def _element(self, index):
        place = tuple([index[axis] for axis in range(len(self._source))])
        return self.writer.as_number(self.read(self._operand, FlatIndex(place) if self.joined else place))

    # The last axis is kept: blocks of columns.

    def _blocks(self, index):
        """Columns, several vectors at a time; what is left over at the end begins early enough to be a vector."""
        writer, lanes, copies = self.writer, self._lanes, self._copies
        size = self._source[-1]
        start, stop = self._columns or (0, size)
        if self._sweeps:
            self._sweep(index, start, stop)
            return
        if 1 < size < lanes and self._is_total:
            writer.filled = size
            self._block(index, start, stop, (0,), lanes)
            writer.filled = None
            return
        if size < lanes or lanes == 1:
            count = min(size, 2 * copies)
            whole = writer.last_multiple(start, stop, count)
            self._block(index, start, whole, range(count), 1)
            if size % count:
                self._block(index, whole, stop, (0,), 1)
            return
        for count in dict.fromkeys((copies, 1)):
            whole = writer.last_multiple(start, stop, count * lanes)
            if whole is not start and whole != start:
                self._block(index, start, whole, range(0, count * lanes, lanes), lanes)
            start = whole
            if size % (count * lanes) == 0:
                return
        self._block(index, writer.early(start, stop, lanes), stop, (0,), lanes)

    def _block(self, index, start, stop, offsets, lanes):
        """The loop over columns that sums at these offsets from each side by side."""
        writer, last = self.writer, len(self._source) - 1
        step = len(offsets) * lanes
        before, writer.lanes = writer.lanes, lanes

        def block(variable):
            dtype = self._root.value.dtype
            sums = [
                Accumulators(writer, self._kind, dtype, 1 if lanes > 1 else 0, lanes == 1) for _ in offsets
            ]
            columns = [writer.index(variable) + offset for offset in offsets]

            def body(place):
                for column, each in zip(columns, sums, strict=True):
                    each.join(self._element({**place, last: column}))

            self._over(self._reduced, index, body)
            for column, each in zip(columns, sums, strict=True):
                self._result({**index, last: column}, each.held())

        writer.loop(start, stop, step, self._source[-1], block, lanes)
        writer.lanes = before

    def _sweep(self, index, start, stop):
        """The sums of the columns [start, stop), kept in memory while one row after the other is added."""
        writer, lanes = self.writer, self._lanes
        last, rows = len(self._source) - 1, self._reduced[0]
        size, dtype = self._source[last], self._root.value.dtype
        sums = writer.row(memory_type(dtype), size)
        whole = writer.last_multiple(start, stop, lanes)
        pieces = [(start, whole, lanes, None)]
        if size % lanes:
            rest = (lanes, size % lanes) if self._is_total else (1, None)
            pieces.append((whole, stop, *rest))

        def columns(body):
            for begin, end, width, filled in pieces:
                writer.lanes, writer.filled = width, filled
                writer.loop(begin, end, width, size, lambda variable: body(writer.index(variable)), width)
            writer.lanes, writer.filled = lanes, None

        def add(variable, count):
            def body(column):
                found = writer.load(sums, dtype, column, pinned=True)
                for k in range(count):
                    place = {**index, rows: writer.index(variable) + k, last: column}
                    found = combine(writer, self._kind, found, self._element(place))
                writer.store(found, sums, column)

            columns(body)

        nothing = writer.as_number(start_of(self._kind, dtype), dtype)
        columns(lambda column: writer.store(nothing, sums, column))
        begin, end = self._part_range if self._cut == rows else (0, self._source[rows])
        for count in (_SWEPT_ROWS, 1):
            until = writer.last_multiple(begin, end, count)
            writer.loop(
                begin, until, count, self._source[rows], lambda variable, count=count: add(variable, count)
            )
            begin = until
            if self._source[rows] % count == 0:
                break
        columns(
            lambda column: self._result(
                {**index, last: column}, writer.load(sums, dtype, column, pinned=True)
            )
        )

    # The last axis is reduced: its vectors.

    def _row(self, index):
        writer, lanes, last = self.writer, self._lanes, len(self._source) - 1
        size = self._source[last]
        copies = self._copies if size >= self._copies * lanes else 1
        has_vectors, is_masked = lanes > 1 and size >= lanes, lanes > 1 and self._is_total
        num_vectors = copies if has_vectors else int(is_masked)
        sums = Accumulators(writer, self._kind, self._root.value.dtype, num_vectors, not is_masked)
        steps = [(count, lanes) for count in dict.fromkeys((copies, 1))] if has_vectors else []
        steps.append((1, lanes if is_masked else 1))

        def row(place):
            start, stop = self._part_range if self._cut == last else (0, size)
            for number, (count, width) in enumerate(steps):
                is_rest = number == len(steps) - 1

                def body(variable, count=count, width=width):
                    for copy in range(count):
                        column = writer.index(variable) + copy * width
                        sums.join(self._element({**place, last: column}), copy)

                until = stop if is_rest else writer.last_multiple(start, stop, count * width)
                if until is not start and until != start:
                    writer.lanes, writer.filled = width, size % lanes if is_rest and is_masked else None
                    writer.loop(start, until, count * width, size, body, width)
                    writer.lanes, writer.filled = lanes, None
                start = until
                if size % (count * width) == 0:
                    break

        self._over(self._reduced[:-1], index, row)
        self._result(index, sums.total())

    def _result(self, index, number):
        sizes = self._kept_sizes
        place = self.place(sizes, tuple([index[axis] for axis in self._kept]))
        if self._root.value in self._parts:
            self.writer.store(number, self._parts[self._root.value], place + self._offset)
        else:
            self.writer.store(number, self.pointer_of(self._root.value), place)


def _joined(source, is_reduced):
    """The sizes, and whether they are reduced, with neighbours of one kind joined and axes of length 1 left out."""
    sizes, kinds = [], []
    for size, reduced in zip(source, is_reduced, strict=True):
        if size == 1:
            continue
        if kinds and kinds[-1] == reduced:
            sizes[-1] *= size
        else:
            sizes.append(size)
            kinds.append(reduced)
    return tuple(sizes) or (1,), kinds or [True]
