"""Keeping values and norms within limits."""

from collections.abc import Sequence

from tapeflow.core.arguments import reduction_axes
from tapeflow.core.operands import as_tensor, operands
from tapeflow.core.size import may_agree
from tapeflow.core.tensor import Tensor
from tapeflow.ops import arithmetic
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.comparison import greater
from tapeflow.ops.creation import ones, zeros
from tapeflow.ops.indexed_slices import IndexedSlices
from tapeflow.ops.selection import select

__all__ = ["clip_by_global_norm", "clip_by_norm", "clip_by_value", "global_norm"]


def clip_by_value(t, clip_value_min, clip_value_max, name=None):
    """`t` with values below `clip_value_min` or above `clip_value_max` replaced by these.

    t: a tensor of real numbers or `IndexedSlices`. The limits broadcast to its shape, or ValueError is
    raised. Values equal to a limit pass on their gradients, those that were replaced pass none.

    >>> tf.clip_by_value([-5.0, 0.5, 5.0], -1.0, 1.0).numpy()
    array([-1. ,  0.5,  1. ], dtype=float32)
    """
    if isinstance(t, IndexedSlices):
        values = clip_by_value(t.values, clip_value_min, clip_value_max)
        return IndexedSlices(values, t.indices, t.dense_shape)
    t = as_tensor(t)
    below = arithmetic.minimum(*operands(t, clip_value_max))
    clipped = arithmetic.maximum(*operands(below, clip_value_min))
    for result in (below, clipped):
        if not may_agree(result.dims, t.dims):
            raise ValueError(f"Shapes {t.shape} and {result.shape} are incompatible")
    return clipped


def clip_by_norm(t, clip_norm, axes=None, name=None):
    """`t` scaled so that its Euclidean norm over `axes` is at most `clip_norm`.

    t: a floating tensor or `IndexedSlices`; clip_norm: a positive number; axes: those to sum over (None:
    all), so that each slice has a norm of its own.

    >>> tf.clip_by_norm([3.0, 4.0], 1.0).numpy()
    array([0.6, 0.8], dtype=float32)
    """
    if isinstance(t, IndexedSlices):
        return IndexedSlices(clip_by_norm(t.values, clip_norm, axes), t.indices, t.dense_shape)
    t = as_tensor(t)
    limit = arithmetic.maximum(as_tensor(clip_norm, t._dtype), zeros((), t._dtype))
    axes = reduction_axes(axes, len(t.dims))
    total = reduce_sum(arithmetic.multiply(t, t), axes=axes, keepdims=True)
    positive = greater(total, zeros((), t._dtype))
    # The root has no derivative at 0, so 0 takes another way.
    norm = select(positive, arithmetic.sqrt(select(positive, total, ones((), t._dtype))), total)
    scaled = arithmetic.multiply(t, limit)
    if not may_agree(scaled.dims, t.dims):
        raise ValueError(f"Shapes {t.shape} and {scaled.shape} are incompatible")
    return arithmetic.divide(scaled, arithmetic.maximum(norm, limit))


def global_norm(t_list, name=None):
    """The Euclidean norm of all elements of a list of floating tensors and `IndexedSlices`; None is skipped.

    Raises TypeError if `t_list` is no sequence.

    >>> float(tf.linalg.global_norm([tf.constant([3.0]), tf.constant([4.0])]))
    5.0
    """
    squares = [_sum_of_squares(_values(each)) for each in _tensors(t_list) if each is not None]
    if not squares:
        return as_tensor(0.0)
    return arithmetic.sqrt(squares[0] if len(squares) == 1 else arithmetic.add_n(*squares))


def clip_by_global_norm(t_list, clip_norm, use_norm=None, name=None):
    """A list of tensors, scaled alike to a `tf.linalg.global_norm` of at most `clip_norm`; and that norm.

    t_list: floating tensors, `IndexedSlices` and None, which stays; clip_norm: a positive scalar; use_norm:
    the norm, if it is known. If it is infinite or NaN, so is every element of the result. Raises TypeError
    if `t_list` is no sequence.

    >>> clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), tf.constant([4.0])], 1.0)
    >>> float(norm), [float(each[0]) for each in clipped]
    (5.0, [0.6000000238418579, 0.800000011920929])
    """
    t_list = _tensors(t_list)
    norm = global_norm(t_list) if use_norm is None else as_tensor(use_norm)
    one = ones((), norm._dtype)
    limit = as_tensor(clip_norm, norm._dtype)
    scale = limit * arithmetic.minimum(one / norm, one / limit)
    scale = scale + (norm - norm)  # NaN for an infinite norm
    return [_scaled(each, scale) for each in t_list], norm


def _tensors(t_list):
    if not isinstance(t_list, Sequence) or isinstance(t_list, Tensor | str):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return [each if each is None or isinstance(each, IndexedSlices) else as_tensor(each) for each in t_list]


def _values(tensor):
    return tensor.values if isinstance(tensor, IndexedSlices) else tensor


def _sum_of_squares(x):
    return reduce_sum(arithmetic.square(x), axes=tuple(range(len(x.dims))), keepdims=False)


def _scaled(tensor, scale):
    if tensor is None:
        return None
    if isinstance(tensor, IndexedSlices):
        return IndexedSlices(arithmetic.multiply(tensor.values, scale), tensor.indices, tensor.dense_shape)
    return arithmetic.multiply(tensor, scale)
