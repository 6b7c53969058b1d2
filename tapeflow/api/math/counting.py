"""Counts of integers, and of pairs of them."""

from tapeflow.api.debugging.comparisons import assert_less, assert_non_negative
from tapeflow.core import dtypes as types
from tapeflow.core.arguments import scalar_int
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import may_agree
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops import counting, segment
from tapeflow.ops.arithmetic import maximum, minimum
from tapeflow.ops.casting import cast
from tapeflow.ops.creation import full, ones, zeros
from tapeflow.ops.layout import concat, reshape
from tapeflow.ops.reduction import reduce_max

__all__ = ["bincount", "confusion_matrix"]


def bincount(
    arr,
    weights=None,
    minlength=None,
    maxlength=None,
    dtype=types.int32,
    name=None,
    axis=None,
    binary_output=False,
):
    """How often each of 0, 1, 2, ... comes in `arr`, or the sum of the weights of each.

    Args:
      arr: non-negative int32 or int64 numbers; other Python numbers are cast.
      weights: tensor of the shape of `arr`; its dtype (int32, int64, float32, float64) is the result's then.
      minlength, maxlength: the least and greatest length of the result; without them it is max(arr) + 1, and
        numbers from `maxlength` on are not counted.
      dtype: of the result without weights.
      axis: None or 0 counts all numbers; -1 counts each row of a matrix.
      binary_output: 1 for numbers that come at all, 0 for others.

    Raises InvalidArgumentError for negative numbers, for weights of another shape and for more than two
    axes with `axis=-1`; ValueError for another axis or for weights together with `binary_output`. The
    result's length depends on the numbers, and no gradient flows to the weights.

    >>> tf.math.bincount([1, 1, 2, 5])
    <tf.Tensor: shape=(6,), dtype=int32, numpy=array([0, 2, 1, 0, 0, 1], dtype=int32)>
    >>> tf.math.bincount([[0, 1], [1, 1]], axis=-1)
    <tf.Tensor: shape=(2, 2), dtype=int32, numpy=
    array([[1, 1],
           [0, 2]], dtype=int32)>
    """
    if weights is not None and binary_output:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one."
        )
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    numbers = as_tensor(arr)
    if not numbers._dtype.is_integer:
        numbers = cast(numbers, types.int32)
    counted = zeros((0,), types.as_dtype(dtype)) if weights is None else as_tensor(weights)
    if counted._dtype not in (types.int32, types.int64, types.float32, types.float64):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {counted._dtype.name} is not in the list of allowed values: int32, "
            "int64, float, double [Op:DenseBincount]",
        )
    if axis is None or axis == 0:
        if weights is not None and may_agree(counted.dims, numbers.dims):
            counted = reshape(counted, dims=(_size(counted),))
        numbers = reshape(numbers, dims=(_size(numbers),))
    length = _traced_length if isinstance(numbers, SymbolicTensor) else _length
    size = length(numbers, minlength, maxlength)
    return counting.bincount(numbers, counted, size=size, binary=bool(binary_output))


def _length(numbers, minlength, maxlength):
    """How many numbers are told of: up to the greatest, if the limits say nothing else."""
    size = int(numbers._array.max()) + 1 if _size(numbers) else 0
    if minlength is not None:
        size = max(size, scalar_int(minlength, "minlength"))
    if maxlength is not None:
        size = min(size, scalar_int(maxlength, "maxlength"))
    return max(size, 0)


def _traced_length(numbers, minlength, maxlength):
    """The same as a size that the program finds out."""
    if type(minlength) is int and minlength == maxlength:
        return max(minlength, 0)
    flat = reshape(numbers, dims=(_size(numbers),))
    numbers = concat(full((1,), -1, flat._dtype), flat, axis=0)  # the greatest of no numbers is before 0
    size = reduce_max(numbers, axes=(0,), keepdims=False) + 1
    if minlength is not None:
        size = maximum(size, cast(as_tensor(minlength), size._dtype))
    if maxlength is not None:
        size = minimum(size, cast(as_tensor(maxlength), size._dtype))
    return scalar_int(maximum(size, full((), 0, size._dtype)), "length")


def _size(x):
    count = 1
    for size in x.dims:
        count *= size
    return count


def confusion_matrix(labels, predictions, num_classes=None, weights=None, dtype=types.int32, name=None):
    """The matrix whose element [i, j] says how often class j was predicted where the label is i.

    Args:
      labels, predictions: classes, numbers from 0 on, of shape `[n]` (or one of them `[n, 1]`).
      num_classes: size of the matrix; by default the greatest class + 1.
      weights: tensor of shape `[n]`, added up instead of counting 1 each.
      dtype: of the result; weights are cast to it.

    Raises InvalidArgumentError for negative classes, classes from `num_classes` on and unlike shapes;
    ValueError for weights of another shape.

    >>> tf.math.confusion_matrix([1, 2, 2], [1, 1, 2])
    <tf.Tensor: shape=(3, 3), dtype=int32, numpy=
    array([[0, 0, 0],
           [0, 1, 0],
           [0, 1, 1]], dtype=int32)>
    """
    labels, predictions = _same_rank(as_tensor(labels), as_tensor(predictions))
    labels, predictions = cast(labels, types.int64), cast(predictions, types.int64)
    if len(labels.dims) != 1:
        raise ValueError(f"`labels` and `predictions` must be vectors, not of shape {labels.shape}.")
    if not may_agree(labels.dims, predictions.dims):
        raise InvalidArgumentError(
            None,
            None,
            f"Shapes of all inputs must match: {list(labels.dims)} and {list(predictions.dims)}",
        )
    for what, classes in (("labels", labels), ("predictions", predictions)):
        assert_non_negative(classes, f"`{what}` contains negative values")
    if num_classes is None:
        if not _size(labels):
            raise InvalidArgumentError(
                None, None, "Without labels, `num_classes` must say the size of the matrix."
            )
        greatest = maximum(*[reduce_max(each, axes=(0,), keepdims=False) for each in (labels, predictions)])
        count = scalar_int(greatest + 1, "num_classes")
    else:
        count = scalar_int(num_classes, "num_classes")
        limit = as_tensor(count, types.int64)
        for what, classes in (("labels", labels), ("predictions", predictions)):
            assert_less(classes, limit, f"`{what}` out of bound")
    dtype = types.as_dtype(dtype)
    amounts = ones(labels.dims, dtype)
    if weights is not None:
        amounts = cast(as_tensor(weights), dtype)
        if not may_agree(amounts.dims, labels.dims):
            raise ValueError(f"Shapes {labels.shape} and {amounts.shape} are incompatible")
    cells = labels * count + predictions
    summed = cast(amounts, types.int32) if dtype is types.bool else amounts
    total = segment.unsorted_segment_sum(summed, cells, num_segments=count * count)
    return cast(reshape(total, dims=(count, count)), dtype)


def _same_rank(labels, predictions):
    """Without the last axis, if it has size 1 and only one of them has it."""
    if labels.ndim == predictions.ndim + 1 and labels.dims[-1] == 1:
        labels = reshape(labels, dims=labels.dims[:-1])
    elif predictions.ndim == labels.ndim + 1 and predictions.dims[-1] == 1:
        predictions = reshape(predictions, dims=predictions.dims[:-1])
    return labels, predictions
