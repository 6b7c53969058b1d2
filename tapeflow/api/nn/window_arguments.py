"""The arguments of convolutions and poolings, made canonical: strides, dilations, window sizes, padding, layout."""

from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import InvalidArgumentError, UnimplementedError

_LAST = ("NWC", "NHWC", "NDHWC")
_FIRST = ("NCW", "NCHW", "NCDHW")


def is_channels_first(data_format, rank):
    """Whether the channels come before the `rank` spatial axes. The format may be None, meaning that they come last.

    One spatial axis may also be called by the formats of two. InvalidArgumentError for other formats.
    """
    if data_format is None or data_format == _LAST[rank - 1]:
        return False
    if data_format == _FIRST[rank - 1]:
        return True
    if rank == 1 and data_format in ("NHWC", "NCHW"):
        return data_format == "NCHW"
    raise InvalidArgumentError(
        None,
        None,
        f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed values: "
        f'"{_LAST[rank - 1]}", "{_FIRST[rank - 1]}"',
    )


def per_axis(value, rank, channels_first, name):
    """`value` (None: 1; a number; a list of 1, of `rank` or of `rank` + 2 of them) for batch, channels and each
    spatial axis, in the order of the layout. ValueError for other lengths, InvalidArgumentError for numbers below 1.
    """
    numbers = (1,) if value is None else int_tuple(value)
    count = len(numbers)
    if count == 1:
        numbers = numbers * rank
    elif count == rank + 2:
        if min(numbers) < 1:
            raise _not_positive(name, numbers)
        return numbers
    elif count != rank:
        lengths = f"1, {rank} or {rank + 2}" if rank > 1 else "1 or 3"
        raise ValueError(f"{name} should be of length {lengths}. Received: {name}={value} of length {count}")
    if min(numbers) < 1:
        raise _not_positive(name, numbers)
    return (1, 1, *numbers) if channels_first else (1, *numbers, 1)


def _not_positive(name, numbers):
    return InvalidArgumentError(
        None, None, f"{name} should be larger than 0. Received: {name}={list(numbers)}"
    )


def spatial(value, rank, channels_first, name):
    """`per_axis` without batch and channels, for which UnimplementedError is raised if they are not 1."""
    if type(value) is int and value > 0:
        return (value,) * rank
    numbers = per_axis(value, rank, channels_first, name)
    batch, *inner = numbers
    channels = inner.pop(0 if channels_first else -1)
    if batch != 1 or channels != 1:
        raise UnimplementedError(
            None,
            None,
            f"Current implementation does not yet support {name} in the batch and depth dimensions: "
            f"received {list(numbers)}",
        )
    return tuple(inner)


def padding_argument(padding, rank):
    """ "SAME", "VALID" or the margins of every axis, in the order of the layout, as pairs.

    InvalidArgumentError for other names and for negative margins, ValueError for a wrong number of pairs.
    """
    if padding == "SAME" or padding == "VALID":
        return padding
    if isinstance(padding, str):
        raise InvalidArgumentError(
            None,
            None,
            f'Value for attr \'padding\' of "{padding}" is not in the list of allowed values: "SAME", "VALID", '
            f"or a list of a pair of margins for each axis",
        )
    pairs = tuple([int_tuple(pair) for pair in padding])
    if len(pairs) != rank + 2:
        raise ValueError(
            f"When padding is a list, it must be of size {rank + 2}. Received: padding={padding} of size {len(pairs)}"
        )
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(
                f"Each margin in padding must be a pair [before, behind]. Received: padding={padding}"
            )
        if min(pair) < 0:
            raise InvalidArgumentError(
                None, None, f"All elements of explicit_paddings must be nonnegative. Received: {padding}"
            )
    return pairs


def spatial_padding(padding, rank, channels_first):
    """`padding_argument` for the spatial axes alone; the margins of the others must be zero."""
    if padding == "SAME" or padding == "VALID":
        return padding
    pairs = padding_argument(padding, rank)
    if isinstance(pairs, str):
        return pairs
    batch, *inner = pairs
    channels = inner.pop(0 if channels_first else -1)
    if any(batch) or any(channels):
        raise InvalidArgumentError(
            None,
            None,
            f"Nonzero explicit padding in the batch or depth dimensions is not supported. Received: {padding}",
        )
    return tuple(inner)


def names_as_string(padding, function):
    """Raises TypeError unless padding is a name."""
    if not isinstance(padding, str):
        raise TypeError(f"Expected string for argument 'padding' of '{function}' not {padding!r}.")
