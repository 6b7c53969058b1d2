"""The tensor with PyTorch's manners: it says itself whether it requires a gradient, and receives it in `.grad`.

Methods that compute are attached where their functions are defined (`calls.py`).
"""

import math
import operator
import warnings

import numpy

from tapeflow.core.eager import SILENT, restore, silence, wrap
from tapeflow.torch import autograd, dtypes
from tapeflow.torch.printing import tensor_repr
from tapeflow.torch.recording import mark_leaf
from tapeflow.torch.shape import Size, dimension
from tapeflow.torch.sharing import share

_new = object.__new__
_TYPES_NOT_PRINTED = (dtypes.float32, dtypes.int64, dtypes.bool, dtypes.complex64)

NOT_A_LEAF = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, "
    "use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the "
    "leaf Tensor instead."
)


class Node:
    """What made a tensor: a name, for printing and for the question whether there is one."""

    __slots__ = ("_name",)

    def __init__(self, name):
        self._name = name

    def name(self):
        """PyTorch's name for it, such as MulBackward0."""
        return self._name

    def __repr__(self):
        return f"<{self._name.rpartition('::')[2]} object>"


class Tensor:
    """An array that may require a gradient.

    >>> from tapeflow import torch
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ("__dict__", "__weakref__", "_made_by", "_value")
    __array_priority__ = 100  # NumPy arrays on the left leave the operator to us

    _grad = None
    _shares = None
    """The Sharers that it is one of, if `detach` or `data` made others on its elements: in-place changes reach each."""
    _origin = None
    """Of a view: what is written to when it changes in place, and at which index (see `sharing.py`)."""

    def __new__(cls, *args, **kwargs):
        raise TypeError("Tensors are made by torch.tensor(data), torch.zeros(size) and their like.")

    # What it is

    @property
    def shape(self):
        """The shape, a torch.Size."""
        return Size(self._value.dims)

    def size(self, dim=None):
        """The shape, or its size along one dimension."""
        return self.shape if dim is None else self.shape[dimension(dim, self.ndim)]

    @property
    def ndim(self):
        """The number of dimensions."""
        return len(self._value.dims)

    def dim(self):
        """The number of dimensions."""
        return len(self._value.dims)

    def numel(self):
        """The number of elements."""
        return math.prod(self._value.dims)

    nelement = numel

    @property
    def dtype(self):
        """The element type, such as torch.float32."""
        return dtypes.of(self._value._dtype)

    def is_floating_point(self):
        """Whether the elements are floating-point numbers."""
        return self.dtype.is_floating_point

    def is_complex(self):
        """Whether the elements are complex numbers."""
        return self.dtype.is_complex

    def element_size(self):
        """Bytes of one element."""
        return self.dtype.itemsize

    # Gradients

    @property
    def requires_grad(self):
        """Whether calls on this tensor are recorded for backward(). May be assigned for leaves."""
        return self._value._record is not None

    @requires_grad.setter
    def requires_grad(self, wanted):
        self.requires_grad_(wanted)

    def requires_grad_(self, requires_grad=True):
        """Starts (or stops) recording what is computed from this leaf; returns the tensor."""
        if requires_grad == self.requires_grad:
            return self
        if not self.is_leaf:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in "
                "a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        if requires_grad and self.dtype.category < dtypes.float32.category:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        self._value = self._value._alias()
        if requires_grad:
            mark_leaf(self)
        return self

    @property
    def is_leaf(self):
        """Whether it was made by the user, not by a recorded call."""
        record = self._value._record
        return record is None or record.plan is None

    @property
    def grad(self):
        """The gradient that backward() accumulated, or None. May be assigned; None forgets it."""
        if self._grad is None and not self.is_leaf and self._value._record.serial not in autograd.retained:
            warnings.warn(NOT_A_LEAF, UserWarning, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, gradient):
        if gradient is not None:
            if not isinstance(gradient, Tensor):
                raise TypeError(
                    f"assigned grad expected to be a Tensor or None but got grad of type {type(gradient)}"
                )
            if gradient.shape != self.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(gradient.shape)}' to a tensor of size "
                    f"'{list(self.shape)}'. Please ensure that the gradient and the tensor are the same size"
                )
        self._grad = gradient

    @property
    def grad_fn(self):
        """What made this tensor, if a gradient can flow back through it; None for a leaf."""
        return None if self.is_leaf else Node(self._made_by)

    def retain_grad(self):
        """Lets `.grad` of this intermediate tensor be filled by backward() as well."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if not self.is_leaf:
            autograd.retained[self._value._record.serial] = self

    def backward(self, gradient=None, retain_graph=None, create_graph=False):
        """Adds the gradient of this tensor to `.grad` of every leaf that requires one.

        gradient: the cotangent, needed unless there is one element; retain_graph keeps what another backward() needs;
        create_graph records the computation of the gradient, so that it can be differentiated itself.

        >>> from tapeflow import torch
        >>> x = torch.tensor(2.0, requires_grad=True)
        >>> for _ in range(2):
        ...     (x**3).backward()
        >>> x.grad
        tensor(24.)
        """
        autograd.backward([self], None if gradient is None else [gradient], retain_graph, create_graph)

    def _receive(self, gradient, recorded):
        """Adds a gradient, a tensor of the engine, to `.grad`: in place, unless it is to be differentiated itself."""
        before = self._grad
        if before is None:
            self._grad = self._of_gradient(gradient, recorded)
        elif recorded:
            self._grad = before + self._of_gradient(gradient, recorded)
        else:
            before._rebind(before._value._alias() + gradient)

    @staticmethod
    def _of_gradient(gradient, recorded):
        record = gradient._record
        if not recorded or record is None:
            return from_engine(gradient._alias())
        operation = getattr(getattr(record.plan, "op", None), "type_name", "Accumulate")
        return from_engine(gradient, f"{operation.removesuffix('V2')}Backward0")

    def detach(self):
        """A tensor on the same elements that requires no gradient; in-place changes of one are seen in the other."""
        return share(self, from_engine(self._value._alias()))

    data = property(detach, doc="The elements without their history, as `detach()`. Assigning replaces them.")

    @data.setter
    def data(self, other):
        if self.requires_grad and other.dtype.category < dtypes.float32.category:
            raise RuntimeError(
                "data set to a tensor that requires gradients must be floating point or complex dtype"
            )
        if self._shares is not None:
            self._shares.discard(self)
            self._shares = None
        self._rebind(other._value)
        if other is not self:
            share(other, self)

    # In place: the tensor gets another value, for tensors of the engine never change

    def _rebind(self, value):
        """Other elements, the same history, in all tensors that share them."""
        for tensor in self._shares or (self,):
            record = tensor._value._record
            tensor._value = value._alias()
            tensor._value._record = record

    # Leaving

    def item(self):
        """The only element as a Python number; RuntimeError if there are several.

        >>> from tapeflow import torch
        >>> torch.tensor([2.5]).item()
        2.5
        """
        return self._single(
            RuntimeError, f"a Tensor with {self.numel()} elements cannot be converted to Scalar"
        )

    def _single(self, error, message):
        array = self._value._array
        if array.size != 1:
            raise error(message)
        return array.item()

    def tolist(self):
        """The elements as nested Python lists of numbers, or one number."""
        return self._value._array.tolist()

    def numpy(self):
        """The elements as a NumPy array of the caller's own; RuntimeError if this requires a gradient."""
        if self.requires_grad:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        return numpy.array(self._value._array)

    def __array__(self, dtype=None, copy=None):
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __bool__(self):
        several = "no values" if self.numel() == 0 else "more than one value"
        return bool(self._single(RuntimeError, f"Boolean value of Tensor with {several} is ambiguous"))

    def __int__(self):
        return int(self._single(ValueError, "only one element tensors can be converted to Python scalars"))

    def __float__(self):
        return float(self._single(ValueError, "only one element tensors can be converted to Python scalars"))

    def __complex__(self):
        return complex(
            self._single(ValueError, "only one element tensors can be converted to Python scalars")
        )

    def __index__(self):
        if self.dtype.category > dtypes.int64.category or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return operator.index(self.item())

    def __len__(self):
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self._value.dims[0]

    def __iter__(self):
        if not self.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter([self[index] for index in range(len(self))])

    def __contains__(self, element):
        return bool((self == element).any())

    __hash__ = object.__hash__

    def __reduce__(self):
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol and pickling"
            )
        return _unpickle, (numpy.array(self._value._array), self.dtype, self.requires_grad, self._grad)

    def __format__(self, specification):
        return format(str(self) if self.ndim or not specification else self.item(), specification)

    def __repr__(self):
        dtype, requires_grad = self.dtype, self.requires_grad
        plain = dtype in _TYPES_NOT_PRINTED if self.numel() else dtype is dtypes.float32
        extra = None
        if requires_grad:
            extra = "requires_grad=True" if self.is_leaf else f"grad_fn=<{self._made_by.rpartition('::')[2]}>"
        array = numpy.asarray(self._value._array)
        if dtype is dtypes.bfloat16:
            array = array.astype(numpy.float32)  # numbers that NumPy and Python can format
        return tensor_repr(array, None if plain else f"dtype={dtype!r}", extra)


def from_engine(value, made_by=None):
    """A Tensor of this face around one of the engine's."""
    tensor = _new(Tensor)
    tensor._value = value
    tensor._made_by = made_by
    return tensor


def from_array(array, dtype, requires_grad=False):
    """A leaf on an array (or NumPy scalar) that nobody else may change, converted to `dtype`."""
    token = silence(SILENT)  # what is too great becomes infinite
    try:
        array = numpy.asarray(array, dtype.engine.array_dtype)
    finally:
        restore(token)
    tensor = from_engine(wrap(array if array.ndim else array[()], dtype.engine))
    if requires_grad:
        if dtype.category < dtypes.float32.category:
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        mark_leaf(tensor)
    return tensor


def _unpickle(array, dtype, requires_grad, gradient):
    tensor = from_array(array, dtype, requires_grad)
    tensor._grad = gradient
    return tensor
