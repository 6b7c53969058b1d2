"""The matrix product, and the transposition that goes with it."""

import math

from tapeflow.core.dtypes import FLOATS_AND_COMPLEX, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import LARGE, op
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.broadcasting import sum_to
from tapeflow.ops.layout import reshape, transpose
from tapeflow.ops.matrix_shapes import broadcast_outer

PRODUCTS = FLOATS_AND_COMPLEX | {int32, int64}
"""The dtypes of which TensorFlow has sums of products on a CPU."""


@op("MatMul", accepts=PRODUCTS, result="same", uniform=True)
def matmul(xp, a, b, *, transpose_a=False, transpose_b=False):
    """Matrix product of the last two axes, each transposed first if so flagged; leading axes broadcast."""
    if a.ndim == b.ndim == 2 and a.itemsize > 2:  # for small matrices twice as fast as the general product
        return (a.T if transpose_a else a).dot(b.T if transpose_b else b)
    if a.ndim < 2 or b.ndim < 2:
        raise ValueError("In[0] and In[1] must be matrices")
    a = a.swapaxes(-1, -2) if transpose_a else a
    b = b.swapaxes(-1, -2) if transpose_b else b
    if a.itemsize == 2:  # float16 and bfloat16 have no fast kernel, and would be rounded after every addition
        return xp.matmul(a.astype(xp.float32), b.astype(xp.float32)).astype(a.dtype)
    if b.ndim == 2 and not transpose_a:  # one large product instead of many small ones
        *outer, inner = a.shape
        return a.reshape((math.prod(outer), inner)).dot(b).reshape((*outer, b.shape[1]))
    return xp.matmul(a, b)


@matmul.spec
def _(a, b, transpose_a=False, transpose_b=False):
    if a.dims is None or b.dims is None:
        return a.with_dims(None)
    shown = [str(list(spec.dims)).replace(" ", "") for spec in (a, b)]
    ranks = len(a.dims), len(b.dims)
    if min(ranks) < 2 and ranks[0] != ranks[1]:
        raise InvalidArgumentError(
            None,
            None,
            f"In[0] and In[1] has different ndims: {shown[0]} vs. {shown[1]}; both must be matrices.",
        )
    if min(ranks) < 2:
        raise InvalidArgumentError(None, None, f"In[0] and In[1] ndims must be == 2: {min(ranks)}")
    *_, rows, inner_a = a.dims
    *_, inner_b, columns = b.dims
    if transpose_a:
        rows, inner_a = inner_a, rows
    if transpose_b:
        inner_b, columns = columns, inner_b
    if None not in (inner_a, inner_b) and inner_a != inner_b:
        flags = ", ".join(
            name for name, flag in (("transpose_a", transpose_a), ("transpose_b", transpose_b)) if flag
        )
        raise InvalidArgumentError(
            None,
            None,
            f"Matrix size-incompatible: In[0]: {shown[0]}, In[1]: {shown[1]}"
            + (f" with {flags}" if flags else ""),
        )
    outer = broadcast_outer(a, b)
    return a.with_dims((*outer, rows, columns))


def _grad_a(g, b, a_shape, transpose_a, transpose_b):
    b = conjugate(b)
    if transpose_a:
        product = matmul(b, g, transpose_a=transpose_b, transpose_b=True)
    else:
        product = matmul(g, b, transpose_b=not transpose_b)
    return product if len(a_shape) == 2 == len(g.dims) else sum_to(product, a_shape)


def _grad_b(g, a, b_shape, transpose_a, transpose_b):
    a = conjugate(a)
    if len(b_shape) == 2 < len(g.dims) and not transpose_a:
        # One matrix multiplies many: as one tall matrix they leave no sum over the batch to do.
        a, g = _flat(a), _flat(g)
    if transpose_b:
        product = matmul(g, a, transpose_a=True, transpose_b=transpose_a)
    else:
        product = matmul(a, g, transpose_a=not transpose_a)
    return product if len(b_shape) == 2 == len(g.dims) else sum_to(product, b_shape)


def _flat(x):
    *outer, columns = x.dims
    return reshape(x, dims=(math.prod(outer), columns))


matmul.grad(a=_grad_a, b=_grad_b)
matmul.facts.update(step="matrix product", is_costly=True)  # an element is a sum of products
matmul.large = LARGE


def _batched(a, b, transpose_a=False, transpose_b=False):
    if len(b.dims) == 3 and b.dims[0] == 1 and len(a.dims) >= 3 and not transpose_a:
        b = reshape(b, dims=b.dims[1:])  # one matrix for the whole batch
    elif len(a.dims) != len(b.dims):  # the new axis must lead both, whatever broadcasts inside
        a, b = _with_rank(a, len(b.dims)), _with_rank(b, len(a.dims))
    return matmul(a, b, transpose_a=transpose_a, transpose_b=transpose_b)


matmul.batch(_batched, broadcasts=True)


@matmul.lower
def _(e, index, a, b, transpose_a, transpose_b):
    *outer, row, column = index
    outer_a, outer_b = _stretched(outer, a.dims), _stretched(outer, b.dims)

    def term(k):
        left = a[(*outer_a, k, row) if transpose_a else (*outer_a, row, k)]
        right = b[(*outer_b, column, k) if transpose_b else (*outer_b, k, column)]
        return left * right

    return e.sum_over(a.dims[-2 if transpose_a else -1], term)


def _stretched(outer, dims):
    """The index into the leading axes of an operand, of which those of size 1 are broadcast."""
    sizes = dims[:-2]
    return [
        0 if size == 1 else place for place, size in zip(outer[len(outer) - len(sizes) :], sizes, strict=True)
    ]


def _with_rank(x, rank):
    """A batched tensor with axes of size 1 after its first: what broadcasting adds to each example."""
    first, *inner = x.dims
    return x if len(x.dims) >= rank else reshape(x, dims=(first, *[1] * (rank - len(x.dims)), *inner))


@matmul.lower
def _(e, index, a, b, transpose_a, transpose_b):
    *outer, row, column = index
    outer_a, outer_b = _outer_index(outer, a.dims), _outer_index(outer, b.dims)

    def term(k):
        at_a = (k, row) if transpose_a else (row, k)
        at_b = (column, k) if transpose_b else (k, column)
        return a[outer_a + at_a] * b[outer_b + at_b]

    return e.sum_over(a.dims[-2 if transpose_a else -1], term)


def _outer_index(outer, dims):
    """Where an operand of shape `dims` has its matrix for the matrix at `outer` of the product."""
    dims = dims[:-2]
    own = outer[len(outer) - len(dims) :]
    return tuple([0 if size == 1 else position for position, size in zip(own, dims, strict=True)])


def matrix_transpose(x):
    """x with its last two axes exchanged."""
    rank = len(x.dims)
    return transpose(x, perm=(*range(rank - 2), rank - 1, rank - 2))


def adjoint(x):
    """Conjugate transpose of the last two axes."""
    return conjugate(matrix_transpose(x))


def product(a, b, adjoint_a=False, adjoint_b=False):
    """Matrix product of a and b, or of their conjugate transposes."""
    a = conjugate(a) if adjoint_a else a
    b = conjugate(b) if adjoint_b else b
    return matmul(a, b, transpose_a=adjoint_a, transpose_b=adjoint_b)
