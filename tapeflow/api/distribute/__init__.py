"""tf.distribute: replicas of a program. There is one device here, so several of them run one after another."""

from tapeflow.api.distribute import clusters as cluster_resolver
from tapeflow.api.distribute import experimental
from tapeflow.api.distribute.alone import CentralStorageStrategy, MultiWorkerMirroredStrategy
from tapeflow.api.distribute.communication import (
    CrossDeviceOps,
    HierarchicalCopyAllReduce,
    NcclAllReduce,
    ReductionToOneDevice,
)
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
    ParameterServerStrategy,
    TPUStrategy,
)
from tapeflow.api.distribute.values import DistributedValues, InputContext, ReduceOp

__all__ = [
    "CentralStorageStrategy",
    "CrossDeviceOps",
    "DistributedDataset",
    "DistributedIterator",
    "DistributedValues",
    "HierarchicalCopyAllReduce",
    "InputContext",
    "MirroredStrategy",
    "MultiWorkerMirroredStrategy",
    "NcclAllReduce",
    "OneDeviceStrategy",
    "ParameterServerStrategy",
    "ReduceOp",
    "ReductionToOneDevice",
    "ReplicaContext",
    "Strategy",
    "StrategyExtended",
    "TPUStrategy",
    "cluster_resolver",
    "experimental",
    "get_replica_context",
    "get_strategy",
    "has_strategy",
    "in_cross_replica_context",
]
