"""Descriptions of what gives elements: data sets, iterators, optional values."""

from tapeflow.core.spec import TypeSpec


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
