"""Containers that stand for a list or dict in an attribute while values that were restored wait for their elements."""

from tapeflow.state.containers import children_of
from tapeflow.state.trackable import Trackable, arrived


class _Waiting(Trackable):
    """A container that tells what waits for its elements when they come."""

    def _trackable_children(self, save_type="checkpoint", **kwargs):
        return children_of(self)

    def _tell(self):
        if self.__dict__.get("_self_waiting"):
            for name, value in children_of(self).items():
                arrived(self, name, value)

    def __reduce__(self):
        plain = list if isinstance(self, list) else dict
        return type(self), (plain(self),)


def _telling(kind, *names):
    """Class decorator: the methods of `kind` called so also tell of what has come."""

    def decorate(made):
        for name in names:
            setattr(made, name, _and_tell(getattr(kind, name)))
        return made

    return decorate


def _and_tell(method):
    def told(self, *args, **kwargs):
        result = method(self, *args, **kwargs)
        self._tell()
        return result

    told.__name__ = method.__name__
    told.__doc__ = method.__doc__
    return told


@_telling(list, "append", "extend", "insert", "__setitem__", "__iadd__")
class ListWrapper(_Waiting, list):
    """A list that is a Trackable; its elements are called "0", "1" and so on."""

    __hash__ = None


@_telling(dict, "__setitem__", "setdefault", "update", "__ior__")
class _DictWrapper(_Waiting, dict):
    """A dict that is a Trackable; its elements are called by their keys, which are strings."""

    __hash__ = None


DictWrapper = _DictWrapper
