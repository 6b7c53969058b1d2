"""What a function makes of all elements of a data set, one after the other."""

from tapeflow.core import nest
from tapeflow.core.context import state as of_thread
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.shapes import TensorShape
from tapeflow.data import in_traces, structure
from tapeflow.data.functions import StateFunction
from tapeflow.graph.autograph import convert
from tapeflow.graph.functional import while_loop


def reduced(dataset, initial_state, reduce_func):
    """See `tf.data.Dataset.reduce`."""
    state = structure.normalized(initial_state)
    if of_thread.interpreter is not None and in_traces.is_traced():
        return _in_trace(dataset, state, convert(reduce_func))
    step = StateFunction(reduce_func, state, dataset.element_spec, lambda result: result, _wrong_state)
    for element in dataset:
        state = step.checked(state, step(state, element))
    return state


def _wrong_state(old, new, what):
    if what == "structure":
        counts = [len(nest.flatten(each)) for each in (old, new)]
        return InvalidArgumentError(
            None,
            None,
            "The number of components of the initial state and the reduce function output does not match. "
            f"(initial_state={counts[0]}, output={counts[1]}). [Op:ReduceDataset]",
        )
    return TypeError(
        f"The element {what} for the new state must match the initial state. Expected {old} but got {new}."
    )


def _in_trace(dataset, state, step):
    """The same as a loop of the program that is traced, with the shapes of the state if they stay, else with none."""
    source = in_traces.begin(dataset)

    def looped(invariants):
        return while_loop(
            lambda state: source.has_next(),
            lambda state: (structure.normalized(step(state, source.get_next())),),
            [state],
            invariants,
        )[0]

    try:
        return looped(None)
    except ValueError:
        return looped([nest.map_structure(lambda each: TensorShape([None] * len(each.dims)), state)])
