"""tf.ragged: tensors whose rows differ in length. As types with conversions; operators work element by element."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.ragged import construction, ranges
from tapeflow.api.ragged.construction import *
from tapeflow.api.ragged.ragged_tensor import RaggedTensor, RaggedTensorSpec
from tapeflow.api.ragged.ranges import *
from tapeflow.api.ragged.row_partition import RowPartition, RowPartitionSpec

__all__ = (
    construction.__all__
    + ranges.__all__
    + ["RaggedTensor", "RaggedTensorSpec", "RowPartition", "RowPartitionSpec"]
)
