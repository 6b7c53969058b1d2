"""TFRecord files: both directions with TensorFlow, damage of every kind, writers that are killed."""

import gzip
import os
import random
import signal
import subprocess
import sys
import time
import zlib

import pytest

import tapeflow as tf
from tapeflow.api.io.records import tf_record_iterator
from tapeflow.files.checksums import extended_crc32c, masked_crc32c
from tapeflow.files.records import read_records, record_at

RECORDS = [b"", b"abc", bytes(range(256)) * 10, b"x" * 5_000_000, b"end"]
KINDS = ["", "GZIP", "ZLIB"]


def write(path, records, compression=""):
    with tf.io.TFRecordWriter(path, compression) as writer:
        for each in records:
            writer.write(each)


@pytest.mark.parametrize("compression", KINDS)
def test_records_come_back(tmp_path, compression):
    write(tmp_path / "a", RECORDS, compression)
    assert list(tf_record_iterator(tmp_path / "a", compression)) == RECORDS


@pytest.mark.parametrize("compression", KINDS)
def test_tensorflow_reads_and_writes_the_same_files(tmp_path, compression):
    tensorflow = pytest.importorskip("tensorflow")
    path = str(tmp_path / "a")
    write(path, RECORDS, compression)
    data = tensorflow.data.TFRecordDataset(path, compression_type=compression)
    assert [each.numpy() for each in data] == RECORDS
    with tensorflow.io.TFRecordWriter(path, compression) as writer:
        for each in RECORDS:
            writer.write(each)
    assert list(tf_record_iterator(path, compression)) == RECORDS


def test_the_checksum_is_castagnolis():
    assert extended_crc32c(0, b"123456789") == 0xE3069283
    for length in (1, 4, 31, 32, 1023, 1024, 1025, 5000, 100_000):
        data = random.Random(length).randbytes(length)
        register = 0xFFFFFFFF
        for byte in data:
            register ^= byte
            for _ in range(8):
                register = register >> 1 ^ 0x82F63B78 * (register & 1)
        assert extended_crc32c(0, data) == register ^ 0xFFFFFFFF
        assert extended_crc32c(extended_crc32c(0, data[:7]), data[7:]) == register ^ 0xFFFFFFFF


SMALL = [b"abc", b"defg", b"h" * 40]
STARTS = [0, 19, 39, 95]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "a"
    write(path, SMALL)
    return path.read_bytes()


def outcome(path, data, compression=""):
    """(records before the error, the error or None)."""
    path.write_bytes(data)
    found = []
    try:
        for each in read_records(path, compression):
            found.append(each)
    except tf.errors.DataLossError as error:
        return found, str(error)
    return found, None


def test_every_flipped_bit_is_noticed_at_its_offset(tmp_path, small):
    for place in range(len(small)):
        data = bytearray(small)
        data[place] ^= 1 << place % 8
        found, message = outcome(tmp_path / "b", bytes(data))
        record = max(i for i in range(3) if STARTS[i] <= place)
        assert found == SMALL[:record]
        in_header = place < STARTS[record] + 12
        assert message.startswith(f"corrupted record at {STARTS[record] + (0 if in_header else 12)}")


def test_every_truncation_is_noticed_at_its_offset(tmp_path, small):
    for length in range(len(small)):
        found, message = outcome(tmp_path / "b", small[:length])
        record = max(i for i in range(4) if STARTS[i] <= length)
        assert found == SMALL[:record]
        if length in STARTS:
            assert message is None
        else:
            assert message.startswith(f"truncated record at {STARTS[record]}")


@pytest.mark.parametrize("length", [2**20, 2**31, 2**40, 2**62, 2**63, 2**64 - 1, 2**64 - 4])
@pytest.mark.parametrize("compression", KINDS)
def test_hostile_lengths_allocate_nothing(tmp_path, length, compression):
    number = length.to_bytes(8, "little")
    data = number + masked_crc32c(number).to_bytes(4, "little") + b"abc"
    data = {"": bytes, "GZIP": gzip.compress, "ZLIB": zlib.compress}[compression](data)
    found, message = outcome(tmp_path / "b", data, compression)
    assert not found
    assert message.startswith("truncated record at 0")


def test_a_hostile_length_in_a_pipe_takes_what_there_is(tmp_path):
    number = (2**50).to_bytes(8, "little")
    os.mkfifo(tmp_path / "pipe")
    code = f"open({str(tmp_path / 'pipe')!r}, 'wb').write({number + masked_crc32c(number).to_bytes(4, 'little')!r})"
    with (
        subprocess.Popen([sys.executable, "-c", code]),
        pytest.raises(tf.errors.DataLossError, match="truncated"),
    ):
        list(read_records(tmp_path / "pipe"))


@pytest.mark.parametrize("compression", ["GZIP", "ZLIB"])
def test_damaged_compression_is_noticed(tmp_path, small, compression):
    pack = gzip.compress if compression == "GZIP" else zlib.compress
    packed = pack(small)
    for data in (
        b"not compressed",
        small,
        packed[:-8] + b"12345678",
        packed[:20] + b"\xff\xff" + packed[22:],
        b"\0" * 50,
    ):
        assert outcome(tmp_path / "b", data, compression)[1] is not None
    cut = packed[: len(packed) // 2]
    assert (
        outcome(tmp_path / "b", cut, compression)[1] is not None or outcome(tmp_path / "b", cut)[0] != SMALL
    )
    assert outcome(tmp_path / "b", packed + packed, compression) == (SMALL * 2, None)
    assert outcome(tmp_path / "b", packed)[1].endswith("(Is this even a TFRecord file?)")


def test_a_bomb_is_not_unpacked(tmp_path):
    """A thousand megabytes of zeros in a megabyte: a wrong header is told at once, with little memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(1 << 20)
    bomb = b"".join([packer.compress(piece) for _ in range(200)]) + packer.flush()
    started = time.perf_counter()
    _, message = outcome(tmp_path / "b", bomb, "GZIP")
    assert message.startswith("corrupted record at 0")
    assert time.perf_counter() - started < 1


def test_records_are_found_by_their_offset(tmp_path, small):
    (tmp_path / "a").write_bytes(small)
    with open(tmp_path / "a", "rb") as file:
        assert record_at(file, 19) == (b"defg", 39)
        assert record_at(file, 0) == (b"abc", 19)
        with pytest.raises(tf.errors.OutOfRangeError):
            record_at(file, 95)
        with pytest.raises(tf.errors.DataLossError):
            record_at(file, 7)


def test_wrong_calls_are_refused(tmp_path):
    writer = tf.io.TFRecordWriter(tmp_path / "a")
    with pytest.raises(TypeError):
        writer.write(3)
    writer.close()
    writer.close()
    for call in (lambda: writer.write(b"a"), writer.flush):
        with pytest.raises(tf.errors.FailedPreconditionError, match="Writer is closed"):
            call()
    with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
        tf.io.TFRecordWriter(tmp_path / "none" / "a")
    with pytest.raises(tf.errors.NotFoundError):
        list(tf_record_iterator(tmp_path / "none"))
    with pytest.raises(ValueError, match="Not a valid compression_type"):
        tf.io.TFRecordOptions("BZIP")


WRITES_FOR_EVER = """
import sys
import tapeflow as tf

writer = tf.io.TFRecordWriter(sys.argv[1], sys.argv[2])
count = 0
while True:
    writer.write(b"%d" % count + b"x" * 3000)
    count += 1
    if count % 10 == 0:
        writer.flush()
        print(count, flush=True)
"""


@pytest.mark.parametrize("compression", ["", "", "GZIP"])
def test_what_was_flushed_survives_a_kill(tmp_path, compression):
    path = tmp_path / "a"
    command = [sys.executable, "-c", WRITES_FOR_EVER, str(path), compression]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split()
    flushed = int(said[-1]) if said else 10
    found = []
    try:
        for each in read_records(path, compression):
            found.append(each)
    except tf.errors.DataLossError:
        pass
    assert len(found) >= flushed
    assert [each.partition(b"x")[0] for each in found] == [b"%d" % place for place in range(len(found))]
