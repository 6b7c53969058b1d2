"""Names without a value: what a name is before its first assignment, and a function before its return."""

RETURNED, VALUE = "ag__returned", "ag__value"
"""Whether a converted function has returned, and what. The value means something only where the flag says so."""

_PREFIX = "ag__"


def is_own(name):
    """Whether a name is AutoGraph's and not the user's: a flag, or the value that is to be returned."""
    return name.startswith(_PREFIX)


def is_flag(name):
    """Whether a name says that the function has returned, or that a loop has been left."""
    return name.startswith(_PREFIX) and name != VALUE


class Undefined:
    """Stands for a name that has no value yet."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<undefined {self.name}>"


class NoReturn(Undefined):
    """Stands for the result of a function that has not returned yet."""

    __slots__ = ()

    def __init__(self):
        super().__init__("return value")


class _EndOfFunction:
    """What a function returns that comes to its end without a return statement: None, but errors can tell."""

    __slots__ = ()

    def __repr__(self):
        return "None"


END = _EndOfFunction()


def is_undefined(value):
    """Whether the value is none."""
    return isinstance(value, Undefined)


def is_nothing(value):
    """Whether a return value is None, said or not."""
    return value is None or value is END


def load(value, name):
    """The value of a name; UnboundLocalError if it has none."""
    if isinstance(value, Undefined):
        raise UnboundLocalError(
            f"cannot access local variable '{name}' where it is not associated with a value: it is used before "
            "assignment",
            name=name,
        )
    return value


MISSING = (AttributeError, KeyError, IndexError, NameError)
"""What is raised where a name, an attribute or an item is not there."""


def attempt(read, name):
    """The value of a name, an attribute or item that may not be there; an Undefined if it is not."""
    try:
        return read()
    except MISSING:
        return Undefined(name)


def returned(flag, value):
    """What a function returns. On every way to its end the flag has been set: else a made-up value could get out."""
    if flag is not True or isinstance(value, Undefined):
        raise AssertionError("a converted function came to its end without a return value")
    return None if value is END else value
