"""Recording without a `with` block: a call is recorded when an input requires a gradient and gradients are enabled.

It is the engine's one mechanism (see `tapeflow/autodiff/record.py`) under a tape that never ends. Records hang on the
results, so dropping a result drops its graph.
"""

import functools
import threading
import weakref

from tapeflow.autodiff.backward import backpropagate
from tapeflow.autodiff.plan import RELEASED
from tapeflow.autodiff.record import Token, make_leaf
from tapeflow.core.context import start_listening, state, stop_listening
from tapeflow.ops.creation import ones
from tapeflow.ops.indexed_slices import IndexedSlices, densify

TOKEN = Token(watch_accessed_variables=False)
TAPES = (TOKEN,)
_retained = weakref.WeakValueDictionary()  # serial of a record -> the tensor that wants its gradient in .grad

USED_TWICE = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


class _Mode(threading.local):
    enabled = True


_mode = _Mode()


class recording:
    """Context manager: the engine records for us, or for nobody, whatever tapes surround us."""

    def __init__(self, wanted):
        self._tapes = TAPES if wanted else ()

    def __enter__(self):
        self._outer = state.tapes
        state.tapes = self._tapes
        start_listening(self)

    def __exit__(self, *exception):
        stop_listening()
        state.tapes = self._outer


class set_grad_enabled:
    """Enables or disables recording at once; as a context manager or decorator, until its end."""

    def __init__(self, mode):
        self._wanted = bool(mode)
        self._outer = _mode.enabled
        _mode.enabled = self._wanted

    def __enter__(self):
        _mode.enabled = self._wanted

    def __exit__(self, *exception):
        _mode.enabled = self._outer


class _Switch:
    """A context manager and decorator that sets the mode between its beginning and its end."""

    wanted = True

    def __enter__(self):
        self._outer = _mode.enabled
        _mode.enabled = self.wanted

    def __exit__(self, *exception):
        _mode.enabled = self._outer

    def __call__(self, function):
        @functools.wraps(function)
        def switched(*args, **kwargs):
            with type(self)():
                return function(*args, **kwargs)

        return switched


class no_grad(_Switch):
    """Context manager and decorator: nothing is recorded.

    >>> from tapeflow import torch
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> with torch.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    wanted = False


class enable_grad(_Switch):
    """Context manager and decorator: calls are recorded again, inside `no_grad`."""


def is_grad_enabled():
    """Whether calls on tensors that require gradients are recorded in this thread."""
    return _mode.enabled


def mark_leaf(tensor):
    """Lets the engine record what is computed from this tensor; its `.grad` receives the gradient."""
    leaf = make_leaf(TAPES)
    tensor._value._record = leaf
    _retained[leaf.serial] = tensor


def retain(tensor):
    """Lets `.grad` of an intermediate tensor receive its gradient too."""
    _retained[tensor._value._record.serial] = tensor


def _ancestors(records):
    """The serials of all records that lead to these; RuntimeError where a gradient already used them up."""
    seen = set()
    stack = list(records)
    while stack:
        record = stack.pop()
        if record.serial in seen:
            continue
        seen.add(record.serial)
        if record.plan is RELEASED:
            raise RuntimeError(USED_TWICE)
        stack.extend(record.parents)
    return seen


def _seeds(tensors, gradients):
    seeds = []
    for position, tensor in enumerate(tensors):
        record = tensor._value._record
        if record is None:
            raise RuntimeError(f"element {position} of tensors does not require grad and does not have a grad_fn")
        gradient = gradients[position] if gradients else None
        if gradient is None:
            if tensor.numel() != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            value = ones(tensor._value.dims, tensor._value._dtype)
        else:
            value = gradient._value
            if value.dims != tensor._value.dims:
                raise RuntimeError(
                    f"Mismatch in shape: grad_output[{position}] has a shape of {gradient.shape} and "
                    f"output[{position}] has a shape of {tensor.shape}."
                )
        seeds.append((record, value))
    return seeds


def _walk(seeds, wanted, retain_graph, create_graph):
    retain_graph = create_graph if retain_graph is None else retain_graph
    with recording(create_graph):
        found = backpropagate(TOKEN, seeds, wanted, release=not retain_graph)
        return {serial: densify(g) if type(g) is IndexedSlices else g for serial, g in found.items()}


def run_backward(tensors, gradients=None, retain_graph=None, create_graph=False):
    """Adds the gradients of the sum of `tensors` to `.grad` of every leaf that they depend on."""
    seeds = _seeds(tensors, gradients)
    wanted = _ancestors([record for record, _ in seeds]) & set(_retained.keys())
    receivers = {serial: _retained.get(serial) for serial in wanted}
    for serial, gradient in _walk(seeds, wanted, retain_graph, create_graph).items():
        tensor = receivers[serial]
        if tensor is None:
            continue
        with recording(create_graph):
            total = gradient if tensor.grad is None else tensor.grad._value + gradient
        tensor.grad = type(tensor)._wrap(total if create_graph else total._alias(), "Accumulate")


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=False):
    """Gradients of the sum of `outputs` with respect to each of `inputs`, as a tuple; `.grad` is left alone.

    Raises RuntimeError if an input was not used, unless `allow_unused`, which gives None for it.

    >>> from tapeflow import torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> torch.autograd.grad(x * x, x)
    (tensor(6.),)
    """
    outputs = list(outputs) if isinstance(outputs, tuple | list) else [outputs]
    inputs = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
    if grad_outputs is not None and not isinstance(grad_outputs, tuple | list):
        grad_outputs = [grad_outputs]
    for tensor in inputs:
        if tensor._value._record is None:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    seeds = _seeds(outputs, grad_outputs)
    _ancestors([record for record, _ in seeds])
    wanted = {tensor._value._record.serial for tensor in inputs}
    found = _walk(seeds, wanted, retain_graph, create_graph)
    gradients = []
    for tensor in inputs:
        gradient = found.get(tensor._value._record.serial)
        if gradient is None and not allow_unused:
            raise RuntimeError(
                "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True "
                "if this is the desired behavior."
            )
        if gradient is not None and not create_graph:
            gradient = gradient._alias()
        gradients.append(None if gradient is None else type(tensor)._wrap(gradient, "Accumulate"))
    return tuple(gradients)


def is_recorded(value):
    """Whether an engine tensor leads to something that requires a gradient."""
    record = value._record
    return record is not None and TOKEN in record.tapes


def is_leaf(value):
    """Whether an engine tensor was not computed by a recorded call."""
    record = value._record
    return record is None or record.plan is None
