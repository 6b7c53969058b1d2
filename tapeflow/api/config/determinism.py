"""`tensorflow.python.framework.config`, as far as Keras asks: whether results are the same in every run."""

__all__ = ["disable_op_determinism", "enable_op_determinism", "is_op_determinism_enabled"]

_wanted = False


def enable_op_determinism():
    """Asks for results that are the same in every run. They are so anyway."""
    global _wanted
    _wanted = True


def disable_op_determinism():
    """Takes `enable_op_determinism` back; changes no result."""
    global _wanted
    _wanted = False


def is_op_determinism_enabled():
    """Whether somebody asked for results that are the same in every run."""
    return _wanted
