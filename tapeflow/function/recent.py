"""Compiled programs that were made lately, for functions that are traced anew and turn out the same.

Each `fit` of Keras and each data set bring functions of their own, such as the one that picks a batch. Their graphs
are often those of the last time, and need not be compiled again; and where it does not pay to compile one of them,
it may for all of them.
"""

import os
import threading
from collections import OrderedDict

_MOST = 64
_MOST_BYTES = 1 << 20
"""Programs that need more memory between their steps are not kept."""

_MOST_CLOCKS = 256

_clocks: OrderedDict = OrderedDict()  # outline and shapes -> Clock, the latest at the end
_programs: OrderedDict = OrderedDict()  # key -> compiled program, the latest at the end
_outlines: dict = {}  # outline -> how many programs have it
_lock = threading.Lock()


def may_have(graph):
    """Whether a program for a graph like this might be there: quick, and mostly right."""
    return _outline(graph) in _outlines


def key_of(graph, aliases):
    """What programs for this graph of known shapes are kept under; None if it cannot be told from others."""
    from tapeflow.compiler.likeness import likeness_of_graph
    from tapeflow.compiler.target import host

    likeness = likeness_of_graph(graph)
    return None if likeness is None else (graph.name, tuple(sorted(aliases.items())), host(), likeness)


def find(key):
    """The program kept under a key, or None."""
    with _lock:
        found = _programs.get(key)
        if found is not None:
            _programs.move_to_end(key)
        return found


def keep(key, compiled):
    """Keeps a program for others, unless it is large."""
    if key is None or sum([each.arena_bytes for each in compiled.segments]) > _MOST_BYTES:
        return
    with _lock:
        if key in _programs:
            return
        _programs[key] = compiled
        _count(compiled, 1)
        while len(_programs) > _MOST:
            _count(_programs.popitem(last=False)[1], -1)


class Clock:
    """The seconds that calls of programs that look alike, and are not compiled, have taken."""

    __slots__ = ("seconds",)

    def __init__(self):
        self.seconds = 0.0


def clock(graph, shapes):
    """The Clock of programs for graphs like this one and these shapes of their inputs."""
    key = _outline(graph), shapes
    with _lock:
        found = _clocks.pop(key, None) or Clock()
        _clocks[key] = found
        while len(_clocks) > _MOST_CLOCKS:
            _clocks.popitem(last=False)
    return found


def forget():
    """Lets all of them go."""
    with _lock:
        _clocks.clear()
        _programs.clear()
        _outlines.clear()


def _outline(graph):
    return graph.name, len(graph.inputs)


def _count(compiled, change):
    outline = _outline(compiled.graph)
    count = _outlines.get(outline, 0) + change
    if count:
        _outlines[outline] = count
    else:
        _outlines.pop(outline, None)


def _after_fork():
    global _lock
    _lock = threading.Lock()  # another thread may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
