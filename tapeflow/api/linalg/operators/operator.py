"""LinearOperator: a batch of matrices, known by what it does rather than by its elements."""

import abc

from tapeflow.api import arrays, math
from tapeflow.api.debugging.comparisons import assert_equal, assert_less, assert_positive
from tapeflow.api.linalg.decompositions import machine_precision
from tapeflow.api.linalg.operators import dense, hints
from tapeflow.api.linalg.operators.parameters import dims_of_shape, shape_of_dims
from tapeflow.api.linalg.operators.specs import add_spec
from tapeflow.core import nest
from tapeflow.core.dtypes import as_dtype, int32
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import Dimension, TensorShape
from tapeflow.core.size import visible
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.state.module import Module
from tapeflow.state.name_scope import name_scope
from tapeflow.state.trackable import NoDependency
from tapeflow.state.variable import Variable


class LinearOperator(Module, CompositeTensor, metaclass=abc.ABCMeta):
    """A batch of matrices [..., m, n] that are multiplied, inverted and so on without being written out.

    A class of operators defines `_shape`, `_shape_tensor` and `_matmul(x, adjoint, adjoint_arg)`; everything else
    follows from them by way of the dense matrix, and a class defines `_solve`, `_determinant`, `_diag_part`, ...
    where it knows a better way. To be an argument of a `tf.function` it names its parameters in
    `_composite_tensor_fields`.

    Args:
      dtype: the dtype of the elements.
      graph_parents: tensors that nothing is done with; left out as a rule.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square: what is known of the matrices: True, False
        or None. Nobody checks them, but they say which way is taken, and which calls are refused.
      name: a name.
      parameters: a dict of what the constructor was called with.

    Raises ValueError for hints that contradict each other.

    >>> class Shift(tf.linalg.LinearOperator):
    ...     def _shape(self):
    ...         return tf.TensorShape([3, 3])
    ...     def _shape_tensor(self):
    ...         return tf.constant([3, 3])
    ...     def _matmul(self, x, adjoint=False, adjoint_arg=False):
    ...         x = tf.linalg.adjoint(x) if adjoint_arg else x
    ...         return tf.roll(x, -1 if adjoint else 1, axis=-2)
    >>> Shift(tf.float32).matvec([1.0, 2.0, 3.0]).numpy()
    array([3., 1., 2.], dtype=float32)
    """

    _TF_MODULE_IGNORED_PROPERTIES = Module._TF_MODULE_IGNORED_PROPERTIES | {"_parameters", "_graph_parents"}
    _is_tensor_like = True
    __tensor_priority__ = 100  # tensor @ operator is left to the operator

    def __init__(
        self,
        dtype,
        graph_parents=None,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name=None,
        parameters=None,
    ):
        if is_positive_definite:
            is_non_singular = hints.implied(
                is_non_singular,
                True,
                "A positive definite matrix is non-singular; the hints say that it is not.",
            )
        for is_so, what in ((is_non_singular, "non-singular"), (is_self_adjoint, "self-adjoint")):
            if is_so:
                is_square = hints.implied(
                    is_square, True, f"A {what} matrix is square; the hints say that it is not."
                )
        for position, each in enumerate(graph_parents or ()):
            if not isinstance(each, Tensor | Variable):
                raise ValueError(f"Graph parent {position} is not a Tensor: {each!r}.")
        self._graph_parents = NoDependency(graph_parents or [])
        self._dtype = as_dtype(dtype) if dtype else dtype
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._is_square_set_or_implied_by_hints = is_square
        self._parameters = NoDependency(parameters)
        self._name = name or type(self).__name__
        self._name_scope = name_scope(f"{self._name}/")

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        add_spec(cls)
        from tapeflow.api.linalg.operators.functions import enter

        enter(cls)

    # What it is

    @property
    def parameters(self):
        """What the constructor was called with, a dict."""
        return dict(self._parameters or {})

    @property
    def dtype(self):
        """The DType of the elements."""
        return self._dtype

    @property
    def graph_parents(self):
        """The tensors given as such, a list; nothing is done with them."""
        return self._graph_parents

    @property
    def is_non_singular(self):
        """Whether it has an inverse, as far as is known."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self):
        """Whether it is its own adjoint, as far as is known."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self):
        """Whether the real part of xᴴ A x is positive for all x but 0, as far as is known."""
        return self._is_positive_definite

    @property
    def is_square(self):
        """Whether it has as many rows as columns; ValueError if the hint says no and the shape yes."""
        rows, columns = self.range_dimension.value, self.domain_dimension.value
        by_shape = None if rows is None or columns is None else rows == columns
        hint = self._is_square_set_or_implied_by_hints
        if hint is False and by_shape:
            raise ValueError(f"is_square was given as False, but the operator is of shape {self.shape}.")
        return by_shape if hint is None else hint

    @abc.abstractmethod
    def _shape(self):
        raise NotImplementedError(f"{type(self).__name__} must define _shape().")

    def _shape_tensor(self):
        raise NotImplementedError(f"{type(self).__name__} must define _shape_tensor().")

    def _dims(self):
        """The shape as a tuple, with Sizes where it is not known yet."""
        shape = self._shape()
        return shape._dims if shape.is_fully_defined() else dims_of_shape(self._shape_tensor())

    @property
    def _batch_dims(self):
        return self._dims()[:-2]

    @property
    def shape(self):
        """The TensorShape [..., m, n]."""
        return self._shape()

    @property
    def batch_shape(self):
        """The TensorShape of the leading axes."""
        return self.shape[:-2]

    @property
    def tensor_rank(self):
        """The number of axes, an int or None."""
        return self.shape.rank

    @property
    def domain_dimension(self):
        """The Dimension n of the vectors that it can be multiplied with."""
        return Dimension(None) if self.shape.rank is None else self.shape.dims[-1]

    @property
    def range_dimension(self):
        """The Dimension m of the products."""
        return Dimension(None) if self.shape.rank is None else self.shape.dims[-2]

    def shape_tensor(self, name="shape_tensor"):
        """The shape as an int32 vector."""
        return shape_of_dims(self._dims())

    def batch_shape_tensor(self, name="batch_shape_tensor"):
        """The shape of the leading axes as an int32 vector."""
        return shape_of_dims(self._batch_dims)

    def tensor_rank_tensor(self, name="tensor_rank_tensor"):
        """The number of axes as an int32 scalar."""
        return as_tensor(len(self._dims()), int32)

    def domain_dimension_tensor(self, name="domain_dimension_tensor"):
        """The number of columns as an int32 scalar."""
        return as_tensor(self._dims()[-1], int32)

    def range_dimension_tensor(self, name="range_dimension_tensor"):
        """The number of rows as an int32 scalar."""
        return as_tensor(self._dims()[-2], int32)

    # Products

    @abc.abstractmethod
    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        raise NotImplementedError(f"{type(self).__name__} must define _matmul().")

    def _matvec(self, x, adjoint=False):
        return squeezed(self.matmul(arrays.expand_dims(x, -1), adjoint=adjoint))

    def matmul(self, x, adjoint=False, adjoint_arg=False, name="matmul"):
        """The product [..., m, k] with matrices x [..., n, k]; the operator of the product if x is an operator.

        With `adjoint` the adjoint is multiplied, with `adjoint_arg` that of x. Leading axes broadcast. Raises
        ValueError if sizes do not fit, IndexError if there are too few axes, and TypeError for another dtype.

        >>> tf.linalg.LinearOperatorDiag([1.0, 2.0]).matmul([[1.0], [1.0]]).numpy().tolist()
        [[1.0], [2.0]]
        """
        if isinstance(x, LinearOperator):
            return self._linop_matmul(*self._operands(x, adjoint, adjoint_arg))
        x = self._argument(x, -2 if adjoint else -1, -1 if adjoint_arg else -2)
        return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def __matmul__(self, other):
        return self.matmul(other)

    def __rmatmul__(self, other):
        return dense.adjoint(self.matmul(as_tensor(other), adjoint=True, adjoint_arg=True))

    def matvec(self, x, adjoint=False, name="matvec"):
        """The product [..., m] with vectors x [..., n]; see `matmul`."""
        return self._matvec(self._argument(x, -2 if adjoint else -1, -1), adjoint=adjoint)

    def _argument(self, x, axis, other_axis):
        """x as a tensor of this dtype whose `other_axis` is as long as the `axis` of the operator."""
        x = self._of_dtype(x)
        self._check_size(self.shape, axis, x, other_axis)
        return x

    def _check_size(self, shape, axis, x, other_axis):
        if shape.rank is None or x.shape.rank is None:
            return
        if x.shape.rank < -other_axis:
            raise IndexError(
                f"An argument of {self.name} needs at least {-other_axis} axes; got shape {x.shape}."
            )
        shape.dims[axis].assert_is_compatible_with(x.shape[other_axis])

    def _of_dtype(self, x):
        x = as_tensor(x)
        if x._dtype is not self.dtype:
            raise TypeError(f"{self.name} takes tensors of {self.dtype!r}, not {x._dtype!r}: {x}")
        return x

    def _operands(self, other, adjoint, adjoint_other):
        """The two operators of a product; ValueError if their sizes do not fit."""
        left = self.adjoint() if adjoint else self
        right = other.adjoint() if adjoint_other else other
        if not left.domain_dimension.is_compatible_with(right.range_dimension):
            raise ValueError(
                f"The operators do not fit: one has {left.domain_dimension} columns, the other "
                f"{right.range_dimension} rows."
            )
        return left, right

    def _linop_matmul(self, left_operator, right_operator):
        from tapeflow.api.linalg.operators.products import product

        return product(left_operator, right_operator)

    # Equations

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._dense_solve(rhs, adjoint, adjoint_arg)

    def _dense_solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = dense.adjoint(rhs) if adjoint_arg else rhs
        if self._can_use_cholesky():
            return dense.cholesky_solve(dense.cholesky(self.to_dense()), rhs)
        return dense.solve(self.to_dense(), rhs, adjoint=adjoint)

    def _solvevec(self, rhs, adjoint=False):
        return squeezed(self.solve(arrays.expand_dims(rhs, -1), adjoint=adjoint))

    def solve(self, rhs, adjoint=False, adjoint_arg=False, name="solve"):
        """x [..., n, k] such that the product with it is rhs [..., n, k]; an operator if rhs is one.

        With `adjoint` the adjoint is solved for, with `adjoint_arg` rhs is replaced by its adjoint. Raises
        NotImplementedError if the hints say that it is singular or not square; InvalidArgumentError, or infinities,
        if it turns out to be.

        >>> tf.linalg.LinearOperatorDiag([1.0, 2.0]).solve([[4.0], [4.0]]).numpy().tolist()
        [[4.0], [2.0]]
        """
        self._check_solvable()
        if isinstance(rhs, LinearOperator):
            return self._linop_solve(*self._operands(rhs, adjoint, adjoint_arg))
        rhs = self._argument(rhs, -1 if adjoint else -2, -1 if adjoint_arg else -2)
        return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _check_solvable(self):
        if self.is_non_singular is False or self.is_square is False:
            what = "is singular" if self.is_non_singular is False else "is not square"
            raise NotImplementedError(
                f"The operator {self.name} {what}, as its hints or shape say, so there is no exact solution."
            )

    def solvevec(self, rhs, adjoint=False, name="solve"):
        """x [..., n] such that the product with it is rhs [..., n]; see `solve`."""
        return self._solvevec(self._argument(rhs, -1 if adjoint else -2, -1), adjoint=adjoint)

    def _linop_solve(self, left_operator, right_operator):
        from tapeflow.api.linalg.operators.products import quotient

        return quotient(left_operator, right_operator)

    # Operators made of it

    def adjoint(self, name="adjoint"):
        """The operator of the conjugate transposes; itself if it is self-adjoint by its hints."""
        return self if self.is_self_adjoint is True else self._linop_adjoint()

    H = property(adjoint, None, doc="The adjoint.")

    def _linop_adjoint(self):
        from tapeflow.api.linalg.operators.adjoint import LinearOperatorAdjoint

        return LinearOperatorAdjoint(self, **hints.of_operator(self))

    def inverse(self, name="inverse"):
        """The operator of the inverses; ValueError if the hints say that it is singular or not square."""
        if self.is_square is False or self.is_non_singular is False:
            what = "not square" if self.is_square is False else "singular"
            raise ValueError(f"There is no inverse of {self.name}: by its hints or shape it is {what}.")
        return self._linop_inverse()

    def _linop_inverse(self):
        from tapeflow.api.linalg.operators.inversion import LinearOperatorInversion

        return LinearOperatorInversion(self, **hints.of_operator(self))

    def cholesky(self, name="cholesky"):
        """The lower triangular operator L with L Lᴴ = this one; ValueError unless the hints say that there is one."""
        if not self._can_use_cholesky():
            raise ValueError(
                f"{self.name} has a Cholesky factor only if it is self-adjoint and positive definite; give the hints "
                "is_self_adjoint=True and is_positive_definite=True if it is."
            )
        return self._linop_cholesky()

    def _linop_cholesky(self):
        from tapeflow.api.linalg.operators.lower_triangular import LinearOperatorLowerTriangular

        return LinearOperatorLowerTriangular(
            dense.cholesky(self.to_dense()), is_non_singular=True, is_self_adjoint=False, is_square=True
        )

    def _can_use_cholesky(self):
        return self.is_self_adjoint and self.is_positive_definite

    # Numbers

    def _check_square(self):
        if self.is_square is False:
            raise NotImplementedError(
                f"{self.name} is not square, as its hints or shape say: no determinant."
            )

    def determinant(self, name="det"):
        """The determinants [...]; NotImplementedError if it is not square."""
        self._check_square()
        return self._determinant()

    def _determinant(self):
        if self._can_use_cholesky():
            return math.exp(self.log_abs_determinant())
        return dense.determinant(self.to_dense())

    def log_abs_determinant(self, name="log_abs_det"):
        """The logarithms [...] of the absolute values of the determinants; NotImplementedError if not square."""
        self._check_square()
        return self._log_abs_determinant()

    def _log_abs_determinant(self):
        if self._can_use_cholesky():
            diagonal = dense.diagonal(dense.cholesky(self.to_dense()))
            return 2 * math.reduce_sum(math.log(diagonal), axis=-1)
        return dense.log_abs_determinant(self.to_dense())

    def diag_part(self, name="diag_part"):
        """The elements [..., min(m, n)] on the diagonals."""
        return self._diag_part()

    def _diag_part(self):
        return dense.diagonal(self.to_dense())

    def trace(self, name="trace"):
        """The sums [...] of the elements on the diagonals."""
        return self._trace()

    def _trace(self):
        return math.reduce_sum(self.diag_part(), axis=-1)

    def eigvals(self, name="eigvals"):
        """The eigenvalues [..., n] of a self-adjoint operator; NotImplementedError unless the hints say it is one."""
        if not self.is_self_adjoint:
            raise NotImplementedError(
                f"Eigenvalues are only found of operators with the hint is_self_adjoint=True, which {self.name} is not."
            )
        return self._eigvals()

    def _eigvals(self):
        return dense.eigvals_of_self_adjoint(self.to_dense())

    def cond(self, name="cond"):
        """The condition numbers [...]: the greatest singular value divided by the least."""
        return self._cond()

    def _cond(self):
        values = math.abs(self._eigvals()) if self.is_self_adjoint else dense.singular_values(self.to_dense())
        return dense.spread(values)

    def to_dense(self, name="to_dense"):
        """The matrices [..., m, n] as a Tensor."""
        return self._to_dense()

    def _to_dense(self):
        *batch, _, columns = self._dims()
        return self.matmul(dense.identity(columns, tuple(batch), self.dtype))

    def add_to_tensor(self, x, name="add_to_tensor"):
        """The sum with matrices x [..., m, n], a Tensor."""
        return self._add_to_tensor(self._of_dtype(x))

    def _add_to_tensor(self, x):
        return self.to_dense() + x

    # Assertions

    def assert_non_singular(self, name="assert_non_singular"):
        """InvalidArgumentError if a matrix has no inverse, as far as the precision of the dtype can tell."""
        return self._assert_non_singular()

    def _assert_non_singular(self):
        if self._can_use_cholesky():
            return self.assert_positive_definite()
        values = dense.singular_values(self.to_dense())
        size = max(100.0, *[each for each in self._dims()[-2:] if isinstance(each, int)])
        return assert_less(
            dense.spread(values),
            as_tensor(1 / (size * machine_precision(self.dtype)), values._dtype),
            message="The matrix is singular up to the precision of its dtype.",
        )

    def assert_positive_definite(self, name="assert_positive_definite"):
        """InvalidArgumentError if a matrix is not positive definite; NotImplementedError unless self-adjoint."""
        return self._assert_positive_definite()

    def _assert_positive_definite(self):
        if not self.is_self_adjoint:
            raise NotImplementedError(
                f"Whether {self.name} is positive definite is only found out if it has the hint is_self_adjoint=True."
            )
        diagonal = math.real(dense.diagonal(dense.cholesky(self.to_dense())))
        return assert_positive(diagonal, message="The matrix is not positive definite.")

    def assert_self_adjoint(self, name="assert_self_adjoint"):
        """InvalidArgumentError if a matrix is not its own conjugate transpose."""
        return self._assert_self_adjoint()

    def _assert_self_adjoint(self):
        matrix = self.to_dense()
        return assert_equal(matrix, dense.adjoint(matrix), message="The matrix is not its own adjoint.")

    # As a composite value

    @property
    def _composite_tensor_fields(self):
        """The names of the parameters that make it, beside hints."""
        return ()

    @property
    def _composite_tensor_prefer_static_fields(self):
        return ()

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        """{parameter: how many axes, the last ones, it has for one matrix}, for those that have leading axes."""
        return {}

    @property
    def _type_spec(self):
        return self._spec_class.from_operator(self)

    def _to_components(self):
        return self._type_spec._to_components(self)

    @property
    def _is_object(self):
        if not self._composite_tensor_fields:
            return True
        return any([isinstance(each, Variable) for each in nest.flatten(self, expand_composites=True)])

    def _differentiable(self):
        return nest.flatten(self, expand_composites=True)

    def _with_gradient(self, gradient):
        found = [
            g if g is not None else part if part.dtype.is_integer else arrays.zeros_like(part)
            for g, part in zip(gradient, self._differentiable(), strict=True)
        ]
        return nest.pack_sequence_as(self, found, expand_composites=True)

    def __getitem__(self, slices):
        from tapeflow.api.linalg.operators.slicing import sliced

        return sliced(self, slices)

    def __repr__(self):
        return f"<tf.linalg.{type(self).__name__} {self.name!r} of shape {self.shape}, {self.dtype!r}>"


class SizedOperator(LinearOperator):
    """The parent of our own operators, which say their shape by `_dims`; their shape, then, follows."""

    @abc.abstractmethod
    def _dims(self):
        raise NotImplementedError(f"{type(self).__name__} must define _dims().")

    def _shape(self):
        return TensorShape._trusted(visible(self._dims()))

    def _shape_tensor(self):
        return shape_of_dims(self._dims())


def squeezed(matrix):
    """Vectors, of matrices of one column."""
    return arrays.squeeze(matrix, axis=-1)
