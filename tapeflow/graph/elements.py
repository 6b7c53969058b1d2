"""What is known, while a program is traced, of the elements of its small integer values: shapes are computed from them.

`tf.reshape(x, [tf.shape(x)[0], -1])` asks for the numbers in a tensor that is not computed yet. The `lower`
rules of the ops say how each element comes about; run on sizes instead of numbers, they lead back to the
shape of `x`.
"""

import numpy

from tapeflow.core.size import Size, element_of

_LONGEST = 64
"""Vectors of more elements are no shapes."""


def element(value, position):
    """Element `position` of an integer vector of the program (None: of a scalar), an int or a Size."""
    if value.constant is not None:
        return int(numpy.asarray(value.constant).ravel()[position or 0])
    found = _derived(value, position)
    return element_of(value, position) if found is None else found


def known_elements(value):
    """All elements of a program's value as an array, if they are known before it runs; else None."""
    if value.constant is not None:
        return numpy.array(value.constant)
    dims = value.dims
    if dims is None or len(dims) > 1 or not value.dtype.is_integer:
        return None
    if dims and (type(dims[0]) is Size or dims[0] > _LONGEST):
        return None
    found = [element(value, position) for position in (range(dims[0]) if dims else (None,))]
    if any([type(each) is Size for each in found]):
        return None
    return numpy.array(found, value.dtype.array_dtype).reshape(dims)


def _derived(value, position):
    """The element by what the op of its node says; None if that leads nowhere."""
    node = value.node
    if node is None or len(node.outputs) != 1:
        return None
    op = node.op
    if any([each.dims is None for each in node.inputs]):
        return None
    if op.facts.get("asks_shape"):
        return node.params["size"] if not node.inputs else node.inputs[0].dims[position]
    if op.lower_rule is None or any(
        [len(each.dims) > 1 or not each.dtype.is_integer for each in node.inputs]
    ):
        return None
    index = () if position is None else (position,)
    try:
        if op.family == "elementwise":
            scalars = [_Elements(each)[index[: len(each.dims)]] for each in node.inputs]
            found = op.lower_rule(_EMITTER, *scalars, **node.params)
        else:
            found = op.lower_rule(_EMITTER, index, *[_Elements(each) for each in node.inputs], **node.params)
    except _BeyondSizesError:
        return None
    return found


class _BeyondSizesError(AttributeError):
    """A rule does something that sizes do not know."""


class _Elements:
    """An integer value as lower rules read it."""

    def __init__(self, value):
        self._value = value
        self.dims = value.dims

    def __getitem__(self, index):
        index = index if type(index) is tuple else (index,)
        if not index:
            return element(self._value, None)
        if self.dims[0] == 1:
            return element(self._value, 0)
        if type(index[0]) is not int:
            raise _BeyondSizesError
        return element(self._value, index[0])


class _Emitter:
    """The few scalar functions that sizes know."""

    def cast(self, x, dtype):
        """Integers stay what they are."""
        if not dtype.is_integer:
            raise _BeyondSizesError
        return x

    def select(self, condition, yes, no):
        """One of two, if the condition is decided."""
        if type(condition) is not bool:
            raise _BeyondSizesError
        return yes if condition else no

    def __getattr__(self, name):
        compare = _COMPARISONS.get(name)
        if compare is None:
            raise _BeyondSizesError
        return compare


def _decided(function):
    def compare(a, b):
        if type(a) is int and type(b) is int:
            return function(a, b)
        raise _BeyondSizesError

    return compare


_COMPARISONS = {
    "less": _decided(lambda a, b: a < b),
    "less_equal": _decided(lambda a, b: a <= b),
    "greater": _decided(lambda a, b: a > b),
    "greater_equal": _decided(lambda a, b: a >= b),
    "equal": _decided(lambda a, b: a == b),
    "not_equal": _decided(lambda a, b: a != b),
    "maximum": _decided(max),
    "minimum": _decided(min),
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
}
_EMITTER = _Emitter()
