"""Eager evaluation: run the op's kernel on NumPy arrays, now."""

import contextvars

import numpy

from tapeflow.core.context import listening, state
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.errors import (
    InaccessibleTensorError,
    InvalidArgumentError,
    OpError,
    out_of_memory,
)
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import EagerTensor


def _numpy_error_mode():
    """NumPy's floating-point error mode: its context variable, and the value that ignores everything.

    TensorFlow computes 1/0 in silence. `numpy.errstate` around every kernel would cost more than the kernel, so we set
    the variable behind it ourselves; a context of our own tells which it is, by public means only.
    """
    scratch = contextvars.Context()
    scratch.run(numpy.seterr, all="ignore")
    ((variable, silent),) = scratch.items()
    return variable, silent


ERROR_MODE, SILENT = _numpy_error_mode()
silence, restore, error_mode = ERROR_MODE.set, ERROR_MODE.reset, ERROR_MODE.get

_new, _ndarray = object.__new__, numpy.ndarray


class LargeCalls:
    """Who evaluates calls on large arrays; a higher layer fills it in.

    evaluate(op, inputs, params) gives the result of an op, or None: then the op's kernel is run.
    """

    __slots__ = ("evaluate",)

    def __init__(self):
        self.evaluate = lambda op, inputs, params: None


large_calls = LargeCalls()


def wrap(array, dtype):
    """An EagerTensor around `array`, which nobody else may change."""
    tensor = _new(EagerTensor)
    tensor._array = array
    tensor._dtype = dtype
    tensor._record = None
    return tensor


def constant(array, dtype):
    """A tensor of known elements: an eager one, or, while a program is traced, a constant of that program."""
    if listening:
        embed = getattr(state.interpreter, "constant", None)
        if embed is not None:
            return embed(array, dtype)
    return wrap(array, dtype)


def evaluate(op, inputs, params):
    """Runs `op` on EagerTensors; errors come in TensorFlow's classes and name the op."""
    accepts = op.accepts
    if accepts is not None and inputs[0]._dtype not in accepts:
        raise dtype_error(op, inputs[0]._dtype)
    if op.uniform:
        dtype = inputs[0]._dtype
        for tensor in inputs:
            if tensor._dtype is not dtype:
                raise mixed_dtypes(op, inputs)
    large = op.large
    if large is not None and type(first := inputs[0]._array) is _ndarray and first.size >= large:
        try:
            found = large_calls.evaluate(op, inputs, params)
        except MemoryError as error:
            raise explain(op, inputs, params, error) from error
        if found is not None:
            return found
    token = silence(SILENT)
    try:
        if len(inputs) == 1:
            result = op.kernel(numpy, inputs[0]._array, **params)
        elif len(inputs) == 2:
            result = op.kernel(numpy, inputs[0]._array, inputs[1]._array, **params)
        else:
            result = op.kernel(numpy, *[tensor._array for tensor in inputs], **params)
    except (ValueError, IndexError, TypeError, ArithmeticError, MemoryError) as error:
        raise explain(op, inputs, params, error) from error
    finally:
        restore(token)
    if type(result) is tuple:
        return tuple([wrap(array, from_array_dtype(array.dtype)) for array in result])
    if op.keeps_dtype:
        dtype = inputs[0]._dtype
    else:
        dtype = op.result or from_array_dtype(result.dtype)
    tensor = _new(EagerTensor)  # wrap, without the call
    tensor._array = result
    tensor._dtype = dtype
    tensor._record = None
    return tensor


def dtype_error(op, dtype):
    """What to raise when `op` has no kernel for `dtype`."""
    allowed = ", ".join(sorted(each.name for each in op.accepts))
    return InvalidArgumentError(
        None,
        None,
        f"Value for attr 'T' of {dtype.name} is not in the list of allowed values: {allowed}\n"
        f"\t; Op {op.type_name} takes no {dtype.name} tensor; convert it with tf.cast first. [Op:{op.type_name}]",
    )


def explain(op, inputs, params, error):
    """The error to raise for inputs that the kernel refused: the spec rule's own, else the kernel's words."""
    if isinstance(error, OpError | InaccessibleTensorError):
        return error
    if isinstance(error, MemoryError):
        return out_of_memory(error, op.type_name)
    rule = spec_rule(op)
    if rule is not None:
        try:
            rule(*[TensorSpec(tensor.shape, tensor.dtype) for tensor in inputs], **params)
        except OpError as better:
            return type(better)(None, None, f"{better.message} [Op:{op.type_name}]")
        except (ValueError, TypeError) as better:
            return better
    shapes = ", ".join(f"{tensor._dtype.name}{list(tensor.dims)}" for tensor in inputs)
    return InvalidArgumentError(None, None, f"{error} (inputs: {shapes}) [Op:{op.type_name}]")


def mixed_dtypes(op, inputs):
    """TensorFlow's error for tensors of different dtypes, which it never converts silently."""
    names = {"float16": "half", "float32": "float", "float64": "double"}
    first = inputs[0]._dtype.name
    for position, tensor in enumerate(inputs):
        name = tensor._dtype.name
        if name != first:
            return InvalidArgumentError(
                None,
                None,
                f"cannot compute {op.type_name} as input #{position}(zero-based) was expected to be a "
                f"{names.get(first, first)} tensor but is a {names.get(name, name)} tensor [Op:{op.type_name}]",
            )


def spec_rule(op):
    """The op's own spec rule, else that of its family; None: only the kernel knows."""
    if op.spec_rule is None and op.family == "elementwise":
        return lambda *specs, **params: _broadcast(op, specs)
    return op.spec_rule


def _broadcast(op, specs):
    """The spec of an elementwise op: the broadcast shape, and the dtype that the op says."""
    dims = broadcast_shapes(*[spec.dims for spec in specs])
    spec = specs[0].with_dims(dims)
    return spec if op.result == "same" else spec.with_dtype(op.result)
