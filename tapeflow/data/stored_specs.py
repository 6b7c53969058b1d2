"""Descriptions of elements as documents of plain values, and back. Nothing in a document is called or imported."""

import collections
import keyword

from tapeflow.core import dtypes
from tapeflow.core.errors import DataLossError
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec, TypeSpec
from tapeflow.data.structure import NoneSpec

_COMPOSITES = ("RaggedTensorSpec", "SparseTensorSpec", "IndexedSlicesSpec")
"""The specs of values made of tensors that may be stored; their classes are defined above this layer."""
_DEEPEST = 100


def as_document(spec):
    """A nest of TypeSpecs as dicts, lists, strings, numbers and None. NotImplementedError for other kinds of them."""
    if isinstance(spec, NoneSpec):
        return {"none": 0}
    if type(spec) is TensorSpec:
        return {"tensor": [_value_document(spec.shape), spec.dtype.name, spec.name]}
    if isinstance(spec, TypeSpec):
        name = type(spec).__name__
        if type(spec) is not _composites().get(name):
            raise NotImplementedError(
                f"Elements of {spec!r} cannot be stored: dense, ragged and sparse tensors can."
            )
        return {"composite": [name, *[_value_document(each) for each in spec._serialize()]]}
    if isinstance(spec, tuple):
        parts = [as_document(each) for each in spec]
        if hasattr(spec, "_fields"):
            return {"namedtuple": [type(spec).__name__, list(spec._fields), parts]}
        return {"tuple": parts}
    if isinstance(spec, dict):
        if not all([isinstance(key, str) for key in spec]):
            raise NotImplementedError(f"Elements that are dicts need strings as keys to be stored: {spec!r}")
        kind = "ordered" if isinstance(spec, collections.OrderedDict) else "dict"
        return {kind: [[key, as_document(each)] for key, each in spec.items()]}
    raise NotImplementedError(f"Elements of structure {type(spec)} cannot be stored: {spec!r}")


def from_document(document, depth=0):
    """The nest of TypeSpecs that a document says. DataLossError for anything that `as_document` does not give."""
    try:
        if depth > _DEEPEST:
            raise ValueError("it is nested too deep")
        ((kind, value),) = document.items()
        return _READERS[kind](value, depth + 1)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataLossError(
            None, None, f"The description of stored elements is damaged: {error}: {str(document)[:200]}"
        ) from None


def _tensor(value, depth):
    shape, dtype, name = value
    if name is not None and not isinstance(name, str):
        raise ValueError(f"{name!r} is no name")
    return TensorSpec(_shape(shape["shape"]), _dtype(dtype), name)


def _composite(value, depth):
    name, *arguments = value
    return _composites()[name]._deserialize([_value(each) for each in arguments])


def _named(value, depth):
    name, fields, parts = value
    names = [name, *fields]
    if not all(
        [isinstance(each, str) and each.isidentifier() and not keyword.iskeyword(each) for each in names]
    ):
        raise ValueError(f"{names} are no names of a tuple and its fields")
    return collections.namedtuple(name, fields)(*[from_document(each, depth) for each in parts])


def _pairs(value, depth):
    found = {}
    for key, each in value:
        if not isinstance(key, str):
            raise ValueError(f"{key!r} is no key")
        found[key] = from_document(each, depth)
    return found


_READERS = {
    "none": lambda value, depth: NoneSpec(),
    "tensor": _tensor,
    "composite": _composite,
    "tuple": lambda value, depth: tuple([from_document(each, depth) for each in value]),
    "namedtuple": _named,
    "dict": _pairs,
    "ordered": lambda value, depth: collections.OrderedDict(_pairs(value, depth)),
}


def _value_document(value):
    if isinstance(value, TensorShape):
        return {"shape": None if value.rank is None else value.as_list()}
    if isinstance(value, dtypes.DType):
        return {"dtype": value.name}
    if isinstance(value, TensorSpec):
        return as_document(value)
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, list | tuple):
        return {"list": [_value_document(each) for each in value]}
    raise NotImplementedError(f"{value!r} in the description of elements cannot be stored.")


def _value(document):
    if not isinstance(document, dict):
        if document is None or isinstance(document, int | str):
            return document
        raise ValueError(f"{document!r} is no part of a description")
    ((kind, value),) = document.items()
    if kind == "shape":
        return TensorShape(_shape(value))
    if kind == "dtype":
        return _dtype(value)
    if kind == "list":
        return [_value(each) for each in value]
    return from_document(document)


def _shape(sizes):
    if sizes is not None and not all([each is None or (type(each) is int and each >= 0) for each in sizes]):
        raise ValueError(f"{sizes} is no shape")
    return sizes


def _dtype(name):
    if not isinstance(name, str):
        raise ValueError(f"{name!r} is no dtype")
    return dtypes.as_dtype(name)


def _composites():
    """{name: class} of the TypeSpecs that may be stored."""
    return {each.__name__: each for each in TypeSpec.__subclasses__() if each.__name__ in _COMPOSITES}
