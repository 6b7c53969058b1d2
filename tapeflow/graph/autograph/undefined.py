"""Names without a value: what a name is before its first assignment, and a function before its return."""


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


def is_undefined(value):
    """Whether the value is none."""
    return isinstance(value, Undefined)


def load(value, name):
    """The value of a name; UnboundLocalError if it has none."""
    if isinstance(value, Undefined):
        raise UnboundLocalError(
            f"cannot access local variable '{name}' where it is not associated with a value: it is used before "
            "assignment"
        )
    return value


def attempt(read, name):
    """The value of an attribute or item; an Undefined if there is none."""
    try:
        return read()
    except (AttributeError, KeyError, IndexError, NameError):
        return Undefined(name)


def returned(value):
    """What a function returns at its end: None if it came to no return statement."""
    return None if isinstance(value, NoReturn) else value
