"""Which strategy is in force, and whether a replica's program runs or the program for all replicas."""

import contextlib
import threading

from tapeflow.api.distribute.values import ReduceOp

__all__ = [
    "ReplicaContext",
    "get_replica_context",
    "get_strategy",
    "has_strategy",
    "in_cross_replica_context",
]


class _Frames(threading.local):
    def __init__(self):
        self.frames = []  # pairs: a strategy, and its replica context or None in the program for all replicas


_frames = _Frames()
_default = None


def provide_default_strategy(strategy):
    """Called once by the module of strategies."""
    global _default
    _default = strategy


@contextlib.contextmanager
def entered(strategy, replica_context):
    """Context manager: `strategy` is in force; with a replica context, in the program of that replica."""
    _frames.frames.append((strategy, replica_context))
    try:
        yield strategy
    finally:
        _frames.frames.pop()


def get_strategy():
    """The strategy in force: the default one unless a `strategy.scope()` is open.

    >>> tf.distribute.get_strategy().num_replicas_in_sync
    1
    """
    return _frames.frames[-1][0] if _frames.frames else _default


def has_strategy():
    """Whether a strategy other than the default one is in force.

    >>> tf.distribute.has_strategy()
    False
    """
    return get_strategy() is not _default


def get_replica_context():
    """The context of the replica whose program runs; None in the program for all replicas."""
    return _frames.frames[-1][1] if _frames.frames else _default.replica_context


def in_cross_replica_context():
    """Whether the program for all replicas runs: in a `strategy.scope()`, outside of `strategy.run`.

    >>> tf.distribute.in_cross_replica_context()
    False
    """
    return get_replica_context() is None


class ReplicaContext:
    """What a replica's program may ask of the others. There is one replica: what is reduced is its own value."""

    replica_id_in_sync_group = 0

    def __init__(self, strategy):
        self.strategy = strategy

    @property
    def num_replicas_in_sync(self):
        """The number of replicas whose values are put together."""
        return self.strategy.num_replicas_in_sync

    @property
    def devices(self):
        """The name of the device of this replica, in a tuple."""
        return (self.strategy.extended.worker_devices[0],)

    def all_reduce(self, reduce_op, value, options=None):
        """The nest `value`, summed or averaged over all replicas; differentiable."""
        ReduceOp.parse(reduce_op)
        return value

    def all_gather(self, value, axis, options=None):
        """The nest `value` of all replicas, concatenated along `axis`."""
        return value

    def merge_call(self, merge_fn, args=(), kwargs=None):
        """`merge_fn(strategy, *args, **kwargs)` in the program for all replicas."""
        with entered(self.strategy, None):
            return merge_fn(self.strategy, *args, **(kwargs or {}))

    def __enter__(self):
        _frames.frames.append((self.strategy, self))
        return self

    def __exit__(self, *exception):
        _frames.frames.pop()
