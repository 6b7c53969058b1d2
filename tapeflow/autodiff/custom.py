"""Functions that bring their own gradient, and what is made with them.

A custom call gets one record, like the call of an op, whose plan calls the user's gradient function. What the
function computed inside is recorded as well: the gradient function may keep some of it, and a second
derivative goes through it.
"""

import functools

from tapeflow.autodiff.plan import Plan
from tapeflow.autodiff.record import Token, attach, intersection, make_record
from tapeflow.autodiff.tape import Tape
from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.python_calls import tape as python_tape
from tapeflow.ops.selection import identity

_SILENT = (Token(watch_accessed_variables=False),)
"""The tapes of a stretch that is not recorded although the variables that it reads are noted."""


def custom_gradient(f=None):
    """Decorator for a function that returns its result together with its gradient.

    f: `f(*args, **kwargs) -> (result, grad_fn)`, where the arguments and the result are nests of tensors.
    `grad_fn` gets one cotangent for each tensor of the result and returns one for each tensor in `args`
    (None: no gradient). If `f` reads variables that are not among its arguments, `grad_fn(*cotangents,
    variables=...)` gets them as a list and returns a pair, the cotangents of the arguments and a list of
    those of the variables. Written in public functions, it can be differentiated again.

    Raises, while a tape records, TypeError if variables are read and `grad_fn` does not take them, and from
    the gradient ValueError if `grad_fn` returns a wrong number of cotangents.

    >>> @tf.custom_gradient
    ... def log1pexp(x):
    ...     e = tf.exp(x)
    ...     return tf.math.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))
    >>> x = tf.constant(100.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = log1pexp(x)
    >>> tape.gradient(y, x).numpy()
    np.float32(1.0)
    """
    if f is None:
        return custom_gradient

    def decorated(*args, **kwargs):
        if not (state.tapes or state.listeners or _custom_call()):
            return _checked(f, *f(*args, **kwargs))[0]
        if _custom_call():  # the function gets what its variables are: it is not what reads them
            args = nest.map_structure(_as_input, args)
        with _VariablesRead() as read:
            result, grad_fn = _checked(f, *f(*args, **kwargs))
        return _record(grad_fn, args, kwargs, read.variables, result)

    return _Decorated(custom_gradient, f, decorated)


class _Decorated:
    """A decorated function. As a method it takes its instance apart from the arguments that have gradients."""

    def __init__(self, decorator, function, call):
        functools.update_wrapper(self, function)
        self._decorator = decorator
        self._call = call

    def __call__(self, *args, **kwargs):
        return self._call(*args, **kwargs)

    @property
    def __signature__(self):
        """That of the function: `inspect` would take an object with `__get__` and `__call__` for a builtin."""
        import inspect

        return inspect.signature(self.__wrapped__)

    def __get__(self, instance, owner=None):
        return self if instance is None else self._decorator(self.__wrapped__.__get__(instance, owner))


def _checked(f, result, grad_fn):
    if not callable(grad_fn):
        raise TypeError(
            f"A function under tf.custom_gradient returns its result and a gradient function; {f!r} "
            f"returned {grad_fn!r} as the latter."
        )
    return result, grad_fn


class _VariablesRead:
    """Context manager: notes the trainable variables that are read in this thread."""

    def __enter__(self):
        self._outer = state.read_variable
        self._found = {}
        state.read_variable = self._note
        return self

    def __exit__(self, *exception):
        state.read_variable = self._outer

    def _note(self, variable):
        self._found[id(variable)] = variable
        self._outer(variable)

    @property
    def variables(self):
        """The variables, in the order of their first reading."""
        return list(self._found.values())


class _Custom:
    """In place of the op of a plan: a custom call has no facts that the walk back could use."""

    facts: dict = {}


def _record(grad_fn, args, kwargs, variables, result):
    """The result as fresh tensors, recorded as outputs of one call on the tensors in `args` and the
    variables.
    """
    given = nest.flatten(args)
    others = [
        getattr(each, "handle", each) for each in (*given, *nest.flatten(kwargs))
    ]  # Keras' variables hold ours
    variables = [each for each in variables if all(each is not other for other in others)]
    if variables and not _takes_variables(grad_fn):
        raise TypeError(
            "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function uses "
            f"variables: {variables}"
        )
    outputs = tuple([identity(as_tensor(each)) for each in nest.flatten(result, expand_composites=True)])
    count = len(given)

    def rule(g):
        """Cotangents of the arguments and the variables from those of the outputs."""
        upstream = g if type(g) is tuple else (g,)
        if variables:
            returned = grad_fn(*upstream, variables=variables)
            if not (isinstance(returned, tuple | list) and len(returned) == 2):
                raise TypeError(
                    "The grad_fn of a @tf.custom_gradient function that reads variables must return a pair: the "
                    f"gradients of the arguments and a list of those of the variables. Got {type(returned)}."
                )
            found, of_variables = returned
            if len(of_variables) != len(variables):
                raise ValueError("Must return gradient for each variable from @custom_gradient grad_fn.")
        else:
            found, of_variables = grad_fn(*upstream), ()
        found = nest.flatten(found)
        if len(found) != count:
            raise ValueError(
                f"custom_gradient function expected to return {count} gradients, but returned "
                f"{len(found)} instead."
            )
        return [_cotangent(each) for each in (*found, *of_variables)]

    traced = _custom_call()
    if traced is not None:
        rule.code = getattr(getattr(grad_fn, "__func__", grad_fn), "__code__", None)
        inputs = [_as_input(each) for each in given] + [each._now() for each in variables]
        outputs = traced(rule, inputs, outputs)
    elif state.tapes:
        inputs = [_as_input(each) for each in given] + variables
        for each in variables:
            state.read_variable(each)
        _record_call(rule, inputs, outputs)
    return nest.pack_sequence_as(result, outputs, expand_composites=True)


def _custom_call():
    """What makes a custom call a part of the program that is traced; None if none is."""
    return getattr(state.interpreter, "custom_call", None)


def _record_call(rule, inputs, outputs):
    """Puts the record of the call on its outputs, for the tapes that watch its inputs.

    Tapes that watch only what the function used besides see what it did inside, as if it were not custom.
    """
    records = [getattr(each, "_record", None) for each in inputs]
    active = state.tapes
    tapes = intersection([token for each in records if each is not None for token in each.tapes], active)
    watched = [
        position
        for position, each in enumerate(records)
        if each is not None and any(token in each.tapes for token in tapes)
    ]
    if not watched:
        return
    plan = Plan()
    plan.op, plan.kept, plan.pulls, plan.select = _Custom, None, None, None

    def joint(saved, g, record):
        found = rule(g)
        return [found[position] for position in watched]

    plan.joint = joint
    inside = [each._record for each in outputs]
    attach(
        plan, [records[position] for position in watched], tapes, outputs if len(outputs) != 1 else outputs[0]
    )
    for each, natural in zip(outputs, inside, strict=True):
        others = () if natural is None else tuple([token for token in natural.tapes if token not in tapes])
        if others:
            path = make_record(_passing(1), (), [natural], others)
            both = intersection((*tapes, *others), active)
            each._record = make_record(_passing(2), (), [each._record, path], both)


def _passing(parents):
    """A plan that hands the cotangent on to its parents as it is."""
    plan = Plan()
    plan.op, plan.kept, plan.joint, plan.select = _Custom, None, None, None
    plan.pulls = (lambda saved, g, record: g,) * parents
    return plan


def _as_input(value):
    """A tensor for what was passed: a variable is read, so that tapes watch it; what is no tensor stays as it
    is.
    """
    if isinstance(value, Tensor) or not hasattr(value, "__tf_tensor__") or isinstance(value, CompositeTensor):
        return value
    return as_tensor(value)


def _cotangent(value):
    return value if value is None or isinstance(value, Tensor | CompositeTensor) else as_tensor(value)


def _takes_variables(function):
    """Whether the function accepts `variables=`."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None:
        import inspect

        parameters = inspect.signature(function).parameters.values()
        return any(each.name == "variables" or each.kind is each.VAR_KEYWORD for each in parameters)
    takes_any_keyword = code.co_flags & 0x08
    return (
        bool(takes_any_keyword)
        or "variables" in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    )


def recompute_grad(f):
    """`f`, which keeps nothing for its gradient but its arguments and computes the rest again when it is
    asked for.

    Trades time for memory. Variables, keyword arguments and derivatives of any order work as for `f` itself.

    >>> dense = tf.recompute_grad(lambda x: tf.tanh(tf.tanh(x)))
    >>> x = tf.constant(0.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = dense(x)
    >>> tape.gradient(y, x).numpy()
    np.float32(1.0)
    """

    def inner(*args, **kwargs):
        result = _unrecorded(f, args, kwargs)

        def grad_fn(*cotangents, variables=()):
            with Tape(watch_accessed_variables=False) as tape:
                inputs = [_as_input(each) for each in nest.flatten(args)]
                fresh = [identity(each) if isinstance(each, Tensor) else each for each in inputs]
                watched = [each for each in fresh if isinstance(each, Tensor) and _differentiable(each)]
                tape.watch([*watched, *variables])
                again = f(*nest.pack_sequence_as(args, fresh), **kwargs)
            targets = nest.flatten(again, expand_composites=True)
            found = tape.gradient(targets, [*watched, *variables], list(cotangents), "zero")
            of_watched = iter(found[: len(watched)])
            of_args = [
                next(of_watched) if any(each is other for other in watched) else None for each in fresh
            ]
            return (of_args, found[len(watched) :]) if variables else of_args

        return result, grad_fn

    return _Decorated(recompute_grad, f, custom_gradient(inner))


def _differentiable(tensor):
    return tensor._dtype.is_floating or tensor._dtype.is_complex


def _unrecorded(f, args, kwargs):
    """f(*args, **kwargs) without records; variables that it reads are still noted."""
    outer = state.tapes
    if not outer:
        return f(*args, **kwargs)
    state.tapes = _SILENT
    try:
        return f(*args, **kwargs)
    finally:
        state.tapes = outer


def grad_pass_through(f):
    """`f` with the gradient of the identity: cotangents go to its arguments as they come.

    Variables that `f` reads get no gradient.

    >>> x = tf.Variable(1.0)
    >>> with tf.GradientTape() as tape:
    ...     y = tf.grad_pass_through(tf.round)(x * 1.4)
    >>> tape.gradient(y, x).numpy()
    np.float32(1.4)
    """

    def inner(*args, **kwargs):
        def grad_fn(*cotangents, variables=None):
            return cotangents if variables is None else (cotangents, [None] * len(variables))

        return f(*args, **kwargs), grad_fn

    return _Decorated(grad_pass_through, f, custom_gradient(inner))


def _pulled_back(function, inputs, cotangents, places):
    """Cotangents of the inputs at `places` of a Python function on eager tensors, zeros where there are none."""
    with Tape(watch_accessed_variables=False) as tape:
        fresh = [identity(each) for each in inputs]
        sources = [fresh[place] for place in places]
        tape.watch(sources)
        outputs = [as_tensor(each) for each in function(*fresh)]
    return tape.gradient(outputs, sources, list(cotangents), "zero")


python_tape.pulled_back = _pulled_back
