"""Crossed features: every combination of one element of each input, row by row."""

from tapeflow.api.casting import cast
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core import dtypes
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor
from tapeflow.ops.crossing import DEFAULT_KEY, cross_rows

__all__ = ["cross", "cross_hashed"]


def cross(inputs, name=None, separator=None):
    """The texts of every combination of elements, joined by "_X_" (or `separator`); a SparseTensor of two axes.

    inputs: a list of matrices of strings or integers, dense or sparse, with as many rows each.

    >>> tf.sparse.cross([[["a"]], [["b", "c"]]]).values.numpy()
    array([b'a_X_b', b'a_X_c'], dtype=object)
    """
    separator = "_X_" if separator is None else separator
    text = separator.encode() if isinstance(separator, str) else separator.numpy()
    return _crossed(inputs, False, 0, 0, text)


def cross_hashed(inputs, num_buckets=0, hash_key=None, name=None):
    """The fingerprint of every combination of elements, modulo `num_buckets` if that is not 0; int64.

    >>> tf.sparse.cross_hashed([[["a"]], [["b"]]], num_buckets=100).values.numpy().shape
    (1,)
    """
    return _crossed(inputs, True, int(num_buckets), DEFAULT_KEY if hash_key is None else int(hash_key), b"")


def _crossed(inputs, hashed, num_buckets, key, separator):
    if not isinstance(inputs, list | tuple):
        raise TypeError(f"Inputs must be a list, not {inputs!r}.")
    if not all(isinstance(each, SparseTensor) or not isinstance(each, CompositeTensor) for each in inputs):
        raise TypeError("All inputs must be Tensor or SparseTensor.")
    values, kinds = [], []
    for each in sorted(
        inputs, key=lambda each: not isinstance(each, SparseTensor)
    ):  # as TensorFlow: sparse ones first
        parts = (
            [each.indices, each.values, each.dense_shape]
            if isinstance(each, SparseTensor)
            else [as_tensor(each)]
        )
        place = len(parts) // 2
        dtype = parts[place].dtype
        if dtype is not dtypes.string and dtype is not dtypes.int64:
            if not dtype.is_integer:
                raise InvalidArgumentError(
                    None, None, f"Only strings and integers are crossed, not {dtype.name}."
                )
            parts[place] = cast(parts[place], dtypes.int64)
        values += parts
        kinds.append(len(parts))
    found = cross_rows(
        *values, kinds=tuple(kinds), hashed=hashed, num_buckets=num_buckets, key=key, separator=separator
    )
    return SparseTensor(*found)
