"""Strings taken apart: a vector of pieces for one string, a ragged tensor for more."""

from math import prod

from tapeflow.api.ragged import RaggedTensor
from tapeflow.core.dtypes import string
from tapeflow.core.operands import as_tensor
from tapeflow.ops.string_pieces import string_pieces

__all__ = ["bytes_split", "split", "taken_apart"]


def taken_apart(input, way, settings, dtype=string):
    """The pieces of each string along a new last axis, cut in one of the ways of the op.

    ValueError for a tensor of another dtype.
    """
    if isinstance(input, RaggedTensor):
        return input.with_flat_values(taken_apart(input.flat_values, way, settings, dtype))
    x = as_tensor(input, string)
    result, lengths = string_pieces(x, way=way, settings=settings, dtype=dtype)
    if not x.dims:
        return result
    result = RaggedTensor.from_row_lengths(result, lengths, validate=False)
    for axis in range(len(x.dims) - 1, 0, -1):
        count = prod(x.dims[:axis])
        result = RaggedTensor.from_uniform_row_length(result, x.dims[axis], nrows=count)
    return result


def split(input, sep=None, maxsplit=-1, name=None):
    """The pieces of each string between separators: white space by default, else `sep`.

    `maxsplit` limits the number of cuts. One string gives a vector, a tensor of them a RaggedTensor.

    >>> tf.strings.split("to be  or").numpy()
    array([b'to', b'be', b'or'], dtype=object)
    >>> tf.strings.split(["a,b", "c"], sep=",").to_list()
    [[b'a', b'b'], [b'c']]
    """
    separator = (sep.encode() if isinstance(sep, str) else sep) or None
    return taken_apart(input, "split", (separator, maxsplit))


def bytes_split(input, name=None):
    """The bytes of each string.

    >>> tf.strings.bytes_split("abc").numpy()
    array([b'a', b'b', b'c'], dtype=object)
    """
    return taken_apart(input, "bytes", ())
