"""Joining the parts of a reduction that was cut: an array [number of parts, results] is reduced over its first axis."""

from tapeflow.compiler.numbers import Number
from tapeflow.compiler.reductions import combine
from tapeflow.compiler.types import memory_type
from tapeflow.compiler.writer import Writer


def bytes_of_parts(num_parts, value):
    """The memory that the parts of a result need."""
    count = 1
    for size in value.dims:
        count *= size
    return num_parts * count * value.dtype.size


def write_join(module, name, target, lanes, kind, value, num_parts):
    """The function `void(parts, result)` that joins the parts of a value in their order."""
    from llvmlite import ir

    pointer = memory_type(value.dtype).as_pointer()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), name)
    function.linkage = "internal"
    entry, body = [function.append_basic_block(each) for each in ("entry", "start")]
    ir.IRBuilder(entry).branch(body)
    writer = Writer(ir.IRBuilder(body), target, lanes)
    count = 1
    for size in value.dims:
        count *= size
    parts, result = function.args

    def loop(start, stop, width):
        writer.lanes = width

        def element(variable):
            place = writer.index(variable)
            address = writer.slot(value.dtype, width > 1, writer.load(parts, value.dtype, place))

            def part(number):
                held = writer.load_slot(address, value.dtype, width > 1)
                other = writer.load(parts, value.dtype, place + (writer.index(number) + 1) * count)
                joined = combine(writer, kind, held, other)
                writer.builder.store(_spread(writer, joined, width).value, address)

            writer.loop(0, num_parts - 1, 1, num_parts - 1, part)
            writer.store(writer.load_slot(address, value.dtype, width > 1), result, place)

        writer.loop(start, stop, width, count, element, width)

    whole = count // lanes * lanes if lanes > 1 else 0
    if whole:
        loop(0, whole, lanes)
    if whole < count:
        loop(whole, count, 1)
    writer.builder.ret_void()
    return function


def _spread(writer, number, width) -> Number:
    return writer.spread(number) if width > 1 else number
