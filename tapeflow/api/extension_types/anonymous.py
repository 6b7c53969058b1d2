"""Values of extension types whose class is not there when a saved model is loaded: they have fields, and no more."""

import collections.abc
import warnings

from tapeflow.api.extension_types.extension_type import (
    ExtensionType,
    ExtensionTypeSpec,
    mappings_made,
)
from tapeflow.api.extension_types.fields import is_reserved
from tapeflow.api.extension_types.immutable_dict import ImmutableDict
from tapeflow.core import spec_registry
from tapeflow.core.dtypes import DType
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import CompositeTensor, TypeSpec
from tapeflow.core.tensor import Tensor

_PLAIN = int | float | bool | str | bytes | type(None) | DType | TensorShape


class AnonymousExtensionType(ExtensionType, is_framework=True):
    """A value of an extension type that is not there: takes the fields by name, of any kinds that fields may have."""

    __slots__ = ()

    def __init__(self, **fields):
        vars(self).update(_checked(fields, Tensor | CompositeTensor))

    @property
    def _type_spec(self):
        return AnonymousExtensionTypeSpec.from_value(self)


@spec_registry.register("tf.AnonymousExtensionType.Spec")
class AnonymousExtensionTypeSpec(ExtensionTypeSpec):
    """The description of an AnonymousExtensionType: takes the fields by name, with specs in place of tensors."""

    __slots__ = ()

    value_type = AnonymousExtensionType

    def __init__(self, **fields):
        vars(self).update(_checked(fields, TypeSpec))

    @property
    def _names(self):
        return list(vars(self))

    @classmethod
    def _deserialize(cls, serialization):
        return cls(**mappings_made(ImmutableDict, dict(serialization)))


def _checked(fields, kinds):
    for name in fields:
        if is_reserved(name) or (name.startswith("__") and name.endswith("__")):
            raise ValueError(f"Reserved field name {name} was encountered in an AnonymousExtensionType.")
    return {name: _field(value, kinds) for name, value in fields.items()}


def _field(value, kinds):
    if isinstance(value, _PLAIN | kinds):
        return value
    if isinstance(value, tuple):
        return tuple([_field(each, kinds) for each in value])
    if isinstance(value, collections.abc.Mapping):
        return ImmutableDict([(_field(key, kinds), _field(each, kinds)) for key, each in value.items()])
    raise ValueError(f"Cannot convert anonymous fields from an unsupported `value` argument: {value!r}.")


def _stand_in(name, serialization):
    """The spec that stands in for one of an extension type that is not there."""
    pairs = isinstance(serialization, tuple) and all(
        [isinstance(each, tuple) and len(each) == 2 and isinstance(each[0], str) for each in serialization]
    )
    if not pairs:
        raise ValueError(f"No TypeSpec has been registered with name {name!r}")
    spec = AnonymousExtensionTypeSpec._deserialize(serialization)
    warnings.warn(
        f"The type {name!r} has not been registered. Falling back to using AnonymousExtensionTypeSpec instead.",
        stacklevel=2,
    )
    return spec


spec_registry.provide_stand_in(_stand_in)
