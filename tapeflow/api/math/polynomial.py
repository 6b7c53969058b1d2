"""Polynomials, element by element."""

from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import arithmetic
from tapeflow.ops.creation import zeros

__all__ = ["polyval"]


def polyval(coeffs, x, name=None):
    """The polynomial with these coefficients at x, by Horner's rule.

    coeffs: a list of tensors that broadcast with x, that of the highest power first; an empty one gives 0.
    Raises ValueError if it is no list.

    >>> tf.math.polyval([1.0, 2.0, 3.0], 2.0)
    <tf.Tensor: shape=(), dtype=float32, numpy=11.0>
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    x = as_tensor(x)
    if not coeffs:
        return zeros(x.dims, x._dtype)
    total = operands(coeffs[0], x)[0]
    for coefficient in coeffs[1:]:
        total = arithmetic.add(*operands(coefficient, arithmetic.multiply(total, x)))
    return total
