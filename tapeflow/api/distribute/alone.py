"""Strategies for several machines or cards, where this machine is alone and has none: one replica."""

from tapeflow.api.distribute.clusters import TFConfigClusterResolver
from tapeflow.api.distribute.strategies import Strategy

__all__ = ["CentralStorageStrategy", "MultiWorkerMirroredStrategy"]


class CentralStorageStrategy(Strategy):
    """Variables in one place. With one CPU, everything is there; NotImplementedError for several compute_devices."""

    def __init__(self, compute_devices=None, parameter_device=None):
        super().__init__()
        if isinstance(compute_devices, list | tuple) and len(compute_devices) > 1:
            raise NotImplementedError(
                f"CentralStorageStrategy computes on one device here, not on {len(compute_devices)}: "
                f"{compute_devices}. tf.distribute.MirroredStrategy takes several, one after the other."
            )


class MultiWorkerMirroredStrategy(Strategy):
    """Copies of the variables on several machines: on this one, unless TF_CONFIG or the resolver names more.

    NotImplementedError for a cluster of several workers.

    >>> tf.distribute.MultiWorkerMirroredStrategy().num_replicas_in_sync
    1
    """

    def __init__(self, cluster_resolver=None, communication_options=None):
        super().__init__()
        self.cluster_resolver = TFConfigClusterResolver() if cluster_resolver is None else cluster_resolver
        cluster = self.cluster_resolver.cluster_spec()
        num_workers = sum([cluster.num_tasks(job) for job in cluster.jobs if job in ("chief", "worker")])
        if num_workers > 1:
            raise NotImplementedError(
                f"A cluster of {num_workers} workers is not here: tapeflow runs on the CPU of one machine."
            )
