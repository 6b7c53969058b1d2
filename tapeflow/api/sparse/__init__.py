"""tf.sparse: tensors given by the places and values of some elements. As types with conversions."""

from tapeflow.api.sparse.sparse_tensor import SparseTensor, SparseTensorSpec, from_dense, reorder, to_dense

__all__ = ["SparseTensor", "SparseTensorSpec", "from_dense", "reorder", "to_dense"]
