"""Vectors in memory of which only the first lanes are there.

`used` is how many: None for all of them, an int, or an LLVM i64 value from 1 to the number of lanes. Nothing beyond the
used lanes is read or written; what is read there is 0.
"""

import functools

from tapeflow.compiler.places import at, declared, number, size_of, when


def vector_type(kind, lanes):
    """LLVM's vector of so many elements."""
    from llvmlite import ir

    return ir.VectorType(kind, lanes)


@functools.cache
def zeros(kind, lanes):
    """A vector of zeros."""
    return _written(kind, lanes, "zeroinitializer")


@functools.cache
def undefined(kind, lanes):
    """A vector of which nothing is known."""
    return _written(kind, lanes, "undef")


def _written(kind, lanes, text):
    """A constant of that text: lane by lane, constants are a good part of the time that a module takes."""
    from llvmlite import ir

    found = ir.FormattedConstant(kind, text)
    found.type = vector_type(kind, lanes)  # after the constructor, which would repeat the text for each lane
    return found


@functools.cache
def _order(lanes):
    from llvmlite import ir

    return ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), list(lanes))


def spread(builder, value, lanes):
    """A vector with the value in every lane."""
    from llvmlite import ir

    single = builder.insert_element(undefined(value.type, lanes), value, ir.Constant(ir.IntType(32), 0))
    return take_lanes(builder, single, [0] * lanes)


def load_vector(builder, address, lanes, used=None):
    """The vector at an address of elements."""
    kind = vector_type(address.type.pointee, lanes)
    align = size_of(address.type.pointee)
    if used is None or (isinstance(used, int) and used == lanes):
        return builder.load(builder.bitcast(address, kind.as_pointer()), align=align)
    return _masked_load(builder, address, kind, used)


def store_vectors(builder, target, addresses, vectors, used=None):
    """Writes a vector at each address, the same lanes of each."""
    lanes = vectors[0].type.count
    if used is None or (isinstance(used, int) and used == lanes):
        for address, vector in zip(addresses, vectors, strict=True):
            _store(builder, address, vector)
    elif target.vector_bytes == 64:  # where masked stores are quick
        for address, vector in zip(addresses, vectors, strict=True):
            _masked_store(builder, address, vector, used)
    elif isinstance(used, int):
        for address, vector in zip(addresses, vectors, strict=True):
            _store_pieces(builder, address, vector, used)
    else:
        _store_by_bits(builder, addresses, vectors, used)


def take_lanes(builder, vector, lanes, other=None):
    """A vector of the lanes of those numbers, which count on in `other`."""
    if other is None:
        other = undefined(vector.type.element, vector.type.count)
    return builder.shuffle_vector(vector, other, _order(tuple(lanes)))


def _store(builder, address, vector):
    place = builder.bitcast(address, vector.type.as_pointer())
    builder.store(vector, place, align=size_of(address.type.pointee))


def _store_pieces(builder, address, vector, used):
    start, piece = 0, vector.type.count
    while start < used:
        while piece > used - start:
            piece //= 2
        _store(builder, at(builder, address, start), take_lanes(builder, vector, range(start, start + piece)))
        start += piece


def _store_by_bits(builder, addresses, vectors, used):
    """Stores 4, 2 and 1 lanes where `used` has those bits, with one test for all the vectors."""
    lanes = vectors[0].type.count
    whole = builder.icmp_signed(">=", used, number(lanes))

    def all_lanes():
        for address, vector in zip(addresses, vectors, strict=True):
            _store(builder, address, vector)

    when(builder, whole, all_lanes)
    piece = lanes // 2
    while piece:
        bit = builder.icmp_signed("!=", builder.and_(used, number(piece)), number(0))
        here, values, size = list(addresses), list(vectors), piece

        def some_lanes(here=here, values=values, size=size):
            for address, vector in zip(here, values, strict=True):
                _store(builder, address, take_lanes(builder, vector, range(size)))

        when(builder, bit, some_lanes)
        # Where the piece was stored, what comes behind it moves to the front.
        order = [*range(piece, lanes), *range(piece)]
        addresses = [builder.select(bit, at(builder, address, piece), address) for address in addresses]
        vectors = [builder.select(bit, take_lanes(builder, vector, order), vector) for vector in vectors]
        piece //= 2


def _mask(builder, kind, used):
    from llvmlite import ir

    lanes = kind.count
    if isinstance(used, int):
        return ir.Constant(ir.VectorType(ir.IntType(1), lanes), [int(lane < used) for lane in range(lanes)])
    # Compared in lanes as wide as the elements: that is the form in which the processor takes masks.
    whole = ir.IntType(8 * size_of(kind.element))
    count = builder.trunc(used, whole) if whole.width < 64 else used
    counts = spread(builder, count, lanes)
    return builder.icmp_signed(">", counts, ir.Constant(counts.type, list(range(lanes))))


def _masked_load(builder, address, kind, used):
    from llvmlite import ir

    bits, align = ir.VectorType(ir.IntType(1), kind.count), ir.IntType(32)
    suffix = f"v{kind.count}f{8 * size_of(kind.element)}.p0"
    arguments = [kind.as_pointer(), align, bits, kind]
    function = declared(builder.module, f"llvm.masked.load.{suffix}", kind, arguments)
    place = builder.bitcast(address, kind.as_pointer())
    size = ir.Constant(align, size_of(kind.element))
    empty = zeros(kind.element, kind.count)
    return builder.call(function, [place, size, _mask(builder, kind, used), empty])


def _masked_store(builder, address, vector, used):
    from llvmlite import ir

    kind = vector.type
    bits, align = ir.VectorType(ir.IntType(1), kind.count), ir.IntType(32)
    suffix = f"v{kind.count}f{8 * size_of(kind.element)}.p0"
    arguments = [kind, kind.as_pointer(), align, bits]
    function = declared(builder.module, f"llvm.masked.store.{suffix}", ir.VoidType(), arguments)
    place = builder.bitcast(address, kind.as_pointer())
    size = ir.Constant(align, size_of(kind.element))
    builder.call(function, [vector, place, size, _mask(builder, kind, used)])
