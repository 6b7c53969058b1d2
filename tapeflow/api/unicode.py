"""Strings as Unicode code points and characters, in several encodings."""

from tapeflow.api.ragged import RaggedTensor
from tapeflow.api.string_pieces import taken_apart
from tapeflow.core.dtypes import int32, int64, string
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.ops import unicode

__all__ = [
    "unicode_decode",
    "unicode_decode_with_offsets",
    "unicode_encode",
    "unicode_script",
    "unicode_split",
    "unicode_split_with_offsets",
    "unicode_transcode",
]

_REPLACEMENT = 0xFFFD


def _check(errors, replacement_char, op_name):
    if errors not in ("replace", "ignore", "strict"):
        raise invalid(f"errors must be 'replace', 'ignore' or 'strict'; got {errors!r}", op_name)
    if not 0 <= replacement_char <= 0x10FFFF:
        raise invalid(f"replacement_char out of unicode codepoint range: {replacement_char}", op_name)


def _written(encoding, op_name):
    if encoding not in unicode.CODECS:
        raise invalid(
            f"Value for attr 'output_encoding' of {encoding!r} is not in the list of allowed values: "
            f"{', '.join(unicode.CODECS)}",
            op_name,
        )
    return encoding


def _decoding(encoding, errors, replacement_char, replace_control_characters, known=unicode.CODECS):
    if encoding not in known:
        raise NotImplementedError(f"The encodings are {', '.join(known)}; got {encoding!r}.")
    _check(errors, replacement_char, "UnicodeDecode")
    return encoding, errors, int(replacement_char), bool(replace_control_characters)


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
      errors: what becomes of wrong bytes: "replace", "ignore" or "strict" (InvalidArgumentError).
      replacement_char: the code point that replaces them, U+FFFD by default.
      replace_control_characters: whether code points below 32 count as wrong.

    >>> tf.strings.unicode_decode("hé", "UTF-8").numpy()
    array([104, 233], dtype=int32)
    """
    decoding = _decoding(input_encoding, errors, replacement_char, replace_control_characters)
    return taken_apart(input, "code points", (decoding,), int32)


def unicode_decode_with_offsets(
    input,
    input_encoding,
    errors="replace",
    replacement_char=_REPLACEMENT,
    replace_control_characters=False,
    name=None,
):
    """`unicode_decode`, and at which byte of its string each code point begins, int64.

    >>> points, offsets = tf.strings.unicode_decode_with_offsets(["éa", "b"], "UTF-8")
    >>> points.to_list(), offsets.to_list()
    ([[233, 97], [98]], [[0, 2], [0]])
    """
    decoding = _decoding(input_encoding, errors, replacement_char, replace_control_characters)
    points = taken_apart(input, "code points", (decoding,), int32)
    return points, taken_apart(input, "offsets", (decoding,), int64)


def unicode_split(input, input_encoding, errors="replace", replacement_char=_REPLACEMENT, name=None):
    """The characters of each string, each in the encoding of the input; arguments as for `unicode_decode`.

    >>> tf.strings.unicode_split(["hé", "a"], "UTF-8").to_list()
    [[b'h', b'\\xc3\\xa9'], [b'a']]
    """
    return taken_apart(input, "characters", (_decoding(input_encoding, errors, replacement_char, False),))


def unicode_split_with_offsets(
    input, input_encoding, errors="replace", replacement_char=_REPLACEMENT, name=None
):
    """`unicode_split`, and at which byte of its string each character begins, int64.

    >>> tf.strings.unicode_split_with_offsets("éa", "UTF-8")[1].numpy()
    array([0, 2])
    """
    decoding = _decoding(input_encoding, errors, replacement_char, False)
    characters = taken_apart(input, "characters", (decoding,))
    return characters, taken_apart(input, "offsets", (decoding,), int64)


def unicode_encode(input, output_encoding, errors="replace", replacement_char=_REPLACEMENT, name=None):
    """The string that the code points, int32, along the last axis of a tensor or RaggedTensor make.

    output_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE"; errors: what becomes of numbers that are no characters:
    "replace" (by `replacement_char`), "ignore" or "strict" (InvalidArgumentError). ValueError for a scalar.

    >>> tf.strings.unicode_encode([[104, 233], [97, 98]], "UTF-8").numpy()
    array([b'h\\xc3\\xa9', b'ab'], dtype=object)
    """
    _check(errors, replacement_char, "UnicodeEncode")
    params = {
        "encoding": _written(output_encoding, "UnicodeEncode"),
        "errors": errors,
        "replacement": int(replacement_char),
    }
    return _encoded(input, params)


def _encoded(input, params):
    if isinstance(input, RaggedTensor):
        if len(input.values.shape) > 1:
            return input.with_values(_encoded(input.values, params))
        return unicode.encode_ragged(input.values, input.row_splits, **params)
    x = as_tensor(input, int32)
    if x.ndim == 0:
        raise ValueError("input_tensor's rank must be at least 1.")
    return unicode.encode_rows(x, **params)


def unicode_transcode(
    input,
    input_encoding,
    output_encoding,
    errors="replace",
    replacement_char=_REPLACEMENT,
    replace_control_characters=False,
    name=None,
):
    """Each string in another encoding; arguments as for `unicode_decode` and `unicode_encode`.

    input_encoding may be "US-ASCII" or "ISO-8859-1", too; NotImplementedError for others.

    >>> tf.strings.unicode_transcode("hé", "UTF-8", "UTF-16-BE").numpy()
    b'\\x00h\\x00\\xe9'
    """
    encoding = _written(output_encoding, "UnicodeTranscode")
    decoding = _decoding(
        input_encoding, errors, replacement_char, replace_control_characters, known=unicode.READ
    )
    return unicode.transcode(as_tensor(input, string), decoding=decoding, encoding=encoding)


def unicode_script(input, name=None):
    """The script of each code point, int32, by ICU's numbers: 25 is Latin, 14 Greek, 0 common; -1 if there is none.

    >>> tf.strings.unicode_script([ord("a"), 0x3B1, ord("1")]).numpy()
    array([25, 14,  0], dtype=int32)
    """
    return unicode.script(as_tensor(input, int32))
