"""`tf.types.experimental.distributed`: values of several replicas."""

from tapeflow.api.distribute.values import DistributedValues, PerReplica

__all__ = ["DistributedValues", "PerReplica"]
