"""Complex numbers and their parts, element by element."""

import math

from tapeflow.core import dtypes as types
from tapeflow.core.operands import as_tensor
from tapeflow.ops import arithmetic, complex_numbers
from tapeflow.ops.comparison import less
from tapeflow.ops.creation import zeros
from tapeflow.ops.selection import select

__all__ = ["angle", "complex", "conj", "imag", "real"]


def complex(real, imag, name=None):
    """Complex numbers from their parts: complex64 from float32, complex128 from float64; they broadcast.

    Raises TypeError for parts of another dtype.

    >>> tf.dtypes.complex([1.0, 2.0], 3.0).numpy()
    array([1.+3.j, 2.+3.j], dtype=complex64)
    """
    real, imag = as_tensor(real), as_tensor(imag)
    if real._dtype is not imag._dtype or real._dtype not in (types.float32, types.float64):
        raise TypeError(
            f"The `real` and `imag` components have incorrect types: {real._dtype.name} {imag._dtype.name}. "
            "They must be consistent, and one of [tf.float32, tf.float64]"
        )
    return complex_numbers.complex_of(real, imag)


def _numeric(input):
    """`input` as a tensor of numbers; TypeError otherwise."""
    input = as_tensor(input)
    if input._dtype not in types.NUMBERS:
        raise TypeError(f"input must be a numeric tensor, but got tensor with dtype {input._dtype}")
    return input


def real(input, name=None):
    """The real part; a real tensor is returned as it is. TypeError for what are no numbers.

    >>> tf.math.real([1 + 2j, 3 - 4j]).numpy()
    array([1., 3.])
    """
    input = _numeric(input)
    return complex_numbers.real(input) if input._dtype.is_complex else input


def imag(input, name=None):
    """The imaginary part, 0 for real tensors. TypeError for what are no numbers.

    >>> tf.math.imag([1 + 2j, 3 - 4j]).numpy()
    array([ 2., -4.])
    """
    input = _numeric(input)
    return complex_numbers.imag(input) if input._dtype.is_complex else zeros(input.dims, input._dtype)


def conj(x, name=None):
    """The complex conjugate; a real tensor is returned as it is. TypeError for what are no numbers.

    >>> tf.math.conj([1 + 2j, 3 - 4j]).numpy()
    array([1.-2.j, 3.+4.j])
    """
    x = as_tensor(x)
    if x._dtype not in types.NUMBERS:
        raise TypeError(f"Expected numeric or variant tensor, got dtype {x._dtype!r}.")
    return arithmetic.conjugate(x)


def angle(input, name=None):
    """The argument of complex numbers, in [-pi, pi]; of floating ones pi if they are negative, else 0.

    >>> tf.math.angle([1j, -1 + 0j]).numpy().round(4)
    array([1.5708, 3.1416])
    """
    input = as_tensor(input)
    if input._dtype.is_complex:
        return complex_numbers.angle(input)
    pi, zero = as_tensor(math.pi, input._dtype), zeros((), input._dtype)
    return select(less(input, zero), pi, zero)
