"""Operators of blocks on and below the diagonal."""

from tapeflow.api import math
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.addition import total
from tapeflow.api.linalg.operators.blocks import BlockOperator, concat_blocks
from tapeflow.api.linalg.operators.identity import LinearOperatorScaledIdentity
from tapeflow.api.linalg.operators.lists import checked, sum_of
from tapeflow.api.linalg.operators.parameters import joined_dims, own
from tapeflow.core.operands import as_tensor


class LinearOperatorBlockLowerTriangular(BlockOperator):
    """A block matrix with the rows `operators`, lists of 1, 2, 3, ... operators, and zeros above the diagonal.

    The last operator of each row is square. Arguments may be lists of blocks, as results are then. Raises ValueError
    for rows or blocks that do not fit, TypeError for different dtypes.

    >>> one, two = [tf.linalg.LinearOperatorScaledIdentity(1, factor) for factor in (1.0, 2.0)]
    >>> tf.linalg.LinearOperatorBlockLowerTriangular([[one], [two, two]]).to_dense().numpy().tolist()
    [[1.0, 0.0], [2.0, 2.0]]
    """

    def __init__(
        self,
        operators,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorBlockLowerTriangular",
    ):
        parameters = own(locals())
        self._operators = operators = [checked(row) for row in checked_rows(operators)]
        checked([each for row in operators for each in row])
        _check_blocks(operators)
        is_square = hints.implied(is_square, True, "A block lower triangular operator is square.")
        super().__init__(
            operators[0][0].dtype,
            is_non_singular=_non_singular(self._diagonal_operators, is_non_singular),
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def _diagonal_operators(self):
        return [row[-1] for row in self._operators]

    def _dims(self):
        size = sum(self._block_sizes(-1))
        return (*joined_dims(*[each._batch_dims for row in self._operators for each in row]), size, size)

    def _matmul_blocks(self, blocks, adjoint, adjoint_arg):
        count = len(blocks)
        found = []
        for place in range(count):
            others = range(place, count) if adjoint else range(place + 1)
            found.append(
                sum_of(
                    [
                        self._block(place, other, adjoint).matmul(
                            blocks[other], adjoint=adjoint, adjoint_arg=adjoint_arg
                        )
                        for other in others
                    ]
                )
            )
        return found

    def _block(self, row, column, adjoint):
        return self._operators[column][row] if adjoint else self._operators[row][column]

    def _solve_blocks(self, blocks, adjoint, adjoint_arg):
        """By substitution, forwards, or backwards for the adjoint."""
        blocks = [dense.adjoint(each) for each in blocks] if adjoint_arg else blocks
        count = len(blocks)
        found = {}
        for place in reversed(range(count)) if adjoint else range(count):
            rest = blocks[place]
            for other, solution in found.items():
                rest = rest - self._block(place, other, adjoint).matmul(solution, adjoint=adjoint)
            found[place] = self._operators[place][place].solve(rest, adjoint=adjoint)
        return [found[place] for place in range(count)]

    def _determinant(self):
        if all([each.is_positive_definite for each in self._diagonal_operators]):
            return math.exp(self._log_abs_determinant())
        return super()._determinant()

    def _to_dense(self):
        flat = iter(dense.broadcast([each.to_dense() for row in self._operators for each in row]))
        size = self._dims()[-1]
        rows = []
        for row in self._operators:
            blocks = [next(flat) for _ in row]
            width = sum([each.dims[-1] for each in blocks])
            rest = dense.zeros((*blocks[0].dims[:-1], size - width), self.dtype)
            rows.append(concat_blocks([*blocks, rest], -1))
        return concat_blocks(rows, -2)

    def _linop_inverse(self):
        """Row i of the inverse X of A is X_ii = A_ii⁻¹ and X_ij = -A_ii⁻¹ (A_ij X_jj + ... + A_i,i-1 X_i-1,j)."""
        found = []
        for place, row in enumerate(self._operators):
            inverse = row[place].inverse()
            minus = LinearOperatorScaledIdentity(inverse.domain_dimension_tensor(), as_tensor(-1, self.dtype))
            blocks = []
            for column in range(place):
                below = total([row[k].matmul(found[k][column]) for k in range(column, place)])
                blocks.append(minus.matmul(inverse.matmul(below)))
            found.append([*blocks, inverse])
        return LinearOperatorBlockLowerTriangular(found, **hints.of_operator(self))

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"operators": [[0] * len(row) for row in self._operators]}


def checked_rows(rows):
    """A list of rows of operators; TypeError if they are none, ValueError unless they are 1, 2, 3, ... long."""
    if not isinstance(rows, list | tuple) or not all([isinstance(row, list | tuple) for row in rows]):
        raise TypeError(f"`operators` must be a list of lists of operators, not {rows!r}.")
    if [len(row) for row in rows] != list(range(1, len(rows) + 1)) or not rows:
        raise ValueError(
            f"The rows of `operators` must hold 1, 2, 3, ... operators, not {[len(row) for row in rows]}."
        )
    return rows


def _check_blocks(rows):
    for i, row in enumerate(rows):
        for j, each in enumerate(row):
            below, right = rows[j][j], row[-1]
            if not each.domain_dimension.is_compatible_with(below.domain_dimension):
                raise ValueError(
                    f"operators[{i}][{j}] has {each.domain_dimension} columns, operators[{j}][{j}] in the same column "
                    f"of blocks {below.domain_dimension}."
                )
            if not each.range_dimension.is_compatible_with(right.range_dimension):
                raise ValueError(
                    f"operators[{i}][{j}] has {each.range_dimension} rows, operators[{i}][{i}] in the same row of "
                    f"blocks {right.range_dimension}."
                )
        if row[-1].is_square is False:
            raise ValueError(f"operators[{i}][{i}] is on the diagonal, but not square.")


def _non_singular(diagonal, given):
    known = [each.is_non_singular for each in diagonal]
    if all(known):
        return hints.implied(
            given, True, "The blocks on the diagonal are non-singular, and so is the operator."
        )
    if False in known:
        return hints.implied(given, False, "A block on the diagonal is singular, and so is the operator.")
    return None
