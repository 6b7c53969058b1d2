"""Data sets that a traced function makes of what it computes: they are made when its program runs.

While a function is traced a data set is only a description, which remembers how it was made. When the tensors that it
is made of are there it is made again, with them; functions of its elements are not traced again.
"""

import copy
import threading

from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor
from tapeflow.graph.symbolic import SymbolicTensor


class _Here(threading.local):
    prepared = None  # {id of a user's function: what was made of it} while a data set is made again


_here = _Here()


def prepared(function):
    """What was made of a user's function when it was traced; None if it is to be traced."""
    return None if _here.prepared is None else _here.prepared.get(id(function))


class Late:
    """A data set that was described in a trace, to be made again.

    tensors: the symbolic tensors that are needed for that. NotImplementedError if it cannot be made again.
    """

    def __init__(self, dataset):
        self._dataset = dataset
        self._functions = {}
        self._seen = set()
        self._tensors = {}  # value -> the symbolic tensor
        self._given = set()  # the ids of the functions that it is made with
        self._collect(dataset)
        for key, each in self._functions.items():
            captured = each.symbolic_captures()
            if captured and key not in self._given:
                raise NotImplementedError(
                    "A data set whose function takes a tensor of a traced function from outside is not here: "
                    f"{captured[0]!r}. Make it outside and give it to the function as an argument."
                )
            for tensor in captured:
                self._tensors.setdefault(tensor.value, tensor)

    @property
    def tensors(self):
        """The symbolic tensors, in the order that `made` takes them."""
        return list(self._tensors.values())

    def _collect(self, value):
        if type(value) is SymbolicTensor:
            self._tensors.setdefault(value.value, value)
        elif hasattr(value, "_made_with"):
            if id(value) not in self._seen:
                self._seen.add(id(value))
                args, kwargs = value._made_with
                for each in (*args, *kwargs.values()):
                    self._collect(each)
                for each in vars(value).values():
                    if hasattr(each, "functions_of_elements"):
                        self._functions.update({id(f.user_function): f for f in each.functions_of_elements()})
        elif isinstance(value, CompositeTensor) or nest.is_nested(value):
            for each in nest.flatten(value, expand_composites=True):
                self._collect(each)
        elif callable(value):
            self._given.add(id(value))

    def made(self, tensors, datasets=()):
        """The data set for eager tensors. datasets: pairs of one in the description and the one in its place."""
        found = dict(zip(self._tensors, tensors, strict=True))
        before = _here.prepared
        _here.prepared = {key: each.with_captures(found) for key, each in self._functions.items()}
        try:
            return _Making(found, datasets).again(self._dataset)
        finally:
            _here.prepared = before


class Prepared:
    """A user's function of elements, `_function`, that was traced once and serves data sets that are made again."""

    @property
    def user_function(self):
        """The user's function."""
        return self._function

    def functions_of_elements(self):
        """The functions in this that are traced: itself."""
        return [self]

    def symbolic_captures(self):
        """The tensors of a trace around this one that it takes. NotImplementedError if that cannot be said."""
        callee = self._traced_callee()
        if callee is None:
            raise NotImplementedError(
                f"A function of elements that cannot be traced is called in a traced function: {self._function!r}."
            )
        return symbolic_in(callee.captures)

    def _traced_callee(self):
        """What the function became; None if it could not be traced."""
        raise NotImplementedError(f"{type(self).__name__} must define _traced_callee().")


class _Making:
    def __init__(self, tensors, datasets):
        self._tensors = tensors
        self._datasets = {id(old): new for old, new in datasets}

    def again(self, value):
        """The value with eager tensors in the place of symbolic ones, and data sets that are made again."""
        if type(value) is SymbolicTensor:
            return self._tensors[value.value]
        if id(value) in self._datasets:
            return self._datasets[id(value)]
        if hasattr(value, "_made_with"):
            args, kwargs = value._made_with
            found = type(value)(
                *[self.again(each) for each in args],
                **{key: self.again(each) for key, each in kwargs.items()},
            )
            self._datasets[id(value)] = found
            return found
        if isinstance(value, CompositeTensor):
            leaves = [self.again(each) for each in nest.flatten(value, expand_composites=True)]
            return nest.pack_sequence_as(value, leaves, expand_composites=True)
        if nest.is_nested(value):
            return nest.pack_sequence_as(value, [self.again(each) for each in nest.flatten(value)])
        return value


def with_captures(callee, found):
    """The callee of a function that took symbolic tensors from outside, with eager ones in their places."""
    callee = copy.copy(callee)
    callee.replace_captures(
        [found[each.value] if type(each) is SymbolicTensor else each for each in callee.captures]
    )
    return callee


def symbolic_in(captures):
    """The symbolic tensors among what a program takes from outside."""
    return [each for each in captures if type(each) is SymbolicTensor]


def late_of(dataset):
    """The Late of a data set that needs tensors of the program that is traced; None for others."""
    if not hasattr(dataset, "_made_with"):
        return None
    found = Late(dataset)
    return found if found.tensors else None
