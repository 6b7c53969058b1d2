"""Diagonals and bands of matrices, the last two axes of a tensor.

A band is given by `k = (lowest, highest)`, offsets of its diagonals from the main one, positive above it. If
there are several, they are the rows of a matrix, the highest first, all as long as the longest; `align`
says, for those above and those below the main diagonal, at which end of the row a shorter one stands:
"RIGHT_LEFT".
"""

import math
from functools import lru_cache

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import FailedPreconditionError, InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.contraction import PRODUCTS
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import reshape

ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


@lru_cache
def _band(rows, columns, k, align):
    """Where a band's elements lie: (their rows, their columns, which places of the band they fill)."""
    lowest, highest = k
    length = band_length(rows, columns, k)
    place = numpy.full((highest - lowest + 1, length), -1)
    above, below = align.split("_")
    for position, offset in enumerate(range(highest, lowest - 1, -1)):
        size = min(rows + min(offset, 0), columns - max(offset, 0))
        left = (offset >= 0 and above == "LEFT") or (offset <= 0 and below == "LEFT")
        start = 0 if left else length - size
        place[position, start : start + size] = numpy.arange(size)
    filled = place >= 0
    along = place[filled]
    offsets = numpy.broadcast_to(numpy.arange(highest, lowest - 1, -1)[:, None], place.shape)[filled]
    return along - numpy.minimum(offsets, 0), along + numpy.maximum(offsets, 0), filled


def band_length(rows, columns, k):
    """The length of the longest diagonal of a band."""
    if rows is None or columns is None:
        return None
    lowest, highest = k
    return min(rows + min(highest, 0), columns - max(lowest, 0))


def band_dims(rows, columns, k):
    """The last axes of a band: one for a single diagonal, two for several."""
    length = band_length(rows, columns, k)
    return (length,) if k[0] == k[1] else (k[1] - k[0] + 1, length)


def _check_band(dims, k):
    rows, columns = dims[-2:]
    if k[0] > k[1]:
        raise InvalidArgumentError(
            None, None, f"lower_diag_index must not be larger than upper_diag_index: {k[0]} > {k[1]}"
        )
    for name, offset in zip(("lower", "upper"), k, strict=True):
        if None not in (rows, columns) and not (-rows < offset < columns or offset == 0):
            raise InvalidArgumentError(
                None,
                None,
                f"{name}_diag_index is out of bound: {offset}. It must be between {-rows} and {columns}",
            )


def _check_matrices(x):
    if x.dims is not None and len(x.dims) < 2:
        raise InvalidArgumentError(
            None, None, f"input must be at least 2-dim, received shape: {str(list(x.dims)).replace(' ', '')}"
        )


@op("MatrixDiagPartV3", result="same")
def diag_part(xp, x, *, k, padding, align):
    """The band `k` of each matrix; where a diagonal is shorter than its row there is `padding`."""
    _check_band(x.shape, k)
    rows, columns = x.shape[-2:]
    if k[0] == k[1]:
        return x.diagonal(k[0], -2, -1)
    at_row, at_column, filled = _band(rows, columns, k, align)
    result = xp.full((*x.shape[:-2], *filled.shape), padding, x.dtype)
    result[..., filled] = x[..., at_row, at_column]
    return result


@diag_part.spec
def _(x, k, padding, align):
    _check_matrices(x)
    if x.dims is None:
        return x
    _check_band(x.dims, k)
    return x.with_dims((*x.dims[:-2], *band_dims(*x.dims[-2:], k)))


@op("MatrixDiagV3", result="same")
def diag(xp, x, *, k, rows, columns, padding, align):
    """Matrices of `padding` with x on the band `k`."""
    at_row, at_column, filled = _band(rows, columns, k, align)
    outer = x.shape[:-1] if k[0] == k[1] else x.shape[:-2]
    result = xp.full((*outer, rows, columns), padding, x.dtype)
    result[..., at_row, at_column] = x if k[0] == k[1] else x[..., filled]
    return result


@diag.spec
def _(x, k, rows, columns, padding, align):
    if x.dims is None:
        return x
    return x.with_dims((*(x.dims[:-1] if k[0] == k[1] else x.dims[:-2]), rows, columns))


@op("MatrixSetDiagV3", result="same", uniform=True)
def set_diag(xp, x, diagonal, *, k, align):
    """x with its band `k` replaced by `diagonal`."""
    _check_band(x.shape, k)
    _check_diagonal(x.shape, diagonal.shape, k)
    at_row, at_column, filled = _band(*x.shape[-2:], k, align)
    result = x.copy()
    result[..., at_row, at_column] = diagonal if k[0] == k[1] else diagonal[..., filled]
    return result


def _check_diagonal(dims, found, k):
    expected = (*dims[:-2], *band_dims(*dims[-2:], k))
    if len(expected) != len(found) or any(
        None not in sizes and sizes[0] != sizes[1] for sizes in zip(expected, found, strict=True)
    ):
        shown = [",".join(map(str, each)) for each in (found, expected)]
        raise InvalidArgumentError(
            None,
            None,
            "Either first dimensions of diagonal don't match input.shape[:-2], or diagonal.shape[:-1] is not "
            "equal to the longests diagonal in range [lower_diag_index:upper_diag_index].\n"
            f"Diagonal shape: [{shown[0]}]\nExpected diagonal shape: [{shown[1]}]",
        )


@set_diag.spec
def _(x, diagonal, k, align):
    _check_matrices(x)
    if x.dims is not None and diagonal.dims is not None:
        _check_band(x.dims, k)
        _check_diagonal(x.dims, diagonal.dims, k)
    return x


def _diag_part_grad(g, x_shape, k, align):
    return diag(g, k=k, rows=x_shape[-2], columns=x_shape[-1], padding=0, align=align)


def _set_diag_grad(g, diagonal_shape, k, align):
    return set_diag(g, zeros(diagonal_shape, g._dtype), k=k, align=align)


diag_part.grad(x=_diag_part_grad)
diag.grad(x=lambda g, k, align: diag_part(g, k=k, padding=0, align=align))
set_diag.grad(x=_set_diag_grad, diagonal=lambda g, k, align: diag_part(g, k=k, padding=0, align=align))
for each in (diag_part, diag, set_diag):
    each.batch(each)


@op("MatrixBandPart", accepts=types.NUMBERS | {types.bool}, result="same", linear=True)
def band_part(xp, x, *, lower, upper):
    """x with zeros more than `lower` diagonals below and `upper` above the main one; -1: none."""
    return xp.where(_inside(*x.shape[-2:], lower, upper), x, x.dtype.type(0))


@lru_cache
def _inside(rows, columns, lower, upper):
    ahead = numpy.arange(columns) - numpy.arange(rows)[:, None]
    return ((lower < 0) | (ahead >= -lower)) & ((upper < 0) | (ahead <= upper))


@band_part.spec
def _(x, lower, upper):
    _check_matrices(x)
    if x.dims is not None:
        for name, count, size in (("num_lower", lower, x.dims[-2]), ("num_upper", upper, x.dims[-1])):
            limit = "number of rows" if name == "num_lower" else "number of columns"
            if size is not None and count > size:
                raise InvalidArgumentError(
                    None, None, f"{name} must be negative or less or equal to {limit} ({size}) got: {count}"
                )
    return x


band_part.grad(x=lambda g, lower, upper: band_part(g, lower=lower, upper=upper))
band_part.batch(band_part)


@band_part.lower
def _(e, index, x, lower, upper):
    *_, row, column = index
    value = x[index]
    if lower >= 0:
        value = e.select(row - column <= lower, value, 0)
    if upper >= 0:
        value = e.select(column - row <= upper, value, 0)
    return value


@op("Diag", accepts=PRODUCTS, result="same", linear=True)
def tensor_diag(xp, x):
    """Twice the axes: x where the first half of the indices equals the second, zeros elsewhere."""
    if not x.ndim:
        raise ValueError("no axes")
    return xp.diag(x.reshape(-1)).reshape((*x.shape, *x.shape))


@op("DiagPart", accepts=PRODUCTS, result="same", linear=True)
def tensor_diag_part(xp, x):
    """The elements of x where the first half of the indices equals the second."""
    half = x.ndim // 2
    inner = x.shape[:half]
    if x.ndim % 2 or inner != x.shape[half:]:
        raise ValueError("the halves of the shape differ")
    size = math.prod(inner)
    return x.reshape((size, size)).diagonal().reshape(inner)


@tensor_diag.spec
def _(x):
    if x.dims == ():
        raise InvalidArgumentError(None, None, "Input must be at least rank 1, got 0")
    return x.with_dims(None if x.dims is None else (*x.dims, *x.dims))


@tensor_diag_part.spec
def _(x):
    if x.dims is None:
        return x
    half, odd = divmod(len(x.dims), 2)
    if odd:
        raise InvalidArgumentError(
            None, None, f"The rank of the tensor should be even and positive, got shape {list(x.dims)}"
        )
    pairs = list(zip(x.dims[:half], x.dims[half:], strict=True))
    for axis, sizes in enumerate(pairs):
        if None not in sizes and sizes[0] != sizes[1]:
            raise InvalidArgumentError(
                None, None, f"Invalid shape {list(x.dims)}: dimensions {axis} and {axis + half} do not match."
            )
    return x.with_dims(tuple([second if first is None else first for first, second in pairs]))


tensor_diag.grad(x=lambda g: tensor_diag_part(g))
tensor_diag_part.grad(x=lambda g: tensor_diag(g))


@tensor_diag.batch
def _(x):
    count, *inner = x.dims
    size = math.prod(inner)
    flat = reshape(x, dims=(count, size))
    matrices = diag(flat, k=(0, 0), rows=size, columns=size, padding=0, align="RIGHT_LEFT")
    return reshape(matrices, dims=(count, *inner, *inner))


@tensor_diag_part.batch
def _(x):
    count, *inner = x.dims
    inner = inner[: len(inner) // 2]
    size = math.prod(inner)
    flat = reshape(x, dims=(count, size, size))
    return reshape(diag_part(flat, k=(0, 0), padding=0, align="RIGHT_LEFT"), dims=(count, *inner))


@op("Cross", accepts=types.REALS, result="same", uniform=True)
def cross(xp, a, b):
    """Cross products of the vectors of three on the last axis."""
    if a.shape != b.shape or a.shape[-1] != 3:
        raise ValueError("no vectors of three")
    ahead, behind = [1, 2, 0], [2, 0, 1]
    return a[..., ahead] * b[..., behind] - a[..., behind] * b[..., ahead]


@cross.spec
def _(a, b):
    if not a.shape.is_compatible_with(b.shape):
        shown = [str(list(each.dims)).replace(" ", "") for each in (a, b)]
        raise InvalidArgumentError(
            None, None, f"Both inputs must be of same shape: {shown[0]} vs. {shown[1]}"
        )
    if a.dims == ():
        raise InvalidArgumentError(None, None, "Input must be at least 1D; got a scalar")
    if a.dims is not None and a.dims[-1] not in (3, None):
        raise FailedPreconditionError(None, None, "Cross-products are only defined for 3-element vectors.")
    return a


cross.grad(a=lambda g, b: cross(b, g), b=lambda g, a: cross(g, a))
cross.batch(cross)
