"""How many threads may hold the values of variables: what may be written in place depends on it."""

import contextlib
import os
from _thread import _count, allocate_lock

_num_apart = 0
_lock = allocate_lock()


def other_threads():
    """How many Python threads run besides the first one, without those that touch no variable."""
    return _count() - _num_apart


@contextlib.contextmanager
def apart():
    """For all of a thread's work: it holds no value of a variable, ever."""
    global _num_apart
    with _lock:
        _num_apart += 1
    try:
        yield
    finally:
        with _lock:
            _num_apart -= 1


def _forget():
    global _num_apart, _lock
    _num_apart, _lock = 0, allocate_lock()  # the threads do not exist in a forked process


os.register_at_fork(after_in_child=_forget)
