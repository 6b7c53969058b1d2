"""Worker threads for compiled loops: parked native threads, one job at a time.

Compiled code calls

    void tapeflow_parallel(void (*body)(i8* context, i64 begin, i64 end), i8* context, i64 count, i64 grain)

which runs `body` over [0, count) in pieces that begin at multiples of `grain`, on the calling thread and on workers,
and comes back when all is done. It runs straight on the caller if count <= grain, if there is one thread, and while
the workers have another job: so within a job, and when several Python threads compute at once. The body must not call
Python.

A job is published in one 64-bit ticket: a serial number above, the pieces that nobody has taken below. Whoever wants a
piece reads the ticket, then the job, and takes the piece by exchanging the ticket for one less; had the job changed
meanwhile, so would have the ticket, and the exchange fails. Nothing else needs a lock. Workers wait for a job in a
short loop and then on a condition variable. They compute in the floating-point mode of the caller (flush to zero, as
compiled programs set it).

Left alone, the operating system may keep a worker on the caller's processor, where it waits for the very thread that
waits for it. Workers therefore note where they run, and a caller that finds one on its own processor sends it
to the others that the process might use when the workers were set up (Linux).

What a program still has to do when its results are there, its rest, can be left to a worker:

    void tapeflow_defer(void (*entry)(i8** values), i8** values, i64 count)

comes back before `entry` has run, if there are workers; `finish_rest()` waits for it, and helps with its loops. There
is one rest at a time. What it reads and writes is the business of `core/rest.py`.

The runtime is written in LLVM's language and compiled as programs are, with the same cache. Without POSIX threads
the function runs everything on the caller. Workers never end: leaving the process does not wait for them. A forked
child has none until it needs some, when it starts its own.
"""

import contextlib
import ctypes
import os
import threading

from tapeflow.compiler.load import Code, caller, introduce
from tapeflow.compiler.target import host, processors
from tapeflow.compiler.thread_pool import MOST, PLACING, POSIX, text_of
from tapeflow.core.threads import apart

NAME = "tapeflow_parallel"
DEFER = "tapeflow_defer"


class _Pool:
    """The runtime, compiled and known to LLVM under its name."""

    def __init__(self):
        process = ctypes.CDLL(None) if os.name == "posix" else None
        missing = process is None or not all([hasattr(process, name) for name in POSIX])
        placed = not missing and all([hasattr(process, name) for name in PLACING])
        if not missing:
            for name in POSIX + (PLACING if placed else ()):
                introduce(name, ctypes.cast(getattr(process, name), ctypes.c_void_p).value)
        code = Code(text_of(host(), missing, placed), NAME, effort=0)
        # Workers run this code until the process ends, so it must outlast the interpreter's own clearing up.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(code))
        self.address = code.address
        find = lambda name, result: ctypes.CFUNCTYPE(result)(code.address_of(name))
        self._wanted = ctypes.cast(find("threads", ctypes.c_void_p)(), ctypes.POINTER(ctypes.c_int32))
        self.forget = find("forget", None)
        self.forget()
        self._can_work = not missing
        if placed:
            mask = ctypes.cast(find("processors", ctypes.c_void_p)(), ctypes.POINTER(ctypes.c_uint8))
            for each in os.sched_getaffinity(0):
                if each < 1024:
                    mask[each // 8] |= 1 << each % 8
        self.finish_rest = ctypes.PYFUNCTYPE(None)(
            code.address_of("finish")
        )  # it takes no longer than a program
        introduce(NAME, self.address)
        introduce(DEFER, code.address_of(DEFER))

    def use(self, number):
        """Shares jobs among this many threads, the caller among them."""
        self._wanted[0] = number if self._can_work else 1


_lock = threading.Lock()
_pool = None
_number = None  # None: as many as there are processors


def provide():
    """Makes `tapeflow_parallel` known to LLVM, before code that calls it is loaded; returns that name."""
    global _pool
    with _lock:
        if _pool is None:
            found = _Pool()
            found.use(num_threads())
            _pool = found
    return NAME


_beginning = None  # the thread that `begin` has started


def begin():
    """Has LLVM started, and what all programs need made, by another thread, while the first one is traced."""
    global _beginning
    if _beginning is None and _pool is None:
        _beginning = threading.Thread(target=_provide_beside, name="tapeflow-compiler", daemon=True)
        _beginning.start()


def _provide_beside():
    with apart(), contextlib.suppress(Exception):  # who needs it tries again, and hears of it
        provide()
        caller()


def finish():
    """Waits for what `begin` has begun."""
    if _beginning is not None:
        _beginning.join()


def finish_rest():
    """Comes back when what was left to a worker is done."""
    if _pool is not None:
        _pool.finish_rest()


def chosen_number():
    """The number of threads that was set, None for the default."""
    return _number


def num_threads():
    """How many threads share a loop: as set, else TAPEFLOW_NUM_THREADS, else the processors that the process may use.

    Raises ValueError if TAPEFLOW_NUM_THREADS is not a positive whole number.
    """
    if _number is not None:
        return _number
    chosen = os.environ.get("TAPEFLOW_NUM_THREADS")
    if chosen:
        if not chosen.isdecimal() or int(chosen) < 1:
            raise ValueError(
                f"TAPEFLOW_NUM_THREADS is {chosen!r}; it must be a whole number from 1 to {MOST}."
            )
        return min(int(chosen), MOST)
    return min(processors(), MOST)


def set_num_threads(number):
    """Lets loops that begin from now on be shared by this many threads, the caller among them; None: the default again.

    Raises ValueError for what is not a whole number from 1 to 256.
    """
    global _number
    if number is not None and (type(number) is not int or not 1 <= number <= MOST):
        raise ValueError(f"The number of threads is {number!r}; it must be a whole number from 1 to {MOST}.")
    with _lock:
        _number = number
        if _pool is not None:
            _pool.use(num_threads())


def _before_fork():
    finish()  # a child must not find LLVM half started


def _after_fork():
    global _lock
    _lock = threading.Lock()
    if _pool is not None:
        _pool.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
