"""Named tensors on disk, in the format of TensorFlow's checkpoints ("TensorBundle", version 2).

`prefix.index` is a table from names to dtype, shape, place and checksum; the elements lie one after the other in
`prefix.data-00000-of-00001`. Source: tensor_bundle.proto and tensor_bundle.cc of TensorFlow.
"""

import glob
import os

import numpy

from tapeflow.core.dtypes import as_dtype
from tapeflow.core.dtypes import string as string_dtype
from tapeflow.core.errors import DataLossError, NotFoundError, OpError
from tapeflow.files.checksums import extended_crc32c, masked
from tapeflow.files.replacement import replaced_file
from tapeflow.files.tables import read_table, table_bytes
from tapeflow.files.wire import bytes_field, fields, fixed32_field, number_field, read_varint, signed, varint


def index_path(prefix):
    """The file with the names."""
    return f"{prefix}.index"


def data_path(prefix, shard, num_shards):
    """The file with the elements."""
    return f"{prefix}.data-{shard:05d}-of-{num_shards:05d}"


def data_paths(prefix):
    """The data files that there are of a bundle."""
    return sorted(glob.glob(f"{glob.escape(prefix)}.data-?????-of-?????"))


def write_bundle(prefix, tensors):
    """Writes the {name: (DType, array)} so that `prefix` is at any moment what it was or what it becomes.

    A data file that an index speaks of is not touched before that index is replaced: the new one gets another name.
    """
    old = data_paths(prefix)
    num_shards = 2 if _num_shards(prefix) == 1 else 1
    entries = [(b"", _header(num_shards))]
    with replaced_file(data_path(prefix, 0, num_shards)) as file:
        offset = 0
        for name in sorted(tensors, key=str.encode):
            dtype, array = tensors[name]
            parts, checksum = _elements(dtype, array)
            for part in parts:
                file.write(part)
            size = sum([len(part) for part in parts])
            entries.append((name.encode(), _entry(dtype, array.shape, offset, size, checksum)))
            offset += size
    with replaced_file(index_path(prefix)) as file:
        file.write(table_bytes(entries))
    for each in old:
        if each != data_path(prefix, 0, num_shards):
            os.remove(each)


def _num_shards(prefix):
    """What the index that is there says, if it can be read."""
    try:
        return BundleReader(prefix).num_shards
    except (OpError, NotImplementedError):
        return None


def _header(num_shards):
    return number_field(1, num_shards) + bytes_field(3, number_field(1, 1))


def _entry(dtype, dims, offset, size, checksum):
    shape = b"".join([bytes_field(2, number_field(1, each)) for each in dims])
    return (
        number_field(1, dtype.as_datatype_enum)
        + bytes_field(2, shape)
        + number_field(4, offset)
        + number_field(5, size)
        + fixed32_field(6, masked(checksum))
    )


def _elements(dtype, array):
    """The parts of the bytes of the elements, and their checksum."""
    if dtype is not string_dtype:
        array = numpy.ascontiguousarray(array)
        data = memoryview(array.reshape(-1).view(numpy.uint8))
        return [data], extended_crc32c(0, data)
    elements = [each.encode() if isinstance(each, str) else bytes(each) for each in numpy.ravel(array)]
    checksum = extended_crc32c(0, b"".join([_length_bytes(len(each)) for each in elements]))
    check = masked(checksum).to_bytes(4, "little")
    strings = b"".join(elements)
    checksum = extended_crc32c(extended_crc32c(checksum, check), strings)
    return [b"".join([varint(len(each)) for each in elements]), check, strings], checksum


def _length_bytes(length):
    return length.to_bytes(4 if length < 1 << 32 else 8, "little")


class Entry:
    """What the index says of one tensor: `dtype`, `dims`, and where its elements are."""

    __slots__ = ("checksum", "dims", "dtype", "offset", "shard", "size")

    def __init__(self, message, name, path):
        self.shard = self.offset = self.size = self.checksum = 0
        self.dims, enum = (), 0
        for field, value in fields(message):
            if field < 7 and isinstance(value, int) is (field == 2):
                raise DataLossError(None, None, f"{path}: {name} has a damaged field {field}")
            if field == 1:
                enum = value
            elif field == 2:
                self.dims = _dims(value)
            elif field == 3:
                self.shard = value
            elif field == 4:
                self.offset = value
            elif field == 5:
                self.size = value
            elif field == 6:
                self.checksum = value
            elif field == 7:
                raise NotImplementedError(
                    f"{path}: {name} is kept in slices; partitioned variables are not read."
                )
        try:
            self.dtype = as_dtype(enum)
        except TypeError:
            raise DataLossError(None, None, f"{path}: {name} has the unknown dtype {enum}") from None
        if any([each < 0 for each in self.dims]):
            raise DataLossError(None, None, f"{path}: {name} has the shape {list(self.dims)}")


def _dims(message):
    sizes = []
    for field, value in fields(message):
        if field == 2 and not isinstance(value, int):
            size = 0
            for inner, number in fields(value):
                size = signed(number) if inner == 1 and isinstance(number, int) else size
            sizes.append(size)
    return tuple(sizes)


class BundleReader:
    """Reads the tensors of a bundle. `entries` is {name: Entry}.

    NotFoundError if a file is missing; DataLossError, with the file and the place, for one that is damaged.
    """

    def __init__(self, prefix):
        self.prefix = prefix = os.fspath(prefix)
        path = index_path(prefix)
        try:
            with open(path, "rb") as file:
                data = file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFoundError(
                None,
                None,
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {prefix}",
            ) from None
        table = read_table(data, path)
        try:
            header = dict(fields(table.pop(b"", b"")))
            self.num_shards = header.get(1, 0)
            if not isinstance(self.num_shards, int):
                raise DataLossError(None, None, "a damaged header")
            if header.get(2, 0):
                raise NotImplementedError(
                    f"{path} was written on a machine whose numbers have the other byte order."
                )
            self.entries = {
                name.decode(): Entry(message, name.decode(), path) for name, message in table.items()
            }
        except (DataLossError, UnicodeDecodeError) as error:
            raise DataLossError(None, None, f"{path}: {getattr(error, 'message', error)}") from None

    def read(self, name):
        """(DType, array) of the tensor called `name`; NotFoundError if there is none."""
        entry = self.entries.get(name)
        if entry is None:
            raise NotFoundError(None, None, f"Key {name} not found in checkpoint {self.prefix}")
        path = data_path(self.prefix, entry.shard, self.num_shards)
        count = 1
        for each in entry.dims:
            count *= each
        self._check_size(entry, count, name, path)
        data = self._bytes(entry, name, path)
        if entry.dtype is string_dtype:
            return entry.dtype, _strings(data, count, entry, name, path)
        _check(extended_crc32c(0, data), entry, name, path)
        if entry.dtype.name == "bool":
            array = numpy.frombuffer(data, numpy.uint8) != 0
        else:
            array = numpy.frombuffer(data, entry.dtype.as_numpy_dtype)
        return entry.dtype, array.reshape(entry.dims)

    def _check_size(self, entry, count, name, path):
        """Refuses sizes before anything is allocated for them."""
        if entry.shard >= self.num_shards:
            raise DataLossError(
                None,
                None,
                f"{index_path(self.prefix)}: {name} is in file {entry.shard} of {self.num_shards}",
            )
        if entry.dtype is string_dtype:
            fits = count + 4 <= entry.size or (count == 0 and entry.size in (0, 4))
        else:
            fits = entry.dtype.size and count * entry.dtype.size == entry.size
        if not fits:
            raise DataLossError(
                None,
                None,
                f"{path}: {name} of dtype {entry.dtype.name} and shape {list(entry.dims)} cannot have {entry.size} "
                f"bytes at byte {entry.offset}",
            )

    def _bytes(self, entry, name, path):
        try:
            with open(path, "rb") as file:
                there = os.fstat(file.fileno()).st_size
                if entry.offset + entry.size > there:
                    raise DataLossError(
                        None,
                        None,
                        f"{path}: {name} has {entry.size} bytes at byte {entry.offset}, and the file {there}",
                    )
                file.seek(entry.offset)
                data = bytearray(entry.size)
                if file.readinto(data) != entry.size:
                    raise DataLossError(None, None, f"{path}: {name} at byte {entry.offset} cannot be read")
                return data
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{path}; No such file or directory") from None


def _check(checksum, entry, name, path):
    if masked(checksum) != entry.checksum:
        raise DataLossError(
            None,
            None,
            f"TensorBundle at {path}: the checksum of {name} at byte {entry.offset} is {masked(checksum):#x}, "
            f"and {entry.checksum:#x} was expected",
        )


def _strings(data, count, entry, name, path):
    lengths, place = [], 0
    try:
        for _ in range(count):
            length, place = read_varint(data, place)
            lengths.append(length)
    except DataLossError as error:
        raise DataLossError(None, None, f"{path}: {name} at byte {entry.offset}: {error.message}") from None
    if place + 4 + sum(lengths) != len(data):
        raise DataLossError(
            None,
            None,
            f"{path}: {name} has strings of {sum(lengths)} bytes in {len(data)} bytes at byte {entry.offset}",
        )
    checksum = extended_crc32c(0, b"".join([_length_bytes(each) for each in lengths]))
    _check(extended_crc32c(checksum, data[place:]), entry, name, path)
    place += 4
    array = numpy.empty(count, object)
    for position, length in enumerate(lengths):
        array[position] = bytes(data[place : place + length])
        place += length
    return array.reshape(entry.dims)
