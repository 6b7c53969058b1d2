"""tf.math.bincount of sparse and ragged tensors: counted as tf.sparse.bincount does, and told for all numbers."""

from tapeflow.api.casting import cast
from tapeflow.api.math import bincount as bincount_dense
from tapeflow.api.sparse.conversion import to_dense
from tapeflow.api.sparse.counting import bincount as bincount_sparse
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.dtypes import as_dtype, int32
from tapeflow.core.spec import CompositeTensor


def bincount(
    arr,
    weights=None,
    minlength=None,
    maxlength=None,
    dtype=int32,
    name=None,
    axis=None,
    binary_output=False,
):
    """How often each of 0, 1, 2, ... comes in a sparse or ragged tensor, or in each row of it with `axis=-1`."""
    if axis is None or axis == 0:
        numbers, counted = _values(arr), _values(weights)
        return bincount_dense(numbers, counted, minlength, maxlength, dtype, binary_output=binary_output)
    found = to_dense(bincount_sparse(arr, weights, axis, minlength, maxlength, binary_output))
    return found if weights is not None else cast(found, as_dtype(dtype))


def _values(value):
    """The elements of a sparse or ragged tensor."""
    if not isinstance(value, CompositeTensor):
        return value
    return value.values if isinstance(value, SparseTensor) else value.flat_values
