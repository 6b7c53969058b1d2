"""TensorArray: tensors under numbers, written one by one, as in loops.

Eagerly it is a list. Inside a trace it is one tensor, its rows, which a loop carries from iteration to
iteration; of an array whose rows' shape nobody has said, the first row that is written tells it.
"""

import numpy

from tapeflow.core.dtypes import as_dtype, int32
from tapeflow.core.eager import constant
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape, unknown_shape
from tapeflow.core.size import Size, UnknownSizeError, evaluated, has_sizes
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.graph import LateShape
from tapeflow.graph.tracing import current
from tapeflow.ops.creation import fill, progression, zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat, reshape, shape_of, split, stack, unstack
from tapeflow.ops.lists import set_item


def _seen_outside(dims, tracer, late):
    """The sizes, as they are called where the array was made before; None if they are not known there.

    What is written is taken to have the rows' own sizes where it is broadcast: other rows are refused at run time.
    """
    made = late.values[0].node

    def lookup(symbol):
        value, axis = symbol.arguments
        if symbol.kind == "axis" and value in tracer.arguments_outside:
            return tracer.arguments_outside[value][axis]
        if tracer is late.tracer:
            inside = value.node in tracer.nodes[tracer.nodes.index(made) :]
        else:
            inside = value.node in tracer.nodes
        if inside:
            raise UnknownSizeError
        return Size((((symbol,), 1),))

    while True:
        try:
            dims = tuple(
                [evaluated(each, lookup, of_either=True) if type(each) is Size else each for each in dims]
            )
        except UnknownSizeError:
            return None
        if tracer is late.tracer:
            return dims
        tracer = tracer.parent


class TensorArray(CompositeTensor):
    """An array of tensors of one dtype, written and read under the numbers 0, 1, ...

    dtype: that of the tensors; size: how many there are, 0 unless given; dynamic_size: whether writing beyond the end
    makes it longer; clear_after_read: whether each may be read only once (default: yes, where it is eager);
    infer_shape: whether all must have the shape of the first; element_shape: the shape of each.
    A write returns the array to go on with. Raises OutOfRangeError (in traced programs InvalidArgumentError)
    for a number beyond the end and ValueError for a tensor of another shape.

    >>> array = tf.TensorArray(tf.float32, size=2)
    >>> array = array.write(0, 10.0).write(1, 20.0)
    >>> array.stack().numpy()
    array([10., 20.], dtype=float32)
    """

    def __init__(
        self,
        dtype,
        size=None,
        dynamic_size=None,
        clear_after_read=None,
        tensor_array_name=None,
        handle=None,
        flow=None,
        infer_shape=True,
        element_shape=None,
        colocate_with_first_write_call=True,
        name=None,
    ):
        if handle is not None or flow is not None:
            raise NotImplementedError(
                "A TensorArray has no handle or flow here: make it from a dtype and a size."
            )
        self._dtype = as_dtype(dtype)
        self._grows = bool(dynamic_size)
        self._clears = clear_after_read is None or bool(clear_after_read)
        self._infers = bool(infer_shape)
        self._element_shape = as_shape(element_shape)
        self._name = name or tensor_array_name or "TensorArray"
        size = as_tensor(0 if size is None else size, None)
        self._rows = None  # traced: the tensor of all rows
        self._tensors = None  # eager: a list of tensors, None where nothing was written
        if current() is None:
            self._tensors = [None] * int(size)
        else:
            self._rows = self._zero_rows(size)

    def _zero_rows(self, size):
        known = self._element_shape.is_fully_defined()
        dims = tuple(self._element_shape.as_list()) if known else ()
        tracer = current()
        count = None if self._grows else tracer.number_of(tracer_tensor(tracer, size))
        if self._grows:
            count = tracer.number_of(unfolded(tracer, size))
        rows = tracer(fill, (zeros((), self._dtype),), {"dims": (count, *dims)})
        if not known:
            LateShape(tracer).add(rows.value)
        return rows

    # What it is.

    @property
    def dtype(self):
        """The DType of the tensors."""
        return self._dtype

    @property
    def element_shape(self):
        """The TensorShape of each, as far as it is known."""
        return self._element_shape

    @property
    def dynamic_size(self):
        """Whether writing beyond the end makes it longer."""
        return self._grows

    @property
    def flow(self):
        """What stands for the array in a program: the tensor of its rows."""
        return self.stack() if self._rows is None else self._rows

    @property
    def handle(self):
        """There is none: None."""

    def size(self, name=None):
        """How many tensors there are, an int32 scalar."""
        if self._rows is None:
            return as_tensor(len(self._tensors), int32)
        return shape_of(self._rows, dtype=int32)[0]

    def identity(self):
        """The array."""
        return self

    def mark_used(self):
        """Nothing to do: an array that is not used is no error here."""

    def close(self, name=None):
        """Lets go of the tensors."""
        if self._tensors is not None:
            self._tensors = []

    # Writing.

    def write(self, index, value, name=None):
        """The array with the tensor `value` under the number `index`, an integer scalar."""
        value = self._checked(value)
        if self._rows is None:
            return self._write_eagerly(int(index), value)
        self._settle(value)
        return self._with_rows(set_item(self._rows, as_tensor(index), value, grows=self._grows))

    def _write_eagerly(self, place, value):
        tensors = self._tensors
        if place < 0:
            raise OutOfRangeError(None, None, f"Writing to negative indices (index {place}) is not allowed.")
        if place >= len(tensors):
            if not self._grows:
                raise OutOfRangeError(
                    None,
                    None,
                    f"Tried to write to index {place} but array is not resizeable and size is: {len(tensors)} ",
                )
            tensors.extend([None] * (place + 1 - len(tensors)))
        tensors[place] = value
        return self

    def _checked(self, value):
        """The value as a tensor that fits the array."""
        value = as_tensor(value, None if hasattr(value, "dtype") else self._dtype)
        if value._dtype is not self._dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype {value._dtype.name} ",
            )
        if not self._element_shape.is_compatible_with(value.shape):
            raise ValueError(
                f"Incompatible shape for value ({value.shape}), expected ({self._element_shape})"
            )
        if self._infers:
            self._element_shape = self._element_shape.merge_with(value.shape)
        return value

    def _settle(self, value):
        late = self._rows.value.late
        if late is None:
            return
        dims = _seen_outside(value.dims, current(), late) if has_sizes(value.dims) else value.dims
        if dims is None:
            raise NotImplementedError(
                f"The first tensor written to a TensorArray has the shape {value.shape}, of which a part is only "
                "known at run time: give its `element_shape`."
            )
        late.settle(dims)

    def unstack(self, value, name=None):
        """The array with the rows of the tensor `value` in it, from number 0 on."""
        value = as_tensor(value, None if hasattr(value, "dtype") else self._dtype)
        if self._rows is None:
            rows = list(unstack(value, axis=0))
            if not self._grows and self._tensors and len(rows) > len(self._tensors):
                raise OutOfRangeError(
                    None, None, f"{len(rows)} rows do not fit an array of {len(self._tensors)}."
                )
            self._tensors = rows
            self._element_shape = value.shape[1:]
            return self
        self._element_shape = value.shape[1:]
        return self._with_rows(value)

    def scatter(self, indices, value, name=None):
        """The array with the rows of `value` under the numbers in the vector `indices`."""
        indices = as_tensor(indices)
        value = as_tensor(value, None if hasattr(value, "dtype") else self._dtype)
        array = self
        for position, row in enumerate(unstack(value, axis=0)):
            array = array.write(indices[position], row)
        return array

    def split(self, value, lengths, name=None):
        """The array with consecutive pieces of `value`, of these lengths along axis 0, in it."""
        value = as_tensor(value, None if hasattr(value, "dtype") else self._dtype)
        sizes = tuple([int(each) for each in numpy.asarray(as_tensor(lengths)._array)])
        if self._rows is not None:
            if len(set(sizes)) > 1:
                raise NotImplementedError(f"Inside a trace the pieces must be equally long, not {sizes}.")
            return self._with_rows(reshape(value, dims=(len(sizes), sizes[0], *value.dims[1:])))
        self._tensors = list(split(value, sizes=sizes, axis=0))
        return self

    # Reading.

    def read(self, index, name=None):
        """The tensor under the number `index`; zeros, if nothing was written there and the shape is known."""
        if self._rows is not None:
            return gather(self._rows, as_tensor(index), axis=0, batch_dims=0)
        place = int(index)
        if not 0 <= place < len(self._tensors):
            raise OutOfRangeError(
                None, None, f"Tried to read from index {place} but array size is: {len(self._tensors)} "
            )
        tensor = self._tensors[place]
        if tensor is _CLEARED:
            raise InvalidArgumentError(
                None,
                None,
                f"Could not read index {place} twice because it was cleared after a previous read (perhaps try "
                "setting clear_after_read = false?)",
            )
        if tensor is None:
            tensor = self._zero(place)
        if self._clears:
            self._tensors[place] = _CLEARED
        return tensor

    def _zero(self, place):
        if not self._element_shape.is_fully_defined():
            raise InvalidArgumentError(
                None, None, f"Could not read index {place} of a TensorArray: nothing was written there."
            )
        return zeros(tuple(self._element_shape.as_list()), self._dtype)

    def stack(self, name=None):
        """All tensors, stacked along a new axis 0."""
        if self._rows is not None:
            return self._rows
        if not self._tensors:
            dims = self._element_shape.as_list() if self._element_shape.rank is not None else []
            return zeros((0, *[size or 0 for size in dims]), self._dtype)
        return stack(*self._all(), axis=0)

    def _all(self):
        found = [self._zero(place) if each is None else each for place, each in enumerate(self._tensors)]
        for place, each in enumerate(found):
            if each is _CLEARED:
                raise InvalidArgumentError(None, None, f"Could not read index {place} twice: it was cleared.")
        if self._clears:
            self._tensors = [_CLEARED] * len(found)
        return found

    def gather(self, indices, name=None):
        """The tensors under the numbers in the vector `indices`, stacked along a new axis 0."""
        if self._rows is not None:
            return gather(self._rows, as_tensor(indices), axis=0, batch_dims=0)
        numbers = numpy.asarray(as_tensor(indices)._array).tolist()
        return stack(*[self.read(number) for number in numbers], axis=0)

    def concat(self, name=None):
        """All tensors, one after the other along axis 0."""
        if self._rows is None:
            return concat(*self._all(), axis=0)
        dims = self._rows.dims
        return reshape(self._rows, dims=(dims[0] * dims[1], *dims[2:]))

    def grad(self, source, flow=None, name=None):
        """Arrays of gradients exist only in TensorFlow 1: NotImplementedError."""
        raise NotImplementedError("TensorArray.grad is not available: tapes differentiate through the array.")

    # As a value made of tensors.

    def _with_rows(self, rows):
        array = object.__new__(TensorArray)
        array.__dict__.update(self.__dict__)
        array._rows = rows
        return array

    def _to_components(self):
        return self.flow

    @property
    def _type_spec(self):
        return TensorArraySpec(self._element_shape, self._dtype, self._grows, self._infers)

    def _invariant_dims(self):
        """The dims that the tensors that it is made of keep in a loop."""
        lead = None if self._grows else self._rows.shape._dims[0]
        return [(lead, *self._rows.shape._dims[1:])]

    def __repr__(self):
        return f"<tf.TensorArray: dtype={self._dtype.name}, element_shape={self._element_shape}>"


_CLEARED = object()


def tracer_tensor(tracer, tensor):
    """The tensor, for questions about its number."""
    tracer.value_of(tensor)
    return tensor


def unfolded(tracer, tensor):
    """The number as one that the program does not know: what a TensorArray that grows begins with may change."""
    start = constant(int32.array_dtype.type(0), int32)
    step = constant(int32.array_dtype.type(1), int32)
    return shape_of(tracer(progression, (start, _as_int32(tensor), step), {}), dtype=int32)[0]


def _as_int32(tensor):
    return as_tensor(tensor, int32) if type(tensor) is EagerTensor and tensor._dtype is int32 else tensor


class TensorArraySpec(TypeSpec):
    """What is known of a TensorArray: the shape and dtype of its tensors, and whether it grows.

    >>> tf.TensorArraySpec([2], tf.float32)
    TensorArraySpec(TensorShape([2]), tf.float32, False, True)
    """

    __slots__ = ("_dtype", "_element_shape", "_grows", "_infers")

    def __init__(self, element_shape=None, dtype=None, dynamic_size=False, infer_shape=True):
        self._element_shape = as_shape(element_shape)
        self._dtype = as_dtype("float32" if dtype is None else dtype)
        self._grows = dynamic_size
        self._infers = infer_shape

    @property
    def value_type(self):
        """TensorArray."""
        return TensorArray

    @property
    def dtype(self):
        """The DType of the tensors."""
        return self._dtype

    @property
    def _component_specs(self):
        dims = (
            unknown_shape()
            if self._element_shape.rank is None
            else as_shape([None]).concatenate(self._element_shape)
        )
        return TensorSpec(dims, self._dtype)

    def _from_components(self, components):
        array = object.__new__(TensorArray)
        array._dtype = self._dtype
        array._grows, array._infers = self._grows, self._infers
        array._clears = True
        array._element_shape = self._element_shape
        array._name = "TensorArray"
        if type(components) is EagerTensor:
            array._rows, array._tensors = None, list(unstack(components, axis=0))
        else:
            array._rows, array._tensors = components, None
        return array

    def _serialize(self):
        return self._element_shape, self._dtype, self._grows, self._infers

    def is_compatible_with(self, spec_or_value):
        """Whether arrays of the other kind may stand where this one does: equal dtypes, shapes that fit."""
        other = spec_or_value if isinstance(spec_or_value, TypeSpec) else spec_or_value._type_spec
        return (
            isinstance(other, TensorArraySpec)
            and self._dtype is other._dtype
            and self._element_shape.is_compatible_with(other._element_shape)
        )


__all__ = ["TensorArray", "TensorArraySpec"]
