"""Sums of operators, as operators of the narrowest class."""

from tapeflow.api.linalg.operators import dense
from tapeflow.api.linalg.operators.diag import LinearOperatorDiag
from tapeflow.api.linalg.operators.full_matrix import LinearOperatorFullMatrix
from tapeflow.api.linalg.operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from tapeflow.api.linalg.operators.lower_triangular import LinearOperatorLowerTriangular

_IDENTITIES = LinearOperatorIdentity | LinearOperatorScaledIdentity
_DIAGONAL = _IDENTITIES | LinearOperatorDiag
_TRIANGULAR = _DIAGONAL | LinearOperatorLowerTriangular


def total(operators):
    """The sum of operators; of operators other than diagonal and triangular ones it is written out."""
    operators = sorted(operators, key=_width)
    found = operators[0]
    for each in operators[1:]:
        found = _sum(found, each)
    return found if _width(found) < len(_WIDTHS) else LinearOperatorFullMatrix(found.to_dense())


_WIDTHS = (_IDENTITIES, _DIAGONAL, _TRIANGULAR, LinearOperatorFullMatrix)


def _width(operator):
    return next((k for k, kind in enumerate(_WIDTHS) if isinstance(operator, kind)), len(_WIDTHS))


def _sum(first, second):
    both = (first, second)
    known = {
        "is_self_adjoint": first.is_self_adjoint and second.is_self_adjoint,
        "is_positive_definite": first.is_positive_definite and second.is_positive_definite,
    }
    known["is_non_singular"] = True if known["is_positive_definite"] else None
    width = max(_width(first), _width(second))
    if width == 0:
        multiplier = _multiplier(first) + _multiplier(second)
        return LinearOperatorScaledIdentity(first.range_dimension_tensor(), multiplier, **known)
    if width == 1:
        return LinearOperatorDiag(first.diag_part() + second.diag_part(), **known)
    narrow, wide = both if isinstance(first, _DIAGONAL) else both[::-1]
    written = narrow.add_to_tensor(wide.to_dense())
    kind = LinearOperatorLowerTriangular if width == 2 else LinearOperatorFullMatrix
    return kind(written, **known)


def _multiplier(operator):
    if isinstance(operator, LinearOperatorScaledIdentity):
        return operator.multiplier
    return dense.ones(operator._batch_dims, operator.dtype)
