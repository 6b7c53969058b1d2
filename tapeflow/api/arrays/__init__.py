"""Functions on the elements of tensors as such; they live at the root of the package: `tf.reshape`, `tf.gather`."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.arrays import blocks, conversion, creation, indexing, layout, padding, scatter, sorting
from tapeflow.api.arrays.blocks import *
from tapeflow.api.arrays.conversion import *
from tapeflow.api.arrays.creation import *
from tapeflow.api.arrays.indexing import *
from tapeflow.api.arrays.layout import *
from tapeflow.api.arrays.padding import *
from tapeflow.api.arrays.scatter import *
from tapeflow.api.arrays.sorting import *

__all__ = (
    blocks.__all__
    + conversion.__all__
    + creation.__all__
    + indexing.__all__
    + layout.__all__
    + padding.__all__
    + scatter.__all__
    + sorting.__all__
)
