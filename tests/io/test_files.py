"""tf.io.gfile and files as strings, with TensorFlow's results and errors."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import pytest

import tapeflow as tf

CALLS = """
copy(f'{d}/a', f'{d}/b')
copy(f'{d}/a', f'{d}/b', overwrite=True)
copy(f'{d}/none', f'{d}/z')
exists(f'{d}/a')
exists(f'{d}/none')
exists('')
exists(f'file://{d}/a')
exists('foo://x/y')
isdir(d)
isdir(f'{d}/a')
isdir(pathlib.Path(d))
join('a', 'b', '/c')
join(pathlib.Path('/a'), 'b')
sorted(listdir(d))
listdir(f'{d}/none')
listdir(f'{d}/a')
makedirs(f'{d}/sub/deep')
makedirs(f'{d}/a')
mkdir(f'{d}/sub')
mkdir(f'{d}/none/x')
mkdir(f'{d}/new')
remove(f'{d}/none')
remove(f'{d}/sub')
rename(f'{d}/a', f'{d}/b')
rename(f'{d}/none', f'{d}/q')
rmtree(f'{d}/none')
stat(f'{d}/a').length
stat(d).is_directory
stat(f'{d}/none')
sorted(glob(f'{d}/*'))
sorted(glob([f'{d}/a*', f'{d}/[bs]*']))
glob(f'{d}/none')
[(a, sorted(b), sorted(c)) for a, b, c in walk(d)]
[(a, sorted(b), sorted(c)) for a, b, c in walk(d, topdown=False)]
list(walk(f'{d}/none'))
GFile(f'{d}/none').read()
GFile(f'{d}/a').read()
GFile(f'{d}/a', 'rb').read(3)
GFile(f'{d}/a').readlines()
list(GFile(f'{d}/a'))
GFile(f'{d}/a').readline()
GFile(f'{d}/a').size()
GFile(f'{d}/a', 'w').read()
GFile(f'{d}/b', 'r').write('a')
GFile(f'{d}/b', 'q')
GFile(f'{d}/b', 'r+').read()
GFile(f'{d}/none/w', 'w').write('a')
GFile(f'{d}/sub').read()
GFile(f'{d}/b', 'wb').write(b'a')
GFile(f'{d}/b', 'a').write('more')
GFile(f'{d}/b', 'w').write(3)
GFile(f'{d}/b').seek(offset=-5)
GFile(f'{d}/b').seek(3, 5)
GFile(f'{d}/b').name
""".strip().splitlines()


def results(gfile, folder):
    os.makedirs(f"{folder}/sub/deep")
    pathlib.Path(folder, "a").write_text("one\ntwo\n")
    pathlib.Path(folder, "b").write_text("b")
    names = {name: getattr(gfile, name) for name in dir(gfile) if not name.startswith("_")}
    found = []
    for call in CALLS:
        try:
            result = eval(call, {"d": str(folder), "pathlib": pathlib, **names})
        except Exception as error:
            result = type(error).__name__
        found.append(str(result).replace(str(folder), ""))
    return found


def test_files_and_folders_are_tensorflows(tmp_path):
    tensorflow = pytest.importorskip("tensorflow")
    (tmp_path / "ours").mkdir()
    (tmp_path / "theirs").mkdir()
    ours = results(tf.io.gfile, tmp_path / "ours")
    theirs = results(tensorflow.io.gfile, tmp_path / "theirs")
    assert list(zip(CALLS, ours, strict=True)) == list(zip(CALLS, theirs, strict=True))


def test_files_are_read_and_written_when_a_function_runs(tmp_path):
    path = tmp_path / "deep" / "file"

    @tf.function
    def append(path, text):
        tf.io.write_file(path, text)
        return tf.strings.join([tf.io.read_file(path), "!"])

    assert append(str(path), tf.constant("one")).numpy() == b"one!"
    assert append(str(path), tf.constant("two")).numpy() == b"two!"
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path / "deep") == ["file"]
    assert tf.io.matching_files([str(tmp_path / "*"), str(tmp_path / "*" / "f?le")]).shape == [2]


@pytest.mark.parametrize(
    "call, kind",
    [
        (lambda: tf.io.read_file("/nowhere/file"), "NotFoundError"),
        (lambda: tf.io.read_file("/"), "FailedPreconditionError"),
        (lambda: tf.io.read_file(["a"]), "InvalidArgumentError"),
        (lambda: tf.io.read_file(3), "TypeError"),
        (lambda: tf.io.write_file("a", ["b"]), "InvalidArgumentError"),
        (lambda: tf.io.decode_compressed(b"abc", "GZIP"), "DataLossError"),
        (lambda: tf.io.decode_compressed(b"abc", "BZIP"), "InvalidArgumentError"),
        (lambda: tf.io.parse_tensor(b"\xff\xff", tf.float32), "InvalidArgumentError"),
        (lambda: tf.io.parse_tensor(tf.io.serialize_tensor(1.0), tf.int32), "InvalidArgumentError"),
        (lambda: tf.io.parse_tensor([b""], tf.int32), "InvalidArgumentError"),
        (lambda: tf.io.parse_tensor(b"", tf.int32), "InvalidArgumentError"),
    ],
)
def test_wrong_calls_are_refused(call, kind):
    with pytest.raises(Exception) as caught:
        call()
    assert type(caught.value).__name__ == kind


WRITES_FOR_EVER = """
import sys
import tapeflow as tf

tf.io.write_file(sys.argv[1], "0" * 3_000_000)
print("ready", flush=True)
count = 0
while True:
    count += 1
    tf.io.write_file(sys.argv[1], str(count % 10) * 3_000_000)
"""


def test_a_killed_writer_leaves_a_whole_file(tmp_path):
    path = tmp_path / "a"
    for _ in range(3):
        command = [sys.executable, "-c", WRITES_FOR_EVER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert len(data) == 3_000_000 and len(set(data)) == 1


@pytest.mark.parametrize("as_text", [True, False])
def test_graphs_are_written_as_tensorflow_reads_them(tmp_path, as_text):
    tensorflow = pytest.importorskip("tensorflow")
    from google.protobuf import text_format

    graph = tf.function(lambda x: x * 2.0).get_concrete_function(tf.TensorSpec([3], tf.float32)).graph
    path = tf.io.write_graph(graph, tmp_path / "new", "graph", as_text)
    data = pathlib.Path(path).read_bytes()
    found = tensorflow.compat.v1.GraphDef()
    text_format.Parse(data, found) if as_text else found.ParseFromString(data)
    assert sorted(each.op for each in found.node) == ["Const", "Mul", "Placeholder"]


def test_time_goes_on_inside_of_functions():
    now = tf.function(tf.timestamp)
    times = [time.time(), float(now()), float(now()), float(tf.timestamp()), time.time()]
    assert times == sorted(times)
    assert times[1] < times[-1]


@pytest.mark.parametrize(
    "call", [lambda: tf.io.decode_proto(b"", "", [], []), lambda: tf.io.encode_proto([], [], [], "")]
)
def test_other_messages_are_refused(call):
    with pytest.raises(NotImplementedError, match="not there"):
        call()
