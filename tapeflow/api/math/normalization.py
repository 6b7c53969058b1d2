"""Scaling to unit length."""

from tapeflow.api.math.reduction import reduce_sum
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.operands import as_tensor
from tapeflow.ops import arithmetic
from tapeflow.ops.complex_numbers import from_real, real
from tapeflow.ops.creation import full

__all__ = ["l2_normalize"]


def l2_normalize(x, axis=None, epsilon=1e-12, name=None, dim=None):
    """x divided by its Euclidean length over `axis` (None: all axes): x / sqrt(max(sum(|x|²), epsilon)).

    x: floating or complex numbers, else TypeError. `dim` is the older name of `axis`; ValueError if both
    are given.

    >>> tf.math.l2_normalize([3.0, 4.0])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([0.6, 0.8], dtype=float32)>
    """
    if dim is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'dim' and 'axis'.")
        axis = dim
    x = as_tensor(x)
    if x._dtype not in FLOATS_AND_COMPLEX:
        raise TypeError(
            f"Only floating or complex numbers have a length; convert {x._dtype.name} with tf.cast."
        )
    if x._dtype.is_complex:
        squares = real(arithmetic.conj(x) * x)
    else:
        squares = arithmetic.square(x)
    total = reduce_sum(squares, axis, True)
    inverse = arithmetic.rsqrt(arithmetic.maximum(total, full((), epsilon, total._dtype)))
    return x * (from_real(inverse) if x._dtype.is_complex else inverse)
