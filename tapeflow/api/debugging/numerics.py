"""Where NaN and infinity come from."""

import threading

import numpy

from tapeflow.api.debugging.callers import calling_lines
from tapeflow.core.context import also_calling
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops import effects

__all__ = ["assert_all_finite", "check_numerics", "disable_check_numerics", "enable_check_numerics"]


def check_numerics(tensor, message, name=None):
    """The tensor itself; InvalidArgumentError with `message` if it or its gradient is not finite.

    >>> x = tf.constant([1.0, 0.0])
    >>> tf.debugging.check_numerics(tf.math.log(x), "log of x")
    Traceback (most recent call last):
    ...
    tapeflow.core.errors.InvalidArgumentError: log of x : Tensor had Inf values
    """
    if not isinstance(message, str):
        raise TypeError(f"Expected string for argument 'message' not {message!r}.")
    return effects.check_numerics(as_tensor(tensor), message=message)


def assert_all_finite(x, message, name=None):
    """The tensor itself; InvalidArgumentError with `message` if an element is NaN or infinite.

    >>> tf.debugging.assert_all_finite([1.0, 2.0], "weights").numpy()
    array([1., 2.], dtype=float32)
    """
    return check_numerics(x, message)


class _Thread(threading.local):
    switched_on = None
    """The context manager that listens, or None."""


_thread = _Thread()


def enable_check_numerics(stack_height_limit=30, path_length_limit=50):
    """Makes every op of this thread that gives NaN or infinity, in gradients too, raise InvalidArgumentError.

    The error names the op, its inputs and the lines of your program that called it. Ops that only move
    elements are not blamed for what they were given. A second call does nothing.

    Args:
      stack_height_limit: how many calls the error shows, the innermost ones.
      path_length_limit: to how many characters at the end it shortens the paths of files.

    >>> tf.debugging.enable_check_numerics()
    >>> try:
    ...     tf.math.log(tf.constant(-1.0))
    ... except tf.errors.InvalidArgumentError as error:
    ...     print(error.message.split(" (")[0].strip())
    ... finally:
    ...     tf.debugging.disable_check_numerics()
    !!! Detected Infinity or NaN in output 0 of eagerly-executing op "Log"
    """
    if _thread.switched_on is not None:
        return
    listen = also_calling(
        lambda op, inputs, params, output: _check(op, inputs, output, stack_height_limit, path_length_limit)
    )
    listen.__enter__()
    _thread.switched_on = listen


def disable_check_numerics():
    """Undoes `enable_check_numerics`; does nothing if that was not called in this thread."""
    listen, _thread.switched_on = _thread.switched_on, None
    if listen is not None:
        listen.__exit__(None, None, None)


def _check(op, inputs, output, stack_height_limit, path_length_limit):
    """The listener: raises if an output has elements that are not finite."""
    if op.accepts is None:  # it takes any dtype, so it computes nothing
        return
    outputs = output if type(output) is tuple else (output,)
    for index, tensor in enumerate(outputs):
        if type(tensor) is not EagerTensor or not (tensor._dtype.is_floating or tensor._dtype.is_complex):
            continue
        if numpy.isfinite(tensor._array).all():
            continue
        lines = calling_lines(stack_height_limit, path_length_limit)
        raise InvalidArgumentError(None, None, _report(op, inputs, tensor, index, len(outputs), lines))


def _report(op, inputs, tensor, index, count, lines):
    array = tensor._array
    parts = [array.real, array.imag] if tensor._dtype.is_complex else [array]
    counts = {
        "-Inf": sum([int(numpy.isneginf(part).sum()) for part in parts]),
        "+Inf": sum([int(numpy.isposinf(part).sum()) for part in parts]),
        "+NaN": sum([int(numpy.isnan(part).sum()) for part in parts]),
    }
    found = [f"  # of {kind} elements: {number}\n" for kind, number in counts.items() if number]
    if len(inputs) == 1:
        given = f"  Input tensor: {inputs[0]!s}\n"
    else:
        given = "".join(
            [
                f"  Input tensors ({len(inputs)}):\n",
                *[f"         {position}: {each!s}\n" for position, each in enumerate(inputs)],
            ]
        )
    names = [kind.lstrip("+") if kind == "+NaN" else kind for kind, number in counts.items() if number]
    called = "".join([f"    {line}\n" for line in lines])
    return (
        f'\n\n!!! Detected Infinity or NaN in output {index} of eagerly-executing op "{op.type_name}" '
        f"(# of outputs: {count}) !!!\n"
        f"  dtype: {tensor._dtype!r}\n  shape: {tensor.shape}\n{''.join(found)}\n{given}\n"
        f"  Called from (innermost call last):\n{called}\n : Tensor had {' and '.join(names)} values"
    )
