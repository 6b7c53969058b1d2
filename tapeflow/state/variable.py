"""Variable: a tensor that can be given another value. What was read stays as it was."""

import itertools
import sys
from _thread import RLock

import numpy

from tapeflow.core.context import interpreting, listening, recording_suspended, state
from tapeflow.core.dtypes import INTEGERS, NUMBERS, as_dtype
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.eager import SILENT, restore, silence, wrap
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.core.operands import as_tensor
from tapeflow.core.printing import variable_repr
from tapeflow.core.rest import settle
from tapeflow.core.shapes import as_shape
from tapeflow.core.tensor import DEVICE, EagerTensor, Reference, Tensor
from tapeflow.core.threads import other_threads
from tapeflow.ops.arithmetic import add, subtract
from tapeflow.ops.effects import read_variable
from tapeflow.ops.gathering import gather
from tapeflow.ops.part_updates import updated
from tapeflow.ops.scattering import gather_nd
from tapeflow.state.name_scope import current_prefix
from tapeflow.state.operators import TensorOperators
from tapeflow.state.options import checked_options
from tapeflow.state.rows import RowUpdates
from tapeflow.state.slices import AssignableSlices
from tapeflow.state.trackable import Trackable

_unique = itertools.count().__next__
_new = object.__new__
makers = []
"""Called as maker(synchronization) for a new variable, the last one only: what stands for it, or None for itself."""


class Variable(TensorOperators, AssignableSlices, RowUpdates, Trackable):
    """A mutable tensor of fixed dtype and shape; in operators and functions, the tensor that it is now.

    Args:
      initial_value: what `tf.convert_to_tensor` takes, or a function of no arguments that returns it.
      trainable: whether tapes watch the variable when it is read; by default yes, except for the
        synchronization ON_READ.
      name: its name, "Variable" by default; the name scope comes before it.
      dtype: what the initial value is converted to; by default its own dtype.
      constraint: a function that optimizers apply to the new value after an update.
      synchronization, aggregation: how copies on several devices would be kept in step.
      shape: what assigned values must match; by default the initial value's shape.
      validate_shape, caching_device, import_scope, experimental_enable_variable_lifting: mean something only
        in graphs.

    Raises ValueError for an initial value that is missing or does not fit the dtype or the shape.

    >>> v = tf.Variable([1.0, 2.0])
    >>> before = v + 0.0
    >>> v.assign_add([10.0, 10.0]).numpy()
    array([11., 12.], dtype=float32)
    >>> before.numpy()
    array([1., 2.], dtype=float32)
    """

    __array_priority__ = 100  # NumPy arrays on the left leave the operator to us
    _should_act_as_resource_variable = True

    def __new__(cls, *args, **kwargs):
        if cls is Variable:
            if listening:  # graphs that sessions run have variables of their own
                cls = getattr(state.interpreter, "variable_class", cls)
            if makers and cls is Variable and (made := makers[-1](kwargs.get("synchronization"))) is not None:
                return made
        return _new(cls)

    def __init__(
        self,
        initial_value=None,
        trainable=None,
        validate_shape=True,
        caching_device=None,
        name=None,
        variable_def=None,
        dtype=None,
        import_scope=None,
        constraint=None,
        synchronization=None,
        aggregation=None,
        shape=None,
        experimental_enable_variable_lifting=True,
    ):
        if variable_def is not None:
            raise ValueError(
                "Creating a `tf.Variable` with a `variable_def` is not supported when eager execution is enabled; "
                f"give its `initial_value`. Got variable_def={variable_def!r}."
            )
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a "
                "`variable_def`. You provided neither."
            )
        if name is not None and not isinstance(name, str):
            raise ValueError(f"name for name_scope must be a string, not {name!r}.")
        if constraint is not None and not callable(constraint):
            raise ValueError(
                f"Argument `constraint` must be None or a callable. Got a {type(constraint)}: {constraint!r}"
            )
        self._synchronization, self._aggregation, self._trainable = checked_options(
            synchronization, aggregation, trainable, name
        )
        dtype = None if dtype is None else as_dtype(dtype)
        value = _initial_tensor(initial_value, dtype)
        if shape is not None and not as_shape(shape).is_compatible_with(value.shape):
            raise ValueError(
                f"In this `tf.Variable` creation, the initial value's shape ({value.shape}) is not compatible with "
                f"the explicitly supplied `shape` argument ({shape})."
            )
        self._shape = value.shape if shape is None else as_shape(shape)
        self._name = current_prefix() + ("Variable" if name is None else name)
        self._constraint = constraint
        self._start(value._alias())

    def _start(self, tensor):
        self._tensor = tensor
        self._unique_id = f"{self._name}_{_unique()}"
        self._lock = RLock()
        if listening and (tell := getattr(state.interpreter, "variable_made", None)) is not None:
            tell(self)

    # What it is

    @property
    def dtype(self):
        """The DType of the elements."""
        return self._tensor._dtype

    @property
    def shape(self):
        """The static shape, a TensorShape."""
        return self._shape

    def get_shape(self):
        """The static shape, a TensorShape."""
        return self._shape

    def set_shape(self, shape):
        """Makes the static shape more precise; ValueError if `shape` is not compatible with it."""
        self._shape = self._shape.merge_with(shape)

    @property
    def name(self):
        """The name given to it, after the name scope; with ":0" as TensorFlow adds it."""
        return f"{self._name}:0"

    @property
    def _shared_name(self):
        return self._name

    @property
    def trainable(self):
        """Whether tapes watch it when it is read."""
        return self._trainable

    @property
    def constraint(self):
        """The function given as such, or None."""
        return self._constraint

    @property
    def synchronization(self):
        """The `tf.VariableSynchronization` given to it."""
        return self._synchronization

    @property
    def aggregation(self):
        """The `tf.VariableAggregation` given to it."""
        return self._aggregation

    @property
    def device(self):
        """The name of the device that holds the elements."""
        return DEVICE

    @property
    def handle(self):
        """What stands for the variable, whatever its value, as a source of gradients: the variable itself."""
        return self

    @property
    def initial_value(self):
        """Only variables in graphs keep it: RuntimeError."""
        raise RuntimeError(
            "This property is not supported when eager execution is enabled: a variable does not keep its "
            "initial value."
        )

    def is_initialized(self, name=None):
        """Whether it has a value, a bool Tensor: always."""
        return wrap(numpy.True_, boolean)

    def ref(self):
        """A hashable reference, for sets and dictionary keys; `deref()` gives the variable back.

        >>> v = tf.Variable(1.0)
        >>> {v.ref(): "here"}[v.ref()], v.ref().deref() is v
        ('here', True)
        """
        return Reference(self)

    def __hash__(self):
        raise TypeError(
            f"Variable is unhashable. Instead, use variable.ref() as the key. (Variable: {self!r})"
        )

    def _set_record(self, record):
        with self._lock:  # an assignment in another thread could leave it on the old tensor
            self._holder()._record = record

    _record = property(lambda self: self._holder()._record, _set_record)

    def __getattr__(self, name):
        if name != "_tensor" or "_lock" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        settle()
        with self._lock:  # held by whoever has taken the value, until it is back
            taken = self._taken
            if taken is None:
                return self.__dict__["_tensor"]
            return wrap(numpy.array(taken._array), taken._dtype)  # the thread that has taken it asks for it

    _taken = None  # the value, while other threads must not see it

    def _take(self):
        """Has other threads that read the value wait until `_put_back`. The caller holds the lock.

        What `references` says of `_taken` then stays true, whatever they do.
        """
        self._taken = self._tensor
        del self._tensor

    def _put_back(self):
        """Ends `_take`."""
        self._tensor = self._taken
        del self._taken

    def _holder(self):
        """The tensor whose record tells of the variable: that behind it, or, in a traced program, that for it."""
        if listening:
            read = getattr(state.interpreter, "read", None)
            if read is not None:
                return read(self)
        return self._tensor

    # Reading

    def _now(self):
        """The tensor behind it, after telling the tapes of the read. It must not reach the user."""
        tensor = self._tensor
        if listening:
            if not state.only_tapes:
                tensor = self._holder()
            if self._trainable and (tapes := state.tapes):
                record = tensor._record
                if record is None or record.tapes is not tapes:
                    state.read_variable(self)
                    return self._tensor if state.only_tapes else self._holder()
        return tensor

    def __tf_tensor__(self, dtype=None, name=None):
        tensor = read_variable(self._now()) if listening else self._tensor._alias()
        return tensor if dtype is None else as_tensor(tensor, dtype)

    def read_value(self):
        """A snapshot of the value, a Tensor."""
        return self.__tf_tensor__()

    def value(self):
        """A snapshot of the value, a Tensor."""
        return self.__tf_tensor__()

    def numpy(self):
        """The value as a NumPy array of the caller's own; a NumPy scalar (or bytes) without axes."""
        if listening and hasattr(state.interpreter, "read"):
            raise NotImplementedError("numpy() is only available when eager execution is enabled.")
        return self._tensor.numpy()

    def __array__(self, dtype=None, copy=None):
        return self._tensor.__array__(dtype, copy)

    def eval(self, session=None):
        """Only graphs are evaluated in sessions: RuntimeError."""
        raise RuntimeError(
            "This operation is not supported when eager execution is enabled; use Variable.numpy() for the value."
        )

    def sparse_read(self, indices, name=None):
        """The rows at the indices, of shape `indices.shape + shape[1:]`; the gradient is IndexedSlices.

        Raises InvalidArgumentError for an index out of range.

        >>> tf.Variable([1.0, 2.0, 3.0]).sparse_read([0, 2]).numpy()
        array([1., 3.], dtype=float32)
        """
        return gather(self._now(), as_tensor(indices), axis=0, batch_dims=0)

    def gather_nd(self, indices, name=None):
        """The elements or slices at the coordinates in the last axis of `indices`, a Tensor.

        >>> tf.Variable([[1.0, 2.0], [3.0, 4.0]]).gather_nd([[0, 1], [1, 0]]).numpy()
        array([2., 3.], dtype=float32)
        """
        return gather_nd(self._now(), as_tensor(indices))

    # Assigning

    def assign(self, value, use_locking=None, name=None, read_value=True):
        """Gives the variable the value of a tensor of its dtype and a compatible shape; returns the variable.

        Raises ValueError if dtype or shape differ. With `read_value=False` it returns None. `use_locking` and
        `name`
        mean something only in graphs: every assignment is atomic.
        """
        value = as_tensor(value, self._tensor._dtype)
        if value.dims != self._tensor.dims and not self._shape.is_compatible_with(value.dims):
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable shape "
                f"{self._shape}, and "
                f"the assigned value shape {value.shape} are incompatible."
            )
        if listening and (write := getattr(state.interpreter, "assign", None)) is not None:
            write(self, value)
            return self if read_value else None
        with self._lock:
            self._replace(value._array)
        return self if read_value else None

    def assign_add(self, delta, use_locking=None, name=None, read_value=True):
        """Adds `delta`, of its dtype and shape; returns the variable (None with `read_value=False`).

        Raises ValueError if the dtype differs and InvalidArgumentError if the shape does.
        """
        self._update(numpy.add, add, delta)
        return self if read_value else None

    def assign_sub(self, delta, use_locking=None, name=None, read_value=True):
        """Subtracts `delta`, of its dtype and shape; returns the variable (None with `read_value=False`).

        Raises ValueError if the dtype differs and InvalidArgumentError if the shape does.
        """
        self._update(numpy.subtract, subtract, delta)
        return self if read_value else None

    def _update(self, function, op, delta):
        delta = as_tensor(delta, self._tensor._dtype)
        if listening and (write := getattr(state.interpreter, "assign", None)) is not None:
            if delta._dtype not in NUMBERS or not self._shape.is_compatible_with(delta.shape):
                raise self._update_error(delta)
            write(self, op(self._holder(), delta))
            return
        if delta.dims != self._tensor.dims or delta._dtype not in NUMBERS:
            raise self._update_error(delta)
        token = silence(SILENT)
        try:
            if not other_threads() and references(self._tensor) == UNSHARED:
                array = self._tensor._array
                function(array, delta._array, out=array)
            else:
                with self._lock:
                    self._replace(function(self._tensor._array, delta._array))
        finally:
            restore(token)

    def _update_error(self, delta):
        if delta._dtype not in NUMBERS:
            message = f"A variable of dtype {delta._dtype.name} cannot be added to; use assign."
        else:
            mine, other = [str(list(dims)).replace(" ", "") for dims in (self._tensor.dims, delta.dims)]
            message = f"Cannot update variable with shape {mine} using a Tensor with shape {other}"
            message += ", shapes must be equal."
        return InvalidArgumentError(None, None, message)

    def _change(self, update, *operands, index=None):
        """Has update(array, *arrays of the operands, index) alter the value in place.

        It gets a copy, if anybody else can see the array. While a program is traced, the value is another from here on.
        """
        if listening and hasattr(state.interpreter, "assign"):
            return self.assign(updated(self._now(), *operands, update=update, index=index))
        arrays = [each._array for each in operands]
        token = silence(SILENT)
        try:
            if not other_threads() and references(self._tensor) == UNSHARED:
                update(self._tensor._array, *arrays, index)
            else:
                with self._lock:
                    array = numpy.array(self._tensor._array)
                    update(array, *arrays, index)
                    self._replace(array if array.ndim or array.dtype == object else array[()])
        finally:
            restore(token)
        return self

    def _replace(self, array):
        """Makes `array` the value. Other threads are locked out by the caller."""
        before = self._tensor
        tensor = _new(EagerTensor)  # `wrap` is this and a call more
        tensor._array = array
        tensor._dtype = before._dtype
        tensor._record = before._record  # it stands for the variable, whatever its value
        self._tensor = tensor

    def count_up_to(self, limit):
        """Adds 1 and returns the value before, an integer Tensor; OutOfRangeError if that is `limit`."""
        if self.dtype not in INTEGERS:
            raise InvalidArgumentError(
                None, None, f"Only integer variables count; this one has dtype {self.dtype.name}."
            )
        before = self.read_value()
        if int(before) >= limit:
            raise OutOfRangeError(None, None, f"Reached limit of {limit}")
        self.assign_add(1)
        return before

    # In checkpoints

    def _serialize_to_tensors(self):
        return {"VARIABLE_VALUE": self.read_value()}

    def _restore_from_tensors(self, restored_tensors):
        value = restored_tensors["VARIABLE_VALUE"]
        if value._dtype is not self.dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"The variable {self.name} of dtype {self.dtype.name} cannot be restored: expected dtype "
                f"{self.dtype.name} does not equal original dtype {value._dtype.name}.",
            )
        if not self._shape.is_compatible_with(value.shape):
            raise ValueError(
                f"Received incompatible tensor with shape {value.shape} when attempting to restore variable with "
                f"shape {self._shape} and name {self.name}."
            )
        with interpreting(None):  # also while a program is traced: the value is there before the program runs
            self.assign(value)

    # Python's protocols

    def __repr__(self):
        tensor = self._tensor
        return variable_repr(self.name, self._shape, tensor._dtype, tensor._array)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self._like(self._tensor._alias())

    def __reduce__(self):
        tensor = self._tensor._alias()
        state = {
            key: each for key, each in self.__dict__.items() if key not in ("_tensor", "_lock", "_unique_id")
        }
        return _unpickle, (type(self), tensor, state)

    def _like(self, tensor):
        """A new variable of the same kind with the value of `tensor`."""
        made = _new(type(self))
        for key in ("_name", "_shape", "_trainable", "_constraint", "_synchronization", "_aggregation"):
            setattr(made, key, getattr(self, key))
        made._start(tensor)
        return made


def _initial_tensor(initial_value, dtype):
    """The initial value as an eager tensor, also while a program is traced."""
    if not (listening and hasattr(state.interpreter, "known")):
        return as_tensor(initial_value() if callable(initial_value) else initial_value, dtype)
    tracer = state.interpreter
    with interpreting(None), recording_suspended():
        value = as_tensor(initial_value(), dtype) if callable(initial_value) else initial_value
        value = value if isinstance(value, Tensor) else as_tensor(value, dtype)
    return as_tensor(tracer.known(value), dtype)


def _unpickle(kind, tensor, state):
    variable = _new(kind)
    variable.__dict__.update(state)
    variable._start(tensor)
    return variable


def references(tensor):
    """The number of references to a variable's tensor and to its array; None if that is not its own.

    Only while no other thread can read the variable does the answer stay true until the array has been changed.
    """
    array = tensor._array
    if type(array) is not numpy.ndarray or array.base is not None:
        return None
    return sys.getrefcount(tensor), sys.getrefcount(array)


def _count_unshared():
    probe = Variable(0.0)
    probe._replace(numpy.zeros(1))
    return references(probe._tensor)


# What the counts are, in this Python, when nobody else can see the array, so that it may be changed in place.
UNSHARED = _count_unshared()


def shared_places(updated, unshared):
    """The places, of (place, variable, anything), whose arrays somebody else might see: as `references`, for many."""
    tensors, arrays = unshared
    found = []
    for place, variable, _ in updated:
        tensor = variable._tensor
        array = tensor._array
        if (
            sys.getrefcount(array) != arrays
            or sys.getrefcount(tensor) != tensors
            or type(array) is not numpy.ndarray
            or array.base is not None
        ):
            found.append(place)
    return found


def _count_unshared_in_loops():
    probe = Variable(0.0)
    probe._replace(numpy.zeros(1))
    counts = itertools.product(range(1, 9), repeat=2)
    return next(each for each in counts if not shared_places([(0, probe, None)], each))


UNSHARED_IN_LOOPS = _count_unshared_in_loops()
