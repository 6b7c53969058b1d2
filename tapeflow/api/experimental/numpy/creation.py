"""New arrays: of one number, of numbers in a row, matrices with a diagonal or a triangle."""

import numpy

from tapeflow.api.arrays import broadcast_to as stretch
from tapeflow.api.arrays import expand_dims, reshape
from tapeflow.api.arrays import linspace as evenly_spaced
from tapeflow.api.arrays import ones as ones_of
from tapeflow.api.arrays import ones_like as ones_like_of
from tapeflow.api.arrays import range as numbers
from tapeflow.api.arrays import shape as shape_of
from tapeflow.api.arrays import zeros as zeros_of
from tapeflow.api.arrays import zeros_like as zeros_like_of
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import (
    array,
    asarray,
    default_float,
    float_type,
    given_type,
    keeps_weakness,
    tensor_of,
)
from tapeflow.api.experimental.numpy.elements import log10, real, sign
from tapeflow.api.experimental.numpy.layout import (
    atleast_1d,
    broadcast_together,
    moveaxis,
    nonzero,
)
from tapeflow.api.experimental.numpy.layout import reshape as reshaped
from tapeflow.api.experimental.numpy.promotion import result_type
from tapeflow.api.linalg import diag as matrix_of_diagonal
from tapeflow.api.linalg import diag_part
from tapeflow.api.math import equal, floor, less_equal, pow
from tapeflow.api.selection import where
from tapeflow.core import dtypes as types
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.tensor import Tensor

__all__ = [
    "empty",
    "empty_like",
    "zeros",
    "zeros_like",
    "ones",
    "ones_like",
    "full",
    "full_like",
    "eye",
    "identity",
    "arange",
    "linspace",
    "logspace",
    "geomspace",
    "broadcast_to",
    "diag",
    "diagflat",
    "diagonal",
    "diag_indices",
    "tri",
    "tril",
    "triu",
    "vander",
    "ix_",
    "meshgrid",
]


def zeros(shape, dtype=float):
    """An array of zeros.

    >>> tf.experimental.numpy.zeros([2]).numpy()
    array([0., 0.])
    """
    return zeros_of(shape, given_type(dtype) or default_float())


def ones(shape, dtype=float):
    """An array of ones."""
    return ones_of(shape, given_type(dtype))


def empty(shape, dtype=float):
    """An array of zeros: tensors have no elements that are not set."""
    return zeros(shape, dtype)


@keeps_weakness
def zeros_like(a, dtype=None):
    """Zeros in the shape of `a`, and in its dtype unless there is another."""
    return zeros_like_of(tensor_of(a), given_type(dtype))


@keeps_weakness
def ones_like(a, dtype=None):
    """Ones in the shape of `a`, and in its dtype unless there is another."""
    return ones_like_of(tensor_of(a), given_type(dtype))


@keeps_weakness
def empty_like(a, dtype=None):
    """Zeros in the shape of `a`, and in its dtype unless there is another."""
    return zeros_like(a, dtype)


def full(shape, fill_value, dtype=None):
    """An array of one value, or of an array that broadcasts to the shape.

    >>> tf.experimental.numpy.full([2], 7).numpy()
    array([7, 7])
    """
    if isinstance(shape, Tensor):
        shape = atleast_1d(shape)
    elif isinstance(shape, int | numpy.integer):
        shape = [shape]
    return stretch(tensor_of(fill_value, given_type(dtype)), shape)


def broadcast_to(array, shape):
    """An array in a shape that it broadcasts to."""
    return full(shape, array)


@keeps_weakness
def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None):
    """One value in the shape of `a`, and in its dtype unless there is another.

    Raises ValueError for another order, shape or `subok` than the default ones.
    """
    if order != "K":
        raise ValueError("Non-standard orders are not supported.")
    if not subok:
        raise ValueError("subok being False is not supported.")
    if shape:
        raise ValueError("Overriding the shape is not supported.")
    a = tensor_of(a)
    return stretch(tensor_of(fill_value, given_type(dtype) or a.dtype), shape_of(a))


def eye(N, M=None, k=0, dtype=float):
    """Ones on the diagonal number `k` of a matrix of N rows and M columns, zeros elsewhere.

    >>> tf.experimental.numpy.eye(2, 3, k=1).numpy()
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """
    rows, columns = int(N), int(M or N)
    places = equal(expand_dims(numbers(rows) + int(k), 1), numbers(columns))
    return cast(places, given_type(dtype) or types.float32)


def identity(n, dtype=float):
    """The square matrix with ones on its diagonal."""
    return eye(n, n, dtype=dtype)


@keeps_weakness
def arange(start, stop=None, step=1, dtype=None):
    """Numbers from `start` up to `stop`, which is left out, or from 0 to `start`, `step` apart.

    Without `dtype` it is the one in which the three meet. Raises ValueError for a step of 0.

    >>> tf.experimental.numpy.arange(3).numpy()
    array([0, 1, 2])
    """
    if not step:
        raise ValueError("step must be non-zero.")
    dtype = given_type(dtype) or result_type(start, step, *([] if stop is None else [stop]))
    first, last = (0, start) if stop is None else (start, stop)
    if (step > 0 and first > last) or (step < 0 and first < last):
        return array([], dtype=dtype)
    return cast(numbers(first, last, step) if stop is not None else numbers(start, delta=step), dtype)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=float, axis=0):
    """`num` numbers evenly spread from `start` to `stop`, which is left out if `endpoint` is false.

    The dtype is the floating one in which the ends meet, as in TensorFlow on NumPy 2, unless `dtype` is None. With
    `retstep` the distance of neighbours is given, too. Raises ValueError for a negative `num`.

    >>> tf.experimental.numpy.linspace(0, 1, 3).numpy()
    array([0. , 0.5, 1. ])
    """
    if dtype:
        dtype = result_type(start * 1.0, stop * 1.0)
    start, stop = tensor_of(start, dtype), tensor_of(stop, dtype)
    if num < 0:
        raise ValueError(
            f"Argument `num` (number of samples) must be a non-negative integer. Received: num={num}"
        )
    step = tensor_of(numpy.float32(numpy.nan))
    if endpoint and num > 1:
        step = (stop - start) / (num - 1)
    elif not endpoint and num > 0:
        step = (stop - start) / num
    if not endpoint and num > 1:
        stop = cast(stop, step.dtype) - step
        start = cast(start, stop.dtype)
    result = evenly_spaced(start, stop, num, axis=axis)
    if dtype:
        result = cast(floor(result) if dtype.is_integer else result, dtype)
    return (result, step) if retstep else result


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """`base` to the power of numbers that are evenly spread from `start` to `stop`."""
    result = linspace(start, stop, num, endpoint, dtype=float, axis=axis)
    return pow(cast(base, result.dtype), result)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """Numbers from `start` to `stop`, each the same multiple of the one before."""
    if dtype:
        dtype = as_dtype(dtype)
    else:
        dtype = result_type(start, stop, float(num), default_float())
    computed = as_dtype(numpy.promote_types(dtype.array_dtype, numpy.float32))
    start, stop = tensor_of(start, computed), tensor_of(stop, computed)
    both_negative = (1 - sign(real(start))) * (1 - sign(real(stop))) // 2
    flip = 1 - both_negative
    result = flip * logspace(log10(flip * start), log10(flip * stop), num, endpoint)
    if axis != 0:
        result = moveaxis(result, 0, axis)
    return cast(result, dtype)


# Diagonals and triangles.


@keeps_weakness
def diag(v, k=0):
    """The matrix that has a vector as its diagonal number `k`, or the diagonal of a matrix.

    >>> tf.experimental.numpy.diag([1, 2], k=1).numpy()
    array([[0, 1, 0],
           [0, 0, 2],
           [0, 0, 0]])
    """
    v = tensor_of(v)
    v.shape.with_rank_at_most(2)
    if v.ndim == 2:
        return diagonal(v, k)
    if not v.ndim:
        raise ValueError("diag needs a vector or a matrix, not a scalar.")
    if v.dims[0] == 0:
        return zeros_of([abs(k), abs(k)], v.dtype)
    return matrix_of_diagonal(v, k=k)


@keeps_weakness
def diagflat(v, k=0):
    """The matrix that has all elements of `v` as its diagonal number `k`."""
    return diag(reshape(tensor_of(v), [-1]), k)


@keeps_weakness
def diagonal(a, offset=0, axis1=0, axis2=1):
    """The diagonals of the matrices that lie along two axes, along a new last axis."""
    a = moveaxis(tensor_of(a), (axis1, axis2), (-2, -1))
    rows, columns = a.dims[-2:]
    if offset <= -rows or offset >= columns:
        return zeros_of([*a.dims[:-2], 0], a.dtype)
    return diag_part(a, k=offset)


def diag_indices(n, ndim=2):
    """The places of the main diagonal of an array with `ndim` axes of size `n`, one array for each axis."""
    for value, name in ((n, "n"), (ndim, "ndim")):
        if value < 0:
            raise ValueError(f"{name} argument to diag_indices must be nonnegative, got {value}")
    return (numbers(n),) * ndim


def _triangle(rows, columns, k):
    """Whether an element lies on or below the diagonal number `k`."""
    return less_equal(numbers(columns), expand_dims(numbers(rows) + k, 1))


def tri(N, M=None, k=0, dtype=None):
    """Ones on and below the diagonal number `k` of a matrix, zeros above.

    >>> tf.experimental.numpy.tri(2, 3).numpy()
    array([[1., 0., 0.],
           [1., 1., 0.]])
    """
    return cast(_triangle(N, N if M is None else M, k), given_type(dtype) or float_type())


def _matrices(m, name):
    m = tensor_of(m)
    if m.ndim < 2:
        raise ValueError(f"Argument to {name} must have rank at least 2")
    return m


def tril(m, k=0):
    """The elements on and below the diagonal number `k`, zeros above."""
    m = _matrices(m, "tril")
    return where(_triangle(*m.dims[-2:], k), m, zeros_of((), m.dtype))


@keeps_weakness
def triu(m, k=0):
    """The elements on and above the diagonal number `k`, zeros below."""
    m = _matrices(m, "triu")
    return where(_triangle(*m.dims[-2:], k - 1), zeros_of((), m.dtype), m)


# Grids.


@keeps_weakness
def vander(x, N=None, increasing=False):
    """The matrix whose columns are the powers of a vector, from N - 1 down to 0 or the other way round."""
    x = tensor_of(x)
    count = x.dims[0] if N is None and x.ndim else N
    if count is not None and count < 0:
        raise ValueError("N must be nonnegative")
    if x.ndim != 1:
        raise ValueError("x must be a one-dimensional array")
    powers = numbers(count) if increasing else numbers(count - 1, -1, -1)
    return pow(expand_dims(x, -1), cast(powers, x.dtype))


def ix_(*args):
    """Vectors of places, or of bools, shaped so that they broadcast to the grid of all their combinations."""
    found = []
    for place, each in enumerate(args):
        vector = asarray(each)
        if vector.ndim != 1:
            raise ValueError(f"Arguments must be 1-d, got arg {place} of rank {vector.ndim}")
        if vector.dtype is types.bool:
            (vector,) = nonzero(vector)
        elif not vector.dtype.is_integer:
            raise ValueError(f"Only integer and bool dtypes are supported, got {vector.dtype}")
        found.append(reshaped(vector, [1] * place + [-1] + [1] * (len(args) - place - 1)))
    return found


def meshgrid(*xi, **kwargs):
    """The coordinates of a grid, one array for each vector. `indexing` is "xy" or "ij"; all grids are whole copies."""
    if kwargs.get("sparse", False):
        raise ValueError("Function `meshgrid` does not support returning sparse arrays yet.")
    if not kwargs.get("copy", True):
        raise ValueError("Function `meshgrid` only supports copy=True.")
    indexing = kwargs.get("indexing", "xy")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` must be either 'xy' or 'ij', got '{indexing}'")
    vectors = [tensor_of(each) for each in xi]
    axes = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        axes[:2] = [1, 0]
    lying = [
        reshape(vector, [-1 if place == axis else 1 for place in range(len(vectors))])
        for vector, axis in zip(vectors, axes, strict=True)
    ]
    one = cast(1, vectors[0].dtype) if vectors else 1
    return list(broadcast_together(*[each * one for each in lying]))  # each meets the first one's dtype
