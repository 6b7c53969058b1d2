"""Which tensors are on the same elements in PyTorch, so that changes in place reach them (see `in_place.py`).

It is known weakly, so that no tensor keeps another one alive; only a part of a part keeps the part between them.
"""

import weakref


class Sharers:
    """Tensors on the same elements, held weakly."""

    __slots__ = ("_references",)

    def __init__(self, tensor):
        self._references = [weakref.ref(tensor)]

    def __iter__(self):
        return iter([tensor for each in self._references if (tensor := each()) is not None])

    def add(self, tensor):
        """One more; those that are gone are forgotten."""
        self._references = [each for each in self._references if each() is not None]
        self._references.append(weakref.ref(tensor))

    def discard(self, tensor):
        """One less."""
        self._references = [each for each in self._references if each() is not tensor]


def share(tensor, other):
    """Puts `other` on the elements of `tensor`; returns it."""
    if tensor._shares is None:
        tensor._shares = Sharers(tensor)
    tensor._shares.add(other)
    other._shares = tensor._shares
    other._origin = tensor._origin
    return other


def mark_view(result, base, index):
    """Remembers whose elements a view shows in PyTorch, weakly; index: by which index, None for another shape.

    What is remembered is an iterable of the tensors that in-place changes of the view must reach, see `in_place.py`.
    """
    if base._shares is None:
        base._shares = Sharers(base)
    root = base._shares
    if base._origin is not None and next(iter(base._origin[0]), None) is not None:  # a view of a view
        if index is None or base._origin[1] is None:
            root, index = base._origin[0], None
        else:
            root = [base]
    for each in result if type(result) is tuple else (result,):
        each._origin = root, index
