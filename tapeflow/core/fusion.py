"""Functions written in ops that large eager tensors pass through as one compiled kernel."""

from tapeflow.core.context import listening, state
from tapeflow.core.eager import large_calls
from tapeflow.core.op import LARGE
from tapeflow.core.tensor import EagerTensor


class Fusible:
    """A function of tensors and plain parameters, written in ops; called, it gives what the function gives.

    While nobody listens, a call on a large tensor is left to a compiled kernel of the whole function, if there is one.
    Otherwise the function's ops are called one after the other. family: "elementwise", if the function computes each
    element of its one result from those at its index; else `rows` says as of an op how many leading axes it leaves
    alone.
    """

    def __init__(self, function, rows=None, shared=()):
        self.function = function
        self.family = "elementwise" if rows is None else "rows"
        self.facts = {"rows": rows, "shared": shared}
        code = function.__code__
        self.__code__ = code  # what it needs, for gradient rules
        self.inputs = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.__doc__ = function.__doc__

    @property
    def type_name(self):
        """What errors call it."""
        return self.function.__name__

    def __call__(self, *arguments, **params):
        first = arguments[0]
        if (
            type(first) is EagerTensor
            and first._array.size >= LARGE
            and (not listening or (state.only_tapes and not state.tapes))
        ):
            tensors = [each for each in arguments if type(each) is EagerTensor]
            plain = params if len(tensors) == len(arguments) else {**params, **self._plain(arguments)}
            found = large_calls.evaluate(self, tensors, plain)
            if found is not None:
                return found
        return self.function(*arguments, **params)

    def _plain(self, arguments):
        """The arguments that are no tensors, by name."""
        return {
            name: each
            for name, each in zip(self.inputs, arguments, strict=False)
            if type(each) is not EagerTensor
        }


def fusible(function=None, *, rows=None, shared=()):
    """Decorator: makes a Fusible of a function."""
    if function is None:
        return lambda function: Fusible(function, rows, shared)
    return Fusible(function, rows, shared)
