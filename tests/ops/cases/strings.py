"""Strings."""

import numpy as np

from tapeflow.core import dtypes
from tapeflow.ops import fingerprints, strings, unicode
from tests.ops.case import Case, integers, normal


def words(*values):
    return np.array([value.encode() for value in values], object)


WORDS = words("Hello", " wörld ", "", "a1b22")
GRID = np.array([[b"a", b"b", b"c"], [b"d", b"e", b"f"]], object)

PIECES = {"skip": ("batch", "dtypes"), "reason": "rows of one kind and dtype"}

CASES = [
    Case(strings.string_length, WORDS, unit="BYTE", reference=lambda x: np.array([5, 8, 0, 5], np.int32)),
    Case(
        strings.string_length, WORDS, unit="UTF8_CHAR", reference=lambda x: np.array([5, 7, 0, 5], np.int32)
    ),
    Case(strings.string_lower, WORDS, encoding=""),
    Case(strings.string_upper, WORDS, encoding="utf-8"),
    Case(strings.string_strip, WORDS, reference=lambda x: words("Hello", "wörld", "", "a1b22")),
    Case(
        strings.regex_replace,
        WORDS,
        pattern=rb"\d+",
        rewrite=rb"<\0>",
        replace_global=True,
        reference=lambda x: words("Hello", " wörld ", "", "a<1>b<22>"),
    ),
    Case(strings.regex_full_match, WORDS, pattern=b"a.*", reference=lambda x: x == b"a1b22"),
    Case(strings.to_hash_bucket_fast, words("a", "b", "c"), num_buckets=10),
    Case(strings.to_hash_bucket_strong, WORDS, num_buckets=10, key=(1, -2)),
    Case(strings.to_hash_bucket, WORDS, num_buckets=10),
    Case(
        strings.string_to_number,
        words("1.5", " -2e3 ", "0x10"),
        dtype=dtypes.float64,
        reference=lambda x: np.array([1.5, -2000.0, 16.0]),
    ),
    Case(strings.as_string, integers(2, 3), form="%04d"),
    Case(strings.as_string, normal(2), form="%.2f"),
    Case(strings.string_join, GRID, GRID, separator=b"-", reference=lambda a, b: a + b"-" + b),
    Case(
        strings.reduce_join,
        GRID,
        axes=(0,),
        keepdims=False,
        separator=b"+",
        reference=lambda x: words("a+d", "b+e", "c+f"),
    ),
    Case(strings.reduce_join, GRID, axes=(1, 0), keepdims=True, separator=b""),
    Case(
        strings.substr,
        GRID + GRID,
        np.array([0, 1, 1]),
        np.array([1, 2, 0]),
        unit="BYTE",
        reference=lambda x, pos, len: np.array([[b"a", b"b", b""], [b"d", b"e", b""]], object),
    ),
    Case(
        strings.unsorted_segment_join,
        words("a", "b", "c"),
        np.array([1, 0, 1]),
        num_segments=3,
        separator=b",",
        reference=lambda x, ids: words("b", "a,c", ""),
    ),
    Case(
        strings.decode_raw,
        words("abcd", "efgh"),
        dtype=dtypes.int16,
        little_endian=True,
        size=None,
        reference=lambda x: np.array([[25185, 25699], [26213, 26727]], np.int16),
        skip="spec_unknown",
        reason="the length of the strings says how many numbers there are",
    ),
    Case(strings.encode_base64, WORDS, pad=True),
    Case(strings.decode_base64, words("aGk", "aGk="), reference=lambda x: words("hi", "hi")),
    Case(
        unicode.encode_rows,
        np.int32([[104, 233], [0xD800, 97]]),
        encoding="UTF-8",
        errors="replace",
        replacement=0xFFFD,
        reference=lambda x: words("hé", "\ufffda"),
        **PIECES,
    ),
    Case(
        unicode.encode_ragged,
        np.int32([104, 233, 97]),
        np.int64([0, 2, 2, 3]),
        encoding="UTF-8",
        errors="replace",
        replacement=0xFFFD,
        reference=lambda values, splits: words("hé", "", "a"),
        **PIECES,
    ),
    Case(
        unicode.transcode,
        WORDS,
        decoding=("UTF-8", "replace", 0xFFFD, False),
        encoding="UTF-16-BE",
        reference=lambda x: np.array([each.decode().encode("utf-16-be") for each in x], object),
    ),
    Case(unicode.script, np.int32([97, 945, 49, -1]), reference=lambda x: np.int32([25, 14, 0, -1])),
    Case(fingerprints.fingerprint, words("a", "b"), **PIECES),
]
