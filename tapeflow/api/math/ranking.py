"""The greatest elements of rows, and permutations."""

from collections import namedtuple

from tapeflow.core import dtypes as types
from tapeflow.core.arguments import canonical_axis, scalar_int
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops import sorting
from tapeflow.ops.layout import move_axis

__all__ = ["approx_max_k", "approx_min_k", "in_top_k", "invert_permutation", "top_k"]

TopKV2 = namedtuple("TopKV2", "values indices")
ApproxTopK = namedtuple("ApproxTopK", "values indices")


def top_k(input, k=1, sorted=True, index_type=types.int32, name=None):
    """The `k` greatest elements of each row (the last axis) of real numbers, and their indices in the row.

    Greatest first; of equal elements the first comes first, and NaN last. With `sorted=False` they come in
    the order of the row (unless `k` is its whole length). Returns the named tuple (values, indices), both
    of shape `[..., k]`, the indices as `index_type`. Raises InvalidArgumentError for a scalar input or a
    `k` that is negative or greater than the row.

    >>> values, indices = tf.math.top_k([3.0, 1.0, 5.0, 3.0], k=2)
    >>> values.numpy(), indices.numpy()
    (array([5., 3.], dtype=float32), array([2, 0], dtype=int32))
    """
    k = _count(k)
    if not isinstance(sorted, bool):
        raise TypeError(f"Expected bool for argument 'sorted' not {sorted!r}.")
    dtype = types.as_dtype(index_type)
    if dtype not in (types.int16, types.int32, types.int64):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'index_type' of {dtype.name} is not in the list of allowed values: int16, "
            "int32, int64 [Op:TopKV2]",
        )
    return TopKV2(*sorting.top_k(as_tensor(input), k=k, sorted=sorted, index_type=dtype))


def _count(k):
    if isinstance(k, float):
        raise TypeError(f"Cannot convert {k} to EagerTensor of dtype int32: k is an integer.")
    return scalar_int(k, "k")


def in_top_k(targets, predictions, k, name=None):
    """Whether each target is among the `k` classes predicted likeliest; those tied with the last count.

    targets: int32 or int64 vector of `n` classes; predictions: float32 matrix `[n, classes]`. False where
    the target is no class or a prediction of the row is not finite. Raises InvalidArgumentError for other
    shapes.

    >>> tf.math.in_top_k([1, 0], [[0.1, 0.8, 0.1], [0.3, 0.4, 0.3]], k=1)
    <tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>
    """
    targets = as_tensor(targets)
    if targets._dtype not in (types.int32, types.int64):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {targets._dtype.name} is not in the list of allowed values: int32, int64 "
            "[Op:InTopKV2]",
        )
    predictions = as_tensor(predictions, None if hasattr(predictions, "_dtype") else types.float32)
    return sorting.in_top_k(predictions, targets, k=_count(k))


def approx_max_k(
    operand,
    k,
    reduction_dimension=-1,
    recall_target=0.95,
    reduction_input_size_override=-1,
    aggregate_to_topk=True,
    name=None,
):
    """The `k` greatest elements along an axis and their indices: exactly, which meets every recall target.

    operand: float16, bfloat16 or float32. Returns the named tuple (values, indices), int32 indices,
    greatest first. `aggregate_to_topk` and `reduction_input_size_override` tune the search on accelerators
    and change nothing here.

    >>> values, indices = tf.math.approx_max_k([1.0, 5.0, 3.0], k=2)
    >>> values.numpy(), indices.numpy()
    (array([5., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    return _extremes(as_tensor(operand), k, reduction_dimension)


def approx_min_k(
    operand,
    k,
    reduction_dimension=-1,
    recall_target=0.95,
    reduction_input_size_override=-1,
    aggregate_to_topk=True,
    name=None,
):
    """The `k` least elements along an axis and their indices, least first; the rest is as in `approx_max_k`.

    >>> values, indices = tf.math.approx_min_k([1.0, 5.0, 3.0], k=2)
    >>> values.numpy(), indices.numpy()
    (array([1., 3.], dtype=float32), array([0, 2], dtype=int32))
    """
    values, indices = _extremes(-as_tensor(operand), k, reduction_dimension)
    return ApproxTopK(-values, indices)


def approx_top_k(
    input,
    k,
    reduction_dimension=-1,
    recall_target=0.95,
    is_max_k=True,
    reduction_input_size_override=-1,
    aggregate_to_topk=True,
    name=None,
):
    """`tf.math.approx_max_k` or, unless `is_max_k`, `tf.math.approx_min_k`.

    >>> tf.approx_top_k([1.0, 5.0, 3.0], k=2, is_max_k=False).values.numpy()
    array([1., 3.], dtype=float32)
    """
    return (approx_max_k if is_max_k else approx_min_k)(input, k, reduction_dimension)


def _extremes(x, k, axis):
    if x._dtype not in (types.half, types.bfloat16, types.float32):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {x._dtype.name} is not in the list of allowed values: half, bfloat16, "
            "float [Op:ApproxTopK]",
        )
    last = x.ndim - 1
    axis = canonical_axis(axis, x.ndim, "reduction_dimension")
    rows = move_axis(x, axis, last)
    found = sorting.top_k(rows, k=_count(k), sorted=True, index_type=types.int32)
    return ApproxTopK(*[move_axis(each, last, axis) for each in found])


def invert_permutation(x, name=None):
    """The permutation that undoes `x`, an int32 or int64 vector of the numbers 0 to n - 1, each once.

    Raises InvalidArgumentError for a vector that is no permutation.

    >>> tf.math.invert_permutation([2, 0, 1])
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([1, 2, 0], dtype=int32)>
    """
    return sorting.invert_permutation(as_tensor(x))
