"""tf.io: the functions that turn strings of bytes into numbers and text and back."""

from tapeflow.api.strings import as_strings
from tapeflow.core import dtypes
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.ops import strings

__all__ = ["decode_base64", "decode_raw", "encode_base64"]

_RAW = dtypes.FLOATS | dtypes.COMPLEXES | dtypes.INTEGERS | {dtypes.bool}
_RAW -= {dtypes.uint32, dtypes.uint64}


def decode_raw(input_bytes, out_type, little_endian=True, fixed_length=None, name=None):
    """The bytes of each string as numbers of `out_type`, along a new last axis.

    With `fixed_length`, a number of bytes, longer strings are cut and shorter ones filled with zeros. Raises
    InvalidArgumentError for strings of different lengths and for lengths that are no multiple of the dtype's size.

    >>> tf.io.decode_raw("abcd", tf.uint8).numpy()
    array([ 97,  98,  99, 100], dtype=uint8)
    """
    dtype = dtypes.as_dtype(out_type)
    if dtype not in _RAW:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'out_type' of {dtype.name} is not in the list of allowed values: "
            f"{', '.join(sorted(each.name for each in _RAW))} [Op:DecodeRaw]",
        )
    if fixed_length is not None and int(fixed_length) % dtype.size:
        raise InvalidArgumentError(
            None,
            None,
            f"fixed_length ({int(fixed_length)}) must be a multiple of the size of out_type ({dtype.size}) "
            "[Op:DecodePaddedRaw]",
        )
    size = None if fixed_length is None else int(fixed_length)
    x = as_strings(input_bytes, "DecodeRaw")
    return strings.decode_raw(x, dtype=dtype, little_endian=bool(little_endian), size=size)


def encode_base64(input, pad=False, name=None):
    """Each string in web-safe base64 (with - and _), filled up with = to a multiple of four if `pad`.

    >>> tf.io.encode_base64("hello", pad=True).numpy()
    b'aGVsbG8='
    """
    return strings.encode_base64(as_strings(input, "EncodeBase64"), pad=bool(pad))


def decode_base64(input, name=None):
    """The bytes that each string writes in web-safe base64. InvalidArgumentError for other characters.

    >>> tf.io.decode_base64("aGVsbG8").numpy()
    b'hello'
    """
    return strings.decode_base64(as_strings(input, "DecodeBase64"))
