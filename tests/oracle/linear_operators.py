"""Linear operators: one line for each, made alike in both libraries."""

import numpy as np

_draws = np.random.default_rng(7)


def normal(*dims):
    """Standard normal numbers, float64."""
    return _draws.standard_normal(dims)


def positive(*dims):
    """Numbers between 1 and 2, float64."""
    return 1 + _draws.random(dims)


def complex_normal(*dims):
    """Complex numbers whose parts are standard normal, complex128."""
    return normal(*dims) + 1j * normal(*dims)


def regular(*dims):
    """Matrices far from singular."""
    return normal(*dims) + 5 * np.eye(dims[-1])


_SPD = np.array([[4.0, 1.0], [1.0, 3.0]])
_HERMITIAN = np.array([[4.0, 1.0 + 2j], [1.0 - 2j, 3.0]])
_VECTOR, _POSITIVE, _COMPLEX = normal(2, 3), positive(3), complex_normal(3)
_LOWER, _REGULAR, _WIDE = regular(3, 3), regular(2, 3, 3), normal(2, 3)
_TRIDIAGONAL = normal(2, 3, 3) + np.array([0.0, 5.0, 0.0])[:, None]
_KERNEL = positive(4) + np.array([6.0, 0, 0, 0])
_GRID, _CUBE = positive(2, 3), positive(2, 1, 2)
_LOW = normal(3, 2)
_BATCH = regular(3, 2, 2)

DEFINITE = {"is_self_adjoint": True, "is_positive_definite": True}

OPERATORS = {
    "adjoint": lambda L, c: L.LinearOperatorAdjoint(L.LinearOperatorFullMatrix(c(_REGULAR))),
    "adjoint of complex": lambda L, c: L.LinearOperatorAdjoint(L.LinearOperatorDiag(c(_COMPLEX))),
    "block diag": lambda L, c: L.LinearOperatorBlockDiag(
        [L.LinearOperatorFullMatrix(c(_BATCH)), L.LinearOperatorDiag(c(_POSITIVE), is_positive_definite=True)]
    ),
    "block diag definite": lambda L, c: L.LinearOperatorBlockDiag(
        [
            L.LinearOperatorFullMatrix(c(_SPD), **DEFINITE),
            L.LinearOperatorDiag(c(_POSITIVE), is_positive_definite=True),
        ]
    ),
    "block lower triangular": lambda L, c: L.LinearOperatorBlockLowerTriangular(
        [
            [L.LinearOperatorFullMatrix(c(_BATCH), is_non_singular=True)],
            [L.LinearOperatorFullMatrix(c(_LOW)), L.LinearOperatorDiag(c(_POSITIVE), is_non_singular=True)],
        ]
    ),
    "block lower triangular of scales": lambda L, c: L.LinearOperatorBlockLowerTriangular(
        [
            [L.LinearOperatorScaledIdentity(2, c(np.array(2.0)))],
            [L.LinearOperatorDiag(c(_POSITIVE[:2])), L.LinearOperatorIdentity(2, dtype="float64")],
            [L.LinearOperatorIdentity(2, dtype="float64") for _ in range(3)],
        ]
    ),
    "circulant": lambda L, c: L.LinearOperatorCirculant(c(np.fft.fft(_KERNEL)), input_output_dtype="float64"),
    "circulant complex": lambda L, c: L.LinearOperatorCirculant(c(_COMPLEX), input_output_dtype="complex128"),
    "circulant definite": lambda L, c: L.LinearOperatorCirculant(
        c(_POSITIVE), input_output_dtype="complex128", is_positive_definite=True
    ),
    "circulant 2d": lambda L, c: L.LinearOperatorCirculant2D(c(_GRID), input_output_dtype="complex128"),
    "circulant 3d": lambda L, c: L.LinearOperatorCirculant3D(c(_CUBE), input_output_dtype="complex128"),
    "composition": lambda L, c: L.LinearOperatorComposition(
        [L.LinearOperatorDiag(c(_POSITIVE)), L.LinearOperatorFullMatrix(c(_REGULAR))]
    ),
    "composition wide": lambda L, c: L.LinearOperatorComposition(
        [L.LinearOperatorFullMatrix(c(_WIDE)), L.LinearOperatorDiag(c(_POSITIVE))]
    ),
    "composition squared": lambda L, c: _squared(
        L, L.LinearOperatorLowerTriangular(c(_LOWER), is_non_singular=True)
    ),
    "diag": lambda L, c: L.LinearOperatorDiag(c(_VECTOR)),
    "diag definite": lambda L, c: L.LinearOperatorDiag(c(_POSITIVE), is_positive_definite=True),
    "diag complex": lambda L, c: L.LinearOperatorDiag(c(_COMPLEX)),
    "full matrix": lambda L, c: L.LinearOperatorFullMatrix(c(_REGULAR)),
    "full matrix wide": lambda L, c: L.LinearOperatorFullMatrix(c(_WIDE)),
    "full matrix definite": lambda L, c: L.LinearOperatorFullMatrix(c(_SPD), **DEFINITE),
    "full matrix hermitian": lambda L, c: L.LinearOperatorFullMatrix(c(_HERMITIAN), is_self_adjoint=True),
    "full matrix singular": lambda L, c: L.LinearOperatorFullMatrix(
        c(np.ones((2, 2))), is_non_singular=False
    ),
    "householder": lambda L, c: L.LinearOperatorHouseholder(c(_VECTOR)),
    "identity": lambda L, c: L.LinearOperatorIdentity(3, dtype="float64"),
    "identity in batches": lambda L, c: L.LinearOperatorIdentity(3, batch_shape=[2], dtype="float64"),
    "inversion": lambda L, c: L.LinearOperatorInversion(L.LinearOperatorFullMatrix(c(_REGULAR))),
    "kronecker": lambda L, c: L.LinearOperatorKronecker(
        [L.LinearOperatorFullMatrix(c(_BATCH)), L.LinearOperatorDiag(c(_POSITIVE))]
    ),
    "kronecker definite": lambda L, c: L.LinearOperatorKronecker(
        [
            L.LinearOperatorFullMatrix(c(_SPD), **DEFINITE),
            L.LinearOperatorDiag(c(_POSITIVE), is_positive_definite=True),
        ]
    ),
    "low rank update": lambda L, c: L.LinearOperatorLowRankUpdate(
        L.LinearOperatorFullMatrix(c(_REGULAR)), c(_LOW), diag_update=c(_VECTOR[:, :2]), v=c(_LOW[::-1])
    ),
    "low rank update definite": lambda L, c: L.LinearOperatorLowRankUpdate(
        L.LinearOperatorDiag(c(_POSITIVE), is_positive_definite=True), c(_LOW)
    ),
    "lower triangular": lambda L, c: L.LinearOperatorLowerTriangular(c(_LOWER)),
    "permutation": lambda L, c: L.LinearOperatorPermutation([2, 0, 1], dtype="float64"),
    "permutations": lambda L, c: L.LinearOperatorPermutation([[2, 0, 1], [1, 0, 2]], dtype="float64"),
    "scaled identity": lambda L, c: L.LinearOperatorScaledIdentity(3, c(_VECTOR[:, 0])),
    "scaled identity complex": lambda L, c: L.LinearOperatorScaledIdentity(2, c(_COMPLEX[0])),
    "toeplitz": lambda L, c: L.LinearOperatorToeplitz(c(_KERNEL[:3]), c(_KERNEL[[0, 3, 2]])),
    "tridiag": lambda L, c: L.LinearOperatorTridiag(c(_TRIDIAGONAL)),
    "tridiag in a sequence": lambda L, c: L.LinearOperatorTridiag(
        [c(each) for each in _TRIDIAGONAL[0]], diagonals_format="sequence"
    ),
    "tridiag as a matrix": lambda L, c: L.LinearOperatorTridiag(
        c(np.array([[4.0, 1.0, 0], [2.0, 5.0, 1.0], [0, 1.0, 6.0]])), diagonals_format="matrix"
    ),
    "zeros": lambda L, c: L.LinearOperatorZeros(3, batch_shape=[2], dtype="float64"),
    "zeros wide": lambda L, c: L.LinearOperatorZeros(
        2, 3, dtype="float64", is_square=False, is_self_adjoint=False
    ),
}


def _squared(L, operator):
    return L.LinearOperatorComposition([operator, operator.H])


def _identity(L, size=2, **known):
    return L.LinearOperatorIdentity(size, **known)


BAD_CALLS = [
    lambda L: L.LinearOperator("float32"),
    lambda L: L.LinearOperatorDiag(1.0),
    lambda L: L.LinearOperatorDiag([1.0], is_self_adjoint=False),
    lambda L: L.LinearOperatorDiag([1.0], is_square=False),
    lambda L: L.LinearOperatorDiag([1.0], is_non_singular=False, is_positive_definite=True),
    lambda L: L.LinearOperatorFullMatrix([1.0]),
    lambda L: L.LinearOperatorFullMatrix([[1]]),
    lambda L: L.LinearOperatorFullMatrix([[1.0]], is_self_adjoint=True, is_square=False),
    lambda L: L.LinearOperatorFullMatrix([[1.0]], is_square=False).is_square,
    lambda L: L.LinearOperatorFullMatrix([[1.0, 2.0]]).determinant(),
    lambda L: L.LinearOperatorFullMatrix([[1.0, 2.0]]).inverse(),
    lambda L: L.LinearOperatorFullMatrix([[1.0, 2.0]]).solve([[1.0]]),
    lambda L: L.LinearOperatorFullMatrix([[1.0]]).cholesky(),
    lambda L: L.LinearOperatorFullMatrix([[1.0]]).eigvals(),
    lambda L: L.LinearOperatorFullMatrix([[1.0]], is_non_singular=False).solvevec([1.0]),
    lambda L: _identity(L, -1),
    lambda L: _identity(L, [1]),
    lambda L: _identity(L, 1.5),
    lambda L: _identity(L, is_square=False),
    lambda L: _identity(L, batch_shape=[-1]),
    lambda L: _identity(L, batch_shape=2),
    lambda L: L.LinearOperatorScaledIdentity(2, 1.0, is_square=False),
    lambda L: L.LinearOperatorZeros(2, 3),
    lambda L: L.LinearOperatorZeros(2, is_non_singular=True),
    lambda L: L.LinearOperatorZeros(2).solvevec([1.0, 2.0]),
    lambda L: L.LinearOperatorHouseholder([1.0], is_positive_definite=True),
    lambda L: L.LinearOperatorLowerTriangular([1.0]),
    lambda L: L.LinearOperatorPermutation([0, 0]),
    lambda L: L.LinearOperatorPermutation([0.0, 1.0]),
    lambda L: L.LinearOperatorToeplitz([1.0, 2.0], [1.0]),
    lambda L: L.LinearOperatorTridiag([[1.0]], diagonals_format="wide"),
    lambda L: L.LinearOperatorCirculant(1.0),
    lambda L: L.LinearOperatorCirculant2D([1.0]),
    lambda L: L.LinearOperatorComposition([]),
    lambda L: L.LinearOperatorComposition([_identity(L), _identity(L, dtype="float64")]),
    lambda L: L.LinearOperatorComposition([_identity(L), _identity(L, 3)]).shape,
    lambda L: L.LinearOperatorComposition(_identity(L)),
    lambda L: L.LinearOperatorKronecker([]),
    lambda L: L.LinearOperatorKronecker([_identity(L)], is_positive_definite=False),
    lambda L: L.LinearOperatorBlockDiag([]),
    lambda L: L.LinearOperatorBlockDiag([_identity(L)], is_non_singular=False),
    lambda L: L.LinearOperatorBlockDiag([_identity(L), _identity(L)]).matmul(
        L.LinearOperatorBlockDiag([_identity(L, 4)])
    ),
    lambda L: L.LinearOperatorBlockLowerTriangular([]),
    lambda L: L.LinearOperatorBlockLowerTriangular([[_identity(L), _identity(L)]]),
    lambda L: L.LinearOperatorBlockLowerTriangular([[_identity(L)], [_identity(L, 3), _identity(L)]]),
    lambda L: L.LinearOperatorLowRankUpdate(_identity(L), [[1.0], [2.0], [3.0]]),
    lambda L: L.LinearOperatorLowRankUpdate(_identity(L), [[1.0], [2.0]], is_diag_update_positive=False),
    lambda L: L.LinearOperatorInversion(L.LinearOperatorZeros(2)),
    lambda L: L.LinearOperatorAdjoint(_identity(L), is_self_adjoint=False),
    lambda L: _identity(L).matmul(_identity(L, 3)),
    lambda L: _identity(L).matmul([1.0]),
    lambda L: L.matmul(_identity(L), _identity(L), transpose_a=True),
    lambda L: L.solve([[1.0]], _identity(L, 1)),
    lambda L: L.logdet(L.LinearOperatorFullMatrix([[1.0]])),
    lambda L: L.experimental.conjugate_gradient(L.LinearOperatorFullMatrix([[1.0]]), [1.0]),
]
