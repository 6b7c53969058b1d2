"""Decompositions, solvers, inverses and functions of matrices."""

import numpy as np
import scipy.linalg

from tapeflow.core.dtypes import int32, int64
from tapeflow.ops import decomposition, inversion, matrix_functions, solving
from tests.ops.case import Case, complex_normal, normal, spd, uniform


def hermitian(n):
    """A Hermitian positive definite matrix with well separated eigenvalues."""
    factor = complex_normal(n, n)
    return factor @ factor.conj().T / n + np.diag(np.arange(1.0, n + 1))


def separated(*dims):
    """Matrices with well separated singular values."""
    u, s, v = np.linalg.svd(normal(*dims), full_matrices=False)
    return (u * np.arange(1.0, s.shape[-1] + 1)) @ v


def near_identity(n, *batch, make=normal):
    """Well conditioned matrices with eigenvalues away from the negative half line."""
    return np.eye(n) + 0.2 * make(*batch, n, n)


def with_real_eigenvalues(n):
    """A matrix that is not symmetric and has distinct real eigenvalues."""
    basis = near_identity(n)
    return basis @ np.diag(np.arange(1.0, n + 1)) @ np.linalg.inv(basis)


SIGNS = "LAPACK may choose other signs for the neighbouring point that central differences take"

CASES = [
    Case(decomposition.cholesky, spd(3), reference=np.linalg.cholesky),
    Case(decomposition.cholesky, spd(2, batch=(2,))),
    Case(decomposition.cholesky, hermitian(3), reference=np.linalg.cholesky),
    Case(decomposition.qr, normal(3, 3), full_matrices=False),
    Case(decomposition.qr, normal(2, 4, 3), full_matrices=False),
    Case(decomposition.qr, normal(3, 5), full_matrices=False),
    Case(decomposition.qr, normal(3, 5), full_matrices=True),
    Case(decomposition.qr, complex_normal(4, 2), full_matrices=False),
    Case(
        decomposition.qr,
        normal(4, 2),
        full_matrices=True,
        grad=False,
        reason="the additional columns of q are not unique",
    ),
    Case(decomposition.svd, separated(3, 3), full_matrices=False),
    Case(decomposition.svd, separated(2, 4, 3), full_matrices=False),
    Case(decomposition.svd, separated(2, 4), full_matrices=False),
    Case(decomposition.svd, separated(4, 3), full_matrices=True, second=False, reason=SIGNS),
    Case(decomposition.svd, separated(2, 3), full_matrices=True, second=False, reason=SIGNS),
    Case(
        decomposition.svd,
        normal(2, 4),
        full_matrices=True,
        grad=False,
        reason="the additional singular vectors are not unique",
    ),
    Case(
        decomposition.svd,
        complex_normal(3, 2),
        full_matrices=False,
        grad=False,
        reason="the phases of the vectors are not unique",
    ),
    Case(decomposition.singular_values, separated(2, 4, 3)),
    Case(decomposition.singular_values, complex_normal(3, 2)),
    Case(decomposition.eigh, spd(3)),
    Case(decomposition.eigh, spd(2, batch=(2,))),
    Case(
        decomposition.eigh,
        hermitian(3),
        grad=False,
        reason="the phases of the vectors are not unique",
    ),
    Case(decomposition.eigvalsh, spd(3, batch=(2,)), reference=np.linalg.eigvalsh),
    Case(decomposition.eigvalsh, hermitian(3)),
    Case(decomposition.eig, with_real_eigenvalues(3)),
    Case(
        decomposition.eig,
        complex_normal(3, 3),
        grad=False,
        reason="the phases of the vectors are not unique",
    ),
    Case(decomposition.eigvals, near_identity(3, 2)),
    Case(decomposition.eigvals, complex_normal(3, 3)),
    Case(decomposition.lu, near_identity(3), index_dtype=int32),
    Case(decomposition.lu, normal(2, 3, 3), index_dtype=int64),
    Case(decomposition.lu, complex_normal(3, 3), index_dtype=int32),
    Case(inversion.inv, near_identity(3, 2), adjoint=False, reference=np.linalg.inv),
    Case(inversion.inv, complex_normal(3, 3), adjoint=True),
    Case(inversion.inv, near_identity(3), adjoint=True),
    Case(inversion.det, normal(2, 3, 3), reference=np.linalg.det),
    Case(inversion.det, complex_normal(3, 3), reference=np.linalg.det),
    *[
        Case(
            inversion.det,
            np.array([[1.0, 2.0, 4.0], [4.0, 5.0, 6.0], last]),
            second=False,
            reason="the second derivative at a singular matrix is not implemented",
        )
        for last in ([0.0, 0.0, 0.0], [5.0, 7.0, 10.0])
    ],
    Case(inversion.cofactors, normal(2, 3, 3)),
    Case(inversion.cofactors, complex_normal(3, 3)),
    Case(
        inversion.cofactors,
        np.diag([2.0, 3.0, 0.0]).astype(complex),
        reference=lambda x: np.diag([0, 0, 6.0 + 0j]),
        grad=False,
        reason="the gradient at a singular matrix is not implemented",
    ),
    Case(inversion.slogdet, normal(2, 3, 3), reference=lambda x: tuple(np.linalg.slogdet(x))),
    Case(inversion.slogdet, complex_normal(3, 3)),
    Case(inversion.pinv, normal(2, 4, 3), np.float64(1e-12), reference=lambda x, c: np.linalg.pinv(x)),
    Case(inversion.pinv, normal(2, 3), np.float64(1e-12)),
    Case(inversion.pinv, complex_normal(4, 2), np.float64(1e-12)),
    Case(
        inversion.pinv,
        normal(4, 2) @ normal(2, 3),
        np.float64(1e-9),
        grad=False,
        reason="not differentiable where the rank changes nearby",
    ),
    Case(solving.solve, near_identity(3), normal(3, 2), adjoint=False, reference=np.linalg.solve),
    Case(solving.solve, near_identity(3, 2), normal(2, 3, 2), adjoint=True),
    Case(solving.solve, complex_normal(3, 3), complex_normal(3, 2), adjoint=True),
    *[
        Case(
            solving.triangular_solve,
            np.tril(near_identity(3)) if lower else np.triu(near_identity(3)),
            normal(3, 2),
            lower=lower,
            adjoint=adjoint,
        )
        for lower in (False, True)
        for adjoint in (False, True)
    ],
    Case(solving.triangular_solve, near_identity(3), normal(3, 2), lower=True, adjoint=False),
    Case(solving.triangular_solve, near_identity(2, 4), normal(4, 2, 1), lower=True, adjoint=True),
    Case(solving.triangular_solve, near_identity(3), normal(4, 3, 1), lower=False, adjoint=False),
    Case(
        solving.triangular_solve,
        near_identity(3, make=complex_normal),
        complex_normal(4, 3, 1),
        lower=False,
        adjoint=True,
    ),
    Case(
        solving.triangular_solve,
        near_identity(3, 1, 2, make=complex_normal),
        complex_normal(3, 1, 3, 2),
        lower=True,
        adjoint=True,
    ),
    Case(solving.tridiagonal_solve, uniform(3, 4, low=1, high=2), normal(4, 2)),
    Case(solving.tridiagonal_solve, uniform(2, 3, 3, low=1, high=2), normal(2, 3, 1)),
    Case(solving.tridiagonal_solve, complex_normal(3, 4), complex_normal(4, 2)),
    Case(matrix_functions.expm, normal(2, 3, 3), reference=scipy.linalg.expm),
    Case(matrix_functions.expm, complex_normal(3, 3), reference=scipy.linalg.expm),
    Case(matrix_functions.sqrtm, spd(3), reference=scipy.linalg.sqrtm),
    Case(matrix_functions.sqrtm, near_identity(3, 2)),
    Case(matrix_functions.sqrtm, near_identity(3, make=complex_normal), reference=scipy.linalg.sqrtm),
    Case(matrix_functions.logm, near_identity(3, make=complex_normal), reference=scipy.linalg.logm),
    Case(matrix_functions.logm, 30 * near_identity(2, 2, make=complex_normal)),
]
