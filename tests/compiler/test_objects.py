"""Modules become object code on several threads: cut into parts, beside llvmlite's lock, around forks and exits."""

import os
import subprocess
import sys
import threading
import types

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import cache, compile_graph, objects, parts, product_library
from tapeflow.compiler.target import host
from tapeflow.core.dtypes import float32
from tapeflow.graph.tracing import trace

llvm = pytest.importorskip("llvmlite.binding")

TRIANGULAR = """
@base = private constant i64 {base}

define internal i64 @one_less(i64 %x) alwaysinline {{
  %y = sub i64 %x, 1
  ret i64 %y
}}

define internal {{ i64, i1 }} @below(i64 %x)
{{
  %y = call i64 @one_less(i64 %x)
  %is_zero = icmp eq i64 %x, 0
  %r0 = insertvalue {{ i64, i1 }} undef, i64 %y, 0
  %r1 = insertvalue {{ i64, i1 }} %r0, i1 %is_zero, 1
  ret {{ i64, i1 }} %r1
}}

define internal i64 @sum(i64 %x) {{
entry:
  %pair = call {{ i64, i1 }} @below(i64 %x)
  %next = extractvalue {{ i64, i1 }} %pair, 0
  %is_zero = extractvalue {{ i64, i1 }} %pair, 1
  br i1 %is_zero, label %end, label %more

more:
  %rest = call i64 @sum(i64 %next)
  %total = add i64 %rest, %x
  ret i64 %total

end:
  %start = load i64, ptr @base
  ret i64 %start
}}

define void @entry(ptr %b) {{
  %place = load ptr, ptr %b
  %x = load i64, ptr %place
  %y = call i64 @sum(i64 %x)
  store i64 %y, ptr %place
  ret void
}}
"""


@pytest.fixture
def many_parts(monkeypatch):
    """Modules are cut wherever they can be."""
    monkeypatch.setattr(parts, "SMALLEST", 1)
    monkeypatch.setattr(objects, "processors", lambda: 8)


def triangular(base, number):
    """base + 1 + 2 + ... + number, by machine code."""
    from tapeflow.compiler.load import Callable, Code

    place = np.array([number])
    call = Callable(Code(TRIANGULAR.format(base=base), "entry"), [(np.dtype(np.int64), (1,), False)]).call
    assert call(place)
    return place[0]


def layers(x, w):
    for _ in range(3):
        x = tf.nn.softmax(tf.sin(x @ w) * 1e5) + tf.reduce_sum(x, axis=1, keepdims=True)
    return x


def test_a_module_is_cut_between_its_functions():
    text = TRIANGULAR.format(base=0)
    assert parts.split(text, 8) == [text]
    found = parts.split(text * (parts.SMALLEST // len(text) * 2), 1)
    assert len(found) == 1


def test_parts_have_each_function_once_and_what_all_need(many_parts):
    found = parts.split(TRIANGULAR.format(base=0), 8)
    assert len(found) == 3
    for name in ("@below", "@sum", "@entry"):
        defined = [text for text in found if f"{name}(" in "".join(text.partition("define")[1:])]
        lines = [line for text in defined for line in text.splitlines() if f"{name}(" in line]
        assert sum([line.startswith("define") for line in lines]) == 1
        assert sum([line.startswith("declare") for line in lines]) == 2
    for text in found:
        assert "define internal i64 @one_less" in text and "@base = private constant" in text
        llvm.parse_assembly(text).verify()


def test_a_module_with_variables_stays_whole(many_parts):
    text = "@count = internal global i64 0\n" + TRIANGULAR.format(base=0)
    assert parts.split(text, 8) == [text]


def test_parts_find_each_other(many_parts):
    assert triangular(1000, 4) == 1010


def test_parts_are_kept_together(many_parts, tmp_path, monkeypatch):
    monkeypatch.setenv("TAPEFLOW_CACHE", "1")
    monkeypatch.setenv("TAPEFLOW_CACHE_DIR", str(tmp_path))
    assert triangular(2000, 4) == 2010
    (path,) = tmp_path.glob("*.o")
    assert len(cache.load(path.stem)) == 3
    monkeypatch.setattr(objects, "compiled", lambda *_: 1 / 0)
    assert triangular(2000, 5) == 2015


def test_a_program_in_parts_computes_the_same(many_parts, monkeypatch):
    arrays = [np.random.default_rng(3).standard_normal(shape).astype("f4") for shape in [(5, 19), (19, 19)]]
    graph = lambda: trace(layers, [(float32, (5, 19)), (float32, (19, 19))], "layers")
    in_parts = compile_graph(graph())
    (segment,) = in_parts.segments
    assert len(parts.split(segment.text, 8)) > 3
    monkeypatch.setenv("TAPEFLOW_CACHE", "0")
    monkeypatch.setattr(objects, "processors", lambda: 1)
    np.testing.assert_array_equal(in_parts(*arrays)[0], compile_graph(graph())(*arrays)[0])


def texts():
    return [text for thin in (False, True) for text in product_library.texts_of(host(), tf.float64, thin)]


def test_the_way_beside_the_lock_is_there():
    assert objects._emit() is not None


def test_without_that_way_llvmlite_does_the_same(monkeypatch):
    expected = objects.compiled(texts())
    with monkeypatch.context() as changed:
        changed.setattr(llvm.ffi, "lib", types.SimpleNamespace())
        assert objects._emit.__wrapped__() is None
    monkeypatch.setattr(objects, "_emit", lambda: None)
    assert objects.compiled(texts()) == expected


def test_without_threads_the_same_is_compiled(monkeypatch):
    def refused(thread):
        raise RuntimeError("can't start new thread")

    expected = objects.compiled(texts())
    monkeypatch.setattr(threading.Thread, "start", refused)
    assert objects.compiled(texts()) == expected


def test_many_threads_compile_at_once():
    every = texts()
    expected, found = objects.compiled(every), {}

    def compile_one(number):
        (found[number],) = objects.compiled([every[number % len(every)]])

    threads = [threading.Thread(target=compile_one, args=(number,)) for number in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [found[number] for number in range(12)] == expected * 3


def test_an_error_in_a_part_is_raised_when_all_are_done():
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="parsing"):
        objects.compiled(["define nothing", *texts()])
    assert threading.active_count() == before


AT_WORK = """
import os, sys, time
from tapeflow.compiler import begin, product_library
from tapeflow.core.dtypes import float32, float64
begin()
product_library.begin(float32)
product_library.begin(float64, True)
time.sleep({delay})
"""
FORK = """
child = os.fork()
product_library.code(float32, True)
product_library.finish()
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.parametrize("then", ["", FORK], ids=["exit", "fork"])
def test_a_process_may_end_or_fork_while_threads_compile(then):
    if then and not hasattr(os, "fork"):
        pytest.skip("the system does not fork")
    for delay in (0.0, 0.1, 0.2, 0.4):
        done = subprocess.run(
            [sys.executable, "-c", AT_WORK.format(delay=delay) + then],
            env={**os.environ, "TAPEFLOW_CACHE": "0"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, (delay, done.stderr)
