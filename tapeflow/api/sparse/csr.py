"""Matrices by compressed rows, under TensorFlow's names for them; here they are sparse tensors."""

from collections import namedtuple

from tapeflow.api.math.segment import unsorted_segment_sum
from tapeflow.api.sparse.conversion import check_sparse, in_order, rows, to_dense
from tapeflow.api.sparse.layout import transpose
from tapeflow.api.sparse.products import sparse_dense_matmul
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.dtypes import as_dtype, complex64, complex128, float32, float64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import multiply
from tapeflow.ops.layout import concat
from tapeflow.ops.sparse_indices import sparse_indices

Parts = namedtuple("CSRSparseMatrixToSparseTensor", ["indices", "values", "dense_shape"])

_ELEMENTS = (float32, float64, complex64, complex128)


def sparse_tensor_to_csr_sparse_matrix(indices, values, dense_shape, name=None):
    """The matrix, or batch of matrices, of a sparse tensor's parts, whose elements are in order.

    Raises InvalidArgumentError unless there are two or three axes, and for elements that are no floats or complex.
    """
    found = SparseTensor(indices, values, dense_shape)
    rank = found.shape.rank
    if rank is not None and rank not in (2, 3):
        raise InvalidArgumentError(
            None, None, f"SparseTensor must have rank 2 or 3; but indices has rank: {rank}"
        )
    if found.dtype not in _ELEMENTS:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {found.dtype.name} is not in the list of allowed values: float, double, "
            "complex64, complex128",
        )
    return found


def csr_sparse_matrix_to_sparse_tensor(sparse_matrix, type, name=None):
    """(indices, values, dense_shape) of a matrix whose elements have dtype `type`."""
    check_sparse(sparse_matrix)
    if sparse_matrix.dtype is not as_dtype(type):
        raise InvalidArgumentError(
            None,
            None,
            f"Expected a CSRSparseMatrix of type {as_dtype(type).name} but saw type {sparse_matrix.dtype.name}",
        )
    return Parts(sparse_matrix.indices, sparse_matrix.values, sparse_matrix.dense_shape)


def dense_to_csr_sparse_matrix(dense_input, indices, name=None):
    """The matrix of the elements of a dense tensor at the given places."""
    from tapeflow.ops.scattering import gather_nd

    dense_input, indices = as_tensor(dense_input), as_tensor(indices)
    return SparseTensor(indices, gather_nd(dense_input, indices), list(dense_input.dims))


def csr_sparse_matrix_to_dense(sparse_input, type, name=None):
    """The dense tensor of a matrix whose elements have dtype `type`."""
    return to_dense(SparseTensor(*csr_sparse_matrix_to_sparse_tensor(sparse_input, type)))


def sparse_matrix_sparse_mat_mul(
    a, b, type, transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False, name=None
):
    """The product of two sparse matrices, or batches of them; sparse, with an element wherever factors meet."""
    a = _turned(a, transpose_a, adjoint_a)
    b = _turned(b, transpose_b, adjoint_b)
    first, second, group, places = sparse_indices(
        a.indices, b.indices, a.dense_shape, b.dense_shape, step="products"
    )
    terms = multiply(rows(a.values, first), rows(b.values, second))
    count = places.shape[0]
    values = unsorted_segment_sum(terms, group, count if count is not None else places.dims[0])
    return in_order(places, values, concat(a.dense_shape[:-1], b.dense_shape[-1:], axis=0))


def sparse_matrix_mat_mul(
    a,
    b,
    transpose_a=False,
    transpose_b=False,
    adjoint_a=False,
    adjoint_b=False,
    transpose_output=False,
    conjugate_output=False,
    name=None,
):
    """The product of a sparse matrix and a dense one; dense."""
    if transpose_output or conjugate_output:
        raise NotImplementedError("sparse_matrix_mat_mul does not turn its result; use tf.linalg.adjoint.")
    from tapeflow.api.arrays import transpose as transpose_dense

    b = transpose_dense(b) if transpose_b else b
    return sparse_dense_matmul(_turned(a, transpose_a, adjoint_a), b, adjoint_b=adjoint_b)


def sparse_matrix_transpose(input, type, conjugate=False, name=None):
    """The transposed matrix."""
    return _turned(input, True, conjugate)


def sparse_matrix_nnz(sparse_matrix, name=None):
    """How many elements are given, an int32 scalar."""
    from tapeflow.api.arrays import size

    return size(sparse_matrix.values)


def _turned(matrix, transposed, conjugated):
    if not transposed and not conjugated:
        return matrix
    from tapeflow.api.math.complex_numbers import conj

    rank = matrix.shape.rank
    found = transpose(matrix, [*range(rank - 2), rank - 1, rank - 2])
    return found.with_values(conj(found.values)) if conjugated and matrix.dtype.is_complex else found
