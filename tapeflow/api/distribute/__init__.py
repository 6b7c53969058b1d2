"""tf.distribute: replicas of a program. There is one device here, so several of them run one after another."""

from tapeflow.api.distribute.contexts import (
    ReplicaContext,
    get_replica_context,
    get_strategy,
    has_strategy,
    in_cross_replica_context,
)
from tapeflow.api.distribute.datasets import DistributedDataset, DistributedIterator
from tapeflow.api.distribute.strategies import MirroredStrategy, OneDeviceStrategy, Strategy, StrategyExtended
from tapeflow.api.distribute.unavailable import (
    CentralStorageStrategy,
    MultiWorkerMirroredStrategy,
    ParameterServerStrategy,
    TPUStrategy,
)
from tapeflow.api.distribute.values import DistributedValues, InputContext, ReduceOp

__all__ = [
    "CentralStorageStrategy",
    "DistributedDataset",
    "DistributedIterator",
    "DistributedValues",
    "InputContext",
    "MirroredStrategy",
    "MultiWorkerMirroredStrategy",
    "OneDeviceStrategy",
    "ParameterServerStrategy",
    "ReduceOp",
    "ReplicaContext",
    "Strategy",
    "StrategyExtended",
    "TPUStrategy",
    "get_replica_context",
    "get_strategy",
    "has_strategy",
    "in_cross_replica_context",
]
