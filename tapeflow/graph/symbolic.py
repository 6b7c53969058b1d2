"""The tensors of a program that is being traced: they have a dtype and a shape, but no elements yet."""

from operator import attrgetter

from tapeflow.core.errors import OperatorNotAllowedInGraphError
from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import visible
from tapeflow.core.tensor import Tensor


class SymbolicTensor(Tensor):
    """What a call gives while a program is traced. value: the program's Value; tracer: whose program it is."""

    __slots__ = ("tracer", "value")

    def __init__(self, value, tracer):
        self.value = value
        self.tracer = tracer
        self._dtype = value.dtype
        self._record = None

    dims = property(attrgetter("value.dims"), doc="The shape as a tuple of ints and Sizes.")

    @property
    def shape(self):
        """The static shape, a TensorShape; what is only known at run time is None."""
        return TensorShape._trusted(visible(self.dims))

    def set_shape(self, shape):
        """Merges what is known of the shape from elsewhere; ValueError if it contradicts."""
        merged = self.shape.merge_with(shape)
        if merged.rank is not None and merged != self.shape:
            self.value = self.tracer.with_shape(self, merged._dims)

    def _alias(self):
        return SymbolicTensor(self.value, self.tracer)

    @property
    def _array(self):
        constant = self.value.constant
        if constant is None:
            if not self.tracer.active:
                raise self.tracer.out_of_scope(self)
            raise NotImplementedError(
                f"The elements of {self!r} are not known while a function is traced, and they are needed "
                "here: as a shape, an axis or another setting. Compute it outside of the function, or from "
                "Python numbers."
            )
        return constant

    # Names, as graphs have them.

    @property
    def name(self):
        """The name of the operation that gives the tensor, with the number of the result."""
        return f"{self.tracer.name_of(self.value)}:{self.value.index}"

    @property
    def graph(self):
        """What is being traced."""
        return self.tracer.graph_view

    @property
    def op(self):
        """The operation that gives the tensor."""
        return self.tracer.operation(self.value)

    @property
    def value_index(self):
        """Which of the operation's results the tensor is."""
        return self.value.index

    def __repr__(self):
        return f"<tf.Tensor '{self.name}' shape={self.shape} dtype={self._dtype.name}>"

    def __str__(self):
        return f'Tensor("{self.name}", shape={self.shape}, dtype={self._dtype.name})'

    def __copy__(self):
        return self._alias()

    def __deepcopy__(self, memo):
        return self._alias()

    # In a graph that sessions run, a tensor is a key of dictionaries, equal to itself alone.

    def __hash__(self):
        return hash(self.value) if self.tracer.is_open else super().__hash__()

    def __eq__(self, other):
        if self.tracer.is_open:
            return isinstance(other, SymbolicTensor) and other.value is self.value
        return super().__eq__(other)

    def __ne__(self, other):
        return not self == other if self.tracer.is_open else super().__ne__(other)

    # What needs elements.

    def __bool__(self):
        raise self._no_python_value("bool")

    def __iter__(self):
        raise OperatorNotAllowedInGraphError(
            f"Iterating over a symbolic `tf.Tensor` is not allowed. {self._advice()}"
        )

    def _no_python_value(self, what):
        return OperatorNotAllowedInGraphError(
            f"Using a symbolic `tf.Tensor` as a Python `{what}` is not allowed. {self._advice()}"
        )

    def _advice(self):
        return (
            "You can attempt the following resolutions to the problem: If you are running in Graph mode, use "
            "Eager execution mode or decorate this function with @tf.function. If you are using AutoGraph, you "
            "can try decorating this function with @tf.function. If that does not work, then you may be using "
            "an unsupported feature or your source code may not be visible to AutoGraph. "
            f"The tensor is {self!s}."
        )

    def __len__(self):
        raise TypeError(
            f"len is not well defined for a symbolic Tensor. ({self.name}) Please call `x.shape` rather than "
            "`len(x)` for shape information."
        )

    def __array__(self, dtype=None, copy=None):
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. This error may indicate "
            "that you're trying to pass a Tensor to a NumPy call, which is not supported."
        )

    def _number(self, kind):
        """The number itself, if it is known already; TypeError otherwise."""
        constant = self.value.constant
        if constant is not None and not self.dims:
            return constant.item()
        return self._refuse_number(kind)

    def _refuse_number(self, kind):
        raise TypeError(
            f"{kind}() argument must be a number: the symbolic tensor {self.name} has no value while a "
            "function is traced."
        )

    def __int__(self):
        return int(self._number("int"))

    def __float__(self):
        return float(self._number("float"))

    def __complex__(self):
        return self._refuse_number("complex")

    def __index__(self):
        constant = self.value.constant
        if constant is not None and not self.dims and self._dtype.is_integer:
            return int(constant)
        return self._refuse_number("index")

    def __reduce__(self):
        raise TypeError(f"can't pickle a symbolic tensor ({self.name})")

    def eval(self, feed_dict=None, session=None):
        """The elements, computed in a session: see tf.compat.v1.Session."""
        return self.tracer.run(self, feed_dict, session)
