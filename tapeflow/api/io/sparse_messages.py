"""Sparse tensors as strings: three messages each, of the places, the values and the shape."""

from tapeflow.api.arrays import stack
from tapeflow.api.io.contents import serialize_tensor
from tapeflow.api.sparse import SparseTensor
from tapeflow.api.strings import as_strings
from tapeflow.core.dtypes import as_dtype, string
from tapeflow.ops import serialization

__all__ = ["deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse"]


def _check(sp_input, out_type):
    if not isinstance(sp_input, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor, not {type(sp_input).__name__}.")
    if as_dtype(out_type) is not string:
        raise NotImplementedError("Sparse tensors are serialized as strings only; there are no variants.")


def serialize_sparse(sp_input, out_type=string, name=None):
    """A SparseTensor as three strings: TensorProto messages of its indices, values and shape. TypeError for others.

    >>> tf.io.serialize_sparse(tf.SparseTensor([[1]], [2], [3])).shape
    TensorShape([3])
    """
    _check(sp_input, out_type)
    return stack(
        [serialize_tensor(each) for each in (sp_input.indices, sp_input.values, sp_input.dense_shape)]
    )


def serialize_many_sparse(sp_input, out_type=string, name=None):
    """Each row of a SparseTensor of at least two axes as three strings: string [rows, 3].

    Raises InvalidArgumentError for fewer axes.

    >>> rows = tf.io.serialize_many_sparse(tf.SparseTensor([[0, 1], [1, 0]], [1, 2], [2, 3]))
    >>> tf.sparse.to_dense(tf.io.deserialize_many_sparse(rows, tf.int32)).numpy()
    array([[0, 1, 0],
           [2, 0, 0]], dtype=int32)
    """
    _check(sp_input, out_type)
    return serialization.serialize_sparse_rows(sp_input.indices, sp_input.values, sp_input.dense_shape)


def deserialize_many_sparse(serialized_sparse, dtype, rank=None, name=None):
    """The SparseTensor of rows from `serialize_many_sparse`, or from several `serialize_sparse`: string [n, 3].

    dtype: that of the elements; rank: of the result, if it is known. Each size is the greatest of all rows. Raises
    InvalidArgumentError for other strings, shapes and dtypes.
    """
    rows = as_strings(serialized_sparse, "DeserializeManySparse")
    indices, values, shape = serialization.parse_sparse_rows(rows, dtype=as_dtype(dtype), rank=rank)
    return SparseTensor(indices, values, shape)
