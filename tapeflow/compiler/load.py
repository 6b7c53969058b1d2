"""From LLVM text to something that Python can call on arrays.

A program is `void entry(i8** buffers)`. One small builtin function, made once, serves all programs: it looks at
the objects that it is called with, checks that they are the arrays which the program was compiled for, collects
their data pointers and calls the entry. It reads NumPy's array objects natively (`PyArrayObject`: data at 16,
number of axes at 24, sizes at 32, dtype at 56, flags at 64 bytes), which a self-test verifies before the first
use; if that fails, or TAPEFLOW_NATIVE_CALLS is 0, the same is done in Python.
"""

import atexit
import contextlib
import ctypes
import functools
import os
import sys
import threading

import numpy

from tapeflow.compiler import cache, objects
from tapeflow.compiler.target import host

_MAX_RANK = 8
_RECORD = 4 + _MAX_RANK  # type, whether it is a scalar, dtype, number of axes, sizes
_ANY_SHAPE = 2**64 - 1
_FLUSH = 0x8040  # flush to zero, denormals are zero: bits of MXCSR


_one_at_a_time = threading.RLock()
"""What is loaded hangs on LLVM's global context, which is not for several threads."""


class Code:
    """Machine code of one module, which lives as long as this object does.

    text: the module, or a function that gives modules that call each other, and is called if the cache has no code of
    the name `recipe`, which says all that the texts depend on but the target. effort: LLVM's level of optimization, 0
    for code that is not worth a compiler's time. before: called when the code is there, before it is loaded; it makes
    known to LLVM what the code calls.
    """

    def __init__(self, text, entry, recipe=None, effort=2, before=None):
        with _works.entered():
            found = _objects(text, recipe, effort)
        if before is not None:
            before()
        with _works.entered(), _one_at_a_time:
            self._engine, self.address = _loaded(found, entry)

    def address_of(self, name):
        """The address of another function of the module."""
        with _works.entered():
            return self._engine.get_function_address(name)

    def __del__(self, is_finalizing=sys.is_finalizing):  # late at the end, names of modules are gone
        engine = self.__dict__.get("_engine")
        if engine is not None and not is_finalizing():
            with _works.entered(), _one_at_a_time:
                engine.close()


def introduce(name, address):
    """Makes a function known to LLVM, so that code loaded from now on can call it by name."""
    import llvmlite.binding as llvm

    with _works.entered():
        llvm.add_symbol(name, address)


class _Works:
    """Who is at work in LLVM. Whoever forks waits for them: the child must not find things half done.

    So does the end of the process, which takes LLVM's tables away.
    """

    def __init__(self):
        self._changed = threading.Condition()
        self._threads = []  # their numbers

    @contextlib.contextmanager
    def entered(self):
        """For work in LLVM."""
        thread = threading.get_ident()
        with self._changed:
            self._threads.append(thread)
        try:
            yield
        finally:
            with self._changed:
                self._threads.remove(thread)
                self._changed.notify_all()

    def stop(self):
        """Waits until no other thread is at work; from then on, until `go_on`, none begins."""
        thread = threading.get_ident()
        self._changed.acquire()
        self._changed.wait_for(lambda: all([each == thread for each in self._threads]))

    def go_on(self):
        """See `stop`."""
        self._changed.release()


_works = _Works()
_caller_lock = threading.Lock()


def _before_exit():
    _works.stop()
    _works.go_on()  # for what runs at the exit after this


def _after_fork_in_child():
    global _caller_lock
    _caller_lock = threading.Lock()
    _works.go_on()


atexit.register(_before_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_works.stop, after_in_parent=_works.go_on, after_in_child=_after_fork_in_child)


def _objects(text, recipe, effort):
    """The object codes of a module, from the cache or into it."""
    if recipe is None and callable(text):
        text = list(text())
    key = cache.key_of(recipe or "".join(text), host())
    known = cache.load(key)
    if known is None:
        known = objects.compiled(text() if callable(text) else text, effort)
        cache.store(key, known)
    return known


def _loaded(found, entry):
    """(engine, address of the entry) of object codes."""
    import llvmlite.binding as llvm

    empty = llvm.parse_assembly("")
    empty.triple = host().triple
    engine = llvm.create_mcjit_compiler(empty, host().machine())
    for each in found:
        engine.add_object_file(llvm.ObjectFileRef.from_data(each))
    engine.finalize_object()
    return engine, engine.get_function_address(entry)


_CALLER = """
{target}
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
declare void @tapeflow_defer(ptr, ptr, i64)

define ptr @call(ptr %self, ptr %args, i64 %count) {{
entry:
  %slot = getelementptr i8, ptr %self, i64 16
  %table = load ptr, ptr %slot
  %expected = load i64, ptr %table
  %entry_slot = getelementptr i64, ptr %table, i64 1
  %address = load ptr, ptr %entry_slot
  %yes_slot = getelementptr i64, ptr %table, i64 2
  %yes = load ptr, ptr %yes_slot
  %no_slot = getelementptr i64, ptr %table, i64 3
  %no = load ptr, ptr %no_slot
  %buffers = alloca ptr, i64 %expected
  %before = alloca i32
  %during = alloca i32
  %enough = icmp eq i64 %count, %expected
  br i1 %enough, label %next, label %fail

next:
  %i = phi i64 [ 0, %entry ], [ %i_next, %stored ]
  %done = icmp eq i64 %i, %count
  br i1 %done, label %run, label %check

check:
  %arg_slot = getelementptr ptr, ptr %args, i64 %i
  %object = load ptr, ptr %arg_slot
  %offset = mul i64 %i, {record}
  %place = add i64 %offset, 4
  %record = getelementptr i64, ptr %table, i64 %place
  %type_wanted = load ptr, ptr %record
  %type_slot = getelementptr i8, ptr %object, i64 8
  %type = load ptr, ptr %type_slot
  %type_ok = icmp eq ptr %type, %type_wanted
  br i1 %type_ok, label %kind, label %fail

kind:
  %scalar_slot = getelementptr i64, ptr %record, i64 1
  %scalar = load i64, ptr %scalar_slot
  %is_scalar = icmp ne i64 %scalar, 0
  %data_slot = getelementptr i8, ptr %object, i64 16
  br i1 %is_scalar, label %inline, label %array

inline:
  br label %stored

array:
  %dtype_slot = getelementptr i8, ptr %object, i64 56
  %dtype = load ptr, ptr %dtype_slot
  %dtype_wanted_slot = getelementptr i64, ptr %record, i64 2
  %dtype_wanted = load ptr, ptr %dtype_wanted_slot
  %dtype_ok = icmp eq ptr %dtype, %dtype_wanted
  %flags_slot = getelementptr i8, ptr %object, i64 64
  %flags = load i32, ptr %flags_slot
  %flags_kept = and i32 %flags, 257
  %flags_ok = icmp eq i32 %flags_kept, 257
  %rank_slot = getelementptr i8, ptr %object, i64 24
  %rank32 = load i32, ptr %rank_slot
  %rank = sext i32 %rank32 to i64
  %rank_wanted_slot = getelementptr i64, ptr %record, i64 3
  %rank_wanted = load i64, ptr %rank_wanted_slot
  %rank_ok = icmp eq i64 %rank, %rank_wanted
  %any_shape = icmp slt i64 %rank_wanted, 0
  %shape_ok = or i1 %rank_ok, %any_shape
  %axes = select i1 %any_shape, i64 0, i64 %rank
  %ok1 = and i1 %dtype_ok, %flags_ok
  %ok2 = and i1 %ok1, %shape_ok
  %sizes_slot = getelementptr i8, ptr %object, i64 32
  %sizes = load ptr, ptr %sizes_slot
  %data = load ptr, ptr %data_slot
  br i1 %ok2, label %axis, label %fail

axis:
  %k = phi i64 [ 0, %array ], [ %k_next, %axis_ok ]
  %axes_done = icmp eq i64 %k, %axes
  br i1 %axes_done, label %stored, label %compare

compare:
  %size_slot = getelementptr i64, ptr %sizes, i64 %k
  %size = load i64, ptr %size_slot
  %size_place = add i64 %k, 4
  %size_wanted_slot = getelementptr i64, ptr %record, i64 %size_place
  %size_wanted = load i64, ptr %size_wanted_slot
  %size_ok = icmp eq i64 %size, %size_wanted
  br i1 %size_ok, label %axis_ok, label %fail

axis_ok:
  %k_next = add i64 %k, 1
  br label %axis

stored:
  %pointer = phi ptr [ %data_slot, %inline ], [ %data, %axis ]
  %buffer_slot = getelementptr ptr, ptr %buffers, i64 %i
  store ptr %pointer, ptr %buffer_slot
  %i_next = add i64 %i, 1
  br label %next

run:
  {enter}
  {run}
  {leave}
  call void @Py_IncRef(ptr %yes)
  ret ptr %yes

fail:
  call void @Py_IncRef(ptr %no)
  ret ptr %no
}}

declare void @Py_IncRef(ptr)
"""
_ENTER = f"""call void @llvm.x86.sse.stmxcsr(ptr %before)
  %mode = load i32, ptr %before
  %flushing = or i32 %mode, {_FLUSH}
  store i32 %flushing, ptr %during
  call void @llvm.x86.sse.ldmxcsr(ptr %during)"""
_RUN = "call void %address(ptr %buffers)"
_DEFER = "call void @tapeflow_defer(ptr %address, ptr %buffers, i64 %expected)"
_LEAVE = "call void @llvm.x86.sse.ldmxcsr(ptr %before)"


class _MethodDefinition(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("method", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    ]


_FASTCALL = 0x0080


def caller(run=_RUN):
    """(code, method definition) of the builtin that calls programs; None if it cannot be used here."""
    with _caller_lock:
        return _made_caller(run)


@functools.cache
def _made_caller(run):
    if os.environ.get("TAPEFLOW_NATIVE_CALLS", "1") == "0" or not hasattr(sys, "getrefcount"):
        return None
    if getattr(sys, "_is_gil_enabled", lambda: True)() is False:
        return None
    target = host()
    introduce("Py_IncRef", ctypes.cast(ctypes.pythonapi.Py_IncRef, ctypes.c_void_p).value)
    text = _CALLER.format(
        target=f'target triple = "{target.triple}"',
        record=_RECORD,
        run=run,
        enter=_ENTER if target.is_x86 else "",
        leave=_LEAVE if target.is_x86 else "",
    )
    if not target.is_x86:
        text = "\n".join([line for line in text.splitlines() if "mxcsr" not in line])
    code = Code(text, "call")
    definition = _MethodDefinition(b"program", code.address, _FASTCALL, None)
    if not _layout_is_known():
        return None
    return code, definition


def _layout_is_known():
    """Whether array objects look as the builtin believes."""
    probe = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    scalar = numpy.float32(2.5)

    def word(address, kind):
        return ctypes.cast(address, ctypes.POINTER(kind))[0]

    base = id(probe)
    return (
        word(base + 8, ctypes.c_uint64) == id(numpy.ndarray)
        and word(base + 16, ctypes.c_uint64) == probe.ctypes.data
        and word(base + 24, ctypes.c_int) == 2
        and word(word(base + 32, ctypes.c_uint64) + 8, ctypes.c_int64) == 3
        and word(base + 56, ctypes.c_uint64) == id(probe.dtype)
        and word(base + 64, ctypes.c_int) & 257 == 257
        and word(id(scalar) + 16, ctypes.c_float) == 2.5
    )


def _described(arguments):
    """The table that the builtin reads: one record for each argument, (dtype, shape, whether it is a NumPy scalar)."""
    table = numpy.zeros(4 + _RECORD * len(arguments), numpy.uint64)
    for position, (dtype, shape, is_scalar) in enumerate(arguments):
        record = table[4 + _RECORD * position :]
        record[0] = id(dtype.type) if is_scalar else id(numpy.ndarray)
        record[1] = int(is_scalar)
        record[2] = id(dtype)
        if shape is None:
            record[3] = numpy.uint64(_ANY_SHAPE)
            continue
        record[3] = len(shape)
        record[4 : 4 + len(shape)] = shape
    return table


class Callable:
    """A compiled program as a function of arrays: True when it has run, False when the arrays are not what it takes.

    arguments: (dtype, shape, is_scalar) of each; a scalar comes as a NumPy scalar, everything else as a C-contiguous
    array, of any shape if `shape` is None. ValueError for arrays of more than eight axes.
    """

    def __init__(self, code, arguments):
        if any([shape is not None and len(shape) > _MAX_RANK for _, shape, _ in arguments]):
            raise ValueError(f"Compiled programs take arrays of up to {_MAX_RANK} axes.")
        self._code = code
        self._arguments = [
            (numpy.dtype(dtype), shape if shape is None else tuple(shape), is_scalar)
            for dtype, shape, is_scalar in arguments
        ]
        self._table = _described(self._arguments)
        self._table[:4] = len(arguments), code.address, id(True), id(False)
        self.call = self._builtin(caller()) or functools.partial(_call_in_python, code, self._arguments)

    def deferring(self):
        """As `call`, but a worker may do the work; see `threads`. None if that cannot be."""
        return self._builtin(caller(_DEFER))

    def _builtin(self, found):
        if found is None:
            return None
        builtin, definition = found
        make = ctypes.pythonapi.PyCFunction_NewEx
        make.restype, make.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.py_object, ctypes.py_object)
        # In the place of its module: what must live as long as the function does.
        return make(ctypes.addressof(definition), self._table, (self._code, builtin, definition))

    def explain(self, values):
        """TypeError or ValueError that says which of the arrays is not what the program takes."""
        for position, (value, (dtype, shape, _)) in enumerate(zip(values, self._arguments, strict=True)):
            if not isinstance(value, numpy.ndarray | numpy.generic):
                return TypeError(
                    f"Argument {position} of a compiled program is a {type(value).__name__}, not an array."
                )
            if value.dtype != dtype or (shape is not None and value.shape != shape):
                return ValueError(
                    f"Argument {position} of a compiled program is {value.dtype}{list(value.shape)}; it was compiled "
                    f"for {dtype}{'' if shape is None else list(shape)}."
                )
        return ValueError("An argument of a compiled program is not a C-contiguous array.")


def _call_in_python(code, arguments, *values):
    if len(values) != len(arguments):
        return False
    pointers = (ctypes.c_void_p * max(1, len(values)))()
    kept = []
    for position, (value, (dtype, shape, is_scalar)) in enumerate(zip(values, arguments, strict=True)):
        if is_scalar:
            if type(value) is not dtype.type:
                return False
            value = numpy.array(value)
        elif (
            type(value) is not numpy.ndarray
            or value.dtype != dtype
            or (shape is not None and value.shape != shape)
            or not value.flags.c_contiguous
            or not value.flags.aligned
        ):
            return False
        kept.append(value)
        pointers[position] = value.ctypes.data
    ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(code.address)(ctypes.addressof(pointers))
    return True


def conform(values, arguments):
    """The arrays as the program takes them: contiguous, of native byte order, scalars as NumPy scalars."""
    found = []
    for value, (dtype, _, is_scalar) in zip(values, arguments, strict=True):
        if is_scalar:
            found.append(dtype.type(value) if type(value) is not dtype.type else value)
        else:
            array = numpy.ascontiguousarray(value) if numpy.ndim(value) else numpy.array(value)
            if array.dtype == dtype and array.dtype is not dtype:
                array = array.view(dtype)  # natively, dtypes are compared by identity
            found.append(
                array
                if array.dtype == dtype and array.dtype.isnative and array.flags.aligned
                else array.copy()
            )
    return found
