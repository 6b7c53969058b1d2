"""tf.strings."""

import numpy as np

from tests.oracle.call import Call, integers, normal


def words(*values):
    return np.array([value.encode() for value in values], object)


WORDS = words("Hello", " wörld\t", "", "a1b22")
GRID = np.array([[b"a", b"b", b"c"], [b"d", b"e", b"f"]], object)
LONG = words(*["tapeflow " * count for count in range(12)])

ODD = np.array([b"h\xc3\xa9\x01l", b"\xff\xe2\x82x", b"\xf0\x9f\x98\x80!", b"", b"\xed\xa0\x80"], object)
WIDE = np.array([b"\xd8\x3d\xde\x00\x00a", b"\xde\x00\x00b\x00"], object)
POINTS = np.array([[104, 233, 0x1F600], [0xD800, 0x110000, 98], [-5, 0xFFFE, 0xFDD0]], "int32")
WAYS = [
    {},
    {"errors": "ignore"},
    {"errors": "replace", "replacement_char": 63},
    {"errors": "replace", "replacement_char": 0x1F600},
]


def _ragged_encoded(tf, points, **options):
    rows = tf.RaggedTensor.from_row_lengths(points, [2, 0, 1])
    deep = tf.RaggedTensor.from_row_lengths(rows, [1, 2])
    return [tf.strings.unicode_encode(each, "UTF-16-BE", **options) for each in (rows, deep)]


CALLS = [
    *[
        Call(f"strings.{name}", *arguments, **options)
        for options in WAYS
        for name, *arguments in (
            ("unicode_decode", ODD, "UTF-8"),
            ("unicode_decode_with_offsets", ODD, "UTF-8"),
            ("unicode_decode_with_offsets", WIDE, "UTF-16-BE"),
            ("unicode_split_with_offsets", ODD, "UTF-8"),
            ("unicode_split", ODD[0], "UTF-8"),
            ("unicode_encode", POINTS, "UTF-8"),
            ("unicode_encode", POINTS[0], "UTF-32-BE"),
            ("unicode_transcode", ODD, "UTF-8", "UTF-16-BE"),
            ("unicode_transcode", WIDE, "UTF-16-BE", "UTF-8"),
            ("unicode_transcode", ODD, "US-ASCII", "UTF-8"),
        )
    ],
    Call("strings.unicode_decode", ODD, "UTF-8", replace_control_characters=True),
    Call("strings.unicode_transcode", ODD, "UTF-8", "UTF-8", "ignore", replace_control_characters=True),
    Call("strings.unicode_transcode", ODD, "ISO-8859-1", "UTF-8"),
    Call(_ragged_encoded, POINTS[0], name="strings.unicode_encode"),
    Call("strings.unicode_script", np.arange(-2, 0x110002, 7, dtype="int32")),
    Call("strings.length", WORDS),
    Call("strings.length", WORDS, unit="UTF8_CHAR"),
    Call("strings.length", "abc"),
    Call("strings.lower", WORDS),
    Call("strings.lower", words("ÀÉ", "ΑΣ", "İ"), encoding="utf-8"),
    Call("strings.upper", WORDS),
    Call("strings.upper", words("àé", "ß", "ŉ"), encoding="utf-8"),
    Call("strings.strip", WORDS),
    Call("strings.substr", WORDS[[0, 1, 3]], 1, 2),
    Call("strings.substr", WORDS[[0, 1, 3]], -3, 2),
    Call("strings.substr", GRID, integers(3, low=0, high=1), integers(3, low=1, high=2)),
    Call("strings.substr", "hello", 1, -1),
    Call("strings.substr", "héllo", 1, 2, unit="UTF8_CHAR"),
    Call("strings.regex_replace", WORDS, r"(\d+)", r"<\1>"),
    Call("strings.regex_replace", WORDS, "[[:alpha:]]", "x", replace_global=False),
    Call("strings.regex_replace", WORDS, r"\pL", "x"),
    Call("strings.regex_replace", "axb", "x*", "-"),
    Call("strings.regex_full_match", WORDS, "a.*"),
    Call("strings.join", [GRID, GRID], separator="-"),
    Call("strings.join", ["x", GRID]),
    Call("strings.reduce_join", GRID),
    Call("strings.reduce_join", GRID, axis=0, separator="+"),
    Call("strings.reduce_join", GRID, axis=[1, 0]),
    Call("strings.reduce_join", GRID, axis=-1, keepdims=True),
    Call("strings.unsorted_segment_join", GRID, integers(2, low=0, high=2), 3, separator=","),
    Call("strings.unsorted_segment_join", GRID[0], integers(3, low=0, high=2), 2),
    Call("strings.to_number", words("1.5", " 1e3 ", "-inf", "0x1F")),
    Call("strings.to_number", words("12", " -7 ", "+3"), out_type="int32"),
    Call("strings.to_number", words("12345678901", "0"), out_type="int64"),
    Call("strings.as_string", normal(2, 3)),
    Call("strings.as_string", normal(3, dtype="float64"), precision=3, width=9),
    Call("strings.as_string", normal(3), scientific=True),
    Call("strings.as_string", normal(3), shortest=True),
    Call("strings.as_string", np.array([np.nan, np.inf, -1.5]), fill="0", width=8),
    Call("strings.as_string", integers(4)),
    Call("strings.as_string", integers(4), fill="0", width=5),
    Call("strings.as_string", integers(4), fill="-", width=5),
    Call("strings.as_string", np.array([True, False])),
    Call("strings.as_string", np.array([1 + 2j]), precision=1),
    Call("strings.as_string", WORDS, width=6),
    Call("strings.format", "{} and {}", [integers(3), normal(2, 2, dtype="float64")]),
    Call("strings.format", "{}", integers(10)),
    Call("strings.format", "{}", WORDS),
    Call("strings.format", "{}", np.array(b'"quoted"', object)),
    Call("strings.split", "to be  or"),
    Call("strings.split", "a,b,,c", sep=",", maxsplit=2),
    Call("strings.split", words("to be", "", " or not")),
    Call("strings.split", GRID, sep="b"),
    Call("strings.split", words("a,,b", ""), sep=","),
    Call("strings.bytes_split", "abc"),
    Call("strings.bytes_split", words("abc", "", "d")),
    Call("strings.unicode_split", "hé", "UTF-8"),
    Call("strings.unicode_split", words("hé", "", "a€"), "UTF-8"),
    Call("strings.unicode_decode", words("hé", "", "a€"), "UTF-8"),
    Call("strings.unicode_decode", np.array([b"a\xffb"], object), "UTF-8"),
    Call("strings.unicode_decode", np.array([b"a\xffb"], object), "UTF-8", errors="ignore"),
    Call("strings.to_hash_bucket_fast", LONG, 1000003),
    Call("strings.to_hash_bucket_strong", LONG, 1000003, [1, 2**62]),
    Call("strings.to_hash_bucket", LONG, 1000003),
]

BAD_CALLS = [
    Call("strings.unicode_encode", POINTS, "UTF-8", "strict"),
    Call("strings.unicode_encode", POINTS, "UTF-7"),
    Call("strings.unicode_encode", POINTS, "UTF-8", "wrong"),
    Call("strings.unicode_encode", POINTS[0, 0], "UTF-8"),
    Call("strings.unicode_encode", POINTS, "UTF-8", replacement_char=0x110000),
    Call("strings.unicode_transcode", ODD, "UTF-8", "UTF-8", "strict"),
    Call("strings.unicode_transcode", ODD, "UTF-8", "LATIN"),
    Call("strings.unicode_decode_with_offsets", ODD, "UTF-8", "strict"),
    Call("strings.length", integers(3)),
    Call("strings.length", 3),
    Call("strings.length", "a", unit="X"),
    Call("strings.lower", "a", encoding="latin"),
    Call("strings.substr", WORDS, 7, 2),
    Call("strings.substr", GRID, [0, 1], 1),
    Call("strings.regex_replace", "a", "(", "b"),
    Call("strings.regex_replace", "a", "a(?=b)", "b"),
    Call("strings.join", [GRID, WORDS]),
    Call("strings.join", "abc"),
    Call("strings.reduce_join", GRID, axis=2),
    Call("strings.reduce_join", GRID, axis=[0, 0]),
    Call("strings.unsorted_segment_join", GRID, np.array([0, 5]), 3),
    Call("strings.to_number", WORDS),
    Call("strings.to_number", "1.5", out_type="int32"),
    Call("strings.to_number", "2147483648", out_type="int32"),
    Call("strings.to_number", "1", out_type="int8"),
    Call("strings.as_string", normal(2), scientific=True, shortest=True),
    Call("strings.as_string", integers(2), precision=2),
    Call("strings.as_string", integers(2), fill="x"),
    Call("strings.as_string", integers(2), fill="xx"),
    Call("strings.format", "{} {}", integers(2)),
    Call("strings.unicode_decode", np.array([b"a\xffb"], object), "UTF-8", errors="strict"),
    Call("strings.split", integers(2)),
    Call("strings.to_hash_bucket_fast", "a", 0),
    Call("strings.to_hash_bucket_strong", "a", 5, [1]),
]
