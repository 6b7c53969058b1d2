"""Operators that products and quotients of two operators are: of the narrowest class that is known."""

from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.composition import LinearOperatorComposition
from tapeflow.api.linalg.operators.diag import LinearOperatorDiag
from tapeflow.api.linalg.operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from tapeflow.api.linalg.operators.inversion import LinearOperatorInversion
from tapeflow.api.linalg.operators.lower_triangular import LinearOperatorLowerTriangular
from tapeflow.api.linalg.operators.zeros import LinearOperatorZeros, check_square_zeros
from tapeflow.core.operands import as_tensor


def product(left, right):
    """The operator left @ right."""
    if isinstance(right, LinearOperatorIdentity):
        return left
    if isinstance(right, LinearOperatorZeros):
        check_square_zeros(left, right)
        return right
    if isinstance(left, LinearOperatorLowerTriangular) and isinstance(right, LinearOperatorDiag):
        columns = as_tensor(right.diag)
        found = left.to_dense() * dense.reshaped(columns, *columns.dims[:-1], 1, columns.dims[-1])
        return _triangular(found, left, right)
    found = _of_diagonal(left, right, lambda a, b: a * b)
    return found or LinearOperatorComposition([left, right], **hints.of_product(left, right))


def quotient(left, right):
    """The operator x with left @ x = right."""
    if isinstance(right, LinearOperatorIdentity):
        return left.inverse()
    found = _of_diagonal(left, right, lambda a, b: b / a)
    return found or LinearOperatorComposition(
        [LinearOperatorInversion(left), right], **hints.of_product(left, right)
    )


def _of_diagonal(left, right, combine):
    """What comes of a diagonal operator on the left, if its elements need only be combined with others; or None."""
    is_scale = isinstance(left, LinearOperatorScaledIdentity)
    if is_scale and isinstance(right, LinearOperatorScaledIdentity):
        found = combine(_multiplier(left), _multiplier(right))
        return LinearOperatorScaledIdentity(left._parameter_size, found, **hints.of_commuting(left, right))
    if not (is_scale or isinstance(left, LinearOperatorDiag)):
        return None
    first = _multiplier(left, 1) if is_scale else as_tensor(left.diag)
    if isinstance(right, LinearOperatorDiag):
        return LinearOperatorDiag(combine(first, as_tensor(right.diag)), **hints.of_commuting(left, right))
    if is_scale:
        return None
    if isinstance(right, LinearOperatorScaledIdentity):
        return LinearOperatorDiag(combine(first, _multiplier(right, 1)), **hints.of_commuting(left, right))
    if isinstance(right, LinearOperatorLowerTriangular):
        return _triangular(combine(dense.reshaped(first, *first.dims, 1), right.to_dense()), left, right)
    return None


def _multiplier(operator, num_axes=0):
    return operator._factor(num_axes=num_axes)


def _triangular(tril, left, right):
    return LinearOperatorLowerTriangular(
        tril, **{**hints.of_commuting(left, right), "is_positive_definite": None}
    )
