"""Circulant matrices, and those made of blocks that are circulant."""

from math import prod

from tapeflow.api import math
from tapeflow.api.debugging.comparisons import assert_less, assert_positive
from tapeflow.api.linalg.decompositions import machine_precision
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.diag import assert_no_zeros, assert_real, conjugated
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.api.linalg.operators.parameters import dims_of, own, parameter, shape_of_dims
from tapeflow.api.signal import fft, fft2d, fft3d, ifft, ifft2d, ifft3d
from tapeflow.core.dtypes import as_dtype, complex64, complex128, float64
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import visible
from tapeflow.ops.casting import cast
from tapeflow.ops.contraction import matrix_transpose

_TRANSFORMS = {1: fft, 2: fft2d, 3: fft3d}
_INVERSES = {1: ifft, 2: ifft2d, 3: ifft3d}


def as_complex(x):
    """x in the complex dtype of its precision."""
    if x._dtype.is_complex:
        return x
    return cast(x, complex128 if x._dtype is float64 else complex64)


class CirculantOperator(SizedOperator):
    """The parent of operators that are diagonal in the Fourier basis of a grid with `block_depth` axes."""

    block_depth = 1

    def __init__(
        self,
        spectrum,
        input_output_dtype,
        is_non_singular,
        is_self_adjoint,
        is_positive_definite,
        is_square,
        name,
        parameters,
    ):
        self._spectrum = parameter(spectrum, "spectrum", self.block_depth)
        if not self._spectrum.dtype.is_complex:
            is_self_adjoint = hints.implied(
                is_self_adjoint, True, "A circulant operator with a real spectrum is self-adjoint."
            )
        is_square = hints.implied(is_square, True, "A circulant operator is square.")
        super().__init__(
            as_dtype(input_output_dtype),
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )

    @property
    def spectrum(self):
        """The eigenvalues [..., *block_shape], as given: a tensor or a variable."""
        return self._spectrum

    @property
    def block_shape(self):
        """The TensorShape of the grid."""
        return TensorShape._trusted(visible(self._grid))

    def block_shape_tensor(self):
        """The shape of the grid as an int32 vector."""
        return shape_of_dims(self._grid)

    @property
    def _grid(self):
        return dims_of(self._spectrum)[-self.block_depth :]

    @property
    def _grid_axes(self):
        return list(range(-self.block_depth, 0))

    def _dims(self):
        size = prod(self._grid)
        return (*dims_of(self._spectrum)[: -self.block_depth], size, size)

    def _elements(self, adjoint=False):
        return conjugated(as_tensor(self._spectrum), adjoint)

    def _transformed(self, x, adjoint, adjoint_arg, combine):
        """Columns of x taken to the Fourier basis, combined with the spectrum, and taken back."""
        rows = math.conj(x) if adjoint_arg else matrix_transpose(x)
        spectrum = as_complex(self._elements(adjoint))
        spectrum = dense.reshaped(spectrum, *spectrum.dims[: -self.block_depth], 1, *self._grid)
        grids = dense.reshaped(cast(rows, spectrum._dtype), *rows.dims[:-1], *self._grid)
        found = _INVERSES[self.block_depth](combine(_TRANSFORMS[self.block_depth](grids), spectrum))
        flat = dense.reshaped(found, *found.dims[: -self.block_depth], rows.dims[-1])
        return cast(matrix_transpose(flat), self.dtype)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._transformed(x, adjoint, adjoint_arg, math.multiply)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._transformed(rhs, adjoint, adjoint_arg, math.divide)

    def convolution_kernel(self, name="convolution_kernel"):
        """What a product convolves with [..., *block_shape]: the spectrum taken out of the Fourier basis."""
        return cast(_INVERSES[self.block_depth](as_complex(self._elements())), self.dtype)

    def _determinant(self):
        return cast(math.reduce_prod(self._elements(), axis=self._grid_axes), self.dtype)

    def _log_abs_determinant(self):
        return cast(math.reduce_sum(math.log(math.abs(self._elements())), axis=self._grid_axes), self.dtype)

    def _trace(self):
        spectrum = self._elements()
        spectrum = spectrum if self.dtype.is_complex and not self.is_self_adjoint else math.real(spectrum)
        return cast(math.reduce_sum(spectrum, axis=self._grid_axes), self.dtype)

    def _diag_part(self):
        *batch, size, _ = self._dims()
        mean = self._trace() / cast(as_tensor(size), self.dtype)
        return dense.stretched(dense.reshaped(mean, *batch, 1), *batch, size)

    def _eigvals(self):
        return dense.reshaped(self._elements(), *self._dims()[:-1])

    def _cond(self):
        return dense.spread(math.abs(self._eigvals()))

    def _linop_adjoint(self):
        return type(self)(self._elements(adjoint=True), self.dtype, **hints.of_operator(self))

    def _linop_inverse(self):
        return type(self)(1 / self._elements(), self.dtype, **hints.of_operator(self))

    def _linop_matmul(self, left_operator, right_operator):
        if not isinstance(right_operator, CirculantOperator) or type(right_operator) is not type(
            left_operator
        ):
            return super()._linop_matmul(left_operator, right_operator)
        spectrum = left_operator._elements() * right_operator._elements()
        return type(self)(spectrum, self.dtype, **hints.of_commuting(left_operator, right_operator))

    def _linop_solve(self, left_operator, right_operator):
        if not isinstance(right_operator, CirculantOperator) or type(right_operator) is not type(
            left_operator
        ):
            return super()._linop_solve(left_operator, right_operator)
        spectrum = right_operator._elements() / left_operator._elements()
        return type(self)(spectrum, self.dtype, **hints.of_commuting(left_operator, right_operator))

    def assert_hermitian_spectrum(self, name="assert_hermitian_spectrum"):
        """InvalidArgumentError unless the matrices are real, up to the precision of the dtype."""
        kernel = math.imag(_INVERSES[self.block_depth](as_complex(self._elements())))
        bound = cast(as_tensor(self._dims()[-1]), kernel._dtype) * machine_precision(self.dtype)
        return assert_less(math.abs(kernel), bound, message="The spectrum is not Hermitian.")

    def _assert_non_singular(self):
        return assert_no_zeros(self._elements(), "The operator is singular: its spectrum contains zeros.")

    def _assert_positive_definite(self):
        return assert_positive(
            math.real(self._elements()),
            message="The spectrum is not positive, so the operator is not definite.",
        )

    def _assert_self_adjoint(self):
        return assert_real(self._elements(), "The spectrum is not real, so the operator is not self-adjoint.")

    @property
    def _composite_tensor_fields(self):
        return ("spectrum", "input_output_dtype")

    @property
    def _input_output_dtype(self):
        return self.dtype

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"spectrum": self.block_depth}


class LinearOperatorCirculant(CirculantOperator):
    """Matrices [..., n, n] each row of which is the one above turned right by one place.

    They are given by `spectrum` [..., n], their eigenvalues: the Fourier transform of the first column. Products take
    n log n steps; what they are multiplied with and the products are of `input_output_dtype`. A real spectrum gives a
    self-adjoint operator, one that is the transform of a real vector a real one.

    >>> spectrum = tf.signal.fft(tf.constant([1.0, 2.0, 0.0], tf.complex64))
    >>> operator = tf.linalg.LinearOperatorCirculant(spectrum, input_output_dtype=tf.float32)
    >>> operator.to_dense().numpy().round(4).tolist()
    [[1.0, 0.0, 2.0], [2.0, 1.0, 0.0], [0.0, 2.0, 1.0]]
    """

    def __init__(
        self,
        spectrum,
        input_output_dtype=complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant",
    ):
        super().__init__(**own(locals()), parameters=own(locals()))


class LinearOperatorCirculant2D(CirculantOperator):
    """Block-circulant matrices of circulant blocks, [..., m n, m n], given by `spectrum` [..., m, n].

    A product convolves grids of m times n elements. See `LinearOperatorCirculant`.

    >>> tf.linalg.LinearOperatorCirculant2D([[1.0, 1.0], [1.0, 1.0]]).shape
    TensorShape([4, 4])
    """

    block_depth = 2

    def __init__(
        self,
        spectrum,
        input_output_dtype=complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant2D",
    ):
        super().__init__(**own(locals()), parameters=own(locals()))


class LinearOperatorCirculant3D(CirculantOperator):
    """Circulant matrices of blocks as in `LinearOperatorCirculant2D`, given by `spectrum` [..., l, m, n].

    >>> tf.linalg.LinearOperatorCirculant3D([[[1.0, 1.0]]]).shape
    TensorShape([2, 2])
    """

    block_depth = 3

    def __init__(
        self,
        spectrum,
        input_output_dtype=complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant3D",
    ):
        super().__init__(**own(locals()), parameters=own(locals()))
