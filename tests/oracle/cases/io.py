"""tf.io."""

import numpy as np

from tests.oracle.call import Call

TWO = np.array([b"abcd", b"efgh"], object)

CALLS = [
    Call("io.decode_raw", TWO, "int16"),
    Call("io.decode_raw", TWO, "int16", little_endian=False),
    Call("io.decode_raw", TWO, "uint8", fixed_length=6),
    Call("io.decode_raw", TWO, "bool"),
    Call("io.decode_raw", "abcdefgh", "float32"),
    Call("io.encode_base64", np.array([b"hello?>", b"a"], object)),
    Call("io.encode_base64", np.array([b"hello?>", b"a"], object), pad=True),
    Call("io.decode_base64", np.array([b"aGVsbG8", b"YQ=="], object)),
]

BAD_CALLS = [
    Call("io.decode_raw", np.array([b"abcd", b"ef"], object), "int16"),
    Call("io.decode_raw", "abc", "int16"),
    Call("io.decode_raw", TWO, "int16", fixed_length=3),
    Call("io.decode_raw", TWO, "string"),
    Call("io.decode_base64", "aGVsb*"),
]
