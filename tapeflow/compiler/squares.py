"""Kernels that read something along another axis than they write: squares of elements, turned in registers.

A transpose reads neighbours from rows far apart. Read one by one, each would cost the line of memory around it. Here
a block of rows and columns, as large as a line of memory both ways, is computed square by square: of a square, whole
vectors are read along the one axis and written along the other.
"""

import math

from tapeflow.compiler.passes import PassWriter
from tapeflow.compiler.plan import FEW_ROWS
from tapeflow.compiler.sharing import WORTH_SHARING, share_of

_LINE = 64


class SquareWriter(PassWriter):
    """Like PassWriter, for kernels without reductions. axis: along which some operand is read in vectors."""

    def __init__(self, plan, kernel, lanes, axis):
        self._axis = axis
        super().__init__(plan, kernel, lanes)

    def turned_axis(self):
        """None: it is turned already."""

    def _share(self):
        size = max(root.value.dtype.size for root in self.kernel.roots)
        self._block = max(1, _LINE // (size * self._lanes)) * self._lanes
        num_rows = self._sizes[self._axis]
        if num_rows < self._block or self._columns < self._block:
            self._block = self._lanes
        others = [size for axis, size in enumerate(self._sizes) if axis != self._axis]
        work = math.prod(self._sizes) * self._columns * self._cost
        if work < WORTH_SHARING:
            return None
        if math.prod(others) >= FEW_ROWS:
            self._mode = self._some_others
            return share_of(math.prod(others), 1, work)
        if num_rows < 2 * self._block:
            return None
        self._mode = self._some_blocks
        return share_of(num_rows // self._block * self._block, self._block, work)

    # The loops.

    def write(self, writer, pointer_of, begin, end, parts):
        """See PassWriter."""
        self.begin(writer, pointer_of)
        self._others = [axis for axis in range(len(self._sizes)) if axis != self._axis]
        if self.share is None:
            self._over_others(self._others, {}, (0, self._sizes[self._axis]))
        else:
            self._mode(begin, end)

    def _some_others(self, begin, end):
        sizes = [self._sizes[axis] for axis in self._others]

        def place(variable):
            index = dict(zip(self._others, self.writer.split(variable, sizes), strict=True))
            self._blocks(index, (0, self._sizes[self._axis]))

        self.writer.loop(begin, end, 1, math.prod(sizes), place)

    def _some_blocks(self, begin, end):
        # The last range takes the rows that do not fill a block.
        rows = begin, self.writer.replaced(end, self.share.count, self._sizes[self._axis])
        self._over_others(self._others, {}, rows)

    def _over_others(self, axes, index, rows):
        if not axes:
            self._blocks(index, rows)
            return
        size, writer = self._sizes[axes[0]], self.writer
        writer.loop(
            0,
            size,
            1,
            size,
            lambda variable: self._over_others(axes[1:], {**index, axes[0]: writer.index(variable)}, rows),
        )

    def _blocks(self, index, rows):
        """The rows [start, stop) of an axis and all columns: blocks, and what is left over at both ends."""
        writer, lanes = self.writer, self._lanes
        num_rows, columns = self._sizes[self._axis], self._columns
        start, stop = rows
        for block in dict.fromkeys((self._block, lanes)):
            until = writer.last_multiple(start, stop, block)
            if until is start or until == start:
                continue

            def some_rows(variable, block=block):
                row, done = writer.index(variable), 0
                for width in dict.fromkeys((block, lanes)):
                    whole = done + (columns - done) // width * width
                    if done < whole:
                        self._loop_of_blocks(index, row, block, done, whole, width)
                    done = whole
                if done < columns:
                    self._rest_of_columns(index, row, block, done)

            writer.loop(start, until, block, num_rows, some_rows)
            start = until
            if num_rows % block == 0:
                return
        writer.loop(start, stop, 1, num_rows, lambda variable: self._row(index, writer.index(variable)))

    def _loop_of_blocks(self, index, row, height, start, stop, width):
        """Blocks of columns from `start` to `stop`, of `height` rows from `row` on."""
        writer, lanes = self.writer, self._lanes

        def block(variable):
            first = writer.index(variable)

            def squares(down):
                def square(across):
                    self._square(index, row, down, first + writer.index(across))

                writer.loop(0, width, lanes, width, square, lanes)

            writer.loop(0, height, lanes, height, squares)

        writer.loop(start, stop, width, self._columns, block)

    def _square(self, index, row, down, column):
        """The vectors of one square: of as many rows as lanes."""
        writer = self.writer
        first = row + writer.index(down)
        for k in range(self._lanes):
            writer.square = down, k
            place = {**index, self._axis: first + k}
            self._elements((*[place[axis] for axis in range(len(self._sizes))], column))
        writer.square = None

    def _rest_of_columns(self, index, row, height, start):
        writer = self.writer
        writer.lanes = 1

        def column(variable):
            def one(down):
                place = {**index, self._axis: row + writer.index(down)}
                self._elements((*[place[axis] for axis in range(len(self._sizes))], writer.index(variable)))

            writer.loop(0, height, 1, height, one)

        writer.loop(start, self._columns, 1, self._columns, column)
        writer.lanes = self._lanes

    def _row(self, index, row):
        """A row that fills no block."""
        place = {**index, self._axis: row}
        self._rows((), tuple([place[axis] for axis in range(len(self._sizes))]))

    def _elements(self, place):
        for root in self.kernel.roots:
            self._one(root, place, {}, 0)
