"""Toeplitz matrices."""

from tapeflow.api.arrays.creation import range as numbers
from tapeflow.api.arrays.indexing import gather
from tapeflow.api.arrays.layout import reverse
from tapeflow.api.debugging.comparisons import assert_equal
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.circulant import LinearOperatorCirculant, as_complex
from tapeflow.api.linalg.operators.diag import conjugated
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, joined_dims, own, parameter
from tapeflow.api.signal import fft
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat


class LinearOperatorToeplitz(SizedOperator):
    """Matrices [..., n, n] that are constant along diagonals, given by first column `col` and first `row` [..., n].

    The first element of a row is not read. Products take n log n steps: a Toeplitz matrix is a block of a circulant
    one. Raises ValueError if the lengths differ.

    >>> tf.linalg.LinearOperatorToeplitz(col=[1.0, 2.0], row=[1.0, 3.0]).to_dense().numpy().tolist()
    [[1.0, 3.0], [2.0, 1.0]]
    """

    def __init__(
        self,
        col,
        row,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorToeplitz",
    ):
        parameters = own(locals())
        self._row = parameter(row, "row", 1)
        self._col = parameter(col, "col", 1)
        lengths = [each.shape.rank and each.shape[-1] for each in (self._col, self._row)]
        if None not in lengths and lengths[0] != lengths[1]:
            raise ValueError(
                f"A column of {lengths[0]} and a row of {lengths[1]} elements make no square matrix."
            )
        is_square = hints.implied(is_square, True, "A Toeplitz operator is square.")
        super().__init__(
            self._row.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def col(self):
        """The first columns [..., n], as given: a tensor or a variable."""
        return self._col

    @property
    def row(self):
        """The first rows [..., n], as given: a tensor or a variable."""
        return self._row

    def _dims(self):
        dims = joined_dims(dims_of(self._row), dims_of(self._col))
        return (*dims, dims[-1])

    def _column_and_row(self):
        dims = self._dims()[:-1]
        return [dense.stretched(as_tensor(each), *dims) for each in (self._col, self._row)]

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = dense.adjoint(x) if adjoint_arg else x
        column, row = self._column_and_row()
        if adjoint:
            column, row = (conjugated(each, True) for each in _exchanged(column, row))
        axis = len(column.dims) - 1
        size = column.dims[-1]
        rest = reverse(row[..., 1:], [-1])
        whole = concat(column, dense.zeros((*column.dims[:-1], 1), self.dtype), rest, axis=axis)
        spectrum = fft(as_complex(whole))
        padded = concat(x, dense.zeros(x.dims, x._dtype), axis=len(x.dims) - 2)
        found = LinearOperatorCirculant(spectrum, input_output_dtype=spectrum.dtype).matmul(
            cast(padded, spectrum._dtype)
        )
        return cast(found[..., :size, :], self.dtype)

    def _trace(self):
        return cast(as_tensor(self._dims()[-1]), self.dtype) * self._column_and_row()[0][..., 0]

    def _diag_part(self):
        column, _ = self._column_and_row()
        return dense.stretched(column[..., :1], *column.dims)

    def _to_dense(self):
        column, row = self._column_and_row()
        size = column.dims[-1]
        elements = concat(reverse(column, [-1]), row[..., 1:], axis=len(column.dims) - 1)
        return gather(elements, _places(size), axis=-1)

    def _assert_self_adjoint(self):
        column, row = self._column_and_row()
        return assert_equal(
            row,
            conjugated(column, True),
            message="The row is not the conjugate of the column: not self-adjoint.",
        )

    @property
    def _composite_tensor_fields(self):
        return ("col", "row")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"col": 1, "row": 1}


def _exchanged(column, row):
    """(column, row) of the transpose; the element on the diagonal is that of the column."""
    first = column[..., :1]
    axis = len(column.dims) - 1
    return concat(first, row[..., 1:], axis=axis), column


def _places(size):
    """Where the elements of the matrix are in its last column upwards, then its first row on: n - 1 - i + j."""
    return numbers(size) + dense.reshaped(reverse(numbers(size), [0]), size, 1)
