"""Segments of rows that are chosen by number: tf.sparse.segment_sum and its like."""

from tapeflow.api.arrays import gather, ones_like, reshape
from tapeflow.api.casting import cast
from tapeflow.api.math import divide, maximum, sqrt
from tapeflow.api.math.segment import segment_sum as sum_sorted
from tapeflow.api.math.segment import unsorted_segment_sum
from tapeflow.core.operands import as_tensor

__all__ = ["segment_mean", "segment_sqrt_n", "segment_sum"]


def segment_sum(data, indices, segment_ids, num_segments=None, name=None, sparse_gradient=False):
    """The sum of the rows `indices` of data for each segment; segment_ids ascend.

    >>> tf.sparse.segment_sum([[1.0], [2.0], [4.0]], [0, 2], [0, 0]).numpy()
    array([[5.]], dtype=float32)
    """
    return _summed(gather(as_tensor(data), indices), as_tensor(segment_ids), num_segments)


def segment_mean(data, indices, segment_ids, num_segments=None, name=None, sparse_gradient=False):
    """The mean of the rows `indices` of data for each segment; 0 where there is none.

    >>> tf.sparse.segment_mean([[1.0], [2.0], [4.0]], [0, 2], [0, 0]).numpy()
    array([[2.5]], dtype=float32)
    """
    return _averaged(data, indices, segment_ids, num_segments, lambda count: count)


def segment_sqrt_n(data, indices, segment_ids, num_segments=None, name=None, sparse_gradient=False):
    """The sum of the rows `indices` of data for each segment, divided by the root of their number.

    >>> tf.sparse.segment_sqrt_n([[1.0], [2.0], [7.0]], [0, 0, 2, 2], [0, 0, 0, 0]).numpy()
    array([[8.]], dtype=float32)
    """
    return _averaged(data, indices, segment_ids, num_segments, sqrt)


def _summed(rows, ids, num_segments):
    if num_segments is None:
        return sum_sorted(rows, ids)
    return unsorted_segment_sum(rows, ids, num_segments)


def _averaged(data, indices, segment_ids, num_segments, of_count):
    rows = gather(as_tensor(data), indices)
    ids = as_tensor(segment_ids)
    count = _summed(cast(ones_like(ids), rows.dtype), ids, num_segments)
    divisor = of_count(maximum(count, 1))
    return divide(_summed(rows, ids, num_segments), reshape(divisor, [-1, *[1] * (len(rows.dims) - 1)]))
