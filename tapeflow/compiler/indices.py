"""Indices of elements while code is written: affine in the variables of the loops, as long as the rules allow."""


class LoopVariable:
    """The counter of a loop that is being written. size: it stays below this; level: how many loops are around it;
    lanes: over how many lanes of a vector it is spread (1: it is a plain number)."""

    __slots__ = ("lanes", "level", "size", "value")

    def __init__(self, value, size, level, lanes=1):
        self.value = value  # LLVM's i64; of a variable over lanes that of the first lane
        self.size = size
        self.level = level
        self.lanes = lanes


class Affine:
    """constant + the sum of coefficient * variable; `terms` maps variables to coefficients, none of them 0."""

    __slots__ = ("constant", "terms", "writer")

    def __init__(self, terms, constant, writer):
        self.terms = terms
        self.constant = constant
        self.writer = writer

    def key(self):
        """What is equal for equal indices."""
        return (self.constant, *sorted([(id(variable), factor) for variable, factor in self.terms.items()]))

    def bounds(self):
        """(least, greatest) value."""
        low = high = self.constant
        for variable, factor in self.terms.items():
            reach = factor * (variable.size - 1)
            low, high = (low, high + reach) if reach > 0 else (low + reach, high)
        return low, high

    # Arithmetic: with numbers and other affine indices it stays affine; else it becomes numbers of the program.

    def __add__(self, other):
        if type(other) is int:
            return Affine(self.terms, self.constant + other, self.writer)
        if type(other) is not Affine:
            return self.computed() + other
        terms = dict(self.terms)
        for variable, factor in other.terms.items():
            total = terms.get(variable, 0) + factor
            if total:
                terms[variable] = total
            else:
                terms.pop(variable, None)
        return Affine(terms, self.constant + other.constant, self.writer)

    __radd__ = __add__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (other * -1)

    def __rsub__(self, other):
        return (self * -1) + other

    def __mul__(self, other):
        if type(other) is not int:
            return self.computed() * other
        if not other:
            return Affine({}, 0, self.writer)
        terms = {variable: factor * other for variable, factor in self.terms.items()}
        return Affine(terms, self.constant * other, self.writer)

    __rmul__ = __mul__

    def _divided(self, divisor):
        """(quotient, remainder) by a positive int, if both are affine; else None."""
        if type(divisor) is not int or divisor <= 0:
            return None
        whole = {
            variable: factor // divisor for variable, factor in self.terms.items() if factor % divisor == 0
        }
        rest = {variable: factor for variable, factor in self.terms.items() if factor % divisor}
        quotient = Affine(whole, self.constant // divisor, self.writer)
        remainder = Affine(rest, self.constant % divisor, self.writer)
        low, high = remainder.bounds()
        return (quotient, remainder) if low >= 0 and high < divisor else None

    def __floordiv__(self, other):
        found = self._divided(other)
        return self.computed() // other if found is None else found[0]

    def __mod__(self, other):
        found = self._divided(other)
        return self.computed() % other if found is None else found[1]

    def computed(self):
        """The index as a number of the program."""
        return self.writer.number_of(self)

    # Comparisons: decided where the bounds decide them.

    def _compared(self, other, name):
        if type(other) is int:
            low, high = self.bounds()
            decided = _DECIDED[name](low, high, other)
            if decided is not None:
                return self.writer.constant(decided, None)
        return self.writer.compare(name, self.computed(), other)

    def __lt__(self, other):
        return self._compared(other, "less")

    def __le__(self, other):
        return self._compared(other, "less_equal")

    def __gt__(self, other):
        return self._compared(other, "greater")

    def __ge__(self, other):
        return self._compared(other, "greater_equal")

    def __eq__(self, other):
        return self._compared(other, "equal")

    __hash__ = None


_DECIDED = {
    "less": lambda low, high, x: True if high < x else False if low >= x else None,
    "less_equal": lambda low, high, x: True if high <= x else False if low > x else None,
    "greater": lambda low, high, x: True if low > x else False if high <= x else None,
    "greater_equal": lambda low, high, x: True if low >= x else False if high < x else None,
    "equal": lambda low, high, x: False if x < low or x > high else None,
}
