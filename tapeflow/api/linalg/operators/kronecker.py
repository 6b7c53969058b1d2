"""Kronecker products."""

from math import prod

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.lists import OperatorOfOperators, checked, inherited, product_of, sum_of
from tapeflow.api.linalg.operators.parameters import joined_dims, own
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import transpose


class LinearOperatorKronecker(OperatorOfOperators):
    """The Kronecker product of the list `operators`: the matrix of the elements of all their products.

    Raises ValueError for an empty list, TypeError for different dtypes.

    >>> factors = [tf.linalg.LinearOperatorDiag([1.0, 2.0]), tf.linalg.LinearOperatorDiag([1.0, 3.0])]
    >>> tf.linalg.LinearOperatorKronecker(factors).diag_part().numpy()
    array([1., 3., 2., 6.], dtype=float32)
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
        super().__init__(
            operators[0].dtype,
            **inherited(operators, parameters, "A Kronecker product"),
            parameters=parameters,
            name=name or "_x_".join([each.name for each in operators]),
        )

    def _dims(self):
        dims = [each._dims() for each in self._operators]
        batch = joined_dims(*[each[:-2] for each in dims])
        return (*batch, prod([each[-2] for each in dims]), prod([each[-1] for each in dims]))

    def _along_each(self, x, adjoint, adjoint_arg, apply):
        """x with its rows as a grid, along each axis of which one operator is applied."""
        x = dense.adjoint(x) if adjoint_arg else x
        sizes = [each._dims()[-2 if adjoint else -1] for each in self._operators]
        *batch, _, columns = x.dims
        for position, each in enumerate(self._operators):
            before, after = prod(sizes[:position]), prod(sizes[position + 1 :])
            rank = len(batch)
            grid = dense.reshaped(x, *batch, before, sizes[position], after * columns)
            lines = dense.reshaped(
                transpose(grid, perm=(*range(rank), rank + 1, rank, rank + 2)),
                *batch,
                sizes[position],
                before * after * columns,
            )
            found = apply(each, lines)
            batch = found.dims[:-2]
            rank = len(batch)
            sizes[position] = found.dims[-2]
            grid = dense.reshaped(found, *batch, sizes[position], before, after * columns)
            x = transpose(grid, perm=(*range(rank), rank + 1, rank, rank + 2))
        return dense.reshaped(x, *batch, prod(sizes), columns)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._along_each(x, adjoint, adjoint_arg, lambda each, y: each.matmul(y, adjoint=adjoint))

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._along_each(rhs, adjoint, adjoint_arg, lambda each, y: each.solve(y, adjoint=adjoint))

    def _others(self, operator):
        """The size of the product divided by that of one operator."""
        return cast(as_tensor(self._dims()[-1] // operator._dims()[-1]), self.dtype)

    def _determinant(self):
        return product_of([math.pow(each.determinant(), self._others(each)) for each in self._operators])

    def _log_abs_determinant(self):
        logarithms = [each.log_abs_determinant() for each in self._operators]
        pairs = zip(self._operators, logarithms, strict=True)
        return sum_of([found * cast(self._others(each), found._dtype) for each, found in pairs])

    def _trace(self):
        if not self._has_square_factors:
            return super()._trace()
        return product_of([each.trace() for each in self._operators])

    def _diag_part(self):
        if not self._has_square_factors:
            return super()._diag_part()
        return _outer([each.diag_part() for each in self._operators])

    def _eigvals(self):
        return _outer([each.eigvals() for each in self._operators])

    def _to_dense(self):
        first, *rest = [each.to_dense() for each in self._operators]
        for each in rest:
            *batch, rows, columns = first.dims
            *others, more_rows, more_columns = each.dims
            found = dense.reshaped(first, *batch, rows, 1, columns, 1) * dense.reshaped(
                each, *others, 1, more_rows, 1, more_columns
            )
            first = dense.reshaped(found, *found.dims[:-4], rows * more_rows, columns * more_columns)
        return first

    @property
    def _has_square_factors(self):
        return all([each.is_square for each in self._operators])

    def _with_each(self, method):
        return LinearOperatorKronecker([method(each) for each in self._operators], **hints.of_operator(self))

    def _linop_adjoint(self):
        return self._with_each(lambda each: each.adjoint())

    def _linop_inverse(self):
        return self._with_each(lambda each: each.inverse())

    def _linop_cholesky(self):
        factors = [each.cholesky() for each in self._operators]
        return LinearOperatorKronecker(factors, is_non_singular=True, is_square=True)

    def _check_factors(self):
        if not self._has_square_factors:
            raise InvalidArgumentError(
                None,
                None,
                "The factors of a Kronecker product must be square for that; give them is_square=True.",
            )

    def _assert_non_singular(self):
        self._check_factors()
        for each in self._operators:
            each.assert_non_singular()

    def _assert_self_adjoint(self):
        self._check_factors()
        for each in self._operators:
            each.assert_self_adjoint()


def _outer(vectors):
    """All products of an element of each vector [..., n], those of the last one next to each other."""
    first, *rest = vectors
    for each in rest:
        found = dense.reshaped(first, *first.dims, 1) * dense.reshaped(
            each, *each.dims[:-1], 1, each.dims[-1]
        )
        first = dense.reshaped(found, *found.dims[:-2], first.dims[-1] * each.dims[-1])
    return first
