"""Products that sum over shared axes: matmul, einsum, ..."""

from tapeflow.core.dtypes import NUMBERS
from tapeflow.core.op import op
from tapeflow.ops.layout import transpose
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.broadcasting import sum_to


@op("MatMul", accepts=NUMBERS, result="same", uniform=True)
def matmul(xp, a, b):
    """Matrix product of the last two axes; leading axes broadcast."""
    return a.dot(b) if a.ndim == b.ndim == 2 else xp.matmul(a, b)


def adjoint(x):
    """Conjugate transpose of the last two axes."""
    rank = len(x.dims)
    return conjugate(transpose(x, perm=(*range(rank - 2), rank - 1, rank - 2)))


matmul.grad(
    a=lambda g, b, a_shape: sum_to(matmul(g, adjoint(b)), a_shape),
    b=lambda g, a, b_shape: sum_to(matmul(adjoint(a), g), b_shape),
)
matmul.batch(matmul, broadcasts=True)
