"""Functions that look at elements, such as assertions and tf.print: inside a trace they wait until the program runs."""

import functools

from tapeflow.core import nest
from tapeflow.core.context import interpreting
from tapeflow.core.operands import as_tensor
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import current
from tapeflow.ops.python_calls import perform


def staged(function, always=False):
    """Decorator: while a program is traced, the call becomes a part of it if an argument is not known yet.

    always: also if everything is known, for what has to happen whenever the program runs.
    """

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        tracer = current()
        if tracer is None:
            return function(*args, **kwargs)
        leaves = [_read(each) for each in nest.flatten((args, kwargs), expand_composites=True)]
        places = [place for place, each in enumerate(leaves) if _is_unknown(each)]
        known = [_eager(tracer, each) for each in leaves]
        structure = (args, kwargs)

        def run(*tensors):
            values = list(known)
            for place, tensor in zip(places, tensors, strict=True):
                values[place] = tensor
            now, named = nest.pack_sequence_as(structure, values, expand_composites=True)
            function(*now, **named)

        if not places and not always:
            with interpreting(None):
                return run()
        perform(*[leaves[place] for place in places], function=run)
        return None

    return wrapper


def _read(value):
    """A variable as the tensor that it is at this point of the program."""
    return as_tensor(value) if hasattr(value, "__tf_tensor__") and hasattr(value, "_now") else value


def _is_unknown(value):
    return type(value) is SymbolicTensor and value.value.constant is None


def _eager(tracer, value):
    return (
        tracer.known(value) if type(value) is SymbolicTensor and value.value.constant is not None else value
    )
