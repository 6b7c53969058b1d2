"""Which strategy is in force, and whether a replica's program runs or the program for all replicas."""

import contextlib
import threading

from tapeflow.api.distribute.regrouping import reduced
from tapeflow.api.distribute.values import DistributedValues, ReduceOp
from tapeflow.autodiff.custom import custom_gradient
from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.operands import as_tensor
from tapeflow.ops.indexed_slices import IndexedSlices

__all__ = [
    "ReplicaContext",
    "get_replica_context",
    "get_strategy",
    "has_strategy",
    "in_cross_replica_context",
]


class _Frames(threading.local):
    def __init__(self):
        # A strategy; its replica context, or None in the program for all replicas; the replica whose copies of
        # variables that program updates, or None.
        self.frames = []


_frames = _Frames()
_default = None


def provide_default_strategy(strategy):
    """Called once by the module of strategies."""
    global _default
    _default = strategy


@contextlib.contextmanager
def entered(strategy, replica_context, updated_replica=None):
    """Context manager: `strategy` is in force; with a replica context, in the program of that replica."""
    _frames.frames.append((strategy, replica_context, updated_replica))
    try:
        yield strategy
    finally:
        _frames.frames.pop()


def current_replica():
    """The number of the replica whose copies of variables are meant here; None in the program for all replicas."""
    if not _frames.frames:
        return None
    _, context, updated = _frames.frames[-1]
    return updated if context is None else context.replica_id_in_sync_group


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
    """What a replica's program may ask of the others.

    merge: what has the program for all replicas called when every replica has come to that point; None for the only
    replica, whose own values are the reduced ones.
    """

    def __init__(self, strategy, replica_id_in_sync_group=0, merge=None):
        self.strategy = strategy
        self.replica_id_in_sync_group = replica_id_in_sync_group
        self._merge = merge

    @property
    def num_replicas_in_sync(self):
        """The number of replicas whose values are put together."""
        return self.strategy.num_replicas_in_sync

    @property
    def devices(self):
        """The name of the device of this replica, in a tuple."""
        return (self.strategy.extended.worker_devices[self.replica_id_in_sync_group],)

    def all_reduce(self, reduce_op, value, options=None):
        """The nest `value`, summed or averaged over all replicas.

        Differentiable outside of traced functions: the gradient is that of what all replicas make of the sum. Inside,
        NotImplementedError for what a tape watches, if there are several replicas.
        """
        reduce_op = ReduceOp.parse(reduce_op)
        if self._merge is None:
            return value
        leaves = nest.flatten(value)
        if any([isinstance(each, IndexedSlices) for each in leaves]):
            return nest.pack_sequence_as(value, self._reduced(reduce_op, leaves))
        tensors = [as_tensor(each) for each in leaves]
        if state.interpreter is None:
            tensors = _differentiably(self, reduce_op, tensors)
        elif state.tapes and any([each._record is not None for each in tensors]):
            raise NotImplementedError(
                "The gradient of all_reduce over several replicas is not here inside of traced functions: call the "
                "function eagerly, or reduce outside of the tape."
            )
        else:
            tensors = self._reduced(reduce_op, tensors)
        return nest.pack_sequence_as(value, tensors)

    def _reduced(self, reduce_op, leaves):
        def together(strategy, *values):
            # What all replicas have as the same object is one value, as in TensorFlow, and not a sum of several.
            return [
                reduced(reduce_op, each) if isinstance(each, DistributedValues) else each for each in values
            ]

        return self.merge_call(together, args=tuple(leaves))

    def all_gather(self, value, axis, options=None):
        """The nest `value` of all replicas, concatenated along `axis`."""
        if self._merge is None:
            return value
        return self.merge_call(lambda strategy, each: strategy.gather(each, axis), args=(value,))

    def merge_call(self, merge_fn, args=(), kwargs=None):
        """`merge_fn(strategy, *args, **kwargs)` in the program for all replicas, called once for all of them.

        What differs between the replicas comes as a value for each; of such a value in the result this replica gets
        its own.
        """
        if self._merge is not None:
            return self._merge(merge_fn, args, kwargs or {})
        with entered(self.strategy, None):
            return merge_fn(self.strategy, *args, **(kwargs or {}))

    def __enter__(self):
        _frames.frames.append((self.strategy, self, None))
        return self

    def __exit__(self, *exception):
        _frames.frames.pop()


def _differentiably(context, reduce_op, tensors):
    """The reduced tensors; what reaches a replica's own on the way back is reduced over all replicas, too."""

    @custom_gradient
    def reduce(*arguments):
        def gradient(*cotangents):
            return tuple(_differentiably(context, reduce_op, list(cotangents)))

        return tuple(context._reduced(reduce_op, tensors)), gradient

    return list(reduce(*tensors))
