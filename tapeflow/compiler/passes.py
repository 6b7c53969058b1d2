"""Kernels of rows and columns: each row in as many passes over its columns as its reductions ask for."""

import math

from tapeflow.compiler.elements import Elements, FlatIndex, is_total, key_of, reduction_of
from tapeflow.compiler.indices import Affine
from tapeflow.compiler.plan import FEW_ROWS
from tapeflow.compiler.reductions import Accumulators
from tapeflow.compiler.sharing import WORTH_SHARING, cost_of_elements, parts_of, share_of
from tapeflow.compiler.types import memory_type

_INDEPENDENT = 4
"""How many sums run side by side, so that one need not wait for the other; twice as many in long rows."""
_LONG = 32
"""How many vectors make a row a long one."""
_DEAR = 12
"""What an element costs that fills the time by itself."""


class PassWriter(Elements):
    """The loops over rows and columns.

    share: None, or the Share of what the range of the function runs over: rows, columns, or parts of the columns.
    results: of a kernel whose reductions are cut into `num_parts` parts, the roots; each part writes to memory of its
    own.
    """

    def __init__(self, plan, kernel, lanes):
        super().__init__(plan, kernel)
        self._lanes = lanes
        space = self._space()
        self._sizes, self._columns, self._has_columns = space[:-1], space[-1] if space else 1, bool(space)
        self._cost = cost_of_elements(plan, kernel.roots)
        self._reductions = [root for root in kernel.roots if root.kind == "row"]
        self._kinds = {root.value: reduction_of(root) for root in self._reductions}
        self._passes = self._in_passes()
        self._copies = {
            number: self._num_copies(wholes) for number, (_, wholes) in self._passes.items() if wholes
        }
        self._is_total = is_total(plan, kernel.roots)
        self._range = None  # the columns that are written, if they are not all
        self.num_parts, self._part_size = 1, self._columns
        self.results = []
        self.share = self._share()

    @classmethod
    def is_flat_row(cls, plan, kernel):
        """Whether a reduction over several last axes can go over them as over one."""
        node = kernel.roots[0].node
        return kernel.roots[0].kind == "row" and Elements(plan, kernel).is_flat(node, node.inputs[0].dims)

    def kind_of(self, root):
        """Which reduction a root is."""
        return self._kinds[root.value][0]

    def turned_axis(self):
        """The axis along which something is read that is scattered along the last one; None if there is none.

        Known when the loops are written; for kernels that compute every element by itself.
        """
        lanes = self._lanes
        if self._reductions or lanes == 1 or self._columns < lanes:
            return None
        for variable in self.writer.turned:
            for axis, at in enumerate(self._row_index):
                if variable in at.terms and self._sizes[axis] >= lanes:
                    return axis
        return None

    # What the loops run over.

    def _space(self):
        """The axes that the loops run over: as few as the accesses allow."""
        kernel = self.kernel
        full = (*kernel.rows, kernel.columns)
        dims = max(
            [root.node.inputs[0].dims if root.kind == "row" else root.value.dims for root in kernel.roots],
            key=len,
        )
        if all([root.kind == "map" for root in kernel.roots]):
            if math.prod(dims) == math.prod(full) and self._is_flat_map(dims):
                self.joined = (math.prod(dims),)
                return self.joined
            return dims
        if len(dims) != len(full):  # several last axes are reduced
            self.joined = full
        return full

    def _is_flat_map(self, dims):
        """Whether every element is computed from those at the same place, or from single numbers."""
        return all([root.value.dims == dims and self.is_flat(root.node, dims) for root in self.kernel.roots])

    def _num_copies(self, roots):
        """How many vectors a pass computes side by side: few where one of them fills the time by itself."""
        is_dear = cost_of_elements(self.plan, roots) >= _DEAR
        if any([root.kind == "row" for root in roots]):
            many = 2 * _INDEPENDENT if self._columns >= _LONG * self._lanes else _INDEPENDENT
            return _INDEPENDENT // 2 if is_dear else many
        return 1 if is_dear else _INDEPENDENT // 2

    def _share(self):
        num_rows, columns = math.prod(self._sizes), self._columns
        work = num_rows * columns * self._cost
        unit = self._lanes * max(self._copies.values(), default=1)
        if work < WORTH_SHARING:
            return None
        if num_rows < FEW_ROWS:
            if not self._reductions:
                return self._share_of_columns(work, unit)
            if len(self._passes) == 1 and not self._passes[0][0]:
                self.num_parts, self._part_size = parts_of(columns, unit, work, num_rows)
                if self.num_parts > 1:
                    self._mode = self._part
                    self.results = self._reductions
                    return share_of(self.num_parts, 1, work)
        if num_rows == 1:
            return None
        self._mode = self._some_rows
        return share_of(math.prod(self._shared_sizes()), 1, work)

    def _share_of_columns(self, work, unit):
        if self._columns < 2 * unit:
            return None
        self._mode = self._some_columns
        return share_of(self._columns, unit, work)

    def _shared_sizes(self):
        """The sizes of the outermost axes whose rows are shared: enough of them for pieces."""
        count = 1
        while count < len(self._sizes) and math.prod(self._sizes[:count]) < 4 * FEW_ROWS:
            count += 1
        return self._sizes[:count]

    # The loops.

    def write(self, writer, pointer_of, begin, end, parts):
        """Writes the loops; from `begin` to `end`, LLVM values, of what is shared, if anything is.

        parts: {root: address of the memory for its parts}.
        """
        self.begin(writer, pointer_of)
        self._parts = parts
        self._offset = None
        if self.share is None:
            self._rows(self._sizes, ())
        else:
            self._mode(begin, end)

    def _some_rows(self, begin, end):
        sizes = self._shared_sizes()

        def row(variable):
            self._rows(self._sizes[len(sizes) :], self.writer.split(variable, sizes))

        self.writer.loop(begin, end, 1, math.prod(sizes), row)

    def _some_columns(self, begin, end):
        self._range = begin, end
        self._rows(self._sizes, ())

    def _part(self, begin, end):
        writer = self.writer

        def part(variable):
            self._offset = writer.index(variable) * math.prod(self._sizes)
            self._range = writer.range_of(variable, self._part_size, self._columns)
            self._rows(self._sizes, ())

        writer.loop(begin, end, 1, self.num_parts, part)

    def _rows(self, sizes, index):
        if sizes:
            self.writer.loop(
                0,
                sizes[0],
                1,
                sizes[0],
                lambda variable: self._rows(sizes[1:], (*index, self.writer.index(variable))),
            )
            return
        self._row_index = index
        self.registers.clear()
        for number in sorted(self._passes):
            singles, wholes = self._passes[number]
            for root in singles:
                self._single(root, index)
            if wholes:
                self._pass(wholes, index, number)

    def _in_passes(self):
        """{number: (roots that are one number for the row, roots over its columns)}, in the order of their needs."""
        number_of, found = {}, {}
        for root in self.kernel.roots:
            number = 0
            for need in root.needs:
                if need.value in number_of:
                    number = max(number, number_of[need.value] + (1 if need.kind == "row" else 0))
            number_of[root.value] = number
            found.setdefault(number, ([], []))[0 if self._is_single(root) else 1].append(root)
        return found

    def _is_single(self, root):
        """Whether the root is one number for each row."""
        rows = self.kernel.rows
        return (
            root.kind == "map"
            and self.joined is None
            and bool(self._reductions)
            and root.value.dims in (rows, (*rows, 1))
        )

    def _single(self, root, index):
        at = index if len(root.value.dims) == len(index) else (*index, 0)
        number = self.computed(root.node, at)
        self.registers[root.value] = number
        if root.value in self.plan.stored:
            self.store(number, root.value, at)

    def _pass(self, roots, index, number):
        """One pass over the columns: a loop over vectors, several at a time for reductions, then one for the rest."""
        writer = self.writer
        reductions = [root for root in roots if root.kind == "row"]
        self._keep(roots, number)
        stretches = self._stretches(self._copies[number])
        num_vectors = max([copies for _, _, copies, lanes, _ in stretches if lanes > 1], default=0)
        has_singles = any([lanes == 1 for _, _, _, lanes, _ in stretches])
        sums = {
            root.value: Accumulators(writer, self.kind_of(root), root.value.dtype, num_vectors, has_singles)
            for root in reductions
        }
        for start, stop, copies, lanes, filled in stretches:
            writer.lanes, writer.filled = lanes, filled

            def body(variable, copies=copies, lanes=lanes):
                for copy in range(copies):
                    place = index
                    if self._has_columns:
                        place = (*index, writer.index(variable) + copy * lanes)
                    for root in roots:
                        self._one(root, FlatIndex(place) if self.joined else place, sums, copy)

            writer.loop(start, stop, copies * lanes, self._columns, body, lanes)
        writer.lanes, writer.filled = self._lanes, None
        for root in reductions:
            self._result(root, index, sums[root.value].total())

    def _stretches(self, most):
        """(start, stop, vectors at a time, lanes, filled lanes) of the loops over the columns, one after the other."""
        writer, lanes, columns = self.writer, self._lanes, self._columns
        start, stop = self._range or (0, columns)
        if self.plan.is_trial:
            most = 1
        found = []
        sizes = [(copies, lanes) for copies in (most, 1) if copies * lanes <= columns and lanes > 1]
        for copies, count in [*dict.fromkeys(sizes), (1, 1)]:
            step = copies * count
            if step == 1 and lanes > 1 and self._is_total:
                found.append((start, stop, 1, lanes, columns % lanes))
                break
            until = writer.last_multiple(start, stop, step)
            if until is not start and until != start:
                found.append((start, until, copies, count, None))
            start = until
            if columns % step == 0:
                break
        return found

    def _result(self, root, index, total):
        self.registers[root.value] = total
        if root.value in self._parts:
            place = self.place(self._sizes, index) + self._offset
            self.writer.store(total, self._parts[root.value], place)
        elif root.value in self.plan.stored:
            at = (*index, *[0] * (len(root.value.dims) - len(index)))
            self.store(total, root.value, at)

    def _keep(self, roots, number):
        """Makes room on the stack for what later passes read."""
        for root in roots:
            if root.kind != "map" or root.value in self.plan.stored or root.value in self.scratch:
                continue
            if self._is_needed_later(root, number):
                self.scratch[root.value] = self.writer.row(memory_type(root.value.dtype), self._columns)

    def _is_needed_later(self, root, number):
        for later, (singles, wholes) in self._passes.items():
            if later > number and any([root in each.needs for each in (*singles, *wholes)]):
                return True
        return False

    def _one(self, root, index, sums, copy):
        """The root's element, or vector of elements, at this place."""
        writer = self.writer
        if root.kind == "row":
            sums[root.value].join(writer.as_number(self.read(self._kinds[root.value][1], index)), copy)
            return
        number = writer.as_number(self.computed(root.node, index), root.value.dtype)
        writer.remembered(("value", root.value, key_of(index)), lambda: number)
        if root.value in self.plan.stored:
            self.store(number, root.value, index)
        elif root.value in self.scratch:
            column = index[-1] if index else Affine({}, 0, writer)
            writer.store(number, self.scratch[root.value], column)
