"""Functions that take further types of values: what a function does for a type stands in a table beside it.

    overload(transpose, RaggedTensor, ragged_transpose)

Functions on dense tensors know nothing of that and pay nothing for it: a function is as it was written until the first
overload is entered, which is done when the first value of such a type is made. From then on calls pass a door, which
looks at the types of the arguments. The function stays the same object, wherever it has been imported.

What users say a function does for values of their own stands there, too: targets, each with the signatures of the calls
that it takes.
"""

from types import FunctionType

from tapeflow.core.context import state
from tapeflow.core.dtypes import DType
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor

NO_MATCH, MATCH, COMPOSITE_MATCH = 0, 1, 2
"""What a check says of an argument: whether it is of the type, and whether it is or holds a composite value."""

_ORDINARY = frozenset({EagerTensor, DType, int, float, complex, bool, str, bytes, type(None)})
"""Types of arguments that are no reason to look at targets."""


class Target:
    """A function that stands in for another one where the arguments match one of its signatures.

    signatures: lists of (position of a parameter, its name, what it is if it is not given, check); a check gives one of
    the constants above. At least one argument in a signature must be or hold a composite value.
    """

    __slots__ = ("function", "signatures")

    def __init__(self, function, signatures):
        self.function, self.signatures = function, signatures

    def takes(self, args, kwargs):
        """Whether a call with these arguments matches."""
        return any([_matches(each, args, kwargs) for each in self.signatures])


def _matches(signature, args, kwargs):
    is_composite = False
    for position, name, default, check in signature:
        value = args[position] if position < len(args) else kwargs.get(name, default)
        found = check(value)
        if found == NO_MATCH:
            return False
        is_composite = is_composite or found == COMPOSITE_MATCH
    return is_composite


class Overloaded:
    """What stands behind the door of one function: the function as it was written, overloads by type, and targets.

    in_programs: asked first by calls that do not happen at once, `in_programs(call, args, kwargs)`, where `call(args,
    kwargs)` is what happens otherwise; NotImplemented if it leaves the call to that.
    """

    __slots__ = ("by_type", "in_lists", "in_programs", "plain", "targets")

    def __init__(self, plain):
        self.plain = plain
        self.by_type = {}
        self.in_lists = False  # whether values in lists count, too
        self.targets = ()
        self.in_programs = None

    def __call__(self, args, kwargs):
        if self.in_programs is not None and state.interpreter is not None:
            found = self.in_programs(self._by_types, args, kwargs)
            if found is not NotImplemented:
                return found
        return self._by_types(args, kwargs)

    def _by_types(self, args, kwargs):
        if self.targets:
            for value in (*args, *kwargs.values()) if kwargs else args:
                if type(value) not in _ORDINARY:
                    target = self.target(args, kwargs)
                    if target is not None:
                        return target(*args, **kwargs)
                    break
        by_type = self.by_type
        for value in (*args, *kwargs.values()) if kwargs else args:
            kind = type(value)
            if kind in by_type:
                return by_type[kind](*args, **kwargs)
            if self.in_lists and (kind is list or kind is tuple):
                for each in value:
                    if type(each) in by_type:
                        return by_type[type(each)](*args, **kwargs)
        return self.plain(*args, **kwargs)

    def target(self, args, kwargs):
        """The function of the only target that takes these arguments; None if there is none, ValueError for several."""
        if not _hold_composites((*args, *kwargs.values())):
            return None
        found = [each.function for each in self.targets if each.takes(args, kwargs)]
        if len(found) > 1:
            raise ValueError(
                f"Multiple dispatch targets that were registered with tf.dispatch_for ({found[0]} and {found[1]}) "
                f"match the arguments to {self.plain.__name__}"
            )
        return found[0] if found else None


def _hold_composites(values):
    for value in values:
        if isinstance(value, CompositeTensor) or (
            isinstance(value, list | tuple) and _hold_composites(value)
        ):
            return True
    return False


def overload(function, kind, alternative, in_lists=False):
    """From now on `function` with a value of the type `kind` among its arguments is `alternative`.

    in_lists: whether the values may also stand in a list, as the tensors of tf.concat do. The alternative may call the
    function itself for what it is made of.
    """
    entry = _opened(function)
    entry.by_type[kind] = alternative
    entry.in_lists = entry.in_lists or in_lists


def add_target(function, target):
    """From now on `function` is the target's function where the arguments match a signature of the Target."""
    entry = _opened(function)
    entry.targets = (*entry.targets, target)


def remove_target(function, target):
    """Takes a Target away again."""
    entry = overloads_of(function)
    entry.targets = tuple([each for each in entry.targets if each is not target])


def overload_in_programs(function, alternative):
    """From now on calls of `function` that an interpreter takes ask `alternative(call, args, kwargs)` first."""
    entry = _opened(function)
    entry.in_programs = alternative


def surround(function, wrapper):
    """From now on `function` does what `wrapper`, called with what it did so far, gives; overloads come before.

    For what depends on a setting rather than on a type.
    """
    entry = _opened(function)
    entry.plain = wrapper(entry.plain)


def overloads_of(function):
    """The Overloaded behind the door of a function; None if it has no door."""
    return (function.__kwdefaults__ or {}).get("_overloaded")


def _opened(function):
    entry = overloads_of(function)
    return _open_door(function) if entry is None else entry


def _open_door(function):
    """Gives a function, which stays the same object, the code of a door; what it did is behind it."""
    plain = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    plain.__kwdefaults__ = function.__kwdefaults__
    plain.__doc__, plain.__module__ = function.__doc__, function.__module__
    plain.__dict__.update(function.__dict__)  # what it wraps itself, which has its signature
    entry = Overloaded(plain)
    function.__wrapped__ = plain  # whoever asks for the signature gets that of the function as it was written
    # Data before code: a call on another thread meets either the function as it was or the whole door.
    function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), "_overloaded": entry}
    function.__code__ = _door.__code__.replace(
        co_name=function.__name__,
        co_qualname=function.__qualname__,
        co_freevars=function.__code__.co_freevars,  # Python wants as many as the function has; a door reads none
    )
    return entry


def _door(*args, _overloaded, **kwargs):
    return _overloaded(args, kwargs)
