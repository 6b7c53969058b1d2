"""Gradients: `backward` adds them to `.grad` of the leaves, `grad` returns them."""

import weakref

from tapeflow.autodiff.backward import backpropagate
from tapeflow.autodiff.plan import RELEASED
from tapeflow.ops.casting import cast
from tapeflow.ops.creation import ones
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.torch.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from tapeflow.torch.recording import TOKEN, recording

__all__ = ["backward", "enable_grad", "grad", "is_grad_enabled", "no_grad", "set_grad_enabled"]

retained = weakref.WeakValueDictionary()
"""Serial of the record of an intermediate tensor -> the tensor, if it shall receive its gradient in `.grad`."""

USED_TWICE = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False):
    """Adds the gradient of the sum of `tensors` to `.grad` of every leaf that they depend on.

    `grad_tensors` are the cotangents, of the shapes of `tensors`; a tensor of one element needs none.

    >>> from tapeflow import torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> torch.autograd.backward([x * x, 2 * x])
    >>> x.grad
    tensor(8.)
    """
    seeds = _seeds(_listed(tensors), _listed(grad_tensors))
    receivers = _receivers([record for record, _ in seeds])
    for serial, gradient in _walk(seeds, set(receivers), retain_graph, create_graph).items():
        receivers[serial]._receive(gradient, create_graph)


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=None):
    """Gradients of the sum of `outputs` with respect to each of `inputs`, as a tuple; `.grad` is left alone.

    Raises RuntimeError if an input was not used, unless `allow_unused`, which gives None for it.

    >>> from tapeflow import torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> torch.autograd.grad(x * x, x)
    (tensor(6.),)
    """
    inputs = _listed(inputs)
    for tensor in inputs:
        if not tensor.requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    seeds = _seeds(_listed(outputs), _listed(grad_outputs))
    _receivers([record for record, _ in seeds])  # is all of the graph still there?
    serials = [tensor._value._record.serial for tensor in inputs]
    found = _walk(seeds, set(serials), retain_graph, create_graph)
    gradients = []
    for position, (tensor, serial) in enumerate(zip(inputs, serials, strict=True)):
        gradient = found.get(serial)
        if gradient is None and not allow_unused:
            raise RuntimeError(
                f"The differentiated Tensor at index {position} appears to not have been used in the graph. "
                "Set allow_unused=True if this is the desired behavior."
            )
        gradients.append(gradient if gradient is None else tensor._of_gradient(gradient, create_graph))
    return tuple(gradients)


def _listed(tensors):
    return list(tensors) if isinstance(tensors, tuple | list) else [] if tensors is None else [tensors]


def _receivers(records):
    """The tensors to receive gradients among all that lead to `records`, by serial.

    RuntimeError where an earlier gradient used a record up.
    """
    receivers = {}
    seen = set()
    stack = list(records)
    while stack:
        record = stack.pop()
        serial = record.serial
        if serial in seen:
            continue
        seen.add(serial)
        plan = record.plan
        if plan is RELEASED:
            raise RuntimeError(USED_TWICE)
        tensor = record.saved() if plan is None else retained.get(serial) if retained else None
        if tensor is not None:
            receivers[serial] = tensor
        stack.extend(record.parents)
    return receivers


def _seeds(tensors, gradients):
    seeds = []
    for position, tensor in enumerate(tensors):
        value = tensor._value
        if value._record is None:
            raise RuntimeError(
                f"element {position} of tensors does not require grad and does not have a grad_fn"
            )
        gradient = gradients[position] if gradients else None
        if gradient is None:
            cotangent = _one(tensor)
        elif gradient._value.dims == value.dims:
            cotangent = gradient._value
            if cotangent._dtype is not value._dtype:
                cotangent = cast(cotangent, value._dtype)
        else:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{position}] has a shape of {gradient.shape} and "
                f"output[{position}] has a shape of {tensor.shape}."
            )
        seeds.append((value._record, cotangent))
    return seeds


def _one(tensor):
    if tensor.numel() != 1:
        raise RuntimeError("grad can be implicitly created only for scalar outputs")
    if tensor.dtype.is_complex:
        raise RuntimeError(
            f"grad can be implicitly created only for real scalar outputs but got {tensor.dtype!r}"
        )
    return ones(tensor._value.dims, tensor._value._dtype)


def _walk(seeds, wanted, retain_graph, create_graph):
    retain_graph = create_graph if retain_graph is None else retain_graph
    with recording(create_graph):
        found = backpropagate(TOKEN, seeds, wanted, release=not retain_graph)
        return {serial: densify(g) if type(g) is IndexedSlices else g for serial, g in found.items()}
