"""What TensorFlow's functions on matrices do with operators. Entered for each class of operators when it is made."""

from tapeflow.api.linalg import decompositions, diagonals, products, solvers
from tapeflow.api.linalg.operators import dense
from tapeflow.core.overloads import overload


def enter(kind):
    """Enters the overloads for a class of operators."""
    for function, alternative in (
        (products.adjoint, _adjoint),
        (decompositions.cholesky, _cholesky),
        (diagonals.diag_part, _diag_part),
        (solvers.det, _det),
        (solvers.inv, _inv),
        (solvers.logdet, _logdet),
        (products.matmul, _matmul),
        (products.matvec, _matvec),
        (solvers.solve, _solve),
        (diagonals.trace, _trace),
    ):
        overload(function, kind, alternative)


def _adjoint(matrix, name=None):
    return matrix.adjoint()


def _cholesky(input, name=None):
    return input.cholesky()


def _diag_part(input, name="diag_part", k=0, padding_value=0, align="RIGHT_LEFT"):
    return input.diag_part()


def _det(input, name=None):
    return input.determinant()


def _inv(input, adjoint=False, name=None):
    found = input.inverse()
    return found.adjoint() if adjoint else found


def _logdet(matrix, name=None):
    if not (matrix.is_positive_definite and matrix.is_self_adjoint):
        raise ValueError(
            "tf.linalg.logdet needs an operator that is self-adjoint and positive definite by its hints."
        )
    return matrix.log_abs_determinant()


def _matmul(
    a,
    b,
    transpose_a=False,
    transpose_b=False,
    adjoint_a=False,
    adjoint_b=False,
    a_is_sparse=False,
    b_is_sparse=False,
    output_type=None,
    grad_a=False,
    grad_b=False,
    name=None,
):
    if transpose_a or transpose_b:
        raise ValueError("Operators are not transposed; use adjoint_a or adjoint_b.")
    if a_is_sparse or b_is_sparse:
        raise ValueError("There are no sparse products with operators.")
    if hasattr(a, "matvec"):
        return a.matmul(b, adjoint=adjoint_a, adjoint_arg=adjoint_b)
    return dense.adjoint(b.matmul(a, adjoint=not adjoint_b, adjoint_arg=not adjoint_a))


def _matvec(a, b, transpose_a=False, adjoint_a=False, a_is_sparse=False, b_is_sparse=False, name=None):
    if transpose_a:
        raise ValueError("Operators are not transposed; use adjoint_a.")
    if not hasattr(a, "matvec"):
        raise ValueError("tf.linalg.matvec takes an operator as its first argument only.")
    return a.matvec(b, adjoint=adjoint_a)


def _solve(matrix, rhs, adjoint=False, name=None):
    if not hasattr(matrix, "solvevec"):
        raise ValueError(
            "tf.linalg.solve takes an operator as its second argument only if the first is one, too."
        )
    return matrix.solve(rhs, adjoint=adjoint)


def _trace(x, name=None):
    return x.trace()
