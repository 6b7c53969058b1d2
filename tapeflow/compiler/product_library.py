"""The functions that multiply matrices of any sizes, compiled once for a machine: programs call them by name.

They are a module of their own, one for each type of elements, and the cache keeps it. So a program with products
compiles nothing of them, whatever their shapes are.
"""

import contextlib
import hashlib
import importlib
import os
import threading

from tapeflow.compiler import threads
from tapeflow.compiler.load import Code, introduce
from tapeflow.compiler.places import declared
from tapeflow.compiler.product_driver import FEW_ROWS, Driver
from tapeflow.compiler.target import host
from tapeflow.compiler.tiles import Tiles
from tapeflow.compiler.types import register_type

_SOURCES = (
    "panels",
    "partial_vectors",
    "places",
    "product_driver",
    "product_library",
    "register_tile",
    "tiles",
)
_NUMBERS = ("a_row", "a_term", "b_term", "b_column", "c_row", "rows", "terms", "columns")
"""What the function of arrays is told in an array of int64."""
_FLUSH = 0x8040
"""Bits of MXCSR: results below the least normal number are 0, and so are such operands."""


def is_thin(rows, columns):
    """Whether there is a function that is quicker for such results."""
    return rows <= FEW_ROWS or columns == 1


def name_of(dtype, thin=False):
    """The name of the function for a dtype, which `Driver.write` explains. thin: see `is_thin`."""
    return f"tapeflow_{'thin_' if thin else ''}product_{dtype.name}"


_codes: dict[tuple, Code] = {}
_begun: dict[tuple, threading.Thread] = {}
_lock = threading.Lock()


def begin(dtype, thin=False):
    """Has the module made by another thread, while the program that needs it is planned and written."""
    key = dtype, thin
    if key not in _codes and key not in _begun:
        thread = _begun[key] = threading.Thread(target=_make_beside, args=key, daemon=True)
        thread.start()


def _make_beside(dtype, thin):
    with contextlib.suppress(Exception):  # whoever waits for it tries again, and hears of it
        code(dtype, thin)


def finish():
    """Waits for all that has been begun: LLVM must know the functions before code that calls them is loaded."""
    for key, thread in list(_begun.items()):
        thread.join()
        code(*key)
        _begun.pop(key, None)


def code(dtype, thin):
    """The Code of the module for float32 or float64; its entry is a function of arrays.

    Those are a, b, c, and the numbers `_NUMBERS` as int64.
    """
    with _lock:
        found = _codes.get((dtype, thin))
        if found is None:
            found = _codes[dtype, thin] = _made(dtype, thin)
        return found


def _made(dtype, thin):
    name = name_of(dtype, thin)
    texts = lambda: texts_of(host(), dtype, thin)
    found = Code(texts, f"{name}_of_arrays", _recipe(name), before=threads.provide)
    introduce(name, found.address_of(name))
    return found


def texts_of(target, dtype, thin):
    """The module for a target, in two: LLVM can be at the register tiles while the rest is written."""
    from llvmlite import ir

    name = name_of(dtype, thin)
    first, module = ir.Module(f"{name}_tiles"), ir.Module(name)
    first.triple = module.triple = target.triple
    tiles = Tiles(first, target, register_type(dtype), thin)
    tiles.write_tiles()
    tiles.continue_in(module)
    yield str(first)
    function = Driver(tiles, thin).write(name)
    pointer, i64 = ir.IntType(8).as_pointer(), ir.IntType(64)
    kind = ir.FunctionType(ir.VoidType(), [pointer.as_pointer()])
    entry = ir.Function(module, kind, f"{function.name}_of_arrays")
    builder = ir.IRBuilder(entry.append_basic_block())

    def argument(position, kind):
        slot = builder.gep(entry.args[0], [ir.Constant(i64, position)])
        return builder.bitcast(builder.load(slot), kind)

    elements = function.args[0].type
    a, b, c = [argument(position, elements) for position in range(3)]
    place = argument(3, i64.as_pointer())
    numbers = {
        name: builder.load(builder.gep(place, [ir.Constant(i64, position)]))
        for position, name in enumerate(_NUMBERS)
    }
    given = {"a": a, "b": b, "c": c, **numbers}
    order = ["a", "a_row", "a_term", "b", "b_term", "b_column", "c", *_NUMBERS[4:]]
    restore = _kept_small_numbers(builder) if target.is_x86 else lambda: None
    builder.call(function, [given[each] for each in order])
    restore()
    builder.ret_void()
    yield str(module)


def _kept_small_numbers(builder):
    """Lets the processor keep numbers below the least normal one; returns what writes the code that ends this."""
    from llvmlite import ir

    word, byte = ir.IntType(32), ir.IntType(8).as_pointer()
    before, during = [builder.alloca(word) for _ in range(2)]
    save, load = [
        declared(builder.module, f"llvm.x86.sse.{name}", ir.VoidType(), [byte])
        for name in ("stmxcsr", "ldmxcsr")
    ]
    builder.call(save, [builder.bitcast(before, byte)])
    builder.store(builder.and_(builder.load(before), ir.Constant(word, ~_FLUSH & 0xFFFFFFFF)), during)
    builder.call(load, [builder.bitcast(during, byte)])
    return lambda: builder.call(load, [builder.bitcast(before, byte)])


def _recipe(name):
    """A name for the module that changes with the code that writes it; None if that cannot be read."""
    found = hashlib.sha256()
    try:
        for each in _SOURCES:
            module = importlib.import_module(f"tapeflow.compiler.{each}")
            found.update(module.__loader__.get_data(module.__file__))
    except (AttributeError, OSError):
        return None
    return f"{name} {found.hexdigest()}"


def _after_fork():
    global _lock
    _lock = threading.Lock()
    _begun.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
