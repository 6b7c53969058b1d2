"""Structures of arguments and results as TensorFlow's saved models have them: specs in lists, tuples and dicts."""

from collections import namedtuple

from tapeflow.api.ragged import RaggedTensorSpec
from tapeflow.api.sparse import SparseTensorSpec
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec
from tapeflow.files.saved_model_messages import dims_of
from tapeflow.files.tensor_messages import array_from_message

_SPARSE, _RAGGED = 1, 3
"""The numbers of classes of specs that are read."""


class UnreadSpec:
    """Stands for a spec of a class that is not read: nothing fits it."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<{self.name}, which tapeflow does not read>"


def structure_of(value):
    """The structure of a StructuredValue."""
    kind = value.WhichOneof("kind")
    if kind is None or kind == "none_value":
        return None
    found = getattr(value, kind)
    return _READERS[kind](found) if kind in _READERS else found


def _named_tuple(value):
    fields = {each.key: structure_of(each.value) for each in value.values}
    return namedtuple(value.name.rpartition(".")[2] or "NamedTuple", fields)(*fields.values())


def _tensor_spec(value):
    return TensorSpec(dims_of(value.shape), as_dtype(value.dtype), value.name or None)


def _type_spec(value):
    state = structure_of(value.type_state)
    if value.type_spec_class == _RAGGED:
        return RaggedTensorSpec(*state[:4])
    if value.type_spec_class == _SPARSE:
        return SparseTensorSpec(*state)
    return UnreadSpec(value.type_spec_class_name)


def _tensor(value):
    return wrap(*array_from_message(value))


_READERS = {
    "bounded_tensor_spec_value": _tensor_spec,
    "dict_value": lambda value: {key: structure_of(value.fields[key]) for key in sorted(value.fields)},
    "list_value": lambda value: [structure_of(each) for each in value.values],
    "named_tuple_value": _named_tuple,
    "numpy_value": lambda value: array_from_message(value)[0],
    "tensor_dtype_value": as_dtype,
    "tensor_shape_value": lambda value: TensorShape(dims_of(value)),
    "tensor_spec_value": _tensor_spec,
    "tensor_value": _tensor,
    "tuple_value": lambda value: tuple([structure_of(each) for each in value.values]),
    "type_spec_value": _type_spec,
}


def parameters_of(spec):
    """(parameters, input signature) of a FunctionSpec, as `restored_signature` takes them."""
    found = structure_of(spec.fullargspec)
    names = list(found.args)
    if spec.is_method or names[:1] == ["self"]:
        names = names[1:]
    defaults = list(found.defaults or ())
    first = len(names) - len(defaults)
    parameters = [
        (name, 1, place >= first, defaults[place - first] if place >= first else None)
        for place, name in enumerate(names)
    ]
    if found.varargs:
        parameters.append((found.varargs, 2, False, None))
    keyword_defaults = found.kwonlydefaults or {}
    parameters += [
        (name, 3, name in keyword_defaults, keyword_defaults.get(name)) for name in found.kwonlyargs or ()
    ]
    if found.varkw:
        parameters.append((found.varkw, 4, False, None))
    return parameters, structure_of(spec.input_signature)
