"""Loops shared by worker threads: every iteration runs once, whoever calls, from wherever."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from tapeflow.compiler import threads
from tapeflow.compiler.load import Callable, Code

_LOOP = """
declare void @tapeflow_parallel(ptr, ptr, i64, i64)

; Adds 1 to each number of the first array in [begin, end), and to its element of the second array for each piece.
define internal void @body(ptr %buffers, i64 %begin, i64 %end) {{
entry:
  %numbers = load ptr, ptr %buffers
  %slot = getelementptr ptr, ptr %buffers, i64 1
  %begins = load ptr, ptr %slot
  %mark = getelementptr i64, ptr %begins, i64 %begin
  %marked = load i64, ptr %mark
  %more = add i64 %marked, 1
  store i64 %more, ptr %mark
  br label %test

test:
  %i = phi i64 [ %begin, %entry ], [ %next, %add ]
  %over = icmp sge i64 %i, %end
  br i1 %over, label %finished, label %add

add:
  %place = getelementptr i64, ptr %numbers, i64 %i
  %before = load i64, ptr %place
  %after = add i64 %before, 1
  store i64 %after, ptr %place
  %next = add i64 %i, 1
  br label %test

finished:
  ret void
}}

define void @entry(ptr %buffers) {{
  call void @tapeflow_parallel(ptr @body, ptr %buffers, i64 {count}, i64 {grain})
  ret void
}}
"""

_NESTED = """
declare void @tapeflow_parallel(ptr, ptr, i64, i64)

define internal void @add(ptr %row, i64 %begin, i64 %end) {
entry:
  br label %test

test:
  %i = phi i64 [ %begin, %entry ], [ %next, %step ]
  %over = icmp sge i64 %i, %end
  br i1 %over, label %finished, label %step

step:
  %place = getelementptr i64, ptr %row, i64 %i
  %before = load i64, ptr %place
  %after = add i64 %before, 1
  store i64 %after, ptr %place
  %next = add i64 %i, 1
  br label %test

finished:
  ret void
}

define internal void @rows(ptr %numbers, i64 %begin, i64 %end) {
entry:
  br label %test

test:
  %i = phi i64 [ %begin, %entry ], [ %next, %step ]
  %over = icmp sge i64 %i, %end
  br i1 %over, label %finished, label %step

step:
  %offset = mul i64 %i, 32
  %row = getelementptr i64, ptr %numbers, i64 %offset
  call void @tapeflow_parallel(ptr @add, ptr %row, i64 32, i64 1)
  %next = add i64 %i, 1
  br label %test

finished:
  ret void
}

define void @entry(ptr %buffers) {
  %numbers = load ptr, ptr %buffers
  call void @tapeflow_parallel(ptr @rows, ptr %numbers, i64 16, i64 1)
  ret void
}
"""


@pytest.fixture(autouse=True)
def three_threads():
    threads.provide()
    threads.set_num_threads(3)
    yield
    threads.set_num_threads(None)


def compiled(text, *shapes):
    return Callable(Code(text, "entry"), [(np.dtype(np.int64), shape, False) for shape in shapes]).call


def counter(count, grain):
    size = max(count, 1)
    return compiled(_LOOP.format(count=count, grain=grain), (size,), (size,))


@pytest.mark.parametrize(
    "count, grain", [(1000, 1), (1000, 7), (1000, 999), (4097, 64), (2, 1), (13, 5), (100, 0), (100, -3)]
)
def test_every_iteration_runs_once_in_pieces_at_multiples_of_the_grain(count, grain):
    numbers, begins = np.zeros(count, np.int64), np.zeros(count, np.int64)
    call = counter(count, grain)
    for _ in range(300):
        assert call(numbers, begins)
    assert (numbers == 300).all()
    assert (np.flatnonzero(begins) % max(grain, 1) == 0).all()


@pytest.mark.parametrize("count, grain", [(1, 1), (50, 50), (50, 80)])
def test_small_loops_are_one_piece(count, grain):
    numbers, begins = np.zeros(count, np.int64), np.zeros(count, np.int64)
    counter(count, grain)(numbers, begins)
    assert (numbers == 1).all() and begins[0] == 1 and begins.sum() == 1


@pytest.mark.parametrize("count", [0, -5])
def test_loops_over_nothing_do_not_call_the_body(count):
    numbers, begins = np.zeros(1, np.int64), np.zeros(1, np.int64)
    counter(count, 1)(numbers, begins)
    assert not numbers.any() and not begins.any()


def test_loops_in_loops_run_on_the_thread_that_meets_them():
    call, numbers = compiled(_NESTED, (16, 32)), np.zeros((16, 32), np.int64)
    for _ in range(500):
        call(numbers)
    assert (numbers == 500).all()


def test_one_thread_runs_everything_in_one_piece():
    numbers, begins = np.zeros(100, np.int64), np.zeros(100, np.int64)
    threads.set_num_threads(1)
    counter(100, 1)(numbers, begins)
    assert (numbers == 1).all() and begins.sum() == 1


def test_jobs_of_changing_sizes_do_not_mix():
    loops = [(counter(count, 1), count) for count in (3, 17, 256, 1000)]
    arrays = [(np.zeros(count, np.int64), np.zeros(count, np.int64)) for _, count in loops]
    for turn in range(2000):
        threads.set_num_threads(2 + turn % 5)
        for (call, _), pair in zip(loops, arrays, strict=True):
            call(*pair)
    assert all([(numbers == 2000).all() for numbers, _ in arrays])


_MANY_CALLERS = """
import ctypes, sys, threading
import numpy as np
sys.path.insert(0, {root!r})
from tapeflow.compiler import threads
from tapeflow.compiler.load import Code
from tests.compiler.test_threads import _LOOP
threads.provide()
threads.set_num_threads(4)
code = Code(_LOOP.format(count=500, grain=1), "entry")
call = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(code.address)  # without the GIL
wrong = []
def work():
    numbers, begins = np.zeros(500, np.int64), np.zeros(500, np.int64)
    pointers = (ctypes.c_void_p * 2)(numbers.ctypes.data, begins.ctypes.data)
    for _ in range(1000):
        call(ctypes.addressof(pointers))
    if not (numbers == 1000).all():
        wrong.append(numbers)
callers = [threading.Thread(target=work) for _ in range(6)]
for each in callers:
    each.start()
for each in callers:
    each.join()
print(len(wrong))
"""


def _run(code):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found = subprocess.run(
        [sys.executable, "-c", code.format(root=root)], capture_output=True, text=True, timeout=120, cwd=root
    )
    assert found.returncode == 0, found.stderr
    assert not found.stderr
    return found.stdout.split()


def test_many_python_threads_without_the_interpreters_lock():
    assert _run(_MANY_CALLERS) == ["0"]


_FORKING = """
import os, sys
import numpy as np
sys.path.insert(0, {root!r})
from tapeflow.compiler import threads
from tapeflow.compiler.load import Callable, Code
from tests.compiler.test_threads import _LOOP
threads.provide()
threads.set_num_threads(3)
int64 = np.dtype(np.int64)
loop = Callable(Code(_LOOP.format(count=500, grain=1), "entry"), [(int64, (500,), False)] * 2)
numbers, begins = np.zeros(500, np.int64), np.zeros(500, np.int64)
loop.call(numbers, begins)
for generation in range(3):
    child = os.fork()
    if child:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    numbers[:] = 0
    for _ in range(200):
        loop.call(numbers, begins)
    assert (numbers == 200).all()
    with open("/proc/self/stat") as file:  # the caller and two workers
        assert file.read().rpartition(")")[2].split()[17] == "3"
print("children")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts threads in /proc")
def test_forked_children_start_workers_of_their_own():
    assert _run(_FORKING) == ["children"]


def test_the_number_of_threads_is_said_by_the_environment(monkeypatch):
    threads.set_num_threads(None)
    monkeypatch.setenv("TAPEFLOW_NUM_THREADS", "7")
    assert threads.num_threads() == 7
    monkeypatch.setenv("TAPEFLOW_NUM_THREADS", "many")
    with pytest.raises(ValueError, match="TAPEFLOW_NUM_THREADS is 'many'"):
        threads.num_threads()
    monkeypatch.delenv("TAPEFLOW_NUM_THREADS")
    assert 1 <= threads.num_threads() <= os.cpu_count()


@pytest.mark.parametrize("number", [0, -1, 257, 2.0, "2", True])
def test_numbers_of_threads_that_cannot_be_are_refused(number):
    with pytest.raises(ValueError, match="a whole number from 1 to 256"):
        threads.set_num_threads(number)
    assert threads.num_threads() == 3


def test_workers_compute_in_the_mode_of_the_caller():
    """The builtin flushes results below the least normal number to zero; so does every piece."""
    text = """
declare void @tapeflow_parallel(ptr, ptr, i64, i64)

define internal void @halve(ptr %numbers, i64 %begin, i64 %end) {
entry:
  br label %test

test:
  %i = phi i64 [ %begin, %entry ], [ %next, %step ]
  %over = icmp sge i64 %i, %end
  br i1 %over, label %finished, label %step

step:
  %place = getelementptr double, ptr %numbers, i64 %i
  %before = load double, ptr %place
  %after = fmul double %before, 0.5
  store double %after, ptr %place
  %next = add i64 %i, 1
  br label %test

finished:
  ret void
}

define void @entry(ptr %buffers) {
  %numbers = load ptr, ptr %buffers
  call void @tapeflow_parallel(ptr @halve, ptr %numbers, i64 20000, i64 1)
  ret void
}
"""
    call = Callable(Code(text, "entry"), [(np.dtype(np.float64), (20000,), False)]).call
    for _ in range(50):
        numbers = np.full(20000, np.finfo(np.float64).tiny)
        call(numbers)
        assert len(set(numbers.tolist())) == 1


def test_the_runtime_is_made_once():
    made = []
    callers = [threading.Thread(target=lambda: made.append(threads.provide())) for _ in range(8)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert made == [threads.NAME] * 8
