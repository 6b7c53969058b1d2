"""Variable: a tensor that can be given another value. Reading it gives a snapshot that later assignments leave alone."""

import itertools
import sys

import numpy

from tapeflow.core.context import listening, state
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.eager import SILENT, restore, silence, wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.printing import variable_repr
from tapeflow.core.shapes import TensorShape
from tapeflow.core.tensor import DEVICE, EagerTensor, Reference, Tensor
from tapeflow.ops import operators  # noqa: F401 (they must be on Tensor before they can be on Variable)
from tapeflow.ops.effects import read_variable

_unique = itertools.count().__next__


class Variable:
    """A mutable tensor of fixed dtype and shape.

    initial_value: what `tf.convert_to_tensor` takes, or a function of no arguments that returns it; trainable: whether
    tapes watch the variable when it is read; constraint: a function of the new value for optimizers to apply after an
    update; shape: what assigned values must match (by default the initial value's shape).

    >>> v = tf.Variable([1.0, 2.0])
    >>> before = v + 0.0
    >>> v.assign_add([10.0, 10.0]).numpy()
    array([11., 12.], dtype=float32)
    >>> before.numpy()
    array([1., 2.], dtype=float32)
    """

    __hash__ = None
    __array_priority__ = 100
    _should_act_as_resource_variable = True

    def __init__(
        self, initial_value=None, trainable=None, name=None, dtype=None, constraint=None, shape=None
    ):
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a "
                "`variable_def`. You provided neither."
            )
        dtype = None if dtype is None else as_dtype(dtype)
        value = as_tensor(initial_value() if callable(initial_value) else initial_value, dtype)
        self._tensor = value._alias()
        self._shape = value.shape if shape is None else TensorShape(shape)
        if not self._shape.is_compatible_with(value.shape):
            raise ValueError(
                f"The initial value's shape ({value.shape}) is not compatible with the explicitly supplied `shape` "
                f"argument ({self._shape})."
            )
        self._trainable = True if trainable is None else bool(trainable)
        self._name = name or "Variable"
        self._constraint = constraint
        self._unique_id = f"{self._name}_{_unique()}"

    # What it is

    @property
    def dtype(self):
        """The DType of the elements."""
        return self._tensor._dtype

    @property
    def shape(self):
        """The static shape, a TensorShape."""
        return self._shape

    @property
    def name(self):
        """The name given to it, with ":0" as TensorFlow adds it."""
        return f"{self._name}:0"

    @property
    def trainable(self):
        """Whether tapes watch it when it is read."""
        return self._trainable

    @property
    def _record(self):
        return self._tensor._record

    @_record.setter
    def _record(self, record):
        self._tensor._record = record

    # Reading

    def _now(self):
        """The tensor behind it, after telling the tapes of the read. It must not reach the user."""
        tensor = self._tensor
        if listening and self._trainable and (tapes := state.tapes):
            record = tensor._record
            if record is None or record.tapes is not tapes:
                state.read_variable(self)
        return tensor

    def __tf_tensor__(self, dtype=None, name=None):
        tensor = read_variable(self._now()) if listening else self._tensor._alias()
        return tensor if dtype is None else as_tensor(tensor, dtype)

    def read_value(self):
        """A snapshot of the value, a Tensor."""
        return self.__tf_tensor__()

    value = read_value

    def numpy(self):
        """The value as a NumPy array of the caller's own."""
        return self._tensor.numpy()

    # Assigning

    def assign(self, value, use_locking=False, name=None, read_value=True):
        """Gives the variable the value of a tensor of its dtype and a compatible shape; returns the variable.

        Raises ValueError if dtype or shape differ. `use_locking`, `name` and `read_value` have a meaning only in graphs.
        """
        value = as_tensor(value, self._tensor._dtype)
        self._check_shape(value.dims)
        self._replace(value._array)
        return self

    def assign_add(self, delta, use_locking=False, name=None, read_value=True):
        """Adds `delta`, of the variable's dtype and shape; returns the variable."""
        return self._update(numpy.add, delta)

    def assign_sub(self, delta, use_locking=False, name=None, read_value=True):
        """Subtracts `delta`, of the variable's dtype and shape; returns the variable."""
        return self._update(numpy.subtract, delta)

    def _update(self, function, delta):
        delta = as_tensor(delta, self._tensor._dtype)
        if delta.dims != self._tensor.dims:
            self._check_shape(delta.dims)
        token = silence(SILENT)
        try:
            if _references(self) == UNSHARED:
                array = self._tensor._array
                function(array, delta._array, out=array)
            else:
                self._replace(function(self._tensor._array, delta._array))
        finally:
            restore(token)
        return self

    def _replace(self, array):
        tensor = wrap(array, self._tensor._dtype)
        tensor._record = self._tensor._record  # it stands for the variable, whatever its value
        self._tensor = tensor

    def _check_shape(self, dims):
        if not self._shape.is_compatible_with(dims):
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable shape {self._shape}, and "
                f"the assigned value shape {TensorShape(dims)} are incompatible."
            )

    def __repr__(self):
        return variable_repr(self.name, self._shape, self.dtype, self._tensor._array)


def _references(variable):
    """How many references there are to the variable's tensor and to its array; None if the array is not its own."""
    tensor = variable._tensor
    array = tensor._array
    if type(array) is not numpy.ndarray or not array.flags.owndata:
        return None
    return sys.getrefcount(tensor), sys.getrefcount(array)


def _count_unshared():
    probe = Variable(0.0)
    probe._replace(numpy.zeros(1))
    return _references(probe)


# What the counts are, in this Python, when nobody else can see the array, so that it may be changed in place.
UNSHARED = _count_unshared()


def _install_operators():
    """Gives Variable the operators of Tensor, applied to what it is now."""

    def binary(name):
        method = getattr(Tensor, name)

        def operate(self, other):
            return method(self._now(), other._now() if type(other) is Variable else other)

        operate.__name__ = name
        operate.__doc__ = method.__doc__
        return operate

    def unary(name):
        method = getattr(Tensor, name)
        return lambda self: method(self._now())

    for name in OPERATORS:
        if not hasattr(Tensor, name):
            continue
        setattr(Variable, name, (unary if name in UNARY else binary)(name))


UNARY = (
    "__neg__",
    "__pos__",
    "__abs__",
    "__invert__",
    "__len__",
    "__bool__",
    "__int__",
    "__float__",
    "__complex__",
    "__index__",
    "__iter__",
)
OPERATORS = (
    *[
        f"__{r}{name}__"
        for r in ("", "r")
        for name in "add sub mul truediv floordiv mod pow matmul and or xor".split()
    ],
    *[f"__{name}__" for name in "lt le gt ge eq ne divmod getitem".split()],
    *UNARY,
)
_install_operators()
