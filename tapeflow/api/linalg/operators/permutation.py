"""Permutations of rows."""

import numpy

from tapeflow.api.arrays.conversion import get_static_value
from tapeflow.api.arrays.creation import range as numbers
from tapeflow.api.arrays.indexing import gather
from tapeflow.api.arrays.sorting import argsort
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, is_reference, joined_dims, own, parameter
from tapeflow.core.dtypes import float32
from tapeflow.core.operands import as_tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import equal


class LinearOperatorPermutation(SizedOperator):
    """Row i of a product is row perm[i] of what is multiplied; `perm` [..., n] holds 0 to n - 1 in any order.

    Raises TypeError if `perm` holds no integers, ValueError if one is missing.

    >>> tf.linalg.LinearOperatorPermutation([2, 0, 1]).matvec([1.0, 2.0, 3.0]).numpy()
    array([3., 1., 2.], dtype=float32)
    """

    def __init__(
        self,
        perm,
        dtype=float32,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorPermutation",
    ):
        parameters = own(locals())
        self._perm = parameter(perm, "perm", 1)
        _check(self._perm)
        if is_non_singular is False:
            raise ValueError("A permutation is non-singular.")
        is_square = hints.implied(is_square, True, "A permutation is square.")
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
    def perm(self):
        """The permutations [..., n], as given: a tensor or a variable."""
        return self._perm

    def _dims(self):
        dims = dims_of(self._perm)
        return (*dims, dims[-1])

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        perm = as_tensor(self._perm)
        if adjoint and not self.is_self_adjoint:
            perm = argsort(perm, axis=-1)
        x = dense.adjoint(x) if adjoint_arg else x
        batch = joined_dims(x.dims[:-2], perm.dims[:-1])
        x = dense.stretched(x, *batch, *x.dims[-2:])
        perm = dense.stretched(perm, *batch, perm.dims[-1])
        return gather(x, perm, axis=len(batch), batch_dims=len(batch))

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._matmul(rhs, not adjoint, adjoint_arg)

    def _log_abs_determinant(self):
        return dense.zeros(self._batch_dims, self.dtype)

    def _cond(self):
        return dense.ones(self._batch_dims, self.dtype)

    def _to_dense(self):
        perm = as_tensor(self._perm)
        return self._where_equal(perm, dense.reshaped(perm, *perm.dims, 1))

    def _diag_part(self):
        perm = as_tensor(self._perm)
        return self._where_equal(perm, perm)

    def _where_equal(self, perm, elements):
        return cast(equal(numbers(perm.dims[-1], dtype=perm._dtype), elements), self.dtype)

    def _assert_non_singular(self):
        return None

    @property
    def _composite_tensor_fields(self):
        return ("perm", "dtype")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"perm": 1}


def _check(perm):
    if not perm.dtype.is_integer:
        raise TypeError(f"Argument `perm` must hold integers. Received: {perm}")
    known = None if is_reference(perm) else get_static_value(perm)
    if known is not None and (numpy.sort(known, axis=-1) != numpy.arange(known.shape[-1])).any():
        raise ValueError(
            f"Argument `perm` must hold each number from 0 to {known.shape[-1] - 1} once: {known}"
        )
