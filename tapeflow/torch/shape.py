"""Shapes, and dimensions counted from either end."""

import math


class Size(tuple):
    """A shape: a tuple of ints that prints as PyTorch's.

    >>> from tapeflow import torch
    >>> torch.zeros(2, 3).shape
    torch.Size([2, 3])
    """

    __slots__ = ()

    def __repr__(self):
        return f"torch.Size({list(self)})"

    def numel(self):
        """The number of elements of this shape."""
        return math.prod(self)


def dimension(dim, ndim):
    """`dim` counted from the front; IndexError if there is none such. A scalar counts as having one dimension."""
    bound = ndim or 1
    if not -bound <= dim < bound:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-bound}, {bound - 1}], but got {dim})"
        )
    return dim % bound
