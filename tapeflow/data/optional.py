"""tf.experimental.Optional: a value that may be missing."""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core import nest
from tapeflow.core.dtypes import string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import EagerTensor
from tapeflow.data import structure
from tapeflow.data.specs import ElementsSpec
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.effects import assert_true

_YES, _NO = wrap(numpy.True_, types.bool), wrap(numpy.False_, types.bool)  # eager ones, whoever imports this
_IS_PRESENT = TensorSpec([], "bool")


class OptionalSpec(ElementsSpec):
    """The description of an Optional: `element_spec`, the nest of TypeSpecs of its value.

    >>> tf.OptionalSpec(tf.TensorSpec([], tf.int32))
    OptionalSpec(TensorSpec(shape=(), dtype=tf.int32, name=None),)
    """

    @property
    def value_type(self):
        """The class of what this describes."""
        return Optional

    @property
    def _component_specs(self):
        return (_IS_PRESENT,) if self._element_spec is None else (_IS_PRESENT, self._element_spec)

    def _from_components(self, components):
        present, value = components if len(components) == 2 else (components[0], None)
        if type(present) is EagerTensor:
            present = bool(present)
        return Optional(None if present is False else value, self._element_spec, present)

    def _batch(self, size):
        return OptionalSpec(self._element_spec)


class Optional(CompositeTensor):
    """A value that may be missing, such as the next element of an iterator that may have ended.

    In a program it is a truth value and the tensors of the value, or fillers: of size 0 where no size is known.

    >>> present = tf.experimental.Optional.from_value(42)
    >>> bool(present.has_value()), int(present.get_value())
    (True, 42)
    """

    def __init__(self, value, element_spec, present):
        self._value, self._element_spec, self._present = value, element_spec, present

    @staticmethod
    def from_value(value):
        """An Optional that holds the nest of tensors `value`."""
        value = structure.normalized(value)
        return Optional(value, None, True)

    @staticmethod
    def empty(element_spec):
        """An Optional without a value, of the kind that `element_spec` describes."""
        return Optional(None, element_spec, False)

    def has_value(self, name=None):
        """Whether there is a value, a bool scalar."""
        return (
            as_tensor(self._present) if type(self._present) is not bool else (_YES if self._present else _NO)
        )

    def get_value(self, name=None):
        """The value. InvalidArgumentError if there is none."""
        if isinstance(self._present, SymbolicTensor):  # the program finds out when it runs
            assert_true(self._present, "The given optional does not have a value.")
        elif not self._present:
            raise InvalidArgumentError(
                None, None, "The given optional does not have a value. [Op:OptionalGetValue]"
            )
        return self._value

    def _unwrapped(self):
        """(value, function that makes an Optional of such a value): for functions that give one, see `Reader`. None if
        there may be no value.
        """
        return (self._value, Optional.from_value) if self._present is True else None

    @property
    def element_spec(self):
        """The nest of TypeSpecs of the value."""
        return self._element_spec if self._value is None else structure.spec_of(self._value)

    # In programs.

    def _to_components(self):
        if self._is_open:
            return (self.has_value(),)
        if self._value is None:
            return self.has_value(), nest.map_structure(_filled, self._element_spec)
        return self.has_value(), self._value

    @property
    def _is_open(self):
        return self._value is None and self._element_spec is None

    def _settled(self, other):
        return Optional.empty(other.element_spec)

    def _invariant_dims(self):
        """The dims that the tensors that it is made of keep in a loop."""
        return [(), *[each.shape._dims for each in nest.flatten(self.element_spec, expand_composites=True)]]

    @property
    def _type_spec(self):
        return OptionalSpec(self.element_spec)

    def __repr__(self):
        if isinstance(self._present, SymbolicTensor):
            return f"Optional({self._value!r}, {self._present!r})"
        return f"Optional({self._value!r})" if self._present else "Optional.empty()"


def filler(spec):
    """The array that stands for a tensor of a value that is missing."""
    dims = tuple([size or 0 for size in spec.dims or ()])
    found = numpy.full(dims, b"" if spec.dtype is string else 0, spec.dtype.array_dtype)
    return found if spec.dtype is string else found[()]


def _filled(spec):
    """What stands for one leaf of a value that is missing."""
    leaves = nest.flatten(spec, expand_composites=True)
    found = [wrap(filler(each), each.dtype) for each in leaves]
    return nest.pack_sequence_as(spec, found, expand_composites=True)
