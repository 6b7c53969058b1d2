"""tf.data.Options: how a pipeline may be carried out. None of them changes what it gives."""

import enum


class AutotuneAlgorithm(enum.Enum):
    """How numbers of parallel calls would be tuned; nothing is tuned here."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class AutoShardPolicy(enum.IntEnum):
    """How a pipeline is cut for several workers."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What is done about state outside of a pipeline when it is saved."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class _Group:
    """Attributes of these kinds; others are refused, so that a misspelled one is noticed.

    Those that are groups themselves are made at once, the others are None until they are set.
    """

    _kinds: dict = {}

    def __init__(self):
        for name, kind in self._kinds.items():
            object.__setattr__(self, name, kind() if issubclass(kind, _Group) else None)

    def __setattr__(self, name, value):
        if name not in self._kinds:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        if not isinstance(value, self._kinds[name]):
            raise TypeError(
                f'Property "{name}" must be of type {self._kinds[name]}, got: {value} (type: {type(value)})'
            )
        object.__setattr__(self, name, value)

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None

    def __repr__(self):
        return (
            f"{type(self).__name__}({', '.join([f'{key}={value!r}' for key, value in vars(self).items()])})"
        )


class AutotuneOptions(_Group):
    """Whether and how far numbers of parallel calls are tuned."""

    _kinds = dict(
        enabled=bool,
        cpu_budget=int,
        ram_budget=int,
        autotune_algorithm=AutotuneAlgorithm,
        initial_parallelism=int,
        min_parallelism=int,
    )


class ThreadingOptions(_Group):
    """How many threads a pipeline may use."""

    _kinds = dict(private_threadpool_size=int, max_intra_op_parallelism=int)


class OptimizationOptions(_Group):
    """Which rewritings of a pipeline are allowed."""

    _kinds = dict(
        apply_default_optimizations=bool,
        filter_fusion=bool,
        filter_parallelization=bool,
        inject_prefetch=bool,
        map_and_batch_fusion=bool,
        map_and_filter_fusion=bool,
        map_fusion=bool,
        map_parallelization=bool,
        noop_elimination=bool,
        parallel_batch=bool,
        seq_interleave_prefetch=bool,
        shuffle_and_repeat_fusion=bool,
    )


class DistributeOptions(_Group):
    """How a pipeline is cut for several workers."""

    _kinds = dict(auto_shard_policy=AutoShardPolicy, num_devices=int)


class Options(_Group):
    """How a pipeline may be carried out; `dataset.with_options(options)`.

    >>> options = tf.data.Options()
    >>> options.threading.private_threadpool_size = 1
    >>> tf.data.Dataset.range(2).with_options(options).options().threading.private_threadpool_size
    1
    """

    _kinds = dict(
        autotune=AutotuneOptions,
        dataset_name=str,
        deterministic=bool,
        experimental_deterministic=bool,
        experimental_distribute=DistributeOptions,
        experimental_external_state_policy=ExternalStatePolicy,
        experimental_optimization=OptimizationOptions,
        experimental_slack=bool,
        experimental_symbolic_checkpoint=bool,
        experimental_threading=ThreadingOptions,
        experimental_warm_start=bool,
        framework_type=list,
        threading=ThreadingOptions,
    )

    def merge(self, options):
        """Options that have what `options` says, and where it says nothing, what these do."""
        return _merged(self, options)


def _merged(first, second):
    result = object.__new__(type(first))
    for name, mine in vars(first).items():
        value = getattr(second, name)
        value = _merged(mine, value) if isinstance(mine, _Group) else mine if value is None else value
        object.__setattr__(result, name, value)
    return result
