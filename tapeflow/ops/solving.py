"""Systems of linear equations: general, triangular, tridiagonal. The gradients are those of Giles (2008)."""

import math

import numpy

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.broadcasting import broadcast_to, reduce_sum, sum_to
from tapeflow.ops.contraction import product
from tapeflow.ops.creation import zeros
from tapeflow.ops.diagonal import band_part
from tapeflow.ops.layout import concat, reshape, stack, transpose
from tapeflow.ops.matrix_shapes import FACTORED, broadcast_outer, check_matrices, check_square


@op("MatrixSolve", accepts=FACTORED, result="same", uniform=True)
def solve(xp, a, b, *, adjoint):
    """x with a x = b, or aᴴ x = b; the leading axes of both are the same."""
    if a.ndim != b.ndim or a.shape[:-2] != b.shape[:-2]:
        raise ValueError("different leading axes")
    matrix = xp.conj(a.swapaxes(-1, -2)) if adjoint else a
    try:
        result = xp.linalg.solve(matrix, b)
    except numpy.linalg.LinAlgError:
        if a.shape[-1] != a.shape[-2]:
            raise
        raise _singular() from None
    if numpy.isnan(result).any() and numpy.isnan(a).any():
        raise _singular()
    return result


def _singular():
    return InvalidArgumentError(None, None, "Input matrix is not invertible. [Op:MatrixSolve]")


@solve.spec
def _(a, b, adjoint):
    if a.dims is None or b.dims is None:
        return b
    if len(a.dims) != len(b.dims):
        raise InvalidArgumentError(None, None, "All input tensors must have the same rank.")
    check_matrices(a)
    if not a.with_dims(a.dims[:-2]).is_compatible_with(b.with_dims(b.dims[:-2])):
        raise InvalidArgumentError(None, None, "All input tensors must have the same outer dimensions.")
    check_square(a, "First input (lhs) must be a square matrix.")
    if None not in (a.dims[-1], b.dims[-2]) and a.dims[-1] != b.dims[-2]:
        raise InvalidArgumentError(None, None, "Input matrix and rhs are incompatible.")
    return b


def _matrix_grad(grad_b, y, adjoint):
    """The cotangent of the matrix, from that of the right-hand side."""
    return -(product(y, grad_b, adjoint_b=True) if adjoint else product(grad_b, y, adjoint_b=True))


@solve.grad
def _(g, y, a, adjoint):
    grad_b = solve(a, g, adjoint=not adjoint)
    return _matrix_grad(grad_b, y, adjoint), grad_b


def _batched(solver):
    """The batch rule of a solver: where all share one matrix, their right-hand sides become more columns."""

    def rule(a, b, **params):
        if a.dims[0] != 1 or b.dims[0] == 1 or len(a.dims) != len(b.dims) or a.dims[1:-2] != b.dims[1:-2]:
            return solver(*_repeated(solver, a, b), **params)
        count, *outer, rows, columns = b.dims
        rank = len(b.dims)
        b = transpose(b, perm=(*range(1, rank - 1), 0, rank - 1))
        x = solver(reshape(a, dims=a.dims[1:]), reshape(b, dims=(*outer, rows, count * columns)), **params)
        x = reshape(x, dims=(*outer, rows, count, columns))
        return transpose(x, perm=(rank - 2, *range(rank - 2), rank - 1))

    solver.batch(rule, broadcasts=True)


def _repeated(solver, a, b):
    """Both with the same first axis, and as many axes, as the solver needs them."""
    if solver is triangular_solve:
        rank = max(len(a.dims), len(b.dims))
        return [
            reshape(each, dims=(each.dims[0], *[1] * (rank - len(each.dims)), *each.dims[1:]))
            for each in (a, b)
        ]
    count = max(a.dims[0], b.dims[0])
    return [_repeated_first(each, count) for each in (a, b)]


def _repeated_first(x, count):
    """x with its first axis, of size 1 or `count`, repeated to `count`."""
    return x if x.dims[0] == count else broadcast_to(x, dims=(count, *x.dims[1:]))


@op("MatrixTriangularSolve", accepts=FACTORED, result="same", uniform=True)
def triangular_solve(xp, a, b, *, lower, adjoint):
    """x with a x = b, or aᴴ x = b; only one triangle of a is read; leading axes broadcast."""
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != a.shape[-2] or a.shape[-1] != b.shape[-2]:
        raise ValueError("no triangular system")
    outer = numpy.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    count = math.prod(outer)
    if count * b.shape[-1] * a.shape[-1] == 0:
        return numpy.zeros((*outer, *b.shape[-2:]), b.dtype)
    if count > a.shape[-1]:
        return _substitute(a, b, outer, lower, adjoint)
    from scipy.linalg import get_blas_funcs

    (solver,) = get_blas_funcs(("trsm",), (a,))
    a = numpy.broadcast_to(a, (*outer, *a.shape[-2:]))
    b = numpy.broadcast_to(b, (*outer, *b.shape[-2:]))
    result = numpy.empty(b.shape, b.dtype)
    for position in numpy.ndindex(outer):
        result[position] = solver(1, a[position], b[position], lower=lower, trans_a=2 if adjoint else 0)
    return result


def _substitute(a, b, outer, lower, adjoint):
    """Many small systems at once: substitution row by row, each step for all of them."""
    if adjoint:
        a, lower = numpy.conj(a.swapaxes(-1, -2)), not lower
    size = a.shape[-1]
    result = numpy.empty((*outer, *b.shape[-2:]), b.dtype)
    for row in range(size) if lower else range(size - 1, -1, -1):
        known = slice(row) if lower else slice(row + 1, size)
        found = numpy.matmul(a[..., row : row + 1, known], result[..., known, :])
        result[..., row, :] = (b[..., row, :] - found[..., 0, :]) / a[..., row, row, None]
    return result


@triangular_solve.spec
def _(a, b, lower, adjoint):
    if a.dims is None or b.dims is None:
        return b.with_dims(None)
    for position, each in enumerate((a, b)):
        if len(each.dims) < 2:
            raise InvalidArgumentError(None, None, f"In[{position}] ndims must be >= 2: {len(each.dims)}")
    (*_, rows, columns), (*_, height, width) = a.dims, b.dims
    if None not in (rows, columns) and rows != columns:
        raise InvalidArgumentError(
            None, None, f"In[0] matrices in the last dimensions must be square ({columns} =/= {rows})"
        )
    shown = [str(list(each.dims)).replace(" ", "") for each in (a, b)]
    if None not in (columns, height) and columns != height:
        raise InvalidArgumentError(
            None, None, f"In[0] mismatch In[1] shape: {columns} vs. {height}: {shown[0]} {shown[1]}"
        )
    outer = broadcast_outer(a, b)
    return b.with_dims((*outer, columns if height is None else height, width))


@triangular_solve.grad
def _(g, y, a, b_shape, lower, adjoint):
    grad_b = triangular_solve(a, g, lower=lower, adjoint=not adjoint)
    grad_a = _matrix_grad(grad_b, y, adjoint)
    grad_a = band_part(grad_a, lower=-1 if lower else 0, upper=0 if lower else -1)
    return sum_to(grad_a, a.dims), sum_to(grad_b, b_shape)


_batched(solve)
_batched(triangular_solve)


@op("TridiagonalSolve", accepts=FACTORED, result="same", uniform=True)
def tridiagonal_solve(xp, diagonals, b):
    """x with a x = b, by elimination with partial pivoting; NaN if a is singular.

    The rows of `diagonals`, [..., 3, n], are the diagonals above, on and below the main one of a; the last
    element of the first and the first one of the last are ignored.
    """
    if diagonals.ndim < 2 or diagonals.ndim != b.ndim or diagonals.shape[-2] != 3:
        raise ValueError("no tridiagonal system")
    if diagonals.shape[:-2] != b.shape[:-2] or diagonals.shape[-1] != b.shape[-2]:
        raise ValueError("the system does not fit together")
    result = numpy.empty_like(b)
    if not b.size:
        return result
    from scipy.linalg import get_lapack_funcs

    (solver,) = get_lapack_funcs(("gtsv",), (b,))
    for position in numpy.ndindex(b.shape[:-2]):
        above, main, below = diagonals[position]
        if len(main) == 1:
            result[position] = b[position] / main
            continue
        *_, result[position], zero_pivot = solver(below[1:], main, above[:-1], b[position])
        if zero_pivot:
            result[position] = numpy.nan
    return result


@tridiagonal_solve.spec
def _(diagonals, b):
    return b


@tridiagonal_solve.grad
def _(g, y, diagonals):
    grad_b = tridiagonal_solve(_transposed_diagonals(conjugate(diagonals)), g)
    solution = conjugate(y)
    axis = len(y.dims) - 1
    below = shift_rows(solution, 1)
    above = shift_rows(solution, -1)
    parts = [reduce_sum(grad_b * each, axes=(axis,), keepdims=False) for each in (above, solution, below)]
    return -stack(*parts, axis=axis - 1), grad_b


def shift_rows(x, count):
    """x with its rows moved down by 1 (`count` = 1) or up (-1), and a row of zeros in the gap."""
    axis = len(x.dims) - 2
    gap = zeros((*x.dims[:-2], 1, x.dims[-1]), x._dtype)
    return concat(gap, x[..., :-1, :], axis=axis) if count == 1 else concat(x[..., 1:, :], gap, axis=axis)


def _transposed_diagonals(diagonals):
    """The diagonals of the transposed matrix."""
    above, main, below = diagonals[..., 0, :], diagonals[..., 1, :], diagonals[..., 2, :]
    axis = len(main.dims) - 1
    gap = zeros((*main.dims[:-1], 1), main._dtype)
    above, below = concat(below[..., 1:], gap, axis=axis), concat(gap, above[..., :-1], axis=axis)
    return stack(above, main, below, axis=axis)


tridiagonal_solve.batch(tridiagonal_solve)
