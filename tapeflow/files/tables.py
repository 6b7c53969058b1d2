"""Sorted tables of strings on disk, as LevelDB lays them out; the index of a checkpoint is one.

A table is blocks of sorted entries, each key cut short by what it shares with the one before it; an index block that
has the last key and the place of each; and a footer. Behind each block stand a byte for its compression and a masked
CRC-32C. Source: "table_format.md" in the documentation of LevelDB.
"""

from tapeflow.core.errors import DataLossError
from tapeflow.files.checksums import masked_crc32c
from tapeflow.files.snappy import uncompress
from tapeflow.files.wire import read_varint, varint

_MAGIC = 0xDB4775248B80FB57.to_bytes(8, "little")
_FOOTER = 48
_TRAILER = 5  # a byte for the compression, four for the checksum
_RESTART_INTERVAL = 16
_BLOCK_SIZE = 1 << 18


def table_bytes(entries):
    """The bytes of the table that has the (key, value) of `entries`, whose keys are bytes in ascending order."""
    found, index, block, size = bytearray(), [], [], 0
    for entry in entries:
        block.append(entry)
        size += len(entry[0]) + len(entry[1])
        if size >= _BLOCK_SIZE:
            index.append((entry[0], _append(found, _block(block, _RESTART_INTERVAL))))
            block, size = [], 0
    if block:
        index.append((block[-1][0], _append(found, _block(block, _RESTART_INTERVAL))))
    about = _append(found, _block([], 1))
    handles = about + _append(found, _block(index, 1))
    return bytes(found) + handles.ljust(_FOOTER - len(_MAGIC), b"\0") + _MAGIC


def _append(found, block):
    """Appends a block with its trailer; returns its place as an encoded handle."""
    handle = varint(len(found)) + varint(len(block))
    block += b"\0"  # not compressed
    found += block + masked_crc32c(block).to_bytes(4, "little")
    return handle


def _block(entries, restart_interval):
    found, restarts, last = bytearray(), [], b""
    for place, (key, value) in enumerate(entries):
        shared = 0
        if place % restart_interval == 0:
            restarts.append(len(found))
        else:
            most = min(len(last), len(key))
            while shared < most and last[shared] == key[shared]:
                shared += 1
        found += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    restarts = restarts or [0]
    for each in [*restarts, len(restarts)]:
        found += each.to_bytes(4, "little")
    return bytes(found)


def read_table(data, path):
    """The {key: value} of the table with these bytes. DataLossError, with `path` and the place, if it is damaged."""
    footer = data[-_FOOTER:]
    if len(data) < _FOOTER or footer[-len(_MAGIC) :] != _MAGIC:
        raise DataLossError(
            None, None, f"{path}: not an sstable (bad magic number) at byte {max(len(data) - 8, 0)}"
        )
    place = len(data) - _FOOTER
    try:
        about, after = _handle(footer, 0)
        _contents(data, about)  # nothing in it is needed, but it must not be damaged
        index_handle, _ = _handle(footer, after)
        found, last = {}, None
        for _, handle in _entries(*_contents(data, index_handle)):
            (offset, size), _ = _handle(handle, 0)
            place = offset
            for key, value in _entries(*_contents(data, (offset, size))):
                if last is not None and key <= last:
                    raise DataLossError(None, None, f"keys are not in order: {key!r} after {last!r}")
                found[key] = value
                last = key
    except DataLossError as error:
        raise DataLossError(None, None, f"{path}: damaged block at byte {place}: {error.message}") from None
    return found


def _handle(data, place):
    offset, place = read_varint(data, place)
    size, place = read_varint(data, place)
    return (offset, size), place


def _contents(data, handle):
    """The bytes of a block and its own offset, its checksum verified."""
    offset, size = handle
    if offset + size + _TRAILER > len(data) - _FOOTER:
        raise DataLossError(None, None, f"it says {size} bytes at {offset}, behind the end of the file")
    stored = int.from_bytes(data[offset + size + 1 : offset + size + _TRAILER], "little")
    if masked_crc32c(data[offset : offset + size + 1]) != stored:
        raise DataLossError(None, None, f"block checksum mismatch at {offset}")
    compression = data[offset + size]
    if compression not in (0, 1):
        raise DataLossError(None, None, f"unknown compression {compression}")
    block = data[offset : offset + size]
    return (uncompress(block) if compression else block), offset


def _entries(block, offset):
    if len(block) < 4 or 4 * int.from_bytes(block[-4:], "little") > len(block) - 4:
        raise DataLossError(None, None, f"bad entry in block at {offset}")
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    place, key = 0, b""
    while place < end:
        shared, place = read_varint(block, place)
        own, place = read_varint(block, place)
        size, place = read_varint(block, place)
        if shared > len(key) or own + size > end - place:
            raise DataLossError(None, None, f"bad entry in block at {offset + place}")
        key = key[:shared] + block[place : place + own]
        place += own
        yield key, block[place : place + size]
        place += size
