"""From a function on the engine's tensors to one on ours: arguments unwrapped, the call recorded, results wrapped.

What is computed says the function beneath the decorator, in the engine's own public functions; so gradients need no
word here. Each decorator also makes the function a method of Tensor, unless told otherwise.
"""

import functools

import numpy

from tapeflow.core.eager import SILENT, restore, silence, wrap
from tapeflow.core.tensor import Tensor as EngineTensor
from tapeflow.ops.casting import cast
from tapeflow.torch import dtypes
from tapeflow.torch.grad_mode import mode
from tapeflow.torch.recording import evaluate
from tapeflow.torch.sharing import mark_view
from tapeflow.torch.tensor import Tensor, from_array, from_engine


def function(computes=None, *, node=None, method=True, view=False):
    """Decorator for functions of one tensor and options, or of a list of tensors.

    node: the name in `grad_fn`, or a function of the arguments that gives it; view: whether PyTorch's result shares the
    elements of the first argument.
    """
    if computes is None:
        return functools.partial(function, node=node, method=method, view=view)
    name = computes.__name__
    node = node or node_name(name)

    @functools.wraps(computes)
    def call(*args, **kwargs):
        if method and args and not isinstance(args[0], Tensor):
            raise TypeError(
                f"{name}(): argument 'input' (position 1) must be Tensor, not {type(args[0]).__name__}"
            )
        wanted = mode.enabled and (_requires(args) or _requires(kwargs.values()))
        values = [_value(each) for each in args]
        options = {key: _value(each) for key, each in kwargs.items()}
        result = evaluate(computes, wanted, values, options)
        made_by = node if type(node) is str or not wanted else node(*values, **options)
        result = _wrapped(result, made_by)
        if view and args:
            mark_view(result, args[0], None)
        return result

    if method:
        setattr(Tensor, name, call)
    return call


def binary(computes=None, *, node=None, method=True):
    """Decorator for functions of two tensors or numbers, which are promoted to their common dtype and broadcast."""
    if computes is None:
        return functools.partial(binary, node=node, method=method)
    name = computes.__name__
    node = node or node_name(name)

    @functools.wraps(computes)
    def call(input, other, **options):
        wanted = mode.enabled and (_is_watched(input) or _is_watched(other))
        if type(input) is Tensor and type(other) is Tensor and input._value._dtype is other._value._dtype:
            a, b = input._value, other._value
        else:
            a, b = promoted(name, wanted, input, other)
        try:
            result = evaluate(computes, wanted, (a, b), options)
        except RuntimeError as error:
            raise broadcast_error(a.dims, b.dims) or error from None
        made_by = node if type(node) is str or not wanted else node(input, other, **options)
        return from_engine(result, made_by)

    if method:
        setattr(Tensor, name, call)
    return call


def node_name(name):
    """PyTorch's name for the backward step of a function: `log_softmax` -> LogSoftmaxBackward0."""
    return "".join(word.capitalize() for word in name.split("_")) + "Backward0"


def promoted(name, wanted, *operands):
    """Tensors and Python numbers as tensors of the engine, of their common dtype; recorded if `wanted`."""
    for position, each in enumerate(operands):
        if not isinstance(each, Tensor) and type(each) not in dtypes.NUMBER_KINDS:
            argument = "input" if position == 0 else "other"
            raise TypeError(
                f"{name}(): argument '{argument}' (position {position + 1}) must be Tensor, not {type(each).__name__}"
            )
    engine = dtypes.result_type(*operands).engine
    values = []
    for each in operands:
        if not isinstance(each, Tensor):
            values.append(_number(each, engine))
        elif each._value._dtype is engine:
            values.append(each._value)
        else:
            values.append(evaluate(cast, wanted, (each._value, engine), {}))
    return values


def _number(value, engine):
    """A Python number as a tensor of the engine; integers wrap around."""
    token = silence(SILENT)
    try:
        return wrap(numpy.asarray(value).astype(engine.array_dtype)[()], engine)
    finally:
        restore(token)


def broadcast_error(dims, other_dims):
    """PyTorch's error for shapes that do not broadcast; None if they do."""
    ndim = max(len(dims), len(other_dims))
    padded = [(1,) * (ndim - len(each)) + tuple(each) for each in (dims, other_dims)]
    for axis in reversed(range(ndim)):
        a, b = padded[0][axis], padded[1][axis]
        if a != b and a != 1 and b != 1:
            return RuntimeError(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {axis}"
            )
    return None


def operand(value):
    """What stands beside a tensor: NumPy's arrays become tensors."""
    if type(value) is Tensor or type(value) in dtypes.NUMBER_KINDS:
        return value
    return from_array(value, dtypes.of_value(value))


def is_operand(value):
    """Whether an operator knows what to do with it."""
    kind = type(value)
    return kind is Tensor or kind in dtypes.NUMBER_KINDS or isinstance(value, numpy.ndarray | numpy.generic)


def _is_watched(value):
    return type(value) is Tensor and value._value._record is not None


def _requires(arguments):
    for each in arguments:
        if isinstance(each, Tensor):
            if each._value._record is not None:
                return True
        elif isinstance(each, tuple | list) and _requires(each):
            return True
    return False


def _value(argument):
    if isinstance(argument, Tensor):
        return argument._value
    if isinstance(argument, tuple | list) and any(isinstance(each, Tensor) for each in argument):
        return [_value(each) for each in argument]
    return argument


def _wrapped(result, made_by):
    if isinstance(result, EngineTensor):
        return from_engine(result, made_by)
    if isinstance(result, tuple):
        parts = [_wrapped(each, made_by) for each in result]
        return tuple(parts) if type(result) is tuple else type(result)(*parts)
    return result
