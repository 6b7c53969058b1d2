"""Runs a case in one of the two libraries and describes what came out in plain values."""

import contextlib
import io
import warnings

from tests.torch import cases


def printing(torch, functional, source):
    """The repr of an expression."""
    return repr(eval(source, {"torch": torch, "F": functional}))


def function(torch, functional, source):
    """Value, dtype, shape, grad_fn and the gradients of an expression; the repr if it is no tensor."""
    leaves = cases.leaves(torch)
    result = eval(source, {"torch": torch, "F": functional, **leaves})
    if not isinstance(result, torch.Tensor):
        return {"repr": repr(result)}
    found = {
        "value": plain(result.detach()),
        "dtype": repr(result.dtype),
        "shape": list(result.shape),
        "node": result.grad_fn.name() if result.grad_fn is not None else None,
    }
    if result.requires_grad:
        weights = torch.arange(1.0, 1.0 + result.numel()).reshape(result.shape) / 4
        (result * weights).sum().backward()
        gradients = {name: leaf.grad for name, leaf in leaves.items()}
        found["gradients"] = {name: plain(each) for name, each in gradients.items() if each is not None}
    return found


def plain(tensor):
    """Nested lists of numbers; complex ones as text."""
    return repr(tensor.tolist()) if tensor.dtype.is_complex else tensor.double().tolist()


def program(torch, functional, source):
    """What a program prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(source, {"torch": torch, "F": functional})
    return output.getvalue()


def error(torch, functional, source):
    """The class and the words of the error of an expression."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(source, {"torch": torch, "F": functional, **cases.leaves(torch)})
        except Exception as raised:
            return [type(raised).__name__, str(raised)]
    return None


KINDS = {
    "printing": (printing, {source: source for source in cases.PRINTING}),
    "function": (function, {source: source for source in cases.FUNCTIONS}),
    "program": (program, cases.PROGRAMS),
    "error": (error, {source: source for source in cases.ERRORS}),
}
