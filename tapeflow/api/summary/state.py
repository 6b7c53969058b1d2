"""What the summaries of a thread go by: the writer, the step, and whether anything is recorded."""

import contextlib
import threading

from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor


class _Thread(threading.local):
    writer = None
    step = None
    condition = True


current = _Thread()
"""The writer, the step and the condition of this thread."""


def get_step():
    """The step that summaries get if they say none; None if there is none.

    >>> tf.summary.experimental.set_step(3)
    >>> tf.summary.experimental.get_step()
    3
    >>> tf.summary.experimental.set_step(None)
    """
    return current.step


def set_step(step):
    """Sets the step of later summaries of this thread: an int, a tensor, a variable (read at each summary), or None."""
    current.step = step


@contextlib.contextmanager
def record_if(condition):
    """Context manager: summaries are recorded if the condition holds: a bool, a bool tensor, or a function of one.

    >>> with tf.summary.record_if(False):
    ...     tf.summary.should_record_summaries().numpy()
    np.False_
    """
    before, current.condition = current.condition, condition
    try:
        yield
    finally:
        current.condition = before


def condition_now():
    """The condition of this thread, a bool or a tensor; False without a writer."""
    if current.writer is None or current.writer.is_silent:
        return False
    found = current.condition() if callable(current.condition) else current.condition
    return found if isinstance(found, Tensor) else bool(found)


def should_record_summaries():
    """Whether summaries are recorded now, a bool tensor: there is a writer and the condition of `record_if` holds."""
    return as_tensor(condition_now())
