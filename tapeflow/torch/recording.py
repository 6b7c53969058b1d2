"""Recording without a `with` block: the engine's one mechanism under a token that never finishes.

Records hang on results and point to the records of inputs (see `tapeflow/autodiff/record.py`), so a result that is
dropped takes its graph along. The token is only there to be compared; it keeps nothing.
"""

import weakref

from tapeflow.autodiff.record import Token, make_leaf
from tapeflow.core.context import start_listening, state, stop_listening
from tapeflow.core.errors import OpError


class _Nowhere(list):
    """What a token writes its results to that will never have to let go of them."""

    def append(self, item):
        """Forgets it."""


TOKEN = Token(watch_accessed_variables=False)
TOKEN.results = _Nowhere()
TAPES = (TOKEN,)


class recording:
    """Context manager: the engine records for this face, or for nobody, whatever tapes surround the call."""

    __slots__ = ("_outer", "_tapes")

    def __init__(self, wanted):
        self._tapes = TAPES if wanted else ()

    def __enter__(self):
        self._outer = state.tapes
        state.tapes = self._tapes
        start_listening(self)

    def __exit__(self, *exception):
        stop_listening()
        state.tapes = self._outer


def evaluate(function, wanted, arguments, options):
    """`function` on tensors of the engine, recorded if `wanted`; its errors arrive in PyTorch's class."""
    try:
        outer = state.tapes
        if not wanted and not outer:
            return function(*arguments, **options)
        state.tapes = TAPES if wanted else ()  # what `recording` does, at less cost
        start_listening(None)
        try:
            return function(*arguments, **options)
        finally:
            stop_listening()
            state.tapes = outer
    except OpError as error:
        text = error.message.partition(" [Op:")[0]
        shapes = ", ".join(str(list(each.dims)) for each in arguments if hasattr(each, "dims"))
        raise RuntimeError(f"{function.__name__}(): {text} (inputs of shape {shapes})") from None


def mark_leaf(tensor):
    """Lets the engine record what is computed from this tensor; its `.grad` receives the gradient."""
    leaf = make_leaf(TAPES)
    leaf.saved = weakref.ref(tensor)  # the graph keeps no leaf alive
    tensor._value._record = leaf
