"""The tensor with PyTorch's manners: it says itself whether it requires a gradient, and receives it in `.grad`."""

import numpy

from tapeflow.core.eager import wrap
from tapeflow.torch import autograd, dtypes
from tapeflow.torch.printing import tensor_repr


class Size(tuple):
    """A shape, printed as PyTorch prints it."""

    __slots__ = ()

    def __repr__(self):
        return f"torch.Size({list(self)})"

    def numel(self):
        """The number of elements of this shape."""
        return int(numpy.prod(self, dtype=int))


class Tensor:
    """An array that may require a gradient. Methods for arithmetic come from `functions.py`.

    >>> from tapeflow import torch
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ("__dict__", "__weakref__", "_made_by", "_value", "grad")
    __array_priority__ = 100

    @classmethod
    def _wrap(cls, value, made_by=None):
        tensor = cls.__new__(cls)
        tensor._value = value
        tensor._made_by = made_by
        tensor.grad = None
        return tensor

    # What it is

    @property
    def shape(self):
        """The shape, a torch.Size."""
        return Size(self._value.dims)

    def size(self, dim=None):
        """The shape, or its size along one dimension."""
        return self.shape if dim is None else self.shape[dim]

    @property
    def ndim(self):
        """The number of dimensions."""
        return len(self._value.dims)

    def dim(self):
        """The number of dimensions."""
        return len(self._value.dims)

    def numel(self):
        """The number of elements."""
        return self.shape.numel()

    @property
    def dtype(self):
        """The element type, such as torch.float32."""
        return dtypes.of(self._value._dtype)

    def is_floating_point(self):
        """Whether the elements are floating-point numbers."""
        return self.dtype.is_floating_point

    # Gradients

    @property
    def requires_grad(self):
        """Whether calls on this tensor are recorded for backward()."""
        return autograd.is_recorded(self._value)

    @requires_grad.setter
    def requires_grad(self, wanted):
        self.requires_grad_(wanted)

    def requires_grad_(self, requires_grad=True):
        """Starts (or stops) recording what is computed from this leaf; returns the tensor."""
        if requires_grad == self.requires_grad:
            return self
        if not self.is_leaf:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a "
                "subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        if requires_grad and not (self.dtype.is_floating_point or self.dtype.is_complex):
            raise RuntimeError("only Tensors of floating point and complex dtype can require gradients")
        self._value = self._value._alias()
        if requires_grad:
            autograd.mark_leaf(self)
        return self

    @property
    def is_leaf(self):
        """Whether it was made by the user, not by a recorded call."""
        return autograd.is_leaf(self._value)

    @property
    def grad_fn(self):
        """What made this tensor, if a gradient can flow back through it; None for a leaf."""
        return None if self.is_leaf or not self.requires_grad else Node(self._made_by)

    def retain_grad(self):
        """Lets `.grad` of this intermediate tensor be filled by backward() as well."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        autograd.retain(self)

    def backward(self, gradient=None, retain_graph=None, create_graph=False):
        """Adds the gradient of this tensor to `.grad` of every leaf that requires one.

        gradient: the cotangent, needed unless there is one element; retain_graph keeps what another backward() needs;
        create_graph records the computation of the gradient, so that it can be differentiated itself.
        """
        autograd.run_backward([self], None if gradient is None else [gradient], retain_graph, create_graph)

    def detach(self):
        """A tensor on the same elements that requires no gradient."""
        return Tensor._wrap(self._value._alias())

    data = property(detach, doc="The elements without their history. Assigning replaces them.")

    @data.setter
    def data(self, other):
        self._rebind(other._value)

    # Leaving

    def item(self):
        """The only element as a Python number."""
        if self.numel() != 1:
            raise RuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
        return self._value._array.item()

    def tolist(self):
        """The elements as nested Python lists of numbers."""
        return self._value._array.tolist()

    def numpy(self):
        """The elements as a NumPy array of the caller's own."""
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return numpy.array(self._value._array)

    def __array__(self, dtype=None, copy=None):
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __bool__(self):
        if self.numel() != 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(self.item())

    def __int__(self):
        return int(self.item())

    def __float__(self):
        return float(self.item())

    def __index__(self):
        if self.dtype.is_floating_point or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return self.item()

    def __len__(self):
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self):
        if not self.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return (self[index] for index in range(len(self)))

    def __hash__(self):
        return id(self)

    def __format__(self, specification):
        return format(self.item() if not self.ndim and specification else str(self), specification)

    def __repr__(self):
        plain = self.dtype in (dtypes.DTYPES["float32"], dtypes.DTYPES["int64"], dtypes.DTYPES["bool"])
        plain = plain or self.dtype is dtypes.DTYPES["complex64"]
        if self.numel() == 0 and self.dtype is not dtypes.DTYPES["float32"]:
            plain = False
        extra = None
        if self.grad_fn is not None:
            extra = f"grad_fn=<{self.grad_fn.name()}>"
        elif self.requires_grad:
            extra = "requires_grad=True"
        return tensor_repr(numpy.asarray(self._value._array), None if plain else f"dtype={self.dtype!r}", extra)

    # In place: the tensor gets another value; tensors of the engine never change

    def _rebind(self, value):
        record = self._value._record if self.is_leaf else None
        self._value = value._alias()
        self._value._record = record

    def _assign(self, result):
        if not self.requires_grad or not autograd.is_grad_enabled():
            self._rebind(result._value)
        elif self.is_leaf:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        else:
            self._value, self._made_by = result._value, result._made_by
        return self

    def zero_(self):
        """Sets every element to zero."""
        return self._assign(Tensor._wrap(wrap(numpy.zeros_like(self._value._array), self._value._dtype)))

    def fill_(self, value):
        """Sets every element to `value`."""
        return self._assign(Tensor._wrap(wrap(numpy.full_like(self._value._array, value), self._value._dtype)))

    def copy_(self, source):
        """Takes over the elements of `source`, broadcast and converted."""
        array = numpy.broadcast_to(source._value._array, self.shape).astype(self._value._dtype.array_dtype)
        return self._assign(Tensor._wrap(wrap(array, self._value._dtype)))


class Node:
    """What made a tensor, for printing and `is None` questions."""

    def __init__(self, made_by):
        self._name = made_by

    def name(self):
        """PyTorch's name for it, such as MulBackward0."""
        return f"{self._name}Backward0"

    def __repr__(self):
        return f"<{self.name()}>"
