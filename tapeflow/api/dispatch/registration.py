"""Registering what one function does with values of users' types, and taking that away again."""

import functools
import inspect
from types import FunctionType

from tapeflow.api import bitwise, linalg, math
from tapeflow.api.context import name_scope
from tapeflow.api.dispatch.checks import check_of
from tapeflow.core import dtypes
from tapeflow.core.overloads import Target, add_target, overloads_of, remove_target
from tapeflow.ops.operators import composite_operators

_MODULES = """autodiff autograph config context distribute experimental extension_types dispatch function functional
gradients io.gfile printing profiler random.generator saved_model summary sysconfig test type_specs"""
_WITHOUT = tuple([f"tapeflow.api.{name}" for name in _MODULES.split()])
"""Modules whose functions do not take values of users' types."""

_TARGETS: dict = {}
"""The Targets of each function that was registered, and the functions that they stand in for."""


def dispatch_for_api(api, *signatures):
    """A decorator: the function stands in for the function `api` of TensorFlow where the arguments match a signature.

    signatures: dicts of type annotations by the names (or positions) of parameters; without any, the annotations of the
    decorated function. An annotation is a class, a `typing.Union` or a `typing.List`. At least one of the arguments in
    a signature must be a composite tensor, such as a value of an ExtensionType, or hold one. The decorated function has
    the parameters of `api`; it may leave out `name`.

    Raises ValueError for a function that does not support dispatch, for parameters that differ, and for annotations of
    other kinds. A call that several registered functions match is a ValueError.

    >>> class Masked(tf.experimental.ExtensionType):
    ...     values: tf.Tensor
    ...     mask: tf.Tensor
    >>> @tf.experimental.dispatch_for_api(tf.negative)
    ... def masked_negative(x: Masked):
    ...     return Masked(-x.values, x.mask)
    >>> tf.negative(Masked([1, 2], [True, False])).values.numpy()
    array([-1, -2], dtype=int32)
    >>> tf.experimental.unregister_dispatch_for(masked_negative)
    """
    if not _supports_dispatch(api):
        raise ValueError(f"{api} does not support dispatch.")
    parameters = inspect.signature(api)
    checks = [_checks(parameters, each) for each in signatures]

    def decorate(dispatch_target):
        if not callable(dispatch_target):
            raise TypeError(f"Expected dispatch_target to be callable; got {dispatch_target!r}")
        function = _with_name(dispatch_target, parameters)
        _check_parameters(function, parameters)
        found = checks or [_checks(parameters, _annotations(function))]
        target = Target(function, found)
        add_target(api, target)
        _TARGETS.setdefault(function, []).append((api, target))
        composite_operators.update(_OPERATORS)
        return function

    return decorate


def withdraw(function):
    """Takes away what was registered with the function; whether there was anything."""
    found = _TARGETS.pop(function, [])
    for api, target in found:
        remove_target(api, target)
    return bool(found)


def _supports_dispatch(api):
    if not isinstance(api, FunctionType) or not api.__module__.startswith("tapeflow.api."):
        return False
    if any([api.__module__ == each or api.__module__.startswith(each + ".") for each in _WITHOUT]):
        return False
    kinds = [each.kind for each in inspect.signature(api).parameters.values()]
    return inspect.Parameter.VAR_POSITIONAL not in kinds and inspect.Parameter.VAR_KEYWORD not in kinds


def _checks(parameters, signature):
    """The signature as a Target has it."""
    if not isinstance(signature, dict) or not all([isinstance(key, str | int) for key in signature]):
        raise TypeError("signatures must be dictionaries mapping parameter names to type annotations.")
    names = list(parameters.parameters)
    found = []
    for name, annotation in signature.items():
        if isinstance(name, int) and name < len(names):
            name = names[name]
        if name not in parameters.parameters:
            raise ValueError(f"signature includes annotation for unknown parameter {name!r}.")
        parameter = parameters.parameters[name]
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            raise ValueError(
                "Dispatch currently only supports type annotations for positional parameters; can't handle annotation "
                f"for {parameter.kind!r} parameter {name}."
            )
        found.append((names.index(name), name, parameter.default, check_of(annotation)))
    return found


def _annotations(function):
    found = {
        name: each.annotation
        for name, each in inspect.signature(function).parameters.items()
        if each.annotation is not inspect.Parameter.empty
    }
    if not found:
        raise ValueError(
            "The dispatch_for_api decorator must be called with at least one signature, or applied to a function that "
            "has type annotations on its parameters."
        )
    return found


def _with_name(function, parameters):
    """The function; if it leaves out `name`, one that takes it as well."""
    own = inspect.signature(function)
    kinds = [each.kind for each in own.parameters.values()]
    names = list(parameters.parameters)
    if "name" not in names or "name" in own.parameters or inspect.Parameter.VAR_KEYWORD in kinds:
        return function
    place = names.index("name")

    @functools.wraps(function)
    def named(*args, **kwargs):
        name = args[place] if place < len(args) else kwargs.pop("name", None)
        args = (*args[:place], *args[place + 1 :])
        if name is None:
            return function(*args, **kwargs)
        with name_scope(name):
            return function(*args, **kwargs)

    named.__signature__ = own.replace(
        parameters=[*own.parameters.values(), parameters.parameters["name"]],
    )
    return named


def _check_parameters(function, parameters):
    own = inspect.signature(function)
    kinds = [each.kind for each in own.parameters.values()]
    if kinds == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]:
        return
    described = [
        [(each.name, each.kind) for each in signature.parameters.values()] for signature in (own, parameters)
    ]
    if described[0] != described[1]:
        raise ValueError(f"Dispatch function's signature {own} does not match API's signature {parameters}.")


def _operator(api, of_bools=None):
    """What an operator of tensors calls when a composite value stands on its right side."""

    def call(x, y):
        entry = overloads_of(of_bools if of_bools is not None and x.dtype is dtypes.bool else api)
        target = None if entry is None else entry.target((x, y), {})
        return NotImplemented if target is None else target(x, y)

    return call


_OPERATORS = {
    "add": _operator(math.add),
    "sub": _operator(math.subtract),
    "mul": _operator(math.multiply),
    "truediv": _operator(math.truediv),
    "floordiv": _operator(math.floordiv),
    "mod": _operator(math.floormod),
    "pow": _operator(math.pow),
    "matmul": _operator(linalg.matmul),
    "lt": _operator(math.less),
    "le": _operator(math.less_equal),
    "gt": _operator(math.greater),
    "ge": _operator(math.greater_equal),
    "and": _operator(bitwise.bitwise_and, math.logical_and),
    "or": _operator(bitwise.bitwise_or, math.logical_or),
    "xor": _operator(bitwise.bitwise_xor, math.logical_xor),
}
