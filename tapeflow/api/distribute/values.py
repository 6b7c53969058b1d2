"""What strategies hand out, and how values of replicas are put together."""

import enum

from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec

__all__ = ["DistributedValues", "InputContext", "PerReplica", "PerReplicaSpec", "ReduceOp"]


class ReduceOp(enum.Enum):
    """How the values of all replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"

    @staticmethod
    def from_variable_aggregation(aggregation):
        """The member for a `tf.VariableAggregation`; ValueError for those that reduce nothing."""
        found = {"SUM": ReduceOp.SUM, "MEAN": ReduceOp.MEAN}.get(getattr(aggregation, "name", aggregation))
        if found is None:
            raise ValueError(
                f"Could not convert from `tf.VariableAggregation` {aggregation} to `tf.distribute.ReduceOp` type"
            )
        return found

    @staticmethod
    def parse(value):
        """A member from itself or from its name, in any case."""
        return value if isinstance(value, ReduceOp) else ReduceOp[str(value).upper()]


class DistributedValues:
    """A value for each of several replicas, in `values`. With one replica the value itself is passed on."""

    values: tuple


class PerReplica(DistributedValues, CompositeTensor):
    """The tensors, in order, that each of several replicas has for the same thing.

    >>> both = tf.types.experimental.distributed.PerReplica([tf.constant(1), tf.constant(2)])
    >>> [int(each) for each in both.values]
    [1, 2]
    """

    def __init__(self, values):
        self.values = tuple(values)

    def _to_components(self):
        return self.values

    @property
    def _type_spec(self):
        return PerReplicaSpec(*[_spec_of(each) for each in self.values])

    def __repr__(self):
        return "PerReplica:{\n" + ",\n".join([f"  {k}: {each}" for k, each in enumerate(self.values)]) + "\n}"


class PerReplicaSpec(TypeSpec):
    """The description of a PerReplica: the spec of each replica's value."""

    __slots__ = ("_specs",)

    def __init__(self, *specs):
        self._specs = specs

    @property
    def value_type(self):
        """The class of what this describes."""
        return PerReplica

    @property
    def _component_specs(self):
        return self._specs

    def _from_components(self, components):
        return PerReplica(components)

    def _serialize(self):
        return self._specs


def _spec_of(value):
    if isinstance(value, TypeSpec):
        return value
    return value._type_spec if isinstance(value, CompositeTensor) else TensorSpec(value.shape, value.dtype)


class InputContext:
    """Which part of the input a pipeline serves: `num_input_pipelines`, `input_pipeline_id`, `num_replicas_in_sync`."""

    def __init__(self, num_input_pipelines=1, input_pipeline_id=0, num_replicas_in_sync=1):
        self.num_input_pipelines = num_input_pipelines
        self.input_pipeline_id = input_pipeline_id
        self.num_replicas_in_sync = num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size):
        """The examples of a batch that one replica takes. ValueError if they cannot be shared out evenly."""
        if global_batch_size % self.num_replicas_in_sync:
            raise ValueError(
                f"The `global_batch_size` {global_batch_size} is not divisible by `num_replicas_in_sync` "
                f"{self.num_replicas_in_sync}"
            )
        return global_batch_size // self.num_replicas_in_sync
