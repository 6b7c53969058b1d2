"""Copies of parts of matrices into small buffers, so that tiles read them at short distances."""

from tapeflow.compiler.register_tile import (
    at,
    load_lanes,
    loop,
    number,
    plus,
    size_of,
    store_lanes,
    take_lanes,
    times,
)


def emit_rows_copy(builder, machine, source, source_step, target, target_step, rows, width):
    """Copies `rows` rows of `width` elements; any of the numbers may be an i64 value.

    Steps are the distances of the rows. Whole vectors are copied where that many elements are left, then single ones.
    """
    size = machine.vector_bytes // size_of(source.type.pointee)

    def row(index):
        here = at(builder, source, times(builder, index, source_step))
        there = at(builder, target, times(builder, index, target_step))
        emit_copy(builder, machine, here, there, width, size)

    loop(builder, 0, rows, row)


def emit_copy(builder, machine, source, target, width, size):
    """Copies `width` elements in a row, a number or an i64 value."""

    def vector(index):
        place = times(builder, index, size)
        store_lanes(
            builder,
            machine,
            at(builder, target, place),
            load_lanes(builder, at(builder, source, place), size),
        )

    if isinstance(width, int):
        whole, rest = divmod(width, size)
        loop(builder, 0, whole, vector)
        if rest:
            part = 1 << (rest - 1).bit_length()
            place = whole * size
            store_lanes(
                builder,
                machine,
                at(builder, target, place),
                load_lanes(builder, at(builder, source, place), part, rest),
                rest,
            )
        return
    from llvmlite import ir

    whole = builder.sdiv(width, ir.Constant(ir.IntType(64), size))
    loop(builder, 0, whole, vector)

    def single(index):
        value = builder.load(at(builder, source, index), align=size_of(source.type.pointee))
        builder.store(value, at(builder, target, index), align=size_of(source.type.pointee))

    loop(builder, builder.mul(whole, ir.Constant(ir.IntType(64), size)), width, single)


def transposed(builder, vectors):
    """Square: as many vectors as each has lanes; vector i of the result has lane i of each."""
    size = len(vectors)
    distance = 1
    while distance < size:
        found = list(vectors)
        for first in range(size):
            if first & distance:
                continue
            a, b = vectors[first], vectors[first + distance]
            low = [lane if not lane & distance else size + lane - distance for lane in range(size)]
            high = [lane + distance if not lane & distance else size + lane for lane in range(size)]
            found[first] = take_lanes(builder, a, low, b)
            found[first + distance] = take_lanes(builder, a, high, b)
        vectors = found
        distance *= 2
    return vectors


def emit_panel(builder, machine, source, steps, target, columns, count):
    """Copies a panel of a matrix whose columns lie apart: element (step, column) goes to target[step * width + column].

    steps: (distance of the steps, which must be 1, distance of the columns) in the source. columns: Columns; width is
    their sum, and lanes that are not in use get anything. count: how many steps, a number, or an i64 value that is not
    less than the lanes of a vector.
    """
    step, apart = steps
    assert step == 1
    width, size = sum(columns.sizes), columns.sizes[0]
    whole = sum([lanes == size for lanes in columns.lanes])

    def squares(start, size, lanes):
        # Lanes beyond the last column repeat it, and steps that do not fill a square are copied twice.
        places = [min(lane, lanes - 1) * apart for lane in range(size)]

        def square(first, used=None):
            here = at(builder, source, plus(builder, times(builder, start, apart), first))
            there = at(builder, target, plus(builder, times(builder, first, width), start))
            rows = [load_lanes(builder, at(builder, here, place), size, used) for place in places]
            for position, vector in enumerate(transposed(builder, rows)[:used]):
                store_lanes(builder, machine, at(builder, there, position * width), vector)

        if isinstance(count, int) and count < size:
            square(0, count)
            return
        last = plus(builder, count, -size)
        stop = count // -size * -1 if isinstance(count, int) else None
        if stop is None:
            stop = builder.udiv(builder.add(count, number(size - 1)), number(size))

        def body(index):
            first = times(builder, index, size)
            if isinstance(first, int) and isinstance(last, int):
                first = min(first, last)
            else:
                below = builder.icmp_signed("<", number(first), number(last))
                first = builder.select(below, number(first), number(last))
            square(first)

        loop(builder, 0, stop, body)

    loop(builder, 0, whole, lambda index: squares(times(builder, index, size), size, size))
    for start, part, lanes in list(zip(columns.starts, columns.sizes, columns.lanes, strict=True))[whole:]:
        squares(start, part, lanes)
