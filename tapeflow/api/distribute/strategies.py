"""Strategies: the default one, and those that people enter by name. Replicas run one after another, on the CPU."""

import contextlib
import weakref

from tapeflow.api.distribute.contexts import (
    ReplicaContext,
    entered,
    get_replica_context,
    get_strategy,
    provide_default_strategy,
)
from tapeflow.api.distribute.datasets import DistributedDataset
from tapeflow.api.distribute.regrouping import reduced, regrouped
from tapeflow.api.distribute.replicas import run_replicas
from tapeflow.api.distribute.values import DistributedValues, InputContext, ReduceOp
from tapeflow.api.distribute.variables import made_in_scope, update
from tapeflow.api.math import reduce_mean, reduce_sum
from tapeflow.core import nest
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import DEVICE
from tapeflow.function.function import Function, Options
from tapeflow.function.generic import GenericFunction
from tapeflow.ops.layout import concat
from tapeflow.state.variable import makers

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
        """`fn(copy, *args, **kwargs)` for each copy of the variable; the results in a tuple, if `group` is not set.

        In the program of a replica, what the replicas give is put together first.
        """
        if self._strategy.num_replicas_in_sync == 1:
            return fn(var, *args, **(kwargs or {}))
        context = get_replica_context()
        if context is None:
            return update(self._strategy, var, fn, args, kwargs or {}, group)

        def together(strategy, *args, **kwargs):
            return update(strategy, var, fn, args, kwargs, group)

        return context.merge_call(together, args=args, kwargs=kwargs)

    def reduce_to(self, reduce_op, value, destinations, options=None):
        """The value of all replicas as one."""
        reduce_op = ReduceOp.parse(reduce_op)
        return value if self._strategy.num_replicas_in_sync == 1 else reduced(reduce_op, value)

    def batch_reduce_to(self, reduce_op, value_destination_pairs, options=None):
        """`reduce_to` for each of several pairs."""
        return [self.reduce_to(reduce_op, value, None) for value, _ in value_destination_pairs]

    def value_container(self, value):
        """What holds this replica's value: it stands for itself."""
        return value


class Strategy:
    """How a program is spread over devices: over one of them."""

    cluster_resolver = None

    def __init__(self, devices=(DEVICE,)):
        self._devices = tuple(devices)
        self.extended = StrategyExtended(self)
        self.replica_context = ReplicaContext(self)
        self._functions = weakref.WeakKeyDictionary()

    @property
    def num_replicas_in_sync(self):
        """The number of replicas."""
        return len(self._devices)

    @contextlib.contextmanager
    def scope(self):
        """Context manager: the strategy is in force inside; variables get a copy for each replica."""
        with entered(self, None):
            if self.num_replicas_in_sync == 1:
                yield self
                return
            makers.append(_make)
            try:
                yield self
            finally:
                makers.remove(_make)

    def run(self, fn, args=(), kwargs=None, options=None):
        """What `fn(*args, **kwargs)` returns, called as the program of each replica with its own of the values.

        With several replicas, what differs between them comes back as a value for each. They run one after another up
        to where they exchange something. A `tf.function` is traced once with the programs of all replicas in it.
        """
        kwargs = kwargs or {}
        if self.num_replicas_in_sync == 1:
            with entered(self, self.replica_context):
                return fn(*args, **kwargs)
        with self.scope():
            if isinstance(fn, GenericFunction) and hasattr(fn, "python_function"):
                return self._traced(fn)(*args, **kwargs)
            return run_replicas(self, fn, args, kwargs)

    def _traced(self, fn):
        found = self._functions.get(fn)
        if found is None:
            inner = fn._traceable()

            def replicas(*args, **kwargs):
                with self.scope():
                    return run_replicas(self, inner, args, kwargs)

            options = Options(fn.name, fn.jit_compile, False, fn._options.reduce_retracing, {})
            found = self._functions[fn] = Function(replicas, None, options)
        return found

    def reduce(self, reduce_op, value, axis):
        """The nest `value` of all replicas as one, and along `axis` if that is no None."""
        reduce_op = ReduceOp.parse(reduce_op)
        if axis is None:
            if self.num_replicas_in_sync == 1:
                return value
            return nest.map_structure(lambda each: reduced(reduce_op, each), value)
        return nest.map_structure(
            lambda each: _along(reduce_op, each, axis, self.num_replicas_in_sync), value
        )

    def gather(self, value, axis):
        """The nest `value` of all replicas, concatenated along `axis`."""
        return nest.map_structure(
            lambda each: (
                concat(*[as_tensor(part) for part in each.values], axis=axis)
                if isinstance(each, DistributedValues)
                else each
            ),
            value,
        )

    def experimental_local_results(self, value):
        """The values of this machine's replicas, in a tuple.

        >>> tf.distribute.get_strategy().experimental_local_results(3)
        (3,)
        """
        return tuple(value.values) if isinstance(value, DistributedValues) else (value,)

    def experimental_distribute_dataset(self, dataset, options=None):
        """The data set, each of its batches cut into parts for the replicas: with one of them, the data set itself."""
        return (
            dataset
            if self.num_replicas_in_sync == 1
            else DistributedDataset(dataset, self.num_replicas_in_sync)
        )

    def distribute_datasets_from_function(self, dataset_fn, options=None):
        """What `dataset_fn(InputContext)` returns; NotImplementedError for several replicas."""
        if self.num_replicas_in_sync != 1:
            raise NotImplementedError(
                "distribute_datasets_from_function is not here for several replicas: give "
                "experimental_distribute_dataset a data set of batches for all of them."
            )
        return dataset_fn(InputContext())

    def experimental_distribute_values_from_function(self, value_fn):
        """What `value_fn(context)` returns for each replica; context has its `replica_id_in_sync_group`."""
        number = self.num_replicas_in_sync
        values = [value_fn(_ValueContext(k, number)) for k in range(number)]
        return values[0] if number == 1 else regrouped(values)


class _ValueContext:
    def __init__(self, replica_id_in_sync_group, num_replicas_in_sync):
        self.replica_id_in_sync_group = replica_id_in_sync_group
        self.num_replicas_in_sync = num_replicas_in_sync


def _make(synchronization):
    """What stands for a variable made in this thread, if the strategy in force has several replicas."""
    strategy = get_strategy()
    return made_in_scope(strategy, synchronization) if strategy.num_replicas_in_sync > 1 else None


def _along(reduce_op, value, axis, num_replicas):
    """The sum or mean of the elements of all replicas along an axis; replicas with more elements weigh more."""
    parts = value.values if isinstance(value, DistributedValues) else (value,) * num_replicas
    if len(parts) > 1 and reduce_op is ReduceOp.MEAN:
        return reduce_mean(concat(*[as_tensor(each) for each in parts], axis=axis), axis=axis)
    reduction = reduce_sum if reduce_op is ReduceOp.SUM else reduce_mean
    total = reduction(parts[0], axis=axis)
    for each in parts[1:]:
        total = total + reduction(each, axis=axis)
    return total


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
    """Copies of the variables for each of several replicas, kept equal.

    devices: a name of a device for each replica, or None for one replica. There is one CPU, whatever the names say:
    replicas run one after another, and several of them make nothing faster. They are for trying what is meant for
    several devices.

    >>> strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    >>> with strategy.scope():
    ...     v = tf.Variable(1.0, aggregation=tf.VariableAggregation.SUM)
    >>> _ = strategy.run(lambda: v.assign_add(2.0))
    >>> float(v)
    5.0
    """

    def __init__(self, devices=None, cross_device_ops=None):
        # The graphics cards of a machine without any: the CPU.
        super().__init__(tuple(devices or ()) or (DEVICE,))


provide_default_strategy(_DefaultStrategy())
