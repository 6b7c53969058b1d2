"""Systems of linear equations, inverses and determinants."""

from collections import namedtuple

from tapeflow.api.linalg.decompositions import check_floating_matrices, machine_precision
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import inversion, solving
from tapeflow.ops.arithmetic import conjugate, log
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.complex_numbers import real
from tapeflow.ops.contraction import matrix_transpose, product
from tapeflow.ops.creation import full, zeros
from tapeflow.ops.decomposition import cholesky
from tapeflow.ops.diagonal import diag, diag_part
from tapeflow.ops.layout import concat, reshape, stack

__all__ = [
    "banded_triangular_solve",
    "cholesky_solve",
    "det",
    "inv",
    "logdet",
    "lstsq",
    "pinv",
    "slogdet",
    "solve",
    "triangular_solve",
    "tridiagonal_matmul",
    "tridiagonal_solve",
]

LogMatrixDeterminant = namedtuple("LogMatrixDeterminant", "sign log_abs_determinant")


def inv(input, adjoint=False, name=None):
    """The inverse of square matrices `input` [..., n, n], or its conjugate transpose if `adjoint`.

    InvalidArgumentError if a matrix is singular or not square.

    >>> tf.linalg.inv([[2.0, 0.0], [0.0, 4.0]]).numpy().tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    return inversion.inv(as_tensor(input), adjoint=bool(adjoint))


def det(input, name=None):
    """The determinant of square matrices [..., n, n]: [...].

    >>> tf.linalg.det([[1.0, 2.0], [3.0, 5.0]]).numpy().round(4).item()
    -1.0
    """
    return inversion.det(as_tensor(input))


def slogdet(input, name=None):
    """(sign, log of absolute value) of the determinant of matrices [..., n, n]; (0, -inf) for singular ones.

    The sign of a complex determinant is a number of absolute value 1.

    >>> sign, logarithm = tf.linalg.slogdet([[1.0, 0.0], [0.0, -1.0]])
    >>> sign.numpy().item(), logarithm.numpy().item()
    (-1.0, 0.0)
    """
    return LogMatrixDeterminant(*inversion.slogdet(as_tensor(input)))


def logdet(matrix, name=None):
    """The logarithm of the determinant of positive definite matrices [..., n, n]; NaN for others.

    >>> tf.linalg.logdet([[1.0, 0.0], [0.0, 1.0]]).numpy().item()
    0.0
    """
    factor = cholesky(as_tensor(matrix))
    diagonal = diag_part(factor, k=(0, 0), padding=0, align="RIGHT_LEFT")
    diagonal = real(diagonal) if diagonal._dtype.is_complex else diagonal
    return 2.0 * reduce_sum(log(diagonal), axes=(len(diagonal.dims) - 1,), keepdims=False)


def pinv(a, rcond=None, validate_args=False, name=None):
    """The Moore-Penrose inverse [..., n, m] of matrices `a` [..., m, n].

    Singular values at most `rcond` (default: 10 max(m, n) times the precision of the dtype) times the
    greatest one count as zero. TypeError unless `a` is floating, ValueError below rank 2: `validate_args` has
    no more to check.

    >>> tf.linalg.pinv([[2.0], [0.0]]).numpy().tolist()
    [[0.5, 0.0]]
    """
    a = as_tensor(a)
    check_floating_matrices(a)
    if rcond is None:
        rcond = 10.0 * max(a.dims[-2:]) * machine_precision(a._dtype)
    return inversion.pinv(a, as_tensor(rcond, a._dtype.real_dtype))


def solve(matrix, rhs, adjoint=False, name=None):
    """x [..., n, k] with `matrix` [..., n, n] x = `rhs`, or with its conjugate transpose if `adjoint`.

    InvalidArgumentError if a matrix is singular, or the leading axes are not the same.

    >>> tf.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [8.0]]).numpy().tolist()
    [[1.0], [2.0]]
    """
    return solving.solve(*operands(matrix, rhs), adjoint=bool(adjoint))


def triangular_solve(matrix, rhs, lower=True, adjoint=False, name=None):
    """x [..., n, k] with `matrix` x = `rhs`, of which only the `lower` (or upper) triangle is read.

    With `adjoint` the conjugate transpose of that triangle is used. Leading axes broadcast. A zero on the
    diagonal gives infinities or NaN.

    >>> tf.linalg.triangular_solve([[2.0, 9.0], [2.0, 4.0]], [[2.0], [10.0]]).numpy().tolist()
    [[1.0], [2.0]]
    """
    matrix, rhs = operands(matrix, rhs)
    return solving.triangular_solve(matrix, rhs, lower=bool(lower), adjoint=bool(adjoint))


def cholesky_solve(chol, rhs, name=None):
    """x [..., n, k] with a x = `rhs`, where `chol` is `tf.linalg.cholesky(a)`.

    >>> tf.linalg.cholesky_solve([[2.0, 0.0], [0.0, 1.0]], [[4.0], [3.0]]).numpy().tolist()
    [[1.0], [3.0]]
    """
    chol, rhs = operands(chol, rhs)
    half = solving.triangular_solve(chol, rhs, lower=True, adjoint=False)
    return solving.triangular_solve(chol, half, lower=True, adjoint=True)


def lstsq(matrix, rhs, l2_regularizer=0.0, fast=True, name=None):
    """x [..., n, k] that makes the sum of squares of `matrix` [..., m, n] x - `rhs` [..., m, k] least.

    If there are many (m < n), the smallest one. `fast` solves the normal equations by Cholesky's
    decomposition, with `l2_regularizer` added to their diagonal; without it singular values are used, which
    are slower but serve matrices of any rank, and the regularizer is left aside as in TensorFlow.

    >>> tf.linalg.lstsq([[1.0], [1.0]], [[1.0], [3.0]]).numpy().round(4).tolist()
    [[2.0]]
    """
    matrix, rhs = operands(matrix, rhs)
    rows, columns = matrix.dims[-2:]
    if not fast:
        cutoff = as_tensor(max(rows, columns, 1) * machine_precision(matrix._dtype), matrix._dtype.real_dtype)
        return product(inversion.pinv(matrix, cutoff), rhs)
    is_tall = rows >= columns
    gramian = product(matrix, matrix, adjoint_a=is_tall, adjoint_b=not is_tall)
    if not (isinstance(l2_regularizer, int | float) and l2_regularizer == 0):
        regularizer = cast(as_tensor(l2_regularizer), matrix._dtype)
        gramian = gramian + regularizer * _identity(min(rows, columns), matrix._dtype)
    factor = cholesky(gramian)
    if is_tall:
        return cholesky_solve(factor, product(matrix, rhs, adjoint_a=True))
    return product(matrix, cholesky_solve(factor, rhs), adjoint_a=True)


def _identity(size, dtype):
    return diag(full((size,), 1, dtype), k=(0, 0), rows=size, columns=size, padding=0, align="RIGHT_LEFT")


def banded_triangular_solve(bands, rhs, lower=True, adjoint=False, name=None):
    """x [..., n, k] with a x = `rhs`; the rows of `bands` [..., number, n] are diagonals of the triangular a.

    The main diagonal is the first row and those below follow if `lower`; else it is the last, after those
    above. Their alignment is "LEFT_RIGHT" (see `tf.linalg.diag`). Leading axes broadcast.

    >>> tf.linalg.banded_triangular_solve([[2.0, 4.0], [0.0, 2.0]], [[2.0], [10.0]]).numpy().tolist()
    [[1.0], [2.0]]
    """
    bands, rhs = operands(bands, rhs)
    count, size = bands.dims[-2:]
    k = (1 - count, 0) if lower else (0, count - 1)
    bands = bands if count > 1 else reshape(bands, dims=(*bands.dims[:-2], size))
    matrix = diag(bands, k=k, rows=size, columns=size, padding=0, align="LEFT_RIGHT")
    return solving.triangular_solve(matrix, rhs, lower=bool(lower), adjoint=bool(adjoint))


def _three_diagonals(diagonals, diagonals_format):
    """(above, main, below), each [..., n], in any of TensorFlow's three formats."""
    if diagonals_format == "sequence":
        if not isinstance(diagonals, tuple | list) or len(diagonals) != 3:
            raise ValueError("Expected diagonals to be a sequence of length 3.")
        above, main, below = [as_tensor(each) for each in diagonals]
        if above.dims[:-1] != main.dims[:-1] or below.dims[:-1] != main.dims[:-1]:
            raise ValueError(
                "Tensors representing the three diagonals must have the same shape,except for the last dimension, "
                f"got {below.shape}, {main.shape}, {above.shape}"
            )
        size = main.dims[-1]
        return _padded(above, size, "superdiagonal", -1), main, _padded(below, size, "subdiagonal", 0)
    diagonals = as_tensor(diagonals)
    if len(diagonals.dims) < 2:
        raise ValueError(f"Expected diagonals to have rank at least 2, got {len(diagonals.dims)}")
    if diagonals_format == "matrix":
        if diagonals.dims[-1] != diagonals.dims[-2]:
            raise ValueError(
                f"Expected last two dimensions of diagonals to be same, got {diagonals.dims[-1]} and "
                f"{diagonals.dims[-2]}"
            )
        if diagonals.dims[-1] > 1:
            diagonals = diag_part(diagonals, k=(-1, 1), padding=0, align="LEFT_RIGHT")
        else:
            diagonals = concat(
                zeros(diagonals.dims, diagonals._dtype), diagonals, diagonals, axis=len(diagonals.dims) - 2
            )
    elif diagonals_format != "compact":
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    if diagonals.dims[-2] != 3:
        raise ValueError(f"Expected 3 diagonals got {diagonals.dims[-2]}")
    return diagonals[..., 0, :], diagonals[..., 1, :], diagonals[..., 2, :]


def _padded(diagonal, size, what, end):
    """A diagonal with a zero at its `end` if it is given without."""
    length = diagonal.dims[-1]
    if length == size:
        return diagonal
    if length != size - 1:
        raise ValueError(f"Expected {what} to be have length {size} or {size - 1}, got {length}.")
    zero = zeros((*diagonal.dims[:-1], 1), diagonal._dtype)
    return concat(*((zero, diagonal) if end == 0 else (diagonal, zero)), axis=len(diagonal.dims) - 1)


def tridiagonal_solve(
    diagonals,
    rhs,
    diagonals_format="compact",
    transpose_rhs=False,
    conjugate_rhs=False,
    name=None,
    partial_pivoting=True,
    perturb_singular=False,
):
    """x with a x = `rhs` [..., n] or [..., n, k], where a is tridiagonal.

    Its `diagonals` are given as [..., 3, n], above, on and below the main one ("compact"; the last element of
    the first and the first one of the last are ignored), as a triple of them ("sequence") or as a "matrix".
    `rhs` may be transposed or conjugated first. Rows are exchanged for accuracy even if `partial_pivoting` is
    False, which only allows that it be left out.

    A singular matrix gives NaN. Raises ValueError for shapes that do not fit and NotImplementedError for
    `perturb_singular`.

    >>> tf.linalg.tridiagonal_solve([[1.0, 0.0], [2.0, 4.0], [0.0, 0.0]], [4.0, 8.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is.")
    if perturb_singular:
        raise NotImplementedError("tridiagonal_solve does not know perturb_singular=True; leave it out.")
    above, main, below = _three_diagonals(diagonals, diagonals_format)
    rank = len(main.dims)
    compact = stack(above, main, below, axis=rank - 1)
    rhs = as_tensor(rhs)
    is_vector = len(rhs.dims) == rank
    if len(rhs.dims) not in (rank, rank + 1):
        raise ValueError(f"Expected the rank of rhs to be {rank} or {rank + 1}, got {len(rhs.dims)}")
    if rhs.dims[: rank - 1] != main.dims[:-1]:
        raise ValueError(f"Batch shapes {main.dims[:-1]} and {rhs.dims[: rank - 1]} are incompatible")
    rhs = conjugate(rhs) if conjugate_rhs else rhs
    if is_vector:
        rhs = reshape(rhs, dims=(*rhs.dims, 1))
    elif transpose_rhs:
        rhs = matrix_transpose(rhs)
    if main.dims[-1] != rhs.dims[-2]:
        raise ValueError(
            "Expected number of left-hand sided and right-hand sides to be equal, got "
            f"{main.dims[-1]} and {rhs.dims[-2]}"
        )
    result = solving.tridiagonal_solve(compact, rhs)
    return reshape(result, dims=result.dims[:-1]) if is_vector else result


def tridiagonal_matmul(diagonals, rhs, diagonals_format="compact", name=None):
    """The product of a tridiagonal matrix and `rhs` [..., n, k]; for `diagonals` see `tridiagonal_solve`.

    >>> tf.linalg.tridiagonal_matmul([[1.0, 0.0], [2.0, 4.0], [0.0, 0.0]], [[1.0], [2.0]]).numpy().tolist()
    [[4.0], [8.0]]
    """
    rhs = as_tensor(rhs)
    above, main, below = [
        reshape(each, dims=(*each.dims, 1)) for each in _three_diagonals(diagonals, diagonals_format)
    ]
    return above * solving.shift_rows(rhs, -1) + main * rhs + below * solving.shift_rows(rhs, 1)
