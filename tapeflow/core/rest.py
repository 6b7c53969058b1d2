"""The rest of a program that a worker still does while Python goes on.

The results of a training step are there long before all variables have their new values. A program may leave what is
left then, its rest, to a worker. Until it is done the variables that it writes have no value that Python could see:
whoever asks for one waits for the rest (`Variable.__getattr__`). There is one rest at a time.
"""

import atexit
import os
from threading import RLock

_lock = RLock()
_current = None


class Rest:
    """What a program may leave to a worker. variables: those that it writes then."""

    __slots__ = ("_finish", "_values", "variables")

    def __init__(self, variables):
        self.variables = variables
        self._values = self._finish = None

    @property
    def has_begun(self):
        """Whether it was left to somebody."""
        return self._values is not None

    def begin(self, values, finish):
        """To be called before it is left to a worker. values: what must live until it is done; finish: a function that
        waits for that.
        """
        global _current
        with _lock:
            settle()
            self._values, self._finish = values, finish
            _current = self  # before anything is taken, should this be interrupted
            for variable in self.variables:
                variable._take()

    def _end(self):
        global _current
        self._finish()
        for variable in self.variables:
            if variable._taken is not None:  # else the beginning was interrupted, or an end before this one
                variable._put_back()
        _current = None
        self._values = ()


def settle():
    """Comes back when no rest is left."""
    if _current is not None:
        with _lock:
            if _current is not None:
                _current._end()


atexit.register(settle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=settle)
