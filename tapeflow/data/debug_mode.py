"""Whether pipelines are made to be looked at: functions run as Python, nothing runs in other threads."""

from tapeflow.function.function import functions_run_eagerly

_on = [False]


def enable():
    """For data sets that are made from now on."""
    _on[0] = True


def is_on():
    """Whether `enable` was called."""
    return _on[0]


def runs_python():
    """Whether functions of elements are to be run as Python instead of being traced."""
    return _on[0] or functions_run_eagerly()
