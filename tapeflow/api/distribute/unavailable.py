"""Strategies for several machines and for accelerators: programs ask by their names whether they use one."""

from tapeflow.api.distribute.strategies import Strategy

__all__ = [
    "ParameterServerStrategy",
    "TPUStrategy",
]


class _Unavailable(Strategy):
    def __init__(self, *args, **kwargs):
        raise NotImplementedError(
            f"tf.distribute.{type(self).__name__} is not here: tapeflow runs on the CPU of one machine. "
            "tf.distribute.get_strategy() is the strategy for that."
        )


class TPUStrategy(_Unavailable):
    """For TPUs; making one is a NotImplementedError."""


class ParameterServerStrategy(_Unavailable):
    """For servers that hold the variables; making one is a NotImplementedError."""
