"""Strings taken apart: a vector of pieces for one string, a ragged tensor for more."""

from math import prod

from tapeflow.api.ragged import RaggedTensor
from tapeflow.core.dtypes import int32, string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.string_pieces import CODECS, string_pieces

__all__ = ["bytes_split", "split", "unicode_decode", "unicode_split"]

_REPLACEMENT = 0xFFFD


def _taken_apart(input, way, settings, dtype=string):
    """The pieces of each string along a new last axis, cut in one of the ways of the op.

    ValueError for a tensor of another dtype.
    """
    if isinstance(input, RaggedTensor):
        return input.with_flat_values(_taken_apart(input.flat_values, way, settings, dtype))
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
    return _taken_apart(input, "split", (separator, maxsplit))


def bytes_split(input, name=None):
    """The bytes of each string.

    >>> tf.strings.bytes_split("abc").numpy()
    array([b'a', b'b', b'c'], dtype=object)
    """
    return _taken_apart(input, "bytes", ())


def _check_decoding(encoding, errors, replacement_char, replace_control_characters):
    if encoding not in CODECS:
        raise NotImplementedError(f"The encodings are {', '.join(CODECS)}; got {encoding!r}.")
    if errors not in ("replace", "ignore", "strict"):
        raise InvalidArgumentError(
            None, None, f"errors must be 'replace', 'ignore' or 'strict'; got {errors!r} [Op:UnicodeDecode]"
        )
    if replacement_char != _REPLACEMENT or replace_control_characters:
        raise NotImplementedError(
            "Wrong bytes become U+FFFD: other replacements, and replacing control characters, are not supported."
        )


def unicode_decode(
    input,
    input_encoding,
    errors="replace",
    replacement_char=_REPLACEMENT,
    replace_control_characters=False,
    name=None,
):
    """The Unicode code points of each string, int32.

    Args:
      input_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE".
      errors: what becomes of wrong bytes: "replace" (U+FFFD), "ignore" or "strict" (InvalidArgumentError).

    >>> tf.strings.unicode_decode("hé", "UTF-8").numpy()
    array([104, 233], dtype=int32)
    """
    _check_decoding(input_encoding, errors, replacement_char, replace_control_characters)
    return _taken_apart(input, "code points", (input_encoding, errors), int32)


def unicode_split(input, input_encoding, errors="replace", replacement_char=_REPLACEMENT, name=None):
    """The characters of each string, each in the encoding of the input; arguments as for `unicode_decode`.

    >>> tf.strings.unicode_split(["hé", "a"], "UTF-8").to_list()
    [[b'h', b'\\xc3\\xa9'], [b'a']]
    """
    _check_decoding(input_encoding, errors, replacement_char, False)
    return _taken_apart(input, "characters", (input_encoding, errors))
