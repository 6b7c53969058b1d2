"""tf.distribute.experimental: older names, and options of communication."""

from tapeflow.api.distribute.alone import CentralStorageStrategy, MultiWorkerMirroredStrategy
from tapeflow.api.distribute.communication import CommunicationImplementation, CommunicationOptions
from tapeflow.api.distribute.unavailable import ParameterServerStrategy, TPUStrategy

CollectiveCommunication = CommunicationImplementation
CollectiveHints = CommunicationOptions

__all__ = [
    "CentralStorageStrategy",
    "CollectiveCommunication",
    "CollectiveHints",
    "CommunicationImplementation",
    "CommunicationOptions",
    "MultiWorkerMirroredStrategy",
    "ParameterServerStrategy",
    "TPUStrategy",
]
