"""Sizes that are not known while a program is traced: integers in the shape of a polynomial.

`tensor.dims` of a traced tensor holds ints and Sizes. Rules compute with both alike. A Size is a polynomial
with integer coefficients over symbols; a symbol is the length of one axis of a value, an element of an
integer value, or a quotient and the like of other sizes. Two sizes are equal if their polynomials are. All
sizes are at least 0; a question of order that this does not settle raises `UnknownSizeError`, and whoever
traces then does so for the sizes that it has.
"""

import itertools

from tapeflow.core.errors import OpError

_serial = itertools.count().__next__


class UnknownSizeError(Exception):
    """The program asks for the number behind a size that is only known when it runs."""


NEEDS_SIZES = (UnknownSizeError, NotImplementedError, ValueError, TypeError, OpError)
"""What rules raise that are asked about sizes which are not known: with numbers for them they may well succeed."""


class Symbol:
    """What a polynomial is made of. `kind` and `arguments` say what it stands for."""

    __slots__ = ("arguments", "kind", "serial")

    def __init__(self, kind, arguments):
        self.kind = kind
        self.arguments = arguments
        self.serial = _serial()

    def __repr__(self):
        if self.kind in ("axis", "element"):
            value, position = self.arguments
            what = getattr(value, "name", None) or "value"
            return f"{what}.shape[{position}]" if self.kind == "axis" else f"{what}[{position}]"
        return f"{self.kind}({', '.join(map(repr, self.arguments))})"


_symbols: dict[tuple, Symbol] = {}  # compound symbols by what they say, so that equal sizes compare equal


def axis_of(value, axis):
    """The length of axis `axis` of a program's value."""
    return Size(((((Symbol("axis", (value, axis)),)), 1),))


def element_of(value, position):
    """Element `position` of an integer vector of a program; the number itself, for position None."""
    return Size(((((Symbol("element", (value, position)),)), 1),))


class Size:
    """A polynomial: `terms`, pairs of a product of symbols (a tuple, by their serials) and its coefficient."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms):
        self.terms = terms
        self._hash = hash(tuple([(tuple([s.serial for s in product]), factor) for product, factor in terms]))

    def __hash__(self):
        return self._hash

    def __eq__(self, other):
        return type(other) is Size and self._hash == other._hash and self.terms == other.terms

    def __repr__(self):
        return " + ".join(
            [
                "*".join([*([str(factor)] if factor != 1 or not product else []), *map(repr, product)])
                for product, factor in self.terms
            ]
        )

    # Arithmetic.

    def __add__(self, other):
        terms = _terms(other)
        return NotImplemented if terms is None else _collect([*self.terms, *terms])

    __radd__ = __add__

    def __neg__(self):
        return Size(tuple([(product, -factor) for product, factor in self.terms]))

    def __sub__(self, other):
        terms = _terms(other)
        if terms is None:
            return NotImplemented
        return _collect([*self.terms, *[(product, -factor) for product, factor in terms]])

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        terms = _terms(other)
        if terms is None:
            return NotImplemented
        return _collect(
            [
                (tuple(sorted((*p, *q), key=_age)), factor * times)
                for p, factor in self.terms
                for q, times in terms
            ]
        )

    __rmul__ = __mul__

    def __floordiv__(self, other):
        if _terms(other) is None:
            return NotImplemented
        exact = _exact_quotient(self, other)
        return _compound("quotient", self, other) if exact is None else exact

    def __rfloordiv__(self, other):
        return NotImplemented if _terms(other) is None else _compound("quotient", other, self)

    def __mod__(self, other):
        if _terms(other) is None:
            return NotImplemented
        return _compound("remainder", self, other) if _exact_quotient(self, other) is None else 0

    def __rmod__(self, other):
        return NotImplemented if _terms(other) is None else _compound("remainder", other, self)

    # Order.

    def __lt__(self, other):
        return _is_positive(other - self)

    def __gt__(self, other):
        return _is_positive(self - other)

    def __le__(self, other):
        return not _is_positive(self - other)

    def __ge__(self, other):
        return not _is_positive(other - self)

    def __bool__(self):
        return True  # only an empty tensor would have it otherwise

    def _no_number(self):
        raise UnknownSizeError(f"The size {self!r} has no number while the program is traced.")

    __int__ = __index__ = __float__ = _no_number

    def __tf_tensor__(self, dtype=None, name=None):
        return tensor_of(self, dtype)


def _age(symbol):
    return symbol.serial


def _terms(number):
    if type(number) is Size:
        return number.terms
    if hasattr(number, "__index__") and not hasattr(number, "dims"):
        number = int(number)
        return (((), number),) if number else ()
    return None


def _collect(terms):
    """The size with these terms, some of which may be alike; an int if nothing else is left."""
    total = {}
    for product, factor in terms:
        total[product] = total.get(product, 0) + factor
    kept = [(product, factor) for product, factor in total.items() if factor]
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    kept.sort(key=lambda term: [symbol.serial for symbol in term[0]])
    return Size(tuple(kept))


def _exact_quotient(size, divisor):
    """size / divisor if the division of polynomials by one term leaves nothing; else None."""
    if size == divisor:
        return 1
    terms = _terms(divisor)
    if len(terms) != 1:
        return None
    ((symbols, factor),) = terms
    result = []
    for product, times in size.terms:
        if times % factor:
            return None
        rest = list(product)
        for symbol in symbols:
            if symbol not in rest:
                return None
            rest.remove(symbol)
        result.append((tuple(rest), times // factor))
    return _collect(result)


def _compound(kind, a, b):
    key = (kind, a, b)
    symbol = _symbols.get(key)
    if symbol is None:
        symbol = _symbols[key] = Symbol(kind, (a, b))
    return Size((((symbol,), 1),))


def _is_positive(difference):
    if type(difference) is not Size:
        return difference > 0
    constant = 0
    signs = set()
    for product, factor in difference.terms:
        if product:
            signs.add(factor > 0)
        else:
            constant = factor
    if signs == {True} and constant > 0:
        return True
    if signs == {False} and constant <= 0:
        return False
    raise UnknownSizeError(f"Whether {difference!r} is positive is not known while the program is traced.")


def joined(a, b):
    """The size of an axis on which sizes `a` and `b` are broadcast against each other."""
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if type(a) is not Size:
        return a
    if type(b) is not Size:
        return b
    return _compound("joined", a, b)


def may_equal(a, b):
    """Whether two sizes may be one number when the program runs. None, for an unknown size, may be any."""
    if a is None or b is None or a == b:
        return True
    return type(a - b) is Size


def certainly_less(a, b):
    """Whether a < b whatever the sizes are that are not known."""
    try:
        return a < b
    except UnknownSizeError:
        return False


def may_agree(dims, others):
    """Whether two shapes may be the same when the program runs."""
    return len(dims) == len(others) and all([may_equal(a, b) for a, b in zip(dims, others, strict=True)])


_COMPOUND = {
    "quotient": lambda a, b: a // b,
    "remainder": lambda a, b: a % b,
    "joined": joined,
}
_SOURCE = {"quotient": "({} // {})", "remainder": "({} % {})", "joined": "joined({}, {})"}


def symbols_in(size):
    """The symbols that name values in a size, those within compound ones too."""
    found = []
    for product, _ in size.terms:
        for symbol in product:
            if symbol.kind in _COMPOUND:
                for each in symbol.arguments:
                    if type(each) is Size:
                        found += symbols_in(each)
            else:
                found.append(symbol)
    return found


def evaluated(size, lookup, of_either=False):
    """The size with `lookup(symbol)`, an int or a Size, in place of each symbol that names a value.

    of_either: of two sizes that are broadcast one is enough, where the other raises UnknownSizeError: they are taken to
    be equal.
    """
    total = 0
    for product, factor in size.terms:
        for symbol in product:
            factor = factor * _evaluated_symbol(symbol, lookup, of_either)
        total = total + factor
    return total


def _evaluated_symbol(symbol, lookup, of_either):
    combine = _COMPOUND.get(symbol.kind)
    if combine is None:
        return lookup(symbol)
    found = []
    for each in symbol.arguments:
        try:
            found.append(evaluated(each, lookup, of_either) if type(each) is Size else each)
        except UnknownSizeError:
            if not of_either or symbol.kind != "joined":
                raise
    if not found:
        raise UnknownSizeError(f"{symbol!r} is not known here.")
    return combine(*found) if len(found) == 2 else found[0]


def source(size, name):
    """Python source text that computes the size; `name(symbol)` is the text for a symbol that names a value."""
    return (
        "("
        + " + ".join(
            [
                "*".join([str(factor), *[_symbol_source(symbol, name) for symbol in product]])
                for product, factor in size.terms
            ]
        )
        + ")"
    )


def _symbol_source(symbol, name):
    pattern = _SOURCE.get(symbol.kind)
    if pattern is None:
        return name(symbol)
    return pattern.format(
        *[source(each, name) if type(each) is Size else str(each) for each in symbol.arguments]
    )


def has_sizes(value):
    """Whether a Size stands anywhere in a parameter: a number, a tuple, a list or a dict."""
    kind = type(value)
    if kind is Size:
        return True
    if kind is tuple or kind is list:
        return any([has_sizes(each) for each in value])
    return kind is dict and any([has_sizes(each) for each in value.values()])


def with_sizes(value, lookup):
    """The parameter with every Size in it evaluated."""
    kind = type(value)
    if kind is Size:
        return evaluated(value, lookup)
    if kind is tuple or kind is list:
        return kind([with_sizes(each, lookup) for each in value])
    if kind is dict:
        return {key: with_sizes(each, lookup) for key, each in value.items()}
    return value


def visible(dims):
    """Dims as users see them: None for an unknown size, or for an unknown number of axes."""
    if dims is None:
        return None
    for size in dims:
        if type(size) is Size:
            return tuple([None if type(each) is Size else each for each in dims])
    return dims


def tensor_of(size, dtype):
    """A tensor of the number; whoever traces says how (`graph/tracing.py`)."""
    raise UnknownSizeError(f"The size {size!r} has a number only where a program is traced.")
