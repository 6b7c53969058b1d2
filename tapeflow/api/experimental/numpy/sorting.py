"""Elements in order, and the differences of neighbours."""

from tapeflow.api import arrays, math
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import keeps_weakness, tensor_of
from tapeflow.api.experimental.numpy.promotion import settings
from tapeflow.core import dtypes as types

__all__ = ["argsort", "diff", "sort"]


def _check(kind, kinds, order):
    if kind not in kinds:
        words = " and ".join(f'kind="{each}"' for each in kinds)
        raise ValueError(
            f"Invalid value for argument `kind`. Only {words} {'is' if len(kinds) == 1 else 'are'} supported. "
            f"Received: kind={kind}"
        )
    if order is not None:
        raise ValueError("The `order` argument is not supported. Pass order=None")


def argsort(a, axis=-1, kind="quicksort", order=None):
    """The places of the elements along an axis in ascending order; with None, of all in a row.

    Raises ValueError for another kind than "quicksort" and "stable", TypeError for complex numbers.
    """
    _check(kind, ("quicksort", "stable"), order)
    a = tensor_of(a)
    if a.dtype.is_complex:
        raise TypeError(f"argsort does not support complex64/complex128 dtypes. Received dtype: {a.dtype}")
    dtype = types.int32 if settings.is_automatic else types.int64
    if not a.ndim:
        return tensor_of([0], dtype)
    if axis is None:
        a, axis = arrays.reshape(a, [-1]), 0
    return cast(arrays.argsort(a, axis, stable=kind == "stable"), dtype)


@keeps_weakness
def sort(a, axis=-1, kind="quicksort", order=None):
    """The elements along an axis in ascending order; with None, all in a row. ValueError for another kind."""
    _check(kind, ("quicksort",), order)
    a = tensor_of(a)
    return arrays.sort(arrays.reshape(a, [-1]), 0) if axis is None else arrays.sort(a, axis)


@keeps_weakness
def diff(a, n=1, axis=-1):
    """The differences of neighbours along an axis, `n` times; of bools, whether they differ.

    >>> tf.experimental.numpy.diff([1, 4, 9]).numpy()
    array([3, 5])
    """
    a = tensor_of(a)
    if (axis + a.ndim if axis < 0 else axis) >= a.ndim:
        raise ValueError(
            f"Argument `axis` (received axis={axis}) is out of bounds for input {a} of rank {a.ndim}."
        )
    if n < 0:
        raise ValueError(f"Argument `order` must be a non-negative integer. Received: axis={n}")
    before, after = [slice(None)] * a.ndim, [slice(None)] * a.ndim
    before[axis], after[axis] = slice(None, -1), slice(1, None)
    function = math.not_equal if a.dtype is types.bool else math.subtract
    for _ in range(n):
        a = function(a[tuple(after)], a[tuple(before)])
    return a
