"""Identity matrices and multiples of them."""

import numpy

from tapeflow.api import math
from tapeflow.api.debugging.comparisons import assert_positive
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.diag import assert_real, conjugated, plus_diagonal
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, joined_dims, own, parameter, size, sizes
from tapeflow.api.selection import where
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast


class LinearOperatorIdentity(SizedOperator):
    """Identity matrices [*batch_shape, num_rows, num_rows] of `dtype`, float32 by default.

    `assert_proper_shapes` asks for checks that are always made. Raises ValueError for sizes that are negative or of a
    wrong rank and for hints that cannot be, TypeError for sizes that are no integers.

    >>> tf.linalg.LinearOperatorIdentity(2).matvec([3.0, 4.0]).numpy()
    array([3., 4.], dtype=float32)
    """

    def __init__(
        self,
        num_rows,
        batch_shape=None,
        dtype=None,
        is_non_singular=True,
        is_self_adjoint=True,
        is_positive_definite=True,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorIdentity",
    ):
        parameters = own(locals())
        for name_of_hint in hints.NAMES:
            if not parameters[name_of_hint]:
                raise ValueError(f"An identity operator is always `{name_of_hint}`.")
        self._assert_proper_shapes = assert_proper_shapes
        super().__init__(
            as_dtype(dtype or float32),
            is_non_singular=True,
            is_self_adjoint=True,
            is_positive_definite=True,
            is_square=True,
            parameters=parameters,
            name=name,
        )
        self._size = size(num_rows, "num_rows")
        self._leading = () if batch_shape is None else sizes(batch_shape, "batch_shape")

    def _dims(self):
        return (*self._leading, self._size, self._size)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = dense.adjoint(x) if adjoint_arg else x
        return dense.stretched(x, *joined_dims(x.dims[:-2], self._leading), *x.dims[-2:])

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self):
        return dense.ones(self._leading, self.dtype)

    _cond = _determinant

    def _log_abs_determinant(self):
        return dense.zeros(self._leading, self.dtype)

    def _diag_part(self):
        return dense.ones(self._dims()[:-1], self.dtype)

    _eigvals = _diag_part

    def _trace(self):
        return cast(as_tensor(self._size), self.dtype) * self._determinant()

    def _add_to_tensor(self, x):
        return plus_diagonal(x, self._diag_part())

    def _linop_adjoint(self):
        return self

    _linop_inverse = _linop_adjoint

    def _linop_cholesky(self):
        return LinearOperatorIdentity(**{**self.parameters, "name": "LinearOperatorIdentity"})

    def _linop_matmul(self, left_operator, right_operator):
        return right_operator

    _linop_solve = _linop_matmul

    def _assert_non_singular(self):
        return None

    _assert_positive_definite = _assert_self_adjoint = _assert_non_singular

    @property
    def _composite_tensor_fields(self):
        return ("num_rows", "batch_shape", "dtype", "assert_proper_shapes")

    @property
    def _composite_tensor_prefer_static_fields(self):
        return ("num_rows", "batch_shape")


class LinearOperatorScaledIdentity(SizedOperator):
    """Identity matrices with `num_rows` rows times `multiplier` [...].

    Those that are real are self-adjoint. For `assert_proper_shapes` and errors see `LinearOperatorIdentity`.

    >>> tf.linalg.LinearOperatorScaledIdentity(2, 3.0).matvec([1.0, 2.0]).numpy()
    array([3., 6.], dtype=float32)
    """

    def __init__(
        self,
        num_rows,
        multiplier,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorScaledIdentity",
    ):
        parameters = own(locals())
        self._multiplier = parameter(multiplier, "multiplier")
        if not self._multiplier.dtype.is_complex:
            is_self_adjoint = hints.implied(
                is_self_adjoint, True, "A real multiple of the identity is self-adjoint."
            )
        if not is_square:
            raise ValueError("A multiple of the identity is always square.")
        self._assert_proper_shapes = assert_proper_shapes
        self._size = size(num_rows, "num_rows")
        super().__init__(
            self._multiplier.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def multiplier(self):
        """What the identity is multiplied with [...], as given: a tensor or a variable."""
        return self._multiplier

    def _dims(self):
        return (*dims_of(self._multiplier), self._size, self._size)

    def _factor(self, adjoint=False, num_axes=0):
        factor = conjugated(as_tensor(self._multiplier), adjoint)
        return dense.reshaped(factor, *factor.dims, *(1,) * num_axes)

    def _num_rows_as(self, dtype):
        return cast(as_tensor(self._size), dtype)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return (dense.adjoint(x) if adjoint_arg else x) * self._factor(adjoint, 2)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return (dense.adjoint(rhs) if adjoint_arg else rhs) / self._factor(adjoint, 2)

    def _determinant(self):
        return math.pow(self._factor(), self._num_rows_as(self.dtype))

    def _log_abs_determinant(self):
        return self._num_rows_as(self.dtype.real_dtype) * math.log(math.abs(self._factor()))

    def _diag_part(self):
        return dense.ones(self._dims()[:-1], self.dtype) * self._factor(num_axes=1)

    _eigvals = _diag_part

    def _trace(self):
        return self._factor() * self._num_rows_as(self.dtype)

    def _cond(self):
        one, nan = as_tensor(1.0, self.dtype), as_tensor(numpy.nan, self.dtype)
        return where(math.equal(self._factor(), as_tensor(0, self.dtype)), nan, one)

    def _add_to_tensor(self, x):
        return plus_diagonal(x, self._factor(num_axes=1))

    def _like(self, multiplier, **known):
        return LinearOperatorScaledIdentity(self._parameter_size, multiplier, **known)

    @property
    def _parameter_size(self):
        return self.parameters["num_rows"]

    def _linop_adjoint(self):
        return self._like(self._factor(adjoint=True), **hints.of_operator(self))

    def _linop_inverse(self):
        return self._like(1 / self._factor(), **{**hints.of_operator(self), "is_self_adjoint": True})

    def _linop_cholesky(self):
        return self._like(
            math.sqrt(self._factor()),
            is_non_singular=True,
            is_self_adjoint=True,
            is_positive_definite=True,
        )

    def _assert_non_singular(self):
        return assert_positive(
            math.abs(self._factor()), message="The operator is singular: its multiplier is 0."
        )

    def _assert_positive_definite(self):
        return assert_positive(
            math.real(self._factor()),
            message="The multiplier is not positive, so the operator is not definite.",
        )

    def _assert_self_adjoint(self):
        return assert_real(self._factor(), "The multiplier is not real, so the operator is not self-adjoint.")

    @property
    def _composite_tensor_fields(self):
        return ("num_rows", "multiplier", "assert_proper_shapes")

    @property
    def _composite_tensor_prefer_static_fields(self):
        return ("num_rows",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"multiplier": 0}
