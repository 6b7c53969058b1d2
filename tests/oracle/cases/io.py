"""tf.io."""

import numpy as np

from tests.oracle.call import Call, integers, normal

TWO = np.array([b"abcd", b"efgh"], object)

PLACES = [[0, 1], [2, 0], [2, 3]]


def _many(tf, values, **options):
    """There and back, with sizes of their own for each row."""
    sparse = tf.SparseTensor(PLACES, values, [3, 4])
    rows = tf.io.serialize_many_sparse(sparse)
    return rows[1], tf.io.deserialize_many_sparse(rows[1:], values.dtype, **options)


def _single(tf, values):
    longer = tf.io.serialize_sparse(tf.SparseTensor([[1], [6]], values[:2], [7]))
    shorter = tf.io.serialize_sparse(tf.SparseTensor([[0]], values[2:], [2]))
    return longer, tf.io.deserialize_many_sparse([longer, shorter], values.dtype, rank=2)


def _deserialized(tf, dtype, strings, **options):
    rows = tf.io.serialize_many_sparse(tf.SparseTensor(PLACES, [1, 2, 3], [3, 4]))
    return tf.io.deserialize_many_sparse(strings(tf, rows), dtype, **options)


def _proto(value, **options):
    """The bytes of a message and what is read from it."""

    def call(tf):
        arguments = {key: tf.as_dtype(each) if key == "dtype" else each for key, each in options.items()}
        message = tf.make_tensor_proto(value, **arguments)
        return message.SerializeToString(), tf.constant(tf.make_ndarray(message))

    return Call(call, name="make_tensor_proto")


CALLS = [
    Call("fingerprint", normal(3, 2)),
    Call("fingerprint", integers(2, 3, 2, dtype="uint8")),
    Call("fingerprint", TWO),
    Call("fingerprint", np.stack([TWO, TWO[::-1], TWO])),
    Call("fingerprint", np.zeros((2, 0), "float32")),
    Call("ragged_fill_empty_rows", np.array([0, 2, 2, 5]), normal(4), np.array(7), -1.0, grad=False),
    Call("ragged_fill_empty_rows", np.array([1, 0]), integers(2), 3, 9),
    Call(_many, normal(3), name="io.serialize_many_sparse", grad=False),
    Call(_many, np.array([b"a", b"b", b"c"], object), rank=2, name="io.deserialize_many_sparse"),
    Call(_single, integers(3), name="io.serialize_sparse"),
    *[
        _proto(value)
        for value in (1, 2.5, "word", True, [1, 2, 3], [[1.5], [2.5]], ["a", b"b"], 1 + 2j, [True, False], [])
    ],
    *[
        _proto([1, 2, 3], dtype=dtype)
        for dtype in ("int8", "uint16", "int64", "float16", "float64", "complex64", "uint32", "uint64")
    ],
    _proto(np.float16(1.5)),
    _proto(np.array([[1, 2], [3, 4]], "float64")),
    _proto([1, 2, 3, 4], shape=[2, 2]),
    _proto([1, 2], shape=[5]),
    _proto([7.0], shape=[2, 3], allow_broadcast=True),
    _proto([1 + 2j, 3], dtype="complex128", shape=[3]),
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
    Call("fingerprint", np.float32(1)),
    Call("fingerprint", TWO, "sha"),
    Call("ragged_fill_empty_rows", np.array([0, 9]), integers(2), 3, 9),
    Call("io.serialize_sparse", TWO),
    Call("io.serialize_many_sparse", TWO),
    Call(lambda tf: tf.io.serialize_many_sparse(tf.SparseTensor([[1]], [1], [2])), name="one axis"),
    Call(_deserialized, "int64", lambda tf, rows: rows, name="io.deserialize_many_sparse"),
    Call(_deserialized, "int32", lambda tf, rows: rows[:, :2], name="io.deserialize_many_sparse"),
    Call(_deserialized, "int32", lambda tf, rows: [["a", "b", "c"]], name="io.deserialize_many_sparse"),
    Call(_deserialized, "int32", lambda tf, rows: rows[:, ::-1], name="io.deserialize_many_sparse"),
    Call("make_tensor_proto", [1, 2, 3], shape=[2]),
    Call("make_tensor_proto", [1, 2, 3], shape=[4], verify_shape=True),
    Call("make_tensor_proto", [1, 2], shape=[4], allow_broadcast=True),
    Call("make_tensor_proto", [1], shape=[1], verify_shape=True, allow_broadcast=True),
    Call("make_tensor_proto", ["a"], dtype="int32"),
    Call("io.decode_raw", np.array([b"abcd", b"ef"], object), "int16"),
    Call("io.decode_raw", "abc", "int16"),
    Call("io.decode_raw", TWO, "int16", fixed_length=3),
    Call("io.decode_raw", TWO, "string"),
    Call("io.decode_base64", "aGVsb*"),
]
