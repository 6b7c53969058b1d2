"""From what users pass as axes and shapes to the canonical parameters of ops: non-negative ints in tuples."""

from tapeflow.core.errors import InvalidArgumentError


def canonical_axis(axis, rank, what="axis"):
    """`axis` as an int in [0, rank); InvalidArgumentError if it is out of [-rank, rank)."""
    axis = int(axis)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None, None, f"{what} = {axis} is out of range: expected a value in [{-rank}, {rank}) for rank {rank}."
        )
    return axis + rank if axis < 0 else axis


def reduction_axes(axis, rank):
    """The sorted axes that `axis` (None: all; an int; a list or tensor of ints) names."""
    if axis is None:
        return tuple(range(rank))
    axes = []
    for each in int_tuple(axis):
        if not -rank <= each < rank:
            raise InvalidArgumentError(
                None, None, f"Invalid reduction dimension {each} for input with {rank} dimension(s)"
            )
        axes.append(each % rank)
    return tuple(sorted(set(axes)))


def int_tuple(value):
    """A tuple of ints from an int, or from a list, array, tensor or TensorShape of them."""
    if isinstance(value, int):
        return (value,)
    array = getattr(value, "_array", None)
    if array is not None:
        return tuple(array.reshape(-1).tolist())
    try:
        return tuple([int(each) for each in value])
    except TypeError:
        return (int(value),)
