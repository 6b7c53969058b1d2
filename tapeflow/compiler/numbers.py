"""Numbers of the program that is written, with Python's operators."""


class NotLowerableError(Exception):
    """A rule asks for something that machine code cannot do here; the op is called instead."""


class Number:
    """A value of the program: LLVM `value`, `dtype`, `level`, and whether it is a vector over the lanes."""

    __slots__ = ("dtype", "is_vector", "level", "value", "writer")

    def __init__(self, value, dtype, level, is_vector, writer):
        self.value = value
        self.dtype = dtype
        self.level = level
        self.is_vector = is_vector
        self.writer = writer

    def __neg__(self):
        return self.writer.negative(self)

    def __and__(self, other):
        return self.writer.logical_and(self, other)

    def __or__(self, other):
        return self.writer.logical_or(self, other)

    def __xor__(self, other):
        return self.writer.logical_xor(self, other)

    def __invert__(self):
        return self.writer.logical_not(self)

    __hash__ = None


def _binary(name, turned=False):
    def method(self, other):
        a, b = (other, self) if turned else (self, other)
        return self.writer.arithmetic(name, a, b)

    return method


def _comparison(name):
    return lambda self, other: self.writer.compare(name, self, other)


for _name, _symbol in (
    ("add", "add"),
    ("sub", "sub"),
    ("mul", "mul"),
    ("truediv", "div"),
    ("floordiv", "floordiv"),
    ("mod", "mod"),
):
    setattr(Number, f"__{_name}__", _binary(_symbol))
    setattr(Number, f"__r{_name}__", _binary(_symbol, turned=True))
for _name, _symbol in (
    ("lt", "less"),
    ("le", "less_equal"),
    ("gt", "greater"),
    ("ge", "greater_equal"),
    ("eq", "equal"),
):
    setattr(Number, f"__{_name}__", _comparison(_symbol))
