"""Who listens to calls: the interpreter, the tapes and the other listeners of each thread.

One module-level list answers the question of the hot path, "does anybody listen, in any thread?". Only when somebody
does, the door looks at the state of its own thread.
"""

import threading
from collections.abc import Callable


class ThreadState(threading.local):
    """What one thread has switched on. Class attributes are each thread's starting values."""

    interpreter = None
    """Evaluates calls instead of the eager one: a tracer, a vectorizer. None: eager."""
    tapes = ()
    """Tokens of the recording tapes, outermost first; the same tuple object until the set changes."""
    read_variable: Callable | None = None
    """Called as read_variable(variable) when a trainable variable is read while `tapes` is not empty."""
    listeners = ()
    """Called as listener(op, inputs, params, output) after each call, innermost last."""
    draws = None
    """Where the iterator whose element is being made has its random numbers from: a `data.draws.Draws`."""
    only_tapes = True
    """Whether the interpreter is the eager one and there are no other listeners than tapes."""


class Recorder:
    """How calls get onto tapes; `autodiff` fills it in.

    call(tapes, op, inputs, params, output) is for every call; pair(tapes, op, a, b, output) is a shorter way for the
    operators: two EagerTensors, no parameters, one result.
    """

    __slots__ = ("call", "pair")
    call: Callable
    pair: Callable


recorder = Recorder()
state = ThreadState()
listening: list[object] = []
"""One entry for each listener switched on in any thread; empty: calls go straight to NumPy. A list, because its append
and pop are atomic."""

start_listening = listening.append
stop_listening = listening.pop


class interpreting:
    """Context manager: calls in this thread are evaluated by `interpreter` (None: eagerly)."""

    def __init__(self, interpreter):
        self._interpreter = interpreter

    def __enter__(self):
        start_listening(self)
        self._outer = state.interpreter
        state.interpreter = self._interpreter
        state.only_tapes = False
        return self._interpreter

    def __exit__(self, *exception):
        state.interpreter = self._outer
        state.only_tapes = self._outer is None and not state.listeners
        stop_listening()


class also_calling:
    """Context manager: `listener(op, inputs, params, output)` sees every call of this thread."""

    def __init__(self, listener):
        self._listener = listener

    def __enter__(self):
        start_listening(self)
        state.listeners = (*state.listeners, self._listener)
        state.only_tapes = False
        return self._listener

    def __exit__(self, *exception):
        listeners = list(state.listeners)
        listeners.reverse()
        listeners.remove(self._listener)
        listeners.reverse()
        state.listeners = tuple(listeners)
        state.only_tapes = state.interpreter is None and not listeners
        stop_listening()


class outside_iterators:
    """Context manager: calls are the user's Python's, and not those by which an iterator makes an element."""

    def __enter__(self):
        self._draws = state.draws
        state.draws = None

    def __exit__(self, *exception):
        state.draws = self._draws


class recording_suspended:
    """Context manager: no tape of this thread records."""

    def __enter__(self):
        self._outer = state.tapes
        state.tapes = ()

    def __exit__(self, *exception):
        state.tapes = self._outer
