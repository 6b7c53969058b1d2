"""Reflections."""

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, own, parameter
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat


class LinearOperatorHouseholder(SizedOperator):
    """Reflections I - 2 v vᴴ at the hyperplanes perpendicular to `reflection_axis` [..., n], where v is its direction.

    Householder, "Unitary triangularization of a nonsymmetric matrix", 1958. They are self-adjoint and their own
    inverses.

    >>> tf.linalg.LinearOperatorHouseholder([0.0, 2.0]).matvec([3.0, 4.0]).numpy()
    array([ 3., -4.], dtype=float32)
    """

    def __init__(
        self,
        reflection_axis,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorHouseholder",
    ):
        parameters = own(locals())
        self._reflection_axis = parameter(reflection_axis, "reflection_axis", 1)
        is_self_adjoint = hints.implied(is_self_adjoint, True, "A reflection is self-adjoint.")
        is_positive_definite = hints.implied(
            is_positive_definite, False, "A reflection is not positive definite."
        )
        is_square = hints.implied(is_square, True, "A reflection is square.")
        super().__init__(
            self._reflection_axis.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def reflection_axis(self):
        """The vectors [..., n] that are reflected to their negatives, as given: a tensor or a variable."""
        return self._reflection_axis

    def _dims(self):
        dims = dims_of(self._reflection_axis)
        return (*dims, dims[-1])

    def _direction(self):
        """The axis as a vector of length 1; the square of a length is at least 1e-12, as in `l2_normalize`."""
        axis = as_tensor(self._reflection_axis)
        square = math.reduce_sum(math.real(axis * math.conj(axis)), axis=-1, keepdims=True)
        return axis * cast(math.rsqrt(math.maximum(square, as_tensor(1e-12, square._dtype))), axis._dtype)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = dense.adjoint(x) if adjoint_arg else x
        direction = self._direction()
        column = dense.reshaped(direction, *direction.dims, 1)
        return x - 2 * column * dense.matmul(column, x, adjoint_a=True)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._matmul(rhs, adjoint, adjoint_arg)

    def _constant(self, value):
        return value * dense.ones(self._batch_dims, self.dtype)

    def _determinant(self):
        return self._constant(-1)

    def _log_abs_determinant(self):
        return self._constant(0)

    def _cond(self):
        return self._constant(1)

    def _trace(self):
        return self._constant(cast(as_tensor(self._dims()[-1]), self.dtype) - 2)

    def _diag_part(self):
        direction = self._direction()
        return 1 - 2 * direction * math.conj(direction)

    def _eigvals(self):
        *batch, size, _ = self._dims()
        signs = [dense.ones((*batch, count), self.dtype) for count in (1, size - 1)]
        return concat(-signs[0], signs[1], axis=len(batch))

    def _linop_adjoint(self):
        return self

    _linop_inverse = _linop_adjoint

    def _assert_non_singular(self):
        return None

    _assert_self_adjoint = _assert_non_singular

    def _assert_positive_definite(self):
        raise InvalidArgumentError(None, None, "A reflection is not positive definite.")

    @property
    def _composite_tensor_fields(self):
        return ("reflection_axis",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"reflection_axis": 1}
