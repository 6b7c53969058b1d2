"""tf.experimental.extension_type: functions of extension types."""

from tapeflow.api.extension_types.extension_type import fields_of

__all__ = ["as_dict"]


def as_dict(value):
    """The fields of a value of an extension type by their names; values in fields stay what they are.

    >>> class Pair(tf.experimental.ExtensionType):
    ...     first: int
    ...     second: str
    >>> tf.experimental.extension_type.as_dict(Pair(1, "b"))
    {'first': 1, 'second': 'b'}
    """
    return {each.name: getattr(value, each.name) for each in fields_of(value)}
