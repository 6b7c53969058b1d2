"""Direct sums of operators."""

from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.blocks import BlockOperator, concat_blocks
from tapeflow.api.linalg.operators.lists import checked, inherited
from tapeflow.api.linalg.operators.parameters import joined_dims, own


class LinearOperatorBlockDiag(BlockOperator):
    """The direct sum of the list `operators`: a matrix with theirs as blocks on the diagonal.

    Arguments may be lists of blocks, as results are then. Raises ValueError for an empty list, TypeError for different
    dtypes.

    >>> blocks = [tf.linalg.LinearOperatorIdentity(1), tf.linalg.LinearOperatorFullMatrix([[1.0, 2.0], [3.0, 4.0]])]
    >>> tf.linalg.LinearOperatorBlockDiag(blocks).to_dense().numpy().tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 3.0, 4.0]]
    """

    def __init__(
        self,
        operators,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name=None,
    ):
        parameters = own(locals())
        self._operators = operators = checked(operators)
        super().__init__(
            operators[0].dtype,
            **inherited(operators, parameters, "A direct sum"),
            parameters=parameters,
            name=name or "_ds_".join([each.name for each in operators]),
        )

    @property
    def _diagonal_operators(self):
        return self._operators

    def _dims(self):
        dims = [each._dims() for each in self._operators]
        batch = joined_dims(*[each[:-2] for each in dims])
        return (*batch, sum([each[-2] for each in dims]), sum([each[-1] for each in dims]))

    def _matmul_blocks(self, blocks, adjoint, adjoint_arg):
        pairs = zip(self._operators, blocks, strict=True)
        return [each.matmul(block, adjoint=adjoint, adjoint_arg=adjoint_arg) for each, block in pairs]

    def _solve_blocks(self, blocks, adjoint, adjoint_arg):
        pairs = zip(self._operators, blocks, strict=True)
        return [each.solve(block, adjoint=adjoint, adjoint_arg=adjoint_arg) for each, block in pairs]

    def _to_dense(self):
        blocks = dense.broadcast([each.to_dense() for each in self._operators])
        widths = [each.dims[-1] for each in blocks]
        rows = []
        for position, block in enumerate(blocks):
            *height, _ = block.dims
            before, after = sum(widths[:position]), sum(widths[position + 1 :])
            zeros = [dense.zeros((*height, width), self.dtype) for width in (before, after)]
            rows.append(concat_blocks([zeros[0], block, zeros[1]], -1))
        return concat_blocks(rows, -2)

    def _linop_adjoint(self):
        return self._of([each.adjoint() for each in self._operators])

    def _linop_inverse(self):
        return self._of([each.inverse() for each in self._operators])

    def _of(self, operators):
        return LinearOperatorBlockDiag(operators, **hints.of_operator(self))

    def _linop_cholesky(self):
        factors = [each.cholesky() for each in self._operators]
        return LinearOperatorBlockDiag(factors, is_non_singular=True, is_square=True)

    def _linop_matmul(self, left_operator, right_operator):
        if not isinstance(right_operator, LinearOperatorBlockDiag):
            return super()._linop_matmul(left_operator, right_operator)
        return _by_blocks(left_operator, right_operator, lambda left, right: left.matmul(right))

    def _linop_solve(self, left_operator, right_operator):
        if not isinstance(right_operator, LinearOperatorBlockDiag):
            return super()._linop_solve(left_operator, right_operator)
        return _by_blocks(left_operator, right_operator, lambda left, right: left.solve(right))

    def _assert_self_adjoint(self):
        for each in self._operators:
            each.assert_self_adjoint()

    def _assert_positive_definite(self):
        for each in self._operators:
            each.assert_positive_definite()


def _by_blocks(left, right, combine):
    if len(left.operators) != len(right.operators):
        raise ValueError(
            f"Direct sums of {len(left.operators)} and {len(right.operators)} operators are not combined block by "
            "block."
        )
    operators = [combine(a, b) for a, b in zip(left.operators, right.operators, strict=True)]
    return LinearOperatorBlockDiag(operators, is_non_singular=hints.non_singular(left, right), is_square=True)
