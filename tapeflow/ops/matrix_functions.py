"""Functions of square matrices: exponential, square root, logarithm.

One gradient serves them all. The derivative of f at A towards E is the upper right block of f([[A, E], [0,
A]]) (Mathias, "A chain rule for matrix functions", 1996), and its adjoint is the derivative at the adjoint
of A (Higham, "Functions of Matrices", 2008, chapter 3).
"""

import numpy

from tapeflow.core.dtypes import COMPLEXES
from tapeflow.core.op import op
from tapeflow.ops.contraction import adjoint
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import concat
from tapeflow.ops.matrix_shapes import FACTORED, square


def _for_each(function, x):
    """`function` of every matrix of x."""
    result = numpy.empty_like(x)
    for position in numpy.ndindex(x.shape[:-2]):
        result[position] = function(x[position])
    return result


@op("MatrixExponential", accepts=FACTORED, result="same")
def expm(xp, x):
    """The exponential of square matrices."""
    if not numpy.isfinite(x).all():
        return xp.full(x.shape, xp.nan, x.dtype)
    if not x.size:
        return x
    from scipy.linalg import expm as exponential

    return exponential(x)


@op("MatrixSquareRoot", accepts=FACTORED, result="same")
def sqrtm(xp, x):
    """The principal square root of square matrices; NaN where that of a real one is not real."""
    return _for_each(_square_root, x)


@op("MatrixLogarithm", accepts=COMPLEXES, result="same")
def logm(xp, x):
    """The principal logarithm of square matrices."""
    return _for_each(_logarithm, x)


def _schur(x):
    """(t, q): x = q t qᴴ with t upper triangular and complex."""
    from scipy.linalg import schur

    return schur(x, output="complex")


def _square_root(x):
    if not numpy.isfinite(x).all():
        return numpy.full_like(x, numpy.nan)
    t, q = _schur(x)
    values = numpy.diag(t)
    is_real = x.dtype.kind == "f"
    negative = (values.real < 0) & (abs(values.imag) <= 4 * numpy.finfo(x.dtype).eps * abs(values))
    if is_real and negative.any():
        return numpy.full_like(x, numpy.nan)
    root = q @ _triangular_square_root(t) @ q.conj().T
    return root.real if is_real else root


def _triangular_square_root(t):
    """Square root of an upper triangular matrix, column by column (Björck and Hammarling, 1983)."""
    from scipy.linalg import get_blas_funcs

    (solver,) = get_blas_funcs(("trsm",), (t,))
    root = numpy.diag(numpy.sqrt(numpy.diag(t)))
    for column in range(1, len(t)):
        if t[:column, column].any():
            system = root[:column, :column] + root[column, column] * numpy.eye(column, dtype=t.dtype)
            root[:column, column] = solver(1, system, t[:column, column, None])[:, 0]
    return root


def _logarithm(x):
    """Inverse scaling and squaring: roots until the matrix is near 1, then the series of Gauss and Legendre.

    log(1 + z) is the integral of z / (1 + s z) over s from 0 to 1.
    """
    if not numpy.isfinite(x).all():
        return numpy.full_like(x, numpy.nan)
    t, q = _schur(x)
    identity = numpy.eye(len(t), dtype=t.dtype)
    halvings = 0
    while abs(t - identity).sum(axis=0).max(initial=0) > 0.25 and halvings < 64:
        t = _triangular_square_root(t)
        halvings += 1
    near = t - identity
    nodes, weights = numpy.polynomial.legendre.leggauss(9)
    logarithm = sum(
        weight / 2 * numpy.linalg.solve(identity + (node + 1) / 2 * near, near)
        for node, weight in zip(nodes, weights, strict=True)
    )
    return q @ (2.0**halvings * logarithm) @ q.conj().T


def _gradient(function):
    def rule(g, x):
        size, rank = x.dims[-1], len(x.dims)
        x = adjoint(x)
        upper = concat(x, g, axis=rank - 1)
        lower = concat(zeros(x.dims, x._dtype), x, axis=rank - 1)
        return function(concat(upper, lower, axis=rank - 2))[..., :size, size:]

    return rule


for each in (expm, sqrtm, logm):
    each.spec(square)
    each.grad(x=_gradient(each))
    each.batch(each)
