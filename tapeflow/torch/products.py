"""Products of vectors and matrices."""

import tapeflow as tf
from tapeflow.torch import dtypes
from tapeflow.torch.calls import broadcast_error, function
from tapeflow.torch.tensor import Tensor

__all__ = ["addmm", "bmm", "dot", "einsum", "matmul", "mm", "mv", "outer"]


def _product_node(input, other):
    ranks = len(input.dims), len(other.dims)
    return {
        (1, 1): "DotBackward0",
        (2, 1): "MvBackward0",
        (2, 2): "MmBackward0",
        (1, 2): "SqueezeBackward4",
    }.get(ranks, "UnsafeViewBackward0")


@function(node=_product_node)
def matmul(input, other):
    """The matrix product; of vectors the inner product; leading dimensions broadcast.

    Raises RuntimeError where the sizes do not fit.

    >>> from tapeflow import torch
    >>> torch.tensor([[1.0, 2.0], [3.0, 4.0]]) @ torch.tensor([1.0, 1.0])
    tensor([3., 7.])
    """
    ranks = len(input.dims), len(other.dims)
    if 0 in ranks:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {ranks[0]}D and {ranks[1]}D"
        )
    _check_dtypes(input, other)
    _check_sizes(input.dims, other.dims)
    if ranks == (1, 1):
        return tf.math.reduce_sum(input * other)
    if ranks[0] == 1:
        return tf.squeeze(tf.linalg.matmul(tf.expand_dims(input, 0), other), [-2])
    if ranks[1] == 1:
        return tf.squeeze(tf.linalg.matmul(input, tf.expand_dims(other, 1)), [-1])
    return tf.linalg.matmul(input, other)


def _check_dtypes(a, b):
    if a._dtype is not b._dtype:
        raise RuntimeError(
            f"expected both matrices to have the same dtype, but found {dtypes.of(a._dtype).kind} "
            f"and {dtypes.of(b._dtype).kind}"
        )


def _check_sizes(a, b):
    inner = b[0] if len(b) == 1 else b[-2]
    if a[-1] != inner:
        if len(a) == len(b) == 1:
            raise RuntimeError(
                f"inconsistent tensor size, expected tensor [{a[0]}] and src [{b[0]}] to have the same number of "
                f"elements, but got {a[0]} and {b[0]} elements respectively"
            )
        if len(b) == 1 and len(a) == 2:
            raise RuntimeError(f"size mismatch, got input ({a[0]}), mat ({a[0]}x{a[1]}), vec ({b[0]})")
        left = f"{a[-2]}x{a[-1]}" if len(a) > 1 else f"1x{a[0]}"
        right = f"{inner}x{b[-1]}" if len(b) > 1 else f"{inner}x1"
        whole = f" of tensors of shape {list(a)} and {list(b)}" if max(len(a), len(b)) > 2 else ""
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({left} and {right}){whole}")
    if (error := broadcast_error(a[:-2], b[:-2])) is not None:
        raise error


@function
def mm(input, mat2):
    """The product of two matrices."""
    for name, each in (("self", input), ("mat2", mat2)):
        if len(each.dims) != 2:
            raise RuntimeError(f"{name} must be a matrix")
    return matmul.__wrapped__(input, mat2)


@function
def mv(input, vec):
    """The product of a matrix and a vector."""
    if (len(input.dims), len(vec.dims)) != (2, 1):
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {len(input.dims)}, {len(vec.dims)}")
    return matmul.__wrapped__(input, vec)


@function
def bmm(input, mat2):
    """The products of two batches of matrices, of shapes (b, n, m) and (b, m, p)."""
    for name, each in (("batch1", input), ("batch2", mat2)):
        if len(each.dims) != 3:
            raise RuntimeError(f"{name} must be a 3D tensor")
    expected = [input.dims[0], input.dims[2]]
    if list(mat2.dims[:2]) != expected:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: {expected} but got: {list(mat2.dims[:2])}."
        )
    return matmul.__wrapped__(input, mat2)


@function
def dot(input, tensor):
    """The inner product of two vectors.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2]).dot(torch.tensor([3, 4]))
    tensor(11)
    """
    ranks = len(input.dims), len(tensor.dims)
    if ranks != (1, 1):
        raise RuntimeError(f"1D tensors expected, but got {ranks[0]}D and {ranks[1]}D tensors")
    return matmul.__wrapped__(input, tensor)


@function(node="MulBackward0")
def outer(input, vec2):
    """The outer product of two vectors.

    >>> from tapeflow import torch
    >>> torch.outer(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor([[3, 4],
            [6, 8]])
    """
    return tf.expand_dims(input, 1) * tf.expand_dims(vec2, 0)


@function
def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """beta * input + alpha * (mat1 @ mat2)."""
    product = matmul.__wrapped__(mat1, mat2)
    product = product if alpha == 1 else product * alpha
    return product + (input if beta == 1 else input * beta)


@function(method=False, node="ViewBackward0")
def einsum(equation, *operands):
    """The sum of products that the equation names, in Einstein's convention.

    >>> from tapeflow import torch
    >>> torch.einsum("ij,ij->i", torch.ones(2, 3), torch.ones(2, 3))
    tensor([3., 3.])
    """
    return tf.einsum(equation, *operands)


Tensor.__matmul__ = lambda self, other: matmul(self, other) if isinstance(other, Tensor) else NotImplemented
