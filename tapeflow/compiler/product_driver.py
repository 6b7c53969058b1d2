"""The function that multiplies matrices of any sizes: cuts them into blocks for the caches, copies what lies badly, and
shares the rows or the columns among threads.

The result is cut by rows and columns only, and every element is one sum in the order of its terms, from block to
block: neither the number of threads nor the copies change a bit.
"""

import math

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
from tapeflow.compiler.tiles import Tiles

_FEW_ROWS = 3
"""Up to so many rows of A are multiplied with columns of B one by one: transposing B would take longer."""
_FLOPS = 200_000
"""What is worth the while of another thread."""
_COPIED = 16_384
"""Elements to copy that are worth the while of another thread."""
_MANY_PANELS = 8
"""From so many panels on there is one for each of some threads."""
_GROUP = 1 << 17
"""Bytes of the panels that a thread copies for itself; they stay in the second cache."""
_PANELS = 1 << 20
"""Bytes of the panels of B that are copied at a time: they stay in the second or third cache."""
_ROWS = 1 << 16
"""Bytes of the copy of a block of A, which is on the stack and stays in the second cache."""


def workspace(target, kind, terms, columns):
    """Bytes of memory that a product may use while it runs; columns: those of the result, or rows if they are more."""
    sizes = _Sizes(Tiles(None, target, kind))
    panels = math.ceil(min(columns, sizes.columns) / sizes.panel)
    return panels * sizes.panel * max(min(terms, sizes.terms), sizes.lanes) * size_of(kind)


class _Sizes:
    """How matrices are cut: terms, rows and columns of a block, columns of a panel, lanes of a vector."""

    def __init__(self, tiles):
        bytes_each = size_of(tiles.kind)
        self.panel, self.lanes, self.rows_of_tile = tiles.shape.columns, tiles.shape.lanes, tiles.shape.rows
        self.terms = tiles.most_terms
        self.rows = _ROWS // (self.terms * bytes_each) // self.rows_of_tile * self.rows_of_tile
        self.group = _GROUP // (self.terms * self.panel * bytes_each)
        self.columns = _PANELS // (self.terms * bytes_each) // self.panel * self.panel


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
    """Writes the product of matrices into a module, for one type of elements."""

    def __init__(self, module, target, kind):
        self._module = module
        self._target = target
        self._kind = kind
        self._tiles = Tiles(module, target, kind)
        self._sizes = _Sizes(self._tiles)

    def write(self, name):
        """`void name(a, row, term, b, term, column, c, row, rows, terms, columns, workspace)`; the function.

        a, b and c are addresses of elements; behind a the distances of its rows and terms, behind b those of its terms
        and columns, of which one is 1 for each, behind c that of its rows. The workspace is aligned to 64 bytes.
        """
        from llvmlite import ir

        pointer, i64 = self._kind.as_pointer(), ir.IntType(64)
        kinds = [pointer, i64, i64, pointer, i64, i64, pointer, i64, i64, i64, i64, pointer]
        function = ir.Function(self._module, ir.FunctionType(ir.VoidType(), kinds), name)
        builder = ir.IRBuilder(function.append_basic_block())
        a, a_row, a_term, b, b_term, b_column, c, c_row, rows, terms, columns, space = function.args

        # A single column of the result is a single row of its transpose.
        turns = builder.and_(
            builder.icmp_signed("==", columns, number(1)), builder.icmp_signed("==", c_row, number(1))
        )
        pick = lambda yes, no: builder.select(turns, number(yes), number(no))
        a, b = builder.select(turns, b, a), builder.select(turns, a, b)
        a_row, a_term, b_term, b_column = (
            a_row,
            pick(b_term, a_term),
            pick(a_term, b_term),
            pick(a_row, b_column),
        )
        rows, columns = pick(1, rows), pick(rows, columns)

        blocks, after, dots = [function.append_basic_block(each) for each in ("blocks", "after", "dots")]
        some = function.append_basic_block("some")
        is_empty = builder.icmp_signed("==", builder.mul(rows, columns), number(0))
        builder.cbranch(is_empty, after, some)
        builder.position_at_end(some)
        apart = builder.icmp_signed("!=", b_column, number(1))
        few = builder.icmp_signed("<=", rows, number(_FEW_ROWS))
        alike = builder.icmp_signed("==", a_term, number(1))
        inner = builder.and_(builder.and_(apart, few), alike)
        builder.cbranch(inner, dots, blocks)
        builder.position_at_end(dots)
        self._dots(builder, a, a_row, b, b_column, c, c_row, rows, terms, columns)
        builder.branch(after)
        builder.position_at_end(blocks)
        self._product(
            builder, a, a_row, a_term, b, b_term, b_column, apart, c, c_row, rows, terms, columns, space
        )
        builder.branch(after)
        builder.position_at_end(after)
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

    def _product(
        self, builder, a, a_row, a_term, b, b_term, b_column, apart, c, c_row, rows, terms, columns, space
    ):
        sizes = self._sizes
        copies_b = builder.or_(apart, self._is_worth_a_copy(builder, rows, terms, columns))
        copies_a = self._lies_badly(builder, a_term, columns)
        # Blocks of terms are of one size, a multiple of what tiles unroll.
        count = self._rounded_up(builder, terms, sizes.terms)
        count = builder.select(builder.icmp_signed(">", count, number(0)), count, number(1))
        length = times(builder, self._rounded_up(builder, self._rounded_up(builder, terms, count), 4), 4)
        panels = self._rounded_up(builder, columns, sizes.panel)
        is_wide = builder.icmp_signed(">=", panels, number(_MANY_PANELS))
        alone = builder.and_(builder.and_(copies_b, is_wide), builder.not_(copies_a))
        whole = _Context(
            a=a,
            a_row=a_row,
            a_term=a_term,
            b=b,
            b_term=b_term,
            b_column=b_column,
            apart=apart,
            c=c,
            c_row=c_row,
            rows=rows,
            terms=terms,
            columns=columns,
            length=length,
        )
        blocks, groups, after = [
            builder.function.append_basic_block(each) for each in ("shared", "groups", "done")
        ]
        builder.cbranch(alone, groups, blocks)
        builder.position_at_end(groups)
        self._by_groups(builder, whole, rows, terms, panels)
        builder.branch(after)
        builder.position_at_end(blocks)
        width = builder.select(copies_b, number(sizes.columns), columns)

        def column_block(index):
            first_column = times(builder, index, width)
            num_columns = least(builder, width, minus(builder, columns, first_column))
            whole = quotient(builder, num_columns, sizes.panel)
            edge = times(builder, whole, sizes.panel)

            def term_block(index):
                first_term = times(builder, index, length)
                left = minus(builder, terms, first_term)
                num_terms = least(builder, length, left)
                there = at(builder, b, times(builder, first_term, b_term))
                there = at(builder, there, times(builder, first_column, b_column))
                below = builder.icmp_signed("<", num_terms, number(sizes.lanes))
                panel = times(builder, builder.select(below, number(sizes.lanes), num_terms), sizes.panel)
                values = dict(b_term=b_term, b_column=b_column, apart=apart, panel=panel, terms=num_terms)
                context = _Context(b=there, panels=space, columns=num_columns, **values)
                when(builder, copies_b, lambda: self._copy_b(builder, context, panel, num_columns))
                rest = minus(builder, num_columns, edge)
                is_left = builder.icmp_signed(">", rest, number(0))
                begin = at(builder, there, times(builder, edge, b_column))
                values = [begin, b_term, b_column, apart, space, panel, num_terms, rest]
                when(
                    builder,
                    builder.and_(is_left, builder.not_(copies_b)),
                    lambda: builder.call(self._tiles.panel_copies(), values),
                )
                behind = at(builder, space, times(builder, whole, panel))
                context = _Context(
                    a=at(builder, a, times(builder, first_term, a_term)),
                    a_row=a_row,
                    a_term=a_term,
                    copies_a=copies_a,
                    b=builder.select(copies_b, space, there),
                    b_term=builder.select(copies_b, number(sizes.panel), b_term),
                    panel=builder.select(copies_b, panel, number(sizes.panel)),
                    b_edge=builder.select(copies_b, behind, space),
                    c=at(builder, c, first_column),
                    c_row=c_row,
                    rows=rows,
                    terms=num_terms,
                    columns=num_columns,
                    goes_on=builder.icmp_signed(">", first_term, number(0)),
                )
                self._multiply(builder, context, rows, num_terms, num_columns)

            loop(builder, count, term_block)

        loop(builder, self._rounded_up(builder, columns, width), column_block)
        builder.branch(after)
        builder.position_at_end(after)

    def _by_groups(self, builder, context, rows, terms, panels):
        """Groups of panels, each copied by the thread that multiplies it: what one writes the other need not fetch."""
        sizes = self._sizes

        def write(
            builder,
            begin,
            end,
            a,
            a_row,
            a_term,
            b,
            b_term,
            b_column,
            apart,
            c,
            c_row,
            rows,
            terms,
            columns,
            length,
        ):
            space = builder.alloca(self._kind, number(sizes.group * sizes.panel * sizes.terms))
            space.align = 64

            def group(index):
                first = plus(builder, begin, times(builder, index, sizes.group))
                last = least(builder, plus(builder, first, sizes.group), end)
                first_column = times(builder, first, sizes.panel)
                last_column = least(builder, times(builder, last, sizes.panel), columns)
                num_columns = minus(builder, last_column, first_column)

                def term_block(index):
                    first_term = times(builder, index, length)
                    num_terms = least(builder, length, minus(builder, terms, first_term))
                    below = builder.icmp_signed("<", num_terms, number(sizes.lanes))
                    room = builder.select(below, number(sizes.lanes), num_terms)
                    panel = times(builder, room, sizes.panel)
                    there = at(builder, b, times(builder, first_term, b_term))
                    there = at(builder, there, times(builder, first_column, b_column))
                    arguments = [there, b_term, b_column, apart, space, panel, num_terms, num_columns]
                    builder.call(self._tiles.panel_copies(), arguments)
                    edge = times(builder, quotient(builder, num_columns, sizes.panel), panel)
                    same = dict(
                        b=space,
                        b_term=number(sizes.panel),
                        panel=panel,
                        b_edge=at(builder, space, edge),
                        terms=num_terms,
                        columns=num_columns,
                        goes_on=builder.icmp_signed(">", first_term, number(0)),
                    )
                    a_here = at(builder, a, times(builder, first_term, a_term))

                    def block(index):
                        row = times(builder, index, sizes.rows)
                        here = at(builder, a_here, times(builder, row, a_row))
                        to = at(builder, at(builder, c, times(builder, row, c_row)), first_column)
                        num_rows = least(builder, minus(builder, rows, row), sizes.rows)
                        self._block(builder, here, a_row, a_term, to, c_row, num_rows, **same)

                    loop(builder, self._rounded_up(builder, rows, sizes.rows), block)

                blocks = self._rounded_up(builder, terms, length)
                loop(builder, blocks, term_block)

            loop(builder, self._rounded_up(builder, minus(builder, end, begin), sizes.group), group)

        flops = times(builder, times(builder, terms, rows), 2 * sizes.panel)
        self._shared(builder, "share_of_groups", context, panels, self._grain(builder, flops), write)

    def _rounded_up(self, builder, a, b):
        """a / b, rounded up."""
        return quotient(builder, plus(builder, a, minus(builder, b, 1)), b)

    def _is_worth_a_copy(self, builder, rows, terms, columns):
        """Whether B is read often enough, and is large enough, that panels of it pay."""
        often = builder.icmp_signed(">=", rows, number(16 * self._sizes.rows_of_tile))
        most = number(_ROWS // size_of(self._kind))
        return builder.and_(often, builder.icmp_signed(">", times(builder, terms, columns), most))

    def _lies_badly(self, builder, a_term, columns):
        """Whether blocks of A are copied: its columns are its rows in memory, and these are long."""
        apart = builder.icmp_signed(">=", a_term, number(1024 // size_of(self._kind)))
        often = builder.icmp_signed(">=", columns, number(4 * self._sizes.panel))
        return builder.and_(apart, often)

    def _copy_b(self, builder, context, panel, columns):
        size = self._sizes.panel

        def write(builder, begin, end, b, panels, columns, b_term, b_column, apart, panel, terms):
            first = times(builder, begin, size)
            num_columns = minus(builder, least(builder, times(builder, end, size), columns), first)
            here = at(builder, b, times(builder, first, b_column))
            there = at(builder, panels, times(builder, begin, panel))
            builder.call(
                self._tiles.panel_copies(), [here, b_term, b_column, apart, there, panel, terms, num_columns]
            )

        grain = plus(builder, quotient(builder, _COPIED, panel), 1)
        panels = self._rounded_up(builder, columns, size)
        self._shared(builder, "share_of_copies", context, panels, grain, write)

    def _multiply(self, builder, context, rows, terms, columns):
        """One block of terms and columns, and all rows: the longer side is shared among threads."""
        sizes = self._sizes
        tall = builder.icmp_signed(">=", rows, number(16 * sizes.rows_of_tile))
        panels = self._rounded_up(builder, columns, sizes.panel)
        narrow = builder.icmp_signed("<", times(builder, panels, sizes.rows_of_tile), rows)
        choose(
            builder,
            builder.or_(tall, narrow),
            lambda: self._by_rows(builder, context, rows, terms, columns),
            lambda: self._by_columns(builder, context, rows, terms, panels),
        )

    def _by_rows(self, builder, context, rows, terms, columns):
        sizes = self._sizes

        def write(builder, begin, end, a, a_row, a_term, copies_a, c, c_row, rows, **same):
            copy = builder.alloca(self._kind, number(sizes.rows * sizes.terms))
            copy.align = 64
            width = number(sizes.rows)

            def block(index):
                first = plus(builder, begin, times(builder, index, sizes.rows))
                num_rows = least(builder, minus(builder, end, first), sizes.rows)
                here = at(builder, a, times(builder, first, a_row))
                arguments = [here, a_term, copy, width, same["terms"], num_rows]
                when(builder, copies_a, lambda: builder.call(self._tiles.row_copies(), arguments))
                pick = lambda yes, no: builder.select(copies_a, yes, no)
                block_a = [pick(copy, here), pick(number(1), a_row), pick(width, a_term)]
                there = at(builder, c, times(builder, first, c_row))
                self._block(builder, *block_a, there, c_row, num_rows, **same)

            loop(builder, self._rounded_up(builder, minus(builder, end, begin), sizes.rows), block)

        flops = times(builder, times(builder, terms, columns), 2 * sizes.rows_of_tile)
        grain = times(builder, self._grain(builder, flops), sizes.rows_of_tile)
        self._shared(builder, "share_of_rows", context, rows, grain, write)
        return []

    def _by_columns(self, builder, context, rows, terms, panels):
        size = self._sizes.panel

        def write(builder, begin, end, a, a_row, a_term, copies_a, c, c_row, rows, b, panel, columns, **same):
            first = times(builder, begin, size)
            same["columns"] = minus(builder, least(builder, times(builder, end, size), columns), first)
            same["b"], same["panel"] = at(builder, b, times(builder, begin, panel)), panel
            self._block(builder, a, a_row, a_term, at(builder, c, first), c_row, rows, **same)

        flops = times(builder, times(builder, terms, rows), 2 * size)
        self._shared(builder, "share_of_columns", context, panels, self._grain(builder, flops), write)
        return []

    def _block(
        self, builder, a, a_row, a_term, c, c_row, rows, b, b_term, panel, b_edge, terms, columns, goes_on
    ):
        builder.call(
            self._tiles.block(),
            [a, a_row, a_term, b, b_term, panel, b_edge, c, c_row, rows, terms, columns, goes_on],
        )
