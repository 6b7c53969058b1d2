"""Diagonal matrices."""

from tapeflow.api import math
from tapeflow.api.debugging.comparisons import assert_equal, assert_less, assert_positive
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, own, parameter
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast


class LinearOperatorDiag(SizedOperator):
    """Diagonal matrices [..., n, n] with `diag` [..., n] on the diagonals.

    Those that are real are self-adjoint. Raises ValueError for a scalar and for hints that cannot be.

    >>> operator = tf.linalg.LinearOperatorDiag([1.0, -2.0])
    >>> operator.to_dense().numpy().tolist(), operator.determinant().numpy().item()
    ([[1.0, 0.0], [0.0, -2.0]], -2.0)
    """

    def __init__(
        self,
        diag,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorDiag",
    ):
        parameters = own(locals())
        self._diag = parameter(diag, "diag", 1)
        if not self._diag.dtype.is_complex:
            is_self_adjoint = hints.implied(
                is_self_adjoint, True, "A real diagonal operator is self-adjoint."
            )
        is_square = hints.implied(is_square, True, "A diagonal operator is square.")
        super().__init__(
            self._diag.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def diag(self):
        """The diagonals [..., n], as given: a tensor or a variable."""
        return self._diag

    def _dims(self):
        dims = dims_of(self._diag)
        return (*dims, dims[-1])

    def _elements(self, adjoint=False):
        return conjugated(as_tensor(self._diag), adjoint)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return dense.scaled_rows(self._elements(adjoint), dense.adjoint(x) if adjoint_arg else x)

    def _matvec(self, x, adjoint=False):
        return self._elements(adjoint) * x

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return dense.scaled_rows(1 / self._elements(adjoint), dense.adjoint(rhs) if adjoint_arg else rhs)

    def _determinant(self):
        return math.reduce_prod(self._elements(), axis=-1)

    def _log_abs_determinant(self):
        return cast(math.reduce_sum(math.log(math.abs(self._elements())), axis=-1), self.dtype)

    def _diag_part(self):
        return self.diag

    def _eigvals(self):
        return self._elements()

    def _cond(self):
        return dense.spread(math.abs(self._elements()))

    def _to_dense(self):
        return dense.of_diagonal(self._elements())

    def _add_to_tensor(self, x):
        return plus_diagonal(x, self._elements())

    def _linop_adjoint(self):
        return LinearOperatorDiag(self._elements(adjoint=True), **hints.of_operator(self))

    def _linop_inverse(self):
        return LinearOperatorDiag(1 / self._elements(), **hints.of_operator(self))

    def _linop_cholesky(self):
        return LinearOperatorDiag(
            math.sqrt(self._elements()),
            is_non_singular=True,
            is_self_adjoint=True,
            is_positive_definite=True,
            is_square=True,
        )

    def _assert_non_singular(self):
        return assert_no_zeros(self._elements(), "The operator is singular: its diagonal contains zeros.")

    def _assert_positive_definite(self):
        return assert_positive(
            math.real(self._elements()),
            message="The diagonal is not positive, so the operator is not definite.",
        )

    def _assert_self_adjoint(self):
        return assert_real(self._elements(), "The diagonal is not real, so the operator is not self-adjoint.")

    @property
    def _composite_tensor_fields(self):
        return ("diag",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"diag": 1}


def conjugated(x, adjoint):
    """x, or its conjugate if `adjoint`."""
    return math.conj(x) if adjoint and x._dtype.is_complex else x


def plus_diagonal(matrix, diagonal):
    """Matrices with something added to their diagonals, where leading axes broadcast."""
    diagonal = dense.diagonal(matrix) + diagonal
    return dense.with_diagonal(dense.stretched(matrix, *diagonal.dims[:-1], *matrix.dims[-2:]), diagonal)


def assert_no_zeros(x, message):
    """InvalidArgumentError with the message if an element is 0."""
    return assert_less(as_tensor(0, x._dtype.real_dtype), math.abs(x), message=message)


def assert_real(x, message):
    """InvalidArgumentError with the message if an element is not real."""
    if not x._dtype.is_complex:
        return None
    return assert_equal(as_tensor(0, x._dtype.real_dtype), math.imag(x), message=message)
