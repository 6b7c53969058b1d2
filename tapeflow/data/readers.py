"""Data sets of what files hold: lines, records, pieces of one length."""

import os

from tapeflow.core.dtypes import string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import DataLossError, InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.sources import TensorSliceDataset
from tapeflow.data.structure import boxed
from tapeflow.files.filesystem import path_text, system_errors
from tapeflow.files.records import opened, read_records
from tapeflow.ops.layout import reshape

_COMPRESSIONS = ("", "GZIP", "ZLIB")


def path_names(filenames):
    """A data set of strings, of which all elements are paths: of a path, a nested list of them, or a data set."""
    if isinstance(filenames, DatasetV2):
        spec = filenames.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype is not string:
            kind = spec.dtype if isinstance(spec, TensorSpec) else spec
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements. Got a dataset of "
                f"`{kind!r}` elements."
            )
        return filenames
    if not isinstance(filenames, Tensor):
        filenames = _plain(filenames)
        filenames = as_tensor(filenames, string if isinstance(filenames, list) and not filenames else None)
    if filenames._dtype is not string:
        raise TypeError(
            "The `filenames` argument must contain `tf.string` elements. Got "
            f"`{filenames._dtype!r}` elements."
        )
    return TensorSliceDataset(reshape(filenames, dims=(filenames._array.size,)))


def _plain(value):
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def each_path(names):
    """The paths in the elements of a data set that `path_names` gave, as text."""
    for element in names._elements():
        for each in element._array.reshape(-1).tolist():
            yield path_text(each)


def compression_name(compression_type):
    """ "", "GZIP" or "ZLIB". InvalidArgumentError for other kinds of compression."""
    if isinstance(compression_type, Tensor):
        compression_type = compression_type.numpy()
    if isinstance(compression_type, bytes):
        compression_type = compression_type.decode()
    if compression_type is None:
        return ""
    if compression_type not in _COMPRESSIONS:
        raise InvalidArgumentError(
            None,
            None,
            f'Unsupported compression_type: {compression_type}. There are "GZIP", "ZLIB" and "" for none.',
        )
    return compression_type


class FilesDataset(DatasetV2):
    """What `_read(path)` yields for one file after the other, bytes; or for several side by side."""

    def __init__(self, filenames, compression_type, buffer_size, num_parallel_reads):
        self._names = path_names(filenames)
        self._compression = compression_name(compression_type)
        self._buffer_size = None if buffer_size is None else count_of(buffer_size)
        self._side_by_side = None if num_parallel_reads is None else count_of(num_parallel_reads)
        if (self._side_by_side is not None and self._side_by_side < -1) or self._side_by_side == 0:
            raise InvalidArgumentError(
                None, None, "`cycle_length` must be > 0 [Op:LegacyParallelInterleaveDatasetV2]"
            )
        super().__init__(TensorSpec([], string), UNKNOWN_CARDINALITY)

    def _read(self, path):
        raise NotImplementedError(f"{type(self).__name__} must define _read().")

    def _elements(self):
        paths = each_path(self._names)
        if self._side_by_side is None or self._side_by_side < 2:
            parts = (each for path in paths for each in self._read(path))
        else:
            parts = in_turns(map(self._read, paths), self._side_by_side)
        for each in parts:
            yield wrap(boxed(each), string)


def in_turns(iterators, count):
    """One value of each of `count` iterators in turns; the place of one that has ended is taken by the next."""
    iterators = iter(iterators)
    places = [next(iterators, None) for _ in range(count)]
    while any([each is not None for each in places]):
        for place in range(count):
            if places[place] is None:
                places[place] = next(iterators, None)
            if places[place] is not None:
                try:
                    yield next(places[place])
                except StopIteration:
                    places[place] = None
        if all([each is None for each in places]):
            places[0] = next(iterators, None)


class TextLineDataset(FilesDataset):
    r"""The lines of text files, strings without the characters that end them.

    filenames: a path, a tensor or list of paths, or a data set of them; compression_type: "", "GZIP" or "ZLIB";
    buffer_size: how many bytes are read at a time; num_parallel_reads: from how many files lines come in turns.
    While the elements are taken, NotFoundError is raised for a file that is not there and DataLossError for one that is
    not compressed so.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "lines")
    >>> with open(path, "w") as file:
    ...     _ = file.write("one\ntwo\n")
    >>> list(tf.data.TextLineDataset(path).as_numpy_iterator())
    [b'one', b'two']
    """

    _kind = "TextLineDatasetV2"

    def __init__(
        self, filenames, compression_type=None, buffer_size=None, num_parallel_reads=None, name=None
    ):
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _read(self, path):
        with opened(path, self._compression, self._buffer_size) as file, system_errors(path):
            for line in file:
                line = line.removesuffix(b"\n")
                yield line.replace(b"\r", b"") if b"\r" in line else line


class TFRecordDataset(FilesDataset):
    """The records of TFRecord files, strings.

    Arguments as of `tf.data.TextLineDataset`. While the elements are taken, NotFoundError is raised for a file that is
    not there; DataLossError, with the offset in the file, for a record that is damaged or cut off.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "words")
    >>> with tf.io.TFRecordWriter(path) as writer:
    ...     writer.write(b"one")
    >>> list(tf.data.TFRecordDataset(path).as_numpy_iterator())
    [b'one']
    """

    _kind = "TFRecordDatasetV2"

    def __init__(
        self, filenames, compression_type=None, buffer_size=None, num_parallel_reads=None, name=None
    ):
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _read(self, path):
        return read_records(path, self._compression, self._buffer_size)


class FixedLengthRecordDataset(FilesDataset):
    """Pieces of `record_bytes` bytes of files, strings, without a header and a footer.

    header_bytes, footer_bytes: how much of each file is left out; other arguments as of `tf.data.TextLineDataset`.
    While the elements are taken, NotFoundError is raised for a file that is not there,
    InvalidArgumentError (DataLossError for a compressed one) if the pieces do not fill it.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "pieces")
    >>> with open(path, "wb") as file:
    ...     _ = file.write(b"HaabbF")
    >>> list(tf.data.FixedLengthRecordDataset(path, 2, 1, 1).as_numpy_iterator())
    [b'aa', b'bb']
    """

    _kind = "FixedLengthRecordDatasetV2"

    def __init__(
        self,
        filenames,
        record_bytes,
        header_bytes=None,
        footer_bytes=None,
        buffer_size=None,
        compression_type=None,
        num_parallel_reads=None,
        name=None,
    ):
        self._length = count_of(record_bytes)
        self._header = 0 if header_bytes is None else count_of(header_bytes)
        self._footer = 0 if footer_bytes is None else count_of(footer_bytes)
        if self._length < 1:
            raise InvalidArgumentError(None, None, f"`record_bytes` must be > 0; got {self._length}.")
        for name, size in (("header_bytes", self._header), ("footer_bytes", self._footer)):
            if size < 0:
                raise InvalidArgumentError(None, None, f"`{name}` must be >= 0; got {size}.")
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _read(self, path):
        with opened(path, self._compression, self._buffer_size) as file, system_errors(path):
            if self._compression:
                size = 0
                while part := file.read(1 << 20):
                    size += len(part)
            else:
                size = os.fstat(file.fileno()).st_size
        body = size - self._header - self._footer
        if body < 0 or body % self._length:
            kind = DataLossError if self._compression else InvalidArgumentError
            raise kind(
                None,
                None,
                f"Excluding the header ({self._header} bytes) and footer ({self._footer} bytes), input file "
                f'"{path}" has body length {body} bytes, which is not an exact multiple of the record length '
                f"({self._length} bytes).",
            )
        with opened(path, self._compression, self._buffer_size) as file, system_errors(path):
            file.read(self._header)
            for _ in range(body // self._length):
                piece = file.read(self._length)
                if len(piece) < self._length:
                    raise DataLossError(None, None, f"{path} became shorter while it was read.")
                yield piece
