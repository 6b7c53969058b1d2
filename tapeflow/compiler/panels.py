"""Copies of parts of matrices, so that tiles find them close together: rows as they are, or panels of columns.

A panel holds, term by term, the elements of B for as many columns as a whole tile has; columns that B lacks are filled
with something. Tiles read it from its beginning to its end.
"""

from tapeflow.compiler.partial_vectors import load_vector, store_vectors, take_lanes
from tapeflow.compiler.places import (
    at,
    carry,
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

_BESIDE = 4
"""Panels that are written side by side."""


def emit_row_copies(builder, target, source, source_step, copy, copy_step, rows, width):
    """Copies `rows` rows of `width` elements. Steps are the distances of the rows."""
    kind = source.type.pointee
    lanes = target.vector_bytes // size_of(kind)
    whole = quotient(builder, width, lanes)
    rest_start = times(builder, whole, lanes)
    rest = minus(builder, width, rest_start)

    def row(_, places):
        here, there = places

        def vector(index):
            place = times(builder, index, lanes)
            found = load_vector(builder, at(builder, here, place), lanes)
            store_vectors(builder, target, [at(builder, there, place)], [found])

        loop(builder, whole, vector)
        from_rest, to_rest = at(builder, here, rest_start), at(builder, there, rest_start)

        def single(index):
            value = builder.load(at(builder, from_rest, index), align=size_of(kind))
            builder.store(value, at(builder, to_rest, index), align=size_of(kind))

        loop(builder, rest, single)
        return [at(builder, here, source_step), at(builder, there, copy_step)]

    carry(builder, rows, [source, copy], row)


def emit_panels_of_rows(builder, target, shape, source, source_step, panels, panel_step, terms, columns):
    """Copies `terms` rows of B, whose columns are neighbours, to panels that lie `panel_step` elements apart."""
    size = shape.columns
    whole = quotient(builder, columns, size)
    rest = minus(builder, columns, times(builder, whole, size))

    def copies(source, panels, used, beside):
        """So many panels side by side: a row of the source is read in one piece."""

        def term(_, places):
            here, there = places
            for position in range(beside):
                to = at(builder, there, times(builder, panel_step, position))
                for column in range(shape.vectors):
                    place = column * shape.lanes
                    left = None if used is None else minus(builder, used, place)
                    from_here = at(builder, here, position * size + place)
                    found = load_vector(builder, from_here, shape.lanes, left)
                    store_vectors(builder, target, [at(builder, to, place)], [found])
            return [at(builder, here, source_step), at(builder, there, size)]

        carry(builder, terms, [source, panels], term)

    def next_panels(beside):
        def trip(_, places):
            here, there = places
            copies(here, there, None, beside)
            return [at(builder, here, beside * size), at(builder, there, times(builder, panel_step, beside))]

        return trip

    many = quotient(builder, whole, _BESIDE)
    places = carry(builder, many, [source, panels], next_panels(_BESIDE))
    here, there = carry(builder, minus(builder, whole, times(builder, many, _BESIDE)), places, next_panels(1))
    some = builder.icmp_signed(">", number(rest), number(0))
    when(builder, some, lambda: copies(here, there, number(rest), 1))


def emit_panels_of_columns(builder, target, shape, source, source_step, panels, panel_step, terms, columns):
    """Copies B, the terms of whose columns are neighbours and whose columns lie `source_step` apart, to panels.

    A panel has room for at least as many terms as a vector has lanes.
    """
    lanes, size = shape.lanes, shape.columns

    def strip(index):
        """As many columns as a vector has lanes; what is beyond the last column is copied from there."""
        first = times(builder, index, lanes)
        panel = quotient(builder, first, size)
        within = minus(builder, first, times(builder, panel, size))
        there = at(builder, panels, plus(builder, times(builder, panel, panel_step), within))
        last = minus(builder, minus(builder, columns, first), 1)
        rows = [
            at(
                builder,
                at(builder, source, times(builder, first, source_step)),
                times(builder, place, source_step),
            )
            for place in [least(builder, lane, last) for lane in range(lanes)]
        ]

        def square(start, used=None):
            vectors = [load_vector(builder, at(builder, row, start), lanes, used) for row in rows]
            place = at(builder, there, times(builder, start, size))
            addresses = [at(builder, place, lane * size) for lane in range(lanes)]
            store_vectors(builder, target, addresses, transposed(builder, vectors))

        enough = builder.icmp_signed(">=", number(terms), number(lanes))
        few = builder.not_(enough)

        def squares():
            # Terms that do not fill a square are copied twice.
            count = quotient(builder, plus(builder, terms, lanes - 1), lanes)
            end = minus(builder, terms, lanes)
            loop(builder, count, lambda place: square(least(builder, times(builder, place, lanes), end)))

        when(builder, enough, squares)
        when(builder, few, lambda: square(0, number(terms)))

    loop(builder, quotient(builder, plus(builder, columns, lanes - 1), lanes), strip)


def transposed(builder, vectors):
    """As many vectors as each has lanes; vector i of the result has lane i of each.

    First squares that fit into 128 bits, by shuffles within those, then the squares among each other.
    """
    size = len(vectors)
    if size_of(vectors[0].type.element) == 4:
        vectors = _squares_of_four(builder, vectors)
        distance = 4
    else:
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


def _squares_of_four(builder, vectors):
    size = len(vectors)

    def mixed(a, b, order):
        """For each group of four lanes those of `order`, where 4 to 7 are those of b."""
        lanes = [
            group + (lane if lane < 4 else size + lane - 4) for group in range(0, size, 4) for lane in order
        ]
        return take_lanes(builder, a, lanes, b)

    found = []
    for first in range(0, size, 4):
        a, b, c, d = vectors[first : first + 4]
        low, high = [mixed(a, b, order) for order in ((0, 4, 1, 5), (2, 6, 3, 7))]
        low_too, high_too = [mixed(c, d, order) for order in ((0, 4, 1, 5), (2, 6, 3, 7))]
        for left, right in ((low, low_too), (high, high_too)):
            found += [mixed(left, right, order) for order in ((0, 1, 4, 5), (2, 3, 6, 7))]
    return found
