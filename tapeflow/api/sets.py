"""tf.sets: the last axis of tensors as sets."""

from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.sets import combine, sizes

__all__ = ["difference", "intersection", "size", "union"]


def intersection(a, b, validate_indices=True):
    """The elements that are in both, row by row, in ascending order; a SparseTensor.

    a, b: tensors or sparse tensors of one dtype (integers or strings) whose shapes are equal but for the last axis.

    >>> tf.sets.intersection([[1, 2, 3]], [[3, 2, 5]]).values.numpy()
    array([2, 3], dtype=int32)
    """
    return _combined(a, b, "intersection", validate_indices)


def difference(a, b, aminusb=True, validate_indices=True):
    """The elements of a that are not in b (or the other way round), row by row, in ascending order; a SparseTensor.

    >>> tf.sets.difference([[1, 2, 3]], [[3, 2, 5]]).values.numpy()
    array([1], dtype=int32)
    """
    return _combined(a, b, "a-b" if aminusb else "b-a", validate_indices)


def union(a, b, validate_indices=True):
    """The elements that are in either, row by row, in ascending order; a SparseTensor.

    >>> tf.sets.union([[1, 2, 3]], [[3, 2, 5]]).values.numpy()
    array([1, 2, 3, 5], dtype=int32)
    """
    return _combined(a, b, "union", validate_indices)


def size(a, validate_indices=True):
    """How many different elements each row of a SparseTensor has, int32.

    >>> tf.sets.size(tf.SparseTensor([[0, 0], [0, 1]], [3, 3], [2, 2])).numpy()
    array([1, 0], dtype=int32)
    """
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    return sizes(a.indices, a.values, a.dense_shape)


def _combined(a, b, operation, validate_indices):
    a, b = [each if isinstance(each, SparseTensor) else as_tensor(each) for each in (a, b)]
    if a.dtype is not b.dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    if not (a.dtype.is_integer or a.dtype.name == "string"):
        raise TypeError(f"a.dtype {a.dtype} is no integer and no string.")
    if None not in (a.shape.rank, b.shape.rank) and not a.shape[:-1].is_compatible_with(b.shape[:-1]):
        raise InvalidArgumentError(
            None, None, f"Shapes {a.shape} and {b.shape} do not match but for the last axis."
        )
    kinds = tuple([isinstance(each, SparseTensor) for each in (a, b)])
    parts = []
    for each, sparse in zip((a, b), kinds, strict=True):
        parts += [each.indices, each.values, each.dense_shape] if sparse else [each]
    return SparseTensor(*combine(*parts, kinds=kinds, operation=operation, validate=bool(validate_indices)))
