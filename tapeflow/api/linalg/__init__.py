"""tf.linalg: matrices and their products."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.arrays.creation import eye
from tapeflow.api.clipping import global_norm
from tapeflow.api.linalg import decompositions, diagonals, functions, norms, products, solvers
from tapeflow.api.linalg.decompositions import *
from tapeflow.api.linalg.diagonals import *
from tapeflow.api.linalg.functions import *
from tapeflow.api.linalg.norms import *
from tapeflow.api.linalg.products import *
from tapeflow.api.linalg.solvers import *
from tapeflow.api.math.normalization import l2_normalize

__all__ = ["eye", "global_norm", "l2_normalize"]
__all__ += decompositions.__all__ + diagonals.__all__ + functions.__all__
__all__ += norms.__all__ + products.__all__ + solvers.__all__
