"""Functions that cover a block of a product with register tiles.

There are tiles of few sizes. Where a block is no multiple of them, its last rows and columns are padded: the rest of A
and the rest of B are copied to panels with room for a whole tile, and the tile goes to a small matrix, of which what is
there is copied to the result.
"""

from tapeflow.compiler.panels import emit_panels_of_columns, emit_panels_of_rows, emit_row_copies
from tapeflow.compiler.partial_vectors import load_vector, take_lanes, zeros
from tapeflow.compiler.places import (
    at,
    carry,
    choose,
    declared,
    minus,
    number,
    opaque,
    plus,
    quotient,
    size_of,
    times,
    when,
)
from tapeflow.compiler.register_tile import TileShape, emit_tile, multiply_add

_WIDE = 8
"""Vectors of a tile of a single row, so that as many sums run side by side."""
_BESIDE = 4
"""Columns of inner products that are computed side by side."""


class Tiles:
    """Writes the functions into a module, those that are asked for. kind: LLVM's float or double.

    has_wide: whether there is one for a single row. sizes: the numbers of rows for which there are others, largest
    first. most_terms: of one block. few_terms: of one whose panels stay in the first cache.
    """

    def __init__(self, module, target, kind, has_wide):
        from llvmlite import ir

        self.module = module
        self.target = target
        self.kind = kind
        self._has_wide = has_wide
        self.shape = TileShape(target, kind)
        most = self.shape.rows
        self.sizes = {12: (12, 8, 4), 6: (6, 4), 4: (4,)}[most]
        # A panel of B, that many terms, is read again and again: 20 KiB, or 32 of 48 KiB, from the first cache; 64 KiB,
        # which are read in order, from the second.
        row = self.shape.columns * size_of(kind)
        self.few_terms = 256 if row == 128 else 320
        self.most_terms = min(1024, (64 << 10) // row)
        pointer, i64, i1 = kind.as_pointer(), ir.IntType(64), ir.IntType(1)
        self._kinds = {"a": pointer, "b": pointer, "c": pointer, "b_edge": pointer, "panels": pointer}
        self._kinds |= dict.fromkeys(("goes_on", "apart", "copies_a", "copies_b"), i1)
        self._number = i64
        self._functions = {}

    def function(self, name, arguments, write):
        """The internal function of that name; write(builder, **arguments) writes it when it is first asked for."""
        from llvmlite import ir

        found = self._functions.get(name)
        if found is not None:
            return found
        names = arguments.split()
        kinds = [self._kinds.get(each, self._number) for each in names]
        found = ir.Function(self.module, ir.FunctionType(ir.VoidType(), kinds), f"{name}_{self.kind}")
        found.linkage = "internal"
        self._functions[name] = found
        builder = ir.IRBuilder(found.append_basic_block())
        write(builder, **dict(zip(names, found.args, strict=True)))
        builder.ret_void()
        return found

    def continue_in(self, module):
        """From now on functions are written into another module, which calls by name those that there are already."""
        from llvmlite import ir

        for name, written in self._functions.items():
            written.linkage = ""  # known outside
            self._functions[name] = ir.Function(module, written.function_type, written.name)
        self.module = module

    # Tiles.

    def write_tiles(self):
        """Writes the functions that cover blocks with tiles, all of which `block` uses."""
        for num_rows in self.sizes:
            for vectors in (1, self.shape.vectors):
                self.tiles(num_rows, vectors)
        if self._has_wide:
            self._one_row()

    def tiles(self, num_rows, vectors):
        """`count` tiles of `num_rows` rows and that many vectors of columns, one below the other."""

        def write(builder, a, a_row, a_term, b, b_term, c, c_row, terms, goes_on, count):
            # One addition leads to the next term of all rows; LLVM would rather add from row to row, each time.
            a_rows = [opaque(builder, times(builder, row, a_row)) for row in range(num_rows)]
            c_rows = [times(builder, row, c_row) for row in range(num_rows)]

            def tile(_, places):
                a, c = places
                below = at(builder, c, times(builder, c_row, num_rows))
                for row in c_rows:  # the next tile's results; where its first ones lie has been there already
                    last = plus(builder, row, vectors * self.shape.lanes - 1)
                    _prefetch(builder, at(builder, below, last))
                same = (builder, self.target, self.shape.lanes)
                nest, start = [(terms, a_term, b_term)], (c, c_rows, goes_on)
                emit_tile(*same, a, a_rows, b, [None] * vectors, c, c_rows, nest, start)
                return [at(builder, a, times(builder, a_row, num_rows)), below]

            carry(builder, count, [a, c], tile)

        arguments = "a a_row a_term b b_term c c_row terms goes_on count"
        return self.function(f"tiles_{num_rows}_{vectors}", arguments, write)

    def _one_row(self):
        """`count` tiles of a single row and many columns, side by side."""

        def write(builder, a, a_term, b, b_term, c, terms, goes_on, count):
            def tile(_, places):
                b, c = places
                same = (builder, self.target, self.shape.lanes)
                emit_tile(
                    *same, a, [0], b, [None] * _WIDE, c, [0], [(terms, a_term, b_term)], (c, [0], goes_on)
                )
                return [at(builder, each, self.shape.lanes * _WIDE) for each in (b, c)]

            carry(builder, count, [b, c], tile)

        return self.function("one_row", "a a_term b b_term c terms goes_on count", write)

    def _one_tile(self):
        """The smallest tile with room for `rows` rows and `columns` columns."""

        def write(builder, rows, columns, **arguments):
            same = [*arguments.values(), number(1)]
            is_narrow = builder.icmp_signed("<=", columns, number(self.shape.lanes))

            def smallest(sizes):
                def call(vectors):
                    builder.call(self.tiles(sizes[0], vectors), same)
                    return []

                def here():
                    return choose(builder, is_narrow, lambda: call(1), lambda: call(self.shape.vectors))

                if len(sizes) == 1:
                    return here()
                fits = builder.icmp_signed("<=", rows, number(sizes[1]))
                return choose(builder, fits, lambda: smallest(sizes[1:]), here)

            smallest(self.sizes)

        arguments = "rows columns a a_row a_term b b_term c c_row terms goes_on"
        return self.function("one_tile", arguments, write)

    def _padded_tile(self):
        """One tile of which the first `rows` rows and `columns` columns go to c."""
        shape = self.shape

        def write(builder, rows, columns, a, a_row, a_term, b, b_term, c, c_row, terms, goes_on):
            whole = builder.alloca(self.kind, number(shape.rows * shape.columns))
            whole.align = 64
            width = number(shape.columns)
            copy = self.row_copies()
            when(
                builder,
                goes_on,
                lambda: builder.call(copy, [c, c_row, whole, width, rows, columns]),
            )
            builder.call(
                self._one_tile(),
                [rows, columns, a, a_row, a_term, b, b_term, whole, width, terms, goes_on],
            )
            builder.call(copy, [whole, width, c, c_row, rows, columns])

        arguments = "rows columns a a_row a_term b b_term c c_row terms goes_on"
        return self.function("padded_tile", arguments, write)

    # Copies.

    def row_copies(self):
        """Copies `rows` rows of `columns` elements from a to c."""

        def write(builder, a, a_row, c, c_row, rows, columns):
            emit_row_copies(builder, self.target, a, a_row, c, c_row, rows, columns)

        return self.function("row_copies", "a a_row c c_row rows columns", write)

    def panel_copies(self):
        """Copies the terms of columns of B to panels; `apart`: the terms of a column are neighbours."""

        def write(builder, b, b_term, b_column, apart, panels, panel, terms, columns):
            same = (panels, panel, terms, columns)
            where = (builder, self.target, self.shape, b)
            when(builder, apart, lambda: emit_panels_of_columns(*where, b_column, *same))
            when(builder, builder.not_(apart), lambda: emit_panels_of_rows(*where, b_term, *same))

        arguments = "b b_term b_column apart panels panel terms columns"
        return self.function("panel_copies", arguments, write)

    # Blocks.

    def split(self, rest, is_alone):
        """How the rows that are left, fewer than a tile has, are cut: (whole tiles taken back, rows of two tiles).

        The first of the two is whole, the second is padded if it is no size of tiles.
        """
        if not rest:
            return 0, 0, 0
        room = lambda rows: min([size for size in self.sizes if size >= rows])
        best = (room(rest), 0, 0, rest)
        if not is_alone:
            rows = rest + self.sizes[0]
            for first in self.sizes[1:]:
                if 0 < rows - first <= self.sizes[0]:
                    cost = first + room(rows - first) - self.sizes[0]
                    best = min(best, (cost, 1, first, rows - first))
        return best[1:]

    def block(self):
        """A block of at most `most_terms` terms.

        A panel of columns of B lies `panel` elements behind the one before; columns that fill no panel are padded, at
        `b_edge`.
        """
        shape = self.shape
        size = shape.columns

        def write(
            builder, a, a_row, a_term, b, b_term, panel, b_edge, c, c_row, rows, terms, columns, goes_on
        ):
            if self._has_wide:
                done = self._wide_part(builder, a, a_term, b, b_term, panel, c, rows, terms, columns, goes_on)
                b, c, columns = at(builder, b, done), at(builder, c, done), minus(builder, columns, done)
            whole = quotient(builder, columns, size)
            rest = minus(builder, columns, times(builder, whole, size))

            count, first, last = self._rows_of(builder, rows)
            start_first = times(builder, count, self.sizes[0])
            start_last = plus(builder, start_first, first)
            a_first = at(builder, a, times(builder, start_first, a_row))
            a_last = at(builder, a, times(builder, start_last, a_row))
            exact = builder.icmp_signed("==", last, number(0))
            for each in self.sizes:
                exact = builder.or_(exact, builder.icmp_signed("==", last, number(each)))
            exact = builder.or_(exact, builder.icmp_signed("==", columns, number(0)))
            room = builder.alloca(self.kind, number(self.most_terms * size))
            room.align = 64
            padded = builder.not_(exact)
            apart = builder.icmp_signed("!=", a_row, number(1))
            when(
                builder,
                padded,
                lambda: builder.call(
                    self.panel_copies(), [a_last, a_term, a_row, apart, room, number(0), terms, last]
                ),
            )
            last_a = (
                builder.select(padded, room, a_last),
                builder.select(padded, number(1), a_row),
                builder.select(padded, number(size), a_term),
            )

            def below(c, row):
                return at(builder, c, times(builder, row, c_row))

            def panel_of(b, b_term, c, used):
                """The rows of one panel; used: its columns if it is padded."""

                def call(function, a, c, *sizes):
                    builder.call(function, [*sizes[:2], *a, b, b_term, c, c_row, terms, goes_on, *sizes[2:]])

                whole_a = (a, a_row, a_term)
                if used is None:
                    builder.call(
                        self.tiles(self.sizes[0], shape.vectors),
                        [*whole_a, b, b_term, c, c_row, terms, goes_on, count],
                    )
                    one = self._one_tile()
                else:

                    def tile(_, places):
                        a, c = places
                        call(self._padded_tile(), (a, a_row, a_term), c, number(self.sizes[0]), used)
                        return [
                            at(builder, a, times(builder, a_row, self.sizes[0])),
                            below(c, self.sizes[0]),
                        ]

                    carry(builder, count, [a, c], tile)
                    one = self._padded_tile()
                width = number(size) if used is None else used
                when(
                    builder,
                    builder.icmp_signed(">", first, number(0)),
                    lambda: call(one, (a_first, a_row, a_term), below(c, start_first), first, width),
                )
                some = builder.icmp_signed(">", last, number(0))
                there = below(c, start_last)
                if used is None:
                    direct = builder.and_(some, exact)
                    when(builder, direct, lambda: call(one, last_a, there, last, width))
                    some = builder.and_(some, padded)
                when(builder, some, lambda: call(self._padded_tile(), last_a, there, last, width))

            def whole_panel(_, places):
                b, c = places
                panel_of(b, b_term, c, None)
                return [at(builder, b, panel), at(builder, c, size)]

            _, c = carry(builder, whole, [b, c], whole_panel)
            when(
                builder,
                builder.icmp_signed(">", rest, number(0)),
                lambda: panel_of(b_edge, number(size), c, rest),
            )

        arguments = "a a_row a_term b b_term panel b_edge c c_row rows terms columns goes_on"
        return self.function("block", arguments, write)

    def _wide_part(self, builder, a, a_term, b, b_term, panel, c, rows, terms, columns, goes_on):
        """Most columns of a single row, if B is read where it lies; how many they are."""
        one_row = builder.icmp_signed("==", rows, number(1))
        close = builder.icmp_signed("==", panel, number(self.shape.columns))
        wide = self.shape.lanes * _WIDE
        count = builder.select(builder.and_(one_row, close), quotient(builder, columns, wide), number(0))
        arguments = [a, a_term, b, b_term, c, terms, goes_on, count]
        some = builder.icmp_signed(">", count, number(0))
        when(builder, some, lambda: builder.call(self._one_row(), arguments))
        return times(builder, count, wide)

    def _rows_of(self, builder, rows):
        """(whole tiles, rows of the first and of the last tile after them)."""
        most = self.sizes[0]
        whole = quotient(builder, rows, most)
        rest = minus(builder, rows, times(builder, whole, most))
        is_alone = builder.icmp_signed("==", whole, number(0))
        tables = [[self.split(each, alone) for each in range(most)] for alone in (True, False)]
        back, first, last = [
            builder.select(
                is_alone,
                *[_looked_up(builder, [entry[part] for entry in table], rest) for table in tables],
            )
            for part in range(3)
        ]
        return minus(builder, whole, back), first, last

    # Rows of A times rows of B.

    def dots(self):
        """Inner products: a row of A times columns of B whose terms are neighbours, as those of A are.

        Each is the sum of two vectors of sums, whose lanes are added in the end.
        """

        def write(builder, a, b, b_column, c, terms, columns):
            whole = quotient(builder, columns, _BESIDE)

            def several(count):
                def trip(_, places):
                    b, c = places
                    self._dots(builder, a, b, b_column, c, terms, count)
                    return [at(builder, b, times(builder, b_column, count)), at(builder, c, count)]

                return trip

            b, c = carry(builder, whole, [b, c], several(_BESIDE))
            carry(builder, minus(builder, columns, times(builder, whole, _BESIDE)), [b, c], several(1))

        return self.function("dots", "a b b_column c terms columns", write)

    def _dots(self, builder, a, b, b_column, c, terms, count):
        from llvmlite import ir

        lanes = self.shape.lanes
        places = [times(builder, column, b_column) for column in range(count)]
        vectors = quotient(builder, terms, 2 * lanes)

        def products(a, b, sums, used):
            """The sums of the first and the second vectors with one more product each."""
            found = []
            for half, some in enumerate(used):
                left = load_vector(builder, at(builder, a, half * lanes), lanes, some)
                for column, place in enumerate(places):
                    there = at(builder, at(builder, b, place), half * lanes)
                    right = load_vector(builder, there, lanes, some)
                    found.append(multiply_add(builder, self.target, left, right, sums[half * count + column]))
            return found

        def trip(_, carried):
            a, b, *sums = carried
            sums = products(a, b, sums, [None, None])
            return [at(builder, a, 2 * lanes), at(builder, b, 2 * lanes), *sums]

        a, b, *sums = carry(builder, vectors, [a, b, *[zeros(self.kind, lanes)] * (2 * count)], trip)
        rest = minus(builder, terms, times(builder, vectors, 2 * lanes))
        some = builder.icmp_signed(">", rest, number(0))
        used = [rest, minus(builder, rest, lanes)]
        sums = choose(builder, some, lambda: products(a, b, sums, used), lambda: sums)
        for column in range(count):
            total = builder.fadd(sums[column], sums[count + column])
            size = lanes
            while size > 1:
                size //= 2
                halves = [take_lanes(builder, total, range(start, start + size)) for start in (0, size)]
                total = builder.fadd(*halves)
            lane = builder.extract_element(total, ir.Constant(ir.IntType(32), 0))
            builder.store(lane, at(builder, c, column))


def _looked_up(builder, values, index):
    """values[index]: small numbers in a word, four bits each."""
    word = sum([value << 4 * place for place, value in enumerate(values)])
    return builder.and_(builder.lshr(number(word), times(builder, index, 4)), number(15))


def _prefetch(builder, address):
    """Has the processor fetch what will be read and written soon; it may be beyond the end of an array."""
    from llvmlite import ir

    byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
    function = declared(builder.module, "llvm.prefetch.p0", ir.VoidType(), [byte, word, word, word])
    builder.call(function, [builder.bitcast(address, byte), *[ir.Constant(word, each) for each in (0, 3, 1)]])
