"""How replicas of a strategy exchange values. They are in one process here: what is chosen is checked and kept."""

import enum

__all__ = [
    "CommunicationImplementation",
    "CommunicationOptions",
    "CrossDeviceOps",
    "HierarchicalCopyAllReduce",
    "NcclAllReduce",
    "ReductionToOneDevice",
]


class CommunicationImplementation(enum.Enum):
    """What collective operations are made by."""

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


class CommunicationOptions:
    """Sizes and limits of collective operations: bytes in a pack (0: chosen automatically), seconds to wait.

    >>> print(tf.distribute.experimental.CommunicationOptions(timeout_seconds=120.0))
    Options(bytes_per_pack=0,timeout_seconds=120.0, implementation=CommunicationImplementation.AUTO)
    """

    def __init__(
        self, bytes_per_pack=0, timeout_seconds=None, implementation=CommunicationImplementation.AUTO
    ):
        if bytes_per_pack < 0:
            raise ValueError(f"Argument `bytes_per_pack` must be >=0, Received {bytes_per_pack}.")
        if isinstance(implementation, str):
            implementation = CommunicationImplementation(implementation.upper())
        if not isinstance(implementation, CommunicationImplementation):
            raise ValueError(
                "Argument `implementation` must be instance of "
                "`tf.distribute.experimental.CommunicationImplementation`."
            )
        self.bytes_per_pack, self.timeout_seconds = bytes_per_pack, timeout_seconds
        self.implementation = implementation

    def __str__(self):
        return (
            f"Options(bytes_per_pack={self.bytes_per_pack},timeout_seconds={self.timeout_seconds}, "
            f"implementation={self.implementation})"
        )


class CrossDeviceOps:
    """The parent of the ways to reduce the values of all replicas."""


class _Packed(CrossDeviceOps):
    _shown = ""

    def __init__(self, num_packs=1):
        if num_packs < 0:
            raise ValueError(f"{self._shown} requires num_packs >= 0, but {num_packs} is specified")


class HierarchicalCopyAllReduce(_Packed):
    """As for groups of graphics cards in one machine."""

    _shown = "HierarchicalCopy"


class NcclAllReduce(_Packed):
    """As by NVIDIA's library."""

    _shown = "NCCL all-reduce"


class ReductionToOneDevice(CrossDeviceOps):
    """Copies to one device and back."""

    def __init__(self, reduce_to_device=None, accumulation_fn=None):
        super().__init__()
