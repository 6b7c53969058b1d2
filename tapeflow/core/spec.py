"""Descriptions of values: what is known of a tensor, or of a value made of tensors, before it exists.

`TensorSpec` also serves op rules: from the specs of the inputs they make the spec of the result.
"""

from collections.abc import Callable

import numpy as np

from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.shapes import TensorShape, as_shape, broadcast_shapes


class CompositeTensor:
    """A value made of several tensors, such as a ragged or sparse one.

    A subclass gives `_to_components()`, the nest of its tensors, and `_type_spec`, whose
    `_from_components(nest)` makes such a value again.
    """

    _is_tensor_like = True  # whether tf.is_tensor says so

    def _to_components(self):
        raise NotImplementedError(f"{type(self).__name__} must define _to_components().")

    @property
    def _type_spec(self):
        raise NotImplementedError(f"{type(self).__name__} must define _type_spec.")

    def _shape_invariant_to_type_spec(self, shape):
        raise NotImplementedError(f"Shape invariants of {type(self).__name__} values are not supported.")

    @property
    def _is_object(self):
        """Whether programs know it by what object it is, since it holds variables, not by what it is made of."""
        return False

    @property
    def _is_open(self):
        """Whether it is not said yet of what tensors it is made: a loop or a choice finds out from its others."""
        return False

    def _settled(self, other):
        """What an open value is, where `other` may stand in its place."""
        raise NotImplementedError(f"{type(self).__name__} must define _settled().")

    def _differentiable(self):
        """The tensor, or list of them, that gradients are taken of or by; ValueError if there are no such gradients."""
        raise ValueError(
            f"Type {type(self).__name__} is not supported as a gradient source or gradient target; "
            "give the tensors that it is made of."
        )

    def _with_gradient(self, gradient):
        """A value like this one that holds the gradient with respect to its differentiable tensor, or the list of them.

        There may be None in a list, but not only that.
        """
        raise NotImplementedError(f"{type(self).__name__} must define _with_gradient().")


class _Ragged:
    """What describes tensors as rows of different lengths; `api.ragged`, a layer above, provides it.

    spec(tensor_spec, row_splits_dtype): the RaggedTensorSpec whose ragged axes are those of unknown size.
    """

    __slots__ = ("spec",)
    spec: Callable


ragged = _Ragged()


class TypeSpec:
    """The description of a kind of value: its Python type and what is fixed of its parts.

    A subclass gives `value_type`, `_component_specs`, `_from_components` and `_serialize`, the tuple of
    arguments that make an equal spec; comparison, hash, repr and pickling follow from that tuple.
    """

    __slots__ = ("__weakref__",)

    @property
    def value_type(self):
        """The Python type of the values that this spec describes."""
        raise NotImplementedError(f"{type(self).__name__} must define value_type.")

    @property
    def _component_specs(self):
        raise NotImplementedError(f"{type(self).__name__} must define _component_specs.")

    def _to_components(self, value):
        return value._to_components()

    def _from_components(self, components):
        raise NotImplementedError(f"{type(self).__name__} must define _from_components().")

    def _with_component_specs(self, specs):
        """A spec like this one of which these are the component specs; this one if it can only be what it is."""
        return self

    def _serialize(self):
        raise NotImplementedError(f"{type(self).__name__} must define _serialize().")

    @classmethod
    def _deserialize(cls, serialization):
        return cls(*serialization)

    def is_compatible_with(self, spec_or_value):
        """Whether some value fits both this spec and `spec_or_value` (or the value is of this kind)."""
        other = spec_or_value
        if not isinstance(other, TypeSpec):
            other = getattr(other, "_type_spec", None)
        return type(self) is type(other) and _all_pairs(
            "is_compatible_with", self._serialize(), other._serialize()
        )

    def is_subtype_of(self, other):
        """Whether every value that fits this spec also fits `other`."""
        return type(self) is type(other) and _all_pairs(
            "is_subtype_of", self._serialize(), other._serialize()
        )

    def most_specific_common_supertype(self, others):
        """The narrowest spec that this one and all `others` are subtypes of, or None if there is none."""
        if any(type(self) is not type(other) for other in others):
            return None
        try:
            joined = _join(self._serialize(), [other._serialize() for other in others])
        except _NoSupertypeError:
            return None
        return self._deserialize(joined)

    def most_specific_compatible_type(self, other):
        """The narrowest spec that this one and `other` are subtypes of; ValueError if there is none."""
        joined = self.most_specific_common_supertype([other]) if isinstance(other, TypeSpec) else None
        if joined is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return joined

    def __eq__(self, other):
        return type(self) is type(other) and _comparable(self._serialize()) == _comparable(other._serialize())

    def __hash__(self):
        return hash((type(self), _comparable(self._serialize())))

    def __repr__(self):
        return f"{type(self).__name__}{self._serialize()!r}"

    def __reduce__(self):
        return type(self)._deserialize, (self._serialize(),)


class TensorSpec(TypeSpec):
    """What is known of a dense tensor: a shape, perhaps with unknown parts, a dtype and a name.

    Args:
      shape: anything that `tf.TensorShape` understands.
      dtype: anything that `tf.as_dtype` understands.
      name: an optional name.

    >>> spec = tf.TensorSpec([None, 3], tf.float32)
    >>> spec
    TensorSpec(shape=(None, 3), dtype=tf.float32, name=None)
    >>> spec.is_compatible_with(tf.TensorSpec([2, 3]))
    True
    """

    __slots__ = ("_dtype", "_name", "_shape")

    value_type: type | None = None  # tensor.py, a layer above, sets it to Tensor

    def __init__(self, shape, dtype=float32, name=None):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @property
    def shape(self):
        """The shape, a `TensorShape`."""
        return self._shape

    @property
    def dims(self):
        """The shape as a tuple of int or None, or None if the rank is unknown."""
        return self._shape._dims

    @property
    def dtype(self):
        """The `DType`."""
        return self._dtype

    @property
    def name(self):
        """The name, or None."""
        return self._name

    def with_shape(self, *sizes):
        """A spec of the same dtype whose axes have these sizes (int, or None if unknown)."""
        return self.with_dims(sizes)

    def with_dims(self, dims):
        """A spec of the same dtype with the shape `dims`: a tuple of int or None, or None (rank unknown)."""
        return spec_of(dims, self._dtype)

    def with_dtype(self, dtype):
        """A spec of the same shape and of dtype `dtype`."""
        return spec_of(self._shape._dims, dtype)

    @classmethod
    def from_spec(cls, spec, name=None):
        """A spec like `spec`, named `name` or, if that is None, as `spec` is.

        >>> tf.TensorSpec.from_spec(tf.TensorSpec([2]), name="x")
        TensorSpec(shape=(2,), dtype=tf.float32, name='x')
        """
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor, name=None):
        """The spec of `tensor`; ValueError if it is not a Tensor.

        >>> tf.TensorSpec.from_tensor(tf.constant([1, 2]))
        TensorSpec(shape=(2,), dtype=tf.int32, name=None)
        """
        if not _is_tensor(tensor):
            raise ValueError(f"`tensor` should be a tf.Tensor, but got type {type(tensor)}.")
        return TensorSpec(tensor.shape, tensor.dtype, name)

    def is_compatible_with(self, spec_or_tensor):
        """Whether dtypes are equal and some full shape fits both; False for what is no spec and no Tensor."""
        if not isinstance(spec_or_tensor, TensorSpec) and not _is_tensor(spec_or_tensor):
            return False
        return self._dtype is spec_or_tensor.dtype and self._shape.is_compatible_with(spec_or_tensor.shape)

    def is_subtype_of(self, other):
        """Whether every tensor that fits this spec fits `other` too; a name here must be the name there."""
        return (
            isinstance(other, TensorSpec)
            and (not self._name or self._name == other._name)
            and self._dtype is other._dtype
            and self._shape.is_subtype_of(other._shape)
        )

    def most_specific_common_supertype(self, others):
        """The narrowest spec that this one and all `others` fit, or None if dtypes or names differ."""
        for other in others:
            if (
                not isinstance(other, TensorSpec)
                or other._dtype is not self._dtype
                or other._name != self._name
            ):
                return None
        shape = self._shape.most_specific_common_supertype([other._shape for other in others])
        return self._with_joined_shape(shape)

    def _with_joined_shape(self, shape):
        return TensorSpec(shape, self._dtype, self._name)

    @property
    def _component_specs(self):
        return self

    def _with_component_specs(self, specs):
        return specs

    def _to_components(self, value):
        return value

    def _from_components(self, components):
        return components

    def _serialize(self):
        return self._shape, self._dtype, self._name

    def __repr__(self):
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"


def spec_of(dims, dtype):
    """A TensorSpec of these dims, a tuple (in traces perhaps with Sizes) or None, and of a DType, without checks."""
    spec = TensorSpec.__new__(TensorSpec)
    spec._shape = TensorShape._trusted(dims)
    spec._dtype = dtype
    spec._name = None
    return spec


def _is_tensor(value):
    return TensorSpec.value_type is not None and isinstance(value, TensorSpec.value_type)


class BoundedTensorSpec(TensorSpec):
    """A `TensorSpec` with the least and the greatest value that elements should have.

    Args:
      shape: anything that `tf.TensorShape` understands.
      dtype: anything that `tf.as_dtype` understands.
      minimum, maximum: numbers or arrays that broadcast to the shape.
      name: an optional name.

    Raises ValueError if a bound is None or does not broadcast.
    """

    __slots__ = ("_maximum", "_minimum")

    def __init__(self, shape, dtype, minimum, maximum, name=None):
        super().__init__(shape, dtype, name)
        self._minimum = self._bound("minimum", minimum)
        self._maximum = self._bound("maximum", maximum)

    def _bound(self, which, value):
        if value is None:
            raise ValueError(f"`{which}` can not be None.")
        bound = np.array(value, dtype=self._dtype.as_numpy_dtype)
        try:
            broadcast_shapes(self._shape._dims, bound.shape)
        except InvalidArgumentError:
            raise ValueError(f"`{which}` {value} is not compatible with shape {self._shape}.") from None
        bound.setflags(write=False)
        return bound

    @property
    def minimum(self):
        """The least value, a read-only array that broadcasts to the shape."""
        return self._minimum

    @property
    def maximum(self):
        """The greatest value, a read-only array that broadcasts to the shape."""
        return self._maximum

    @classmethod
    def from_spec(cls, spec):
        """A bounded spec like `spec`; without bounds there, those of the dtype."""
        dtype = as_dtype(spec.dtype)
        minimum = getattr(spec, "minimum", None)
        maximum = getattr(spec, "maximum", None)
        return cls(
            spec.shape,
            dtype,
            dtype.min if minimum is None else minimum,
            dtype.max if maximum is None else maximum,
            spec.name,
        )

    def _with_joined_shape(self, shape):
        return BoundedTensorSpec(shape, self._dtype, self._minimum, self._maximum, self._name)

    def _serialize(self):
        return self._shape, self._dtype, self._minimum, self._maximum, self._name

    def __repr__(self):
        return (
            f"BoundedTensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r}, "
            f"minimum={self._minimum!r}, maximum={self._maximum!r})"
        )


# Comparing serializations: nests of tuples, lists and dicts whose leaves are shapes, dtypes, specs or values.


class _NoSupertypeError(Exception):
    """Two serializations differ where nothing more general stands for both."""


def _all_pairs(question, first, second):
    """Whether `a.<question>(b)` for all pairs of leaves that know the question, and the others are equal."""
    if isinstance(first, (tuple, list)):
        return (
            isinstance(second, (tuple, list))
            and len(first) == len(second)
            and all(_all_pairs(question, a, b) for a, b in zip(first, second, strict=True))
        )
    if isinstance(first, dict):
        return (
            isinstance(second, dict)
            and first.keys() == second.keys()
            and all(_all_pairs(question, first[key], second[key]) for key in first)
        )
    ask = getattr(first, question, None)
    return _comparable(first) == _comparable(second) if ask is None or second is None else ask(second)


def _join(first, others):
    """The serialization that generalizes `first` and all `others`; _NoSupertypeError if there is none."""
    if isinstance(first, (tuple, list)):
        if any(type(other) is not type(first) or len(other) != len(first) for other in others):
            raise _NoSupertypeError
        return type(first)([_join(part, list(parts)) for part, *parts in zip(first, *others, strict=True)])
    if isinstance(first, dict):
        if any(not isinstance(other, dict) or other.keys() != first.keys() for other in others):
            raise _NoSupertypeError
        return {key: _join(first[key], [other[key] for other in others]) for key in first}
    if hasattr(first, "most_specific_common_supertype"):
        joined = first.most_specific_common_supertype(others)
        if joined is None:
            raise _NoSupertypeError
        return joined
    if any(_comparable(other) != _comparable(first) for other in others):
        raise _NoSupertypeError
    return first


def _comparable(value):
    """A hashable stand-in that is equal for equal serializations."""
    if isinstance(value, (tuple, list)):
        return tuple([_comparable(part) for part in value])
    if isinstance(value, dict):
        return tuple([(key, _comparable(part)) for key, part in sorted(value.items())])
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, tuple(value.ravel().tolist())
    if isinstance(value, TensorShape):
        return TensorShape, value._dims
    return value
