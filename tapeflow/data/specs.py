"""Descriptions of what gives elements: data sets, iterators, optional values."""

from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor


class ElementsSpec(TypeSpec):
    """A TypeSpec that says what the elements are: `element_spec`, a nest of TypeSpecs."""

    def __init__(self, element_spec):
        self._element_spec = element_spec

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the elements."""
        return self._element_spec

    @classmethod
    def from_value(cls, value):
        """The spec of something that has an `element_spec`."""
        return cls(value.element_spec)

    def _serialize(self):
        return (self._element_spec,)


def is_made_of_tensors(spec):
    """Whether all leaves of elements are tensors, or composite tensors, which can be taken apart."""
    return all([_is_made_of_tensors(each) for each in nest.flatten(spec)])


def _is_made_of_tensors(spec):
    if isinstance(spec, ElementsSpec):  # an empty Optional is made of nothing
        return False
    return isinstance(spec, TensorSpec) or issubclass(spec.value_type, CompositeTensor | Tensor)
