"""tf.strings: functions of tensors of byte strings."""

from tapeflow.api.printing import tensor_text
from tapeflow.api.ragged import RaggedTensor
from tapeflow.api.string_ngrams import ngrams
from tapeflow.api.string_pieces import bytes_split, split
from tapeflow.api.unicode import (
    unicode_decode,
    unicode_decode_with_offsets,
    unicode_encode,
    unicode_script,
    unicode_split,
    unicode_split_with_offsets,
    unicode_transcode,
)
from tapeflow.core import dtypes
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops import strings

__all__ = [
    "as_string",
    "bytes_split",
    "format",
    "join",
    "length",
    "lower",
    "ngrams",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "split",
    "strip",
    "substr",
    "to_hash_bucket",
    "to_hash_bucket_fast",
    "to_hash_bucket_strong",
    "to_number",
    "unicode_decode",
    "unicode_decode_with_offsets",
    "unicode_encode",
    "unicode_script",
    "unicode_split",
    "unicode_split_with_offsets",
    "unicode_transcode",
    "unsorted_segment_join",
    "upper",
]

_string = dtypes.string


def as_strings(value, type_name):
    """`value` as a string tensor. TypeError for Python values of another kind, InvalidArgumentError for
    tensors.
    """
    tensor = value if isinstance(value, Tensor) else as_tensor(value, _string)
    if tensor._dtype is not _string:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute {type_name} as input #0(zero-based) was expected to be a string tensor but is a "
            f"{tensor._dtype.name} tensor [Op:{type_name}]",
        )
    return tensor


def _bytes(value, what):
    """The bytes in a string, bytes object or scalar string tensor."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    tensor = as_strings(value, what)
    if tensor.dims:
        raise InvalidArgumentError(None, None, f"{what} must be scalar, but received {list(tensor.dims)}")
    return tensor.numpy()


def _separator(value):
    if not isinstance(value, str | bytes):
        raise TypeError(f"Expected string for argument 'separator' not {value!r}.")
    return value.encode() if isinstance(value, str) else value


def _check_unit(unit):
    if unit not in ("BYTE", "UTF8_CHAR"):
        raise InvalidArgumentError(
            None,
            None,
            f'Value for attr \'unit\' of "{unit}" is not in the list of allowed values: "BYTE", "UTF8_CHAR"',
        )


def length(input, unit="BYTE", name=None):
    """The length of each string, int32: in bytes, or with the unit "UTF8_CHAR" in Unicode code points.

    >>> tf.strings.length(["tape", "flöw"], unit="UTF8_CHAR").numpy()
    array([4, 4], dtype=int32)
    """
    _check_unit(unit)
    return strings.string_length(as_strings(input, "StringLength"), unit=unit)


def lower(input, encoding="", name=None):
    """Each string in lower case: ASCII letters only, or with the encoding "utf-8" all.

    Raises InvalidArgumentError for other encodings.

    >>> tf.strings.lower("TapeFlow").numpy()
    b'tapeflow'
    """
    return strings.string_lower(as_strings(input, "StringLower"), encoding=_encoding(encoding, "StringLower"))


def upper(input, encoding="", name=None):
    """Each string in upper case: ASCII letters only, or with the encoding "utf-8" all.

    >>> tf.strings.upper("TapeFlow").numpy()
    b'TAPEFLOW'
    """
    return strings.string_upper(as_strings(input, "StringUpper"), encoding=_encoding(encoding, "StringUpper"))


def _encoding(encoding, type_name):
    if encoding not in ("", "utf-8"):
        raise InvalidArgumentError(
            None, None, f"only utf-8 or '' (no encoding) is supported, received {encoding} [Op:{type_name}]"
        )
    return encoding


def strip(input, name=None):
    """Each string without the white space at its ends.

    >>> tf.strings.strip([" a b ", "c"]).numpy()
    array([b'a b', b'c'], dtype=object)
    """
    return strings.string_strip(as_strings(input, "StringStrip"))


def substr(input, pos, len, unit="BYTE", name=None):
    """`len` bytes (or code points, with the unit "UTF8_CHAR") of each string from `pos` on.

    A negative `pos` counts from the end. `pos` and `len` have one shape, which is broadcast with that of
    `input`. Raises InvalidArgumentError for positions outside a string.

    >>> tf.strings.substr(["hello", "world"], 1, 3).numpy()
    array([b'ell', b'orl'], dtype=object)
    """
    _check_unit(unit)
    pos = as_tensor(pos)
    len = as_tensor(len, None if hasattr(len, "dtype") else pos._dtype)
    return strings.substr(as_strings(input, "Substr"), pos, len, unit=unit)


def regex_replace(input, pattern, rewrite, replace_global=True, name=None):
    r"""Each string with the matches of an RE2 pattern replaced: all, or only the first.

    `\0` in `rewrite` stands for the match, `\1` to `\9` for groups. Raises InvalidArgumentError for a wrong
    pattern. See https://github.com/google/re2/wiki/Syntax; scripts such as \p{Greek} raise
    NotImplementedError.

    >>> tf.strings.regex_replace("a1b22", r"(\d+)", r"<\1>").numpy()
    b'a<1>b<22>'
    """
    return strings.regex_replace(
        as_strings(input, "RegexReplace"),
        pattern=_bytes(pattern, "Pattern"),
        rewrite=_bytes(rewrite, "Rewrite"),
        replace_global=bool(replace_global),
    )


def regex_full_match(input, pattern, name=None):
    """Whether an RE2 pattern matches the whole of each string, bool.

    >>> tf.strings.regex_full_match(["abc", "abcd"], "a.c").numpy()
    array([ True, False])
    """
    return strings.regex_full_match(as_strings(input, "RegexFullMatch"), pattern=_bytes(pattern, "Pattern"))


def join(inputs, separator="", name=None):
    """Strings of several tensors of one shape joined place by place; scalars go with every place.

    Raises InvalidArgumentError for different shapes.

    >>> tf.strings.join([["a", "b"], ["c", "d"]], separator="-").numpy()
    array([b'a-c', b'b-d'], dtype=object)
    """
    if isinstance(inputs, str | bytes):
        raise TypeError(f"Expected list for 'inputs' argument to 'string_join' Op, not {inputs!r}.")
    separator = _separator(separator)
    values = [as_strings(each, "StringJoin") for each in inputs]
    if not values:
        return as_tensor("")
    return strings.string_join(*values, separator=separator)


def reduce_join(inputs, axis=None, keepdims=False, separator="", name=None):
    """Strings along one or more axes (default: all) joined; with several axes the first named turns fastest.

    Raises OutOfRangeError for an axis that there is not, InvalidArgumentError for one named twice.

    >>> tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=0, separator="-").numpy()
    array([b'a-c', b'b-d'], dtype=object)
    """
    if isinstance(inputs, list | tuple) and not inputs:
        inputs = as_tensor(inputs)
    x = as_strings(inputs, "ReduceJoin")
    rank = len(x.dims)
    axes = tuple(range(rank))[::-1] if axis is None else strings.canonical_join_axes(int_tuple(axis), rank)
    if not axes:
        return x
    return strings.reduce_join(x, axes=axes, keepdims=bool(keepdims), separator=_separator(separator))


def unsorted_segment_join(inputs, segment_ids, num_segments, separator="", name=None):
    """The strings of each segment joined in their order: segment i are the rows with the id i.

    Raises InvalidArgumentError for ids outside of 0 to `num_segments - 1`.

    >>> tf.strings.unsorted_segment_join(["a", "b", "c"], [1, 0, 1], 2, separator="-").numpy()
    array([b'b', b'a-c'], dtype=object)
    """
    return strings.unsorted_segment_join(
        as_strings(inputs, "UnsortedSegmentJoin"),
        as_tensor(segment_ids),
        num_segments=int(num_segments),
        separator=_separator(separator),
    )


_NUMBERS = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.uint32, dtypes.uint64)


def to_number(input, out_type=dtypes.float32, name=None):
    """The number that each string writes, of `out_type`: float32, float64, int32, int64, uint32 or uint64.

    White space around it does not matter. Raises InvalidArgumentError for text that is no number of that
    type.

    >>> tf.strings.to_number(["1.5", " 1e3 "]).numpy()
    array([   1.5, 1000. ], dtype=float32)
    """
    dtype = dtypes.as_dtype(out_type)
    if dtype not in _NUMBERS:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'out_type' of {dtype.name} is not in the list of allowed values: float, double, "
            "int32, int64, uint32, uint64",
        )
    return strings.string_to_number(as_strings(input, "StringToNumber"), dtype=dtype)


_FLAGS = ("", " ", "+", "-", "0", "#")


def as_string(input, precision=-1, scientific=False, shortest=False, width=-1, fill="", name=None):
    """Each element as text.

    Args:
      input: a tensor of numbers, bools or strings.
      precision: digits after the point of floating and complex numbers; -1: six.
      scientific, shortest: write them as 1.5e+00, or in the shorter of both ways (not both).
      width: to which the text is filled up.
      fill: a flag of C's printf: "0", "-" (to the left), " " or "+" (before positive numbers), "#".

    Raises InvalidArgumentError for other flags, and for a precision or notation of other dtypes.

    >>> tf.strings.as_string([1, 20], width=4, fill="0").numpy()
    array([b'0001', b'0020'], dtype=object)
    >>> tf.strings.as_string(3.14159, precision=2).numpy()
    b'3.14'
    """
    x = as_tensor(input)
    dtype = x._dtype
    fractional = dtype.is_floating or dtype.is_complex or dtype is _string
    if scientific and shortest:
        raise _as_string_error("Cannot select both scientific and shortest notation")
    if not fractional and (scientific or shortest):
        raise _as_string_error(f"scientific and shortest format not supported for datatype {dtype.name}")
    if not fractional and precision >= 0:
        raise _as_string_error(f"precision not supported for datatype {dtype.name}")
    if len(fill) > 1:
        raise _as_string_error("Fill string must be one or fewer characters")
    if fill not in _FLAGS:
        raise _as_string_error(f'Fill argument not supported: "{fill}"')
    letter = (
        "s"
        if dtype is _string
        else "d"
        if not fractional
        else "e"
        if scientific
        else "g"
        if shortest
        else "f"
    )
    digits = f".{precision}" if precision >= 0 and letter in "efg" else ""
    return strings.as_string(x, form=f"%{fill}{width if width >= 0 else ''}{digits}{letter}")


def _as_string_error(message):
    return InvalidArgumentError(None, None, f"{message} [Op:AsString]")


def format(template, inputs, placeholder="{}", summarize=3, name=None):
    """A scalar string: the template with each placeholder replaced by the text of a tensor.

    Args:
      template: a string.
      inputs: a tensor or RaggedTensor, or a list of as many as there are placeholders, else ValueError is raised.
      summarize: how many elements are shown at both ends of each axis; -1: all.

    >>> tf.strings.format("x: {}", tf.range(10)).numpy()
    b'x: [0 1 2 ... 7 8 9]'
    """
    inputs = inputs if isinstance(inputs, list | tuple) else [inputs]
    count = template.count(placeholder)
    if count != len(inputs):
        raise ValueError(
            f"The template expects {count} tensors, but the inputs only has {len(inputs)}. Please ensure the "
            "number of placeholders in template matches inputs length."
        )
    texts = [
        _ragged_text(each, summarize)
        if isinstance(each, RaggedTensor)
        else tensor_text(as_tensor(each), summarize, quote=True)
        for each in inputs
    ]
    pieces = template.split(placeholder)
    text = "".join(piece + text for piece, text in zip(pieces, [*texts, ""], strict=True))
    return as_tensor(text.encode(errors="surrogateescape"))


def _ragged_text(ragged, summarize):
    """A ragged tensor as Python would write it, with numbers as `as_string` writes them."""
    if summarize != -1 and not (isinstance(summarize, int) and summarize > 0):
        raise ValueError(f"Expected summarize to be -1 or a positive int, got {summarize!r}")
    flat = ragged.flat_values
    if flat.dtype is _string:
        flat = join(["'", regex_replace(flat, r"(['\\])", r"\\\1"), "'"])
    else:
        flat = as_string(flat)
    return _listed_text(ragged.with_flat_values(flat).to_list(), summarize)


def _listed_text(value, summarize):
    if isinstance(value, bytes):
        return value.decode(errors="surrogateescape")
    if summarize != -1 and len(value) > 2 * summarize:
        texts = [_listed_text(each, summarize) for each in (*value[:summarize], *value[-summarize:])]
        texts.insert(summarize, "...")
    else:
        texts = [_listed_text(each, summarize) for each in value]
    return f"[{', '.join(texts)}]"


def _buckets(num_buckets, type_name):
    if num_buckets < 1:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'num_buckets' of {num_buckets} must be at least minimum 1 [Op:{type_name}]",
        )
    return int(num_buckets)


def to_hash_bucket_fast(input, num_buckets, name=None):
    """The FarmHash fingerprint of each string modulo `num_buckets`, int64.

    >>> tf.strings.to_hash_bucket_fast(["Hello", "TensorFlow", "2.x"], 3).numpy()
    array([0, 2, 2])
    """
    x = as_strings(input, "StringToHashBucketFast")
    return strings.to_hash_bucket_fast(x, num_buckets=_buckets(num_buckets, "StringToHashBucketFast"))


def to_hash_bucket_strong(input, num_buckets, key, name=None):
    """SipHash of each string under a `key` of two integers, modulo `num_buckets`, int64.

    Who does not know the key cannot choose strings that meet in one bucket.

    >>> tf.strings.to_hash_bucket_strong(["Hello", "TF"], 3, [1, 2]).numpy()
    array([2, 0])
    """
    x = as_strings(input, "StringToHashBucketStrong")
    if len(key) != 2:
        raise InvalidArgumentError(None, None, "Key must have 2 elements [Op:StringToHashBucketStrong]")
    key = tuple([int(word) for word in key])
    num_buckets = _buckets(num_buckets, "StringToHashBucketStrong")
    return strings.to_hash_bucket_strong(x, num_buckets=num_buckets, key=key)


def to_hash_bucket(input, num_buckets, name=None):
    """MurmurHash of each string modulo `num_buckets`, int64; `to_hash_bucket_fast` spreads better.

    >>> tf.strings.to_hash_bucket("a", 5).numpy()
    np.int64(3)
    """
    x = as_strings(input, "StringToHashBucket")
    return strings.to_hash_bucket(x, num_buckets=_buckets(num_buckets, "StringToHashBucket"))
