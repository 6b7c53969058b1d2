"""Which machines take part in a program: descriptions only, as tapeflow runs on one."""

import collections
import json
import os

from tapeflow.api.cluster_spec import ClusterSpec

__all__ = ["ClusterResolver", "SimpleClusterResolver", "TFConfigClusterResolver"]


class ClusterResolver:
    """Says which cluster there is and which of its tasks this process is: `task_type` and `task_id`."""

    task_type = task_id = rpc_layer = None
    environment = ""

    def cluster_spec(self):
        """The `tf.train.ClusterSpec`."""
        raise NotImplementedError(f"{type(self).__name__} must define cluster_spec().")

    def master(self, task_type=None, task_id=None, rpc_layer=None):
        """The address that sessions connect to; empty for this process."""
        return ""

    def num_accelerators(self, task_type=None, task_id=None, config_proto=None):
        """How many accelerators of each kind a task has: none."""
        return collections.defaultdict(int)


class SimpleClusterResolver(ClusterResolver):
    """A resolver of a cluster that is given."""

    def __init__(
        self,
        cluster_spec,
        master="",
        task_type=None,
        task_id=None,
        environment="",
        num_accelerators=None,
        rpc_layer=None,
    ):
        if not isinstance(cluster_spec, ClusterSpec):
            raise TypeError("cluster_spec must be a `tf.train.ClusterSpec`.")
        self._cluster_spec, self._master, self._num_accelerators = cluster_spec, master, num_accelerators
        self.task_type, self.task_id, self.environment, self.rpc_layer = (
            task_type,
            task_id,
            environment,
            rpc_layer,
        )

    def cluster_spec(self):
        """The cluster that was given."""
        return self._cluster_spec

    def master(self, task_type=None, task_id=None, rpc_layer=None):
        """The address that was given, or that of the named task."""
        found = self._master
        if task_type is not None and task_id is not None:
            found = self._cluster_spec.task_address(task_type, task_id)
        layer = rpc_layer or self.rpc_layer
        return f"{layer}://{found}" if layer and found else found

    def num_accelerators(self, task_type=None, task_id=None, config_proto=None):
        """What was given."""
        return self._num_accelerators or {}


class TFConfigClusterResolver(ClusterResolver):
    """A resolver of what the environment variable TF_CONFIG says: JSON with `cluster` and `task`."""

    environment = None

    def __init__(self, task_type=None, task_id=None, rpc_layer=None, environment=None):
        told = json.loads(os.environ.get("TF_CONFIG", "{}"))
        task = told.get("task", {})
        self.task_type = task.get("type") if task_type is None else str(task_type)
        found = task.get("index") if task_id is None else task_id
        self.task_id = None if found is None else int(found)
        self.rpc_layer = told.get("rpc_layer") if rpc_layer is None else rpc_layer
        self.environment = told.get("environment") if environment is None else environment
        self._cluster_spec = ClusterSpec(told.get("cluster", {}))

    def cluster_spec(self):
        """The cluster, without jobs if nothing is said."""
        return self._cluster_spec
