"""Matrices of zeros."""

from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import joined_dims, own, size, sizes
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.errors import InvalidArgumentError


class LinearOperatorZeros(SizedOperator):
    """Zeros [*batch_shape, num_rows, num_columns] of `dtype`, float32 by default; square unless said otherwise.

    For `assert_proper_shapes` and errors see `LinearOperatorIdentity`.

    >>> tf.linalg.LinearOperatorZeros(2, 3, is_square=False, is_self_adjoint=False).shape
    TensorShape([2, 3])
    """

    def __init__(
        self,
        num_rows,
        num_columns=None,
        batch_shape=None,
        dtype=None,
        is_non_singular=False,
        is_self_adjoint=True,
        is_positive_definite=False,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorZeros",
    ):
        parameters = own(locals())
        if is_square and not is_self_adjoint:
            raise ValueError("A square operator of zeros is self-adjoint.")
        hints.implied(is_non_singular or None, False, "An operator of zeros is singular.")
        hints.implied(is_positive_definite or None, False, "An operator of zeros is not positive definite.")
        self._assert_proper_shapes = assert_proper_shapes
        super().__init__(
            as_dtype(dtype or float32),
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )
        self._rows = size(num_rows, "num_rows")
        self._columns = self._rows if num_columns is None else size(num_columns, "num_columns")
        self._leading = () if batch_shape is None else sizes(batch_shape, "batch_shape")
        are_known = isinstance(self._rows, int) and isinstance(self._columns, int)
        if is_square and are_known and self._rows != self._columns:
            raise ValueError(
                f"is_square says that there are as many rows as columns, but there are {self._rows} and "
                f"{self._columns}; give is_square=False and is_self_adjoint=False."
            )

    def _dims(self):
        return (*self._leading, self._rows, self._columns)

    def _zeros(self, *dims):
        return dense.zeros((*self._leading, *dims), self.dtype)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        *leading, rows, columns = x.dims
        batch = joined_dims(tuple(leading), self._leading)
        length = self._columns if adjoint else self._rows
        return dense.zeros((*batch, length, rows if adjoint_arg else columns), self.dtype)

    def _determinant(self):
        return self._zeros()

    _trace = _determinant

    def _diag_part(self):
        rows, columns = self._rows, self._columns
        return self._zeros(rows if rows == columns else min(rows, columns))

    _eigvals = _diag_part

    def _to_dense(self):
        return self._zeros(self._rows, self._columns)

    def _add_to_tensor(self, x):
        return dense.stretched(x, *joined_dims(x.dims[:-2], self._leading), *x.dims[-2:])

    def _linop_matmul(self, left_operator, right_operator):
        check_square_zeros(left_operator, right_operator)
        return left_operator

    def _assert_non_singular(self):
        raise InvalidArgumentError(None, None, "An operator of zeros is singular.")

    def _assert_positive_definite(self):
        raise InvalidArgumentError(None, None, "An operator of zeros is not positive definite.")

    def _assert_self_adjoint(self):
        return None

    @property
    def _composite_tensor_fields(self):
        return ("num_rows", "num_columns", "batch_shape", "dtype", "assert_proper_shapes")

    @property
    def _composite_tensor_prefer_static_fields(self):
        return ("num_rows", "num_columns", "batch_shape")


def check_square_zeros(left, right):
    """ValueError unless both operators of a product with zeros are square."""
    if not left.is_square or not right.is_square:
        raise ValueError(
            "Products of operators with LinearOperatorZeros are there for square operators only."
        )
