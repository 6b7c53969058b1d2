"""What TensorFlow's functions do with sparse tensors. Entered when the first SparseTensor is made."""

import functools

from tapeflow.api import arrays, casting, math
from tapeflow.api.sparse.dense_counting import bincount
from tapeflow.core.dtypes import as_dtype, int32
from tapeflow.core.operands import as_tensor
from tapeflow.core.overloads import overload, overloads_of
from tapeflow.ops.casting import cast as cast_tensor

OF_VALUES = """abs asin asinh atan atanh bessel_i0e bessel_i1e erf negative sign sin sqrt square tan tanh"""
"""Functions that are 0 at 0, so that the elements that are not there stay away."""


def enter(kind):
    """Enters all overloads for SparseTensor, which is `kind`."""
    functions = [getattr(math, name) for name in OF_VALUES.split()]
    for function in (*functions, casting.cast):
        overload(function, kind, functools.partial(_of_values, function))
    overload(math.bincount, kind, bincount)
    overload(arrays.shape, kind, _shape)
    overload(arrays.size, kind, _size)
    overload(arrays.rank, kind, _rank)


def _of_values(function, x, *args, **kwargs):
    found = x.with_values(overloads_of(function).plain(x.values, *args, **kwargs))
    found.set_shape(x.shape)
    return found


def _shape(input, out_type=None, name=None):
    return _as(input.dense_shape, int32 if out_type is None else as_dtype(out_type))


def _size(input, out_type=None, name=None):
    return _as(math.reduce_prod(input.dense_shape), int32 if out_type is None else as_dtype(out_type))


def _as(numbers, dtype):
    return numbers if numbers._dtype is dtype else cast_tensor(numbers, dtype=dtype)


def _rank(input, name=None):
    rank = input.shape.rank
    return as_tensor(rank, int32) if rank is not None else arrays.size(input.dense_shape)
