"""Fields of extension types: what annotations allow, and how values are checked and converted.

An annotation is read once, into a `_Kind`. Kinds convert two sorts of things: values of fields, where tensors are
expected for `tf.Tensor`, and fields of specs, where a TypeSpec stands for each of them.
"""

import collections.abc
import inspect
import types
import typing

from tapeflow.api.extension_types.immutable_dict import ImmutableDict
from tapeflow.core.dtypes import DType, as_dtype
from tapeflow.core.errors import OpError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, as_shape
from tapeflow.core.spec import CompositeTensor, TypeSpec
from tapeflow.core.tensor import Tensor

_OF_TYPE_SPECS = """value_type is_compatible_with most_specific_compatible_type _with_tensor_ranks_only _to_components
_from_components _component_specs _to_tensor_list _from_tensor_list _from_compatible_tensor_list _flat_tensor_specs
_serialize _deserialize _to_legacy_output_types _to_legacy_output_shapes _to_legacy_output_classes"""
_OF_VALUES = "self Spec _type_spec _shape_invariant_to_type_spec _consumers _keras_mask"
RESERVED = frozenset([*_OF_TYPE_SPECS.split(), *_OF_VALUES.split()])
"""Names that no field may have: those that TensorFlow reserves."""
PREFIX = "_tf_extension_type"
"""What the names of attributes begin with that are no fields."""
NO_DEFAULT = inspect.Parameter.empty


def is_reserved(name):
    """Whether no field may have this name."""
    return name in RESERVED or name.lower().startswith(PREFIX)


class Field:
    """A field of an extension type: its name, its annotation, what that allows, and its default or NO_DEFAULT."""

    __slots__ = ("annotation", "default", "kind", "name")

    def __init__(self, name, annotation, default=NO_DEFAULT):
        self.name, self.annotation = name, annotation
        try:
            self.kind = _kind(annotation)
        except TypeError as error:
            raise TypeError(f"In field {name!r}: {error}") from None
        self.default = default
        if default is not NO_DEFAULT and type(self.kind) is not _Tensors:  # these are converted when used
            self.default = self.kind.value(default, f"default value for {name}")


def read_fields(cls):
    """(the Fields of a class in order, whether all names in their annotations are known yet)."""
    try:
        annotations, is_complete = typing.get_type_hints(cls), True
    except (NameError, AttributeError):  # a class that is still to be defined, or a module's member
        annotations, is_complete = {}, False
        for each in reversed(cls.__mro__):
            annotations.update(own_annotations(each))
    fields = [Field(name, each, getattr(cls, name, NO_DEFAULT)) for name, each in annotations.items()]
    return tuple(fields), is_complete


def own_annotations(cls):
    """The annotations in the body of a class, unknown names as forward references."""
    try:
        return inspect.get_annotations(cls)
    except NameError:  # since Python 3.14, which evaluates annotations when they are asked for
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)


def converted(fields, values, for_spec=False):
    """The values, a dict by name, in the order of the fields and converted; ValueError for others than the fields.

    TypeError for a value that the annotation of its field does not allow.
    """
    names = [each.name for each in fields]
    extra = set(values).difference(names)
    if extra:
        raise ValueError(f"Got unexpected fields: {extra}")
    missing = set(names).difference(values)
    if missing:
        raise ValueError(f"Missing required fields: {missing}")
    if for_spec:
        return {each.name: each.kind.spec(values[each.name], each.name) for each in fields}
    return {each.name: each.kind.value(values[each.name], each.name) for each in fields}


def _mismatch(path, expected, value):
    return TypeError(f"{path}: expected {expected}, got {type(value).__name__!r}")


class _Kind:
    """What an annotation allows. `path` names the value in errors."""

    may_be_key = True

    def value(self, value, path):
        """The value as one of this kind; TypeError if it is none."""
        raise NotImplementedError

    def spec(self, value, path):
        """What a spec has in the place of such a value."""
        return self.value(value, path)


class _Plain(_Kind):
    """Instances of one of Python's types."""

    def __init__(self, kind):
        self.kind = kind

    def value(self, value, path):
        if not isinstance(value, self.kind):
            raise _mismatch(path, repr(self.kind.__name__), value)
        return value


class _DTypes(_Kind):
    def value(self, value, path):
        try:
            return as_dtype(value)
        except TypeError:
            raise _mismatch(path, "'tf.DType'", value) from None


class _Shapes(_Kind):
    may_be_key = False

    def value(self, value, path):
        try:
            return as_shape(value)
        except TypeError:
            raise _mismatch(path, "'tf.TensorShape'", value) from None


class _Tensors(_Kind):
    may_be_key = False

    def value(self, value, path):
        if isinstance(value, Tensor):
            return value
        try:
            return as_tensor(value)
        except (ValueError, TypeError) as error:
            if isinstance(error, OpError):
                raise
            raise _mismatch(path, "a Tensor", value) from error

    def spec(self, value, path):
        if not isinstance(value, TypeSpec) or value.value_type is not Tensor:
            raise _mismatch(path, "a TensorSpec", value)
        return value


class _Composites(_Kind):
    """Instances of a class of values that are made of tensors, or that have a TypeSpec."""

    may_be_key = False

    def __init__(self, kind):
        self.kind = kind

    def value(self, value, path):
        if not isinstance(value, self.kind):
            raise _mismatch(path, repr(self.kind.__name__), value)
        return value

    def spec(self, value, path):
        if not isinstance(value, TypeSpec) or not issubclass(value.value_type, self.kind):
            raise _mismatch(path, f"a TypeSpec for {self.kind.__name__!r}", value)
        return value


class _Tuples(_Kind):
    """Tuples: of one kind and any length, or of a kind for each place. Lists are made tuples."""

    def __init__(self, kinds, is_repeated):
        self.kinds, self.is_repeated = kinds, is_repeated
        self.may_be_key = all([each.may_be_key for each in kinds])

    def value(self, value, path):
        return self._each("value", value, path)

    def spec(self, value, path):
        return self._each("spec", value, path)

    def _each(self, method, value, path):
        if not isinstance(value, collections.abc.Sequence):
            raise _mismatch(path, "tuple", value)
        kinds = self.kinds * len(value) if self.is_repeated else self.kinds
        if len(kinds) != len(value):
            raise _mismatch(path, f"tuple with length {len(kinds)}", value)
        pairs = enumerate(zip(kinds, value, strict=True))
        return tuple([getattr(kind, method)(each, f"{path}[{place}]") for place, (kind, each) in pairs])


class _Mappings(_Kind):
    """Mappings, which are made immutable ones."""

    def __init__(self, key, item):
        self.key, self.item = key, item
        self.may_be_key = item.may_be_key
        if not key.may_be_key:
            raise TypeError("Mapping had a key whose type holds tensors or shapes")

    def value(self, value, path):
        return self._each("value", value, path)

    def spec(self, value, path):
        return self._each("spec", value, path)

    def _each(self, method, value, path):
        if not isinstance(value, collections.abc.Mapping):
            raise _mismatch(path, "mapping", value)
        return ImmutableDict(
            [
                (self.key.value(key, f"{path}[<key>]"), getattr(self.item, method)(each, f"{path}[{key!r}]"))
                for key, each in value.items()
            ]
        )


class _Unions(_Kind):
    """What one of several kinds takes, tried in order."""

    def __init__(self, annotation, kinds):
        self.annotation, self.kinds = annotation, kinds
        self.may_be_key = all([each.may_be_key for each in kinds])

    def value(self, value, path):
        return self._first("value", value, path)

    def spec(self, value, path):
        return self._first("spec", value, path)

    def _first(self, method, value, path):
        for each in self.kinds:
            try:
                return getattr(each, method)(value, path)
            except TypeError:
                continue
        raise _mismatch(path, repr(self.annotation), value)


class _Unknown(_Kind):
    """The name of a class that is not defined yet: no value is of it."""

    def __init__(self, annotation):
        self.annotation = annotation

    def value(self, value, path):
        raise TypeError(f"{path}: Unsupported type annotation {self.annotation!r}")


def _kind(annotation):
    if isinstance(annotation, str | typing.ForwardRef):
        return _Unknown(annotation)
    if annotation is None:
        return _Plain(type(None))
    if annotation is DType:
        return _DTypes()
    if annotation is TensorShape:
        return _Shapes()
    if annotation is Tensor:
        return _Tensors()
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        is_repeated = len(arguments) == 2 and arguments[1] is Ellipsis
        return _Tuples([_kind(each) for each in (arguments[:1] if is_repeated else arguments)], is_repeated)
    if origin in (typing.Union, types.UnionType):
        return _Unions(annotation, [_kind(each) for each in arguments])
    if origin is collections.abc.Mapping and len(arguments) == 2:
        return _Mappings(*[_kind(each) for each in arguments])
    if origin is None and isinstance(annotation, type):
        if annotation in (int, float, str, bytes, bool, type(None)):
            return _Plain(annotation)
        if issubclass(annotation, CompositeTensor) or hasattr(annotation, "_type_spec"):
            return _Composites(annotation)
        raise TypeError(f"Unsupported type annotation {annotation.__name__!r}")
    raise TypeError(f"Unsupported type annotation {annotation!r}")
