"""What operators made of blocks have in common: their arguments may be lists of blocks."""

import abc

from tapeflow.api import arrays
from tapeflow.api.linalg.operators import dense
from tapeflow.api.linalg.operators.lists import OperatorOfOperators, product_of, sum_of
from tapeflow.api.linalg.operators.operator import LinearOperator, squeezed
from tapeflow.core import nest
from tapeflow.core.operands import as_tensor
from tapeflow.ops.layout import concat


class BlockOperator(OperatorOfOperators):
    """The parent of operators whose rows and columns fall into blocks, as many as there are on the diagonal."""

    @property
    @abc.abstractmethod
    def _diagonal_operators(self):
        raise NotImplementedError(f"{type(self).__name__} must define _diagonal_operators.")

    @abc.abstractmethod
    def _matmul_blocks(self, blocks, adjoint, adjoint_arg):
        """The blocks of the product with blocks of matrices."""

    @abc.abstractmethod
    def _solve_blocks(self, blocks, adjoint, adjoint_arg):
        """The blocks of the solution for blocks of matrices."""

    def _block_sizes(self, axis):
        return [each._dims()[axis] for each in self._diagonal_operators]

    def matmul(self, x, adjoint=False, adjoint_arg=False, name="matmul"):
        """As in `LinearOperator`; x may also be a list of blocks [..., n_i, k], and then the product is."""
        if isinstance(x, LinearOperator):
            return super().matmul(x, adjoint, adjoint_arg)
        return self._by_blocks(
            x, -2 if adjoint else -1, -1 if adjoint_arg else -2, self._matmul_blocks, adjoint, adjoint_arg
        )

    def matvec(self, x, adjoint=False, name="matvec"):
        """As in `LinearOperator`; x may also be a list of blocks [..., n_i], and then the product is."""
        return self._of_vectors(x, -2 if adjoint else -1, self.matmul, adjoint)

    def solve(self, rhs, adjoint=False, adjoint_arg=False, name="solve"):
        """As in `LinearOperator`; rhs may also be a list of blocks [..., n_i, k], and then the solution is."""
        if isinstance(rhs, LinearOperator):
            return super().solve(rhs, adjoint, adjoint_arg)
        self._check_solvable()
        return self._by_blocks(
            rhs, -1 if adjoint else -2, -1 if adjoint_arg else -2, self._solve_blocks, adjoint, adjoint_arg
        )

    def solvevec(self, rhs, adjoint=False, name="solve"):
        """As in `LinearOperator`; rhs may also be a list of blocks [..., n_i], and then the solution is."""
        return self._of_vectors(rhs, -1 if adjoint else -2, self.solve, adjoint)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self.matmul(x, adjoint, adjoint_arg)

    def _by_blocks(self, x, axis, other_axis, apply, adjoint, adjoint_arg):
        blocks = self._given_blocks(x, axis, other_axis)
        if blocks is not None:
            return apply(blocks, adjoint, adjoint_arg)
        x = self._argument(x, axis, other_axis)
        blocks = arrays.split(x, self._block_sizes(axis), axis=other_axis)
        return concat_blocks(apply(blocks, adjoint, adjoint_arg), -2)

    def _of_vectors(self, x, axis, apply, adjoint):
        blocks = self._given_blocks(x, axis, -1)
        if blocks is None:
            x = self._argument(x, axis, -1)
            return squeezed(apply(arrays.expand_dims(x, -1), adjoint=adjoint))
        return [
            squeezed(each)
            for each in apply([arrays.expand_dims(each, -1) for each in blocks], adjoint=adjoint)
        ]

    def _given_blocks(self, x, axis, other_axis):
        """The blocks that x is given as, checked; None if it is one tensor.

        A list that could be both, by its sizes, is blocks if these are as long as those of the operator. ValueError
        if it is neither.
        """
        operators = self._diagonal_operators
        if not isinstance(x, list | tuple) or len(x) != len(operators):
            return None
        if any([nest.is_nested(each) for each in x]):
            sizes = [each.shape.dims[axis] for each in operators]
            blocks = [as_tensor(each) for each in x]
            lengths = [each.shape[other_axis] if each.shape.rank else None for each in blocks]
            fit = [size.is_compatible_with(length) for size, length in zip(sizes, lengths, strict=True)]
            if not all(fit):
                whole = [size.value for size in sizes]
                if None in whole or set(lengths) != {lengths[0]} or (lengths[0] or 0) < sum(whole):
                    raise ValueError(
                        f"Blocks of the lengths {lengths} do not fit {self.name}, whose blocks are {whole}."
                    )
                return None
        found = []
        for each, operator in zip(x, operators, strict=True):
            if not isinstance(each, LinearOperator):
                each = self._of_dtype(each)
                self._check_size(operator.shape, axis, each, other_axis)
            found.append(each)
        return found

    # What only depends on the diagonal of a triangular operator

    def _determinant(self):
        return product_of([each.determinant() for each in self._diagonal_operators])

    def _log_abs_determinant(self):
        return sum_of([each.log_abs_determinant() for each in self._diagonal_operators])

    def _check_square_blocks(self, method):
        if not all([each.is_square for each in self._diagonal_operators]):
            raise NotImplementedError(f"`{method}` is only there if the blocks on the diagonal are square.")

    def _diag_part(self):
        self._check_square_blocks("diag_part")
        return concat_vectors([each.diag_part() for each in self._diagonal_operators])

    def _trace(self):
        self._check_square_blocks("trace")
        return sum_of([each.trace() for each in self._diagonal_operators])

    def _eigvals(self):
        self._check_square_blocks("eigvals")
        return concat_vectors([each.eigvals() for each in self._diagonal_operators])

    def _assert_non_singular(self):
        for each in self._diagonal_operators:
            each.assert_non_singular()


def concat_blocks(blocks, axis):
    """Matrices next to each other along an axis, counted from the last; their leading axes broadcast."""
    blocks = dense.broadcast(blocks)
    return concat(*blocks, axis=len(blocks[0].dims) + axis)


def concat_vectors(vectors):
    """Vectors one after another; their leading axes broadcast."""
    return squeezed(concat_blocks([arrays.expand_dims(each, -1) for each in vectors], -2))
