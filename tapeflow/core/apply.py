"""The one door: every primitive call of the package passes through `apply`."""

from tapeflow.core import context
from tapeflow.core.eager import evaluate

_listening, _state, _record = context.listening, context.state, context.recorder


def apply(op, /, *inputs, **params):
    """The result of `op` on tensors, evaluated and recorded as the context of this thread says.

    `inputs` are Tensors (conversion happens in `api/`); `params` are the op's canonical parameters. Returns a Tensor,
    or a tuple of them for an op with several results.
    """
    if not _listening:
        return evaluate(op, inputs, params)
    interpreter = _state.interpreter
    output = evaluate(op, inputs, params) if interpreter is None else interpreter(op, inputs, params)
    tapes = _state.tapes
    if tapes:
        _record.call(tapes, op, inputs, params, output)
    for listener in _state.listeners:
        listener(op, inputs, params, output)
    return output
