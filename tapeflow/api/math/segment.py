"""Segments: rows of data that have the same id are added, multiplied, averaged or compared.

`segment_*` take sorted ids, one for each row of the data (an int32 or int64 vector of increasing numbers
from 0 on); the last one says how many segments there are. `unsorted_segment_*` take ids in any order and of
any shape that the data's shape starts with, and the number of segments; what has a negative id is left out.
Ids that break these rules are an InvalidArgumentError.
"""

from tapeflow.core import dtypes as types
from tapeflow.core.arguments import scalar_int
from tapeflow.core.operands import as_tensor
from tapeflow.ops import arithmetic, segment
from tapeflow.ops.casting import cast, true_divide
from tapeflow.ops.creation import ones
from tapeflow.ops.layout import reshape

__all__ = [
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
]


def segment_sum(data, segment_ids, name=None):
    """Sum of the rows of each segment, sorted ids; 0 where there is none.

    >>> tf.math.segment_sum([[1, 2], [3, 4], [5, 6]], [0, 0, 1])
    <tf.Tensor: shape=(2, 2), dtype=int32, numpy=
    array([[4, 6],
           [5, 6]], dtype=int32)>
    """
    return segment.segment_sum(as_tensor(data), as_tensor(segment_ids))


def segment_mean(data, segment_ids, name=None):
    """Mean of the rows of each segment, sorted ids; 0 where there is none. Of integers, cut off towards zero.

    >>> tf.math.segment_mean([1.0, 2.0, 4.0], [0, 0, 2])
    <tf.Tensor: shape=(3,), dtype=float32, numpy=array([1.5, 0. , 4. ], dtype=float32)>
    """
    return segment.segment_mean(as_tensor(data), as_tensor(segment_ids))


def segment_prod(data, segment_ids, name=None):
    """Product of the rows of each segment, sorted ids; 1 where there is none.

    >>> tf.math.segment_prod([2, 3, 4], [0, 0, 2])
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([6, 1, 4], dtype=int32)>
    """
    return segment.segment_prod(as_tensor(data), as_tensor(segment_ids))


def segment_max(data, segment_ids, name=None):
    """Greatest elements of the rows of each segment, sorted ids; 0 where there is none.

    >>> tf.math.segment_max([2, 3, 4], [0, 0, 2])
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([3, 0, 4], dtype=int32)>
    """
    return segment.segment_max(as_tensor(data), as_tensor(segment_ids))


def segment_min(data, segment_ids, name=None):
    """Least elements of the rows of each segment, sorted ids; 0 where there is none.

    >>> tf.math.segment_min([2, 3, 4], [0, 0, 2])
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([2, 0, 4], dtype=int32)>
    """
    return segment.segment_min(as_tensor(data), as_tensor(segment_ids))


def _unsorted(op, data, segment_ids, num_segments):
    count = scalar_int(num_segments, "num_segments")
    return op(as_tensor(data), as_tensor(segment_ids), num_segments=count)


def unsorted_segment_sum(data, segment_ids, num_segments, name=None):
    """Sum of what belongs to each segment, ids in any order; 0 where there is nothing.

    >>> tf.math.unsorted_segment_sum([1.0, 2.0, 4.0, 8.0], [2, 0, -1, 2], 3)
    <tf.Tensor: shape=(3,), dtype=float32, numpy=array([2., 0., 9.], dtype=float32)>
    """
    return _unsorted(segment.unsorted_segment_sum, data, segment_ids, num_segments)


def unsorted_segment_prod(data, segment_ids, num_segments, name=None):
    """Product of what belongs to each segment, ids in any order; 1 where there is nothing.

    >>> tf.math.unsorted_segment_prod([1, 2, 4, 8], [2, 0, -1, 2], 3)
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([2, 1, 8], dtype=int32)>
    """
    return _unsorted(segment.unsorted_segment_prod, data, segment_ids, num_segments)


def unsorted_segment_max(data, segment_ids, num_segments, name=None):
    """Greatest of what belongs to each segment, ids in any order; the least number where there is nothing.

    >>> tf.math.unsorted_segment_max([1, 2, 4, 8], [1, 0, -1, 1], 2)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([2, 8], dtype=int32)>
    """
    return _unsorted(segment.unsorted_segment_max, data, segment_ids, num_segments)


def unsorted_segment_min(data, segment_ids, num_segments, name=None):
    """Least of what belongs to each segment, ids in any order; the greatest number where there is nothing.

    >>> tf.math.unsorted_segment_min([1, 2, 4, 8], [1, 0, -1, 1], 2)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([2, 1], dtype=int32)>
    """
    return _unsorted(segment.unsorted_segment_min, data, segment_ids, num_segments)


def unsorted_segment_mean(data, segment_ids, num_segments, name=None):
    """Mean of what belongs to each segment, ids in any order; 0 where there is nothing. Of ints a float64.

    >>> tf.math.unsorted_segment_mean([1.0, 2.0, 4.0, 8.0], [2, 0, -1, 2], 3)
    <tf.Tensor: shape=(3,), dtype=float32, numpy=array([2. , 0. , 4.5], dtype=float32)>
    """
    total, counts = _totals(data, segment_ids, num_segments)
    return true_divide(total, counts)


def unsorted_segment_sqrt_n(data, segment_ids, num_segments, name=None):
    """Sum of what belongs to each segment, divided by the square root of how much it is; of floating numbers.

    >>> tf.math.unsorted_segment_sqrt_n([1.0, 3.0, 4.0, 8.0], [0, 0, 0, 0], 2)
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([8., 0.], dtype=float32)>
    """
    total, counts = _totals(data, segment_ids, num_segments)
    return arithmetic.divide(total, arithmetic.sqrt(counts))


def _totals(data, segment_ids, num_segments):
    """The sums, and how many went into each (at least 1), of the same dtype and as many axes."""
    data, ids = as_tensor(data), as_tensor(segment_ids)
    total = _unsorted(segment.unsorted_segment_sum, data, ids, num_segments)
    counts = _unsorted(segment.unsorted_segment_sum, ones(ids.dims, types.int32), ids, num_segments)
    counts = arithmetic.maximum(counts, ones((), types.int32))
    counts = reshape(counts, dims=(*counts.dims, *[1] * (total.ndim - 1)))
    return total, cast(counts, total._dtype)
