"""Programs that one trace does not serve: a ConcreteFunction for each combination of shapes, or of ranks."""

import contextlib
import traceback

from tapeflow.core.size import NEEDS_SIZES, has_sizes
from tapeflow.core.spec import TensorSpec
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.trace import refuse_creation

_PACKAGE = __file__.rpartition("function")[0]


class Several:
    """In place of a ConcreteFunction: several, for programs that one trace does not serve."""

    def __init__(self, owner, arguments, specs):
        self._owner = owner
        self._arguments = arguments
        self._specs = specs
        self._found = {}  # what they are told apart by -> ConcreteFunction
        self._any = self._reason = None

    def __call__(self, *args, **kwargs):
        signature = self._owner._signature
        return self.call_tensors(signature.arguments(*signature.bind(args, kwargs)).tensors)

    @property
    def _concrete_functions(self):
        return list(self._found.values())

    def __getattr__(self, name):
        if self._any is None:
            raise NotImplementedError(
                f"{self._owner.name} has no {name} yet: it cannot be traced without knowing the ranks of its tensors, "
                f"and is traced for those that come when it is called. What asked for them{self._place}: {self._reason}"
            ) from self._reason
        return getattr(self._any, name)

    def pretty_printed_signature(self, verbose=True):
        """The signatures of those that there are, as text."""
        found = [each.pretty_printed_signature(verbose) for each in self._found.values()]
        return "\n".join(found) or f"{self._owner.name}({', '.join(map(str, self._specs))})"

    def _exact_specs(self, dims):
        return [TensorSpec(each, spec.dtype, spec.name) for each, spec in zip(dims, self._specs, strict=True)]


class ByShape(Several):
    """One for each combination of shapes, for programs that need numbers for sizes."""

    def __init__(self, owner, function, arguments, specs, concrete):
        super().__init__(owner, arguments, specs)
        self._function = function
        self._found[tuple([tuple(each.shape) for each in arguments.specs])] = self._any = concrete

    def call_tensors(self, tensors):
        """As ConcreteFunction.call_tensors."""
        dims = tuple([each.dims for each in tensors])
        concrete = self._found.get(dims)
        if concrete is None:
            if any([has_sizes(each) for each in dims]):
                raise NotImplementedError(
                    f"{self._owner.name} needs to know the sizes of its arguments: {dims}."
                )
            concrete = self._found[dims] = ConcreteFunction(
                self._function,
                self._arguments,
                self._exact_specs(dims),
                self._owner._signature,
                self._owner._options,
                refuse_creation,
            )
        return concrete.call_tensors(tensors)


def _place_of(error):
    """Where in the user's code an error was raised, in words."""
    found = [
        each for each in traceback.extract_tb(error.__traceback__) if not each.filename.startswith(_PACKAGE)
    ]
    return f" (line {found[-1].lineno} of {found[-1].filename})" if found else ""


_RANKS = range(5)
"""Those that are traced of a function that is saved before it was called."""


class ByRank(Several):
    """One for each combination of ranks, for functions that ask for them. The first trace may make variables."""

    def __init__(self, owner, arguments, specs, reason):
        super().__init__(owner, arguments, specs)
        self._place = _place_of(reason)
        self._reason = reason.with_traceback(None)  # the error of the trace for any rank

    @property
    def _concrete_functions(self):
        if not self._found:
            for rank in _RANKS:
                with contextlib.suppress(IndexError, *NEEDS_SIZES):  # not a rank for this function
                    known = [rank if each.shape.rank is None else each.shape.rank for each in self._specs]
                    self._traced_for(tuple(known))
            if not self._found:
                raise NotImplementedError(
                    f"{self._owner.name} cannot be saved before it was called: it can be traced for tensors of no rank "
                    f"up to {_RANKS[-1]} without knowing their sizes. Call it, or give a spec with a rank."
                )
        return list(self._found.values())

    def call_tensors(self, tensors):
        """As ConcreteFunction.call_tensors."""
        dims = [each.dims for each in tensors]
        if None in dims:
            raise NotImplementedError(
                f"{self._owner.name} cannot be traced for a tensor of unknown rank: tell its shape with "
                "tf.ensure_shape or set_shape."
            )
        key = tuple([len(each) for each in dims])
        concrete = self._found.get(key) or self._found.get(tuple(dims))
        if concrete is None:
            try:
                concrete = self._traced_for(key)
            except NEEDS_SIZES:  # what fails for the shapes that came, too, is the user's own error
                concrete = self._owner._first_traced(self._arguments, self._exact_specs(dims))
                self._found[tuple(dims)] = self._any = concrete
        return concrete.call_tensors(tensors)

    def _traced_for(self, ranks):
        wide = [
            spec if spec.shape.rank is not None else TensorSpec([None] * rank, spec.dtype, spec.name)
            for spec, rank in zip(self._specs, ranks, strict=True)
        ]
        concrete = self._found[ranks] = self._any = self._owner._first_traced(self._arguments, wide)
        return concrete
