"""Strategies with one replica: the default one, and those that people enter by name."""

import contextlib

from tapeflow.api.distribute.contexts import (
    ReplicaContext,
    entered,
    provide_default_strategy,
)
from tapeflow.api.distribute.values import InputContext, ReduceOp
from tapeflow.api.math import reduce_mean, reduce_sum
from tapeflow.core import nest
from tapeflow.core.tensor import DEVICE

__all__ = ["MirroredStrategy", "OneDeviceStrategy", "Strategy", "StrategyExtended"]


class StrategyExtended:
    """The part of a strategy that libraries use: updating variables where they lie."""

    def __init__(self, strategy):
        self._strategy = strategy
        self.worker_devices = strategy._devices
        self.parameter_devices = strategy._devices

    num_hosts = 1
    num_replicas_per_host = 1
    should_checkpoint = True
    should_save_summary = True
    experimental_require_static_shapes = False

    def _in_multi_worker_mode(self):
        return False

    @contextlib.contextmanager
    def colocate_vars_with(self, colocate_with_variable):
        """Context manager: variables made inside lie where that one lies. There is one place."""
        yield

    def variable_created_in_scope(self, v):
        """Whether the strategy made this variable: always, as variables need nothing from it."""
        return True

    def update(self, var, fn, args=(), kwargs=None, group=True):
        """`fn(var, *args, **kwargs)` for each copy of the variable. As there is one, nothing has to be grouped."""
        return fn(var, *args, **(kwargs or {}))

    def reduce_to(self, reduce_op, value, destinations, options=None):
        """The value of all replicas as one."""
        ReduceOp.parse(reduce_op)
        return value

    def batch_reduce_to(self, reduce_op, value_destination_pairs, options=None):
        """`reduce_to` for each of several pairs."""
        return [self.reduce_to(reduce_op, value, None) for value, _ in value_destination_pairs]

    def value_container(self, value):
        """What holds this replica's value: it stands for itself."""
        return value


class Strategy:
    """How a program is spread over devices: over one of them."""

    num_replicas_in_sync = 1
    cluster_resolver = None

    def __init__(self, devices=(DEVICE,)):
        self._devices = tuple(devices)
        self.extended = StrategyExtended(self)
        self.replica_context = ReplicaContext(self)

    @contextlib.contextmanager
    def scope(self):
        """Context manager: the strategy is in force inside."""
        with entered(self, None):
            yield self

    def run(self, fn, args=(), kwargs=None, options=None):
        """What `fn(*args, **kwargs)` returns, called as the program of the replica."""
        with entered(self, self.replica_context):
            return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op, value, axis):
        """The nest `value` of all replicas as one, and along `axis` if that is no None."""
        reduction = reduce_sum if ReduceOp.parse(reduce_op) is ReduceOp.SUM else reduce_mean
        if axis is None:
            return value
        return nest.map_structure(lambda each: reduction(each, axis=axis), value)

    def gather(self, value, axis):
        """The nest `value` of all replicas, concatenated along `axis`."""
        return value

    def experimental_local_results(self, value):
        """The values of this machine's replicas, in a tuple.

        >>> tf.distribute.get_strategy().experimental_local_results(3)
        (3,)
        """
        return (value,)

    def experimental_distribute_dataset(self, dataset, options=None):
        """The data set, cut into parts for the replicas: with one of them, the data set itself."""
        return dataset

    def distribute_datasets_from_function(self, dataset_fn, options=None):
        """What `dataset_fn(InputContext)` returns."""
        return dataset_fn(InputContext())

    def experimental_distribute_values_from_function(self, value_fn):
        """What `value_fn` returns for the replica."""

        class _ValueContext:
            num_replicas_in_sync = 1
            replica_id_in_sync_group = 0

        return value_fn(_ValueContext())


class _DefaultStrategy(Strategy):
    """The strategy of programs that do not speak of any: entering its scope changes nothing."""

    @contextlib.contextmanager
    def scope(self):
        with entered(self, self.replica_context):
            yield self


class OneDeviceStrategy(Strategy):
    """Everything on one device, named by `device`."""

    def __init__(self, device):
        super().__init__((device,))


class MirroredStrategy(Strategy):
    """Copies of the variables on each of several devices, kept equal. There is one device, so there is one copy.

    devices: names of devices, or None for all that there are. NotImplementedError for more than one.
    """

    def __init__(self, devices=None, cross_device_ops=None):
        devices = (DEVICE,) if devices is None else tuple(devices)
        if len(devices) != 1:
            raise NotImplementedError(
                f"A MirroredStrategy over several devices is not here; got {devices}. Pass one device, or none."
            )
        super().__init__(devices)


provide_default_strategy(_DefaultStrategy())
