"""tf.experimental.numpy: NumPy's functions on tensors, by NumPy's rules for dtypes.

import tapeflow.experimental.numpy as tnp

tnp.experimental_enable_numpy_behavior()
tnp.ones([2, 3]).T @ tnp.arange(2)
"""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.experimental.numpy import (
    behavior,
    conversion,
    creation,
    dtypes,
    elements,
    indexing,
    layout,
    pairs,
    products,
    promotion,
    random,
    reduction,
    sorting,
)
from tapeflow.api.experimental.numpy.behavior import *
from tapeflow.api.experimental.numpy.conversion import *
from tapeflow.api.experimental.numpy.creation import *
from tapeflow.api.experimental.numpy.dtypes import *
from tapeflow.api.experimental.numpy.elements import *
from tapeflow.api.experimental.numpy.indexing import *
from tapeflow.api.experimental.numpy.layout import *
from tapeflow.api.experimental.numpy.pairs import *
from tapeflow.api.experimental.numpy.products import *
from tapeflow.api.experimental.numpy.promotion import *
from tapeflow.api.experimental.numpy.reduction import *
from tapeflow.api.experimental.numpy.sorting import *
from tapeflow.core.tensor import Tensor

ndarray = Tensor
e = 2.718281828459045
inf = float("inf")
newaxis = None
pi = 3.141592653589793

__all__ = ["e", "inf", "ndarray", "newaxis", "pi", "random"]
__all__ += behavior.__all__ + conversion.__all__ + creation.__all__ + dtypes.__all__ + elements.__all__
__all__ += indexing.__all__ + layout.__all__ + pairs.__all__ + products.__all__ + promotion.__all__
__all__ += reduction.__all__ + sorting.__all__


def __dir__():
    return __all__
