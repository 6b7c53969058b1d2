"""Loops of generated code that all threads share: see `compiler/threads.py`."""

from tapeflow.compiler import threads
from tapeflow.compiler.places import declared, number


def parallel(site, count, grain, pointers, body):
    """`body(builder, begin, end, *pointers)` for pieces [begin, end) of range(count), where the step is written.

    count: an int or an LLVM i64 value. grain: the least iterations, an int, that are worth a thread. pointers: what the
    body reads of the function around it, LLVM pointers; it gets the same in its own. The body is written once, into a
    function, for all steps that are alike; begin and end are LLVM i64 values. Pieces run in any order and at the same
    time.
    """
    from llvmlite import ir

    module, builder = site.module, site.builder
    i64, context = ir.IntType(64), ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [context, i64, i64])
    name = site.next_name()
    function = module.globals.get(name)
    if function is None:
        function = ir.Function(module, kind, name)
        function.linkage = "internal"
        inner = ir.IRBuilder(function.append_basic_block("entry"))
        slots = inner.bitcast(function.args[0], context.as_pointer())
        found = []
        for position, pointer in enumerate(pointers):
            slot = inner.gep(slots, [number(position)])
            found.append(inner.load(inner.bitcast(slot, pointer.type.as_pointer())))
        body(inner, *function.args[1:], *found)
        inner.ret_void()
    entry = builder.function.entry_basic_block
    with_slots = ir.IRBuilder(entry)
    with_slots.position_at_start(entry)
    table = with_slots.alloca(ir.ArrayType(context, max(1, len(pointers))))
    for position, pointer in enumerate(pointers):
        slot = builder.gep(table, [number(0), number(position)])
        builder.store(pointer, builder.bitcast(slot, pointer.type.as_pointer()))
    whole = builder.bitcast(table, context)
    if isinstance(count, int) and count <= grain:
        builder.call(function, [whole, number(0), number(count)])
        return
    share = declared(module, threads.provide(), ir.VoidType(), [kind.as_pointer(), context, i64, i64])
    builder.call(share, [function, whole, number(count), number(grain)])
