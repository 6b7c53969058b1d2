"""Tridiagonal matrices."""

from tapeflow.api.arrays.layout import roll
from tapeflow.api.debugging.comparisons import assert_equal
from tapeflow.api.linalg.operators import dense
from tapeflow.api.linalg.operators.diag import assert_real, conjugated
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, joined_dims, own, parameter
from tapeflow.api.linalg.solvers import tridiagonal_matmul, tridiagonal_solve
from tapeflow.core.operands import as_tensor
from tapeflow.ops.layout import concat, stack

FORMATS = ("compact", "matrix", "sequence")


class LinearOperatorTridiag(SizedOperator):
    """Matrices [..., n, n] with elements on, above and below the diagonals only.

    diagonals, by `diagonals_format`: "compact": [..., 3, n], the rows above, on and below the diagonal, of which the
    last element of the first and the first one of the last are not read; "sequence": a list of these three, each
    [..., n]; "matrix": [..., n, n]. ValueError for another format.

    >>> operator = tf.linalg.LinearOperatorTridiag([[3.0, 0.0], [1.0, 2.0], [0.0, 4.0]])
    >>> operator.to_dense().numpy().tolist()
    [[1.0, 3.0], [4.0, 2.0]]
    """

    def __init__(
        self,
        diagonals,
        diagonals_format="compact",
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorTridiag",
    ):
        parameters = own(locals())
        if diagonals_format not in FORMATS:
            raise ValueError(
                f"`diagonals_format` must be one of {', '.join(FORMATS)}, not {diagonals_format!r}."
            )
        if diagonals_format == "sequence":
            self._diagonals = [parameter(each, "diagonals", 1) for each in diagonals]
            dtype = self._diagonals[0].dtype
        else:
            self._diagonals = parameter(diagonals, "diagonals", 2)
            dtype = self._diagonals.dtype
        self._diagonals_format = diagonals_format
        super().__init__(
            dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def diagonals(self):
        """The diagonals, as given."""
        return self._diagonals

    @property
    def diagonals_format(self):
        """How the diagonals are given."""
        return self._diagonals_format

    def _dims(self):
        if self._diagonals_format == "matrix":
            return dims_of(self._diagonals)
        if self._diagonals_format == "compact":
            dims = dims_of(self._diagonals)
            return (*dims[:-2], dims[-1], dims[-1])
        dims = [dims_of(each) for each in self._diagonals]
        size = dims[1][-1]
        return (*joined_dims(*[each[:-1] for each in dims]), size, size)

    def _compact(self, adjoint=False):
        """The diagonals as [..., 3, n], of the adjoint if asked for."""
        *batch, size, _ = self._dims()
        if self._diagonals_format == "compact":
            found = as_tensor(self._diagonals)
        elif self._diagonals_format == "sequence":
            found = _stacked([dense.stretched(as_tensor(each), *batch, size) for each in self._diagonals])
        else:
            found = _compact_matrix(as_tensor(self._diagonals))
        if not adjoint:
            return found
        above, main, below = (conjugated(found[..., row, :], True) for row in range(3))
        return _stacked([roll(below, -1, -1), main, roll(above, 1, -1)])

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return tridiagonal_matmul(self._compact(adjoint), dense.adjoint(x) if adjoint_arg else x)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = dense.adjoint(rhs) if adjoint_arg else rhs
        return tridiagonal_solve(*dense.broadcast([self._compact(adjoint), rhs]))

    def _diag_part(self):
        return self._compact()[..., 1, :]

    def _to_dense(self):
        if self._diagonals_format == "matrix":
            return as_tensor(self._diagonals)
        compact = self._compact()
        if compact.dims[-1] == 1:  # there is nothing beside the diagonal
            return compact[..., 1:2, :]
        return dense.of_diagonal(compact, k=(-1, 1), align="LEFT_RIGHT")

    def _assert_self_adjoint(self):
        if self._diagonals_format == "matrix":
            return super()._assert_self_adjoint()
        compact, exchanged = self._compact(), self._compact(adjoint=True)
        assert_real(compact[..., 1, :], "The diagonal is not real, so the operator is not self-adjoint.")
        return assert_equal(
            compact[..., 0, :-1],
            exchanged[..., 0, :-1],
            message="The diagonals beside the main one are not conjugate, so the operator is not self-adjoint.",
        )

    @property
    def _composite_tensor_fields(self):
        return ("diagonals", "diagonals_format")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"diagonals": [1, 1, 1] if self._diagonals_format == "sequence" else 2}


def _stacked(rows):
    return stack(*rows, axis=len(rows[0].dims) - 1)


def _compact_matrix(matrix):
    if matrix.dims[-1] == 1:
        nothing = dense.zeros(matrix.dims, matrix._dtype)
        return concat(nothing, matrix, nothing, axis=len(matrix.dims) - 2)
    return dense.diagonal(matrix, k=(-1, 1), align="LEFT_RIGHT")
