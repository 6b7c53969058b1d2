"""Assigning to a part of a variable: `v[1:].assign(x)`."""

import numpy

from tapeflow.core.arguments import traced_ints
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.brackets import basic_index, getitem
from tapeflow.ops.indexing import indexed_dims, numpy_index


class AssignableSlices:
    """What Variable does with brackets."""

    def __getitem__(self, key):
        """A part of the value, a Tensor; its method `assign` gives that part of the variable another value.

        >>> v = tf.Variable([1.0, 2.0, 3.0])
        >>> v[1:].assign([20.0, 30.0]).numpy()
        array([ 1., 20., 30.], dtype=float32)
        """
        part = getitem(self._now(), key)
        if not _is_mask(key):
            part.assign = _Assigner(self, key)
        return part

    def _assign_slice(self, key, value):
        index = [_number(entry) for entry in basic_index(key)]
        return self._change(_assign_slice, as_tensor(value, self.dtype), index=tuple(index))


def _number(entry):
    """An entry of an index as what an op takes for a parameter; a tensor is what a traced program computes."""
    return traced_ints(entry)[0] if isinstance(entry, Tensor) else entry


def _assign_slice(array, elements, index):
    dims = indexed_dims(array.shape, index)
    try:
        elements = numpy.broadcast_to(elements, dims)
    except ValueError:
        raise InvalidArgumentError(
            None, None, f"Cannot broadcast input shape {list(elements.shape)} into final shape {list(dims)}"
        ) from None
    array[numpy_index(index)] = elements


class _Assigner:
    """The `assign` of one slice of one variable."""

    __slots__ = ("_key", "_variable")

    def __init__(self, variable, key):
        self._variable = variable
        self._key = key

    def __call__(self, value, name=None):
        """Gives this part of the variable the value, broadcast to its shape; returns the variable."""
        return self._variable._assign_slice(self._key, value)


def _is_mask(key):
    kind = type(key)
    if kind is int or kind is slice or kind is tuple:
        return False
    return kind is bool or getattr(key, "dtype", None) == boolean
