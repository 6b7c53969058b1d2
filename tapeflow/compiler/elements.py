"""The elements of a kernel while it is written: read from memory, from registers of the row, or computed by rules."""

import math

from tapeflow.compiler.indices import Affine
from tapeflow.compiler.numbers import Number
from tapeflow.core import dtypes


class Operand:
    """An input as lower rules read it."""

    __slots__ = ("_elements", "_value", "dims", "dtype")

    def __init__(self, elements, value):
        self._elements = elements
        self._value = value
        self.dims = value.dims
        self.dtype = value.dtype

    def __getitem__(self, index):
        return self._elements.read(self._value, index if type(index) is tuple else (index,))


class FlatIndex(tuple):
    """A place in a shape some of whose axes are joined with their neighbours."""


class _Reduction:
    """What a reduction's rule asks its emitter for."""

    def __getattr__(self, kind):
        return lambda x, index, axes, keepdims: (kind, x)


_REDUCTION = _Reduction()


class Elements:
    """What stands at a place of a value, for the kernel that a subclass writes the loops of.

    The subclass may keep numbers of the row in `registers` and rows in `scratch`, and says by `joined` which sizes a
    FlatIndex runs over.
    """

    def __init__(self, plan, kernel):
        self.plan = plan
        self.kernel = kernel
        self.roots = {root.value: root for root in kernel.roots}
        self.registers = {}  # roots that are numbers of the row: value -> Number
        self.scratch = {}  # roots of the row that are kept on the stack: value -> address
        self.joined = None
        self.writer = None
        self.pointer_of = None

    def begin(self, writer, pointer_of):
        """Writes with this Writer from now on; pointer_of(value) is the address of a value in memory."""
        self.writer = writer
        self.pointer_of = pointer_of
        self.registers.clear()
        self.scratch.clear()

    def is_flat(self, node, dims):
        """Whether the node reads what has the shape `dims`, or one element, only; elementwise all the way."""
        if node.op.family != "elementwise" and node.op.family != "reduction":
            return False
        for value in node.inputs:
            if math.prod(value.dims) == 1:
                continue
            base = self.plan.base(value)
            if value.dims != dims:
                return False
            maker = self.plan.maker(base)
            is_read = base in self.roots or maker is None or base in self.plan.roots
            if not is_read and (base.dims != dims or not self.is_flat(maker, dims)):
                return False
        return True

    def read(self, value, index):
        """The Number at a place of a value."""
        writer = self.writer
        if type(index) is FlatIndex and math.prod(value.dims) == 1:
            index = (0,) * len(
                value.dims
            )  # its maker need not be elementwise: its axes are not the joined ones
        base = self.plan.base(value)
        if base.constant is not None and math.prod(base.dims) == 1:
            number = base.constant if not base.dims else base.constant.reshape(-1)[0]
            return writer.constant(number, value.dtype)
        if base in self.registers:
            return self.registers[base]
        key = key_of(index)
        if key is None:
            return self._fetched(value, base, index)
        return writer.remembered(("value", value, key), lambda: self._fetched(value, base, index))

    def _fetched(self, value, base, index):
        writer = self.writer
        if base in self.scratch:
            column = index[-1] if index else Affine({}, 0, writer)
            return writer.load(self.scratch[base], base.dtype, column, pinned=True)
        maker = self.plan.maker(base)
        if base in self.roots:
            if value is base and base not in self.plan.stored:
                return self.computed(maker, index)
            place = self.place(value.dims, index)
            return writer.load(self.pointer_of(base), base.dtype, place, pinned=True)
        if maker is None or base in self.plan.roots:
            return writer.load(self.pointer_of(base), base.dtype, self.place(value.dims, index))
        if value is not base and type(index) is not FlatIndex:
            return self.read(base, _unflattened(self.place(value.dims, index), base.dims))
        return writer.as_number(self.computed(maker, index), value.dtype)

    def computed(self, node, index):
        """The element at a place of what a node gives, by the rule of its op."""
        op = node.op
        params = all_params(node)
        if op.family == "elementwise":
            scalars = [self.read(each, _broadcast(each.dims, index)) for each in node.inputs]
            return op.lower_rule(self.writer, *scalars, **params)
        operands = [Operand(self, each) for each in node.inputs]
        return op.lower_rule(self.writer, index, *operands, **params)

    def place(self, dims, index):
        """The offset of an element in memory."""
        if type(index) is FlatIndex:
            if math.prod(dims) == 1:
                return Affine({}, 0, self.writer)
            dims = self.joined
        place = Affine({}, 0, self.writer)
        stride = 1
        for size, at in zip(reversed(dims), reversed(index), strict=True):
            if type(at) is Number and not at.is_vector:
                at = self.writer.index_of_number(at, size)
            place = place + at * stride if type(at) is int or type(at) is Affine else at * stride + place
            stride *= size
        return place

    def store(self, number, value, index):
        """Writes an element, or a vector of them, of a value in memory."""
        self.writer.store(number, self.pointer_of(value), self.place(value.dims, index))


def is_total(plan, roots):
    """Whether nothing that computes the roots may stop the processor, whatever the numbers: there are no integers."""
    waiting = [root.node for root in roots]
    inside = {root.value for root in roots}
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        for value in (*node.inputs, *node.outputs):
            if not (value.dtype.is_floating or value.dtype is dtypes.bool):
                return False
            base = plan.base(value)
            maker = plan.maker(base)
            if maker is not None and maker not in seen and (base in inside or base not in plan.roots):
                seen.add(maker)
                waiting.append(maker)
    return True


def reduction_of(root):
    """(kind, operand value) of a root that is a reduction."""
    node = root.node
    return node.op.lower_rule(_REDUCTION, (), node.inputs[0], **all_params(node))


def all_params(node):
    """The parameters of a node with their defaults."""
    return {**node.op.defaults, **node.params}


def key_of(index):
    """A key that is equal for equal places; None if one of the indices is computed."""
    key = [type(index) is FlatIndex]
    for each in index:
        if type(each) is int:
            key.append(each)
        elif type(each) is Affine:
            key.append(each.key())
        else:
            return None
    return tuple(key)


def _broadcast(dims, index):
    """The place in an operand of shape `dims` that is read for the place `index` of an elementwise result."""
    if type(index) is FlatIndex:
        return index if math.prod(dims) != 1 else (0,) * len(dims)
    lead = len(index) - len(dims)
    return tuple([0 if size == 1 else place for size, place in zip(dims, index[lead:], strict=True)])


def _unflattened(place, dims):
    index = []
    for size in reversed(dims):
        index.append(place % size)
        place = place // size
    index.reverse()
    return tuple(index)
