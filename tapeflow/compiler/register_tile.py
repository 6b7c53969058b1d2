"""The inner loop of matrix products and convolutions: a tile of the result that stays in registers.

    C[i, :] = start[i, :] + sum over k of A[i, k] * B[k, :]

for a few rows i and a few vectors of columns. An element of A is spread over a vector, a row of B is read as vectors,
and every product is added where it belongs. Nothing is said about where rows lie, and `k` may run over several nested
loops: so A and B need no copy to be transposed, or the windows of a convolution.

Each element of the result is one sum in the order of k, whatever the tile's shape is: cutting a matrix into tiles
differently changes no bit of the result.
"""

from tapeflow.compiler.partial_vectors import load_vector, spread, store_vectors, zeros
from tapeflow.compiler.places import at, carry, choose, declared, is_known, minus, quotient, size_of, times

_UNROLLED = 16
"""So many multiplications or more are written out in the innermost loop: what the loop itself costs then hides."""
_UNROLLED_FAR = 12
"""The same if steps are no constants: then the distances of further terms take registers."""


class TileShape:
    """The largest tile for a target and an element type: rows, vectors of columns, lanes of each vector.

    The registers hold rows * vectors sums, a row of B and one element of A; a few less than there are.
    """

    def __init__(self, target, kind):
        self.lanes = target.vector_bytes // size_of(kind)
        if target.vector_bytes == 64:
            self.rows, self.vectors = 12, 2
        elif target.vector_bytes == 32:
            self.rows, self.vectors = 6, 2
        elif target.registers == 32:
            self.rows, self.vectors = 6, 4
        else:  # without multiply-add a product needs a register too
            self.rows, self.vectors = 4, 2

    @property
    def columns(self):
        """Columns of a whole tile."""
        return self.lanes * self.vectors

    def vectors_of(self, count):
        """The used lanes of each vector for that many columns, an int: [8, 3] for 11."""
        return [min(self.lanes, count - start) for start in range(0, count, self.lanes)]


def emit_tile(builder, target, lanes, a, rows, b, columns, c, c_rows, nest, start=None, epilogue=None):
    """Writes the code of one tile where the builder stands, which stands behind it afterwards.

    lanes: elements of a vector, as TileShape says.
    a, b, c: LLVM pointers to elements, of float or double: A[0, first k], B[first k, first column], C[0, first column].
    rows: for each row of the tile the distance of its elements of A from `a`, in elements.
    columns: for each vector of columns the lanes that are used: None for all, an int, or an LLVM i64 value; vectors
    lie `lanes` elements apart. Nothing beyond the used lanes is read or written.
    c_rows: for each row its distance from `c`.
    nest: (count, step in A, step in B) of each loop over k, the outermost first. No loops: there is one term.
    start: None for zeros, or (pointer, distance of each row from it, condition): a row of the sum begins with what lies
    there, if the condition, an LLVM i1 value, holds; None for always. Distances of 0 make it a bias, `c` and `c_rows`
    add to what is there.
    epilogue: called as epilogue(vector, row, column) with a sum and the numbers of its row and of its vector, ints; the
    vector that it returns is stored instead.

    Counts, steps and distances are ints or LLVM i64 values.
    """
    sums = _start(builder, a.type.pointee, lanes, len(rows), columns, start)

    def terms(level, sums, a, b):
        if level == len(nest):
            return _term(builder, target, lanes, sums, a, rows, b, columns, 0, 0)
        count, a_step, b_step = nest[level]
        if level == len(nest) - 1:
            return _innermost(builder, target, lanes, sums, a, rows, b, columns, nest[level])

        def trip(_, carried):
            a, b, *sums = carried
            sums = terms(level + 1, sums, a, b)
            return [at(builder, a, a_step), at(builder, b, b_step), *sums]

        return carry(builder, count, [a, b, *sums], trip)[2:]

    sums = terms(0, sums, a, b)
    for column, used in enumerate(columns):
        found = sums[column :: len(columns)]
        if epilogue is not None:
            found = [epilogue(vector, row, column) for row, vector in enumerate(found)]
        places = [at(builder, at(builder, c, row), column * lanes) for row in c_rows]
        store_vectors(builder, target, places, found, used)


def _start(builder, kind, lanes, num_rows, columns, start):
    """The sums before the first term: row by row, for each its vectors."""
    empty = [zeros(kind, lanes)] * (num_rows * len(columns))
    if start is None:
        return empty
    pointer, distances, condition = start

    def there():
        found = []
        for distance in distances:
            row = at(builder, pointer, distance)
            for column, used in enumerate(columns):
                found.append(load_vector(builder, at(builder, row, column * lanes), lanes, used))
        return found

    return there() if condition is None else choose(builder, condition, there, lambda: empty)


def _innermost(builder, target, lanes, sums, a, rows, b, columns, loop):
    """The loop over the last index of k, several terms at a time."""
    count, a_step, b_step = loop
    enough = _UNROLLED if is_known(a_step, b_step) else _UNROLLED_FAR
    unrolled = 1
    while unrolled * len(sums) < enough:
        unrolled *= 2

    def some(number):
        def trip(_, carried):
            a, b, *sums = carried
            a_place = b_place = 0
            for _ in range(number):
                sums = _term(builder, target, lanes, sums, a, rows, b, columns, a_place, b_place)
                if is_known(a_step):
                    a_place += a_step
                else:
                    a = at(builder, a, a_step)
                if is_known(b_step):
                    b_place += b_step
                else:
                    b = at(builder, b, b_step)
            return [at(builder, a, a_place), at(builder, b, b_place), *sums]

        return trip

    whole = quotient(builder, count, unrolled)
    rest = minus(builder, count, times(builder, whole, unrolled)) if unrolled > 1 else 0
    carried = carry(builder, whole, [a, b, *sums], some(unrolled), is_aligned=True)
    if is_known(rest):
        return some(rest)(0, carried)[2:] if rest else carried[2:]
    return carry(builder, rest, carried, some(1))[2:]


def _term(builder, target, lanes, sums, a, rows, b, columns, a_place, b_place):
    """The sums with one more product each."""
    vectors = []
    for column, used in enumerate(columns):
        vectors.append(load_vector(builder, at(builder, b, b_place + column * lanes), lanes, used))
    found = []
    for row, distance in enumerate(rows):
        if is_known(distance):
            place = at(builder, a, distance + a_place)
        else:
            place = at(builder, at(builder, a, distance), a_place)
        element = spread(builder, builder.load(place, align=size_of(a.type.pointee)), lanes)
        for column, vector in enumerate(vectors):
            found.append(multiply_add(builder, target, element, vector, sums[row * len(columns) + column]))
    return found


def multiply_add(builder, target, a, b, c):
    """a * b + c for vectors, rounded once where the target does that in one instruction."""
    if not target.fma:
        return builder.fadd(builder.fmul(a, b), c)
    kind = c.type
    name = f"llvm.fma.v{kind.count}f{8 * size_of(kind.element)}"
    return builder.call(declared(builder.module, name, kind, [kind] * 3), [a, b, c])
