"""ExtensionType: classes of values made of tensors, written like dataclasses; and the TypeSpecs that describe them."""

import abc
import functools
import inspect

from tapeflow.api import arrays, math
from tapeflow.api.extension_types.fields import (
    NO_DEFAULT,
    PREFIX,
    converted,
    is_reserved,
    own_annotations,
    read_fields,
)
from tapeflow.api.extension_types.immutable_dict import ImmutableDict
from tapeflow.core import nest, spec_registry
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import may_agree
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor
from tapeflow.graph.functional import cond

_FIELDS = f"{PREFIX}_cached_fields"
_OPEN = f"{PREFIX}_in_constructor"
_SPEC = f"{PREFIX}_cached_type_spec"
_MUTABLE = ("_keras_mask",)
"""Attributes that libraries set on values: Keras passes masks along so."""


class ExtensionTypeMetaclass(abc.ABCMeta):
    """Makes the constructor and the class `Spec` of each class that a user derives."""

    def __new__(metaclass, name, bases, namespace, is_framework=False, **options):
        return super().__new__(metaclass, name, bases, namespace, **options)

    def __init__(cls, name, bases, namespace, is_framework=False, **options):
        if not is_framework:
            _check_body(cls)
            _add_constructor(cls)
            _add_spec(cls)
        super().__init__(name, bases, namespace, **options)


class HasFields:
    """What values of extension types and their specs have in common: fields, which the constructor sets for good."""

    __slots__ = ()

    def __setattr__(self, name, value):
        self._check_open(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        self._check_open(name)
        object.__delattr__(self, name)

    def _check_open(self, name):
        is_field = name in [each.name for each in fields_of(self)]
        if name in _MUTABLE or (is_field and hasattr(self, _OPEN)):
            return
        kind = "ExtensionTypeSpec" if isinstance(self, TypeSpec) else "ExtensionType"
        raise AttributeError(f"Cannot mutate attribute `{name}` outside the custom constructor of {kind}.")

    def __validate__(self):
        """Checks the fields once they have been converted; to be overridden. What it raises, the constructor does."""

    def __repr__(self):
        fields = ", ".join([f"{name}={each!r}" for name, each in _shown(self)])
        return f"{type(self).__qualname__}({fields})"


def _shown(value):
    return value._serialize() if isinstance(value, TypeSpec) else vars(value).items()


class ExtensionType(HasFields, CompositeTensor, metaclass=ExtensionTypeMetaclass, is_framework=True):
    """The parent of classes of values made of tensors, which are used where tensors are.

    A class that is derived annotates its fields: with `tf.Tensor`, classes of composite tensors, `tf.TensorShape`,
    `tf.DType`, Python's `int`, `float`, `str`, `bytes`, `bool` and `None`, and tuples, mappings and unions of them. It
    gets a constructor that takes the fields, converts and checks them (TypeError) and calls `__validate__`; its values
    do not change. `Spec`, a class in it, describes values by everything but the elements of their tensors.

    Values may be arguments and results of a `tf.function`, loop variables, elements of data sets, and, by the
    decorators `tf.experimental.dispatch_for_...`, arguments of TensorFlow's functions.

    >>> class MaskedTensor(tf.experimental.ExtensionType):
    ...     values: tf.Tensor
    ...     mask: tf.Tensor
    ...     def with_default(self, default):
    ...         return tf.where(self.mask, self.values, default)
    >>> MaskedTensor([1, 2, 3], [True, False, True]).with_default(0).numpy()
    array([1, 0, 3], dtype=int32)
    """

    __slots__ = (*_MUTABLE, _OPEN, _SPEC)
    _is_tensor_like = False

    def __init__(self, *args, **kwargs):
        if type(self) is ExtensionType:
            raise AssertionError(
                "Cannot create an instance of ExtensionType because ExtensionType is an abstract base class."
            )

    @classmethod
    def _tf_extension_type_fields(cls):
        return fields_of(cls)

    @property
    def _type_spec(self):
        spec = getattr(self, _SPEC, None)
        if spec is None:
            spec = self.Spec.from_value(self)
            object.__setattr__(self, _SPEC, spec)
        return spec

    def _to_components(self):
        return self._type_spec._to_components(self)

    def _differentiable(self):
        protocol = getattr(self, "__composite_gradient__", None)
        if protocol is None:
            return super()._differentiable()
        found = protocol.get_gradient_components(self)
        return found if isinstance(found, Tensor) else found._differentiable()

    def _with_gradient(self, gradient):
        protocol = self.__composite_gradient__
        inner = protocol.get_gradient_components(self)
        if not isinstance(inner, Tensor):
            gradient = inner._with_gradient(gradient)
        return protocol.replace_gradient_components(self, gradient)

    def __eq__(self, other):
        if type(self) is not type(other) or self._type_spec != other._type_spec:
            return False
        mine, theirs = [nest.flatten(each, expand_composites=True) for each in (self, other)]
        return math.reduce_all([_are_equal(a, b) for a, b in zip(mine, theirs, strict=True)] or [True])

    def __ne__(self, other):
        found = self.__eq__(other)
        return math.logical_not(found) if isinstance(found, Tensor) else not found

    __hash__ = None

    def __copy__(self):
        return value_of_fields(type(self), vars(self))

    def __deepcopy__(self, memo):
        return self  # nothing in it changes

    def __reduce__(self):
        return value_of_fields, (type(self), dict(vars(self)))


def _are_equal(a, b):
    """Whether two tensors have one shape and the same elements, a bool scalar."""
    if a.dims == b.dims:
        return math.reduce_all(math.equal(a, b))
    if not may_agree(a.dims, b.dims):
        return as_tensor(False)
    same_shape = math.reduce_all(math.equal(arrays.shape(a), arrays.shape(b)))
    return cond(
        same_shape,
        lambda: math.reduce_all(math.equal(a, arrays.reshape(b, arrays.shape(a)))),
        lambda: as_tensor(False),
    )


class ExtensionTypeSpec(HasFields, TypeSpec):
    """The parent of the classes `Spec` in extension types: the fields of a value, with specs in place of tensors."""

    __slots__ = ("__dict__", _OPEN)

    @classmethod
    def from_value(cls, value):
        """The spec of a value of the extension type."""
        return value_of_fields(
            cls, {name: nest.map_structure(_spec_of, each) for name, each in vars(value).items()}
        )

    @classmethod
    def _tf_extension_type_fields(cls):
        return fields_of(cls)

    @property
    def _names(self):
        return [each.name for each in fields_of(self)]

    def _values(self, value):
        return [vars(value)[name] for name in self._names]

    def _serialize(self):
        return tuple([(name, mappings_made(dict, vars(self)[name])) for name in self._names])

    @classmethod
    def _deserialize(cls, serialization):
        fields = {name: mappings_made(ImmutableDict, each) for name, each in serialization}
        return value_of_fields(cls, converted(fields_of(cls), fields, for_spec=True))

    @property
    def _component_specs(self):
        return tuple([each for each in nest.flatten(self._values(self)) if isinstance(each, TypeSpec)])

    def _with_component_specs(self, specs):
        return value_of_fields(type(self), self._filled(specs))

    def _filled(self, components):
        """The fields with these components in place of specs."""
        rest = iter(components)
        fields = nest.map_structure(
            lambda each: next(rest) if isinstance(each, TypeSpec) else each, self._values(self)
        )
        if list(rest):
            raise ValueError(
                "Cannot build an ExtensionType instance from components because more components are provided than "
                "the number expected by the type spec."
            )
        return dict(zip(self._names, fields, strict=True))

    def _to_components(self, value):
        return tuple([each for each in nest.flatten(self._values(value)) if hasattr(each, "_type_spec")])

    def _from_components(self, components):
        return value_of_fields(self.value_type, self._filled(components))


def _spec_of(value):
    if isinstance(value, Tensor):
        return TensorSpec(value.shape, value.dtype)
    return value._type_spec if hasattr(value, "_type_spec") else value


def mappings_made(kind, value):
    """The value with mappings of this kind in it."""
    if isinstance(value, dict | ImmutableDict):
        return kind([(key, mappings_made(kind, each)) for key, each in value.items()])
    if isinstance(value, tuple | list):
        return tuple([mappings_made(kind, each) for each in value])
    return value


def value_of_fields(cls, fields):
    """A value of an extension type, or a spec, with these fields, which fit: no constructor runs."""
    value = object.__new__(cls)
    vars(value).update(fields)
    return value


def fields_of(kind):
    """The Fields of an extension type, or of the one that a spec describes; of the class or of a value."""
    cls = kind if isinstance(kind, type) else type(kind)
    if issubclass(cls, TypeSpec):
        cls = cls.value_type
    found = cls.__dict__.get(_FIELDS)
    if found is None:
        found, is_complete = read_fields(cls)
        if is_complete:
            setattr(cls, _FIELDS, found)
    return found


# What the metaclass makes.


def _check_body(cls):
    """Raises ValueError for what the body of an extension type must not have."""
    annotations = own_annotations(cls)
    for name in (*vars(cls), *annotations):
        if name != "Spec" and is_reserved(name):
            raise ValueError(
                f"The field annotations for {cls.__name__} are invalid. Field '{name}' is reserved."
            )
    for name, value in vars(cls).items():
        if name in annotations or callable(value) or isinstance(value, property | classmethod | staticmethod):
            continue
        if not (name.startswith("_abc_") or (name.startswith("__") and name.endswith("__"))):
            raise ValueError(
                f"The field annotations for {cls.__name__} are invalid. Field {name} is missing a type annotation."
            )
    spec = vars(cls).get("Spec")
    if spec is None:
        return
    if not isinstance(spec, type):
        raise ValueError(f"{cls.__qualname__}.Spec must be a nested class; got {spec}.")
    if spec.__bases__ not in ((object,), (TypeSpec,)):
        raise ValueError(f"{cls.__qualname__}.Spec must be directly subclassed from tf.TypeSpec.")


def _add_constructor(cls):
    if "__init__" in vars(cls):
        cls.__init__ = _closing(cls.__init__)
        return
    parameters, has_default = [], False
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    for each in fields_of(cls):
        if has_default and each.default is NO_DEFAULT:  # Python allows no such thing among those by position
            kind = inspect.Parameter.KEYWORD_ONLY
        has_default = has_default or each.default is not NO_DEFAULT
        parameters.append(
            inspect.Parameter(each.name, kind, default=each.default, annotation=each.annotation)
        )
    cls.__init__ = _closing(_taking(parameters, cls))


def _taking(parameters, cls):
    """A constructor that sets its parameters as fields."""
    signature = inspect.Signature(parameters)

    def __init__(self, *args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        vars(self).update(bound.arguments)

    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    __init__.__signature__ = inspect.Signature([itself, *parameters], return_annotation=cls)
    return __init__


def _closing(constructor):
    """The constructor, after which the fields are converted and checked, and stay."""

    @functools.wraps(constructor)
    def __init__(self, *args, **kwargs):
        is_outermost = not hasattr(self, _OPEN)  # otherwise one of a derived class has called this one
        object.__setattr__(self, _OPEN, True)
        constructor(self, *args, **kwargs)
        if is_outermost:
            object.__delattr__(self, _OPEN)
            fields = converted(fields_of(self), vars(self), for_spec=isinstance(self, TypeSpec))
            vars(self).clear()
            vars(self).update(fields)
            self.__validate__()

    return __init__


def _add_spec(cls):
    """Makes the class `Spec` in an extension type, of what the user wrote in a class of that name, if there is one."""
    given = vars(cls).get("Spec")
    qualified = f"{cls.__qualname__}.Spec"
    body = {"value_type": cls, "__module__": cls.__module__, "__qualname__": qualified}
    fields = [each.name for each in fields_of(cls)]
    for name, value in vars(given).items() if given is not None else ():
        if is_reserved(name):
            raise ValueError(f"TypeSpec {qualified} uses reserved name '{name}'.")
        if name in fields:
            raise ValueError(
                f"TypeSpec {qualified} defines a variable '{name}' which shadows a field in {cls.__qualname__}"
            )
        if name not in ("__module__", "__qualname__", "__dict__", "__weakref__"):
            body[name] = value
    if cls._tf_extension_type_spec_parent is ExtensionTypeSpec:
        if hasattr(cls, "__batch_encoder__") or "__batch_encoder__" in body:
            raise ValueError("__batch_encoder__ should only be defined for BatchableExtensionType classes.")
    elif hasattr(cls, "__batch_encoder__"):
        body.setdefault("__batch_encoder__", cls.__batch_encoder__)
    spec = type(f"{cls.__name__}.Spec", (cls._tf_extension_type_spec_parent,), body)
    if "__init__" in body:
        spec.__init__ = _closing(spec.__init__)
    else:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        spec.__init__ = _closing(_taking([inspect.Parameter(name, kind) for name in fields], spec))
    cls.Spec = spec
    if "__name__" in vars(cls):
        spec_registry.register(vars(cls)["__name__"] + ".Spec")(spec)


ExtensionType._tf_extension_type_spec_parent = ExtensionTypeSpec
