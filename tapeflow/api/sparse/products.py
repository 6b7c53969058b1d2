"""Products of sparse matrices with dense ones."""

from tapeflow.api.arrays import gather, transpose
from tapeflow.api.arrays import reshape as reshape_dense
from tapeflow.api.math.complex_numbers import conj
from tapeflow.api.math.segment import unsorted_segment_sum
from tapeflow.api.sparse.conversion import rows
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import add, multiply
from tapeflow.ops.reduction import reduce_sum

__all__ = ["sampled_addmm", "sparse_dense_matmul"]


def sparse_dense_matmul(sp_a, b, adjoint_a=False, adjoint_b=False, name=None):
    """The product of a sparse matrix and a dense one, or of a dense one and a sparse one; dense.

    adjoint_a, adjoint_b: whether a factor is transposed (and conjugated). Gradients flow to values and to the dense
    factor. Raises InvalidArgumentError if the sizes do not fit together.

    >>> tf.sparse.sparse_dense_matmul(tf.SparseTensor([[0, 1]], [2.0], [1, 2]), [[1.0], [3.0]]).numpy()
    array([[6.]], dtype=float32)
    """
    if isinstance(b, SparseTensor):
        # (a b)' = b' a'
        found = sparse_dense_matmul(b, sp_a, adjoint_a=not adjoint_b, adjoint_b=not adjoint_a)
        return _adjoint(found)
    b = as_tensor(b, sp_a.dtype)
    if adjoint_b:
        b = _adjoint(b)
    values = conj(sp_a.values) if adjoint_a and sp_a.dtype.is_complex else sp_a.values
    row, column = (1, 0) if adjoint_a else (0, 1)
    if sp_a.shape.rank != 2 or len(b.dims) != 2:
        raise ValueError(f"Two matrices are multiplied, not shapes {sp_a.shape} and {b.shape}.")
    sizes = sp_a.shape.as_list()
    if None not in (sizes[column], b.shape[0]) and sizes[column] != b.shape[0]:
        raise InvalidArgumentError(
            None,
            None,
            f"Cannot multiply A and B because inner dimension does not match: {sizes[column]} vs. {b.shape[0]}. "
            "Did you forget a transpose?",
        )
    terms = multiply(reshape_dense(values, [-1, 1]), gather(b, sp_a.indices[:, column]))
    return unsorted_segment_sum(terms, sp_a.indices[:, row], int_tuple(sp_a.dense_shape)[row])


def _adjoint(x):
    return conj(transpose(x)) if x.dtype.is_complex else transpose(x)


def sampled_addmm(indices, values, dense_shape, mat1, mat2, beta=1.0, alpha=1.0, output_type=None):
    """alpha * (mat1 @ mat2) + beta * values at the places `indices` alone: (indices, values, dense_shape).

    >>> tf.sparse.sampled_addmm([[0, 0]], [1.0], [1, 1], [[2.0]], [[3.0]])[1].numpy()
    array([7.], dtype=float32)
    """
    indices, mat1, mat2 = as_tensor(indices), as_tensor(mat1), as_tensor(mat2)
    values = as_tensor(values)
    if len(mat1.dims) != 2:
        raise NotImplementedError("tf.sparse.sampled_addmm takes matrices, not batches of them.")
    dot = reduce_sum(
        multiply(rows(mat1, indices[:, 0]), rows(transpose(mat2), indices[:, 1])), axes=(1,), keepdims=False
    )
    scale, keep = as_tensor(alpha, values.dtype), as_tensor(beta, values.dtype)
    return indices, add(multiply(dot, scale), multiply(values, keep)), as_tensor(dense_shape)
