"""Decompositions of matrices, the last two axes of a tensor, and what is computed from them.

They take float32, float64, complex64 and complex128 (qr and inv also float16), else InvalidArgumentError; and
so for shapes that do not fit. Signs and phases of vectors, where not determined, are LAPACK's.
"""

from collections import namedtuple

from tapeflow.core.dtypes import as_dtype, int32
from tapeflow.core.operands import as_tensor
from tapeflow.ops import decomposition as ops
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import greater
from tapeflow.ops.contraction import matmul
from tapeflow.ops.creation import full
from tapeflow.ops.diagonal import band_part, diag
from tapeflow.ops.reduction import reduce_max
from tapeflow.ops.solving import triangular_solve

__all__ = [
    "cholesky",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "lu",
    "lu_matrix_inverse",
    "lu_reconstruct",
    "lu_solve",
    "matrix_rank",
    "qr",
    "svd",
]

Lu = namedtuple("Lu", "lu p")
Qr = namedtuple("Qr", "q r")


def cholesky(input, name=None):
    """Lower triangular L with positive diagonal such that L Lᴴ is the positive definite `input` [..., n, n].

    Only the lower triangle of `input` is read. A matrix that is not positive definite gives NaN.

    >>> tf.linalg.cholesky([[4.0, 2.0], [2.0, 5.0]]).numpy().tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    """
    return ops.cholesky(as_tensor(input))


def qr(input, full_matrices=False, name=None):
    """(q, r): `input` [..., m, n] = q r, with orthonormal columns in q and r upper triangular.

    With p = min(m, n), q is [..., m, p] and r [..., p, n]; with `full_matrices` p = m. There is no gradient
    if then m > n: NotImplementedError.

    >>> q, r = tf.linalg.qr([[3.0, 1.0], [4.0, 2.0]])
    >>> np.allclose(q @ r, [[3, 1], [4, 2]]), r.numpy()[1, 0].item()
    (True, 0.0)
    """
    return Qr(*ops.qr(as_tensor(input), full_matrices=bool(full_matrices)))


def svd(tensor, full_matrices=False, compute_uv=True, name=None):
    """(s, u, v): `tensor` [..., m, n] = u diag(s) vᴴ; s alone unless `compute_uv`.

    The singular values s [..., p], p = min(m, n), are real and descending; u is [..., m, p] and v [..., n,
    p], or with `full_matrices` square. There is no gradient if then m and n differ by more than 1:
    NotImplementedError.

    >>> tf.linalg.svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False).numpy()
    array([4., 3.], dtype=float32)
    """
    x = as_tensor(tensor)
    return ops.svd(x, full_matrices=bool(full_matrices)) if compute_uv else ops.singular_values(x)


def eigh(tensor, name=None):
    """(values, vectors) of self-adjoint matrices [..., n, n]: values [..., n] ascending, vectors in columns.

    Only the lower triangle is read.

    >>> values, vectors = tf.linalg.eigh([[2.0, 0.0], [0.0, 1.0]])
    >>> values.numpy()
    array([1., 2.], dtype=float32)
    """
    return ops.eigh(as_tensor(tensor))


def eigvalsh(tensor, name=None):
    """The eigenvalues [..., n] of self-adjoint matrices [..., n, n], ascending.

    >>> tf.linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]]).numpy()
    array([1., 2.], dtype=float32)
    """
    return ops.eigvalsh(as_tensor(tensor))


def eig(tensor, name=None):
    """(values, vectors) of matrices [..., n, n], complex: values [..., n] in no order, unit columns.

    >>> values, vectors = tf.linalg.eig([[0.0, 1.0], [-1.0, 0.0]])
    >>> sorted(values.numpy().imag.tolist())
    [-1.0, 1.0]
    """
    return ops.eig(as_tensor(tensor))


def eigvals(tensor, name=None):
    """The complex eigenvalues [..., n] of matrices [..., n, n], in no order.

    >>> sorted(tf.linalg.eigvals([[0.0, 1.0], [-1.0, 0.0]]).numpy().imag.tolist())
    [-1.0, 1.0]
    """
    return ops.eigvals(as_tensor(tensor))


def lu(input, output_idx_type=int32, name=None):
    """(lu, p): row p[i] of `input` [..., n, n] is row i of L U; lu holds both triangles, p [..., n] the rows.

    The diagonal of L is 1 and not stored. InvalidArgumentError if a matrix is singular.

    >>> found = tf.linalg.lu([[1.0, 2.0], [4.0, 4.0]])
    >>> found.lu.numpy().tolist(), found.p.numpy().tolist()
    ([[4.0, 4.0], [0.25, 1.0]], [1, 0])
    """
    return Lu(*ops.lu(as_tensor(input), index_dtype=as_dtype(output_idx_type)))


def _check_lu(lower_upper, perm):
    if len(lower_upper.dims) < 2:
        raise ValueError("Input `lower_upper` must have at least 2 dimensions.")
    if len(lower_upper.dims) != len(perm.dims) + 1:
        raise ValueError("`rank(lower_upper)` must equal `rank(perm) + 1`")
    if lower_upper.dims[-2] != lower_upper.dims[-1]:
        raise ValueError("`lower_upper` must be square.")


def _unit_lower(lower_upper):
    """The lower factor, with the ones on its diagonal."""
    ones = full(lower_upper.dims[-1:], 1, lower_upper._dtype)
    size = lower_upper.dims[-1]
    identity = diag(ones, k=(0, 0), rows=size, columns=size, padding=0, align="RIGHT_LEFT")
    return band_part(lower_upper, lower=-1, upper=0) * (1.0 - identity) + identity


def lu_solve(lower_upper, perm, rhs, validate_args=False, name=None):
    """x [..., n, k] with a x = `rhs`, where `lower_upper, perm = tf.linalg.lu(a)`; leading axes broadcast.

    Raises ValueError for wrong ranks and sizes. The shapes are always checked, so `validate_args` adds
    nothing.

    >>> tf.linalg.lu_solve(*tf.linalg.lu([[2.0, 0.0], [0.0, 4.0]]), [[2.0], [8.0]]).numpy().tolist()
    [[1.0], [2.0]]
    """
    lower_upper, perm = as_tensor(lower_upper), as_tensor(perm)
    rhs = as_tensor(rhs)
    _check_lu(lower_upper, perm)
    if len(rhs.dims) < 2:
        raise ValueError("Input `rhs` must have at least 2 dimensions.")
    if lower_upper.dims[-1] != rhs.dims[-2]:
        raise ValueError("`lower_upper.shape[-1]` must equal `rhs.shape[-1]`.")
    permuted = matmul(ops.permutation(perm, rhs._dtype), rhs)
    found = triangular_solve(_unit_lower(lower_upper), permuted, lower=True, adjoint=False)
    return triangular_solve(lower_upper, found, lower=False, adjoint=False)


def lu_matrix_inverse(lower_upper, perm, validate_args=False, name=None):
    """The inverse of the matrix whose decomposition is given; see `lu_solve`, also for `validate_args`.

    >>> tf.linalg.lu_matrix_inverse(*tf.linalg.lu([[2.0, 0.0], [0.0, 4.0]])).numpy().tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    lower_upper, perm = as_tensor(lower_upper), as_tensor(perm)
    _check_lu(lower_upper, perm)
    size = lower_upper.dims[-1]
    ones = full((*lower_upper.dims[:-2], size), 1, lower_upper._dtype)
    identity = diag(ones, k=(0, 0), rows=size, columns=size, padding=0, align="RIGHT_LEFT")
    return lu_solve(lower_upper, perm, identity)


def lu_reconstruct(lower_upper, perm, validate_args=False, name=None):
    """The matrices [..., n, n] whose decomposition by `lu` is given; see `lu_solve` for `validate_args`.

    >>> tf.linalg.lu_reconstruct(*tf.linalg.lu([[1.0, 2.0], [3.0, 4.0]])).numpy().tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    lower_upper, perm = as_tensor(lower_upper), as_tensor(perm)
    _check_lu(lower_upper, perm)
    permuted = matmul(_unit_lower(lower_upper), band_part(lower_upper, lower=0, upper=-1))
    return matmul(ops.permutation(perm, permuted._dtype), permuted, transpose_a=True)


def matrix_rank(a, tol=None, validate_args=False, name=None):
    """How many singular values of matrices `a` [..., m, n] exceed `tol`, as int32 [...].

    `tol` (default: the greatest one times max(m, n) times the precision of the dtype) broadcasts against
    [..., 1]. TypeError unless `a` is floating, ValueError below rank 2: `validate_args` has no more to check.

    >>> tf.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]]).numpy().item()
    1
    """
    a = as_tensor(a)
    check_floating_matrices(a)
    values = ops.singular_values(a)
    axis = len(values.dims) - 1
    if tol is None:
        precision = machine_precision(a._dtype) * max(a.dims[-2:])
        tol = reduce_max(values, axes=(axis,), keepdims=True) * precision
    else:
        tol = as_tensor(tol, values._dtype)
    return reduce_sum(cast(greater(values, tol), int32), axes=(axis,), keepdims=False)


def check_floating_matrices(a):
    """TypeError unless `a` is floating or complex, ValueError unless it has rank 2 at least."""
    if not (a._dtype.is_floating or a._dtype.is_complex):
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {a._dtype.name}).")
    if len(a.dims) < 2:
        raise ValueError(f"Input `a` must have at least 2 dimensions (saw: {len(a.dims)}).")


def machine_precision(dtype):
    """The distance from 1 to the next number."""
    import numpy

    return float(numpy.finfo(dtype.array_dtype).eps)
