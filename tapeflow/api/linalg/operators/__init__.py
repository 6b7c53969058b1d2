"""Linear operators: matrices that are known by what they do."""

from tapeflow.api.linalg.operators.adjoint import LinearOperatorAdjoint
from tapeflow.api.linalg.operators.block_diag import LinearOperatorBlockDiag
from tapeflow.api.linalg.operators.block_lower_triangular import LinearOperatorBlockLowerTriangular
from tapeflow.api.linalg.operators.circulant import (
    LinearOperatorCirculant,
    LinearOperatorCirculant2D,
    LinearOperatorCirculant3D,
)
from tapeflow.api.linalg.operators.composition import LinearOperatorComposition
from tapeflow.api.linalg.operators.diag import LinearOperatorDiag
from tapeflow.api.linalg.operators.full_matrix import LinearOperatorFullMatrix
from tapeflow.api.linalg.operators.householder import LinearOperatorHouseholder
from tapeflow.api.linalg.operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from tapeflow.api.linalg.operators.inversion import LinearOperatorInversion
from tapeflow.api.linalg.operators.kronecker import LinearOperatorKronecker
from tapeflow.api.linalg.operators.low_rank_update import LinearOperatorLowRankUpdate
from tapeflow.api.linalg.operators.lower_triangular import LinearOperatorLowerTriangular
from tapeflow.api.linalg.operators.operator import LinearOperator
from tapeflow.api.linalg.operators.permutation import LinearOperatorPermutation
from tapeflow.api.linalg.operators.toeplitz import LinearOperatorToeplitz
from tapeflow.api.linalg.operators.tridiag import LinearOperatorTridiag
from tapeflow.api.linalg.operators.zeros import LinearOperatorZeros

__all__ = [
    "LinearOperator",
    "LinearOperatorAdjoint",
    "LinearOperatorBlockDiag",
    "LinearOperatorBlockLowerTriangular",
    "LinearOperatorCirculant",
    "LinearOperatorCirculant2D",
    "LinearOperatorCirculant3D",
    "LinearOperatorComposition",
    "LinearOperatorDiag",
    "LinearOperatorFullMatrix",
    "LinearOperatorHouseholder",
    "LinearOperatorIdentity",
    "LinearOperatorInversion",
    "LinearOperatorKronecker",
    "LinearOperatorLowRankUpdate",
    "LinearOperatorLowerTriangular",
    "LinearOperatorPermutation",
    "LinearOperatorScaledIdentity",
    "LinearOperatorToeplitz",
    "LinearOperatorTridiag",
    "LinearOperatorZeros",
]
