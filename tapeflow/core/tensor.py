"""Tensor: an immutable array with TensorFlow's manners. Operators are installed by `ops/operators.py`."""

from operator import attrgetter

import numpy

from tapeflow.core.dtypes import as_dtype
from tapeflow.core.printing import tensor_repr, tensor_str
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec

DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"


class TensorType:
    """What `tf.is_tensor` says yes to: tensors, and what stands for one in a library, such as Keras' variables."""

    __slots__ = ()


class Tensor(TensorType):
    """A multidimensional array of one dtype; immutable. The parent of eager, traced and batched tensors.

    `dims` is the shape as a plain tuple, which the engine uses; `shape` the TensorShape that users see.
    """

    __slots__ = ("__dict__", "__weakref__", "_dtype", "_record")
    # Libraries tell tensors by the names of their classes and modules: so Keras keeps strings from becoming arrays.
    __module__ = "tensorflow.python.framework.tensor"
    __array_priority__ = 100  # NumPy arrays on the left leave the operator to us

    def __hash__(self):
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    dtype = property(attrgetter("_dtype"), doc="The DType of the elements.")

    @property
    def shape(self):
        """The static shape, a TensorShape."""
        return TensorShape._trusted(self.dims)

    @property
    def ndim(self):
        """The number of axes."""
        return len(self.dims)

    @property
    def rank(self):
        """The number of axes; the older name of `ndim`."""
        return len(self.dims)

    def get_shape(self):
        """The static shape, a TensorShape."""
        return self.shape

    def set_shape(self, shape):
        """Checks that `shape` is compatible with this tensor's shape; ValueError otherwise."""
        if not self.shape.is_compatible_with(shape):
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with supplied shape {shape}")

    @property
    def device(self):
        """The name of the device that holds the elements."""
        return DEVICE

    @property
    def name(self):
        """Tensors have names only in graphs."""
        raise AttributeError("Tensor.name is undefined when eager execution is enabled.")

    def ref(self):
        """A hashable reference, for sets and dictionary keys; `deref()` gives the tensor back."""
        return Reference(self)

    @property
    def _type_spec(self):
        return TensorSpec(self.shape, self._dtype)


TensorSpec.value_type = Tensor


class EagerTensor(Tensor):
    """A Tensor whose elements are here: an ndarray, or a NumPy scalar when it has no axes.

    NumPy scalars are immutable and their arithmetic is several times faster than that of arrays without axes.
    """

    __slots__ = ("_array",)
    __module__ = "tensorflow.python.framework.ops"

    # Read so often that the frame of a Python function would show.
    dims = property(attrgetter("_array.shape"), doc="The shape as a tuple of ints.")
    ndim = property(attrgetter("_array.ndim"), doc="The number of axes.")

    def _alias(self):
        """Another tensor on the same elements, unknown to any tape."""
        alias = _new(EagerTensor)
        alias._array = self._array
        alias._dtype = self._dtype
        alias._record = None
        return alias

    def numpy(self):
        """The elements as a NumPy array that is the caller's own; a NumPy scalar (or bytes) without axes.

        >>> tf.constant([1.0, 2.0]).numpy()
        array([1., 2.], dtype=float32)
        """
        array = self._array
        if isinstance(array, numpy.generic):
            return array
        return array[()] if array.ndim == 0 else array.copy()

    def __array__(self, dtype=None, copy=None):
        array = numpy.asarray(self._array)
        if dtype is not None and array.dtype != dtype:
            if copy is False:
                raise ValueError(f"A {self._dtype.name} tensor cannot become a {dtype} array without a copy.")
            return array.astype(dtype)
        if copy:
            return array.copy()
        view = array.view()
        view.flags.writeable = False  # tensors are immutable, also through NumPy
        return view

    def __dlpack__(self, **options):
        return numpy.array(self._array).__dlpack__(**options)

    def __dlpack_device__(self):
        return (1, 0)  # kDLCPU

    def __bool__(self):
        array = self._array
        if array.size != 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. "
                f"Use tf.reduce_any() or tf.reduce_all(); the tensor has shape {self.shape}."
            )
        return bool(array.item())

    def __int__(self):
        return int(self._single("int"))

    def __float__(self):
        return float(self._single("float"))

    def __complex__(self):
        return complex(self._single("complex"))

    def __index__(self):
        if not (self._dtype.is_integer and self.ndim == 0):
            raise TypeError(
                f"only integer scalar tensors can be used as an index; this one has shape {self.shape} "
                f"and dtype {self._dtype.name}"
            )
        return int(self._array)

    def _single(self, kind):
        if self._array.ndim:
            raise TypeError(
                f"only scalar tensors can be converted to a Python {kind}; this one has shape {self.shape}"
            )
        return self._array.item()

    def __len__(self):
        if not self._array.ndim:
            raise TypeError("Scalar tensor has no `len()`")
        return self._array.shape[0]

    def __iter__(self):
        if not self._array.ndim:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return (self[index] for index in range(self._array.shape[0]))

    def __format__(self, specification):
        return format(self._array, specification)

    def __repr__(self):
        return tensor_repr(self._array, self.dims, self._dtype)

    def __str__(self):
        return tensor_str(self._array, self.dims, self._dtype)

    def __copy__(self):
        return self._alias()

    def __deepcopy__(self, memo):
        return self._alias()

    def __reduce__(self):
        return _unpickle, (self.numpy(), self._dtype.name)

    def item(self):
        """The only element as a Python number."""
        return self._array.item()


_new = object.__new__


def _unpickle(array, dtype):
    tensor = _new(EagerTensor)
    tensor._array = array if isinstance(array, (numpy.ndarray, numpy.generic)) else numpy.array(array, object)
    tensor._dtype = as_dtype(dtype)
    tensor._record = None
    return tensor


class Reference:
    """A hashable stand-in for an object that compares elementwise; equal if it stands for the same object."""

    __slots__ = ("__weakref__", "_referred")

    def __init__(self, referred):
        self._referred = referred

    def deref(self):
        """The object itself."""
        return self._referred

    def __eq__(self, other):
        return isinstance(other, Reference) and self._referred is other._referred

    def __hash__(self):
        return id(self._referred)

    def __repr__(self):
        return f"<Reference wrapping {self._referred!r}>"
