"""What is known of operators without a look at their elements: True, False, or None for what nobody said."""


def implied(given, fact, message):
    """The hint `fact`; ValueError with the message if the contrary was given."""
    if given is not None and bool(given) is not fact:
        raise ValueError(message)
    return fact


def shared(operator, name, given):
    """A hint that holds of the operator if and only if it holds of what is made of it; ValueError if they differ."""
    known = getattr(operator, name)
    if known is not None and given is not None and bool(known) is not bool(given):
        raise ValueError(
            f"`{name}` was given as {given}, but of the operator {operator.name}, of which it must be equally true, it "
            f"is {known}."
        )
    return known if known is not None else given


def of_all(operators, name, given, what):
    """A hint that is True if it is for all operators; ValueError if it was given as False then."""
    if all([getattr(each, name) for each in operators]):
        return implied(
            given, True, f"{what} is `{name}` if its operators are, so that cannot be given as False."
        )
    return given


def square(left, right):
    """Whether the product of two operators is square."""
    first, second = left.is_square, right.is_square
    if first and second:
        return True
    if first is False and second is False:
        rows, columns = left.range_dimension.value, right.domain_dimension.value
        return None if rows is None or columns is None else rows == columns
    return False if first is not None and second is not None else None


def non_singular(left, right):
    """Whether the product of two operators, which are square, has an inverse."""
    if left.is_non_singular is False or right.is_non_singular is False:
        return False
    return left.is_non_singular and right.is_non_singular


def of_commuting(left, right):
    """The hints of the product of operators that commute, such as diagonal ones, as a dict of arguments."""
    known = [left.is_self_adjoint, right.is_self_adjoint]
    is_self_adjoint = True if all(known) else False if set(known) == {True, False} else None
    is_definite = all(known) and left.is_positive_definite is True and right.is_positive_definite is True
    return {
        "is_non_singular": non_singular(left, right),
        "is_self_adjoint": is_self_adjoint,
        "is_positive_definite": True if is_definite else None,
        "is_square": True,
    }


def of_product(left, right):
    """The hints of a product of which nothing more is known, as a dict of arguments."""
    is_square = square(left, right)
    other = False if is_square is False else None
    return {
        "is_non_singular": non_singular(left, right) if is_square else other,
        "is_self_adjoint": other,
        "is_positive_definite": other,
        "is_square": is_square,
    }


def of_operator(operator):
    """The hints of an operator, as a dict of arguments."""
    return {name: getattr(operator, name) for name in NAMES}


NAMES = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")


def are_adjoint(left, right):
    """Whether one operator is known to be the adjoint of the other."""
    if left is right and left.is_self_adjoint is not None:
        return left.is_self_adjoint
    return left.H is right or right.H is left


def is_gramian(operators):
    """Whether the product of operators is one of something and its adjoint."""
    half, rest = divmod(len(operators), 2)
    return rest == 0 and all([are_adjoint(operators[k], operators[-1 - k]) for k in range(half)])
