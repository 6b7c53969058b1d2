"""Kernels of reductions: `ufunc.reduce` in the right dtype, and quicker ways where NumPy's own is slow."""

import functools
import math

import numpy

_MANY = 8192
"""Elements from which it pays to look for a quicker way."""
_SHORT = 16
"""Up to this length of rows, reducing column by column is quicker than row by row."""


@functools.lru_cache(maxsize=64)
def ones_of(count, dtype):
    """A vector of ones: its product with a matrix is the sum of the rows, at the speed of BLAS."""
    return numpy.ones(count, dtype)


def accumulate(ufunc, x, axes, keepdims):
    """`ufunc` reduced over `axes`, in the dtype of x; half precision is rounded once, at the end."""
    if not axes:
        return x
    over = None if len(axes) == x.ndim else axes
    dtype = x.dtype
    if dtype.char in "eE":  # float16 and bfloat16
        return ufunc.reduce(x, axis=over, dtype="f", keepdims=keepdims).astype(dtype)
    return ufunc.reduce(x, axis=over, dtype=dtype, keepdims=keepdims)


def total(xp, x, axes, keepdims):
    """Sum over `axes`."""
    if x.dtype.char in "fd" and x.ndim > 1:
        if axes == (0,) and x.ndim == 2 and not keepdims:  # rows, as in the gradient of a bias
            return ones_of(len(x), x.dtype).dot(x)
        if x.size > _MANY and 0 < len(axes) < x.ndim:
            if axes[-1] == len(axes) - 1:
                rows, kept = math.prod(x.shape[: len(axes)]), x.shape[len(axes) :]
                result = ones_of(rows, x.dtype).dot(x.reshape(rows, math.prod(kept)))
                return result.reshape((*[1] * len(axes), *kept) if keepdims else kept)
            if (
                axes == (x.ndim - 1,) and x.shape[-1] <= 1024
            ):  # longer rows need the precision of pairwise sums
                result = xp.einsum("...i->...", x)
                return result[..., None] if keepdims else result
    return accumulate(xp.add, x, axes, keepdims)


def extreme(ufunc, x, axes, keepdims, of_nothing):
    """`ufunc`, a maximum or minimum, over `axes`; `of_nothing(dtype)` where there are no elements."""
    if not axes:
        return x
    if not x.size:
        return ufunc.reduce(x, axis=axes, keepdims=keepdims, initial=x.dtype.type(of_nothing(x.dtype)))
    if x.size > _MANY and axes == (x.ndim - 1,) and x.shape[-1] <= _SHORT:
        result = functools.reduce(ufunc, [x[..., column] for column in range(x.shape[-1])])
        return result[..., None] if keepdims else result
    return ufunc.reduce(x, axis=None if len(axes) == x.ndim else axes, keepdims=keepdims)
