"""What operators do with dense matrices [..., m, n], whose leading axes broadcast."""

from tapeflow.api import math
from tapeflow.api.linalg.decompositions import cholesky, svd
from tapeflow.api.linalg.decompositions import eigvalsh as eigvals_of_self_adjoint
from tapeflow.api.linalg.diagonals import band_part
from tapeflow.api.linalg.diagonals import diag as of_diagonal
from tapeflow.api.linalg.diagonals import diag_part as diagonal
from tapeflow.api.linalg.diagonals import set_diag as with_diagonal
from tapeflow.api.linalg.operators.parameters import joined_dims
from tapeflow.api.linalg.products import adjoint, matmul
from tapeflow.api.linalg.solvers import cholesky_solve, slogdet, triangular_solve
from tapeflow.api.linalg.solvers import det as determinant
from tapeflow.api.linalg.solvers import solve as solve_same
from tapeflow.core.operands import as_tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import full
from tapeflow.ops.diagonal import diag
from tapeflow.ops.layout import reshape

__all__ = [
    "adjoint",
    "band_part",
    "broadcast",
    "cholesky",
    "cholesky_solve",
    "determinant",
    "diagonal",
    "eigvals_of_self_adjoint",
    "identity",
    "log_abs_determinant",
    "matmul",
    "of_diagonal",
    "ones",
    "reshaped",
    "scaled_rows",
    "singular_values",
    "solve",
    "spread",
    "stretched",
    "triangular_solve",
    "with_diagonal",
    "zeros",
]


def ones(dims, dtype):
    """A tensor of ones."""
    return full(tuple(dims), 1, dtype)


def zeros(dims, dtype):
    """A tensor of zeros."""
    return full(tuple(dims), 0, dtype)


def reshaped(x, *dims):
    """x with these dims, which may be Sizes."""
    return reshape(x, dims=dims)


def stretched(x, *dims):
    """x broadcast to these dims, which may be Sizes."""
    return x if x.dims == dims else broadcast_to(x, dims=dims)


def identity(size, batch, dtype):
    """Identity matrices [*batch, size, size]."""
    return diag(ones((*batch, size), dtype), k=(0, 0), rows=size, columns=size, padding=0, align="RIGHT_LEFT")


def broadcast(matrices):
    """The matrices as a list, broadcast to the same leading axes."""
    matrices = [as_tensor(each) for each in matrices]
    batch = joined_dims(*[each.dims[:-2] for each in matrices])
    return [stretched(each, *batch, *each.dims[-2:]) for each in matrices]


def solve(matrix, rhs, adjoint=False):
    """x with matrix x = rhs, where leading axes broadcast."""
    return solve_same(*broadcast([matrix, rhs]), adjoint=adjoint)


def log_abs_determinant(matrix):
    """The logarithm of the absolute value of the determinant, real."""
    return slogdet(matrix).log_abs_determinant


def singular_values(matrix):
    """The singular values [..., min(m, n)], descending."""
    return svd(matrix, compute_uv=False)


def spread(values):
    """The greatest number on the last axis divided by the least."""
    return math.reduce_max(values, axis=-1) / math.reduce_min(values, axis=-1)


def scaled_rows(factors, matrix):
    """Row i of the matrix [..., n, k] times element i of the factors [..., n]."""
    return reshaped(factors, *factors.dims, 1) * matrix
