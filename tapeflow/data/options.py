"""tf.data.Options: how a pipeline may be carried out. None of them changes what it gives."""


class _Group:
    """Attributes with these defaults; others are refused, so that a misspelled one is noticed."""

    _defaults: dict = {}

    def __init__(self):
        for name, value in self._defaults.items():
            object.__setattr__(self, name, value() if isinstance(value, type) else value)

    def __setattr__(self, name, value):
        if name not in self._defaults:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
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

    _defaults = dict(
        enabled=None, cpu_budget=None, ram_budget=None, autotune_algorithm=None, initial_parallelism=None
    )


class ThreadingOptions(_Group):
    """How many threads a pipeline may use."""

    _defaults = dict(private_threadpool_size=None, max_intra_op_parallelism=None)


class OptimizationOptions(_Group):
    """Which rewritings of a pipeline are allowed."""

    _defaults = dict(
        apply_default_optimizations=None,
        filter_fusion=None,
        filter_parallelization=None,
        inject_prefetch=None,
        map_and_batch_fusion=None,
        map_and_filter_fusion=None,
        map_fusion=None,
        map_parallelization=None,
        noop_elimination=None,
        parallel_batch=None,
        seq_interleave_prefetch=None,
        shuffle_and_repeat_fusion=None,
    )


class DistributeOptions(_Group):
    """How a pipeline is cut for several workers."""

    _defaults = dict(auto_shard_policy=None, num_devices=None)


class Options(_Group):
    """How a pipeline may be carried out; `dataset.with_options(options)`.

    >>> options = tf.data.Options()
    >>> options.threading.private_threadpool_size = 1
    >>> tf.data.Dataset.range(2).with_options(options).options().threading.private_threadpool_size
    1
    """

    _defaults = dict(
        autotune=AutotuneOptions,
        dataset_name=None,
        deterministic=None,
        experimental_deterministic=None,
        experimental_distribute=DistributeOptions,
        experimental_external_state_policy=None,
        experimental_optimization=OptimizationOptions,
        experimental_slack=None,
        experimental_symbolic_checkpoint=None,
        experimental_threading=ThreadingOptions,
        experimental_warm_start=None,
        framework_type=None,
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
