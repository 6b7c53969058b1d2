"""tf.linalg: matrices and their products."""
# ruff: noqa: F403 - what a module exports stands in its __all__

import importlib

from tapeflow.api.arrays.creation import eye
from tapeflow.api.clipping import global_norm
from tapeflow.api.linalg import decompositions, diagonals, functions, norms, products, solvers, tridiagonal
from tapeflow.api.linalg.decompositions import *
from tapeflow.api.linalg.diagonals import *
from tapeflow.api.linalg.functions import *
from tapeflow.api.linalg.norms import *
from tapeflow.api.linalg.products import *
from tapeflow.api.linalg.solvers import *
from tapeflow.api.linalg.tridiagonal import *
from tapeflow.api.math.normalization import l2_normalize

__all__ = ["eye", "global_norm", "l2_normalize"]
__all__ += decompositions.__all__ + diagonals.__all__ + functions.__all__
__all__ += norms.__all__ + products.__all__ + solvers.__all__ + tridiagonal.__all__

OPERATORS = [
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
"""What lies in `operators`, imported when it is first asked for."""

_ON_DEMAND = {"experimental": "experimental", **dict.fromkeys(OPERATORS, "operators")}


def __getattr__(name):
    if name not in _ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = importlib.import_module(f"{__name__}.{_ON_DEMAND[name]}")
    value = found if name == "experimental" else getattr(found, name)
    globals()[name] = value
    return value


def __dir__():
    return [*globals(), *_ON_DEMAND]
