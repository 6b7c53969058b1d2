"""Matrix products: in compiled programs, by `write`, and of eager arrays, by `compiled`.

    multiply = compiled(tf.float32, rows, terms, columns, transpose_a=False, transpose_b=True)
    c = multiply(a, b)  # or multiply(a, b, c)

makes a function for arrays of those sizes; that costs some microseconds and compiles nothing, since the code for
matrices of any sizes is compiled once for a machine (`product_library.py`).
"""

import functools
import math

import numpy

from tapeflow.compiler import product_library
from tapeflow.compiler.load import Callable, conform
from tapeflow.compiler.parallel import parallel
from tapeflow.compiler.places import at, declared, loop, minus, number, plus, quotient, times
from tapeflow.compiler.types import memory_type
from tapeflow.core import dtypes

_DTYPES = (dtypes.float32, dtypes.float64)
_FLOPS = 200_000
"""What is worth the while of another thread."""
_LARGE = 4_000_000
"""Flops from which on threads share one product rather than several."""


class _Sizes:
    """The sizes of a product, and the distances in its operands: of rows and terms of A, terms and columns of B."""

    def __init__(self, rows, terms, columns, transpose_a, transpose_b):
        self.rows, self.terms, self.columns = rows, terms, columns
        self.a_row, self.a_term = (1, rows) if transpose_a else (terms, 1)
        self.b_term, self.b_column = (1, terms) if transpose_b else (columns, 1)

    @property
    def is_thin(self):
        return product_library.is_thin(self.rows, self.columns)

    @property
    def flops(self):
        return 2 * self.rows * self.terms * self.columns


# In programs.


def accepts(node):
    """Whether `write` can write a matrix product."""
    return node.inputs[0].dtype in _DTYPES and min(len(each.dims) for each in node.inputs) >= 2


def _sizes_of(node):
    """(outer sizes of A, of B and of the result, the sizes of each product)."""
    left, right = [each.dims for each in node.inputs]
    params = {**node.op.defaults, **node.params}
    turned = params["transpose_a"], params["transpose_b"]
    rows, terms = left[-2:][:: -1 if turned[0] else 1]
    columns = right[-2] if turned[1] else right[-1]
    outer = left[:-2], right[:-2], node.outputs[0].dims[:-2]
    if math.prod(outer[1]) == 1 and not turned[0]:  # the rows of many matrices are those of one
        rows *= math.prod(outer[0])
        outer = (), (), ()
    return *outer, _Sizes(rows, terms, columns, *turned)


def begin(node):
    """Has what `write` will need made by another thread."""
    product_library.begin(node.inputs[0].dtype, _sizes_of(node)[-1].is_thin)


def write(site, node, a, b, c):
    """Writes the products of a node on the addresses a, b and c."""
    outer_a, outer_b, outer_c, sizes = _sizes_of(node)
    dtype = node.inputs[0].dtype
    kind = memory_type(dtype)
    product_library.begin(dtype, sizes.is_thin)
    name = product_library.name_of(dtype, sizes.is_thin)
    count = math.prod(outer_c)
    numbers = [number(each) for each in (sizes.rows, sizes.terms, sizes.columns)]
    steps = [
        number(each) for each in (sizes.a_row, sizes.a_term, sizes.b_term, sizes.b_column, sizes.columns)
    ]

    def product(builder, a, b, c):
        from llvmlite import ir

        i64, pointer = ir.IntType(64), kind.as_pointer()
        kinds = [pointer, i64, i64, pointer, i64, i64, pointer, i64, i64, i64, i64]
        function = declared(site.module, name, ir.VoidType(), kinds)
        builder.call(function, [a, *steps[:2], b, *steps[2:4], c, steps[4], *numbers])

    def products(builder, begin, end, a, b, c):
        def one(index):
            index = plus(builder, begin, index)
            product(
                builder,
                at(builder, a, _offset(builder, index, outer_a, outer_c, sizes.rows * sizes.terms)),
                at(builder, b, _offset(builder, index, outer_b, outer_c, sizes.terms * sizes.columns)),
                at(builder, c, times(builder, index, sizes.rows * sizes.columns)),
            )

        loop(builder, minus(builder, end, begin), one)

    if count == 1:
        product(site.builder, a, b, c)
        return
    grain = count if sizes.flops >= _LARGE else _FLOPS // sizes.flops + 1
    parallel(site, count, grain, [a, b, c], products)


def _offset(builder, index, outer, result, size):
    """Where an operand's matrix begins for the number of a product; outer: the operand's sizes before the matrix."""
    offset, stride = 0, size
    for axis in range(1, len(result) + 1):
        count = outer[-axis] if axis <= len(outer) else 1
        following = quotient(builder, index, result[-axis])
        if count > 1:
            place = minus(builder, index, times(builder, following, result[-axis]))
            offset = plus(builder, offset, times(builder, place, stride))
            stride *= count
        index = following
    return offset


def flops(node):
    """Additions and multiplications of a product."""
    _, _, outer, sizes = _sizes_of(node)
    return math.prod(outer) * sizes.flops


# Of arrays.


@functools.lru_cache(maxsize=1024)
def compiled(dtype, rows, terms, columns, transpose_a=False, transpose_b=False):
    """A function of arrays a and b that gives their product, [rows, columns], in a new array or in a third one.

    dtype: float32 or float64. a is of shape [rows, terms], or [terms, rows] with `transpose_a`; b of [terms, columns],
    or [columns, terms] with `transpose_b`. Arrays that do not lie contiguously in memory are copied first. The product
    is shared among threads if it is large; how many there are does not change its bits. Numbers below the least normal
    one are kept, as NumPy keeps them. Raises ValueError or TypeError for arrays of other shapes or dtypes.
    """
    sizes = _Sizes(rows, terms, columns, transpose_a, transpose_b)
    array_dtype = numpy.dtype(dtype.array_dtype)
    numbers = numpy.array(
        [sizes.a_row, sizes.a_term, sizes.b_term, sizes.b_column, columns, rows, terms, columns], numpy.int64
    )
    shapes = [
        (terms, rows) if transpose_a else (rows, terms),
        (columns, terms) if transpose_b else (terms, columns),
        (rows, columns),
    ]
    arguments = [(array_dtype, shape, False) for shape in shapes]
    arguments.append((numbers.dtype, numbers.shape, False))
    program = Callable(product_library.code(dtype, sizes.is_thin), arguments)
    call, empty = program.call, numpy.empty

    def multiply(a, b, c=None):
        if c is None:
            c = empty((rows, columns), array_dtype)
        if not call(a, b, c, numbers):
            found = conform([a, b], arguments[:2])
            if not call(*found, c, numbers):
                raise program.explain([*found, c, numbers])
        return c

    return multiply
