"""The inverse of an operator."""

from tapeflow.api.linalg.operators import hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import own


class LinearOperatorInversion(SizedOperator):
    """The inverse of `operator`, whose equations are solved for products; hints are those of the operator.

    Raises ValueError if hints say that there is none, or contradict those of the operator.

    >>> operator = tf.linalg.LinearOperatorFullMatrix([[2.0, 0.0], [0.0, 4.0]])
    >>> tf.linalg.LinearOperatorInversion(operator).to_dense().numpy().tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """

    def __init__(
        self,
        operator,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name=None,
    ):
        parameters = own(locals())
        self._operator = operator
        for each in ("is_non_singular", "is_square"):
            if getattr(operator, each) is False or parameters[each] is False:
                raise ValueError(
                    f"There is no inverse of {operator.name}: its `{each}` is or was given as False."
                )
        super().__init__(
            operator.dtype,
            **{each: hints.shared(operator, each, parameters[each]) for each in hints.NAMES},
            parameters=parameters,
            name=name or f"{operator.name}_inv",
        )

    @property
    def operator(self):
        """The operator that this one is the inverse of."""
        return self._operator

    def _dims(self):
        return self._operator._dims()

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _linop_inverse(self):
        return self._operator

    def _linop_solve(self, left_operator, right_operator):
        return left_operator.operator.matmul(right_operator)

    def _determinant(self):
        return 1 / self._operator.determinant()

    def _log_abs_determinant(self):
        return -self._operator.log_abs_determinant()

    def _eigvals(self):
        return 1 / self._operator.eigvals()

    def _cond(self):
        return self._operator.cond()

    def _assert_non_singular(self):
        return self._operator.assert_non_singular()

    def _assert_positive_definite(self):
        return self._operator.assert_positive_definite()

    def _assert_self_adjoint(self):
        return self._operator.assert_self_adjoint()

    @property
    def _composite_tensor_fields(self):
        return ("operator",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"operator": 0}
