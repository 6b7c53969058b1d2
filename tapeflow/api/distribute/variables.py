"""Variables with a copy for each replica: mirrored ones, kept equal, and those that are put together when read."""

from tapeflow.api.distribute.contexts import current_replica, entered, get_replica_context
from tapeflow.api.distribute.regrouping import reduced, selected
from tapeflow.api.distribute.values import DistributedValues, PerReplica, ReduceOp
from tapeflow.core.operands import as_tensor
from tapeflow.state.options import VariableAggregation, VariableSynchronization
from tapeflow.state.variable import Variable

_new = object.__new__


class _Copy(Variable):
    """The copy of one replica. It knows the variable that it is a copy of."""

    def _distributed_container(self):
        return self._container


class DistributedVariable(Variable, DistributedValues):
    """A variable with a copy for each replica of a strategy, in `values`.

    In a replica's program it is that replica's copy; elsewhere the first one is read and all are assigned. What a
    replica assigns is put together with what the others assign, if the variable has an aggregation.
    """

    def _start(self, tensor):
        if self._synchronization is VariableSynchronization.AUTO:
            self._synchronization = VariableSynchronization.ON_WRITE
        copies = []
        for number in range(self._strategy.num_replicas_in_sync):
            each = _new(_Copy)
            for key in ("_shape", "_trainable", "_constraint", "_synchronization", "_aggregation"):
                setattr(each, key, getattr(self, key))
            each._name = self._name if number == 0 else f"{self._name}/replica_{number}"
            each._container = self
            each._start(tensor._alias())
            copies.append(each)
        self.values = tuple(copies)
        self._unique_id = copies[0]._unique_id

    @property
    def _here(self):
        """The copy that is meant: that of the replica whose program runs, or else the first."""
        return self.values[current_replica() or 0]

    _tensor = property(lambda self: self._here._tensor)
    _lock = property(lambda self: self._here._lock)
    _holder = property(lambda self: self._here._holder)
    _now = property(lambda self: self._here._now)

    @property
    def distribute_strategy(self):
        """The strategy in whose scope it was made."""
        return self._strategy

    def assign(self, value, use_locking=None, name=None, read_value=True):
        """As `Variable.assign`, of the copies that are meant."""
        return self._assign_with("assign", as_tensor(value, self.dtype), read_value)

    def assign_add(self, delta, use_locking=None, name=None, read_value=True):
        """As `Variable.assign_add`, of the copies that are meant."""
        return self._assign_with("assign_add", as_tensor(delta, self.dtype), read_value)

    def assign_sub(self, delta, use_locking=None, name=None, read_value=True):
        """As `Variable.assign_sub`, of the copies that are meant."""
        return self._assign_with("assign_sub", as_tensor(delta, self.dtype), read_value)

    def _assign_with(self, method, value, read_value):
        context = get_replica_context()
        if current_replica() is None or (context is not None and context.strategy is not self._strategy):
            for each in self.values:
                getattr(each, method)(self._for_each(method, value))
        elif context is None or not self._meets:
            getattr(self._here, method)(value)
        else:
            context.merge_call(_assigned_together, args=(self, method, value))
        return self if read_value else None

    def _for_each(self, method, value):
        return value

    def _change(self, update, *operands, index=None):
        if current_replica() is None:
            for each in self.values:
                each._change(update, *operands, index=index)
        elif get_replica_context() is None or not self._meets:
            self._here._change(update, *operands, index=index)
        else:
            raise NotImplementedError(
                f"Parts of {self.name} cannot be assigned in the program of a replica: its aggregation is "
                f"{self.aggregation}. Assign the whole variable."
            )
        return self

    def __deepcopy__(self, memo):
        raise NotImplementedError(
            f"{self.name} has copies for several replicas, and cannot be copied itself."
        )

    def __reduce__(self):
        raise NotImplementedError(f"{self.name} has copies for several replicas, and cannot be pickled.")

    def __repr__(self):
        return (
            f"{type(self).__name__}:{{\n"
            + ",\n".join([f"  {k}: {each!r}" for k, each in enumerate(self.values)])
            + "\n}"
        )


def _assigned_together(strategy, variable, method, value):
    """Assigns what the replicas brought, as one, to all copies."""
    if variable.aggregation is VariableAggregation.ONLY_FIRST_REPLICA:
        value = value.values[0] if isinstance(value, PerReplica) else value
    else:
        value = reduced(ReduceOp.from_variable_aggregation(variable.aggregation), value)
    for each in variable.values:
        getattr(each, method)(value)


class MirroredVariable(DistributedVariable):
    """One whose copies are equal: an assignment reaches all of them.

    Without an aggregation, a replica changes its own copy only.
    """

    @property
    def _meets(self):
        return self.aggregation is not VariableAggregation.NONE


class SyncOnReadVariable(DistributedVariable):
    """One whose copies go their own ways, as those of a metric: outside of replicas it is their sum or mean."""

    _meets = False

    def _for_each(self, method, value):
        if self.aggregation is VariableAggregation.SUM:
            if method != "assign":
                raise ValueError(
                    f"SyncOnReadVariable does not support `{method}` in cross-replica context when "
                    "aggregation is set to `tf.VariableAggregation.SUM`."
                )
            return value / len(self.values) if value._dtype.is_floating else value // len(self.values)
        return value

    def __tf_tensor__(self, dtype=None, name=None):
        if current_replica() is not None or self.aggregation is VariableAggregation.ONLY_FIRST_REPLICA:
            return self._here.__tf_tensor__(dtype, name)
        together = ReduceOp.from_variable_aggregation(self.aggregation)
        tensor = reduced(together, PerReplica([each.read_value() for each in self.values]))
        return tensor if dtype is None else as_tensor(tensor, dtype)

    @property
    def _now(self):
        return self.__tf_tensor__

    def numpy(self):
        """The value, put together, as a NumPy array."""
        return self.__tf_tensor__().numpy()

    def __array__(self, dtype=None, copy=None):
        return self.__tf_tensor__().__array__(dtype, copy)


def made_in_scope(strategy, synchronization):
    """What stands for a variable that is made in the scope of a strategy of several replicas, not filled in yet."""
    kind = SyncOnReadVariable if synchronization is VariableSynchronization.ON_READ else MirroredVariable
    made = _new(kind)
    made._strategy = strategy
    return made


def update(strategy, variable, function, args, kwargs, group):
    """`function(copy, *args, **kwargs)` for each copy of a variable, with that replica's values among the arguments."""
    if not isinstance(variable, DistributedVariable):
        return function(variable, *args, **kwargs)
    results = []
    for number, each in enumerate(variable.values):
        with entered(strategy, None, number):
            own_args, own_kwargs = selected(number, (tuple(args), dict(kwargs)))
            results.append(function(each, *own_args, **own_kwargs))
    return None if group else tuple(results)
