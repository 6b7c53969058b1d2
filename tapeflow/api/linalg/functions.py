"""Functions of square matrices: exponential, square root, logarithm."""

from tapeflow.core.operands import as_tensor
from tapeflow.ops import matrix_functions as ops
from tapeflow.ops.matrix_shapes import FACTORED

__all__ = ["expm", "logm", "sqrtm"]


def expm(input, name=None):
    """The exponential of square matrices [..., n, n], floating or complex; NaN if an element is not finite.

    ValueError for other dtypes, InvalidArgumentError for other shapes.

    >>> tf.linalg.expm([[0.0, 1.0], [0.0, 0.0]]).numpy().tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    x = as_tensor(input)
    if x._dtype not in FACTORED:
        raise ValueError(f"tf.linalg.expm does not support matrices of type {x._dtype}")
    return ops.expm(x)


def sqrtm(input, name=None):
    """The matrices [..., n, n] whose squares are `input` and whose eigenvalues have no negative real part.

    NaN where the root of a real matrix is not real.

    >>> tf.linalg.sqrtm([[4.0, 0.0], [0.0, 9.0]]).numpy().tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    return ops.sqrtm(as_tensor(input))


def logm(input, name=None):
    """The principal logarithm of square complex matrices [..., n, n].

    >>> tf.linalg.logm([[1 + 0j, 0], [0, 1]]).numpy().real.tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    return ops.logm(as_tensor(input))
