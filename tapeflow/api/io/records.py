"""TFRecord files: `tf.io.TFRecordWriter` and what TensorFlow keeps in `tensorflow.python.lib.io.tf_record`."""

from tapeflow.files.filesystem import path_text
from tapeflow.files.records import RecordWriter, read_records
from tapeflow.files.replacement import Replacement

__all__ = ["TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator"]

_KINDS = ("", "ZLIB", "GZIP")


class TFRecordCompressionType:
    """The numbers of TensorFlow 1 for the kinds of compression."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


class TFRecordOptions:
    """How a TFRecord file is compressed: not at all (None or ""), "GZIP" or "ZLIB".

    compression_level: 0 to 9; window_bits, mem_level and compression_strategy are those of zlib.
    ValueError for other kinds of compression. The other arguments are accepted and change nothing: buffers have sizes
    of their own here.

    >>> tf.io.TFRecordOptions("GZIP", compression_level=9).compression_type
    'GZIP'
    """

    def __init__(
        self,
        compression_type=None,
        flush_mode=None,
        input_buffer_size=None,
        output_buffer_size=None,
        window_bits=None,
        compression_level=None,
        compression_method=None,
        mem_level=None,
        compression_strategy=None,
    ):
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options):
        """The name of the compression in options, a name or a number: "", "GZIP" or "ZLIB". ValueError for others."""
        if isinstance(options, TFRecordOptions):
            options = options.compression_type
        if options is None:
            return ""
        if options in (0, 1, 2):
            return _KINDS[options]
        if options not in _KINDS:
            raise ValueError(f'Not a valid compression_type: "{options}"')
        return options


class TFRecordWriter:
    """Writes records of bytes to a TFRecord file, which replaces one of this name; a context manager.

    `options` are TFRecordOptions or the name of a compression. The file has its name from the first `flush` on, or
    from `close`: whoever is killed before leaves the file that was there. Raises NotFoundError if the folder does not
    exist, FailedPreconditionError for writing after `close`, ValueError for another compression.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "words")
    >>> with tf.io.TFRecordWriter(path) as writer:
    ...     writer.write(b"one")
    ...     writer.write(b"two")
    >>> os.path.getsize(path)
    38
    """

    def __init__(self, path, options=None):
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(compression_type=options)
        kind = TFRecordOptions.get_compression_type_string(options)
        self._replacement = Replacement(path_text(path))
        try:
            self._writer = RecordWriter(
                self._replacement.path,
                kind,
                options.compression_level,
                options.window_bits,
                options.mem_level,
                options.compression_strategy,
            )
        except BaseException:
            self._replacement.give_up()
            raise

    def write(self, record):
        """Appends a record: bytes, or a str that is written in UTF-8."""
        if isinstance(record, str):
            record = record.encode()
        if not isinstance(record, bytes | bytearray | memoryview):
            raise TypeError(f"A record is bytes or a str, not {record!r}.")
        self._writer.write(bytes(record))

    def flush(self):
        """Makes the records so far readable to others."""
        self._writer.flush()
        self._replacement.take_place()

    def close(self):
        """Writes what is left and closes the file."""
        self._writer.close()
        self._replacement.take_place()

    def __del__(self):
        if hasattr(self, "_writer"):
            self.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()


def tf_record_iterator(path, options=None):
    """The records of a TFRecord file, one after the other, as bytes.

    Raises NotFoundError for a file that is not there and DataLossError, with the offset, for damaged
    records and those that are cut off.
    """
    return read_records(path_text(path), TFRecordOptions.get_compression_type_string(options))
