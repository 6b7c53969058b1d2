"""Lists, dicts and tuples as dependencies: their elements are called by their positions and keys."""

from collections import OrderedDict

_CONTAINERS = (list, dict, OrderedDict)
"""The types that are dependencies whatever is in them, as in TensorFlow; tuples only if a Trackable is."""


def is_container(value):
    """Whether the value is a list, dict or tuple, rather than of a class that somebody derived from them."""
    return type(value) in _CONTAINERS or isinstance(value, tuple)


def is_trackable_container(value):
    """Whether the value is a container that is a dependency."""
    return type(value) in _CONTAINERS or (
        isinstance(value, tuple)
        and any(
            [
                _is_trackable(each) or (isinstance(each, tuple) and is_trackable_container(each))
                for each in value
            ]
        )
    )


def children_of(container):
    """{name: element} of those that are dependencies. ValueError for one under a key that is no string."""
    if not isinstance(container, dict):
        return {str(place): each for place, each in enumerate(container) if _is_dependency(each)}
    found = {}
    for key, each in container.items():
        if not _is_dependency(each):
            continue
        if not isinstance(key, str):
            if type(each) in _CONTAINERS and not _holds_trackable(each):
                continue
            raise ValueError(
                f"Unable to save the object {container!r} (a dictionary wrapper constructed automatically on attribute "
                f"assignment). The wrapped dictionary contains a non-string key ({key!r}) which maps to a trackable "
                "object or mutable data structure. Use strings as keys."
            )
        found[key] = each
    return found


def _holds_trackable(container):
    values = container.values() if isinstance(container, dict) else container
    return any([_is_trackable(each) or (is_container(each) and _holds_trackable(each)) for each in values])


def _is_dependency(value):
    return _is_trackable(value) or is_trackable_container(value)


def _is_trackable(value):
    return hasattr(type(value), "_should_act_as_tracked")
