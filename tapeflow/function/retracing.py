"""Why a function was traced again: which argument changed, and how; and the warning for those that never stop."""

import os
import sys
from collections import deque

from tapeflow.core.dtypes import DType
from tapeflow.core.log import warn

_WINDOW = 5
_EXCESSIVE = 5
EXPLAIN = "TAPEFLOW_EXPLAIN_RETRACE"


class Retracing:
    """Watches the calls of one function."""

    def __init__(self, name):
        self.name = name
        self._recent = deque(maxlen=_WINDOW)  # whether each of the last calls was a trace
        self._count = 0

    def called(self):
        """A call that needed no trace."""
        self._recent.append(False)

    def traced(self, arguments, known):
        """A call that was traced; `known` are the Arguments of the traces there were before."""
        self._count += 1
        self._recent.append(True)
        if not known:
            return
        if os.environ.get(EXPLAIN, "0") not in ("", "0"):
            sys.stderr.write(f"tapeflow: {self.name} is traced again: {explanation(arguments, known)}\n")
        if sum(self._recent) >= _EXCESSIVE:
            warn(
                "%d out of the last %d calls to %s triggered tf.function retracing. Tracing is expensive and the "
                "excessive number of tracings could be due to (1) creating @tf.function repeatedly in a loop, (2) "
                "passing tensors with different shapes, (3) passing Python objects instead of tensors. For (1), "
                "please define your @tf.function outside of the loop. For (2), @tf.function has "
                "reduce_retracing=True option that can avoid unnecessary retracing. For (3), pass tensors. The "
                "last time: %s",
                sum(self._recent),
                len(self._recent),
                self.name,
                explanation(arguments, known),
            )


def explanation(arguments, known):
    """How a call differs from the most similar one that was traced before."""
    closest = min(known, key=lambda other: len(_differences(arguments, other)))
    return "; ".join(_differences(arguments, closest)) or "the objects that it was traced for are gone"


def _differences(arguments, other):
    mine, theirs = dict(arguments.leaves), dict(other.leaves)
    found = []
    for path, leaf in mine.items():
        if path not in theirs:
            found.append(f"`{path}` is new: {_shown(leaf)}")
        elif leaf != theirs[path]:
            found.append(f"`{path}` was {_shown(theirs[path])} and is {_shown(leaf)}")
    return found + [f"`{path}` is gone" for path in theirs if path not in mine]


def _shown(leaf):
    if type(leaf) is not tuple:
        return repr(leaf)
    first, *rest = leaf
    if isinstance(first, DType):
        dims = rest[0]
        return f"a {first.name} tensor of shape {'unknown' if dims is None else list(dims)}"
    if first == "object":
        return f"the variable with id {rest[0]:#x}" if type(rest[0]) is int else f"the object {rest[0]()!r}"
    if isinstance(first, type) and rest:
        return f"the Python {first.__name__} {rest[0]!r}"
    return repr(leaf)
