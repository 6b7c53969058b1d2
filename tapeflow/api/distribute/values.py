"""What strategies hand out, and how values of replicas are put together."""

import enum

__all__ = ["DistributedDataset", "DistributedIterator", "DistributedValues", "InputContext", "ReduceOp"]


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
    """A value for each of several replicas. With one replica no strategy makes any: the value itself is passed on."""


class DistributedDataset:
    """A data set cut into parts for several replicas. With one replica the data set itself is passed on."""


class DistributedIterator:
    """An iterator over a DistributedDataset."""


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
