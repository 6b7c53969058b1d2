"""Arguments of a call, bound to the parameters of the function and taken apart: tensors here, everything else there.

What is not a tensor is part of the key under which a trace is kept: numbers and strings by their value, other
objects by what they call equal, as a rule their identity, containers by their structure.
"""

import enum
import weakref

import numpy

from tapeflow.core import nest
from tapeflow.core.dtypes import DType
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.state.variable import Variable

_BY_VALUE = (
    int,
    float,
    bool,
    complex,
    str,
    bytes,
    type(None),
    type,
    enum.Enum,
    DType,
    TensorShape,
    type(Ellipsis),
)
_ARRAYS = (numpy.ndarray, numpy.generic)
_IN_QUICK_KEYS = frozenset((type(None), bool, int, str))


class Arguments:
    """One call's arguments, taken apart.

    key: hashable; equal for calls that one trace can serve. tensors: the flat tensors (TensorSpecs, where specs were
    given), specs: the TensorSpec of each, structure: what `assembled` needs to put them together again. leaves:
    what the key says of each leaf, with the path to it, for explanations. parameters: for each tensor the name that
    its spec was given, or that of the parameter which it came in. watched: weak references to the objects in the key.
    """

    __slots__ = ("_parameter", "key", "leaves", "parameters", "specs", "structure", "tensors", "watched")

    def __init__(self, bound, names):
        self.tensors, self.specs, self.leaves, self.watched, self.parameters = [], [], [], [], []
        self.structure = bound
        args, kwargs = bound
        parts = [self._argument(each, name) for each, name in zip(args, names, strict=True)]
        parts += [(key, self._argument(kwargs[key], key)) for key in sorted(kwargs)]
        self.key = tuple(parts)

    def _argument(self, value, name):
        self._parameter = name
        return self._part(value, name)

    def _part(self, value, path):
        part = self._key_of(value, path)
        if not nest.is_nested(value):
            self.leaves.append((path, part))
        return part

    def _key_of(self, value, path):
        if isinstance(value, Tensor):
            return self._tensor(value, value._dtype, value.shape, path)
        if isinstance(value, _ARRAYS):  # before the Python values: a numpy.float64 is a float
            value = as_tensor(value)
            return self._tensor(value, value._dtype, value.shape, path)
        if isinstance(value, _BY_VALUE):
            return type(value), "nan" if value != value else value
        if isinstance(value, TensorSpec):
            return self._tensor(value, value.dtype, value.shape, value.name or path)
        if isinstance(value, Variable) or (isinstance(value, CompositeTensor) and value._is_object):
            return self._object(value)
        if isinstance(value, CompositeTensor | TypeSpec):
            spec = value if isinstance(value, TypeSpec) else value._type_spec
            leaves = nest.flatten(value, expand_composites=True)
            return spec, tuple([self._part(each, f"{path}_{k}") for k, each in enumerate(leaves)])
        if nest.is_nested(value):
            return self._container(value, path)
        return self._object(value)

    def _tensor(self, tensor, dtype, shape, path):
        self.tensors.append(tensor)
        given = tensor.name if isinstance(tensor, TensorSpec) else None
        self.parameters.append(given or self._parameter)
        self.specs.append(TensorSpec(shape, dtype, path))
        return dtype, shape._dims

    def _container(self, value, path):
        kind = type(value)
        if isinstance(value, dict):
            keys = tuple(sorted(value))
            return kind, keys, tuple([self._part(value[key], f"{path}_{key}") for key in keys])
        children = nest.flatten_up_to_one(value) if not isinstance(value, list | tuple) else value
        return kind, tuple([self._part(each, f"{path}_{k}") for k, each in enumerate(children)])

    def _object(self, value):
        if isinstance(value, Variable):  # which compares its elements
            self.watched.append(_Object(value))
            return "object", id(value)
        try:
            hash(value)
        except TypeError:
            raise TypeError(
                f"Could not generate a generic TraceType for {value!r}.Please verify that it is "
                "immutable/hashable. Otherwise, consider implementing the Tracing Protocol for it."
            ) from None
        try:
            self.watched.append(_Object(value))
        except TypeError:
            return type(value), value
        return "object", self.watched[-1]

    def let_go(self):
        """Keeps only what the tensors are like and where the objects are: a trace outlives the call."""
        known = {id(each()): each for each in self.watched}
        args, kwargs = self.assembled([TensorSpec(each.shape, each.dtype, each.name) for each in self.specs])
        args, kwargs = nest.map_structure(lambda each: known.get(id(each), each), (args, kwargs))
        self.structure, self.tensors = (args, kwargs), None

    @property
    def is_alive(self):
        """Whether all objects in the key still exist."""
        return all([each() is not None for each in self.watched])

    def assembled(self, tensors):
        """(args, kwargs) with these tensors in place of those that came."""
        rest = iter(tensors)
        args, kwargs = self.structure
        args = [_with_tensors(each, rest) for each in args]
        found = {key: _with_tensors(kwargs[key], rest) for key in sorted(kwargs)}
        return args, {key: found[key] for key in kwargs}


class _Object(weakref.ref):
    """An argument that is no tensor, in what is kept of a call."""


def may_serve(known, given):
    """Whether what keys say of an argument allows a program for one to be called with the other.

    Python values are equal, and what is fixed of composite values is; tensors are looked at elsewhere.
    """
    if isinstance(known[0], TypeSpec) or isinstance(given[0], TypeSpec):
        return isinstance(known[0], TypeSpec) and known[0].is_compatible_with(given[0])
    return known == given or not (isinstance(known[0], type) or isinstance(given[0], type))


def _with_tensors(value, rest):
    if isinstance(value, (Tensor, TensorSpec, *_ARRAYS)):
        return next(rest)
    if isinstance(value, (*_BY_VALUE, Variable)):
        return value
    if type(value) is _Object:
        return value()
    if isinstance(value, CompositeTensor) and value._is_object:
        return value
    if isinstance(value, CompositeTensor | TypeSpec):
        components = nest.flatten(value, expand_composites=True)
        found = [next(rest) for _ in components]
        if all([isinstance(each, TensorSpec) for each in found]):
            spec = value if isinstance(value, TypeSpec) else value._type_spec
            return nest.narrowed(spec, iter([TensorSpec(each.shape, each.dtype) for each in found]))
        return nest.pack_sequence_as(value, found, expand_composites=True)
    if not nest.is_nested(value):
        return value
    if isinstance(value, dict):
        found = {key: _with_tensors(value[key], rest) for key in sorted(value)}
        return nest.pack_sequence_as_one(value, [found[key] for key in sorted(value)])
    children = value if isinstance(value, list | tuple) else nest.flatten_up_to_one(value)
    return nest.pack_sequence_as_one(value, [_with_tensors(each, rest) for each in children])


class Signature:
    """The parameters of a Python function, and how calls are bound to them."""

    def __init__(self, function, input_signature=None, skips_first=False):
        import inspect

        self.function = function
        try:
            self._signature = inspect.signature(function)
        except (TypeError, ValueError):
            self._signature = inspect.Signature(
                [
                    inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
                    inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
                ]
            )
        parameters = list(self._signature.parameters.values())
        if skips_first and parameters:
            parameters = parameters[1:]
            self._signature = self._signature.replace(parameters=parameters)
        self.input_signature = None if input_signature is None else tuple(input_signature)
        simple = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        self._names = [each.name for each in parameters if each.kind in simple]
        self._rest = next(
            (each.name for each in parameters if each.kind is inspect.Parameter.VAR_POSITIONAL), "args"
        )
        if input_signature is not None:
            self._check_input_signature(parameters, simple, inspect)

    def _check_input_signature(self, parameters, simple, inspect):
        for each in nest.flatten(list(self.input_signature)):
            if not isinstance(each, TypeSpec):
                raise TypeError(
                    "input_signature must be a possibly nested sequence of TensorSpec objects, got "
                    f"{self.input_signature}"
                )
        takes_rest = any([each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters])
        given = len(self.input_signature)
        for each in [each for each in parameters if each.name != "self"][given:]:
            if each.default is not inspect.Parameter.empty:
                continue
            if each.kind in simple:
                raise TypeError(f"input_signature missing type constraint for {each.name}")
            if each.kind is inspect.Parameter.KEYWORD_ONLY:
                raise TypeError(
                    f"Since input_signature is defined, keyword-only parameter `{each.name}` must have a default value"
                )
        if len(self.input_signature) > len(self._names) and not takes_rest:
            raise TypeError(
                f"input_signature has {len(self.input_signature)} entries; the function {_name(self.function)} takes "
                f"{len(self._names)} positional arguments: {', '.join(self._names)}."
            )

    def __str__(self):
        if self.input_signature is None:
            return str(self._signature)
        named = zip(self.names(len(self.input_signature)), self.input_signature, strict=True)
        return f"({', '.join([f'{name}: {spec}' for name, spec in named])})"

    def names(self, count):
        """The names of `count` positional arguments."""
        own = self._names[:count]
        return own + [f"{self._rest}_{k}" for k in range(count - len(own))]

    def bind(self, args, kwargs):
        """(positional arguments, keyword-only ones) of a call, defaults filled in; TypeError in TensorFlow's words."""
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError as error:
            raise self._failure(error, args, kwargs) from None
        bound.apply_defaults()
        args, kwargs = bound.args, bound.kwargs
        if self.input_signature is None:
            return args, kwargs
        given = len(self.input_signature)
        if len(args) < given:
            raise self._failure(
                f"missing a required argument: '{self.names(given)[len(args)]}'", args, kwargs
            )
        cast = [
            self._cast(value, spec, args, kwargs)
            for value, spec in zip(args, self.input_signature, strict=False)
        ]
        return (*cast, *args[given:]), kwargs

    def _cast(self, value, spec, args, kwargs):
        """The value as one that fits the spec, or nest of specs, of the input signature."""
        try:
            nest.assert_same_structure(spec, value, check_types=False, expand_composites=True)
            leaves = zip(nest.flatten(spec), nest.flatten(value), strict=True)
            return nest.pack_sequence_as(spec, [_fitting(each, leaf) for each, leaf in leaves])
        except (TypeError, ValueError) as error:
            if isinstance(spec, TensorSpec):  # a list may be meant as a tensor
                try:
                    return _fitting(spec, value)
                except (TypeError, ValueError) as better:
                    raise self._failure(better, args, kwargs) from None
            raise self._failure(error, args, kwargs) from None

    def _failure(self, reason, args, kwargs):
        return TypeError(
            f"Binding inputs to tf.function failed due to `{reason}`. Received args: {tuple(args)} and kwargs: "
            f"{kwargs} for signature: {self}."
        )

    def arguments(self, args, kwargs):
        """The Arguments of a call that is bound already."""
        return Arguments((args, kwargs), self.names(len(args)))


def _fitting(spec, value):
    """The value as a tensor, or composite value, that the spec allows; a spec stands for a value."""
    if not isinstance(spec, TensorSpec):
        return _fitting_composite(spec, value)
    if isinstance(value, TensorSpec):
        found = value
    elif isinstance(value, Tensor):
        found = TensorSpec(value.shape, value._dtype)
    else:
        value = as_tensor(value, spec.dtype)
        found = TensorSpec(value.shape, value._dtype)
    if found.dtype is not spec.dtype or not found.shape.is_subtype_of(spec.shape):
        raise TypeError(
            f"Can not cast {TensorSpec(found.shape, found.dtype)} to {TensorSpec(spec.shape, spec.dtype)}"
        )
    return value


def _fitting_composite(spec, value):
    found = value if isinstance(value, TypeSpec) else value._type_spec
    if not found.is_subtype_of(spec):
        raise TypeError(f"Can not cast {found} to {spec}")
    parts = zip(*[nest.flatten(each, expand_composites=True) for each in (spec, value)], strict=True)
    parts = [_fitting(each, part) for each, part in parts]
    if found is value:
        return nest.narrowed(spec, iter(parts))
    return nest.pack_sequence_as(spec, parts, expand_composites=True)


def _name(function):
    return getattr(function, "__name__", repr(function))


def quick_key(args):
    """The key of a call and its tensors, found without a look at the signature; (None, None) if that cannot be.

    It can for eager tensors, None, truth values, integers and strings, also within lists, tuples and dicts.
    """
    key, tensors = [], []
    for each in args:
        if type(each) is EagerTensor:
            key.append(each._dtype)
            key.append(each._array.shape)
            tensors.append(each)
        elif not _add(each, key, tensors):
            return None, None
    return tuple(key), tensors


def _add(value, key, tensors):
    """Adds what the key says of an argument, and its tensors; whether it is one that a quick key can describe."""
    kind = type(value)
    if kind is EagerTensor:
        key += (value._dtype, value._array.shape)
        tensors.append(value)
        return True
    if kind is tuple or kind is list:
        key += (kind, len(value))
        return all([_add(each, key, tensors) for each in value])
    if kind is dict:
        names = sorted(value) if all([type(name) is str for name in value]) else None
        key += (kind, tuple(value))
        return names is not None and all([_add(value[name], key, tensors) for name in names])
    key += (kind, value)
    return kind in _IN_QUICK_KEYS
