"""Converting a function: find its source, rewrite it, compile it under its own file and lines, give it its closure."""

import ast
import functools
import sys
import sysconfig
import threading
import types
import weakref

from tapeflow.core.log import warn_first
from tapeflow.graph.autograph.source import NoSourceError, tree_of

_lock = threading.RLock()
_codes: dict[types.CodeType, types.CodeType | None] = {}  # code of a function -> that of the converted one
_converted: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # function -> converted function
_MARK = "_tapeflow_converted"
_LEFT_ALONE = "_tapeflow_not_converted"


def do_not_convert(func=None):
    """Decorator: AutoGraph leaves the function as it is.

    >>> @tf.autograph.experimental.do_not_convert
    ... def plain(x):
    ...     return x + 1
    >>> int(tf.function(plain)(tf.constant(1)))
    2
    """
    if func is None:
        return do_not_convert
    if isinstance(func, types.FunctionType):
        wrapped = types.FunctionType(
            func.__code__, func.__globals__, func.__name__, func.__defaults__, func.__closure__
        )
        wrapped.__kwdefaults__ = func.__kwdefaults__
        functools.update_wrapper(wrapped, func)
    else:

        def wrapped(*args, **kwargs):
            return func(*args, **kwargs)

        functools.update_wrapper(wrapped, func)
    setattr(wrapped, _LEFT_ALONE, True)
    return wrapped


def mark(function):
    """Marks a function as converted already."""
    setattr(function, _MARK, True)
    return function


def is_converted(function):
    """Whether a function came out of `convert`."""
    return getattr(function, _MARK, False)


def convert(function, recursive=True, requested=False):
    """The function with its control flow converted; what cannot be converted is returned as it is.

    Functions, methods, `functools.partial`s and callable objects are understood. The converted function shares globals,
    defaults and closure with the original; errors inside it show the user's own file and lines. requested: whether the
    user asks for this very function, which may then be one of a library, whose functions are called as they are.
    """
    del recursive
    if isinstance(function, functools.partial):
        inner = convert(function.func, requested=requested)
        return functools.partial(inner, *function.args, **function.keywords)
    if isinstance(function, types.MethodType):
        return types.MethodType(convert(function.__func__, requested=requested), function.__self__)
    if not isinstance(function, types.FunctionType):
        return _convert_callable(function)
    if getattr(function, _MARK, False) or getattr(function, _LEFT_ALONE, False):
        return function
    if is_allowed(function) and not (requested and not _is_own(function)):
        return function
    found = _converted.get(function)
    if found is None:
        with _lock:
            found = _converted.get(function) or _convert_function(function)
            _converted[function] = found
    return found


def _convert_callable(function):
    """A callable object by its __call__, or by the function and the instance that it stands for."""
    inner = getattr(function, "__func__", None)
    if isinstance(inner, types.FunctionType) and hasattr(function, "__self__"):
        converted = convert(inner)
        return lambda *args, **kwargs: converted(function.__self__, *args, **kwargs)
    call = call_method(function)
    if call is not None:
        converted = convert(call)
        return lambda *args, **kwargs: converted(function, *args, **kwargs)
    return function


def call_method(function):
    """The `__call__` of the user's class, if `function` is an object of one; else None."""
    if isinstance(function, type):
        return None
    call = getattr(type(function), "__call__", None)  # noqa: B004 (the function itself is wanted)
    return call if isinstance(call, types.FunctionType) and not is_allowed(call) else None


_ROOTS = tuple({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")})


def _is_own(function):
    return (getattr(function, "__module__", None) or "").partition(".")[0] == "tapeflow"


def is_allowed(function):
    """Whether a function is called as it is: those of this package, of the standard library and of installed ones."""
    module = getattr(function, "__module__", None) or ""
    root = module.partition(".")[0]
    if function.__code__.co_filename.startswith("<doctest "):
        return False  # an example in a docstring is its reader's code, whatever module it stands in
    if root in ("tapeflow", "numpy", "keras", "scipy") or root in sys.stdlib_module_names:
        return root != "__main__"
    filename = function.__code__.co_filename
    return filename.startswith(_ROOTS) and "site-packages" not in filename


def _convert_function(function):
    code = function.__code__
    if code not in _codes:
        _codes[code] = _converted_code(function)
    converted = _codes[code]
    if converted is None:
        return function
    from tapeflow.graph.autograph import operators

    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    cells["ag__"] = types.CellType(operators)
    closure = tuple([cells[each] for each in converted.co_freevars])
    result = types.FunctionType(
        converted, function.__globals__, function.__name__, function.__defaults__, closure
    )
    result.__kwdefaults__ = function.__kwdefaults__
    functools.update_wrapper(result, function)
    return mark(result)


def _converted_code(function):
    """The code object of the converted function; None if there is no source to convert, which is told once."""
    code = function.__code__
    if code.co_flags & 0x2A0:  # generators and coroutines
        return None
    try:
        node = tree_of(function)
    except NoSourceError as error:
        warn_first(
            3,
            "AutoGraph could not transform %r and will run it as-is. Cause: %s. To silence this warning, decorate the "
            "function with @tf.autograph.experimental.do_not_convert",
            function,
            error,
        )
        return None
    definition = _definition(function, node)
    shared = [
        ast.Assign([ast.Name(each, ast.Store())], ast.Constant(None)) for each in (*code.co_freevars, "ag__")
    ]
    parameters = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    definition.args.defaults = [ast.Constant(None) for _ in definition.args.defaults]
    definition.args.kw_defaults = [
        None if each is None else ast.Constant(None) for each in definition.args.kw_defaults
    ]
    if definition.name not in code.co_freevars:
        shared.append(ast.Global([definition.name]))  # so that it may call itself as it does unconverted
    factory = ast.FunctionDef("factory_", parameters, [*shared, definition], [], None, None)
    module = ast.Module([ast.copy_location(factory, definition)], [])
    compiled = compile(ast.fix_missing_locations(module), code.co_filename, "exec", dont_inherit=True)
    return _find(_find(compiled, "factory_"), definition.name)


def _definition(function, node):
    """The converted syntax tree of a function, from its own."""
    from tapeflow.graph.autograph.converter import convert_function

    outer = function.__qualname__.rpartition(".")[0].rpartition(".")[2]
    return convert_function(node, outer if outer not in ("", "<locals>") else None)


def convert_source(function):
    """The source text of the converted function; ValueError if its own cannot be found."""
    function = getattr(function, "__func__", function)
    try:
        return ast.unparse(_definition(function, tree_of(function)))
    except NoSourceError as error:
        raise ValueError(f"The source of {function!r} cannot be found: {error}") from error


def _find(code, name):
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and constant.co_name == name:
            return constant
    raise AssertionError(f"the converted code has no {name}")
