"""A mapping that does not change: what fields annotated as mappings hold."""

import collections.abc


class ImmutableDict(collections.abc.Mapping):
    """A mapping that does not change. Takes what `dict` takes."""

    __slots__ = ("_items",)

    def __init__(self, *args, **kwargs):
        object.__setattr__(self, "_items", dict(*args, **kwargs))

    def __getitem__(self, key):
        return self._items[key]

    def __contains__(self, key):
        return key in self._items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def __setattr__(self, name, value):
        raise AttributeError("An ImmutableDict does not change.")

    def __reduce__(self):
        return ImmutableDict, (self._items,)

    def __repr__(self):
        return f"ImmutableDict({self._items})"
