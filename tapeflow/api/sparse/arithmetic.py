"""Sparse tensors computed element by element."""

from tapeflow.api.arrays import reshape as reshape_dense
from tapeflow.api.math import abs as absolute
from tapeflow.api.math import add as add_dense
from tapeflow.api.math import greater_equal
from tapeflow.api.math import maximum as greater_of
from tapeflow.api.math import minimum as lesser_of
from tapeflow.api.sparse.conversion import check_sparse, rows, sparse_of, to_dense
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core import nest
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import subtract
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import concat
from tapeflow.ops.selection import nonzero
from tapeflow.ops.sparse_indices import sparse_indices

__all__ = ["add", "map_values", "maximum", "minimum", "softmax"]


def add(a, b, threshold=0):
    """The sum: sparse if both are, dense if one is. Sums that are nearer to 0 than `threshold` are left out.

    Raises TypeError if neither is sparse and InvalidArgumentError for different shapes.

    >>> s = tf.sparse.add(tf.SparseTensor([[0]], [1], [3]), tf.SparseTensor([[2]], [5], [3]))
    >>> s.indices.numpy().tolist(), s.values.numpy().tolist()
    ([[0], [2]], [1, 5])
    """
    first, second = isinstance(a, SparseTensor), isinstance(b, SparseTensor)
    if not first and not second:
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if not first or not second:
        sparse, dense = (a, b) if first else (b, a)
        return add_dense(to_dense(sparse, validate_indices=False), as_tensor(dense, sparse.dtype))
    found = _united(add_dense, a, b, "SparseAdd")
    if isinstance(threshold, int | float) and threshold <= 0:
        return found
    kept = reshape_dense(nonzero(greater_equal(absolute(found.values), threshold)), [-1])
    return sparse_of(rows(found.indices, kept), rows(found.values, kept), found.dense_shape, found.shape)


def maximum(sp_a, sp_b, name=None):
    """The greater element at each place that either has, 0 standing for what is not there.

    >>> tf.sparse.maximum(tf.SparseTensor([[0]], [-1], [3]), tf.SparseTensor([[2]], [5], [3])).values.numpy()
    array([0, 5], dtype=int32)
    """
    return _united(greater_of, sp_a, sp_b, "SparseSparseMaximum")


def minimum(sp_a, sp_b, name=None):
    """The lesser element at each place that either has, 0 standing for what is not there.

    >>> tf.sparse.minimum(tf.SparseTensor([[0]], [-1], [3]), tf.SparseTensor([[2]], [5], [3])).values.numpy()
    array([-1,  0], dtype=int32)
    """
    return _united(lesser_of, sp_a, sp_b, "SparseSparseMinimum")


def _united(function, a, b, type_name):
    check_sparse(a)
    check_sparse(b)
    if not a.shape.is_compatible_with(b.shape):
        raise InvalidArgumentError(
            None, None, f"Operands' shapes do not match: got {a.shape} and {b.shape} [Op:{type_name}]"
        )
    indices, first, second = sparse_indices(a.indices, b.indices, a.dense_shape, step="union")
    values = function(rows(_and_zero(a), first), rows(_and_zero(b), second))
    return sparse_of(indices, values, a.dense_shape, a.shape.merge_with(b.shape))


def _and_zero(sparse):
    return concat(sparse.values, zeros((1,), sparse.dtype), axis=0)


def map_values(op, *args, **kwargs):
    """`op` on the values of the sparse tensors among the arguments, in the same places; they must have the same.

    Raises ValueError without a sparse argument, InvalidArgumentError for different places.

    >>> tf.sparse.map_values(tf.square, tf.SparseTensor([[1]], [3], [2])).values.numpy()
    array([9], dtype=int32)
    """
    found = [each for each in nest.flatten([args, kwargs]) if isinstance(each, SparseTensor)]
    if not found:
        raise ValueError("No SparseTensor in argument list of map_values")
    first = found[0]
    for other in found[1:]:
        if getattr(first.indices, "_array", None) is None or getattr(other.indices, "_array", None) is None:
            continue
        if (
            not (first.indices._array.shape == other.indices._array.shape)
            or (first.indices._array != other.indices._array).any()
        ):
            raise InvalidArgumentError(None, None, "The sparse tensors of map_values have different places.")
    args, kwargs = nest.map_structure(
        lambda each: each.values if isinstance(each, SparseTensor) else each, (args, kwargs)
    )
    return sparse_of(first.indices, op(*args, **kwargs), first.dense_shape, first.shape)


def softmax(sp_input, name=None):
    """Softmax along the last axis, over the elements that are there.

    >>> tf.sparse.softmax(tf.SparseTensor([[0, 0], [0, 2]], [1.0, 1.0], [1, 3])).values.numpy()
    array([0.5, 0.5], dtype=float32)
    """
    from tapeflow.api.math import divide, exp
    from tapeflow.api.math.segment import segment_max, segment_sum

    check_sparse(sp_input)
    axes = tuple(range(sp_input.shape.rank - 1))
    _, group = sparse_indices(
        sp_input.indices, sp_input.dense_shape, step="groups", settings=(axes, False), dims=(len(axes),)
    )
    values = sp_input.values
    powers = exp(subtract(values, rows(segment_max(values, group), group)))
    return sp_input.with_values(divide(powers, rows(segment_sum(powers, group), group)))
