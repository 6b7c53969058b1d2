"""Checkpoints that are damaged, or made to do harm: clear errors, no memory taken, nothing outside of them read."""

import os
import pathlib
import tracemalloc

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.core.errors import DataLossError, NotFoundError
from tapeflow.files.bundle import BundleReader, _header, data_path, index_path
from tapeflow.files.checksums import extended_crc32c, masked, masked_crc32c
from tapeflow.files.snappy import uncompress
from tapeflow.files.tables import read_table, table_bytes
from tapeflow.files.wire import bytes_field, fixed32_field, number_field, varint
from tapeflow.state.object_graph import GRAPH_KEY

ERRORS = (DataLossError, NotFoundError)


@pytest.fixture
def prefix(tmp_path):
    root = tf.Module()
    root.v, root.s = tf.Variable([1.0, 2.0, 3.0]), tf.Variable(["some", "words"])
    return tf.train.Checkpoint(root).write(str(tmp_path / "ckpt"))


def read_all(prefix):
    reader = BundleReader(prefix)
    return {name: reader.read(name)[1].tolist() for name in reader.entries}


def damaged(path, change):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    data = change(data)
    with open(path, "wb") as file:
        file.write(data)


def test_every_changed_byte_of_the_elements_is_noticed(prefix):
    path = data_path(prefix, 0, 1)
    good = pathlib.Path(path).read_bytes()
    for place in range(len(good)):
        damaged(
            path, lambda data, place=place: data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        )
        with pytest.raises(DataLossError, match="data-00000-of-00001"):
            read_all(prefix)
        with open(path, "wb") as file:
            file.write(good)


def test_every_changed_byte_of_the_index_is_noticed(prefix):
    path, expected = index_path(prefix), read_all(prefix)
    good = pathlib.Path(path).read_bytes()
    noticed = 0
    for place in range(len(good)):
        damaged(
            path, lambda data, place=place: data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        )
        try:
            assert read_all(prefix) == expected  # the footer has bytes that say nothing
        except ERRORS as error:
            noticed += 1
            assert "ckpt" in error.message
        with open(path, "wb") as file:
            file.write(good)
    assert noticed >= len(good) - 48


@pytest.mark.parametrize("which", ["index", "data"])
def test_files_that_end_early(prefix, which):
    path = index_path(prefix) if which == "index" else data_path(prefix, 0, 1)
    for length in range(0, os.path.getsize(path), 3):
        good = pathlib.Path(path).read_bytes()
        damaged(path, lambda data, length=length: data[:length])
        with pytest.raises(DataLossError, match="ckpt"):
            read_all(prefix)
        with open(path, "wb") as file:
            file.write(good)


def test_missing_files(prefix):
    os.remove(data_path(prefix, 0, 1))
    with pytest.raises(NotFoundError, match="data-00000-of-00001"):
        read_all(prefix)
    os.remove(index_path(prefix))
    with pytest.raises(NotFoundError, match="Failed to find any matching files"):
        read_all(prefix)


def entry(dtype=1, dims=(2,), shard=0, offset=0, size=8, checksum=0):
    shape = b"".join([bytes_field(2, number_field(1, each)) for each in dims])
    return (
        number_field(1, dtype)
        + bytes_field(2, shape)
        + number_field(3, shard)
        + number_field(4, offset)
        + number_field(5, size)
        + fixed32_field(6, checksum)
    )


HOSTILE = {
    "a size beyond the file": entry(size=1 << 60, dims=(1 << 58,)),
    "a shape beyond its size": entry(dims=(1 << 40, 1 << 40)),
    "an offset beyond the file": entry(offset=1 << 62),
    "a negative size": entry(size=-1),
    "a negative axis": entry(dims=(-2,)),
    "two negative axes": entry(dims=(-1, -2)),
    "a shard that is not there": entry(shard=9),
    "a dtype that is none": entry(dtype=99),
    "a resource": entry(dtype=20),
    "a variant": entry(dtype=21),
    "strings beyond the file": entry(dtype=7, dims=(1 << 40,), size=1 << 41),
    "more strings than bytes": entry(dtype=7, dims=(1 << 40,), size=8),
    "a wrong checksum": entry(),
    "an entry that is no message": b"\xff\xff\xff",
    "a shape that is no message": number_field(1, 1) + bytes_field(2, b"\x0f\x0f"),
    "an empty entry": b"",
    "a size that is text": bytes_field(5, "8"),
    "a dtype that is text": bytes_field(1, "float"),
    "a shape that is a number": number_field(2, 3),
    "an axis that is a number": number_field(1, 1) + bytes_field(2, number_field(2, 3)),
    "an axis that is text": number_field(1, 1) + bytes_field(2, bytes_field(2, bytes_field(1, "a"))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_entries(tmp_path, name):
    prefix = str(tmp_path / "ckpt")
    with open(index_path(prefix), "wb") as file:
        file.write(table_bytes([(b"", _header(1)), (b"x", HOSTILE[name])]))
    with open(data_path(prefix, 0, 1), "wb") as file:
        file.write(b"\xff" * 64)
    tracemalloc.start()
    try:
        with pytest.raises(ERRORS, match="ckpt"):
            read_all(prefix)
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()


def test_strings_whose_lengths_lie(tmp_path):
    prefix = str(tmp_path / "ckpt")
    data = varint(1 << 50) + b"\0" * 8
    with open(data_path(prefix, 0, 1), "wb") as file:
        file.write(data)
    with open(index_path(prefix), "wb") as file:
        file.write(table_bytes([(b"", _header(1)), (b"x", entry(7, (1,), size=len(data)))]))
    with pytest.raises(DataLossError, match="x has strings of"):
        read_all(prefix)


GRAPHS = {
    "a child that is not there": bytes_field(1, bytes_field(1, number_field(1, 7) + bytes_field(2, "a"))),
    "a child that is no message": bytes_field(1, bytes_field(1, b"\x07")),
    "a name that is no text": bytes_field(1, bytes_field(1, bytes_field(2, b"\xff\xfe"))),
    "a node that is a number": number_field(1, 5),
    "no nodes": b"",
    "a name that is a number": bytes_field(1, bytes_field(1, number_field(2, 5))),
    "a value that is not there": bytes_field(
        1, bytes_field(2, bytes_field(1, "VARIABLE_VALUE") + bytes_field(3, "../../etc/passwd"))
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_hostile_object_graphs(tmp_path, name):
    prefix = str(tmp_path / "ckpt")
    message = GRAPHS[name]
    checksum = extended_crc32c(0, len(message).to_bytes(4, "little"))
    check = masked(checksum).to_bytes(4, "little")
    data = varint(len(message)) + check + message
    checksum = extended_crc32c(extended_crc32c(checksum, check), message)
    with open(data_path(prefix, 0, 1), "wb") as file:
        file.write(data)
    described = entry(7, (), size=len(data), checksum=masked(checksum))
    with open(index_path(prefix), "wb") as file:
        file.write(table_bytes([(b"", _header(1)), (GRAPH_KEY.encode(), described)]))
    with pytest.raises(ERRORS):
        tf.train.Checkpoint(tf.Variable(1.0)).read(prefix)


def test_objects_that_contain_themselves(tmp_path):
    root = tf.Module()
    root.me, root.v = root, tf.Variable(1.0)
    path = tf.train.Checkpoint(root).write(str(tmp_path / "ckpt"))
    other = tf.Module()
    other.me, other.v = other, tf.Variable(0.0)
    tf.train.Checkpoint(other).read(path).assert_consumed()
    assert other.v.numpy() == 1.0


def literal(data):
    return varint(len(data)) + b"".join(
        [
            bytes([len(part) - 1 << 2]) + part
            for part in [data[start : start + 60] for start in range(0, len(data), 60)]
        ]
    )


def test_snappy_blocks():
    assert uncompress(literal(b"x" * 200)) == b"x" * 200
    assert uncompress(varint(9) + b"\x08abc" + bytes([2 << 2 | 1, 3])) == b"abcabcabc"
    assert uncompress(varint(67) + b"\x08abc" + bytes([63 << 2 | 2, 3, 0])) == (b"abc" * 23)[:67]
    assert uncompress(varint(7) + b"\x08abc" + bytes([3 << 2 | 3, 1, 0, 0, 0])) == b"abccccc"
    assert uncompress(varint(70) + bytes([60 << 2, 69]) + b"y" * 70) == b"y" * 70
    for bad in (
        varint(1 << 40) + b"\0a",
        varint(5) + b"\x08abc",
        varint(9) + b"\x08ab",
        varint(4) + b"\0a" + bytes([1, 9]),
        varint(4) + b"\0a" + bytes([2, 0]),
        varint(4) + b"\0a" + bytes([1, 0]),
        b"\xff" * 11,
        b"",
    ):
        with pytest.raises(DataLossError):
            uncompress(bad)


def test_compressed_tables_are_read():
    entries = {f"key{k:03d}".encode(): b"value" * k for k in range(50)}
    plain = table_bytes(sorted(entries.items()))
    found, index = bytearray(), []
    for key, block in [(b"key049", _first_block(plain))]:
        packed = literal(block) + b"\1"
        index.append((key, varint(len(found)) + varint(len(packed) - 1)))
        found += packed + masked_crc32c(packed).to_bytes(4, "little")
    inner = _first_block(table_bytes(index)) + b"\0"
    handle = varint(0) + varint(len(packed) - 1) + varint(len(found)) + varint(len(inner) - 1)
    found += inner + masked_crc32c(inner).to_bytes(4, "little")
    assert read_table(bytes(found) + handle.ljust(40, b"\0") + plain[-8:], "table") == entries


def _first_block(table):
    """The bytes of the first block of a table, found by trying where its checksum fits."""
    for size in range(4, len(table)):
        block = table[:size] + b"\0"
        if table[size : size + 5] == b"\0" + masked_crc32c(block).to_bytes(4, "little"):
            return table[:size]
    raise AssertionError("no block")


def test_checksums_agree_with_known_ones():
    assert extended_crc32c(0, b"123456789") == 0xE3069283
    assert extended_crc32c(0, bytes(32)) == 0x8A9136AA  # RFC 3720, B.4
    assert extended_crc32c(0, b"\xff" * 32) == 0x62A8AB43
    data = np.random.default_rng(0).integers(0, 256, 70_001, np.uint8).tobytes()
    piecewise = 0
    for start in range(0, len(data), 777):
        piecewise = extended_crc32c(piecewise, data[start : start + 777])
    assert piecewise == extended_crc32c(0, data)


@pytest.mark.parametrize(
    "text",
    ["", "model_checkpoint_path", 'model_checkpoint_path: "x', "\0\0", "model_checkpoint_path: 3", 'a: "b"'],
)
def test_state_files_that_say_nothing(tmp_path, text):
    (tmp_path / "checkpoint").write_text(text)
    assert tf.train.latest_checkpoint(tmp_path) is None
    with pytest.raises(ValueError, match="Couldn't find"):
        tf.train.load_checkpoint(tmp_path)


def test_managers_remove_nothing_outside_of_their_folder(tmp_path):
    outside = tf.train.Checkpoint(v=tf.Variable(1.0)).write(str(tmp_path / "outside" / "ckpt"))
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "checkpoint").write_text(
        f'model_checkpoint_path: "{outside}"\nall_model_checkpoint_paths: "../outside/ckpt"\n'
        f'all_model_checkpoint_paths: "{outside}"\n'
    )
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(v=tf.Variable(1.0)), folder, max_to_keep=1)
    manager.save()
    assert os.path.exists(index_path(outside))
