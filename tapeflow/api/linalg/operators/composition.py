"""Products of operators."""

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.lists import OperatorOfOperators, checked, product_of, sum_of
from tapeflow.api.linalg.operators.lower_triangular import LinearOperatorLowerTriangular
from tapeflow.api.linalg.operators.parameters import joined_dims, own


class LinearOperatorComposition(OperatorOfOperators):
    """The product of the list `operators`, of which the last is applied first.

    It is non-singular if they are, and self-adjoint (positive definite, too, if it is non-singular) if it is of the
    form A @ A.H. Raises ValueError for an empty list, TypeError for different dtypes.

    >>> scale = tf.linalg.LinearOperatorDiag([1.0, 2.0])
    >>> turn = tf.linalg.LinearOperatorPermutation([1, 0])
    >>> tf.linalg.LinearOperatorComposition([scale, turn]).to_dense().numpy().tolist()
    [[0.0, 1.0], [2.0, 0.0]]
    """

    def __init__(
        self,
        operators,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name=None,
    ):
        parameters = own(locals())
        self._operators = operators = checked(operators)
        is_non_singular = hints.of_all(operators, "is_non_singular", is_non_singular, "A composition")
        is_gramian = hints.is_gramian(operators)
        if is_gramian or (len(operators) == 1 and operators[0].is_self_adjoint):
            is_self_adjoint = hints.implied(is_self_adjoint, True, "A @ A.H is self-adjoint.")
        if is_gramian:
            is_square = hints.implied(is_square, True, "A @ A.H is square.")
            if is_non_singular:
                is_positive_definite = hints.implied(
                    is_positive_definite, True, "A @ A.H is positive definite if it is non-singular."
                )
        super().__init__(
            operators[0].dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name or "_o_".join([each.name for each in operators]),
        )

    def _dims(self):
        dims = [each._dims() for each in self._operators]
        for left, right in zip(self._operators, self._operators[1:], strict=False):
            left.domain_dimension.assert_is_compatible_with(right.range_dimension)
        return (*joined_dims(*[each[:-2] for each in dims]), dims[0][-2], dims[-1][-1])

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        first, *rest = self._operators if adjoint else self._operators[::-1]
        found = first.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for each in rest:
            found = each.matmul(found, adjoint=adjoint)
        return found

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        first, *rest = self._operators[::-1] if adjoint else self._operators
        found = first.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for each in rest:
            found = each.solve(found, adjoint=adjoint)
        return found

    def _determinant(self):
        return product_of([each.determinant() for each in self._operators])

    def _log_abs_determinant(self):
        return sum_of([each.log_abs_determinant() for each in self._operators])

    def _linop_cholesky(self):
        left = self._operators[0]
        is_factored = len(self._operators) == 2 and hints.is_gramian(self._operators)
        if not (is_factored and isinstance(left, LinearOperatorLowerTriangular)):
            return super()._linop_cholesky()
        if left.is_positive_definite:
            return left
        signs = math.sign(left.diag_part())  # the diagonal of a Cholesky factor is positive
        return LinearOperatorLowerTriangular(
            left.tril / dense.reshaped(signs, *signs.dims[:-1], 1, signs.dims[-1]),
            is_non_singular=left.is_non_singular,
            is_self_adjoint=left.is_self_adjoint,
            is_square=True,
        )

    def _assert_non_singular(self):
        if not all([each.is_square for each in self._operators]):
            return super()._assert_non_singular()
        for each in self._operators:
            each.assert_non_singular()
        return None
