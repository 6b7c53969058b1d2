"""Strings taken apart: a vector of pieces for one string, a ragged tensor for more."""

import numpy as np

from tapeflow.api.ragged import RaggedTensor
from tapeflow.core.dtypes import int32, string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = ["bytes_split", "split", "unicode_decode", "unicode_split"]

_ENCODINGS = {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}
_REPLACEMENT = 0xFFFD


def _taken_apart(input, pieces, dtype=string):
    """The pieces of each string along a new last axis; `pieces` is a function from bytes to a list.

    ValueError for a tensor of another dtype.
    """
    if isinstance(input, RaggedTensor):
        return input.with_flat_values(_taken_apart(input.flat_values, pieces, dtype))
    x = as_tensor(input, string)
    rows = [pieces(each) for each in np.asarray(x).reshape(-1).tolist()]
    values = np.empty(sum(map(len, rows)), dtype.array_dtype)
    values[:] = [piece for row in rows for piece in row]
    result = as_tensor(values, dtype)
    if not x.dims:
        return result
    result = RaggedTensor.from_row_lengths(result, np.array([len(row) for row in rows], np.int64))
    for axis in range(len(x.dims) - 1, 0, -1):
        count = int(np.prod(x.dims[:axis]))
        result = RaggedTensor.from_row_lengths(result, np.full(count, x.dims[axis], np.int64))
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
    return _taken_apart(input, lambda data: data.split(separator, maxsplit))


def bytes_split(input, name=None):
    """The bytes of each string.

    >>> tf.strings.bytes_split("abc").numpy()
    array([b'a', b'b', b'c'], dtype=object)
    """
    return _taken_apart(input, lambda data: [data[place : place + 1] for place in range(len(data))])


def _decoder(encoding, errors, replacement_char, replace_control_characters):
    if encoding not in _ENCODINGS:
        raise NotImplementedError(f"The encodings are {', '.join(_ENCODINGS)}; got {encoding!r}.")
    if errors not in ("replace", "ignore", "strict"):
        raise InvalidArgumentError(
            None, None, f"errors must be 'replace', 'ignore' or 'strict'; got {errors!r} [Op:UnicodeDecode]"
        )
    if replacement_char != _REPLACEMENT or replace_control_characters:
        raise NotImplementedError(
            "Wrong bytes become U+FFFD: other replacements, and replacing control characters, are not supported."
        )

    def decode(data):
        try:
            return data.decode(_ENCODINGS[encoding], errors)
        except UnicodeDecodeError:
            raise InvalidArgumentError(
                None, None, f"Invalid formatting on input string {data!r} [Op:UnicodeDecode]"
            ) from None

    return decode


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
    decode = _decoder(input_encoding, errors, replacement_char, replace_control_characters)
    return _taken_apart(input, lambda data: [ord(each) for each in decode(data)], int32)


def unicode_split(input, input_encoding, errors="replace", replacement_char=_REPLACEMENT, name=None):
    """The characters of each string, each in the encoding of the input; arguments as for `unicode_decode`.

    >>> tf.strings.unicode_split(["hé", "a"], "UTF-8").to_list()
    [[b'h', b'\\xc3\\xa9'], [b'a']]
    """
    decode = _decoder(input_encoding, errors, replacement_char, False)
    encoding = _ENCODINGS[input_encoding]
    return _taken_apart(input, lambda data: [each.encode(encoding) for each in decode(data)])
