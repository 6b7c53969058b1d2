"""WeakTensor: a tensor whose dtype gives way to those beside it, as Python numbers do in the new type promotion."""

from tapeflow.api.experimental.numpy.promotion import WEAK_DTYPES
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.spec import CompositeTensor, TypeSpec
from tapeflow.core.tensor import Tensor, TensorType


class WeakTensor(TensorType, CompositeTensor):
    """A tensor with a dtype that was only inferred, from Python numbers; what it lacks itself the tensor has.

    >>> tf.experimental.numpy.array(1).dtype  # without the new promotion there are none
    tf.int64
    """

    is_weak_tensor = True
    __array_priority__ = 100

    def __init__(self, tensor):
        if tensor.dtype not in WEAK_DTYPES:
            allowed = ", ".join(sorted(each.name for each in WEAK_DTYPES))
            raise TypeError(f"{tensor.dtype} not allowed as a weak type. The allowed types are {allowed}.")
        self.tensor = tensor

    @classmethod
    def from_tensor(cls, tensor):
        """The weak tensor of a tensor."""
        if not isinstance(tensor, Tensor):
            message = f"WeakTensor can only be constructed from tf.Tensor, but {type(tensor)} was given."
            raise InvalidArgumentError(None, None, message)
        return cls(tensor)

    def to_tensor(self):
        """The tensor, whose dtype is like any other's."""
        return self.tensor

    def __getattr__(self, name):
        if name == "tensor":  # while it is being made
            raise AttributeError(name)
        return getattr(self.tensor, name)

    @property
    def dtype(self):
        """The DType of the elements."""
        return self.tensor.dtype

    @property
    def shape(self):
        """The static shape, a TensorShape."""
        return self.tensor.shape

    @property
    def _type_spec(self):
        return WeakTensorSpec(self.tensor._type_spec)

    def _to_components(self):
        return [self.tensor]

    def _differentiable(self):
        return self.tensor

    def _with_gradient(self, gradient):
        return WeakTensor(gradient) if isinstance(gradient, Tensor) else gradient

    def __tf_tensor__(self, dtype=None, name=None):
        tensor = self.tensor
        if dtype is not None and dtype is not tensor.dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {tensor.dtype.name}: "
                f"{tensor!r}"
            )
        return tensor

    def __array__(self, dtype=None, copy=None):
        return self.tensor.__array__(dtype, copy)

    def __bool__(self):
        return bool(self.tensor)

    def __int__(self):
        return int(self.tensor)

    def __float__(self):
        return float(self.tensor)

    def __complex__(self):
        return complex(self.tensor)

    def __index__(self):
        return self.tensor.__index__()

    def __len__(self):
        return len(self.tensor)

    def __iter__(self):
        return (WeakTensor(each) for each in self.tensor)

    def __hash__(self):
        return hash(self.tensor)

    def __format__(self, specification):
        return f"{format(self.tensor, specification)} weakly typed"

    def __repr__(self):
        return _marked(repr(self.tensor))

    def __str__(self):
        return _marked(str(self.tensor))


def _marked(text):
    return f"{text[:-1]}, weak=True{text[-1]}"


class WeakTensorSpec(TypeSpec):
    """The description of a WeakTensor: that of its tensor, which gives way."""

    __slots__ = ("_spec",)
    value_type = WeakTensor

    def __init__(self, spec):
        self._spec = spec

    @property
    def shape(self):
        """The shape of the tensor."""
        return self._spec.shape

    @property
    def dtype(self):
        """The dtype of the tensor."""
        return self._spec.dtype

    @property
    def _component_specs(self):
        return [self._spec]

    def _to_components(self, value):
        return [value.tensor]

    def _from_components(self, components):
        (tensor,) = components
        return WeakTensor(tensor) if isinstance(tensor, Tensor) else tensor

    def _serialize(self):
        return (self._spec,)
