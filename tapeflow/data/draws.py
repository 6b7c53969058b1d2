"""The random decisions of an iterator, written down, so that another iterator can take the same ones.

What a pipeline gives is settled by its data set and by the numbers that its generators of random numbers began with. A
`Draws` lists these numbers, in the order in which they were asked for. What may happen at another time, because a
thread works ahead or because a cache was filled before, has a list of its own, a child of the first.

The random ops of traced functions go on in streams that begin anew for each iterator; those are not written down.
"""

from tapeflow.core.context import state
from tapeflow.core.errors import InvalidArgumentError


def drawn(fresh):
    """A list of ints, not negative: what `fresh()` gives, or what it gave to the iterator that is followed."""
    return fresh() if state.draws is None else state.draws.drawn(fresh)


def child(known=None):
    """A child of the current Draws: `known`, or one that is made; None if nobody writes anything down."""
    return known if state.draws is None else state.draws.child(known)


def writing_to(draws, elements):
    """The elements of an iterator; what is drawn for them goes to `draws`."""
    elements = iter(elements)
    while True:
        outer, state.draws = state.draws, draws
        try:
            element = next(elements)
        except StopIteration:
            return
        finally:
            state.draws = outer
        yield element


class Draws:
    """The numbers drawn so far; the first ones are those of `followed`, as `as_lists` gave them."""

    def __init__(self, followed=((), ())):
        self._followed, self._followed_children = followed
        self._made, self._children = [], []
        self.streams = {}  # OwnSeed of a random op -> where it has got to, for this iterator

    def drawn(self, fresh):
        """The next list of ints."""
        place = len(self._made)
        numbers = self._followed[place] if place < len(self._followed) else fresh()
        self._made.append(numbers)
        return numbers

    def child(self, known=None):
        """The next child; `known` if it is given."""
        place = len(self._children)
        if known is None:
            followed = self._followed_children
            known = Draws(followed[place]) if place < len(followed) else Draws()
            known.streams = self.streams
        self._children.append(known)
        return known

    def as_lists(self):
        """[the lists of ints, what `as_lists` gives for each child]."""
        made = [*self._made, *self._followed[len(self._made) :]]
        children = [each.as_lists() for each in self._children]
        return [made, [*children, *self._followed_children[len(children) :]]]


def checked(lists, depth=0):
    """What `as_lists` gave, read from a file. InvalidArgumentError for anything else."""
    if (
        depth > _DEEPEST
        or not isinstance(lists, list)
        or len(lists) != 2
        or not all([isinstance(each, list) for each in lists])
        or not all([_is_numbers(each) for each in lists[0]])
    ):
        raise InvalidArgumentError(
            None, None, "This is no state of an iterator: lists of random numbers were expected."
        )
    return [lists[0], [checked(each, depth + 1) for each in lists[1]]]


_DEEPEST = 200


def _is_numbers(value):
    return (
        isinstance(value, list)
        and len(value) > 0
        and all([type(each) is int and each >= 0 for each in value])
    )
