"""tf.sparse: tensors that are given by the places and values of some elements."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.sparse import (
    arithmetic,
    conversion,
    counting,
    crossing,
    layout,
    products,
    reduction,
    segments,
)
from tapeflow.api.sparse.arithmetic import *
from tapeflow.api.sparse.conversion import *
from tapeflow.api.sparse.counting import *
from tapeflow.api.sparse.crossing import *
from tapeflow.api.sparse.layout import *
from tapeflow.api.sparse.products import *
from tapeflow.api.sparse.reduction import *
from tapeflow.api.sparse.segments import *
from tapeflow.api.sparse.sparse_tensor import SparseTensor, SparseTensorSpec

__all__ = ["SparseTensor", "SparseTensorSpec"]
for _module in (arithmetic, conversion, counting, crossing, layout, products, reduction, segments):
    __all__ += _module.__all__
