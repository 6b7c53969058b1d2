"""Matrix products in compiled programs, by the BLAS library that NumPy brings."""

import ctypes
import functools
import glob
import math
import os

import numpy

from tapeflow.core import dtypes

_ROW_MAJOR, _PLAIN, _TRANSPOSED = 101, 111, 112
_NAMES = {
    dtypes.float32: ("scipy_cblas_sgemm64_", "float"),
    dtypes.float64: ("scipy_cblas_dgemm64_", "double"),
}


@functools.cache
def library():
    """NumPy's own BLAS library; None if it is not one of those whose functions we know."""
    folder = os.path.join(os.path.dirname(os.path.dirname(numpy.__file__)), "numpy.libs")
    for path in glob.glob(os.path.join(folder, "libscipy_openblas64_*")):
        found = ctypes.CDLL(path)
        if all([hasattr(found, name) for name, _ in _NAMES.values()]):
            return found
    return None


def accepts(node):
    """Whether `write` can write a matrix product."""
    return (
        node.inputs[0].dtype in _NAMES
        and min(len(each.dims) for each in node.inputs) >= 2
        and library() is not None
    )


def provide(dtype):
    """Makes the library's function known to LLVM; returns its name."""
    import llvmlite.binding as llvm

    name, _ = _NAMES[dtype]
    llvm.add_symbol(name, ctypes.cast(getattr(library(), name), ctypes.c_void_p).value)
    return name


def write(site, node, a, b, c):
    """Calls the product of a node on the addresses a, b and c."""
    from llvmlite import ir

    module, writer = site.module, site.writer
    left, right = node.inputs
    params = {**node.op.defaults, **node.params}
    turned = params["transpose_a"], params["transpose_b"]
    rows, inner = left.dims[-2:][:: -1 if turned[0] else 1]
    columns = right.dims[-2:][:: -1 if turned[1] else 1][1]
    outer = node.outputs[0].dims[:-2]
    dtype = left.dtype
    i32, i64 = ir.IntType(32), ir.IntType(64)
    kind = ir.FloatType() if dtype is dtypes.float32 else ir.DoubleType()
    pointer = kind.as_pointer()
    name = provide(dtype)
    function = module.globals.get(name)
    if function is None:
        sizes = [i64, i64, i64, kind, pointer, i64, pointer, i64, kind, pointer, i64]
        function = ir.Function(module, ir.FunctionType(ir.VoidType(), [i32, i32, i32, *sizes]), name)

    def call(index):
        def at(address, dims):
            places = index[len(index) - len(dims) + 2 :]
            offset = writer.index_of(
                [0 if size == 1 else place for size, place in zip(dims[:-2], places, strict=True)], dims
            )
            return writer.builder.gep(address, [offset], inbounds=True)

        constant = lambda number: ir.Constant(i64, number)
        writer.builder.call(
            function,
            [
                ir.Constant(i32, _ROW_MAJOR),
                ir.Constant(i32, _TRANSPOSED if turned[0] else _PLAIN),
                ir.Constant(i32, _TRANSPOSED if turned[1] else _PLAIN),
                constant(rows),
                constant(columns),
                constant(inner),
                ir.Constant(kind, 1.0),
                at(a, left.dims),
                constant(left.dims[-1]),
                at(b, right.dims),
                constant(right.dims[-1]),
                ir.Constant(kind, 0.0),
                at(c, node.outputs[0].dims),
                constant(columns),
            ],
        )

    _over(writer, list(outer), [], call)


def _over(writer, sizes, index, call):
    if not sizes:
        call(index)
        return
    writer.loop(0, sizes[0], 1, sizes[0], lambda variable: _over(writer, sizes[1:], [*index, variable], call))


def flops(node):
    """Additions and multiplications of a product."""
    params = {**node.op.defaults, **node.params}
    inner = node.inputs[0].dims[-2 if params["transpose_a"] else -1]
    return 2 * inner * math.prod(node.outputs[0].dims)
