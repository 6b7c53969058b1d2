"""Inverses and determinants of matrices."""

import numpy

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.complex_numbers import complex_of, imag, real
from tapeflow.ops.contraction import matmul, product
from tapeflow.ops.layout import reshape
from tapeflow.ops.matrix_shapes import FACTORED, FACTORED_AND_HALF, check_matrices, check_square


@op("MatrixInverse", accepts=FACTORED_AND_HALF, result="same")
def inv(xp, x, *, adjoint):
    """The inverse of square matrices, or its conjugate transpose."""
    wide = x.astype(xp.float32) if x.itemsize == 2 else x
    try:
        result = xp.linalg.inv(wide)
    except numpy.linalg.LinAlgError:
        if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
            raise
        raise _not_invertible() from None
    if numpy.isnan(result).any() and numpy.isnan(x).any():
        raise _not_invertible()
    return (xp.conj(result.swapaxes(-1, -2)) if adjoint else result).astype(x.dtype, copy=False)


def _not_invertible():
    return InvalidArgumentError(None, None, "Input is not invertible. [Op:MatrixInverse]")


@inv.spec
def _(x, adjoint):
    check_square(x)
    return x


@inv.grad
def _(g, y, adjoint):
    if adjoint:
        return (-product(y, product(g, y, adjoint_a=True)),)
    return (-product(y, product(g, y, adjoint_b=True), adjoint_a=True),)


def _determinant_spec(x):
    check_square(x)
    return x.with_dims(None if x.dims is None else x.dims[:-2])


def _as_matrices(x):
    """Scalars as matrices of one element, to multiply matrices with."""
    return reshape(x, dims=(*x.dims, 1, 1))


@op("MatrixDeterminant", accepts=FACTORED, result="same")
def det(xp, x):
    """The determinant of square matrices."""
    return xp.linalg.det(x)


det.spec(_determinant_spec)
det.grad(x=lambda g, x: _as_matrices(g) * conjugate(cofactors(x)))


@op("MatrixCofactors", accepts=FACTORED, result="same")
def cofactors(xp, x):
    """The derivative of the determinant: det(x) inv(x)ᵀ, or its limit where x is singular."""
    try:
        inverse = xp.linalg.inv(x)
    except numpy.linalg.LinAlgError:
        # x = u s v: each cofactor of s is the product of the other singular values.
        u, s, v = xp.linalg.svd(x)
        others = xp.ones_like(s)
        others[..., 1:] = xp.cumprod(s[..., :-1], axis=-1)
        others[..., :-1] *= xp.cumprod(s[..., :0:-1], axis=-1)[..., ::-1]
        scale = (xp.linalg.det(u) * xp.linalg.det(v))[..., None, None]
        return scale * xp.matmul(xp.conj(u) * others[..., None, :], xp.conj(v))
    return xp.linalg.det(x)[..., None, None] * inverse.swapaxes(-1, -2)


@cofactors.spec
def _(x):
    check_square(x)
    return x


@cofactors.grad
def _(g, y, x):
    inverse = inv(x, adjoint=True)
    along = reduce_sum(g * inverse, axes=(len(g.dims) - 2, len(g.dims) - 1), keepdims=True)
    across = matmul(matmul(inverse, g, transpose_b=True), inverse)
    return (along * conjugate(y) - conjugate(_as_matrices(det(x))) * across,)


@op("LogMatrixDeterminant", accepts=FACTORED)
def slogdet(xp, x):
    """(sign, logarithm of the absolute value) of the determinant; the sign of a complex one is its phase."""
    sign, logarithm = xp.linalg.slogdet(x)
    return sign, logarithm.astype(x.dtype)


@slogdet.spec
def _(x):
    result = _determinant_spec(x)
    return result, result


@slogdet.grad
def _(g, y, x):
    grad_sign, grad_logarithm = g
    if x._dtype.is_complex:  # d log det = tr(inv(x) dx), whose imaginary part turns the phase
        turn = imag(conjugate(y[0]) * grad_sign)
        grad_logarithm = complex_of(real(grad_logarithm), turn)
    return (_as_matrices(grad_logarithm) * inv(x, adjoint=True),)


@op("PseudoInverse", accepts=FACTORED, result="same")
def pinv(xp, x, cutoff):
    """The Moore-Penrose inverse; singular values at most `cutoff` times the greatest one count as zero.

    Gradient: Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems
    whose variables separate" (1973), eq. 4.12. It needs no distinct singular values.
    """
    if not x.size:
        return xp.zeros((*x.shape[:-2], x.shape[-1], x.shape[-2]), x.dtype)
    return xp.linalg.pinv(x, rcond=cutoff)


@pinv.spec
def _(x, cutoff):
    check_matrices(x)
    return x if x.dims is None else x.with_dims((*x.dims[:-2], x.dims[-1], x.dims[-2]))


def _pinv_grad(g, y, x):
    symmetric = product(g, y, adjoint_a=True)  # gᴴ y
    outside_rows = symmetric - product(x, product(y, symmetric))
    outside_columns = product(y, g, adjoint_b=True)  # y gᴴ
    outside_columns = outside_columns - product(product(outside_columns, y), x)
    return (
        product(outside_rows, y, adjoint_b=True)
        + product(y, outside_columns, adjoint_a=True)
        - product(y, product(g, y, adjoint_b=True), adjoint_a=True)
    )


pinv.grad(x=_pinv_grad, cutoff=None)


@pinv.batch
def _(x, cutoff):
    count, *outer = cutoff.dims
    return pinv(x, reshape(cutoff, dims=(count, *[1] * (len(x.dims) - 3 - len(outer)), *outer)))


for each in (inv, det, cofactors, slogdet):
    each.batch(each)
