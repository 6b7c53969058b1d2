"""Assertions on what tensors are: dtype and rank. Each returns None."""

from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.state.variable import Variable

__all__ = [
    "assert_integer",
    "assert_proper_iterable",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_type",
    "is_numeric_tensor",
]


def assert_rank(x, rank, message=None, name=None):
    """Asserts that x has `rank` axes; ValueError otherwise.

    >>> tf.debugging.assert_rank(tf.ones([2, 3]), 1, message="biases")
    Traceback (most recent call last):
    ...
    ValueError: biases.  Tensor must have rank 1.  Received rank 2, shape (2, 3)
    """
    rank = _whole_rank(rank)
    _check_rank(x, lambda found: found == rank, f"rank {rank}", message)


def assert_rank_at_least(x, rank, message=None, name=None):
    """Asserts that x has at least `rank` axes; ValueError otherwise."""
    rank = _whole_rank(rank)
    _check_rank(x, lambda found: found >= rank, f"rank at least {rank}", message)


def assert_rank_in(x, ranks, message=None, name=None):
    """Asserts that the number of axes of x is one of `ranks`; ValueError otherwise."""
    ranks = tuple([_whole_rank(rank) for rank in ranks])
    _check_rank(x, lambda found: found in ranks, f"rank in {ranks}", message)


def _whole_rank(rank):
    tensor = as_tensor(rank)
    if not tensor.dtype.is_integer:
        raise TypeError(f"A rank must be of type tf.int32; got {tensor.dtype!r}: {rank!r}.")
    if tensor.dims:
        raise ValueError(f"Rank must be a scalar, not {rank!r}.")
    return int(tensor)


def _check_rank(x, fits, wanted, message):
    dims = as_tensor(x).dims
    if not fits(len(dims)):
        raise ValueError(
            f"{_start(message)}Tensor must have {wanted}.  Received rank {len(dims)}, shape {dims}"
        )


def _start(message):
    return f"{message}.  " if message else ""


def assert_scalar(tensor, message=None, name=None):
    """Asserts that a tensor has no axes; ValueError otherwise.

    >>> tf.debugging.assert_scalar(3.0)
    """
    dims = as_tensor(tensor).dims
    if dims:
        raise ValueError(f"{_start(message)}Expected scalar shape, saw shape: {dims}.")


def assert_type(tensor, tf_type, message=None, name=None):
    """Asserts that a tensor has the dtype `tf_type`; TypeError otherwise.

    >>> tf.debugging.assert_type(tf.constant(1), tf.int32)
    """
    wanted = as_dtype(tf_type)
    found = tensor.dtype if hasattr(tensor, "dtype") else as_tensor(tensor).dtype
    if as_dtype(found) is not wanted:
        raise TypeError(f"{_start(message)}tensor must be of type {wanted!r}; got {found!r}")


def assert_integer(x, message=None, name=None):
    """Asserts that a tensor has an integer dtype; TypeError otherwise."""
    dtype = as_tensor(x).dtype
    if not dtype.is_integer:
        raise TypeError(
            f'{_start(message)}Expected "x" to be integer type.  Found: tensor of dtype {dtype!r}'
        )


def assert_same_float_dtype(tensors=None, dtype=None):
    """The floating dtype that all tensors have (and is `dtype` if given); ValueError if there is none such.

    >>> tf.debugging.assert_same_float_dtype([tf.constant(1.0), tf.constant(2.0)])
    tf.float32
    """
    wanted = None if dtype is None else as_dtype(dtype)
    for tensor in tensors or ():
        if wanted is None:
            wanted = tensor.dtype
        elif tensor.dtype is not wanted:
            raise ValueError(f"{tensor!s}, type={tensor.dtype!r}, must be of the same type ({wanted!r}).")
    wanted = wanted or float32
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted!r}.")
    return wanted


def assert_proper_iterable(values):
    """Asserts that `values` can be iterated over and is no tensor, array or string; TypeError otherwise.

    >>> tf.debugging.assert_proper_iterable([tf.constant(1.0)])
    """
    if isinstance(values, Tensor | Variable | str | bytes) or hasattr(values, "__array__"):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}')
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


def is_numeric_tensor(tensor):
    """Whether this is a tensor (or variable) of numbers.

    >>> tf.debugging.is_numeric_tensor(tf.constant(1)), tf.debugging.is_numeric_tensor(1)
    (True, False)
    """
    return isinstance(tensor, Tensor | Variable) and (
        tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_complex
    )
