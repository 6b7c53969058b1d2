"""Whole files as strings, and the forms in which strings come: compressed, tensors."""

from tapeflow.api.strings import as_strings
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.operands import as_tensor
from tapeflow.ops import file_calls, serialization

__all__ = [
    "decode_compressed",
    "match_filenames_once",
    "matching_files",
    "parse_tensor",
    "read_file",
    "serialize_tensor",
    "write_file",
]


def read_file(filename, name=None):
    """The bytes of a file, a string tensor without axes. NotFoundError if there is none.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "greeting")
    >>> tf.io.write_file(path, "hello")
    >>> tf.io.read_file(path).numpy()
    b'hello'
    """
    return file_calls.read_file(as_strings(_path(filename), "ReadFile"))


def write_file(filename, contents, name=None):
    """Makes a file of a string, in place of one of this name, with the folders above it.

    The file is complete or not there, also when the program is killed.
    """
    file_calls.write_file(as_strings(_path(filename), "WriteFile"), as_strings(contents, "WriteFile"))


def matching_files(pattern, name=None):
    """The sorted paths that fit a pattern or one of several: `*` and `?` are any characters but a slash.

    >>> tf.io.matching_files("/nowhere/*").shape
    TensorShape([0])
    """
    return file_calls.matching_files(as_strings(_path(pattern), "MatchingFiles"))


def match_filenames_once(pattern, name=None):
    """A variable of the sorted paths that fit a pattern now."""
    from tapeflow.state.variable import Variable

    return Variable(matching_files(pattern), trainable=False, name=name, shape=(None,))


def _path(value):
    import os

    return os.fspath(value) if isinstance(value, os.PathLike) else value


def decode_compressed(bytes, compression_type="", name=None):
    """Each string uncompressed: "ZLIB", "GZIP" or "" (as it is). DataLossError for damaged ones.

    >>> import zlib
    >>> tf.io.decode_compressed(zlib.compress(b"hello"), "ZLIB").numpy()
    b'hello'
    """
    x = as_strings(bytes, "DecodeCompressed")
    return serialization.decode_compressed(x, compression_type=compression_type)


def serialize_tensor(tensor, name=None):
    """A tensor as the bytes of a TensorProto message.

    >>> tf.io.parse_tensor(tf.io.serialize_tensor([1, 2]), tf.int32).numpy()
    array([1, 2], dtype=int32)
    """
    return serialization.serialize_tensor(as_tensor(tensor))


def parse_tensor(serialized, out_type, name=None):
    """The tensor in the bytes of a TensorProto message. InvalidArgumentError for other bytes or another dtype."""
    x = as_strings(serialized, "ParseTensor")
    return serialization.parse_tensor(x, dtype=as_dtype(out_type))
