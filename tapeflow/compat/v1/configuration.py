"""What TensorFlow 1 configures sessions with. It is accepted, and changes nothing: there is one device."""

__all__ = [
    "ConfigProto",
    "GPUOptions",
    "GraphOptions",
    "OptimizerOptions",
    "RunMetadata",
    "RunOptions",
]


class _Message:
    """Settings: what has been set, and more of them below those that hold others."""

    _parts: dict = {}

    def __init__(self, **settings):
        for name, value in settings.items():
            setattr(self, name, value)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        kind = self._parts.get(name)
        if kind is None:
            return None
        found = kind()
        setattr(self, name, found)
        return found

    def __repr__(self):
        return f"{type(self).__name__}({', '.join([f'{key}={each!r}' for key, each in vars(self).items()])})"


class GPUOptions(_Message):
    """How GPUs would be used: allow_growth, per_process_gpu_memory_fraction, ..."""


class OptimizerOptions(_Message):
    """How graphs would be optimized."""

    L0, L1 = -1, 0
    OFF, ON_1, ON_2 = -1, 1, 2


class GraphOptions(_Message):
    """How graphs would be prepared."""

    _parts = {"optimizer_options": OptimizerOptions}


class ConfigProto(_Message):
    """The configuration of a session, which is accepted and changes nothing.

    >>> config = tf.compat.v1.ConfigProto(allow_soft_placement=True)
    >>> config.gpu_options.allow_growth = True
    >>> config.allow_soft_placement
    True
    """

    _parts = {"gpu_options": GPUOptions, "graph_options": GraphOptions}


class RunOptions(_Message):
    """How a run would be traced."""

    NO_TRACE, SOFTWARE_TRACE, HARDWARE_TRACE, FULL_TRACE = 0, 1, 2, 3


class RunMetadata(_Message):
    """What a run would tell of itself: nothing."""
