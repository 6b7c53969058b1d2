"""The function that multiplies matrices of any sizes: cuts them into blocks for the caches, copies what lies badly, and
shares the rows or the columns among threads.

The result is cut by rows and columns only, and every element is one sum in the order of its terms, from block to
block: neither the number of threads nor the copies change a bit. What a thread copies it reads itself: fetching from
another one's cache takes longer than copying twice. Copies are on the stack, some 400 KiB.
"""

from tapeflow.compiler import threads
from tapeflow.compiler.places import (
    at,
    choose,
    declared,
    least,
    loop,
    minus,
    number,
    plus,
    quotient,
    size_of,
    times,
    when,
)

FEW_ROWS = 3
"""Up to so many rows of A are multiplied with columns of B one by one: transposing B would take longer."""
_FLOPS = 200_000
"""What is worth the while of another thread."""
_OFTEN = 16
"""From so many tiles of rows on, copies of B pay."""
_LARGE = 1 << 16
"""Bytes of B up to which it is read where it lies."""
_FAR = 1 << 10
"""Bytes between the columns of A up to which they are read where they lie."""
_PANELS = 8
"""From so many panels of B on, threads share its columns."""
_ROOM = 9 << 15
"""Bytes of the copies: the panels of B that are copied at a time, and the rows of A if those are copied."""
_CHUNK = 3 << 16
"""Bytes of `few_terms` of the rows of A that are copied at a time."""
_BLOCK = 1 << 16
"""The same of those that are multiplied with one panel before the next: with it they stay in the second cache."""


class _Sizes:
    """How matrices are cut: the largest numbers of terms, rows, panels and so on."""

    def __init__(self, tiles):
        bytes_each = size_of(tiles.kind)
        self.panel, self.lanes, self.tile = tiles.shape.columns, tiles.shape.lanes, tiles.shape.rows
        self.few_terms, self.most_terms = tiles.few_terms, tiles.most_terms
        self.room = _ROOM // bytes_each
        self.chunk, self.block = [
            limit // (self.few_terms * bytes_each) // self.tile * self.tile for limit in (_CHUNK, _BLOCK)
        ]
        self.large = _LARGE // bytes_each
        self.far = _FAR // bytes_each


class _Context:
    """What a function that several threads run is told: named LLVM values in memory."""

    def __init__(self, **values):
        from llvmlite import ir

        self._kinds = {name: value.type for name, value in values.items()}
        self._type = ir.LiteralStructType(list(self._kinds.values()))
        self._values = values

    def stored(self, builder):
        """The address of the values, an i8*."""
        from llvmlite import ir

        entry = builder.function.entry_basic_block
        first = ir.IRBuilder(entry)
        first.position_at_start(entry)
        place = first.alloca(self._type)
        for position, value in enumerate(self._values.values()):
            builder.store(value, self._field(builder, place, position))
        return builder.bitcast(place, ir.IntType(8).as_pointer())

    def loaded(self, builder, address):
        """{name: value}, read in the function that got the address."""
        place = builder.bitcast(address, self._type.as_pointer())
        return {
            name: builder.load(self._field(builder, place, position))
            for position, name in enumerate(self._kinds)
        }

    def _field(self, builder, place, position):
        from llvmlite import ir

        i32 = ir.IntType(32)
        return builder.gep(place, [ir.Constant(i32, 0), ir.Constant(i32, position)], inbounds=True)


class Driver:
    """Writes the product of matrices into a module, for one type of elements.

    tiles: Tiles, which write into the same module.
    is_thin: with what is quicker for up to FEW_ROWS rows and for a single column; the result is right in any case.
    """

    def __init__(self, tiles, is_thin):
        self._module = tiles.module
        self._target = tiles.target
        self._kind = tiles.kind
        self._is_thin = is_thin
        self._tiles = tiles
        self._sizes = _Sizes(self._tiles)

    def write(self, name):
        """`void name(a, row, term, b, term, column, c, row, rows, terms, columns)`; the function.

        a, b and c are addresses of elements; behind a the distances of its rows and terms, behind b those of its terms
        and columns, of which one is 1 for each, behind c that of its rows.
        """
        from llvmlite import ir

        pointer, i64 = self._kind.as_pointer(), ir.IntType(64)
        kinds = [pointer, i64, i64, pointer, i64, i64, pointer, i64, i64, i64, i64]
        function = ir.Function(self._module, ir.FunctionType(ir.VoidType(), kinds), name)
        builder = ir.IRBuilder(function.append_basic_block())
        a, a_row, a_term, b, b_term, b_column, c, c_row, rows, terms, columns = function.args

        if self._is_thin:  # a single column of the result is a single row of its transpose
            turns = builder.and_(
                builder.icmp_signed("==", columns, number(1)), builder.icmp_signed("==", c_row, number(1))
            )
            pick = lambda yes, no: builder.select(turns, number(yes), number(no))
            a, b = builder.select(turns, b, a), builder.select(turns, a, b)
            a_term, b_term, b_column = pick(b_term, a_term), pick(a_term, b_term), pick(a_row, b_column)
            rows, columns = pick(1, rows), pick(rows, columns)
        apart = builder.icmp_signed("!=", b_column, number(1))

        def product():
            operands = (a, a_row, a_term, b, b_term, b_column)
            self._product(builder, *operands, apart, c, c_row, rows, terms, columns)
            return []

        def dots():
            self._dots(builder, a, a_row, b, b_column, c, c_row, rows, terms, columns)
            return []

        def dots_or_product():
            few = builder.icmp_signed("<=", rows, number(FEW_ROWS))
            alike = builder.icmp_signed("==", a_term, number(1))
            choose(builder, builder.and_(builder.and_(apart, few), alike), dots, product)

        some = builder.icmp_signed("!=", builder.mul(rows, columns), number(0))
        when(builder, some, dots_or_product if self._is_thin else product)
        builder.ret_void()
        return function

    # Threads.

    def _shared(self, builder, name, context, count, grain, write):
        """`write(builder, begin, end, **context)` for parts of range(count), on several threads."""
        from llvmlite import ir

        byte, i64 = ir.IntType(8).as_pointer(), ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [byte, i64, i64])
        body = ir.Function(self._module, kind, f"{name}_{self._kind}")
        body.linkage = "internal"
        inner = ir.IRBuilder(body.append_basic_block())
        address, begin, end = body.args
        write(inner, begin, end, **context.loaded(inner, address))
        inner.ret_void()
        parallel = declared(self._module, threads.NAME, ir.VoidType(), [kind.as_pointer(), byte, i64, i64])
        builder.call(parallel, [body, context.stored(builder), count, number(grain)])

    def _grain(self, builder, flops_each):
        """How many things of so many flops are worth a thread's while."""
        return plus(builder, quotient(builder, _FLOPS, plus(builder, flops_each, 1)), 1)

    # Inner products.

    def _dots(self, builder, a, a_row, b, b_column, c, c_row, rows, terms, columns):
        function = self._tiles.dots()
        context = _Context(a=a, a_row=a_row, b=b, b_column=b_column, c=c, c_row=c_row, rows=rows, terms=terms)

        def write(builder, begin, end, a, a_row, b, b_column, c, c_row, rows, terms):
            here = at(builder, b, times(builder, begin, b_column))

            def row(index):
                left = at(builder, a, times(builder, index, a_row))
                there = at(builder, at(builder, c, times(builder, index, c_row)), begin)
                builder.call(function, [left, here, b_column, there, terms, minus(builder, end, begin)])

            loop(builder, rows, row)

        grain = self._grain(builder, times(builder, times(builder, terms, rows), 2))
        self._shared(builder, "share_of_dots", context, columns, grain, write)

    # Blocks.

    def _product(self, builder, a, a_row, a_term, b, b_term, b_column, apart, c, c_row, rows, terms, columns):
        sizes = self._sizes
        many = builder.icmp_signed(">=", rows, number(_OFTEN * sizes.tile))
        large = builder.icmp_signed(">", times(builder, terms, columns), number(sizes.large))
        copies_b = builder.or_(apart, builder.and_(many, large))
        far = builder.icmp_signed(">", a_term, number(sizes.far))
        copies_a = builder.and_(far, builder.icmp_signed(">=", columns, number(4 * sizes.panel)))
        # Blocks of terms are of one size, a multiple of what tiles unroll. Long ones touch C seldom, but A and B must
        # be read in order.
        streams = builder.and_(copies_b, builder.icmp_signed("==", a_term, number(1)))
        most = builder.select(streams, number(sizes.most_terms), number(sizes.few_terms))
        count = self._rounded_up(builder, terms, most)
        count = builder.select(builder.icmp_signed(">", count, number(0)), count, number(1))
        length = times(builder, self._rounded_up(builder, self._rounded_up(builder, terms, count), 4), 4)
        context = _Context(
            a=a,
            a_row=a_row,
            a_term=a_term,
            copies_a=copies_a,
            b=b,
            b_term=b_term,
            b_column=b_column,
            apart=apart,
            copies_b=copies_b,
            c=c,
            c_row=c_row,
            rows=rows,
            terms=terms,
            columns=columns,
            count=count,
            length=length,
        )
        panels = self._rounded_up(builder, columns, sizes.panel)
        wide = builder.icmp_signed(">=", panels, number(_PANELS))
        longer = builder.icmp_signed(">=", times(builder, panels, sizes.tile), rows)
        several = builder.and_(builder.not_(many), longer)
        by_columns = builder.and_(builder.not_(copies_a), builder.or_(several, builder.and_(copies_b, wide)))

        def share_columns():
            flops = times(builder, times(builder, terms, rows), 2 * sizes.panel)
            grain = self._grain(builder, flops)
            self._shared(builder, "share_of_columns", context, panels, grain, self._columns)
            return []

        def share_rows():
            flops = times(builder, times(builder, terms, columns), 2 * sizes.tile)
            grain = self._grain(builder, flops)
            grain = times(builder, grain, sizes.tile)
            self._shared(builder, "share_of_rows", context, rows, grain, self._rows)
            return []

        choose(builder, by_columns, share_columns, share_rows)

    def _rounded_up(self, builder, a, b):
        """a / b, rounded up."""
        return quotient(builder, plus(builder, a, minus(builder, b, 1)), b)

    def _columns(self, builder, begin, end, **context):
        """The panels [begin, end), all rows."""
        size = self._sizes.panel
        begin = times(builder, begin, size)
        end = least(builder, times(builder, end, size), context["columns"])
        context["b"] = at(builder, context["b"], times(builder, begin, context["b_column"]))
        context["c"] = at(builder, context["c"], begin)
        context["columns"] = minus(builder, end, begin)
        builder.call(self._part(), [*context.values()])

    def _rows(self, builder, begin, end, **context):
        """The rows [begin, end), all columns."""
        context["a"] = at(builder, context["a"], times(builder, begin, context["a_row"]))
        context["c"] = at(builder, context["c"], times(builder, begin, context["c_row"]))
        context["rows"] = minus(builder, end, begin)
        builder.call(self._part(), [*context.values()])

    def _part(self):
        """What a thread does at a time: chunks of rows, in those blocks of terms, groups of panels, blocks of rows."""
        sizes, tiles = self._sizes, self._tiles

        def write(
            builder,
            a,
            a_row,
            a_term,
            copies_a,
            b,
            b_term,
            b_column,
            apart,
            copies_b,
            c,
            c_row,
            rows,
            terms,
            columns,
            count,
            length,
        ):
            room_a = builder.alloca(self._kind, number(sizes.room))
            room_a.align = 64
            taken = builder.select(copies_a, number(sizes.chunk * sizes.few_terms), number(0))
            room_b = at(builder, room_a, taken)
            # Chunks of one size: each of them copies all of B.
            up = lambda a, b: self._rounded_up(builder, a, b)
            height = up(rows, up(rows, number(sizes.chunk)))
            chunk = times(builder, up(height, number(sizes.tile)), sizes.tile)
            chunk = builder.select(copies_a, chunk, rows)
            # Groups of one size: each of them reads all of A.
            most = self._most_columns(builder, copies_a, length)
            width = up(columns, up(columns, most))
            width = times(builder, up(width, number(sizes.panel)), sizes.panel)
            group = builder.select(copies_b, width, columns)
            # Where A is copied, all columns use the copy; else a group's results stay close from terms to terms.
            outer = builder.select(copies_a, columns, group)

            def over(size, width, body):
                """`body(first, how many)` for pieces of range(size) that are `width` long."""

                def trip(index):
                    first = times(builder, index, width)
                    body(first, least(builder, width, minus(builder, size, first)))

                loop(builder, self._rounded_up(builder, size, width), trip)

            def rows_and_columns(row, num_rows, column, num_columns):
                def block_of_terms(index):
                    term = times(builder, index, length)
                    num_terms = least(builder, length, minus(builder, terms, term))
                    here = at(
                        builder, at(builder, a, times(builder, row, a_row)), times(builder, term, a_term)
                    )
                    copy = [here, a_term, room_a, number(sizes.chunk), num_terms, num_rows]
                    when(builder, copies_a, lambda: builder.call(tiles.row_copies(), copy))
                    pick = lambda yes, no: builder.select(copies_a, yes, no)
                    from_a = [pick(room_a, here), pick(number(1), a_row), pick(number(sizes.chunk), a_term)]
                    there = at(builder, b, times(builder, term, b_term))
                    goes_on = builder.icmp_signed(">", term, number(0))

                    def columns_of_group(first, width):
                        first = plus(builder, column, first)
                        b_here = at(builder, there, times(builder, first, b_column))
                        from_b = self._panels(
                            builder, b_here, b_term, b_column, apart, copies_b, room_b, num_terms, width
                        )

                        def rows_of_block(start, height):
                            a_here, a_step, _ = from_a
                            to = at(builder, c, times(builder, plus(builder, row, start), c_row))
                            builder.call(
                                tiles.block(),
                                [
                                    at(builder, a_here, times(builder, start, a_step)),
                                    *from_a[1:],
                                    *from_b,
                                    at(builder, to, first),
                                    c_row,
                                    height,
                                    num_terms,
                                    width,
                                    goes_on,
                                ],
                            )

                        over(num_rows, number(sizes.block), rows_of_block)

                    over(num_columns, group, columns_of_group)

                loop(builder, count, block_of_terms)

            def chunk_of_rows(row, num_rows):
                over(columns, outer, lambda column, width: rows_and_columns(row, num_rows, column, width))

            over(rows, chunk, chunk_of_rows)

        arguments = (
            "a a_row a_term copies_a b b_term b_column apart copies_b c c_row rows terms columns count length"
        )
        return tiles.function("part", arguments, write)

    def _most_columns(self, builder, copies_a, length):
        """Columns of a group of panels for blocks of so many terms."""
        sizes = self._sizes
        few = builder.icmp_signed(
            "<", length, number(sizes.lanes)
        )  # a panel has room for as many terms as lanes
        terms = builder.select(few, number(sizes.lanes), length)
        beside = sizes.room - sizes.chunk * sizes.few_terms
        room = builder.select(copies_a, number(beside), number(sizes.room))
        return times(builder, quotient(builder, room, times(builder, terms, sizes.panel)), sizes.panel)

    def _panels(self, builder, b, b_term, b_column, apart, copies_b, room, terms, columns):
        """Copies panels of B, or only its last columns if they fill none; what a block is told of B."""
        size, lanes = self._sizes.panel, self._sizes.lanes
        below = builder.icmp_signed("<", terms, number(lanes))
        panel = times(builder, builder.select(below, number(lanes), terms), size)
        whole = quotient(builder, columns, size)
        edge = times(builder, whole, size)
        start = builder.select(copies_b, number(0), edge)
        rest = minus(builder, columns, start)
        here = at(builder, b, times(builder, start, b_column))
        copy = [here, b_term, b_column, apart, room, panel, terms, rest]
        some = builder.icmp_signed(">", rest, number(0))
        when(builder, some, lambda: builder.call(self._tiles.panel_copies(), copy))
        behind = at(builder, room, times(builder, whole, panel))
        pick = lambda yes, no: builder.select(copies_b, yes, no)
        return [
            pick(room, b),
            pick(number(size), b_term),
            pick(panel, number(size)),
            pick(behind, room),
        ]
