"""`tf.__internal__.distribute`: merging calls of replicas."""

from types import SimpleNamespace

from tapeflow.api.distribute import get_replica_context, has_strategy

__all__ = ["interim", "strategy_supports_no_merge_call"]


def strategy_supports_no_merge_call():
    """Whether variables can be updated by each replica by itself: always, as long as there is one replica."""
    return not has_strategy()


def maybe_merge_call(fn, strategy, *args, **kwargs):
    """`fn(strategy, *args, **kwargs)`, once for all replicas."""
    if strategy_supports_no_merge_call():
        return fn(strategy, *args, **kwargs)
    return get_replica_context().merge_call(fn, args=args, kwargs=kwargs)


interim = SimpleNamespace(maybe_merge_call=maybe_merge_call)
