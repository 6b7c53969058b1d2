"""A node of a graph that TensorFlow wrote: what it is called, what it does, and its attributes as Python values."""

from tapeflow.core.dtypes import as_dtype
from tapeflow.core.errors import DataLossError
from tapeflow.files.saved_model_messages import dims_of
from tapeflow.files.tensor_messages import array_from_message


class Node:
    """A node. An attribute that is not there has its default value, which whoever asks for it must know.

    call(name, arguments) runs a function of the library that the node belongs to.
    """

    __slots__ = ("_attributes", "call", "library", "name", "op")

    def __init__(self, message, library):
        self.name = message.name
        self.op = message.op
        self._attributes = message.attr
        self.library = library
        self.call = library.call

    def __contains__(self, attribute):
        return attribute in self._attributes

    def __repr__(self):
        return f"the node {self.name!r} ({self.op})"

    def flag(self, name, default=False):
        """An attribute that is a truth value."""
        return self._value(name, "b", default)

    def integer(self, name, default=0):
        """An attribute that is an integer."""
        return self._value(name, "i", default)

    def real(self, name, default=0.0):
        """An attribute that is a floating-point number."""
        return self._value(name, "f", default)

    def text(self, name, default=""):
        """An attribute that is a string."""
        found = self._value(name, "s", default)
        return found.decode(errors="replace") if isinstance(found, bytes) else found

    def dtype(self, name, default=None):
        """An attribute that is a dtype: a DType."""
        return as_dtype(self._value(name, "type", default))

    def dims(self, name):
        """An attribute that is a shape: a tuple with None for what is not known; None without a rank."""
        return dims_of(self._value(name, "shape", None))

    def tensor(self, name):
        """An attribute that is a tensor: (array, DType)."""
        return array_from_message(self._value(name, "tensor", None))

    def function(self, name):
        """An attribute that is a function: its name."""
        return self._value(name, "func", None).name

    def integers(self, name, default=()):
        """An attribute that is a list of integers."""
        return list(self._list(name).i) or list(default)

    def reals(self, name, default=()):
        """An attribute that is a list of floating-point numbers."""
        return list(self._list(name).f) or list(default)

    def texts(self, name):
        """An attribute that is a list of strings, as bytes."""
        return list(self._list(name).s)

    def dtypes(self, name):
        """An attribute that is a list of dtypes."""
        return [as_dtype(each) for each in self._list(name).type]

    def all_dims(self, name):
        """An attribute that is a list of shapes, as by `dims`."""
        return [dims_of(each) for each in self._list(name).shape]

    def functions(self, name):
        """An attribute that is a list of functions: their names."""
        return [each.name for each in self._list(name).func]

    def callees(self):
        """The names of all functions in the attributes."""
        found = []
        for attribute in self._attributes.values():
            kind = attribute.WhichOneof("value")
            if kind == "func":
                found.append(attribute.func.name)
            elif kind == "list":
                found += [each.name for each in attribute.list.func]
        return found

    def _list(self, name):
        return self._value(name, "list", None) if name in self._attributes else _NOTHING

    def _value(self, name, kind, default):
        if name not in self._attributes:
            if default is None:
                raise DataLossError(None, None, f"{self} has no attribute {name!r}")
            return default
        attribute = self._attributes[name]
        found = attribute.WhichOneof("value")
        if found != kind:
            raise DataLossError(
                None, None, f"{self} has an attribute {name!r} of the kind {found!r}, not {kind!r}"
            )
        return getattr(attribute, kind)


class _Nothing:
    """A list that is not there, of any kind."""

    b = f = func = i = s = shape = type = ()


_NOTHING = _Nothing()
