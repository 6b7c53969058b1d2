"""Static shapes: `TensorShape`, whose axes or whose rank may be unknown, and broadcasting of such shapes.

Inside the package a shape is a plain tuple of ints, with None for an unknown size, and None alone for an
unknown rank. `TensorShape` is the same thing with TensorFlow's manners, made from such a tuple by
`TensorShape._trusted` without checks, because `tensor.shape` is asked for all the time.
"""

from operator import index

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.size import Size, joined


class TensorShape:
    """The shape of a tensor: a known rank with sizes that may be None, or nothing known at all.

    Args:
      dims: an iterable of sizes (ints, None, or objects with `__index__`), one size, another shape, or None
        for an unknown rank.

    Raises ValueError for a negative size and TypeError for anything that is not a size.

    >>> shape = tf.TensorShape([2, None])
    >>> shape.rank, shape[0], shape[1], shape.is_compatible_with([2, 3])
    (2, 2, None, True)
    >>> shape + [4]
    TensorShape([2, None, 4])
    """

    __slots__ = ("__weakref__", "_dims")

    def __init__(self, dims):
        if dims is None:
            self._dims = None
        elif type(dims) is TensorShape:
            self._dims = dims._dims
        elif type(dims) in (tuple, list):
            self._dims = tuple([_as_size(size) for size in dims])
        else:
            self._dims = _as_sizes(dims)

    @classmethod
    def _trusted(cls, dims):
        """Wraps a tuple of valid sizes, or None, without looking at it."""
        shape = cls.__new__(cls)
        shape._dims = dims
        return shape

    # What is known.

    @property
    def rank(self):
        """The number of axes, or None if unknown."""
        return None if self._dims is None else len(self._dims)

    ndims = rank

    @property
    def dims(self):
        """A list of `Dimension`, or None if the rank is unknown."""
        return None if self._dims is None else [Dimension(size) for size in self._dims]

    def as_list(self):
        """The sizes as a list of int or None; ValueError if the rank is unknown."""
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def is_fully_defined(self):
        """Whether the rank and every size are known."""
        return self._dims is not None and None not in self._dims

    def num_elements(self):
        """The product of all sizes, or None if one of them is unknown."""
        if not self.is_fully_defined():
            return None
        count = 1
        for size in self._dims:
            count *= size
        return count

    def as_proto(self):
        """Protocol buffers are not part of this package: always raises NotImplementedError."""
        raise NotImplementedError(
            "TensorShape.as_proto() is not available: use as_list() to write a shape down."
        )

    # The container.

    def __len__(self):
        if self._dims is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._dims)

    def __bool__(self):
        return self._dims is not None

    def __iter__(self):
        if self._dims is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter(self._dims)

    def __getitem__(self, key):
        if self._dims is not None:
            return TensorShape._trusted(self._dims[key]) if isinstance(key, slice) else self._dims[key]
        if not isinstance(key, slice):
            return None
        return _slice_of_unknown(key)

    def __eq__(self, other):
        if type(other) is not TensorShape:
            try:
                other = as_shape(other)
            except (TypeError, ValueError):
                return NotImplemented
        return self._dims == other._dims

    def __hash__(self):
        return hash(self._dims)

    def __repr__(self):
        return f"TensorShape({None if self._dims is None else list(self._dims)})"

    def __str__(self):
        return "<unknown>" if self._dims is None else str(self._dims)

    def __reduce__(self):
        return TensorShape, (self._dims,)

    # Joining.

    def concatenate(self, other):
        """The axes of this shape followed by those of `other`; of unknown rank if one of the two is.

        >>> tf.TensorShape([2]).concatenate([None, 3])
        TensorShape([2, None, 3])
        """
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return TensorShape._trusted(None)
        return TensorShape._trusted(self._dims + other._dims)

    def __add__(self, other):
        return self.concatenate(other)

    def __radd__(self, other):
        return as_shape(other).concatenate(self)

    __concat__ = concatenate

    # Demanding.

    def with_rank(self, rank):
        """This shape, known to have `rank` axes; ValueError if it has another number."""
        try:
            return self.merge_with(unknown_shape(rank))
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank):
        """This shape; ValueError if it has fewer than `rank` axes."""
        if self._dims is not None and len(self._dims) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank):
        """This shape; ValueError if it has more than `rank` axes."""
        if self._dims is not None and len(self._dims) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def assert_has_rank(self, rank):
        """Raises ValueError if this shape cannot have `rank` axes."""
        if self._dims is not None and len(self._dims) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_same_rank(self, other):
        """Raises ValueError if the two ranks are known and different."""
        other = as_shape(other)
        if self._dims is not None and other._dims is not None and len(self._dims) != len(other._dims):
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_is_compatible_with(self, other):
        """Raises ValueError if no full shape fits both."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def assert_is_fully_defined(self):
        """Raises ValueError if the rank or a size is unknown."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    # Comparing and combining what is known.

    def is_compatible_with(self, other):
        """Whether some full shape fits both: equal ranks and sizes wherever both are known."""
        theirs = as_shape(other)._dims
        if self._dims is None or theirs is None:
            return True
        return len(self._dims) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(self._dims, theirs, strict=True)
        )

    def is_subtype_of(self, other):
        """Whether every full shape that fits this one also fits `other`."""
        if not isinstance(other, TensorShape):
            return False
        if other._dims is None:
            return True
        if self._dims is None or len(self._dims) != len(other._dims):
            return False
        return all(b is None or a == b for a, b in zip(self._dims, other._dims, strict=True))

    def merge_with(self, other):
        """What is known from both shapes together; ValueError if they contradict each other.

        >>> tf.TensorShape([2, None]).merge_with([None, 3])
        TensorShape([2, 3])
        """
        other = as_shape(other)
        if self._dims is None:
            return other
        if other._dims is None:
            return self
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are not compatible")
        return TensorShape._trusted(
            tuple([b if a is None else a for a, b in zip(self._dims, other._dims, strict=True)])
        )

    def most_specific_compatible_shape(self, other):
        """The narrowest shape that both fit: sizes that differ become None.

        >>> tf.TensorShape([2, 3]).most_specific_compatible_shape([2, 4])
        TensorShape([2, None])
        """
        other = as_shape(other)
        if self._dims is None or other._dims is None or len(self._dims) != len(other._dims):
            return TensorShape._trusted(None)
        return TensorShape._trusted(
            tuple([a if a == b else None for a, b in zip(self._dims, other._dims, strict=True)])
        )

    def most_specific_common_supertype(self, others):
        """The narrowest shape that this one and all of `others` fit; None if one of them is not a shape."""
        shape = self
        for other in others:
            if not isinstance(other, TensorShape):
                return None
            shape = shape.most_specific_compatible_shape(other)
        return shape


def as_shape(shape):
    """`shape` as a `TensorShape`; see there for what is understood."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape(rank=None):
    """A shape of which only the rank is known, or, without `rank`, nothing."""
    return TensorShape._trusted(None if rank is None else (None,) * rank)


def _as_size(value):
    """Checks one size. A bool stays what it is, as in TensorFlow."""
    if value is None:
        return None
    if not isinstance(value, int):
        if type(value) is Size:
            return None
        if isinstance(value, Dimension):
            return value._value
        try:
            value = index(value)
        except TypeError:
            raise TypeError(
                "Dimension value must be integer or None or have an __index__ method, "
                f"got value '{value!r}' with type '{type(value)!r}'"
            ) from None
    if value < 0:
        raise ValueError(f"Dimension {value} must be >= 0")
    return value


def _as_sizes(dims):
    """The tuple of sizes in any iterable, or of the one size `dims`."""
    if isinstance(dims, TensorShape):
        return dims._dims
    try:
        sizes = iter(dims)
    except TypeError:
        return (_as_size(dims),)
    if isinstance(dims, str):
        raise TypeError(
            f"Failed to convert {dims!r} to a shape: a string is not one. A shape should either be single "
            "dimension (e.g. 10), or an iterable of dimensions (e.g. [1, 10, None])."
        )
    return tuple([_as_size(size) for size in sizes])


def _slice_of_unknown(key):
    """What a slice of a shape of unknown rank is known to be: only its length, where both ends say it."""
    if key.step is not None:
        raise ValueError("Steps are not yet handled")
    start = key.start or 0
    if key.stop is None or start < 0 or key.stop < 0:
        return unknown_shape()
    return unknown_shape(max(0, key.stop - start))


class Dimension:
    """One size of a shape as an object, `tf.compat.v1.Dimension`: an int or, with the value None, unknown.

    Arithmetic with an unknown size gives an unknown size, and a comparison with one gives None.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value):
        self._value = _as_size(value)

    @property
    def value(self):
        """The size as an int, or None."""
        return self._value

    def __repr__(self):
        return f"Dimension({self._value!r})"

    def __str__(self):
        return "?" if self._value is None else str(self._value)

    def __int__(self):
        return self._value

    def __index__(self):
        return self._value

    def __bool__(self):
        return bool(self._value)

    def __reduce__(self):
        return Dimension, (self._value,)

    def __truediv__(self, other):
        raise _no_true_division("Dimension", type(other).__name__)

    def __rtruediv__(self, other):
        raise _no_true_division(type(other).__name__, "Dimension")

    def is_compatible_with(self, other):
        """Whether both can be the same size."""
        other = _as_size(other)
        return self._value is None or other is None or self._value == other

    def assert_is_compatible_with(self, other):
        """Raises ValueError if the two sizes are known and different."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {Dimension(other)} are not compatible")

    def merge_with(self, other):
        """The size known from both; ValueError if they are different."""
        self.assert_is_compatible_with(other)
        return Dimension(other) if self._value is None else Dimension(self._value)


def _no_true_division(left, right):
    return TypeError(f"unsupported operand type(s) for /: '{left}' and '{right}', please use // instead")


def _add_dimension_operators():
    """Gives `Dimension` the arithmetic and comparisons of int; unknown operands give unknown results."""
    import operator

    def combining(function, wrap):
        def method(self, other):
            try:
                other = _as_size(other)
            except (TypeError, ValueError):
                return NotImplemented
            if self._value is None or other is None:
                return wrap(None)
            return wrap(function(self._value, other))

        return method

    for name, function in (
        ("add", operator.add),
        ("sub", operator.sub),
        ("mul", operator.mul),
        ("floordiv", operator.floordiv),
        ("mod", operator.mod),
    ):
        setattr(Dimension, f"__{name}__", combining(function, Dimension))
        setattr(
            Dimension, f"__r{name}__", combining(lambda a, b, function=function: function(b, a), Dimension)
        )
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(Dimension, f"__{name}__", combining(getattr(operator, name), lambda result: result))


_add_dimension_operators()


def broadcast_shapes(*shapes):
    """The shape that arrays of these partly known shapes broadcast to.

    Args:
      *shapes: tuples of sizes, None for an unknown size; or None for an unknown rank; or `TensorShape`s.

    Returns a tuple of sizes, or None if a rank is unknown.

    Raises InvalidArgumentError if two known sizes of one axis differ and neither is 1.

    >>> from tapeflow.core.shapes import broadcast_shapes
    >>> broadcast_shapes((8, 1, 3), (None, 3))
    (8, None, 3)
    """
    result = ()
    for shape in shapes:
        if type(shape) is TensorShape:
            shape = shape._dims
        if shape is None:
            return None
        if shape != result:
            result = _broadcast_two(result, tuple(shape))
    return result


def _broadcast_two(first, second):
    short, long = (first, second) if len(first) < len(second) else (second, first)
    lead = len(long) - len(short)
    sizes = list(long[:lead])
    for a, b in zip(short, long[lead:], strict=True):
        if a == b or a == 1:
            sizes.append(b)
        elif b == 1:
            sizes.append(a)
        elif type(a) is Size or type(b) is Size:
            sizes.append(b if a is None else a if b is None else joined(a, b))
        elif a is None or b is None:
            # Neither is 1 here, so the unknown size must agree with the known one, if any, or stretch to it.
            sizes.append(b if a is None else a)
        else:
            raise InvalidArgumentError(
                None, None, f"Incompatible shapes: {bracketed(first)} vs. {bracketed(second)}"
            )
    return tuple(sizes)


def bracketed(shape):
    """A shape as TensorFlow's kernels write it: [2,3], with ? for an unknown size."""
    return "[" + ",".join("?" if size is None else str(size) for size in shape) + "]"
