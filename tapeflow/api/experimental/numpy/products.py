"""Products of vectors, matrices and arrays with more axes."""

from tapeflow.api import linalg
from tapeflow.api.arrays import expand_dims, pad, reshape
from tapeflow.api.experimental.numpy.conversion import (
    converted,
    given_type,
    keeps_weakness,
    promoted,
    promoted_pair,
    tensor_of,
    weakened,
)
from tapeflow.api.experimental.numpy.creation import diagonal
from tapeflow.api.experimental.numpy.elements import conj
from tapeflow.api.experimental.numpy.layout import broadcast_together, moveaxis
from tapeflow.api.experimental.numpy.promotion import meeting_type, settings
from tapeflow.api.experimental.numpy.reduction import sum
from tapeflow.core.errors import InvalidArgumentError

__all__ = ["cross", "dot", "einsum", "inner", "kron", "matmul", "outer", "tensordot", "trace", "vdot"]


def dot(a, b):
    """The product over the last axis of `a` and the last but one of `b`; with a scalar, of each element.

    >>> tf.experimental.numpy.dot([1, 2], [3, 4]).numpy()
    np.int64(11)
    """
    a, b = promoted_pair(a, b)
    if not (a.ndim and b.ndim):
        return a * b
    return linalg.tensordot(a, b, [[-1], [-1 if b.ndim == 1 else -2]])


def inner(a, b):
    """The product over the last axes of both; with a scalar, of each element."""
    a, b = promoted_pair(a, b)
    return linalg.tensordot(a, b, [[-1], [-1]]) if a.ndim and b.ndim else a * b


def outer(a, b):
    """The matrix of the products of all elements of `a` with all of `b`."""
    a, b = promoted_pair(a, b)
    return reshape(a, [-1, 1]) * reshape(b, [-1])


def vdot(a, b):
    """The sum of the products of all elements, those of `a` conjugated."""
    a, b = (reshape(each, [-1]) for each in promoted(a, b))
    return dot(conj(a) if a.dtype.is_complex else a, b)


def tensordot(a, b, axes=2):
    """The product over some axes of each, or over the last `axes` of `a` and the first of `b`."""
    return linalg.tensordot(*promoted_pair(a, b), axes)


def matmul(x1, x2):
    """The product of matrices; a vector is a row on the left, a column on the right, and its axis goes away.

    Raises ValueError for shapes that do not fit.
    """
    weak = False
    if settings.is_automatic:
        target, weak = meeting_type(x1, x2)
        x1, x2 = converted(x1, target), converted(x2, target)
    x1, x2 = promoted_pair(x1, x2)
    if not (x1.ndim and x2.ndim):
        kind = IndexError if x1.ndim == 1 else ValueError
        raise kind(f"matmul multiplies vectors and matrices, not arrays of shapes {x1.shape} and {x2.shape}.")
    try:
        if x2.ndim == 1:
            found = linalg.tensordot(x1, x2, 1)
        elif x1.ndim == 1:
            found = linalg.tensordot(x1, x2, [[0], [-2]])
        else:
            found = linalg.matmul(x1, x2)
    except InvalidArgumentError as error:
        raise ValueError(str(error)) from error
    return weakened(found) if weak else found


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The vectors perpendicular to pairs of vectors of 2 or 3 numbers; for pairs of 2, their third number."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = promoted_pair(a, b)
    if not (a.ndim and b.ndim):
        raise IndexError("The cross product is of vectors, not of scalars.")
    a, b = moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)
    are_plane = a.dims[-1] == 2 and b.dims[-1] == 2
    found = linalg.cross(*broadcast_together(_in_space(a), _in_space(b)))
    return found[..., 2] if are_plane else moveaxis(found, -1, axisc)


def _in_space(vectors):
    """Vectors of 3 numbers; those of 2 get a zero."""
    if vectors.dims[-1] != 2:
        return vectors
    return pad(vectors, [[0, 0]] * (vectors.ndim - 1) + [[0, 1]])


def kron(a, b):
    """The Kronecker product: each element of `a` times all of `b`."""
    a, b = promoted(a, b)
    for _ in range(b.ndim - a.ndim):
        a = expand_dims(a, 0)
    for _ in range(a.ndim - b.ndim):
        b = expand_dims(b, 0)
    whole = [size * other for size, other in zip(a.dims, b.dims, strict=True)]
    for axis in range(a.ndim):
        a, b = expand_dims(a, 2 * axis + 1), expand_dims(b, 2 * axis)
    return reshape(a * b, whole)


@keeps_weakness
def trace(a, offset=0, axis1=0, axis2=1, dtype=None):
    """The sums of the diagonals of the matrices that lie along two axes; those of the last two in their own dtype."""
    dtype = given_type(dtype)
    a = tensor_of(a, dtype)
    last = (axis1 in (-2, a.ndim - 2)) and (axis2 in (-1, a.ndim - 1))
    if offset == 0 and last:
        return linalg.trace(a)
    return sum(diagonal(a, offset, axis1, axis2), -1, dtype)


def einsum(subscripts, *operands, **kwargs):
    """The sum of products that the subscripts describe. `casting="no"` leaves the dtypes of operands as they are."""
    casting, optimize = kwargs.get("casting", "safe"), kwargs.get("optimize", False)
    if casting not in ("safe", "no"):
        raise ValueError(
            'Invalid value for argument `casting`. Expected casting="safe" or casting="no". '
            f"Received: casting={casting}"
        )
    if optimize and optimize not in (True, "greedy", "optimal"):
        raise ValueError(
            'Invalid value for argument `optimize`. Expected one of {True, "greedy", "optimal"}. '
            f"Received: optimize={optimize}"
        )
    found = promoted(*operands) if casting == "safe" else [tensor_of(each) for each in operands]
    return linalg.einsum(subscripts, *found)
