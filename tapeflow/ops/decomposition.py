"""Decompositions of matrices: Cholesky, QR, LU, singular values, eigenvalues; with their gradients.

Where a decomposition is not unique (signs, phases) LAPACK chooses, and gradients hold for functions that do
not depend on the choice. Those through equal eigenvalues or singular values, which do not exist, come out
finite but meaningless.

Gradients: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008); Murray, "Differentiation of the Cholesky decomposition" (2016, arXiv:1602.07527);
Walter and Lehmann, "Algorithmic differentiation of linear algebra functions" (2010, arXiv:1001.1654);
Townsend, "Differentiating the singular value decomposition" (2016); Boeddeker et al., "On the computation of
complex-valued gradients" (2017, arXiv:1701.00392); Roberts and Roberts, "QR and LQ decomposition matrix
backpropagation algorithms" (2020, arXiv:2009.10071).
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import equal
from tapeflow.ops.complex_numbers import real
from tapeflow.ops.contraction import adjoint, matmul, product
from tapeflow.ops.diagonal import band_part, diag_part
from tapeflow.ops.layout import concat, reshape
from tapeflow.ops.matrix_shapes import FACTORED, FACTORED_AND_HALF, check_matrices, check_square, square
from tapeflow.ops.solving import solve, triangular_solve


def _constant(matrix, like):
    return embedded(matrix.astype(like._dtype.array_dtype), like._dtype)


def _lower_half(x):
    """The lower triangle of each matrix with half its diagonal: with its adjoint a Hermitian x."""
    size = x.dims[-1]
    return x * _constant(numpy.tri(size) - 0.5 * numpy.eye(size), x)


def _scaled_columns(x, scale):
    """x with its columns multiplied by the elements of `scale`, [..., n]."""
    return x * _row(cast(scale, x._dtype))


def _row(x):
    return reshape(x, dims=(*x.dims[:-1], 1, x.dims[-1]))


def _column(x):
    return reshape(x, dims=(*x.dims, 1))


def _safe_reciprocal(x):
    """1/x, and 0 instead of infinity."""
    return x / (x * x + 1e-20)


def _inverse_gaps(values):
    """The matrix of 1 / (values[j] - values[i]), zero on the diagonal and where values are equal."""
    size = values.dims[-1]
    identity = numpy.eye(size)
    gaps = _row(values) - _column(values) + _constant(identity, values)
    return _safe_reciprocal(gaps) * _constant(1.0 - identity, values)


# Cholesky


@op("Cholesky", accepts=FACTORED, result="same")
def cholesky(xp, x):
    """Lower triangular L with x = L Lᴴ, read from the lower triangle; NaN if x is not positive definite."""
    try:
        return xp.linalg.cholesky(x)
    except numpy.linalg.LinAlgError:
        if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
            raise
    result = numpy.empty_like(x)
    for position in numpy.ndindex(x.shape[:-2]):
        try:
            result[position] = numpy.linalg.cholesky(x[position])
        except numpy.linalg.LinAlgError:
            result[position] = numpy.tril(numpy.full(x.shape[-2:], numpy.nan, x.dtype))
    return result


cholesky.spec(square)
cholesky.batch(cholesky)


@cholesky.grad
def _(g, y):
    middle = _lower_half(product(y, g, adjoint_a=True))
    left = triangular_solve(y, middle, lower=True, adjoint=True)
    whole = triangular_solve(y, adjoint(left), lower=True, adjoint=True)
    return (0.5 * (whole + adjoint(whole)),)


# QR


@op("Qr", accepts=FACTORED_AND_HALF)
def qr(xp, x, *, full_matrices):
    """(q, r): q of orthonormal columns, r upper triangular, x = q r. The full q is square."""
    wide = x.astype(xp.float32) if x.itemsize == 2 else x
    q, r = xp.linalg.qr(wide, mode="complete" if full_matrices else "reduced")
    return q.astype(x.dtype), r.astype(x.dtype)


@qr.spec
def _(x, full_matrices):
    check_matrices(x)
    if x.dims is None:
        return x, x
    *outer, rows, columns = x.dims
    inner = rows if full_matrices else _least(rows, columns)
    return x.with_dims((*outer, rows, inner)), x.with_dims((*outer, inner, columns))


def _least(rows, columns):
    return None if rows is None or columns is None else min(rows, columns)


qr.batch(qr)


@qr.grad
def _(g, y, x, full_matrices):
    (grad_q, grad_r), (q, r) = g, y
    rows, columns = x.dims[-2:]
    if rows > columns and full_matrices:
        raise NotImplementedError(
            f"The gradient of qr is not implemented for full_matrices=True with more rows ({rows}) than "
            f"columns ({columns}); the additional columns of q are not unique."
        )
    if rows >= columns:
        return (_qr_grad(q, r, grad_q, grad_r),)
    # x = [left, right] and r = [triangle, rest] with left = q triangle and rest = qᴴ right.
    right, grad_rest = x[..., rows:], grad_r[..., rows:]
    grad_q = grad_q + product(right, grad_rest, adjoint_b=True)
    grad_left = _qr_grad(q, r[..., :rows], grad_q, grad_r[..., :rows])
    return (concat(grad_left, matmul(q, grad_rest), axis=len(x.dims) - 1),)


def _qr_grad(q, r, grad_q, grad_r):
    """The cotangent of a tall or square matrix; r has a real diagonal."""
    projected = product(q, grad_q, adjoint_a=True)
    outer = product(grad_r, r, adjoint_b=True)
    rotation = projected - outer
    inner = outer + _lower_half(rotation - adjoint(rotation)) - projected
    whole = matmul(q, inner) + grad_q
    return adjoint(triangular_solve(r, adjoint(whole), lower=False, adjoint=False))


# Singular values


@op("Svd", accepts=FACTORED)
def svd(xp, x, *, full_matrices):
    """(s, u, v): x = u diag(s) vᴴ with orthonormal columns of u and v; s is real and descending."""
    if not _all_finite(x):
        return _svd_of_some(xp, x, full_matrices)
    u, s, adjoint_v = xp.linalg.svd(x, full_matrices=full_matrices)
    return s, u, xp.conj(adjoint_v.swapaxes(-1, -2))


def _all_finite(x):
    return bool(numpy.isfinite(x).all())


def _svd_of_some(xp, x, full_matrices):
    """The decomposition where elements may be NaN or infinite: such matrices get NaN."""
    finite = numpy.isfinite(x).all(axis=(-2, -1))[..., None, None]
    results = svd.kernel(xp, numpy.where(finite, x, x.dtype.type(0)), full_matrices=full_matrices)
    return tuple(
        [
            numpy.where(finite if each.ndim == x.ndim else finite[..., 0], each, each.dtype.type(numpy.nan))
            for each in results
        ]
    )


@svd.spec
def _(x, full_matrices):
    check_matrices(x)
    values = x.with_dtype(x.dtype.real_dtype)
    if x.dims is None:
        return values, x, x
    *outer, rows, columns = x.dims
    count = _least(rows, columns)
    widths = (rows, columns) if full_matrices else (count, count)
    return (
        values.with_dims((*outer, count)),
        x.with_dims((*outer, rows, widths[0])),
        x.with_dims((*outer, columns, widths[1])),
    )


svd.batch(svd)


@svd.grad
def _(g, y, x_shape, full_matrices):
    (grad_s, grad_u, grad_v), (s, u, v) = g, y
    rows, columns = x_shape[-2:]
    count = min(rows, columns)
    if full_matrices and abs(rows - columns) > 1:
        raise NotImplementedError(
            "The gradient of svd is not implemented for full_matrices=True where the numbers of rows and "
            f"columns ({rows} and {columns}) differ by more than 1; the additional vectors are not unique."
        )
    s = cast(s, u._dtype)
    inverse = _safe_reciprocal(s)
    gaps = _inverse_gaps(s * s)
    left, grad_left = u[..., :count], grad_u[..., :count]
    right, grad_right = v[..., :count], grad_v[..., :count]
    left_part = product(left, grad_left, adjoint_a=True)
    right_part = product(right, grad_right, adjoint_a=True)
    left_turn, right_turn = gaps * left_part, gaps * right_part
    inner = (
        _scaled_columns(left_turn + adjoint(left_turn), s)
        + _column(s) * (right_turn + adjoint(right_turn))
        + _constant(numpy.eye(count), u) * _row(cast(grad_s, u._dtype))
    )
    if u._dtype.is_complex:  # the phases of u and v, of which only the difference matters
        phase = _constant(numpy.eye(count), u) * (right_part - adjoint(right_part))
        inner = inner - 0.5 * _column(inverse) * phase
    result = matmul(left, product(inner, right, adjoint_b=True))
    if rows > count:
        outside = _outside(u, grad_u, left, grad_left, left_part, count, full_matrices)
        result = result + product(_scaled_columns(outside, inverse), right, adjoint_b=True)
    if columns > count:
        outside = _outside(v, grad_v, right, grad_right, right_part, count, full_matrices)
        result = result + product(_scaled_columns(left, inverse), outside, adjoint_b=True)
    return (result,)


def _outside(whole, grad_whole, vectors, grad_vectors, part, count, full_matrices):
    """The cotangent of the vectors outside their span, and what that of the additional ones adds to it."""
    outside = grad_vectors - matmul(vectors, part)
    if full_matrices:
        extra, grad_extra = whole[..., count:], grad_whole[..., count:]
        outside = outside - product(extra, product(vectors, grad_extra, adjoint_a=True), adjoint_b=True)
    return outside


@op("SingularValues", accepts=FACTORED)
def singular_values(xp, x):
    """The singular values alone, real and descending."""
    if _all_finite(x):
        return xp.linalg.svd(x, compute_uv=False)
    return _svd_of_some(xp, x, False)[0]


@singular_values.spec
def _(x):
    return svd.spec_rule(x, False)[0]


@singular_values.grad
def _(g, x):
    _, u, v = svd(x, full_matrices=False)
    return (product(_scaled_columns(u, g), v, adjoint_b=True),)


singular_values.batch(singular_values)


# Eigenvalues


def _self_adjoint(function, x):
    if not _all_finite(x):
        raise InvalidArgumentError(
            None,
            None,
            "Self-adjoint eigen decomposition was not successful. The input might not be valid: it has "
            "elements that are NaN or infinite.",
        )
    return function(x)


@op("SelfAdjointEigV2", accepts=FACTORED)
def eigh(xp, x):
    """(values ascending, vectors in columns) of self-adjoint matrices, read from the lower triangle."""
    values, vectors = _self_adjoint(xp.linalg.eigh, x)
    return values.astype(x.dtype), vectors


@eigh.spec
def _(x):
    return eigvalsh.spec_rule(x), x


@eigh.grad
def _(g, y):
    (grad_values, grad_vectors), (values, vectors) = g, y
    inner = _constant(numpy.eye(values.dims[-1]), values) * _row(grad_values)
    inner = inner + _inverse_gaps(values) * product(vectors, grad_vectors, adjoint_a=True)
    return (_folded(matmul(vectors, product(inner, vectors, adjoint_b=True))),)


def _folded(x):
    """The cotangent of the lower triangle, when x is that of a matrix whose upper one mirrors it."""
    return _lower_half(x + adjoint(x))


@op("SelfAdjointEigenvalues", accepts=FACTORED)
def eigvalsh(xp, x):
    """The eigenvalues of self-adjoint matrices alone, ascending."""
    return _self_adjoint(xp.linalg.eigvalsh, x).astype(x.dtype)


@eigvalsh.spec
def _(x):
    check_square(x)
    return x.with_dims(None if x.dims is None else x.dims[:-1])


@eigvalsh.grad
def _(g, x):
    _, vectors = eigh(x)
    return (_folded(product(_scaled_columns(vectors, g), vectors, adjoint_b=True)),)


_COMPLEX = {
    types.float32: types.complex64,
    types.float64: types.complex128,
    types.complex64: types.complex64,
    types.complex128: types.complex128,
}


def _finite(x):
    if not _all_finite(x):
        raise InvalidArgumentError(
            None,
            None,
            "Eigen decomposition was not successful. The input might not be valid: it has elements that are "
            "NaN or infinite.",
        )
    return x


def _complex_dtype(x):
    return numpy.result_type(x.dtype, numpy.complex64)


@op("Eig", accepts=FACTORED)
def eig(xp, x):
    """(values, vectors of unit length in columns), both complex and in no order."""
    values, vectors = xp.linalg.eig(_finite(x))
    return values.astype(_complex_dtype(x)), vectors.astype(_complex_dtype(x))


@eig.spec
def _(x):
    values = eigvals.spec_rule(x)
    return values, x.with_dtype(values.dtype)


@eig.grad
def _(g, y, x_dtype):
    (grad_values, grad_vectors), (values, vectors) = g, y
    size = values.dims[-1]
    part = product(vectors, grad_vectors, adjoint_a=True)
    # Vectors keep unit length: what a change of length would contribute is taken away.
    length = reshape(
        cast(real(diag_part(part, k=(0, 0), padding=0, align="RIGHT_LEFT")), part._dtype), dims=values.dims
    )
    part = part - _scaled_columns(product(vectors, vectors, adjoint_a=True), length)
    inner = _constant(numpy.eye(size), values) * _row(grad_values) + conjugate(_inverse_gaps(values)) * part
    return (_through_eigenvectors(vectors, inner, x_dtype),)


def _through_eigenvectors(vectors, inner, dtype):
    result = solve(vectors, product(inner, vectors, adjoint_b=True), adjoint=True)
    return result if dtype.is_complex else real(result)


@op("Eigenvalues", accepts=FACTORED)
def eigvals(xp, x):
    """The eigenvalues alone, complex and in no order."""
    return xp.linalg.eigvals(_finite(x)).astype(_complex_dtype(x))


@eigvals.spec
def _(x):
    check_square(x)
    return x.with_dims(None if x.dims is None else x.dims[:-1]).with_dtype(_COMPLEX[x.dtype])


@eigvals.grad
def _(g, x, x_dtype):
    _, vectors = eig(x)
    inner = _constant(numpy.eye(x.dims[-1]), g) * _row(g)
    return (_through_eigenvectors(vectors, inner, x_dtype),)


for each in (eigh, eigvalsh, eig, eigvals):
    each.batch(each)


# LU


@op("Lu", accepts=FACTORED)
def lu(xp, x, *, index_dtype):
    """(both triangles in one matrix, rows): rows `rows` of x are L U, L with an implied diagonal of ones."""
    from scipy.linalg import get_lapack_funcs

    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError("no square matrices")
    both = numpy.empty_like(x)
    rows = numpy.empty(x.shape[:-1], index_dtype.array_dtype)
    if x.size:
        (factorize,) = get_lapack_funcs(("getrf",), (x,))
        for position in numpy.ndindex(x.shape[:-2]):
            both[position], swaps, zero_pivot = factorize(x[position])
            if zero_pivot or numpy.isnan(both[position]).any():
                raise InvalidArgumentError(None, None, "Input is not invertible. [Op:Lu]")
            order = list(range(x.shape[-1]))
            for row, other in enumerate(swaps):
                order[row], order[other] = order[other], order[row]
            rows[position] = order
    return both, rows


@lu.spec
def _(x, index_dtype):
    check_square(x)
    return x, x.with_dims(None if x.dims is None else x.dims[:-1]).with_dtype(index_dtype)


@lu.grad
def _(g, y):
    grad_both, both, rows = g[0], y[0], y[1]
    size = both.dims[-1]
    identity = _constant(numpy.eye(size), both)
    lower = band_part(both, lower=-1, upper=0) * (1.0 - identity) + identity
    upper = band_part(both, lower=0, upper=-1)
    strict = _constant(numpy.tri(size, k=-1), both)
    inner = strict * product(lower, grad_both * strict, adjoint_a=True)
    inner = inner + band_part(
        product(band_part(grad_both, lower=0, upper=-1), upper, adjoint_b=True), lower=0, upper=-1
    )
    permuted = triangular_solve(lower, inner, lower=True, adjoint=True)
    permuted = adjoint(triangular_solve(upper, adjoint(permuted), lower=False, adjoint=False))
    return (matmul(permutation(rows, both._dtype), permuted, transpose_a=True),)


def permutation(rows, dtype):
    """The matrix that puts the rows `rows` of another one, which it multiplies, in this order."""
    numbers = embedded(numpy.arange(rows.dims[-1]).astype(rows._dtype.array_dtype), rows._dtype)
    return cast(equal(_column(rows), numbers), dtype)


lu.batch(lu)
