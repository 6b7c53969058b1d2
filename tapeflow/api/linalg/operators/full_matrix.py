"""Matrices that are written out."""

from tapeflow.api.linalg.operators import dense
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, own, parameter
from tapeflow.core.dtypes import complex64, complex128, float16, float32, float64

DTYPES = (float16, float32, float64, complex64, complex128)


class LinearOperatorFullMatrix(SizedOperator):
    """The matrices `matrix` [..., m, n], floating or complex (else TypeError), as an operator.

    >>> tf.linalg.LinearOperatorFullMatrix([[1.0, 2.0], [3.0, 4.0]]).trace().numpy().item()
    5.0
    """

    def __init__(
        self,
        matrix,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorFullMatrix",
    ):
        parameters = own(locals())
        self._matrix = parameter(matrix, "matrix", 2)
        if self._matrix.dtype not in DTYPES:
            raise TypeError(
                f"Argument `matrix` must be of one of {', '.join([each.name for each in DTYPES])}, not "
                f"{self._matrix.dtype.name}."
            )
        super().__init__(
            self._matrix.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def matrix(self):
        """The matrices [..., m, n], as given: a tensor or a variable."""
        return self._matrix

    def _dims(self):
        return dims_of(self._matrix)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return dense.matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self):
        return self._matrix

    @property
    def _composite_tensor_fields(self):
        return ("matrix",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"matrix": 2}
