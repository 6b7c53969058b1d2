"""What is in force in this thread: the default graph and the default session."""

import threading

from tapeflow.core.context import ThreadState, start_listening, state, stop_listening


class _Thread(threading.local):
    sessions = ()


_thread = _Thread()


def get_default_session():
    """The innermost session that is in force in this thread, or None.

    >>> tf.compat.v1.get_default_session() is None
    True
    """
    return _thread.sessions[-1] if _thread.sessions else None


class session_in_force:
    """Context manager: the session is the default one."""

    def __init__(self, session):
        self._session = session
        self._outer = []

    def __enter__(self):
        self._outer.append(_thread.sessions)
        _thread.sessions = (*_thread.sessions, self._session)
        return self._session

    def __exit__(self, *exception):
        _thread.sessions = self._outer.pop()


class graph_in_force:
    """Context manager: calls of this thread become operations of the graph; None: they are eager."""

    def __init__(self, graph):
        self._graph = graph
        self._outer = []

    def __enter__(self):
        start_listening(self)
        self._outer.append((state.interpreter, state.tapes, state.listeners, state.only_tapes))
        state.interpreter, state.tapes, state.listeners = self._graph, (), ()
        state.only_tapes = self._graph is None
        return self._graph

    def __exit__(self, *exception):
        state.interpreter, state.tapes, state.listeners, state.only_tapes = self._outer.pop()
        stop_listening()


def graph_for_all_threads(graph):
    """From now on threads begin, and this one goes on, with this graph as the default one; None: eagerly."""
    was_on = ThreadState.interpreter is not None
    ThreadState.interpreter = graph
    ThreadState.only_tapes = graph is None
    state.__dict__.pop("interpreter", None)
    state.__dict__.pop("only_tapes", None)
    if (graph is not None) is not was_on:
        if graph is None:
            stop_listening()
        else:
            start_listening(graph)
