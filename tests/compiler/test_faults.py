"""What can go wrong around the compiler: damaged files, folders that cannot be written, many at once, kills."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import cache, compile_graph
from tapeflow.compiler.load import Callable, Code, conform
from tapeflow.compiler.target import host
from tapeflow.core.dtypes import float32
from tapeflow.graph.tracing import trace

pytest.importorskip("llvmlite")

ADD = """
define void @entry(ptr %b) {
  %a0 = load ptr, ptr %b
  %s1 = getelementptr ptr, ptr %b, i64 1
  %a1 = load ptr, ptr %s1
  %s2 = getelementptr ptr, ptr %b, i64 2
  %a2 = load ptr, ptr %s2
  %x = load float, ptr %a0
  %y = load float, ptr %a1
  %z = fadd float %x, %y
  store float %z, ptr %a2
  ret void
}
"""
ARGUMENTS = [(np.dtype("f4"), (2,), False), (np.dtype("f4"), (), True), (np.dtype("f4"), (), False)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder for compiled programs."""
    monkeypatch.setenv("TAPEFLOW_CACHE", "1")
    monkeypatch.setenv("TAPEFLOW_CACHE_DIR", str(tmp_path / "programs"))
    return tmp_path / "programs"


def program(number):
    """A small compiled program that nobody has compiled before."""
    return compile_graph(trace(lambda x: tf.tanh(x) * number, [(float32, (8,))], f"p{number}"))


def works(compiled, number):
    x = np.linspace(-1, 1, 8, dtype="float32")
    np.testing.assert_allclose(compiled(x)[0], np.tanh(x) * np.float32(number), rtol=1e-5)


def test_compiled_program_is_kept_and_found(folder):
    works(program(3.25), 3.25)
    files = list(folder.glob("*.o"))
    assert files
    before = [path.stat().st_mtime_ns for path in files]
    works(program(3.25), 3.25)
    assert [path.stat().st_mtime_ns for path in folder.glob("*.o")] == before


@pytest.mark.parametrize(
    "damage", [b"", b"tapeflow-objects-2\n", b"\0" * 500, None], ids=["empty", "head", "zeros", "cut"]
)
def test_damaged_entry_is_written_anew(folder, damage):
    works(program(4.5), 4.5)
    for path in folder.glob("*.o"):
        path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    works(program(4.5), 4.5)
    for path in folder.glob("*.o"):
        assert cache.load(path.stem) is not None


def test_folder_that_cannot_be_made_is_gone_without(tmp_path, monkeypatch):
    monkeypatch.setenv("TAPEFLOW_CACHE", "1")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TAPEFLOW_CACHE_DIR", str(tmp_path / "file" / "programs"))
    works(program(5.5), 5.5)


def test_full_disk_leaves_no_half_entry(folder, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    works(program(6.5), 6.5)
    assert not list(folder.glob("*"))


def test_cache_can_be_switched_off(folder, monkeypatch):
    monkeypatch.setenv("TAPEFLOW_CACHE", "0")
    works(program(7.5), 7.5)
    assert not folder.exists()


def test_killed_process_leaves_only_whole_entries(folder):
    code = (
        "from tests.compiler.test_faults import program\nimport itertools\n"
        "print('ready', flush=True)\nfor k in itertools.count(): program(100.5 + k)"
    )
    for wait in (0.05, 0.2):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    for path in folder.glob("*.o"):
        assert cache.load(path.stem) is not None


def test_threads_compile_the_same_function_at_once(folder):
    @tf.function(jit_compile=True)
    def f(x):
        return tf.sin(x) * 8.75

    found, x = [], tf.constant([0.5, 1.0])
    threads = [threading.Thread(target=lambda: found.append(f(x).numpy())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and f.experimental_get_tracing_count() == 1
    for each in found:
        np.testing.assert_allclose(each, np.sin([0.5, 1.0]) * 8.75, rtol=1e-6)


def test_processes_compile_the_same_function_at_once(folder):
    code = "from tests.compiler.test_faults import program, works\nworks(program(9.25), 9.25)"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]


def test_builtin_refuses_other_arguments():
    call = Callable(Code(ADD, "entry"), ARGUMENTS).call
    x, s, out = np.ones(2, "f4"), np.float32(3), np.empty((), "f4")
    assert call(x, s, out) and out == 4
    wide = np.ones((2, 2), "f4")
    refused = [
        (),
        (x, s),
        (x, s, out, out),
        (x, 3.0, out),
        (x, np.float64(3), out),
        (x.astype("f8"), s, out),
        (np.ones(3, "f4"), s, out),
        (np.ones((2, 1), "f4"), s, out),
        (wide[:, 0], s, out),
        (x.astype(">f4"), s, out),
        ([1.0, 2.0], s, out),
        (None, s, out),
    ]
    assert not any([call(*arguments) for arguments in refused])


def test_arrays_in_another_layout_are_brought_into_form():
    column = np.ones((2, 2), "f4")[:, 0]
    found = conform([column, np.float64(3)], ARGUMENTS[:2])
    assert found[0].flags.c_contiguous and type(found[1]) is np.float32


def test_calls_in_python_do_the_same(monkeypatch):
    from tapeflow.compiler import load

    monkeypatch.setattr(load, "caller", lambda: None)
    call = Callable(Code(ADD, "entry"), ARGUMENTS).call
    out = np.empty((), "f4")
    assert call(np.ones(2, "f4"), np.float32(3), out) and out == 4
    assert not call(np.ones(3, "f4"), np.float32(3), out) and not call()


def test_unknown_target_is_refused(monkeypatch):
    monkeypatch.setenv("TAPEFLOW_TARGET", "z80")
    with pytest.raises(ValueError, match="z80"):
        host.__wrapped__()


def test_floating_mode_is_restored_after_a_call():
    works(program(10.5), 10.5)
    assert np.float32(1e-40) * np.float32(1) > 0


def _loss(labels):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.ones([2, 3])))


def test_a_refused_program_has_changed_no_variable():
    counts = tf.Variable(tf.zeros([4]))

    @tf.function(jit_compile=True)
    def step(labels):
        counts.assign_add(tf.ones([4]))
        return _loss(labels)

    step(tf.constant([0, 1]))
    with pytest.raises(tf.errors.InvalidArgumentError):
        step(tf.constant([0, 7]))
    assert counts.numpy().tolist() == [1.0, 1.0, 1.0, 1.0]


def test_a_refusal_in_one_thread_is_not_taken_for_anothers():
    loss = tf.function(_loss, jit_compile=True)
    good, bad = tf.constant([0, 1]), tf.constant([0, 7])
    expected = loss(good).numpy()
    wrong = []

    def call(labels, is_refused):
        for _ in range(300):
            try:
                found = loss(labels).numpy()
                if is_refused or found != expected:
                    wrong.append(found)
            except tf.errors.InvalidArgumentError as error:
                if not is_refused:
                    wrong.append(error)

    threads = [threading.Thread(target=call, args=each) for each in 2 * [(good, False), (bad, True)]]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong


def test_the_oldest_files_go_when_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setenv("TAPEFLOW_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(cache, "_LARGEST", 1000)
    for number in range(30):
        cache.store(f"ff{number}", [bytes(100)])
        os.utime(tmp_path / f"ff{number}.o", (number, number))
    assert len(list(tmp_path.iterdir())) == 30
    cache.store("00", [bytes(100)])
    left = {each.name for each in tmp_path.iterdir()}
    assert "00.o" in left
    assert sum([each.stat().st_size for each in tmp_path.iterdir()]) <= 1000
    assert left - {"00.o"} == {f"ff{number}.o" for number in range(31 - len(left), 30)}
