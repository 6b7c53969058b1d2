"""Numbers, addresses and loops of generated code. A number is a Python int, which is folded, or an LLVM i64 value."""

_LINE = 64
"""Bytes of a line of the cache."""


def is_known(*numbers):
    """Whether all the numbers are Python ints."""
    return all([isinstance(each, int) for each in numbers])


def number(value):
    """The number as an LLVM i64 value."""
    from llvmlite import ir

    return ir.Constant(ir.IntType(64), value) if isinstance(value, int) else value


def plus(builder, a, b):
    """a + b."""
    if is_known(a, b):
        return a + b
    if is_known(a):
        a, b = b, a
    return a if is_known(b) and b == 0 else builder.add(number(a), number(b))


def minus(builder, a, b):
    """a - b."""
    if is_known(a, b):
        return a - b
    return a if is_known(b) and b == 0 else builder.sub(number(a), number(b))


def times(builder, a, b):
    """a * b."""
    if is_known(a, b):
        return a * b
    if is_known(a):
        a, b = b, a
    if is_known(b) and b in (0, 1):
        return b and a
    return builder.mul(number(a), number(b))


def least(builder, a, b):
    """The smaller of two numbers."""
    if is_known(a, b):
        return min(a, b)
    return builder.select(builder.icmp_signed("<", number(a), number(b)), number(a), number(b))


def quotient(builder, a, b):
    """a // b for numbers that are not negative."""
    if is_known(a, b):
        return a // b
    return a if is_known(b) and b == 1 else builder.udiv(number(a), number(b))


def at(builder, pointer, offset):
    """The address that many elements further."""
    return pointer if is_known(offset) and offset == 0 else builder.gep(pointer, [number(offset)])


def opaque(builder, value):
    """The same number, but LLVM knows nothing of it: it keeps a register, and is not computed anew from others."""
    from llvmlite import ir

    if is_known(value):
        return value
    kind = ir.FunctionType(value.type, [value.type])
    return builder.asm(kind, "", "=r,0", [value], False)


def size_of(kind):
    """Bytes of a floating type."""
    from llvmlite import ir

    return 4 if isinstance(kind, ir.FloatType) else 8


def declared(module, name, result, arguments):
    """The function of that name and those types, which the module declares once."""
    from llvmlite import ir

    found = module.globals.get(name)
    return ir.Function(module, ir.FunctionType(result, arguments), name) if found is None else found


def carry(builder, count, values, trip, is_aligned=False):
    """`for k in range(count): values = trip(k, values)`; returns the last values, a list of LLVM values.

    count: 0 and 1 as ints write no loop. The test is at the end of the loop, with another before it unless the count
    is an int. is_aligned: the code of the loop begins where a line of the cache does.
    """
    from llvmlite import ir

    values = list(values)
    if is_known(count) and count <= 1:
        return list(trip(0, values)) if count == 1 else values
    function, before = builder.function, builder.block
    body, after = [function.append_basic_block(name) for name in ("body", "after")]
    if is_known(count):
        builder.branch(body)
    else:
        builder.cbranch(builder.icmp_signed(">", count, number(0)), body, after)
    builder.position_at_end(body)
    index = builder.phi(ir.IntType(64))
    index.add_incoming(number(0), before)
    carried = []
    for value in values:
        carried.append(builder.phi(value.type))
        carried[-1].add_incoming(value, before)
    found = list(trip(index, carried))
    following = builder.add(index, number(1))
    end = builder.block
    index.add_incoming(following, end)
    for phi, value in zip(carried, found, strict=True):
        phi.add_incoming(value, end)
    again = builder.cbranch(builder.icmp_signed("<", following, number(count)), body, after)
    if is_aligned:
        again.set_metadata("llvm.loop", _aligned_loop(builder.module))
    builder.position_at_end(after)
    if is_known(count):
        return found
    results = []
    for first, last in zip(values, found, strict=True):
        results.append(builder.phi(last.type))
        results[-1].add_incoming(first, before)
        results[-1].add_incoming(last, end)
    return results


def _aligned_loop(module):
    """What LLVM is told of a loop to have it aligned. Its first operand must be itself, says LLVM."""
    from llvmlite import ir

    wish = module.add_metadata(["llvm.loop.align", ir.Constant(ir.IntType(32), _LINE)])
    found = module.add_metadata([wish])
    found.operands = (found, wish)
    return found


def loop(builder, count, trip):
    """`for k in range(count): trip(k)`."""

    def once(index, _):
        trip(index)
        return []

    carry(builder, count, [], once)


def choose(builder, condition, yes, no):
    """`yes() if condition else no()`: lists of LLVM values, made only where they are wanted."""
    blocks = [builder.function.append_basic_block(name) for name in ("yes", "no", "chosen")]
    builder.cbranch(condition, *blocks[:2])
    ways = []
    for block, make in zip(blocks, (yes, no), strict=False):
        builder.position_at_end(block)
        values = list(make())
        ways.append((builder.block, values))
        builder.branch(blocks[2])
    builder.position_at_end(blocks[2])
    results = []
    for each in zip(*[values for _, values in ways], strict=True):
        results.append(builder.phi(each[0].type))
        for (block, _), value in zip(ways, each, strict=True):
            results[-1].add_incoming(value, block)
    return results


def when(builder, condition, body):
    """`if condition: body()`."""

    def yes():
        body()
        return []

    choose(builder, condition, yes, list)
