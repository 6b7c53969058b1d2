"""An operator changed by a matrix of low rank."""

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.diag import LinearOperatorDiag
from tapeflow.api.linalg.operators.identity import LinearOperatorIdentity
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, joined_dims, own, parameter
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast


class LinearOperatorLowRankUpdate(SizedOperator):
    """`base_operator` + u d vᴴ with `u`, `v` [..., n, k] and the diagonal matrix d of `diag_update` [..., k].

    v is u and d the identity unless given. Equations are solved by the formula of Woodbury ("Inverting modified
    matrices", 1950), determinants found by the matrix determinant lemma, at the cost of a matrix of k rows, if those of
    the base operator are. If the base operator is self-adjoint and positive definite, `is_diag_update_positive` and v
    not given, so is this operator. Raises ValueError for shapes or hints that do not fit.

    >>> base = tf.linalg.LinearOperatorIdentity(2)
    >>> tf.linalg.LinearOperatorLowRankUpdate(base, [[1.0], [2.0]]).to_dense().numpy().tolist()
    [[2.0, 2.0], [2.0, 5.0]]
    """

    def __init__(
        self,
        base_operator,
        u,
        diag_update=None,
        v=None,
        is_diag_update_positive=None,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorLowRankUpdate",
    ):
        parameters = own(locals())
        if diag_update is None:
            is_diag_update_positive = hints.implied(
                is_diag_update_positive,
                True,
                "Without diag_update the diagonal is that of the identity: positive.",
            )
        is_symmetric = base_operator.is_self_adjoint and v is None
        self._use_cholesky = bool(
            is_symmetric and base_operator.is_positive_definite and is_diag_update_positive
        )
        if is_symmetric and (self._use_cholesky or not base_operator.dtype.is_complex):
            is_self_adjoint = hints.implied(
                is_self_adjoint,
                True,
                "A self-adjoint operator and u d uᴴ with a real d are self-adjoint together.",
            )
        if self._use_cholesky:
            message = (
                "A positive definite operator and u d uᴴ with a positive d are positive definite together."
            )
            is_positive_definite = hints.implied(is_positive_definite, True, message)
            hints.implied(is_non_singular, True, message)
        self._u = parameter(u, "u", 2)
        self._given_v = parameter(v, "v", 2)
        self._v = self._u if v is None else self._given_v
        self._diag_update = parameter(diag_update, "diag_update", 1)
        self._base_operator = base_operator
        self._is_diag_update_positive = is_diag_update_positive
        super().__init__(
            base_operator.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )
        rank = dims_of(self._u)[-1]
        if diag_update is None:
            self._diag_operator = LinearOperatorIdentity(as_tensor(rank), dtype=self.dtype)
        else:
            self._diag_operator = LinearOperatorDiag(
                self._diag_update, is_positive_definite=is_diag_update_positive
            )
        self._check_shapes()

    def _check_shapes(self):
        self._dims()
        columns = self._base_operator.domain_dimension
        for name, each in (("u", self._u), ("v", self._v)):
            columns.assert_is_compatible_with(each.shape[-2])
            if not self._diag_operator.domain_dimension.is_compatible_with(each.shape[-1]):
                raise ValueError(
                    f"`{name}` has {each.shape[-1]} columns, but there are {self._diag_operator.domain_dimension} "
                    "elements on the diagonal of the update."
                )

    @property
    def u(self):
        """The matrices [..., n, k] on the left of the update, as given: a tensor or a variable."""
        return self._u

    @property
    def v(self):
        """The matrices [..., n, k] on the right of the update; u unless they were given."""
        return self._v

    @property
    def diag_update(self):
        """The diagonals [..., k] of the update, or None."""
        return self._diag_update

    @property
    def is_diag_update_positive(self):
        """Whether the diagonal of the update is known to be positive."""
        return self._is_diag_update_positive

    @property
    def diag_operator(self):
        """The diagonal of the update as an operator."""
        return self._diag_operator

    @property
    def base_operator(self):
        """The operator that is changed."""
        return self._base_operator

    def _dims(self):
        base = self._base_operator._dims()
        leading = [dims_of(self._u)[:-2], dims_of(self._v)[:-2], self._diag_operator._batch_dims]
        return (*joined_dims(base[:-2], *leading), *base[-2:])

    def _factors(self, adjoint=False):
        u = as_tensor(self._u)
        v = u if self._v is self._u else as_tensor(self._v)
        return (v, u) if adjoint else (u, v)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        left, right = self._factors(adjoint)
        inner = dense.matmul(right, x, adjoint_a=True, adjoint_b=adjoint_arg)
        update = dense.matmul(left, self._diag_operator.matmul(inner, adjoint=adjoint))
        return self._base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg) + update

    def _capacitance(self):
        """d⁻¹ + vᴴ base⁻¹ u, [..., k, k]."""
        u, v = self._factors()
        return self._diag_operator.inverse().add_to_tensor(
            dense.matmul(v, self._base_operator.solve(u), adjoint_a=True)
        )

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        base = self._base_operator
        if base.is_non_singular is False:
            raise ValueError(
                "Equations are solved only if the base operator is non-singular; its hint says it is not."
            )
        left, right = self._factors(adjoint)
        first = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = dense.matmul(right, first, adjoint_a=True)
        capacitance = self._capacitance()
        if self._use_cholesky:
            inner = dense.cholesky_solve(dense.cholesky(capacitance), inner)
        else:
            inner = dense.solve(capacitance, inner, adjoint=adjoint)
        return first - base.solve(dense.matmul(left, inner), adjoint=adjoint)

    def _determinant(self):
        if self.is_positive_definite:
            return math.exp(self.log_abs_determinant())
        of_update = dense.determinant(self._capacitance()) * self._diag_operator.determinant()
        return of_update * self._base_operator.determinant()

    def _log_abs_determinant(self):
        capacitance = self._capacitance()
        if self._use_cholesky:
            found = 2 * math.reduce_sum(math.log(dense.diagonal(dense.cholesky(capacitance))), axis=-1)
        else:
            found = cast(math.log(math.abs(dense.determinant(capacitance))), self.dtype)
        return found + self._diag_operator.log_abs_determinant() + self._base_operator.log_abs_determinant()

    def _diag_part(self):
        u, v = self._factors()
        product = u * math.conj(v)
        if self._diag_update is not None:
            factors = as_tensor(self._diag_update)
            product = product * dense.reshaped(factors, *factors.dims[:-1], 1, factors.dims[-1])
        return math.reduce_sum(product, axis=-1) + self._base_operator.diag_part()

    def _assert_self_adjoint(self):
        if self._v is self._u and self._diag_update is None:
            return self._base_operator.assert_self_adjoint()
        return super()._assert_self_adjoint()

    @property
    def _composite_tensor_fields(self):
        return ("base_operator", "u", "diag_update", "v", "is_diag_update_positive")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"base_operator": 0, "u": 2, "diag_update": 1, "v": 2}
