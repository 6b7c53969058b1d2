"""`tensorflow.python.trackable.data_structures`: lists and dicts that are attributes stay what they are here."""

__all__ = ["ListWrapper", "_DictWrapper"]


class ListWrapper(list):
    """A list, as TensorFlow wraps it. Nothing here makes one; libraries ask whether a value is one."""


class _DictWrapper(dict):
    """A dict, as TensorFlow wraps it. Nothing here makes one; libraries ask whether a value is one."""
