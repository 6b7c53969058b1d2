"""The adjoint of an operator."""

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import own


class LinearOperatorAdjoint(SizedOperator):
    """The conjugate transpose of `operator`, which does the work; hints are those of the operator.

    Raises ValueError for hints that contradict those of the operator.

    >>> operator = tf.linalg.LinearOperatorFullMatrix([[1.0, 2.0], [3.0, 4.0]])
    >>> tf.linalg.LinearOperatorAdjoint(operator).to_dense().numpy().tolist()
    [[1.0, 3.0], [2.0, 4.0]]
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
        super().__init__(
            operator.dtype,
            **{each: hints.shared(operator, each, parameters[each]) for each in hints.NAMES},
            parameters=parameters,
            name=name or f"{operator.name}_adjoint",
        )

    @property
    def operator(self):
        """The operator that this one is the adjoint of."""
        return self._operator

    def _dims(self):
        *batch, rows, columns = self._operator._dims()
        return (*batch, columns, rows)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x, adjoint=False):
        return self._operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs, adjoint=False):
        return self._operator.solvevec(rhs, adjoint=not adjoint)

    def _linop_adjoint(self):
        return self._operator

    def _conjugated(self, found):
        return found if self.is_self_adjoint else math.conj(found)

    def _determinant(self):
        return self._conjugated(self._operator.determinant())

    def _log_abs_determinant(self):
        return self._operator.log_abs_determinant()

    def _trace(self):
        return self._conjugated(self._operator.trace())

    def _diag_part(self):
        return self._conjugated(self._operator.diag_part())

    def _eigvals(self):
        return self._operator.eigvals()

    def _cond(self):
        return self._operator.cond()

    def _to_dense(self):
        found = self._operator.to_dense()
        return found if self.is_self_adjoint else dense.adjoint(found)

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
