"""tf.profiler.experimental: starting it is a NotImplementedError that says what there is instead."""

__all__ = ["Profile", "Trace", "start", "stop"]


def _refuse(*args, **kwargs):
    raise NotImplementedError(
        "TensorFlow's profiler is not here. `print(function.explain(*args))` shows the share of time of each kernel; "
        "cProfile shows Python's."
    )


def start(logdir, options=None):
    """Raises NotImplementedError."""
    _refuse()


def stop(save=True):
    """Raises NotImplementedError."""
    _refuse()


class Trace:
    """A named stretch of a profile; making one is a NotImplementedError."""

    def __init__(self, name, **kwargs):
        _refuse()


class Profile:
    """A profile of a block; making one is a NotImplementedError."""

    def __init__(self, logdir, options=None):
        _refuse()
