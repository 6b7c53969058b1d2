"""Lower triangular matrices."""

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.diag import assert_no_zeros
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, own, parameter
from tapeflow.core.operands import as_tensor


class LinearOperatorLowerTriangular(SizedOperator):
    """The lower triangles of `tril` [..., n, n]; what is above the diagonals is not read.

    >>> operator = tf.linalg.LinearOperatorLowerTriangular([[2.0, 9.0], [1.0, 4.0]])
    >>> operator.solvevec([2.0, 9.0]).numpy(), operator.determinant().numpy().item()
    (array([1., 2.], dtype=float32), 8.0)
    """

    def __init__(
        self,
        tril,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorLowerTriangular",
    ):
        parameters = own(locals())
        is_square = hints.implied(is_square, True, "A lower triangular operator is square.")
        self._tril = parameter(tril, "tril", 2)
        super().__init__(
            self._tril.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def tril(self):
        """The matrices [..., n, n], as given: a tensor or a variable."""
        return self._tril

    def _dims(self):
        return dims_of(self._tril)

    def _to_dense(self):
        return dense.band_part(self._tril, -1, 0)

    def _diag_part(self):
        return dense.diagonal(self._tril)

    _eigvals = _diag_part

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return dense.matmul(self._to_dense(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = dense.adjoint(rhs) if adjoint_arg else rhs
        return dense.triangular_solve(as_tensor(self._tril), rhs, lower=True, adjoint=adjoint)

    def _determinant(self):
        return math.reduce_prod(self._diag_part(), axis=-1)

    def _log_abs_determinant(self):
        return math.reduce_sum(math.log(math.abs(self._diag_part())), axis=-1)

    def _assert_non_singular(self):
        return assert_no_zeros(self._diag_part(), "The operator is singular: its diagonal contains zeros.")

    @property
    def _composite_tensor_fields(self):
        return ("tril",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"tril": 2}
