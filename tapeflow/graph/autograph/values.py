"""What of Python's values can be part of a program, and what stands in where there is no value yet."""

from tapeflow.core import nest
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.graph.tracing import current
from tapeflow.ops.creation import zeros

_NUMBERS = int | float | complex | bool
_CONTAINERS = (list, dict, set)


def is_staged(value):
    """Whether the value is a tensor and a program is being traced."""
    return isinstance(value, Tensor) and current() is not None


def is_number(value):
    """Whether the value is one of Python's numbers."""
    return isinstance(value, _NUMBERS)


def _is_leaf(value):
    return isinstance(value, Tensor | CompositeTensor | _NUMBERS | str | bytes) or (
        hasattr(value, "__tf_tensor__") or hasattr(value, "__array__")
    )


def can_be_staged(value):
    """Whether a value is a nest of tensors and of what becomes tensors."""
    leaves = nest.flatten(value)
    return bool(leaves) and all([_is_leaf(each) for each in leaves])


def has_tensor(value):
    """Whether there is a tensor in a nest."""
    return any([isinstance(each, Tensor | CompositeTensor) for each in nest.flatten(value)])


def has_object(value):
    """Whether there is something in a nest that becomes a tensor but is more than that, a variable for instance."""
    return any(
        [
            not isinstance(each, Tensor | CompositeTensor | _NUMBERS | str | bytes)
            for each in nest.flatten(value)
        ]
    )


def tensor(value):
    """A leaf as a tensor, or as the composite tensor that it is."""
    return value if isinstance(value, CompositeTensor) else as_tensor(value)


def filler(like):
    """A nest of the structure and the dtypes of `like`, for a place where its value cannot be seen.

    Sizes that are not known are 1. Whoever asks for one must know of a flag or a check that keeps it from being read.
    """
    return nest.map_structure(_zeros, like, expand_composites=True)


def _zeros(leaf):
    if leaf is None:
        return None
    value = as_tensor(leaf)
    return zeros(tuple([1 if type(size) is Size else size for size in value.dims]), value._dtype)


class Rows:
    """A Python list to which a traced body appends: what is appended is stacked over the iterations."""

    def __init__(self, start):
        self.start = start
        self.rows = []

    def append(self, value):
        """Notes a row."""
        self.rows.append(as_tensor(value))

    def __getattr__(self, name):
        raise NotImplementedError(
            f"A list that grows in a loop of a traced function can only be appended to, not {name!r}."
        )


class State:
    """The names that a statement assigns, as converted code hands them over.

    symbols: their names; `read()` gives their values, `write(values)` sets them. live: how many of them, the first,
    are needed after the statement (None: all). first_read: those that an iteration of a loop may read before it assigns
    them. hidden: those that nobody can see any more once the function has returned.
    """

    def __init__(self, read, write, symbols, live=None, first_read=(), hidden=()):
        self.read = read
        self.write = write
        self.symbols = symbols
        self.live = len(symbols) if live is None else live
        self.first_read = frozenset(first_read)
        self.hidden = frozenset(hidden)

    def place(self, symbol):
        """The position of a symbol; None if it is not among them."""
        return self.symbols.index(symbol) if symbol in self.symbols else None


class Copy:
    """What a container holds that has been changed in place."""

    __slots__ = ("held",)

    def __init__(self, held):
        self.held = held


class Containers:
    """What the lists, dicts and sets among some values hold, so that changes can be seen and taken back."""

    def __init__(self, values):
        self._values = values
        self._held = {
            k: contents(each) for k, each in enumerate(values) if type(each) in (*_CONTAINERS, Rows)
        }

    def restore(self):
        """Gives every container what it held."""
        for position, held in self._held.items():
            if not self._is_unchanged(position):
                refill(self._values[position], held)

    def outcome(self, values):
        """The values, with a `Copy` for each container that has been changed in place."""
        found = list(values)
        for position in self._held:
            if found[position] is self._values[position] and not self._is_unchanged(position):
                found[position] = Copy(contents(found[position]))
        return found

    def changed(self):
        """The positions of the containers that hold something else now."""
        return [position for position in self._held if not self._is_unchanged(position)]

    def _is_unchanged(self, position):
        now, held = contents(self._values[position]), self._held[position]
        if len(now) != len(held):
            return False
        if type(now) is list:
            return all([a is b for a, b in zip(now, held, strict=True)])
        if type(now) is dict:
            return all([key in held and now[key] is held[key] for key in now])
        return {id(each) for each in now} == {id(each) for each in held}


def contents(container):
    """A copy of what a container holds."""
    return list(container.rows) if type(container) is Rows else type(container)(container)


def refill(container, held):
    """Makes a container hold something else."""
    if type(container) is Rows:
        container.rows[:] = held
    elif type(container) is list:
        container[:] = held
    else:
        container.clear()
        container.update(held)
