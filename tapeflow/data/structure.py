"""Elements of data sets: nests of tensors. A tuple or dict is structure, a list is a tensor."""

import numpy

from tapeflow.core import nest
from tapeflow.core.dtypes import string
from tapeflow.core.eager import wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import EagerTensor, Tensor


class NoneSpec(TypeSpec):
    """The description of None, which stays None in every element."""

    value_type = type(None)
    _component_specs = ()

    def _to_components(self, value):
        return ()

    def _from_components(self, components):
        return None

    def _serialize(self):
        return ()


def normalized(value, specs=None):
    """The element with a tensor, or a composite tensor, at each leaf.

    specs: a nest of TypeSpecs of the same structure that says which dtypes Python values get, or None.
    """
    if isinstance(specs, TypeSpec):
        return _leaf(value, specs)
    if value is None or isinstance(value, Tensor | CompositeTensor):
        return value
    if specs is None and (type(value) is tuple or type(value) is dict):
        leaves = value.values() if type(value) is dict else value
        if all([isinstance(each, Tensor) for each in leaves]):
            return value
    if isinstance(value, dict):
        parts = {key: normalized(each, None if specs is None else specs[key]) for key, each in value.items()}
        return nest.pack_sequence_as_one(value, [parts[key] for key in sorted(value)])
    if isinstance(value, tuple):
        inner = specs if specs is not None else [None] * len(value)
        return nest.pack_sequence_as_one(
            value, [normalized(each, spec) for each, spec in zip(value, inner, strict=True)]
        )
    if hasattr(value, "_type_spec"):
        return value
    return as_tensor(value)


def _leaf(value, spec):
    if isinstance(spec, TensorSpec) and not isinstance(value, Tensor):
        return as_tensor(value, spec.dtype)
    return value


def spec_of(element):
    """The nest of TypeSpecs that describes a normalized element."""
    return nest.map_structure(_spec_of_leaf, element)


def _spec_of_leaf(value):
    if value is None:
        return NoneSpec()
    return value._type_spec


def flattening(spec):
    """The function from elements of this spec to the sequence of their leaves; quick where it can be."""
    if isinstance(spec, TypeSpec):
        return lambda element: (element,)
    return (lambda element: element) if _is_plain(spec) else nest.flatten


def packing(spec):
    """The function from a tuple of leaves to the element of this spec that has them; quick where it can be."""
    if isinstance(spec, TypeSpec):
        return lambda leaves: leaves[0]
    if _is_plain(spec):
        return lambda leaves: leaves
    return lambda leaves: nest.pack_sequence_as(spec, list(leaves))


def _is_plain(spec):
    return type(spec) is tuple and all([isinstance(each, TypeSpec) for each in spec])


def leading(spec, size):
    """The spec of `size` (None: any number) values of this spec, stacked."""
    if isinstance(spec, TensorSpec):
        dims = spec.shape._dims
        return TensorSpec(None if dims is None else (size, *dims), spec.dtype)
    if isinstance(spec, NoneSpec):
        return spec
    return spec._batch(size)


def without_leading(spec):
    """The spec of the rows of a value of this spec."""
    if isinstance(spec, TensorSpec):
        dims = spec.shape._dims
        return TensorSpec(None if dims is None else dims[1:], spec.dtype)
    if isinstance(spec, NoneSpec):
        return spec
    return spec._unbatch()


def rows_of(value, spec):
    """The list of the rows of a tensor or composite tensor."""
    if isinstance(value, EagerTensor):
        dtype = value._dtype
        return [wrap(boxed(row), dtype) for row in value._array]
    if value is None:
        return None
    return spec._unbatched_values(value)


def boxed(row):
    """A row of an array as what the array of a tensor without axes is."""
    if isinstance(row, bytes):
        boxed = numpy.empty((), object)
        boxed[()] = row
        return boxed
    return row


def stacked(values, spec):
    """The tensors or composite tensors of a batch as one value. The error of numpy.stack where shapes differ."""
    if isinstance(spec, TensorSpec):
        return stack_tensors(values)
    if isinstance(spec, NoneSpec):
        return None
    return spec._batched_value(values)


def stack_tensors(values):
    """Eager tensors of one shape and dtype as one, along a new first axis."""
    dtype = values[0]._dtype
    arrays = [each._array for each in values]
    if dtype is string:
        result = numpy.empty((len(arrays), *values[0].dims), object)
        for place, each in enumerate(arrays):
            result[place] = each[()] if not values[0].dims else each
        return wrap(result, dtype)
    if not values[0].dims:
        return wrap(numpy.array(arrays, dtype.array_dtype), dtype)
    return wrap(numpy.stack(arrays), dtype)
