"""How dtypes are kept in memory and in registers."""

from tapeflow.core import dtypes

_INTEGERS = (
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    dtypes.uint8,
    dtypes.uint16,
    dtypes.uint32,
    dtypes.uint64,
)
COMPILED = frozenset((dtypes.float32, dtypes.float64, dtypes.bool, *_INTEGERS))
"""The dtypes that machine code computes with; ops on others are called."""


def register_type(dtype):
    """LLVM's type of one element in a register: a truth value is one bit."""
    from llvmlite import ir

    if dtype is dtypes.float32:
        return ir.FloatType()
    if dtype is dtypes.float64:
        return ir.DoubleType()
    return ir.IntType(1 if dtype is dtypes.bool else dtype.size * 8)


def memory_type(dtype):
    """LLVM's type of one element in memory: a truth value is a byte."""
    from llvmlite import ir

    return ir.IntType(8) if dtype is dtypes.bool else register_type(dtype)
