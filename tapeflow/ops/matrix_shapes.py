"""What ops on matrices, the last two axes of a tensor, ask of their inputs, in TensorFlow's words."""

from tapeflow.core.dtypes import complex64, complex128, float16, float32, float64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.shapes import broadcast_shapes

FACTORED = frozenset({float32, float64, complex64, complex128})
"""The dtypes that LAPACK knows."""
FACTORED_AND_HALF = FACTORED | {float16}


def check_matrices(x):
    """InvalidArgumentError unless the spec x has at least two axes."""
    if x.dims is not None and len(x.dims) < 2:
        raise InvalidArgumentError(None, None, f"Input tensor 0 must have rank >= 2, got {len(x.dims)}")


def check_square(x, message="Input matrix must be square."):
    """InvalidArgumentError unless the spec x is one of square matrices."""
    check_matrices(x)
    if x.dims is not None and None not in x.dims[-2:] and x.dims[-2] != x.dims[-1]:
        raise InvalidArgumentError(None, None, f"{message} The shape is {list(x.dims)}.")


def broadcast_outer(a, b):
    """The leading axes of the specs a and b broadcast, all but their last two; InvalidArgumentError if they differ."""
    try:
        return broadcast_shapes(tuple(a.dims[:-2]), tuple(b.dims[:-2]))
    except InvalidArgumentError:
        shown = [str(list(each.dims)).replace(" ", "") for each in (a, b)]
        raise InvalidArgumentError(
            None, None, f"In[0] and In[1] must have compatible batch dimensions: {shown[0]} vs. {shown[1]}"
        ) from None


def square(x):
    """The spec rule of ops that map square matrices to matrices of the same size."""
    check_square(x)
    return x
