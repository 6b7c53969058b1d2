"""Emitters of vector code, run over arrays: what the tests of those emitters compile."""

import ctypes

import numpy as np

from tapeflow.compiler.objects import tidy
from tapeflow.compiler.target import host

_FLUSH = 0x8040
"""Bits of MXCSR: results below the least normal number are 0, and so are such operands."""


class NativeLoop:
    """`emit(builder, *values)` applied to arrays, `width` elements at a time (0: one number, no vector).

    emit: gives an LLVM value of the result's type, from values of the types of `dtypes`.
    flush: whether the processor takes numbers below the least normal one for 0 meanwhile.
    """

    def __init__(self, emit, dtypes, result, width, flush=False):
        import llvmlite.binding as llvm

        self._result, self._width = np.dtype(result), max(width, 1)
        self._dtypes = [np.dtype(dtype) for dtype in dtypes]
        self._module = llvm.parse_assembly(_text(emit, self._dtypes, self._result, width, flush))
        self._module.verify()
        tidy(self._module, host().machine())
        self._engine = llvm.create_mcjit_compiler(self._module, host().machine())
        self._engine.finalize_object()
        pointers = [ctypes.c_void_p] * (len(dtypes) + 1)
        self._call = ctypes.CFUNCTYPE(None, ctypes.c_int64, *pointers)(
            self._engine.get_function_address("loop")
        )

    def __call__(self, *arrays):
        size = arrays[0].size
        padding = -size % self._width
        padded = [
            np.concatenate([array.ravel(), np.ones(padding, dtype)]).astype(dtype)
            for array, dtype in zip(arrays, self._dtypes, strict=True)
        ]
        result = np.empty(size + padding, self._result)
        self._call(size + padding, result.ctypes.data, *[array.ctypes.data for array in padded])
        return result[:size]


def memory_type(dtype):
    """The LLVM type of an element in memory: integers for what has no arithmetic of its own."""
    from llvmlite import ir

    dtype = np.dtype(dtype)
    if dtype == np.float32:
        return ir.FloatType()
    if dtype == np.float64:
        return ir.DoubleType()
    return ir.IntType(8 * dtype.itemsize)


def _text(emit, dtypes, result, width, flush):
    from llvmlite import ir

    module = ir.Module()
    index_type = ir.IntType(64)
    pointers = [memory_type(dtype).as_pointer() for dtype in (result, *dtypes)]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [index_type, *pointers]), "loop")
    entry, body, after = [function.append_basic_block() for _ in range(3)]
    builder = ir.IRBuilder(entry)
    restore = _flush(builder) if flush else lambda: None
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(index_type)
    index.add_incoming(ir.Constant(index_type, 0), entry)

    def place(pointer):
        at = builder.gep(pointer, [index])
        if not width:
            return at
        return builder.bitcast(at, ir.VectorType(pointer.type.pointee, width).as_pointer())

    values = []
    for argument, dtype in zip(function.args[2:], dtypes, strict=True):
        value = builder.load(place(argument))
        value.align = dtype.itemsize
        values.append(value)
    value = emit(builder, *values)
    target = place(function.args[1])
    if value.type != target.type.pointee:
        value = builder.zext(value, target.type.pointee)
    builder.store(value, target).align = result.itemsize
    following = builder.add(index, ir.Constant(index_type, max(width, 1)))
    index.add_incoming(following, builder.block)
    builder.cbranch(builder.icmp_signed("<", following, function.args[0]), body, after)
    builder.position_at_end(after)
    restore()
    builder.ret_void()
    return str(module)


def _flush(builder):
    """Sets the flush bits; gives the function that writes code to set the register back."""
    from llvmlite import ir

    word, byte = ir.IntType(32), ir.IntType(8)
    slots = [builder.alloca(word) for _ in range(2)]
    names = ["llvm.x86.sse.stmxcsr", "llvm.x86.sse.ldmxcsr"]
    signature = ir.FunctionType(ir.VoidType(), [byte.as_pointer()])
    save, load = [ir.Function(builder.module, signature, name) for name in names]
    before, during = [builder.bitcast(slot, byte.as_pointer()) for slot in slots]
    builder.call(save, [before])
    builder.store(builder.or_(builder.load(slots[0]), ir.Constant(word, _FLUSH)), slots[1])
    builder.call(load, [during])
    return lambda: builder.call(load, [before])
