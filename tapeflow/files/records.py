"""TFRecord files: a stream of records, each with its length and two checksums, perhaps compressed.

A record is its length (8 bytes, little-endian), the masked CRC-32C of these 8 bytes, the bytes, and their masked
CRC-32C. Source: "TFRecord and tf.train.Example", TensorFlow's tutorials.
"""

import io
import os
import stat
import zlib

from tapeflow.core.errors import DataLossError, FailedPreconditionError, OutOfRangeError
from tapeflow.files.checksums import masked_crc32c
from tapeflow.files.filesystem import system_errors

_WINDOW_BITS = {"ZLIB": 15, "GZIP": 31}
_PIECE = 1 << 20
_COMPRESSED_PIECE = 1 << 16
_MOST_EXPANSION = 1040
"""Deflate makes at most 1032 bytes of one; a little more for short files."""
_HEADER = 12


def framed(record):
    """The bytes of a record as they lie in a file: with its length and the checksums."""
    length = len(record).to_bytes(8, "little")
    return b"".join(
        (
            length,
            masked_crc32c(length).to_bytes(4, "little"),
            record,
            masked_crc32c(record).to_bytes(4, "little"),
        )
    )


class RecordWriter:
    """Writes records to a file of their own. `flush` hands all records over to the operating system."""

    def __init__(self, path, compression="", level=None, window_bits=None, memory_level=None, strategy=None):
        self._file = None
        with system_errors(path):
            self._file = open(path, "wb", buffering=1 << 17)  # noqa: SIM115, it lives as long as the writer
        self._compressor = None
        if compression:
            bits = _WINDOW_BITS[compression]
            if window_bits:
                bits = window_bits + 16 if compression == "GZIP" and window_bits < 16 else window_bits
            self._compressor = zlib.compressobj(
                -1 if level is None else level,
                zlib.DEFLATED,
                bits,
                memory_level or 9,
                strategy or zlib.Z_DEFAULT_STRATEGY,
            )
        self._path = path

    def write(self, record):
        """Appends the bytes of a record. FailedPreconditionError after `close`."""
        self._check_open()
        data = framed(record)
        with system_errors(self._path):
            self._file.write(self._compressor.compress(data) if self._compressor else data)

    def flush(self):
        """Makes all records so far readable to others."""
        self._check_open()
        with system_errors(self._path):
            if self._compressor:
                self._file.write(self._compressor.flush(zlib.Z_SYNC_FLUSH))
            self._file.flush()

    def close(self):
        """Writes what is left and closes the file; closing again does nothing."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with system_errors(self._path):
            try:
                if self._compressor:
                    file.write(self._compressor.flush())
            finally:
                file.close()

    def _check_open(self):
        if self._file is None:
            raise FailedPreconditionError(None, None, "Writer is closed.")

    def __del__(self):
        self.close()


class _Plain:
    """The bytes of a file, with how many are left if that is known."""

    def __init__(self, file):
        self._file = file
        status = os.fstat(file.fileno())
        self._size = status.st_size if stat.S_ISREG(status.st_mode) else None

    def most_left(self):
        return None if self._size is None else os.fstat(self._file.fileno()).st_size - self._file.tell()

    def read(self, count):
        return self._file.read(count)


class _Inflated(io.RawIOBase):
    """The bytes that a compressed file holds. Members that follow each other are read as one.

    is_checked: whether a file that ends within a member raises DataLossError; else it just ends.
    """

    def __init__(self, file, bits, is_checked=False):
        self._file = file
        self._is_checked, self._has_begun = is_checked, False
        self._bits = bits
        self._inflater = zlib.decompressobj(bits)
        self._compressed = b""

    def readable(self):
        return True

    def close(self):
        self._file.close()
        super().close()

    def readinto(self, buffer):
        """Fills the buffer at least in part; 0 at the end of the file."""
        while True:
            if self._inflater.eof:
                self._compressed = self._inflater.unused_data or self._file.read(_COMPRESSED_PIECE)
                if not self._compressed:
                    return 0
                self._inflater = zlib.decompressobj(self._bits)
            self._compressed = self._compressed or self._file.read(_COMPRESSED_PIECE)
            self._has_begun = self._has_begun or bool(self._compressed)
            try:
                part = self._inflater.decompress(self._compressed, len(buffer))
            except zlib.error as error:
                text = str(error).removeprefix("Error ").replace(" while decompressing data", "")
                raise DataLossError(
                    None, None, f"inflate() failed with error {text}: is the file compressed so?"
                ) from None
            if not part and not self._compressed and not self._inflater.eof:
                if self._is_checked and self._has_begun:
                    raise DataLossError(None, None, "The compressed file ends too early: it is cut off.")
                return 0
            self._compressed = self._inflater.unconsumed_tail
            if part:
                buffer[: len(part)] = part
                return len(part)


class _Unpacked:
    """The bytes of a compressed file, with how many there may be at most."""

    def __init__(self, file, compression):
        status = os.fstat(file.fileno())
        self._most = _MOST_EXPANSION * (status.st_size + 64) if stat.S_ISREG(status.st_mode) else None
        self.read = io.BufferedReader(_Inflated(file, _WINDOW_BITS[compression]), 1 << 18).read

    def most_left(self):
        return self._most


def read_records(path, compression="", buffer_size=None):
    """Yields the bytes of each record of a file.

    Raises NotFoundError if there is no such file; DataLossError, with the offset of the record, for one that is
    damaged or ends too early, after all records before it were given (but for damage in the compression itself).
    """
    with opened(path, buffer_size=buffer_size) as file, system_errors(path):
        source = _Unpacked(file, compression) if compression else _Plain(file)
        offset = 0
        while (record := _next_record(source, offset)) is not None:
            yield record
            offset += _HEADER + len(record) + 4


def opened(path, compression="", buffer_size=None):
    """A binary file that is open for reading; what is read is unpacked if it is compressed ("GZIP" or "ZLIB").

    Raises NotFoundError if there is no such file; reading raises DataLossError where the compression is damaged.
    """
    with system_errors(path):
        file = open(path, "rb", buffering=max(buffer_size or 1 << 18, 1 << 12))  # noqa: SIM115, the caller closes it
    if not compression:
        return file
    return io.BufferedReader(_Inflated(file, _WINDOW_BITS[compression], is_checked=True), 1 << 18)


def _next_record(source, offset):
    header = source.read(_HEADER)
    if not header:
        return None
    if len(header) < _HEADER:
        raise _truncated(offset)
    if masked_crc32c(header[:8]) != int.from_bytes(header[8:], "little"):
        hint = " (Is this even a TFRecord file?)" if offset == 0 else ""
        raise DataLossError(None, None, f"corrupted record at {offset}{hint}")
    length = int.from_bytes(header[:8], "little")
    left = source.most_left()
    if left is not None and length + 4 > left:
        raise _truncated(offset)
    data = _read_all(source, length + 4)
    if len(data) < length + 4:
        raise _truncated(offset)
    record = data[:length]
    if masked_crc32c(record) != int.from_bytes(data[length:], "little"):
        raise DataLossError(None, None, f"corrupted record at {offset + _HEADER}")
    return record


def _read_all(source, count):
    """`count` bytes, or as many as there are: a wrong length takes no more memory than the file has bytes."""
    if count <= _PIECE:
        return source.read(count)
    parts = []
    while count:
        part = source.read(min(count, 16 * _PIECE))
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _truncated(offset):
    return DataLossError(
        None, None, f"truncated record at {offset}' failed with Read less bytes than requested"
    )


def record_at(file, offset):
    """(record, offset of the next one) of an uncompressed file that is open for reading. OutOfRangeError at its end."""
    file.seek(offset)
    record = _next_record(_Plain(file), offset)
    if record is None:
        raise OutOfRangeError(None, None, f"There is no record at {offset}: the file ends there.")
    return record, offset + _HEADER + len(record) + 4
