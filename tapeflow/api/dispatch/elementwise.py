"""Registering what all functions of elements do with values of users' types."""

import inspect

from tapeflow.api.context import name_scope
from tapeflow.api.dispatch.registration import dispatch_for_api, withdraw
from tapeflow.api.elementwise_functions import ASSERTIONS, ONE, PICTURES, TWO, functions
from tapeflow.api.math import scalar_mul

_HANDLERS: dict = {}
"""Handlers by the kind of functions and the types that they were registered for: (handler, registered functions)."""


def dispatch_for_unary_elementwise_apis(x_type):
    """A decorator: the handler stands in for all functions of the elements of one tensor, such as `tf.abs`.

    The handler is called with `(api, x)` where the first argument of a function matches the annotation `x_type`;
    `api` takes one argument, others of the call are bound to it. Raises ValueError for a second handler of the type.

    >>> class Masked(tf.experimental.ExtensionType):
    ...     values: tf.Tensor
    ...     mask: tf.Tensor
    >>> @tf.experimental.dispatch_for_unary_elementwise_apis(Masked)
    ... def handle(api, x):
    ...     return Masked(api(x.values), x.mask)
    >>> tf.cast(tf.abs(Masked([1, -2], [True, False])), tf.float32).values.numpy()
    array([1., 2.], dtype=float32)
    >>> tf.experimental.unregister_dispatch_for(handle)
    """
    return _registering("unary elementwise", functions(ONE, PICTURES), (x_type,))


def dispatch_for_binary_elementwise_apis(x_type, y_type):
    """A decorator: the handler stands in for all functions of the elements of two tensors, such as `tf.add`.

    The handler is called with `(api, x, y)` where the first two arguments of a function match the annotations; `api`
    takes two arguments, others of the call are bound to it. Raises ValueError for a second handler of the types.
    """
    return _registering("binary elementwise", [*functions(TWO), scalar_mul], (x_type, y_type))


def dispatch_for_binary_elementwise_assert_apis(x_type, y_type):
    """A decorator: the handler stands in for all assertions about two tensors, such as `tf.debugging.assert_equal`.

    The handler is called with `(assertion, x, y)`, as that of `dispatch_for_binary_elementwise_apis` is.
    """
    return _registering("binary elementwise assert", functions(ASSERTIONS), (x_type, y_type))


def unregister_dispatch_for(dispatch_target):
    """Takes away what was registered with a decorator `dispatch_for_...`. ValueError if nothing was."""
    is_found = withdraw(dispatch_target)
    for key in [key for key, (handler, _) in _HANDLERS.items() if handler is dispatch_target]:
        for target in _HANDLERS.pop(key)[1]:
            withdraw(target)
        is_found = True
    if not is_found:
        raise ValueError(
            f"Function {dispatch_target} was not registered using a `@dispatch_for_*` decorator."
        )


def _registering(kind, apis, annotations):
    def decorate(handler):
        key = kind, annotations
        if key in _HANDLERS:
            shown = annotations[0] if len(annotations) == 1 else f"({annotations[0]}, {annotations[1]})"
            raise ValueError(
                f"A {kind} dispatch handler ({_HANDLERS[key][0]}) has already been registered for {shown}."
            )
        _HANDLERS[key] = handler, [_register(api, annotations, handler) for api in apis]
        return handler

    return decorate


def _register(api, annotations, handler):
    """Registers a handler for one function; what was registered with it."""
    parameters = list(inspect.signature(api).parameters)
    names = parameters[: len(annotations)]

    def target(*args, **kwargs):
        given = dict(zip(parameters, args, strict=False)) | kwargs
        name = given.pop("name", None)
        operands = [given.pop(each) for each in names]

        def of_tensors(*tensors):
            return api(*tensors, **given)

        of_tensors.__name__ = api.__name__
        function = of_tensors if given else api
        if name is None:
            return handler(function, *operands)
        with name_scope(name):
            return handler(function, *operands)

    return dispatch_for_api(api, dict(zip(names, annotations, strict=True)))(target)
