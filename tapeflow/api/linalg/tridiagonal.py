"""Eigenvalues of tridiagonal matrices."""

from tapeflow.api.arrays.indexing import boolean_mask
from tapeflow.api.linalg.decompositions import eigh, eigvalsh
from tapeflow.api.linalg.diagonals import diag
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.comparison import greater, less_equal
from tapeflow.ops.complex_numbers import real

__all__ = ["eigh_tridiagonal"]


def eigh_tridiagonal(alpha, beta, eigvals_only=True, select="a", select_range=None, tol=None, name=None):
    """The eigenvalues, ascending, of the Hermitian matrix with the diagonal alpha [n] and beta [n - 1] above it.

    Args:
      select: "a" for all of them, "i" for those with the numbers select_range[0] to select_range[1], "v" for those in
        the interval (select_range[0], select_range[1]].
      tol: how precise they need be; they are as precise as the dtype, by way of `tf.linalg.eigh`.

    Returns real values [k], or (values, vectors [n, k]) unless `eigvals_only`. Raises ValueError for another `select`
    and for dtypes that differ, InvalidArgumentError for an empty range.

    >>> tf.linalg.eigh_tridiagonal([0.0, 0.0, 0.0], [1.0, 1.0]).numpy().round(4) + 0.0
    array([-1.4142,  0.    ,  1.4142], dtype=float32)
    """
    alpha = as_tensor(alpha)
    if alpha.dims[0] <= 1:
        return real(alpha) if alpha._dtype.is_complex else alpha
    beta = as_tensor(beta)
    if alpha._dtype is not beta._dtype:
        raise ValueError(
            f"'alpha' and 'beta' must have the same type, not {alpha._dtype.name} and {beta._dtype.name}."
        )
    if select not in ("a", "i", "v"):
        raise ValueError(f"'select' must have a value in {{'a', 'i', 'v'}}, not {select!r}.")
    matrix = diag(alpha) + diag(conjugate(beta), k=-1)  # the upper triangle is not read
    values, vectors = (eigvalsh(matrix), None) if eigvals_only else eigh(matrix)
    if values._dtype.is_complex:
        values = real(values)
    if select == "i":
        first, last = int_tuple(select_range)
        if first > last:
            raise InvalidArgumentError(None, None, f"Got empty index range in select_range: {select_range}")
        chosen = slice(first, last + 1)
        values, vectors = values[chosen], None if eigvals_only else vectors[:, chosen]
    elif select == "v":
        low, high = (as_tensor(each, values._dtype) for each in select_range)
        inside = greater(values, low) & less_equal(values, high)
        values = boolean_mask(values, inside)
        vectors = None if eigvals_only else boolean_mask(vectors, inside, axis=1)
    return values if eigvals_only else (values, vectors)
